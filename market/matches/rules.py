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

TRANSITIONS: dict[tuple[MatchStatus, MatchAction], MatchStatus] = {
    (MatchStatus.SUGGESTED, MatchAction.EXPRESS_INTEREST): MatchStatus.INTERESTED,
    (MatchStatus.INTERESTED, MatchAction.CONSENT): MatchStatus.CONSENTED,
    (MatchStatus.SUGGESTED, MatchAction.DECLINE): MatchStatus.DECLINED,
    (MatchStatus.INTERESTED, MatchAction.DECLINE): MatchStatus.DECLINED,
    (MatchStatus.CONSENTED, MatchAction.DECLINE): MatchStatus.DECLINED,
    (MatchStatus.CONSENTED, MatchAction.OPEN_DEAL): MatchStatus.IN_DEAL,
    (MatchStatus.IN_DEAL, MatchAction.CLOSE_DEAL): MatchStatus.DECLINED,
}

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


def allowed_actions(
    status: MatchStatus, first_interest: Side | None, sides: frozenset[Side], *, may_assign: bool, may_open_deal: bool
) -> list[str]:
    """What a viewer who acts for `sides` can do now, named as in the API: interest, decline, assign, open_deal."""
    actions: list[str] = []
    if sides:
        waits_for_this_side = status is MatchStatus.INTERESTED and bool(sides - {first_interest})
        if status is MatchStatus.SUGGESTED or waits_for_this_side:
            actions.append("interest")
        if (status, MatchAction.DECLINE) in TRANSITIONS:
            actions.append("decline")
    if may_open_deal and status is MatchStatus.CONSENTED:
        actions.append("open_deal")
    if may_assign and status is not MatchStatus.DECLINED:
        actions.append("assign")
    return actions
