"""What a contract may become, by when it must be decided, and under which text: pure decisions over `data/rules.json`.

A rule set has a version and a validity; a decision stores the version it was made under. A draft of the law is kept as data and
shown as a draft, never applied.
"""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from market.contracts.models import ContractStatus
from market.kernel.calendar import add_working_days
from market.kernel.errors import IllegalTransition

S = ContractStatus


class ContractAction(StrEnum):
    """What people do with a contract."""

    EDIT = "edit"
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    REGISTER = "register"
    REFUSE = "refuse"
    CHANGE = "change"
    RECORD_INCOME = "record_income"
    DEREGISTER = "deregister"
    REVOKE = "revoke"


A = ContractAction

STATUS_LABELS = {
    S.DRAFT: "草稿",
    S.SUBMITTED: "已提交",
    S.ACCEPTED: "已受理",
    S.RETURNED: "待补正",
    S.REGISTERED: "已登记",
    S.REFUSED: "不予登记",
    S.DEREGISTERED: "已注销",
    S.REVOKED: "已撤销",
}

_ACTION_LABELS = {
    A.EDIT: "修改",
    A.SUBMIT: "提交",
    A.ACCEPT: "受理",
    A.RETURN: "退回补正",
    A.REGISTER: "登记",
    A.REFUSE: "不予登记",
    A.CHANGE: "变更",
    A.RECORD_INCOME: "登记技术性收入",
    A.DEREGISTER: "注销",
    A.REVOKE: "撤销",
}

TRANSITIONS: dict[tuple[ContractStatus, ContractAction], ContractStatus] = {
    (S.DRAFT, A.EDIT): S.DRAFT,
    (S.RETURNED, A.EDIT): S.RETURNED,
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.RETURNED, A.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, A.ACCEPT): S.ACCEPTED,
    (S.SUBMITTED, A.RETURN): S.RETURNED,
    (S.ACCEPTED, A.RETURN): S.RETURNED,
    (S.ACCEPTED, A.REGISTER): S.REGISTERED,
    (S.ACCEPTED, A.REFUSE): S.REFUSED,
    (S.REGISTERED, A.CHANGE): S.REGISTERED,
    (S.REGISTERED, A.RECORD_INCOME): S.REGISTERED,
    (S.REGISTERED, A.DEREGISTER): S.DEREGISTERED,
    (S.REGISTERED, A.REVOKE): S.REVOKED,
}

FILER_ACTIONS = frozenset({A.EDIT, A.SUBMIT, A.RECORD_INCOME})
OFFICE_ACTIONS = frozenset(ContractAction) - {A.EDIT, A.SUBMIT}

NUMBERED = frozenset({S.REGISTERED, S.DEREGISTERED, S.REVOKED})
"""The states in which a contract has a registration number and a certificate, valid or not."""


def next_status(current: ContractStatus, action: ContractAction) -> ContractStatus:
    """The state after the action; raises `IllegalTransition` that says what the contract is now."""
    found = TRANSITIONS.get((current, action))
    if found is None:
        raise IllegalTransition(
            "illegal_transition",
            f"合同目前为“{STATUS_LABELS[current]}”,不能{_ACTION_LABELS[action]}。请刷新后按当前状态操作。",
        )
    return found


def actions_from(current: ContractStatus) -> frozenset[ContractAction]:
    """What the state as such allows, whoever asks."""
    return frozenset(action for status, action in TRANSITIONS if status == current)


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(_Data):
    """A number of calendar or working days."""

    days: int
    unit: Literal["calendar_days", "working_days"]

    def after(self, start: date) -> date:
        """The last day of the period; the day of the event itself is not counted."""
        if self.unit == "working_days":
            return add_working_days(start, self.days)
        return start + timedelta(days=self.days)


class LargeContracts(Period):
    """A longer period, and review by experts, from an amount on."""

    technology_amount_cny: Decimal
    route: str


class FilingWindow(_Data):
    warn_after_days: int
    mark: str
    note: str


class RuleSet(_Data):
    """One text of the law as data. `state` draft: published for comment, applied to nothing."""

    version: str
    title: str
    state: Literal["in_force", "draft", "repealed"]
    mark: str
    valid_from: date | None
    valid_to: date | None
    decision: Period
    large: LargeContracts | None
    filing: FilingWindow

    def is_in_force(self, on: date) -> bool:
        """Whether it may be applied on this day."""
        return (
            self.state != "draft"
            and self.valid_from is not None
            and self.valid_from <= on
            and (self.valid_to is None or on <= self.valid_to)
        )

    def decide_by(self, accepted_on: date, technology_amount_cny: Decimal) -> date:
        """The last day on which the office may decide."""
        if self.large is not None and technology_amount_cny >= self.large.technology_amount_cny:
            return self.large.after(accepted_on)
        return self.decision.after(accepted_on)


class FindingRule(_Data):
    """Where a finding of the pre-check comes from."""

    citation: str
    mark: str


class RuleBook(_Data):
    """All versions, and the sources of the pre-check."""

    name: str
    title: str
    rule_sets: tuple[RuleSet, ...]
    finding_rules: dict[str, FindingRule]

    def in_force(self, on: date) -> RuleSet:
        """The set that applies on a day; the latest, should two overlap. Raises LookupError before the first."""
        fitting = [rules for rules in self.rule_sets if rules.is_in_force(on)]
        if not fitting:
            raise LookupError(f"no rule set in force on {on}")
        return max(fitting, key=lambda rules: rules.valid_from or date.min)

    def get(self, version: str) -> RuleSet | None:
        return next((rules for rules in self.rule_sets if rules.version == version), None)

    def review_threshold_cny(self) -> Decimal | None:
        """The lowest amount from which any text, a draft included, sends a contract to experts."""
        amounts = [rules.large.technology_amount_cny for rules in self.rule_sets if rules.large is not None]
        return min(amounts, default=None)


@cache
def rule_book() -> RuleBook:
    """The rules as shipped."""
    text = files("market.contracts").joinpath("data/rules.json").read_text(encoding="utf-8")
    return RuleBook.model_validate_json(text)
