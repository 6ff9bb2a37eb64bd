"""The machines of projects: status, stage, milestones."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.kernel.errors import Conflict, IllegalTransition
from market.projects import rules
from market.projects.models import Milestone, MilestoneStatus, ProjectStage, ProjectStatus
from market.projects.rules import ProjectAction

PROJECT = uuid4()


def _milestone(position: int, status: MilestoneStatus, *, replaces: int | None = None, **overrides) -> Milestone:
    values = {"stage": ProjectStage.SAMPLE, "money_cny": Decimal("100.00"), **overrides}
    return Milestone(
        project_id=PROJECT,
        position=position,
        title="里程碑",
        due_on=date(2026, 6, 30),
        status=status,
        replaces_position=replaces,
        **values,
    )


@pytest.mark.parametrize(
    ("current", "action", "following"),
    [
        (ProjectStatus.PLANNED, ProjectAction.START, ProjectStatus.UNDER_WAY),
        (ProjectStatus.UNDER_WAY, ProjectAction.CONFIRM_TRANSFER, ProjectStatus.TRANSFERRED),
        (ProjectStatus.PLANNED, ProjectAction.TERMINATE, ProjectStatus.TERMINATED),
        (ProjectStatus.UNDER_WAY, ProjectAction.TERMINATE, ProjectStatus.TERMINATED),
    ],
)
def test_next_status_follows_the_table(current, action, following):
    assert rules.next_status(current, action) is following


@given(st.lists(st.sampled_from(ProjectAction), max_size=8))
@settings(max_examples=60)
def test_nothing_leads_out_of_the_last_states(actions):
    status = ProjectStatus.PLANNED
    for action in actions:
        was_final = status in {ProjectStatus.TRANSFERRED, ProjectStatus.TERMINATED}
        try:
            status = rules.next_status(status, action)
        except IllegalTransition as error:
            assert rules.STATUS_LABELS[status] in error.detail  # noqa: PT017
        else:
            assert not was_final


def test_stage_advances_when_all_its_milestones_are_met():
    milestones = [_milestone(1, MilestoneStatus.MET), _milestone(2, MilestoneStatus.OPEN, stage=ProjectStage.PRODUCT)]

    assert rules.next_stage(ProjectStage.SAMPLE, milestones) is ProjectStage.PRODUCT


@pytest.mark.parametrize("status", [MilestoneStatus.OPEN, MilestoneStatus.MISSED])
def test_stage_stays_while_a_milestone_is_not_met(status):
    with pytest.raises(Conflict, match="milestones_not_met"):
        rules.next_stage(ProjectStage.SAMPLE, [_milestone(1, MilestoneStatus.MET), _milestone(2, status)])


def test_stage_without_milestones_cannot_be_left():
    with pytest.raises(Conflict, match="stage_without_milestone"):
        rules.next_stage(ProjectStage.SAMPLE, [])


def test_stage_never_goes_beyond_commodity():
    with pytest.raises(IllegalTransition, match="last_stage"):
        rules.next_stage(ProjectStage.COMMODITY, [_milestone(1, MilestoneStatus.MET, stage=ProjectStage.COMMODITY)])


def test_missed_milestone_is_made_good_over_several_attempts_and_keeps_its_money_frozen():
    milestones = [
        _milestone(1, MilestoneStatus.MISSED),
        _milestone(2, MilestoneStatus.MISSED, replaces=1),
        _milestone(3, MilestoneStatus.MET, replaces=2),
    ]

    assert rules.next_stage(ProjectStage.SAMPLE, milestones) is ProjectStage.PRODUCT
    assert rules.money_in(milestones, MilestoneStatus.MISSED) == Decimal("200.00")
    assert rules.money_in(milestones, MilestoneStatus.MET) == Decimal("100.00")


def test_verdict_on_a_milestone_is_final():
    assert rules.next_milestone_status(MilestoneStatus.OPEN, MilestoneStatus.MISSED) is MilestoneStatus.MISSED

    with pytest.raises(IllegalTransition, match="milestone_assessed"):
        rules.next_milestone_status(MilestoneStatus.MISSED, MilestoneStatus.MET)
