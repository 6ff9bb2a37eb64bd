"""The life cycle of a listing: which state follows which, how long it is valid, when it may be renewed. Pure."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from market.kernel.clock import business_date
from market.kernel.errors import Conflict, IllegalTransition
from market.listings.models import LIVE, ListingStatus

LIFETIME_DAYS = 180
"""How long a listing is valid from publication or renewal (ours)."""

RENEWAL_WINDOW_DAYS = 30
"""How long before its end a listing may be renewed; after its end it may be at any time (ours)."""


class ListingAction(StrEnum):
    """What moves a listing from one state to another."""

    SUBMIT = "submit"
    PUBLISH = "publish"
    RETURN = "return"
    WITHDRAW = "withdraw"
    RENEW = "renew"
    EXPIRE = "expire"
    START_TALKS = "start_talks"
    RELEASE = "release"
    SIGN = "sign"


STATUS_LABELS: dict[ListingStatus, str] = {
    ListingStatus.DRAFT: "草稿",
    ListingStatus.SUBMITTED: "待审核",
    ListingStatus.RETURNED: "已退回",
    ListingStatus.PUBLISHED: "已发布",
    ListingStatus.IN_TALKS: "洽谈中",
    ListingStatus.SIGNED: "已签约",
    ListingStatus.WITHDRAWN: "已撤下",
    ListingStatus.EXPIRED: "已过期",
}

ACTION_LABELS: dict[ListingAction, str] = {
    ListingAction.SUBMIT: "提交审核",
    ListingAction.PUBLISH: "发布",
    ListingAction.RETURN: "退回",
    ListingAction.WITHDRAW: "撤下",
    ListingAction.RENEW: "续期",
    ListingAction.EXPIRE: "到期",
    ListingAction.START_TALKS: "开始洽谈",
    ListingAction.RELEASE: "结束洽谈",
    ListingAction.SIGN: "签约",
}

_S, _A = ListingStatus, ListingAction

TRANSITIONS: dict[tuple[ListingStatus, ListingAction], ListingStatus] = {
    (_S.DRAFT, _A.SUBMIT): _S.SUBMITTED,
    (_S.DRAFT, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _A.PUBLISH): _S.PUBLISHED,
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _A.SUBMIT): _S.SUBMITTED,
    (_S.RETURNED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.PUBLISHED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.PUBLISHED, _A.RENEW): _S.PUBLISHED,
    (_S.PUBLISHED, _A.EXPIRE): _S.EXPIRED,
    (_S.PUBLISHED, _A.START_TALKS): _S.IN_TALKS,
    # Talks keep a listing alive past its date: nobody loses a deal to the calendar. It expires when they end.
    (_S.IN_TALKS, _A.START_TALKS): _S.IN_TALKS,
    (_S.IN_TALKS, _A.RENEW): _S.IN_TALKS,
    (_S.IN_TALKS, _A.RELEASE): _S.PUBLISHED,
    (_S.IN_TALKS, _A.SIGN): _S.SIGNED,
    (_S.EXPIRED, _A.RENEW): _S.PUBLISHED,
    (_S.EXPIRED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.WITHDRAWN, _A.SUBMIT): _S.SUBMITTED,
}
"""Every legal step; what is not here is illegal. A listing in talks is withdrawn by closing its deals first."""

_SHOWN = tuple(LIVE)  # compared one by one: to hash a member costs more, and the pairing asks by the million
LOCKED_FOR_EDITING = frozenset({ListingStatus.SUBMITTED, ListingStatus.SIGNED})
"""Under review the text stands still, so that what is published is what was read; after signing it is a record."""


def next_status(current: ListingStatus, action: ListingAction) -> ListingStatus:
    """The state after the action; raises `IllegalTransition` where the current one does not allow it."""
    try:
        return TRANSITIONS[current, action]
    except KeyError:
        remedy = (
            "请先结束正在进行的洽谈。"
            if (current, action) == (ListingStatus.IN_TALKS, ListingAction.WITHDRAW)
            else "请刷新后查看最新状态。"
        )
        raise IllegalTransition(
            "illegal_listing_transition", f"当前状态为“{STATUS_LABELS[current]}”,不能{ACTION_LABELS[action]},{remedy}"
        ) from None


def check_editable(status: ListingStatus) -> None:
    """Raise `Conflict` where the content may not be changed in this state."""
    if status is ListingStatus.SUBMITTED:
        raise Conflict("under_review", "正在审核,暂不能修改;如需修改,请等待审核结果,或先撤下再修改后重新提交。")
    if status in LOCKED_FOR_EDITING:
        raise Conflict("listing_closed", f"当前状态为“{STATUS_LABELS[status]}”,内容已作为记录保存,不能修改。")


def expiry(from_instant: datetime) -> datetime:
    """When a listing that is published or renewed at this instant ends."""
    return from_instant + timedelta(days=LIFETIME_DAYS)


def renewal_window(expires_at: datetime) -> date:
    """The first business date on which the listing may be renewed."""
    return business_date(expires_at - timedelta(days=RENEWAL_WINDOW_DAYS))


def may_renew(status: ListingStatus, expires_at: datetime | None, today: date) -> bool:
    """Whether one click renews it now."""
    if (status, ListingAction.RENEW) not in TRANSITIONS:
        return False
    return status is ListingStatus.EXPIRED or expires_at is None or today >= renewal_window(expires_at)


def check_renewable(status: ListingStatus, expires_at: datetime | None, today: date) -> None:
    """Raise `IllegalTransition` in the wrong state, `Conflict` before the window opens."""
    next_status(status, ListingAction.RENEW)
    if expires_at is not None and not may_renew(status, expires_at, today):
        raise Conflict(
            "renewal_too_early",
            f"有效期到 {business_date(expires_at)},从 {renewal_window(expires_at)} 起可以续期,现在不需要操作。",
        )


def is_due(status: ListingStatus, expires_at: datetime | None, now: datetime) -> bool:
    """Whether the listing's validity is over and it must expire."""
    return expires_at is not None and expires_at <= now and (status, ListingAction.EXPIRE) in TRANSITIONS


def is_shown(status: ListingStatus, expires_at: datetime | None, now: datetime) -> bool:
    """Whether others than its own people may see the listing: live, and not overdue for expiring."""
    return status in _SHOWN and not is_due(status, expires_at, now)


def allowed_actions(
    status: ListingStatus, expires_at: datetime | None, today: date, *, is_lister: bool, is_reviewer: bool
) -> list[str]:
    """What a viewer can do with the listing now, named as in the API."""
    actions = []
    if is_lister and status not in LOCKED_FOR_EDITING:
        actions.append("edit")
    for action, allowed in (
        (ListingAction.SUBMIT, is_lister),
        (ListingAction.PUBLISH, is_reviewer),
        (ListingAction.RETURN, is_reviewer),
        (ListingAction.WITHDRAW, is_lister or is_reviewer),
    ):
        if allowed and (status, action) in TRANSITIONS:
            actions.append(action.value)
    if is_lister and may_renew(status, expires_at, today):
        actions.append(ListingAction.RENEW.value)
    return actions
