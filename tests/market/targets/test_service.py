"""Targets have versions; a closed year stands still."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from market.contracts.models import ContractStatus
from market.contracts.schemas import EndContract
from market.contracts.service import deregister_contract
from market.kernel.actor import SYSTEM, Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.errors import Conflict, DomainError, Forbidden, Invalid
from market.kernel.paging import PageRequest
from market.projects.models import ProjectStatus
from market.projects.schemas import ConfirmTransfer
from market.projects.service import confirm_transfer
from market.targets import queries, rules, service
from market.targets.schemas import BoardFilter
from tests.factories.contracts import clerks_of, make_contract
from tests.factories.projects import make_project
from tests.factories.targets import make_target

YEAR = 2026
OFFICIAL = Actor(user_id=uuid4(), role=Role.OFFICIAL, office_code="640102")
ENTERPRISE = Actor(user_id=uuid4(), role=Role.ENTERPRISE)


@pytest.fixture
def next_january() -> FixedClock:
    return FixedClock(datetime(YEAR + 1, 1, 6, 2, 0, tzinfo=UTC))


class TestSetTarget:
    def test_new_version_leaves_earlier_days_alone(self, session, clock):
        make_target(session, clock)
        make_target(session, clock, contract_amount_cny=Decimal(3_500_000_000), valid_from=date(YEAR, 7, 1))

        june, july = (queries.progress(session, YEAR, as_of=date(YEAR, month, 15)).target for month in (6, 7))

        assert (june.target_version, june.contract_amount_cny) == (1, 3_000_000_000)
        assert (july.target_version, july.contract_amount_cny) == (2, 3_500_000_000)

    def test_version_cannot_reach_behind_the_last(self, session, clock):
        make_target(session, clock, valid_from=date(YEAR, 7, 1))

        with pytest.raises(Invalid):
            make_target(session, clock, valid_from=date(YEAR, 6, 30))

    def test_versions_are_numbered_through_when_set_at_once(self, database, clock):
        def set_one(_):
            with database.writing() as session:
                return make_target(session, clock).target_version

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(set_one, range(4))) == [1, 2, 3, 4]

    def test_no_target_before_its_first_day(self, session, clock):
        make_target(session, clock, valid_from=date(YEAR, 3, 1))

        assert queries.target_of(session, YEAR, date(YEAR, 2, 28)) is None


class TestCloseYear:
    def test_only_administrators_may(self, session, next_january):
        with pytest.raises(Forbidden):
            service.close_year(session, OFFICIAL, YEAR, clock=next_january)

    def test_not_before_its_end_and_not_twice(self, session, clock, next_january):
        with pytest.raises(Conflict, match="year_not_over"):
            service.close_year(session, SYSTEM, YEAR, clock=clock)

        service.close_year(session, SYSTEM, YEAR, clock=next_january)

        assert queries.is_closed(session, YEAR)
        with pytest.raises(Conflict, match="year_closed"):
            service.close_year(session, SYSTEM, YEAR, clock=next_january)

    def test_closed_once_when_two_close_at_once(self, database, next_january):
        def close(_):
            try:
                with database.writing() as session:
                    service.close_year(session, SYSTEM, YEAR, clock=next_january)
            except DomainError as error:
                return error.code
            return "closed"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(close, range(2))) == ["closed", "year_closed"]

    def test_later_removal_counts_in_the_year_it_is_made(self, session, clock, next_january):
        contract = make_contract(session, clock, ContractStatus.REGISTERED)
        service.close_year(session, SYSTEM, YEAR, clock=next_january)
        before = queries.progress(session, YEAR, as_of=date(YEAR + 1, 12, 31))

        end = EndContract(reason="双方协议解除合同")
        deregister_contract(session, clerks_of().first, contract.id, end, clock=next_january)

        assert queries.progress(session, YEAR, as_of=date(YEAR + 1, 12, 31)) == before
        assert before.is_closed
        assert before.count == 1
        following = queries.progress(session, YEAR + 1, as_of=date(YEAR + 1, 12, 31))
        assert (following.count, following.contract_amount_cny) == (-1, -contract.contract_amount_cny)

    def test_target_is_settled_too(self, session, next_january):
        service.close_year(session, SYSTEM, YEAR, clock=next_january)

        with pytest.raises(Conflict, match="year_closed"):
            make_target(session, next_january, year=YEAR)

    def test_no_project_is_transferred_into_it(self, session, clock, next_january):
        project = make_project(session, clock, ProjectStatus.UNDER_WAY)
        make_contract(session, clock, ContractStatus.REGISTERED, project_id=project.id)
        service.close_year(session, SYSTEM, YEAR, clock=next_january)

        command = ConfirmTransfer(transferred_on=date(YEAR, 12, 30))
        with pytest.raises(Conflict, match="year_closed"):
            confirm_transfer(session, OFFICIAL, project.id, command, clock=next_january)

        confirm_transfer(session, OFFICIAL, project.id, ConfirmTransfer(), clock=next_january)
        assert queries.progress(session, YEAR, as_of=next_january.today()).projects_transferred == 0


def test_contracts_behind_are_not_for_traders(session, clock):
    with pytest.raises(Forbidden):
        service.view_contracts_behind(session, ENTERPRISE, YEAR, BoardFilter(), PageRequest(), as_of=clock.today())


def test_season_runs_from_nothing_to_the_whole():
    days = [date(YEAR, 1, 1) + timedelta(days=number) for number in range(365)]
    shares = [rules.season_share(YEAR, day) for day in days]

    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert (rules.season_share(YEAR, date(YEAR - 1, 12, 31)), rules.season_share(YEAR, date(YEAR + 1, 1, 1))) == (0, 1)
