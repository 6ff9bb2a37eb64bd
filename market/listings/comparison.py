"""Finds the listings that read much like a given one: titles of all candidates first, texts of the likeliest only."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session

from market.listings import queries
from market.listings.disclosure import Viewer, visible_fields
from market.listings.duplicates import NEAR, listing_similarity, overlap, shingles
from market.listings.models import LIVE, Listing
from market.listings.schemas import DuplicateHint

L = TypeVar("L", bound=Listing)

_READ_IN_FULL = 60
_SHOWN = 10


def find_near(
    session: Session,
    model: type[L],
    listing: L,
    text_of: Callable[[L], str],
    text_fields: frozenset[str],
    *,
    is_reviewer: bool,
    broker_id: UUID | None,
) -> list[DuplicateHint]:
    """Up to ten likely duplicates, the most alike first.

    A reviewer also hears of what others have handed in but not published. Another owner's text is compared only as far as members
    may read it (`text_fields` are the fields whose levels decide), so that trying texts out tells nothing that is hidden. A broker
    who asks for the owner (`broker_id`) hears of the owner's other listings only as far as they are in the same hands.
    """
    statuses = queries.COMPARED if is_reviewer else LIVE
    title = shingles(listing.title)
    candidates = [
        (content_hash == listing.content_hash, overlap(title, shingles(other_title)), other_id)
        for other_id, other_title, content_hash in queries.titles_to_compare(
            session, model, listing, statuses, broker_id
        )
    ]
    candidates.sort(key=lambda candidate: candidate[:2], reverse=True)
    likely = [other_id for _, _, other_id in candidates[:_READ_IN_FULL]]
    own = (listing.title, text_of(listing))
    hints = []
    for other in queries.rows_by_id(session, model, likely).values():
        is_own = other.owner_party_id == listing.owner_party_id and broker_id in (None, other.broker_id)
        may_read = is_reviewer or is_own or text_fields <= visible_fields(other, Viewer.MEMBER)
        similarity = listing_similarity(own, (other.title, text_of(other) if may_read else ""))
        if similarity >= NEAR:
            hints.append(DuplicateHint(id=other.id, title=other.title, similarity=round(similarity, 3)))
    hints.sort(key=lambda hint: (-hint.similarity, hint.id))
    return hints[:_SHOWN]
