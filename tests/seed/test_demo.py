"""The demo story, told once up to a day in April and looked at from all sides."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from market.achievements.models import Achievement
from market.contracts.models import Contract, ContractStatus, LedgerEntry, LedgerKind
from market.deals.models import Deal, DealStatus
from market.kernel import audit
from market.kernel.actor import Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.paging import PageRequest
from market.listings.models import LIVE, ListingStatus
from market.matches import notices
from market.matches.models import Match, MatchSource
from market.needs.models import Need
from market.parties.models import Origin, Party, User
from market.parties.passwords import hash_password
from market.projects.models import Project, ProjectStatus
from market.targets.models import Target
from matching.report import FEASIBLE_SCORE
from matching.service import NOTICE_SCORE
from search.tantivy_engine import TantivyEngine
from seed.demo import content, story
from seed.demo.cast import TOWNS
from seed.demo.contracts import THIS_YEAR, YearPlan
from seed.demo.listings import PAIRS, STORY_NEED, source_ref
from seed.demo.projects import chosen
from seed.demo.story import load_demo
from tests.factories.parties import actor_of
from tests.schema import make_tables

pytestmark = pytest.mark.slow
CLOCK = FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))
PLANS = (YearPlan(40, Decimal(300_000_000)), THIS_YEAR)


@pytest.fixture(scope="module", autouse=True)
def _hash_passwords_once() -> Iterator[None]:
    """The demo's users share one public password; hashing it for each would be a second of every telling."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("market.parties.passwords.hash_password", cache(hash_password))
        yield


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A SQLite database with the story: the demo is for the embedded size."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'market.db'}", pool_size=4)
    make_tables(database)
    engine = TantivyEngine(tmp_path_factory.mktemp("index"))
    engine.prepare()
    load_demo(database, engine, clock=CLOCK, plans=PLANS)
    yield database
    engine.close()
    database.dispose()


def _count(session: Session, model: type, *where: sa.ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(model).where(*where)).one()


def test_the_market_is_full(told: Database):
    with told.reading() as session:
        assert _count(session, Party) >= 40
        assert _count(session, Achievement, col(Achievement.status) == ListingStatus.PUBLISHED) >= 220
        assert _count(session, Need, col(Need.status) == ListingStatus.PUBLISHED) >= 55
        assert _count(session, Project) == 100
        assert _count(session, Target, col(Target.year) == 2026) == 1


def test_everything_is_marked_demo(told: Database):
    with told.reading() as session:
        for model in (Party, Achievement, Need, Project, Contract):
            assert _count(session, model, col(model.origin) != Origin.DEMO) == 0
        assert all("演示" in name for name in session.exec(select(Party.name)).all())


def test_ledger_adds_up_to_the_registered_contracts(told: Database):
    with told.reading() as session:
        ledger = session.exec(select(func.sum(LedgerEntry.contract_amount_delta_cny))).one()
        registered = session.exec(
            select(func.sum(Contract.contract_amount_cny)).where(col(Contract.status) == ContractStatus.REGISTERED)
        ).one()
        kinds = set(session.exec(select(LedgerEntry.kind)).all())
    assert ledger == registered > 0
    assert {LedgerKind.REGISTRATION, LedgerKind.CHANGE} <= kinds


def test_desk_has_contracts_in_every_state(told: Database):
    with told.reading() as session:
        states = set(session.exec(select(Contract.status)).all())
    assert states >= {
        ContractStatus.SUBMITTED,
        ContractStatus.ACCEPTED,
        ContractStatus.REGISTERED,
        ContractStatus.REFUSED,
    }


def test_only_recent_contracts_wait_and_one_is_a_little_late(told: Database):
    today = CLOCK.today()
    with told.reading() as session:
        accepted = session.exec(select(Contract).where(col(Contract.status) == ContractStatus.ACCEPTED)).all()
        waiting = _count(
            session, Contract, col(Contract.status).in_([ContractStatus.SUBMITTED, ContractStatus.RETURNED])
        )
    overdue = [row.decide_by for row in accepted if row.decide_by is not None and row.decide_by < today]
    recent = [
        row for row in accepted if row.accepted_at is not None and row.accepted_at > CLOCK.now() - timedelta(days=15)
    ]
    assert len(overdue) == 1
    assert overdue[0] >= today - timedelta(days=5)
    assert len(recent) == len(accepted) - 1 > 2
    assert waiting == 5


def test_four_eyes_held_throughout(told: Database):
    with told.reading() as session:
        same = _count(session, Contract, col(Contract.accepted_by) == col(Contract.decided_by))
    assert same == 0


def test_one_need_led_to_a_registered_contract(told: Database):
    with told.reading() as session:
        need = session.exec(select(Need).where(col(Need.source_ref) == source_ref("need", STORY_NEED))).one()
        deal = session.exec(select(Deal).where(col(Deal.need_id) == need.id)).one()
        contract = session.exec(select(Contract).where(col(Contract.deal_id) == deal.id)).one()
    assert need.status is ListingStatus.SIGNED
    assert deal.status is DealStatus.AGREED
    assert contract.status is ContractStatus.REGISTERED
    assert contract.registration_no is not None
    assert contract.technical_income_cny > 0


