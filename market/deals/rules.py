"""Decisions about a deal: its transitions, whose turn it is, and what terms may be offered. Pure."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from market.deals.models import DealStatus, ProposalStatus
from market.kernel.errors import IllegalTransition
from market.matches.models import Side

TRANSFER_KIND = "ZR"
LICENCE_KIND = "XK"
EXCLUSIVE_LICENCE_MODES = frozenset({"exclusive", "sole"})
"""独占许可 and 排他许可 of the licence_modes list: both promise that no other licence is given."""

STATUS_LABELS: dict[DealStatus, str] = {
    DealStatus.TALKS: "洽谈中",
    DealStatus.PROPOSED: "方案待对方确认",
    DealStatus.ACCEPTED: "方案已接受,待提出方确认",
    DealStatus.AGREED: "已成交",
    DealStatus.CLOSED: "已结束",
}

OPEN_STATUSES = frozenset({DealStatus.TALKS, DealStatus.PROPOSED, DealStatus.ACCEPTED})
"""While a deal is in one of these, its listings are in talks."""


class DealAction(StrEnum):
    """What moves a deal from one status to another."""

    PROPOSE = "propose"
    ACCEPT = "accept"
    AGREE = "agree"
    CLOSE = "close"


ACTION_LABELS: dict[DealAction, str] = {
    DealAction.PROPOSE: "提出方案",
    DealAction.ACCEPT: "接受方案",
    DealAction.AGREE: "确认成交",
    DealAction.CLOSE: "结束洽谈",
}

TRANSITIONS: dict[tuple[DealStatus, DealAction], DealStatus] = {
    (DealStatus.TALKS, DealAction.PROPOSE): DealStatus.PROPOSED,
    (DealStatus.PROPOSED, DealAction.PROPOSE): DealStatus.PROPOSED,
    (DealStatus.ACCEPTED, DealAction.PROPOSE): DealStatus.PROPOSED,
    (DealStatus.PROPOSED, DealAction.ACCEPT): DealStatus.ACCEPTED,
    (DealStatus.ACCEPTED, DealAction.AGREE): DealStatus.AGREED,
    (DealStatus.TALKS, DealAction.CLOSE): DealStatus.CLOSED,
    (DealStatus.PROPOSED, DealAction.CLOSE): DealStatus.CLOSED,
    (DealStatus.ACCEPTED, DealAction.CLOSE): DealStatus.CLOSED,
}


PROPOSAL_TRANSITIONS: dict[tuple[ProposalStatus, DealAction], ProposalStatus] = {
    (ProposalStatus.OPEN, DealAction.ACCEPT): ProposalStatus.ACCEPTED,
    (ProposalStatus.OPEN, DealAction.PROPOSE): ProposalStatus.SUPERSEDED,
    (ProposalStatus.ACCEPTED, DealAction.PROPOSE): ProposalStatus.SUPERSEDED,
}

EVENT_LABELS: dict[str, str] = {
    **{str(action): label for action, label in ACTION_LABELS.items()},
    "open": "开启洽谈",
    "note": "沟通记录",
    "assign": "指派技术经理人",
    "escalate": "超期未答复,提请技术经理人跟进",
}
"""What the record of a deal calls each event."""


def next_status(current: DealStatus, action: DealAction) -> DealStatus:
    """The status after the action; raises `IllegalTransition` where the current one does not allow it."""
    try:
        return TRANSITIONS[current, action]
    except KeyError:
        raise IllegalTransition(
            "illegal_deal_transition",
            f"这项洽谈目前为“{STATUS_LABELS[current]}”,不能{ACTION_LABELS[action]},请刷新后查看最新进展。",
        ) from None


def next_proposal_status(current: ProposalStatus, action: DealAction) -> ProposalStatus:
    """What the action makes of the proposal on the table; raises `IllegalTransition` where it cannot."""
    try:
        return PROPOSAL_TRANSITIONS[current, action]
    except KeyError:
        raise IllegalTransition(
            "illegal_proposal_transition", f"这份方案已被处理,不能再{ACTION_LABELS[action]},请刷新后查看最新进展。"
        ) from None


def awaited_side(status: DealStatus, proposer: Side | None) -> Side | None:
    """Whose answer the response clock waits for: the other side's on a proposal, the proposer's once it is accepted.

    None: nobody's (the deal is over), or either side's (no proposal has been made yet).
    """
    if status is DealStatus.PROPOSED and proposer is not None:
        return other_side(proposer)
    return proposer if status is DealStatus.ACCEPTED else None


def other_side(side: Side) -> Side:
    """The side opposite."""
    return Side.ACHIEVEMENT if side is Side.NEED else Side.NEED


def allowed_actions(
    status: DealStatus,
    proposer: Side | None,
    side: Side | None,
    *,
    may_propose: bool,
    may_note: bool,
    may_assign: bool,
) -> list[str]:
    """What a viewer can do now, named as in the API; `side` is the party's own one, None for brokers and officials."""
    actions: list[str] = []
    if may_propose and (status, DealAction.PROPOSE) in TRANSITIONS:
        actions.append("propose")
    if side is not None:
        if status is DealStatus.PROPOSED and proposer is not side:
            actions.append("accept")
        if status is DealStatus.ACCEPTED and proposer is side:
            actions.append("agree")
        if (status, DealAction.CLOSE) in TRANSITIONS:
            actions.append("close")
    if may_assign and status in OPEN_STATUSES:
        actions.append("assign")
    if may_note:
        actions.append("notes")
    return actions


def exhausts_achievement(contract_kind_code: str, licence_mode_code: str | None) -> bool:
    """Whether nobody else can still be given the technology: it is transferred, or licensed to one (独占, 排他)."""
    if contract_kind_code == TRANSFER_KIND:
        return True
    return contract_kind_code == LICENCE_KIND and licence_mode_code in EXCLUSIVE_LICENCE_MODES


def licence_must_end_by(expiries: Iterable[date | None]) -> date | None:
    """The last day a licence may run, 民法典 865: no longer than the longest-lived of the rights it rests on.

    None (no bound): no right is named, or the expiry of one (a technical secret, a right not yet granted) is not known.
    """
    known = list(expiries)
    days = [day for day in known if day is not None]
    return max(days) if days and len(days) == len(known) else None
