"""The demo story, told once up to a day in April and looked at from all sides."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from market.achievements.models import Achievement
from market.contracts.models import Contract, ContractStatus, LedgerEntry, LedgerKind
from market.deals.models import Deal, DealStatus
from market.kernel import audit
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.listings.models import ListingStatus
from market.needs.models import Need
from market.parties.models import Origin, Party
from market.projects.models import Project, ProjectStatus
from market.targets.models import Target
from seed.demo import content
from seed.demo.listings import STORY_NEED, source_ref
from seed.demo.projects import chosen
from seed.demo.story import load_demo

pytestmark = pytest.mark.slow
CLOCK = FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A SQLite database with the story: the demo is for the embedded size."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'market.db'}", pool_size=4)
    all_tables().create_all(database.engine)
    load_demo(database, clock=CLOCK)
    yield database
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
    report = load_demo(told, clock=CLOCK)
    with told.reading() as session:
        assert audit.head(session) == before
    assert report.told == 0
    assert "demo-techmarket" in report.summary()


def test_ids_of_a_chapter_are_the_same_on_every_telling(told: Database, tmp_path: Path):
    other = Database(f"sqlite:///{tmp_path / 'other.db'}", pool_size=4)
    all_tables().create_all(other.engine)
    from seed.demo import story  # noqa: PLC0415

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
