"""What a person may not read, no view may hold: checked for every field, every viewer and every level."""

from typing import Any
from uuid import uuid4

import pytest

from market.achievements.schemas import AchievementCard, AchievementView
from market.kernel.clock import FixedClock
from market.kernel.outbox import Subject
from market.listings import views
from market.listings.disclosure import DEFAULTS, Viewer, disclosure_errors, levels, visible_fields
from market.listings.models import Disclosure
from market.needs.schemas import NeedCard, NeedView
from tests.market.listings.nouns import ACHIEVEMENT, NOUNS, Noun

RANK = {Disclosure.PUBLIC: 0, Disclosure.MEMBERS: 1, Disclosure.CONSENT: 2}
READS_UP_TO = {Viewer.ANONYMOUS: 0, Viewer.MEMBER: 1, Viewer.CONSENTED: 2, Viewer.OWNER: 2, Viewer.REVIEWER: 2}
VIEW = {Subject.ACHIEVEMENT: AchievementView, Subject.NEED: NeedView}
CARD = {Subject.ACHIEVEMENT: AchievementCard, Subject.NEED: NeedCard}
FIELDS = [(noun, field) for noun in NOUNS for field in DEFAULTS[noun.subject]]
SHOWN_AS = {"owner": "owner_name"}


def _row(noun: Noun, clock: FixedClock, disclosure: dict[str, Any], **fields: Any) -> Any:
    """A row that no database holds: disclosure is decided without one."""
    values = {
        "title": "示范标题",
        "summary": "公开简介",
        "keywords": ["枸杞"],
        "field_code": "04",
        "confidential_detail": "保密正文",
        noun.text_field: "会员正文",
    }
    if noun is ACHIEVEMENT:
        values |= {"completers": ["示范完成人"], "asking_price_cny": "880000", "exclusive_only": True}
    else:
        values |= {"background": "会员基础", "budget_min_cny": "100000", "budget_max_cny": "500000"}
    times = {"created_at": clock.now(), "updated_at": clock.now()}
    return noun.model(owner_party_id=uuid4(), disclosure=disclosure, **(values | times | fields))


def _view(noun: Noun, row: Any, viewer: Viewer, clock: FixedClock) -> dict[str, Any]:
    extra = {"indicators": [], "intellectual_property": []}
    around = views.Surroundings("示范单位", extra, [], is_lister=False, today=clock.today())
    view = views.view(VIEW[noun.subject], row, viewer, around)
    return view.model_dump()


@pytest.mark.parametrize(("noun", "field"), FIELDS, ids=lambda value: getattr(value, "subject", value))
def test_field_is_read_by_those_whom_its_level_names_and_by_nobody_else(
    clock: FixedClock, noun: Noun, field: str
) -> None:
    allowed = [Disclosure.CONSENT] if field == "confidential_detail" else list(Disclosure)
    for level in allowed:
        row = _row(noun, clock, {field: level.value})
        for viewer in Viewer:
            shown = _view(noun, row, viewer, clock)
            is_readable = RANK[level] <= READS_UP_TO[viewer]

            assert (field in shown["hidden_fields"]) is not is_readable
            if not is_readable:
                assert shown[SHOWN_AS.get(field, field)] is None
                card = views.card(CARD[noun.subject], row, viewer, "示范单位").model_dump()
                assert card.get(SHOWN_AS.get(field, field)) is None


def test_owner_id_is_hidden_with_the_name(clock: FixedClock, noun: Noun) -> None:
    row = _row(noun, clock, {"owner": "consent"})

    hidden, shown = _view(noun, row, Viewer.MEMBER, clock), _view(noun, row, Viewer.CONSENTED, clock)

    assert (hidden["owner_party_id"], hidden["owner_name"]) == (None, None)
    assert shown["owner_party_id"] == row.owner_party_id


def test_no_restricted_text_is_in_the_public_view_when_nothing_is_set(clock: FixedClock, noun: Noun) -> None:
    row = _row(noun, clock, {})

    public = str(_view(noun, row, Viewer.ANONYMOUS, clock)) + str(
        views.card(CARD[noun.subject], row, Viewer.ANONYMOUS, "示")
    )
    member = str(_view(noun, row, Viewer.MEMBER, clock))

    assert "会员" not in public
    assert "保密正文" not in public
    assert "保密正文" not in member
    assert "示范完成人" not in member
    assert "会员" in member


def test_missing_summary_is_made_of_title_and_keywords_only(clock: FixedClock, noun: Noun) -> None:
    row = _row(noun, clock, {}, summary="")
    hidden_keywords = _row(noun, clock, {"keywords": "members"}, summary="", keywords=["保密词"])

    assert _view(noun, row, Viewer.ANONYMOUS, clock)["summary"] == f"{row.title}。关键词:枸杞"
    assert _view(noun, hidden_keywords, Viewer.ANONYMOUS, clock)["summary"] == hidden_keywords.title


def test_lister_only_facts_are_kept_from_everybody_else(clock: FixedClock, noun: Noun) -> None:
    row = _row(noun, clock, {"owner": "members"}, return_reason="审核意见", source_ref="表一第三行")

    for viewer in Viewer:
        shown = _view(noun, row, viewer, clock)
        for field in ("return_reason", "source_ref", "disclosure", "hints"):
            assert (shown[field] is None) is (viewer not in (Viewer.OWNER, Viewer.REVIEWER))


def test_every_column_has_a_place(noun: Noun) -> None:
    columns = set(noun.model.model_fields)
    known = views.ALWAYS_PUBLIC | views.LISTER_ONLY | views.INTERNAL | set(DEFAULTS[noun.subject])

    assert columns - known == set()


def test_confidential_detail_stays_below_consent_though_the_row_says_public(clock: FixedClock, noun: Noun) -> None:
    row = _row(noun, clock, {"confidential_detail": "public", "summary": "nonsense"})

    assert levels(row)["confidential_detail"] is Disclosure.CONSENT
    assert levels(row)["summary"] is Disclosure.PUBLIC
    assert "confidential_detail" not in visible_fields(row, Viewer.MEMBER)


@pytest.mark.parametrize(
    "chosen",
    [{"confidential_detail": Disclosure.MEMBERS}, {"title": Disclosure.CONSENT}, {"nonsense": Disclosure.PUBLIC}],
)
def test_choice_is_refused_when_it_loosens_the_secret_or_names_no_field(
    noun: Noun, chosen: dict[str, Disclosure]
) -> None:
    errors = disclosure_errors(noun.subject, chosen)

    assert [error.field for error in errors] == [f"disclosure.{next(iter(chosen))}"]
    assert errors[0].remedy
