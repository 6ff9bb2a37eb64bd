"""Decisions about a match: its transitions, and who may do what when. Pure."""

from datetime import date
from enum import StrEnum

from market.kernel.calendar import add_working_days
from market.kernel.errors import Conflict, IllegalTransition
from market.matches.models import MatchStatus, Side

RESPONSE_WORKING_DAYS = 5
"""How long the side that has been asked may take before the broker is called (ours)."""

STATUS_LABELS: dict[MatchStatus, str] = {
    MatchStatus.SUGGESTED: "系统推荐",
    MatchStatus.INTERESTED: "一方有意向",
    MatchStatus.CONSENTED: "双方同意",
    MatchStatus.IN_DEAL: "洽谈中",
    MatchStatus.DECLINED: "已婉拒",
}

SIDE_LABELS: dict[Side, str] = {Side.NEED: "需求方", Side.ACHIEVEMENT: "成果方"}


class MatchAction(StrEnum):
    """What moves a match from one status to another."""

    EXPRESS_INTEREST = "express_interest"
    CONSENT = "consent"
    DECLINE = "decline"
    OPEN_DEAL = "open_deal"
    CLOSE_DEAL = "close_deal"


ACTION_LABELS: dict[MatchAction, str] = {
    MatchAction.EXPRESS_INTEREST: "表达意向",
    MatchAction.CONSENT: "同意对接",
    MatchAction.DECLINE: "婉拒",
    MatchAction.OPEN_DEAL: "开启洽谈",
    MatchAction.CLOSE_DEAL: "结束洽谈",
}

EVENT_LABELS: dict[str, str] = {
    **{str(action): label for action, label in ACTION_LABELS.items()},
    "suggest": "经理人推荐",
    "assign": "指派技术经理人",
    "note": "沟通记录",
    "escalate": "超期未答复,提请技术经理人跟进",
}
"""What the record of a match calls each event."""

TRANSITIONS: dict[tuple[MatchStatus, MatchAction], MatchStatus] = {
    (MatchStatus.SUGGESTED, MatchAction.EXPRESS_INTEREST): MatchStatus.INTERESTED,
    (MatchStatus.INTERESTED, MatchAction.CONSENT): MatchStatus.CONSENTED,
    (MatchStatus.SUGGESTED, MatchAction.DECLINE): MatchStatus.DECLINED,
    (MatchStatus.INTERESTED, MatchAction.DECLINE): MatchStatus.DECLINED,
    (MatchStatus.CONSENTED, MatchAction.DECLINE): MatchStatus.DECLINED,
    (MatchStatus.CONSENTED, MatchAction.OPEN_DEAL): MatchStatus.IN_DEAL,
    (MatchStatus.IN_DEAL, MatchAction.CLOSE_DEAL): MatchStatus.DECLINED,
}

AWAITING_ANSWER = frozenset({MatchStatus.INTERESTED, MatchStatus.CONSENTED})
"""While a match is in one of these, the response clock runs: for the asked side, then for whoever opens the talks."""

CONSENT_GIVEN = frozenset({MatchStatus.CONSENTED, MatchStatus.IN_DEAL})
"""While a match is in one of these, each side may read what the other discloses after consent."""


def next_status(current: MatchStatus, action: MatchAction) -> MatchStatus:
    """The status after the action; raises `IllegalTransition` where the current one does not allow it."""
    try:
        return TRANSITIONS[current, action]
    except KeyError:
        raise IllegalTransition(
            "illegal_match_transition",
            f"这条对接目前为“{STATUS_LABELS[current]}”,不能{ACTION_LABELS[action]},请刷新后查看最新进展。",
        ) from None


def interest_action(current: MatchStatus, first_interest: Side | None, side: Side) -> MatchAction:
    """What this side's interest means: the first one asks the other side, the second one consents.

    Raises `Conflict` where the side has already said so.
    """
    if current is MatchStatus.INTERESTED and first_interest is side:
        raise Conflict(
            "already_interested", f"{SIDE_LABELS[side]}已表达过意向,正在等待对方回应;对方同意后即可开启洽谈。"
        )
    return MatchAction.CONSENT if current is MatchStatus.INTERESTED else MatchAction.EXPRESS_INTEREST


def response_deadline(today: date) -> date:
    """The last working day on which the asked side answers in time."""
    return add_working_days(today, RESPONSE_WORKING_DAYS)


def is_overdue(respond_by: date | None, today: date) -> bool:
    """Whether the response clock has run out; the last day itself is still in time."""
    return respond_by is not None and respond_by < today


def is_assignable(status: MatchStatus) -> bool:
    """Whether a broker may be assigned through the match: once talks are open, the deal says who looks after them."""
    return status not in {MatchStatus.IN_DEAL, MatchStatus.DECLINED}


def allowed_actions(
    status: MatchStatus,
    first_interest: Side | None,
    sides: frozenset[Side],
    *,
    may_assign: bool,
    may_open_deal: bool,
    may_note: bool,
) -> list[str]:
    """What a viewer who acts for `sides` can do now, named as in the API: interest, decline, open_deal, assign, notes."""
    actions: list[str] = []
    if sides:
        waits_for_this_side = status is MatchStatus.INTERESTED and bool(sides - {first_interest})
        if status is MatchStatus.SUGGESTED or waits_for_this_side:
            actions.append("interest")
        if (status, MatchAction.DECLINE) in TRANSITIONS:
            actions.append("decline")
    if may_open_deal and status is MatchStatus.CONSENTED:
        actions.append("open_deal")
    if may_assign and is_assignable(status):
        actions.append("assign")
    if may_note:
        actions.append("notes")
    return actions
