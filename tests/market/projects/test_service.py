"""Projects from the plan to the transfer, on the real database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from market.contracts.models import ContractStatus
from market.kernel.actor import SYSTEM, Actor, Role
from market.kernel.errors import Conflict, DomainError, Forbidden, IllegalTransition, Invalid, NotFound, StaleVersion
from market.kernel.paging import PageRequest
from market.projects import queries, service, views
from market.projects.models import MilestoneStatus, ProjectStage, ProjectStatus
from market.projects.schemas import (
    AssessMilestone,
    ConfirmTransfer,
    EditProject,
    MilestoneDraft,
    ProjectFilter,
    TerminateProject,
)
from tests.factories.contracts import make_contract
from tests.factories.projects import draft_project, make_project, meet

ENTERPRISE = Actor(user_id=uuid4(), role=Role.ENTERPRISE)
OFFICIAL = Actor(user_id=uuid4(), role=Role.OFFICIAL, office_code="640102")


class TestCreateProject:
    def test_enterprise_may_not(self, session, clock):
        with pytest.raises(Forbidden):
            service.create_project(session, ENTERPRISE, draft_project(session, clock), clock=clock)

    def test_number_is_the_years_next_when_none_is_given(self, session, clock):
        numbers = [make_project(session, clock, number=number).number for number in (None, 7, None)]

        assert numbers == [1, 7, 8]

    def test_number_is_refused_when_taken(self, session, clock):
        make_project(session, clock, number=7)

        with pytest.raises(Conflict, match="number_taken"):
            make_project(session, clock, number=7)

    def test_numbers_are_consecutive_when_many_officials_enter_at_once(self, database, clock):
        def enter(_):
            with database.writing() as session:
                return make_project(session, clock).number

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(enter, range(12))) == list(range(1, 13))

    @pytest.mark.parametrize(
        ("overrides", "field"),
        [
            ({"due_on": date(2025, 1, 1), "milestones": []}, "due_on"),
            ({"public_funding_cny": Decimal(9_000_000)}, "public_funding_cny"),
            ({"public_funding_cny": Decimal(600_000)}, "public_funding_cny"),
            ({"region_code": "110000"}, "region_code"),
            ({"region_code": "nowhere"}, "region_code"),
            ({"field_code": "99"}, "field_code"),
            ({"achievement_id": uuid4()}, "achievement_id"),
        ],
    )
    def test_bad_input_names_the_field(self, session, clock, overrides, field):
        with pytest.raises(Invalid) as caught:
            make_project(session, clock, **overrides)

        assert field in [error.field for error in caught.value.fields]
        assert all(error.remedy for error in caught.value.fields)

    def test_unknown_enterprise_is_bad_input(self, session, clock):
        with pytest.raises(Invalid, match="party_unknown"):
            make_project(session, clock, enterprise_party_id=uuid4())


class TestStages:
    def test_project_reaches_the_market_step_by_step(self, session, clock):
        project = make_project(session, clock, ProjectStatus.UNDER_WAY)

        meet(session, clock, project, 1)
        service.advance_stage(session, OFFICIAL, project.id, clock=clock)
        meet(session, clock, project, 2)
        service.advance_stage(session, OFFICIAL, project.id, clock=clock)
        service.confirm_transfer(session, OFFICIAL, project.id, ConfirmTransfer(note="验收通过"), clock=clock)

        shown = views.view_project(session, ENTERPRISE, project.id)
        assert (shown.stage, shown.status) == (ProjectStage.COMMODITY, ProjectStatus.TRANSFERRED)
        assert shown.transferred_on == clock.today()
        assert (shown.released_cny, shown.frozen_cny) == (Decimal("700000.00"), Decimal("0.00"))

    def test_missed_milestone_blocks_until_a_replacement_is_met(self, session, clock):
        project = make_project(session, clock, ProjectStatus.UNDER_WAY)
        missed = AssessMilestone(status=MilestoneStatus.MISSED)
        service.assess_milestone(session, OFFICIAL, project.id, 1, missed, clock=clock)

        with pytest.raises(Conflict, match="milestones_not_met"):
            service.advance_stage(session, OFFICIAL, project.id, clock=clock)

        again = MilestoneDraft(
            title="复测合格", stage=ProjectStage.SAMPLE, due_on=date(2026, 5, 1), replaces_position=1
        )
        service.edit_project(session, OFFICIAL, project.id, EditProject(add_milestones=[again]), clock=clock)
        meet(session, clock, project, 3)
        service.advance_stage(session, OFFICIAL, project.id, clock=clock)

        assert views.view_project(session, OFFICIAL, project.id).frozen_cny == Decimal("300000.00")

    def test_planned_project_cannot_advance(self, session, clock):
        project = make_project(session, clock)

        with pytest.raises(IllegalTransition):
            service.advance_stage(session, OFFICIAL, project.id, clock=clock)

    def test_milestone_that_is_not_there(self, session, clock):
        project = make_project(session, clock, ProjectStatus.UNDER_WAY)

        with pytest.raises(NotFound):
            meet(session, clock, project, 9)

    def test_assessment_cannot_lie_in_the_future(self, session, clock):
        project = make_project(session, clock, ProjectStatus.UNDER_WAY)
        verdict = AssessMilestone(status=MilestoneStatus.MET, assessed_on=clock.today() + timedelta(days=1))

        with pytest.raises(Invalid):
            service.assess_milestone(session, OFFICIAL, project.id, 1, verdict, clock=clock)


class TestConfirmTransfer:
    def test_refused_without_commodity_or_contract(self, session, clock):
        project = make_project(session, clock, ProjectStatus.UNDER_WAY)

        with pytest.raises(Conflict, match="transfer_unproved"):
            service.confirm_transfer(session, OFFICIAL, project.id, ConfirmTransfer(), clock=clock)

    def test_registered_contract_of_the_project_proves_it(self, session, clock):
        project = make_project(session, clock, ProjectStatus.UNDER_WAY)
        make_contract(session, clock, ContractStatus.REGISTERED, project_id=project.id)

        service.confirm_transfer(session, OFFICIAL, project.id, ConfirmTransfer(), clock=clock)

        assert queries.transferred_count(session, 2026, clock.today()) == 1
        assert queries.transferred_count(session, 2026, clock.today() - timedelta(days=1)) == 0
        assert queries.count_by_stage(session, 2026)[ProjectStage.SAMPLE] == 1

    def test_counts_once_when_two_officials_confirm_at_once(self, database, clock):
        with database.writing() as session:
            project = make_project(session, clock, ProjectStatus.UNDER_WAY)
            make_contract(session, clock, ContractStatus.REGISTERED, project_id=project.id)

        def confirm(_):
            try:
                with database.writing() as session:
                    service.confirm_transfer(session, OFFICIAL, project.id, ConfirmTransfer(), clock=clock)
            except DomainError as error:
                return error.code
            return "done"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(confirm, range(2))) == ["done", "illegal_transition"]


class TestEditProject:
    def test_only_given_fields_change(self, session, clock):
        project = make_project(session, clock)
        before = project.model_dump()

        service.edit_project(session, OFFICIAL, project.id, EditProject(title="改后的名称"), clock=clock)
        session.flush()

        changed = {name for name, value in project.model_dump().items() if value != before[name]}
        assert changed == {"title", "version"}

    def test_stale_version_is_refused(self, session, clock):
        project = make_project(session, clock)
        session.flush()

        with pytest.raises(StaleVersion):
            service.edit_project(
                session, OFFICIAL, project.id, EditProject(title="新名称"), clock=clock, expected_version=9
            )

    def test_required_field_cannot_be_emptied(self, session, clock):
        project = make_project(session, clock)

        with pytest.raises(Invalid):
            service.edit_project(session, OFFICIAL, project.id, EditProject(title=None), clock=clock)

    def test_terminated_project_is_not_edited(self, session, clock):
        project = make_project(session, clock)
        service.terminate_project(session, OFFICIAL, project.id, TerminateProject(note="企业停产"), clock=clock)

        with pytest.raises(IllegalTransition):
            service.edit_project(session, OFFICIAL, project.id, EditProject(title="新名称"), clock=clock)


def test_list_includes_what_lies_in_the_region(session, clock):
    inside = make_project(session, clock, region_code="640122")
    make_project(session, clock, region_code="640302")
    wanted = ProjectFilter(year=2026, region_code="640100")

    found = views.view_projects(session, SYSTEM, wanted, PageRequest())

    assert [project.id for project in found.items] == [inside.id]
    assert found.items[0].region_name == "贺兰县"
