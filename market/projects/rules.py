"""Pure decisions about projects: which status follows, when a stage may be left, what money is free."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from market.kernel.errors import Conflict, FieldError, IllegalTransition, Invalid
from market.kernel.money import ZERO_CNY
from market.projects.models import Milestone, MilestoneStatus, ProjectStage, ProjectStatus
from market.projects.schemas import MilestoneDraft


class ProjectAction(StrEnum):
    """What an official may do to a project's status."""

    START = "start"
    CONFIRM_TRANSFER = "confirm_transfer"
    TERMINATE = "terminate"


STAGE_LABELS = {ProjectStage.SAMPLE: "样品", ProjectStage.PRODUCT: "产品", ProjectStage.COMMODITY: "商品"}
STATUS_LABELS = {
    ProjectStatus.PLANNED: "已立项",
    ProjectStatus.UNDER_WAY: "实施中",
    ProjectStatus.TRANSFERRED: "已转化",
    ProjectStatus.TERMINATED: "已终止",
}
OPEN_STATUSES = frozenset({ProjectStatus.PLANNED, ProjectStatus.UNDER_WAY})

_TRANSITIONS: dict[tuple[ProjectStatus, ProjectAction], ProjectStatus] = {
    (ProjectStatus.PLANNED, ProjectAction.START): ProjectStatus.UNDER_WAY,
    (ProjectStatus.UNDER_WAY, ProjectAction.CONFIRM_TRANSFER): ProjectStatus.TRANSFERRED,
    (ProjectStatus.PLANNED, ProjectAction.TERMINATE): ProjectStatus.TERMINATED,
    (ProjectStatus.UNDER_WAY, ProjectAction.TERMINATE): ProjectStatus.TERMINATED,
}
_ACTION_LABELS = {
    ProjectAction.START: "启动",
    ProjectAction.CONFIRM_TRANSFER: "确认转化",
    ProjectAction.TERMINATE: "终止",
}
_STAGES = list(ProjectStage)


def next_status(current: ProjectStatus, action: ProjectAction) -> ProjectStatus:
    """The status after the action; raises `IllegalTransition`."""
    following = _TRANSITIONS.get((current, action))
    if following is None:
        raise IllegalTransition(
            "illegal_transition", f"项目目前为“{STATUS_LABELS[current]}”,不能{_ACTION_LABELS[action]}。"
        )
    return following


def require_status(current: ProjectStatus, allowed: Iterable[ProjectStatus], doing: str) -> None:
    """Raise `IllegalTransition` unless the project is in one of these states; `doing` is Chinese for the sentence."""
    if current not in allowed:
        raise IllegalTransition("illegal_transition", f"项目目前为“{STATUS_LABELS[current]}”,不能{doing}。")


def next_stage(current: ProjectStage, milestones: Sequence[Milestone]) -> ProjectStage:
    """The stage after this one: 样品 → 产品 → 商品, never back.

    A stage may be left when it has milestones and each is met, or missed and made good by one that is met.
    """
    if current is _STAGES[-1]:
        raise IllegalTransition("last_stage", "项目已处于“商品”阶段,没有下一阶段;请确认转化。")
    of_stage = [milestone for milestone in milestones if milestone.stage == current]
    if not of_stage:
        raise Conflict(
            "stage_without_milestone", f"“{STAGE_LABELS[current]}”阶段没有里程碑,请先补充里程碑并考核后再进入下一阶段。"
        )
    unfinished = [milestone for milestone in of_stage if not is_made_good(milestone, milestones)]
    if unfinished:
        positions = "、".join(str(milestone.position) for milestone in unfinished)
        raise Conflict(
            "milestones_not_met",
            f"“{STAGE_LABELS[current]}”阶段的里程碑 {positions} 尚未达标,请完成考核,或新增补做的里程碑并达标后再进入下一阶段。",
        )
    return _STAGES[_STAGES.index(current) + 1]


def is_made_good(milestone: Milestone, milestones: Sequence[Milestone]) -> bool:
    """Met, or missed and replaced (also over several attempts) by one that is met."""
    if milestone.status == MilestoneStatus.MET:
        return True
    if milestone.status == MilestoneStatus.OPEN:
        return False
    return any(
        is_made_good(later, milestones)
        for later in milestones
        # a replacement stands behind what it replaces, so that the chain always ends
        if later.replaces_position == milestone.position and later.position > milestone.position
    )


def next_milestone_status(current: MilestoneStatus, verdict: MilestoneStatus) -> MilestoneStatus:
    """An open milestone is assessed once; the verdict stays in the record."""
    if current is not MilestoneStatus.OPEN:
        raise IllegalTransition("milestone_assessed", "这个里程碑已经考核过,结论不再更改;未达标的请新增补做里程碑。")
    return verdict


def money_in(milestones: Iterable[Milestone], status: MilestoneStatus) -> Decimal:
    """The money of the milestones in this state: released where met, frozen where missed."""
    return sum((milestone.money_cny for milestone in milestones if milestone.status == status), ZERO_CNY)


def check_dates(starts_on: date, due_on: date) -> list[FieldError]:
    if due_on < starts_on:
        return [FieldError("due_on", "完成日期早于开始日期。", "请改为不早于开始日期的日期。")]
    return []


def check_money(total_investment_cny: Decimal, public_funding_cny: Decimal) -> list[FieldError]:
    if public_funding_cny > total_investment_cny:
        return [FieldError("public_funding_cny", "财政资金大于总投资。", "请核对金额,财政资金不得超过总投资。")]
    return []


def check_milestones(
    existing: Sequence[Milestone],
    added: Sequence[MilestoneDraft],
    *,
    field: str,
    period: tuple[date, date],
    public_funding_cny: Decimal,
) -> list[FieldError]:
    """Dates within the project's period, replacements of missed ones only, money within the public funding."""
    starts_on, due_on = period
    errors = []
    missed = {milestone.position for milestone in existing if milestone.status == MilestoneStatus.MISSED}
    for index, milestone in enumerate(added):
        if not starts_on <= milestone.due_on <= due_on:
            errors.append(
                FieldError(
                    f"{field}.{index}.due_on",
                    "里程碑日期不在项目起止日期之内。",
                    f"请填 {starts_on} 至 {due_on} 之间的日期。",
                )
            )
        if milestone.replaces_position is not None and milestone.replaces_position not in missed:
            errors.append(
                FieldError(
                    f"{field}.{index}.replaces_position",
                    "只能补做已考核为未达标的里程碑。",
                    "请填未达标里程碑的序号,或留空。",
                )
            )
    money = sum((milestone.money_cny for milestone in existing), ZERO_CNY)
    money += sum((milestone.money_cny for milestone in added), ZERO_CNY)
    if money > public_funding_cny:
        errors.append(
            FieldError(
                "public_funding_cny",
                f"里程碑资金合计 {money} 元,超过财政资金 {public_funding_cny} 元。",
                "请调低里程碑资金或调高财政资金。",
            )
        )
    return errors


def raise_all(errors: Sequence[FieldError]) -> None:
    """Raise one `Invalid` that names every field."""
    if errors:
        raise Invalid("invalid_project", "".join(f"{error.message}{error.remedy}" for error in errors), errors)
