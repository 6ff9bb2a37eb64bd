"""What is stored of a text is what would be read of it, holds for that text alone, and is brought up to date by itself."""

from dataclasses import astuple

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from market.achievements.models import Achievement
from market.listings.models import Disclosure
from market.matches import fact_queries
from market.matches.fact_models import AchievementFacts
from matching import fact_upkeep, facts
from matching.loading import forget_recent, load_achievements
from matching.profiles import AchievementText
from tests.factories.achievements import make_achievement, make_achievement_indicator

PIECES = st.sampled_from(
    [
        "采用反渗透(RO)与纳滤分盐,", "含水率由80%降到40%以下,", "处理量 30 m³/h,", "1400～1600℃煅烧,", "三轮考核两轮达标。", "PLC与在线检测,",
        "SiC 陶瓷膜", "枸杞鲜果", "不超过10秒;", "x" * 80, "𠮷野", "ﬁne Σίσυφος ", "\n", "：", "的",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)


def read_all(database, clock):
    return fact_upkeep.read_all(database, clock=clock)


def load(database, *achievements):
    forget_recent()
    with database.reading() as session:
        found = {one.id: one for one in load_achievements(session, [one.id for one in achievements])}
    return [found[one.id] for one in achievements]


def unread(database):
    with database.reading() as session:
        count = fact_queries.count_unread(session, facts.reader())
        assert len(fact_queries.unread(session, facts.reader(), 1_000)) == count
    return count


@pytest.mark.once
@given(TEXTS, TEXTS)
def test_facts_are_what_would_be_read_of_the_text(title, body) -> None:
    read = AchievementText(title, body)
    stored = AchievementText(title, body, fact_upkeep.facts_of(read))

    assert stored.length == read.length
    assert stored.kinds == read.kinds
    assert [astuple(one) for one in stored.figures] == [astuple(one) for one in read.figures]
    assert list(stored.names.items()) == list(read.names.items())
    assert stored.tokens == read.tokens
    assert stored.chars == read.chars


def test_live_achievements_are_read_and_what_is_read_is_used(database, clock) -> None:
    with database.writing() as session:
        live = [make_achievement(session, clock) for _ in range(3)]
        make_achievement(session, clock, status="draft", published_at=None)

    assert unread(database) == 3
    assert read_all(database, clock) == 3
    assert unread(database) == 0
    assert read_all(database, clock) == 0
    for profile in load(database, *live):
        assert profile.text.facts is not None
        assert [one.quote for one in profile.text.figures] == [
            one.quote for one in AchievementText(profile.title, profile.body).figures
        ]


def test_reading_is_taken_up_where_it_was_stopped(database, clock, monkeypatch) -> None:
    monkeypatch.setattr(fact_upkeep, "_BATCH", 2)
    with database.writing() as session:
        old = [make_achievement(session, clock) for _ in range(5)]

    first = fact_upkeep.step(database, clock=clock)
    with database.writing() as session:
        new = make_achievement(session, clock)
    second = fact_upkeep.step(database, first.before, clock=clock)

    assert (first.read, second.read) == (2, 2)
    assert unread(database) == 2  # the oldest, and the one that came meanwhile
    assert read_all(database, clock) == 2
    assert all(one.text.facts is not None for one in load(database, *old, new))


def test_changed_text_is_read_as_it_is_now_before_and_after_its_facts_are(database, clock) -> None:
    with database.writing() as session:
        achievement = make_achievement(session, clock, description="处理量 30 m³/h。")
    read_all(database, clock)
    with database.writing() as session:
        session.get(Achievement, achievement.id).description = "处理量 45 m³/h。"

    (changed,) = load(database, achievement)
    assert "45 m³/h" in [one.quote for one in changed.text.figures][-1]
    assert unread(database) == 1

    assert read_all(database, clock) == 1
    (again,) = load(database, achievement)
    assert again.text.facts is not None
    assert again.text.figures == changed.text.figures


def test_figures_that_need_consent_now_are_not_taken_from_what_was_stored(database, clock) -> None:
    with database.writing() as session:
        achievement = make_achievement(session, clock, description="处理量 30 m³/h。")
    read_all(database, clock)
    with database.writing() as session:
        session.get(Achievement, achievement.id).disclosure = {"description": Disclosure.CONSENT}

    (before,) = load(database, achievement)
    read_all(database, clock)
    (after,) = load(database, achievement)

    assert not any("30" in one.quote for profile in (before, after) for one in profile.text.figures)
    with database.reading() as session:
        content = session.scalar(sa.select(AchievementFacts.content))
    assert not any("30" in one.quote for one in facts.Facts(content).told.figures)


def test_facts_of_another_text_are_not_believed_even_at_the_same_version(database, clock) -> None:
    with database.writing() as session:
        achievement = make_achievement(session, clock, description="处理量 30 m³/h。")
    read_all(database, clock)
    with database.writing() as session:  # as no use-case would: past the version
        session.execute(
            sa.update(Achievement).where(Achievement.id == achievement.id).values(description="处理量 45 m³/h。")
        )

    (profile,) = load(database, achievement)
    assert profile.text.facts is None
    assert "45 m³/h" in profile.text.figures[-1].quote


def test_what_other_rules_have_read_is_read_again(database, clock, monkeypatch) -> None:
    with database.writing() as session:
        achievement = make_achievement(session, clock)
    read_all(database, clock)
    for module in ("matching.fact_upkeep.reader", "matching.loading.reader"):
        monkeypatch.setattr(module, lambda: "newer rules")

    (before,) = load(database, achievement)
    assert before.text.facts is None
    assert read_all(database, clock) == 1
    (after,) = load(database, achievement)
    assert after.text.facts is not None
    with database.reading() as session:
        assert list(session.execute(sa.select(AchievementFacts.reader)).scalars()) == ["newer rules"]


@pytest.mark.once
def test_rules_that_are_written_anew_have_another_version(tmp_path, monkeypatch) -> None:
    before = facts.reader()
    copy = tmp_path / "intent.py"
    real = facts.files
    copy.write_bytes((real("matching") / "intent.py").read_bytes() + b"# other\n")

    class Written:
        def __init__(self, package):
            self.package = package

        def __truediv__(self, name):
            return copy if name == "intent.py" else real(self.package) / name

    monkeypatch.setattr(facts, "files", Written)
    facts.reader.cache_clear()
    try:
        assert facts.reader() != before
    finally:
        facts.reader.cache_clear()


def test_recent_listing_is_given_out_only_as_it_is_now(database, clock) -> None:
    with database.writing() as session:
        achievement = make_achievement(session, clock)
    with database.reading() as session:
        (before,) = load_achievements(session, [achievement.id])
        (again,) = load_achievements(session, [achievement.id])
    assert again.text is before.text  # nothing is read twice

    with database.writing() as session:
        row = session.get(Achievement, achievement.id)
        row.trl = 9
    with database.reading() as session:
        (after,) = load_achievements(session, [achievement.id])
    assert (before.conditions.trl, after.conditions.trl) == (7, 9)


def test_rows_of_figures_belong_to_the_listing_as_it_is_now(database, clock) -> None:
    with database.writing() as session:
        achievement = make_achievement(session, clock)
    (before,) = load(database, achievement)
    with database.writing() as session:
        row = session.get(Achievement, achievement.id)
        make_achievement_indicator(session, row)
        row.title += "二"
    with database.reading() as session:
        (after,) = load_achievements(session, [achievement.id])
    assert (len(before.indicators), len(after.indicators)) == (0, 1)
