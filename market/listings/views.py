"""From a row to what one viewer may read of it. Every column is public, restrictable or for the lister only; nothing slips through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from market.kernel.text import View
from market.listings import rules
from market.listings.disclosure import Viewer, hidden_fields, subject_of, visible_fields
from market.listings.models import Listing
from market.listings.schemas import Hint

V = TypeVar("V", bound=View)

ALWAYS_PUBLIC = frozenset(
    {
        "id",
        "version",
        "title",
        "field_code",
        "status",
        "broker_id",
        "origin",
        "created_at",
        "updated_at",
        "submitted_at",
        "published_at",
        "renewed_at",
        "expires_at",
    }
)
LISTER_ONLY = frozenset({"return_reason", "disclosure", "source_ref"})
INTERNAL = frozenset({"owner_party_id", "created_by", "content_hash"})
"""Columns that no view takes from the row as they are; the owner goes through the level of `owner`."""

_LISTERS = frozenset({Viewer.OWNER, Viewer.REVIEWER})


def teaser(listing: Listing, visible: frozenset[str]) -> str:
    """The summary; without one a line made of the title and the keywords, never of text that only members may read."""
    if listing.summary:
        return listing.summary
    if listing.keywords and "keywords" in visible:
        return f"{listing.title}。关键词:{'、'.join(listing.keywords)}"
    return listing.title


def card(model: type[V], listing: Listing, viewer: Viewer, owner_name: str) -> V:
    """The short form `model` of a listing in the eyes of a viewer."""
    return model.model_validate(_values(model, listing, viewer, owner_name, {}))


@dataclass(frozen=True)
class Surroundings:
    """What a full view holds besides the row's columns. `parts`: indicators and the like, by field name.

    `is_lister`: also true of the official who entered the listing for somebody, in whose eyes it is still a reviewer's.
    """

    owner_name: str
    parts: Mapping[str, Any]
    hints: list[Hint]
    is_lister: bool
    today: date


def view(model: type[V], listing: Listing, viewer: Viewer, around: Surroundings) -> V:
    """The full form: besides, what the viewer may do and may not read."""
    values = _values(model, listing, viewer, around.owner_name, around.parts)
    values["viewer"] = viewer
    values["hidden_fields"] = sorted(hidden_fields(listing, viewer))
    values["hints"] = around.hints if viewer in _LISTERS else None
    values["allowed_actions"] = rules.allowed_actions(
        listing.status,
        listing.expires_at,
        around.today,
        is_lister=around.is_lister,
        is_reviewer=viewer is Viewer.REVIEWER,
    )
    return model.model_validate(values)


def _values(
    model: type[View], listing: Listing, viewer: Viewer, owner_name: str, extra: Mapping[str, Any]
) -> dict[str, Any]:
    visible = visible_fields(listing, viewer)
    values: dict[str, Any] = dict.fromkeys(model.model_fields)
    for field in model.model_fields:
        if field in ALWAYS_PUBLIC or (field in LISTER_ONLY and viewer in _LISTERS):
            values[field] = getattr(listing, field)
        elif field in visible:
            values[field] = extra[field] if field in extra else getattr(listing, field)
    values["subject"] = subject_of(listing)
    if "summary" in visible:
        values["summary"] = teaser(listing, visible)
    if "owner" in visible:
        values.update(owner_party_id=listing.owner_party_id, owner_name=owner_name)
    return values
