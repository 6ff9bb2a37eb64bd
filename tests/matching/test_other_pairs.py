"""A pair stands in two lists: whoever changes one of its listings changes it in the other one's list as well."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from market.kernel.clock import FixedClock
from market.listings.models import Disclosure
from market.matches.models import Match, MatchSource, MatchStatus
from matching import service
from search.engine import SearchEngine
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need
from tests.matching.market import index, open_engine


class Pair:
    """A need and an achievement that stands, with this need, in its own list only."""

    def __init__(self, session: Session, clock: FixedClock, engine: SearchEngine) -> None:
        self.session, self.clock, self.engine = session, clock, engine
        self.need = make_need(
            session, clock, title="枸杞鲜果制干", problem="枸杞鲜果热泵烘干能耗高", budget_max_cny=Decimal(500_000)
        )
        self.achievement = make_achievement(
            session,
            clock,
            title="枸杞热泵烘干工艺",
            summary="枸杞鲜果制干",
            description="微波辅助",
            asking_price_cny=Decimal(300_000),
        )
        same = {"title": "枸杞鲜果制干", "summary": "枸杞鲜果热泵烘干能耗高"}
        better = make_achievement(session, clock, description="枸杞鲜果微波辅助烘干,枸杞热泵烘干工艺", **same)
        closer = make_need(
            session, clock, title="枸杞热泵烘干工艺", problem="枸杞鲜果制干微波辅助", budget_max_cny=Decimal(10_000_000)
        )
        index(engine, self.need, self.achievement, better, closer)
        service.match_achievement(session, engine, self.achievement.id, clock=clock)
        assert self.match is not None

    @property
    def match(self) -> Match | None:
        self.session.expire_all()
        return self.session.exec(
            select(Match).where(col(Match.need_id) == self.need.id, col(Match.achievement_id) == self.achievement.id)
        ).one_or_none()

    def match_need(self) -> None:
        self.session.flush()
        service.match_need(self.session, self.engine, self.need.id, clock=self.clock, size=1)

    def match_achievement(self) -> None:
        self.session.flush()
        service.match_achievement(self.session, self.engine, self.achievement.id, clock=self.clock, size=1)


@pytest.fixture
def pair(session: Session, clock: FixedClock, tmp_path: Path) -> Iterator[Pair]:
    engine = open_engine(tmp_path / "index")
    yield Pair(session, clock, engine)
    engine.close()


def test_pair_that_breaks_a_rule_leaves_the_other_list_too(pair: Pair) -> None:
    pair.need.budget_max_cny = Decimal(1_000)
    pair.match_need()

    assert pair.match is None


def test_pair_that_breaks_no_rule_stays_in_the_other_list_with_the_score_of_today(pair: Pair) -> None:
    before = pair.match
    assert before is not None
    score = before.score
    pair.need.problem = "枸杞鲜果热泵烘干能耗高,要求枸杞热泵烘干工艺微波辅助"
    pair.match_need()

    match = pair.match
    assert match is not None
    assert match.score != score
    assert sum(match.parts.values()) == pytest.approx(match.score, abs=1e-9)
    assert match.listed_for_achievement


@pytest.mark.parametrize(
    "values",
    [{"status": MatchStatus.INTERESTED}, {"status": MatchStatus.DECLINED}, {"source": MatchSource.BROKER}],
)
def test_pair_that_people_work_on_stays_but_quotes_only_what_may_be_read_today(
    pair: Pair, values: dict[str, object]
) -> None:
    match = pair.match
    assert match is not None
    assert "微波辅助" not in match.terms
    pair.need.problem = "枸杞鲜果微波辅助烘干"
    for name, value in values.items():
        setattr(match, name, value)
    pair.match_need()
    match = pair.match
    assert match is not None
    assert any("微波" in term for term in match.terms)
    assert "price" in match.parts

    pair.achievement.disclosure = {"description": Disclosure.CONSENT, "asking_price_cny": Disclosure.CONSENT}
    pair.achievement.asking_price_cny = Decimal(9_000_000)
    pair.match_achievement()

    match = pair.match
    assert match is not None
    assert not any("微波" in term for term in match.terms)
    assert not match.parts.get("price")
