"""Who may read which field of a listing (design decision 12): pure, and the only place that decides it.

Pages, API, index documents, sorting and exports all ask here. Title, technology field, state and dates are always public; every
other field has a default level that the lister may tighten or loosen, but never below its floor.
"""

from collections.abc import Mapping
from enum import StrEnum

from market.kernel.errors import FieldError
from market.kernel.outbox import Subject
from market.listings.models import Disclosure, Listing


class Viewer(StrEnum):
    """In whose eyes a listing is shown. `OWNER` includes the listing's broker."""

    ANONYMOUS = "anonymous"
    MEMBER = "member"
    CONSENTED = "consented"
    OWNER = "owner"
    REVIEWER = "reviewer"


_READABLE: dict[Viewer, frozenset[Disclosure]] = {
    Viewer.ANONYMOUS: frozenset({Disclosure.PUBLIC}),
    Viewer.MEMBER: frozenset({Disclosure.PUBLIC, Disclosure.MEMBERS}),
    Viewer.CONSENTED: frozenset(Disclosure),
    Viewer.OWNER: frozenset(Disclosure),
    Viewer.REVIEWER: frozenset(Disclosure),
}

_COMMON = {
    "owner": Disclosure.PUBLIC,
    "summary": Disclosure.PUBLIC,
    "keywords": Disclosure.PUBLIC,
    "industry_code": Disclosure.PUBLIC,
    "local_industry_code": Disclosure.PUBLIC,
    "region_code": Disclosure.PUBLIC,
    "transfer_ways": Disclosure.PUBLIC,
    "confidential_detail": Disclosure.CONSENT,
}

DEFAULTS: Mapping[Subject, Mapping[str, Disclosure]] = {
    Subject.ACHIEVEMENT: {
        **_COMMON,
        "category": Disclosure.PUBLIC,
        "registration_no": Disclosure.PUBLIC,
        "registered_on": Disclosure.PUBLIC,
        "form_code": Disclosure.PUBLIC,
        "attribute_code": Disclosure.PUBLIC,
        "level_code": Disclosure.PUBLIC,
        "evaluation_method_code": Disclosure.PUBLIC,
        "plan_source_code": Disclosure.PUBLIC,
        "stage": Disclosure.PUBLIC,
        "trl": Disclosure.PUBLIC,
        "exclusive_only": Disclosure.PUBLIC,
        "offered_region_codes": Disclosure.PUBLIC,
        "available_from": Disclosure.PUBLIC,
        "wants_broker": Disclosure.PUBLIC,
        "description": Disclosure.MEMBERS,
        "evaluator": Disclosure.MEMBERS,
        "evaluated_on": Disclosure.MEMBERS,
        "asking_price_cny": Disclosure.MEMBERS,
        "indicators": Disclosure.MEMBERS,
        "intellectual_property": Disclosure.MEMBERS,
        "completers": Disclosure.CONSENT,
    },
    Subject.NEED: {
        **_COMMON,
        "activity_type_code": Disclosure.PUBLIC,
        "mode_codes": Disclosure.PUBLIC,
        "min_trl": Disclosure.PUBLIC,
        "exclusivity": Disclosure.PUBLIC,
        "accepted_region_codes": Disclosure.PUBLIC,
        "needed_by": Disclosure.PUBLIC,
        "indicators": Disclosure.PUBLIC,
        "problem": Disclosure.MEMBERS,
        "key_technology": Disclosure.MEMBERS,
        "expected_outcome": Disclosure.MEMBERS,
        "background": Disclosure.MEMBERS,
        "budget_min_cny": Disclosure.MEMBERS,
        "budget_max_cny": Disclosure.MEMBERS,
        "solver_conditions": Disclosure.MEMBERS,
        "ip_terms": Disclosure.MEMBERS,
    },
}
"""The level of each field where the lister says nothing; a field that is not here is always public and cannot be set."""

_NEVER_BELOW_CONSENT = frozenset({"confidential_detail"})
_LEVELS = frozenset(Disclosure)


def subject_of(listing: Listing) -> Subject:
    """Which noun a row is."""
    return Subject(str(listing.__tablename__))


def levels(listing: Listing) -> dict[str, Disclosure]:
    """The level in force of every restrictable field; `owner` stands for the owner's id and name.

    A level that a row should not hold (written past the services) counts as the default.
    """
    defaults = DEFAULTS[subject_of(listing)]
    chosen = {
        field: Disclosure(level)
        for field, level in (listing.disclosure or {}).items()
        if field in defaults and field not in _NEVER_BELOW_CONSENT and level in _LEVELS
    }
    return {**defaults, **chosen}


def visible_fields(listing: Listing, viewer: Viewer) -> frozenset[str]:
    """The restrictable fields that this viewer may read."""
    return frozenset(field for field, level in levels(listing).items() if level in _READABLE[viewer])


def hidden_fields(listing: Listing, viewer: Viewer) -> frozenset[str]:
    """The restrictable fields that this viewer may not read."""
    return frozenset(field for field, level in levels(listing).items() if level not in _READABLE[viewer])


def disclosure_errors(subject: Subject, chosen: Mapping[str, Disclosure]) -> list[FieldError]:
    """What is wrong with a lister's choice of levels."""
    errors = []
    for field, level in chosen.items():
        path = f"disclosure.{field}"
        if field not in DEFAULTS[subject]:
            errors.append(
                FieldError(path, "此项不能单独设定公开范围", f"请删除,或改为:{'、'.join(sorted(DEFAULTS[subject]))}。")
            )
        elif field in _NEVER_BELOW_CONSENT and level != Disclosure.CONSENT:
            errors.append(FieldError(path, "保密内容只能在双方同意后公开", "请设为 consent,或删除此项。"))
    return errors