def test_match_of_the_followed_need_was_found_and_tells_why(told: Database):
    with told.reading() as session:
        need = session.exec(select(Need).where(col(Need.source_ref) == source_ref("need", STORY_NEED))).one()
        match = session.exec(select(Match).where(col(Match.need_id) == need.id)).one()
        by_hand = session.exec(select(Match).where(col(Match.source) == MatchSource.BROKER)).all()
    assert match.source is MatchSource.ENGINE
    assert len(by_hand) == len(PAIRS)
    for one in (match, *by_hand):
        assert one.score >= FEASIBLE_SCORE
        assert one.terms
        assert sum(one.parts.values()) == pytest.approx(one.score, abs=0.01)


def test_every_open_need_has_matches(told: Database):
    with told.reading() as session:
        paired = select(Match.need_id).where(col(Match.score) > 0)
        live = _count(session, Need, col(Need.status).in_(LIVE), col(Need.id).not_in(paired))
    assert live == 0


def test_story_of_early_january_is_told_without_an_engine(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'market.db'}", pool_size=4)
    make_tables(database)
    january = FixedClock(datetime(2026, 1, 12, 2, 0, tzinfo=UTC))
    report = load_demo(database, clock=january, plans=(YearPlan(8, Decimal(60_000_000)), THIS_YEAR))
    with database.reading() as session:
        sources = set(session.exec(select(Match.source)).all())
    database.dispose()
    assert report.told > 0
    assert sources == {MatchSource.BROKER}


def test_projects_are_carried_out_by_firms_of_their_industry(told: Database):
    trades = {party.name: party.trades for party in content.parties()}
    with told.reading() as session:
        names = {row.id: row.name for row in session.exec(select(Party)).all()}
        projects = session.exec(select(Project)).all()
    for project in projects:
        assert (project.local_industry_code or TOWNS) in trades[names[project.enterprise_party_id]]


def test_projects_stand_in_every_county_and_go_no_further_than_today(told: Database):
    with told.reading() as session:
        regions = set(session.exec(select(Project.region_code)).all())
        late = _count(session, Project, col(Project.transferred_on) > CLOCK.today())
        under_way = _count(session, Project, col(Project.status) == ProjectStatus.UNDER_WAY)
    assert len(regions) == 23
    assert late == 0
    assert under_way > 50


def test_audit_chain_holds(told: Database):
    with told.reading() as session:
        assert not [item for item in audit.verify(session) if isinstance(item, audit.ChainFault)]


def test_telling_it_again_changes_nothing(told: Database):
    with told.reading() as session:
        before = audit.head(session)
    report = load_demo(told, clock=CLOCK, plans=PLANS)
    with told.reading() as session:
        assert audit.head(session) == before
    assert report.told == 0
    assert "demo-techmarket" in report.summary()


def test_ids_of_a_chapter_are_the_same_on_every_telling(told: Database, tmp_path: Path):
    other = Database(f"sqlite:///{tmp_path / 'other.db'}", pool_size=4)
    make_tables(other)
    story._tell(other, story._opening(CLOCK.today()), CLOCK.today(), set())
    with told.reading() as first, other.reading() as second:
        names = select(Party.name, Party.id).order_by(col(Party.name))
        assert first.exec(names).all() == second.exec(names).all()
    other.dispose()


class TestContent:
    def test_titles_and_texts_do_not_repeat(self):
        rows = [*content.achievements(), *content.needs()]
        assert len({row.title for row in rows}) == len(rows)
        assert len({row.description for row in content.achievements()}) == len(content.achievements())

    def test_all_fields_industries_and_counties_have_achievements(self):
        rows = content.achievements()
        assert len(rows) >= 240
        assert {row.field_code for row in rows} == {f"{number:02d}" for number in range(1, 12)}
        assert len({row.local_industry_code for row in rows} - {None}) == 18
        assert len({row.region_code for row in rows}) == 23
        assert len(content.needs()) >= 60

    def test_a_hundred_projects_cover_every_county_and_industry(self):
        rows = chosen()
        assert len({row.key for row in rows}) == 100
        assert len({row.region_code for row in rows}) == 23
        assert len({row.local_industry_code for row in rows}) == 19


def test_both_sides_find_new_pairs_in_their_inbox(told: Database):
    with told.reading() as session:
        institute = session.exec(select(User).where(User.login == "agriculture")).one()
        enterprises = session.exec(select(User).where(User.role == Role.ENTERPRISE)).all()

        by_user = [
            notices.list_notices(session, actor_of(one), PageRequest(), clock=CLOCK, from_score=NOTICE_SCORE)
            for one in (institute, *enterprises)
        ]

    assert by_user[0].total >= 1
    assert any(page.total for page in by_user[1:])
    assert all(one.score >= NOTICE_SCORE and one.read_at is None for page in by_user for one in page.items)
