"""Disclosure holds in the index: every field at every level."""

from decimal import Decimal

import pytest

from market.achievements.models import IntellectualProperty
from market.kernel.outbox import Subject
from market.listings.disclosure import DEFAULTS
from market.listings.models import LIVE, Disclosure, ListingStatus
from search.documents import from_achievement, from_need, indicator_text
from search.engine import ANY, HIDDEN, CodeField, IndexDocument, NumberField, Removal, TextField
from tests.factories.achievements import make_achievement, make_achievement_indicator
from tests.factories.needs import make_need, make_need_indicator

PUBLIC_TEXTS = (TextField.TITLE, TextField.KEYWORDS, TextField.PUBLIC_BODY)
MARKER = "zzsecretzz"
TEXT_FIELDS = {
    Subject.ACHIEVEMENT: ["summary", "keywords", "description", "evaluator", "confidential_detail", "completers"],
    Subject.NEED: [
        *("summary", "keywords", "problem", "key_technology", "expected_outcome", "background"),
        *("solver_conditions", "confidential_detail", "ip_terms"),
    ],
}
LEVELS = [
    (subject, name, level)
    for subject, names in TEXT_FIELDS.items()
    for name in [*names, "indicators", "owner"]
    for level in Disclosure
]


def _document(row, *, indicators=(), owner_name=""):
    make = from_need if row.__tablename__ == "need" else from_achievement
    document = make(row, indicators, owner_name=owner_name)
    assert isinstance(document, IndexDocument)
    return document


def _holds(document, fields):
    return any(MARKER in token for field in fields for token in document.texts[field].split())


def _make(session, clock, subject, **values):
    return (make_need if subject is Subject.NEED else make_achievement)(session, clock, **values)


def _with_marker(session, clock, subject, name, level):
    values = {"disclosure": {name: level}}
    if name in {"keywords", "completers"}:
        values[name] = [MARKER]
    elif name not in {"indicators", "owner"}:
        values[name] = f"含 {MARKER} 的内容"
    row = _make(session, clock, subject, **values)
    indicators = []
    if name == "indicators":
        make = make_need_indicator if subject is Subject.NEED else make_achievement_indicator
        indicators = [make(session, row, name=MARKER)]
    return _document(row, indicators=indicators, owner_name=MARKER if name == "owner" else "")


@pytest.mark.parametrize(("subject", "name", "level"), LEVELS)
def test_texts_stand_only_where_their_level_may_be_searched(session, clock, subject, name, level):
    document = _with_marker(session, clock, subject, name, level)
    if name in {"confidential_detail", "completers", "ip_terms"} or level is Disclosure.CONSENT:
        assert not _holds(document, TextField)
    else:
        assert _holds(document, PUBLIC_TEXTS) == (level is Disclosure.PUBLIC)
        assert _holds(document, [TextField.MEMBER_BODY]) == (level is Disclosure.MEMBERS)


@pytest.mark.parametrize("level", [Disclosure.MEMBERS, Disclosure.CONSENT])
def test_codes_that_are_not_public_are_hidden(session, clock, level):
    hidden = {
        "region_code": CodeField.REGION,
        "local_industry_code": CodeField.LOCAL_INDUSTRY,
        "industry_code": CodeField.INDUSTRY,
        "stage": CodeField.STAGE,
        "owner": CodeField.OWNER,
    }
    row = make_achievement(
        session, clock, local_industry_code="JZ01", disclosure=dict.fromkeys([*hidden, "trl"], level)
    )
    document = _document(row, owner_name="某单位")
    for field in hidden.values():
        assert list(document.codes[field]) == [HIDDEN]
    assert NumberField.READINESS not in document.numbers
    assert "宁夏" not in document.texts[TextField.PUBLIC_BODY]


def test_hidden_constraints_read_as_no_restriction(session, clock):
    chosen = {"offered_region_codes": Disclosure.CONSENT, "transfer_ways": Disclosure.MEMBERS}
    document = _document(make_achievement(session, clock, offered_region_codes=["640100"], disclosure=chosen))
    assert list(document.codes[CodeField.ALLOWED_REGION]) == [ANY]
    assert list(document.codes[CodeField.TRANSFER_WAY]) == [ANY]


def test_prices_are_held_for_members_but_not_after_consent(session, clock):
    price = Decimal("1200000.00")
    document = _document(make_achievement(session, clock, asking_price_cny=price))
    assert document.numbers[NumberField.PRICE_FEN] == 120_000_000
    for level, is_held in ((Disclosure.PUBLIC, True), (Disclosure.MEMBERS, True), (Disclosure.CONSENT, False)):
        row = make_need(session, clock, budget_max_cny=price, disclosure={"budget_max_cny": level})
        assert (NumberField.PRICE_FEN in _document(row).numbers) == is_held


@pytest.mark.parametrize("status", list(ListingStatus))
def test_only_live_listings_have_a_document(session, clock, status):
    change = from_need(make_need(session, clock, status=status), [])
    assert isinstance(change, IndexDocument if status in LIVE else Removal)
    assert change.version == 1


def test_what_is_in_talks_does_not_expire(session, clock):
    published = _document(make_need(session, clock))
    in_talks = _document(make_need(session, clock, status=ListingStatus.IN_TALKS))
    assert NumberField.EXPIRES_AT in published.numbers
    assert NumberField.EXPIRES_AT not in in_talks.numbers


def test_regions_are_found_by_every_level_above(session, clock):
    document = _document(make_need(session, clock, region_code="640104"))
    assert list(document.codes[CodeField.REGION]) == ["640104", "640100", "640000"]
    assert "兴庆区" in document.texts[TextField.PUBLIC_BODY].replace(" ", "")


def test_rights_and_indicators_are_for_members_of_an_achievement(session, clock):
    row = make_achievement(session, clock)
    right = IntellectualProperty(
        achievement_id=row.id, position=0, kind_code="invention", number="ZL202310000001", title="冻干装置"
    )
    document = from_achievement(row, [make_achievement_indicator(session, row)], [right])
    assert "zl202310000001" in document.texts[TextField.MEMBER_BODY].split()
    assert "zl202310000001" not in document.texts[TextField.PUBLIC_BODY]


def test_indicators_read_as_people_write_them(session, clock):
    row = make_achievement(session, clock)
    assert indicator_text(make_achievement_indicator(session, row)) == "含水率 ≤ 5 %"


def test_every_restrictable_field_has_a_known_default():
    assert set(DEFAULTS) == set(Subject)
