"""Use-cases of matches: interest and consent, declining, brokers, escalation; `recording` stores what was computed.

Locks are taken in one order, match → broker, and all of them before the first audit entry, whose chain lock is held to the end of
the transaction. Deals lock deal → match → need → achievement in front of these functions.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from market.achievements.models import Achievement
from market.kernel import audit
from market.kernel.actor import SYSTEM, Actor, Permission
from market.kernel.clock import Clock
from market.kernel.db import get_row, lock_row
from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion, invalid_field
from market.kernel.paging import Page, PageRequest
from market.listings.models import Listing
from market.listings.rules import is_shown
from market.matches import access, outcome_queries, queries, rules, views
from market.matches.access import Pair
from market.matches.models import Match, MatchEvent, MatchSource, MatchStatus, Side
from market.matches.outcome_models import Decision
from market.matches.recording import new_match
from market.matches.rules import MatchAction
from market.matches.schemas import (
    AssignBroker,
    DeclineMatch,
    MatchView,
    NoteMatch,
    SuggestMatch,
)
from market.needs.models import Need
from market.parties import queries as parties
from market.parties.models import Broker
from market.reference.lists import code_list

_ESCALATION_BATCH = 200


def suggest_match(session: Session, actor: Actor, command: SuggestMatch, *, clock: Clock) -> Match:
    """A broker puts a pair forward and looks after it from then on; a computed suggestion becomes the broker's.

    Raises `Conflict` where people are already at work on the pair or have declined it.
    """
    actor.require(Permission.ACT_ON_MATCHES)
    if actor.broker_id is None:
        raise Forbidden("brokers_only", "只有技术经理人可以推荐对接;您可以在自己的成果或需求下查看系统推荐。")
    pair_of_listings = _shown_listings(session, command, clock)
    match = queries.find_match(session, command.need_id, command.achievement_id)
    if match is not None and (match.status is not MatchStatus.SUGGESTED or match.source is MatchSource.BROKER):
        raise Conflict("match_exists", f"这对需求和成果已有对接记录,目前为“{rules.STATUS_LABELS[match.status]}”。")
    if match is None:
        match = new_match(command.need_id, command.achievement_id, clock.now())
        session.add(match)
    _lock_available_broker(session, actor.broker_id, clock)
    match.source, match.broker_id, match.updated_at = MatchSource.BROKER, actor.broker_id, clock.now()
    session.flush()  # the unique pair decides between two brokers, and foreign keys lock, before the audit chain does
    _log(session, actor, Pair(match, *pair_of_listings), "suggest", clock, note=command.note)
    return match


def express_interest(
    session: Session,
    actor: Actor,
    match_id: UUID,
    *,
    clock: Clock,
    expected_version: int | None = None,
    side: Side | None = None,
) -> Match:
    """The first side's interest asks the other and starts its clock; the second side's is the consent of both.

    `side` is needed only from a broker who looks after both listings. Raises `Conflict` where the side has said so before or a
    listing is no longer live.
    """
    pair, side = _lock_for_side(session, actor, match_id, side, expected_version)
    match = pair.match
    action = rules.interest_action(match.status, match.first_interest, side)
    status = rules.next_status(match.status, action)
    _require_shown(pair, clock)
    match.status = status
    match.first_interest = match.first_interest or side
    match.respond_by, match.escalated_at = rules.response_deadline(clock.today()), None
    match.updated_at = clock.now()
    _log(session, actor, pair, action, clock, side=side)
    return match


def decline_match(
    session: Session,
    actor: Actor,
    match_id: UUID,
    command: DeclineMatch,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Match:
    """One side says no, with a coded reason that both sides read; the pair is not suggested again."""
    pair, side = _lock_for_side(session, actor, match_id, command.side, expected_version)
    code_list("match_decline_reasons").require(command.reason_code, "reason_code")
    _decline(pair.match, MatchAction.DECLINE, side, command.reason_code, clock)
    pair.match.decline_note = command.note
    _log(session, actor, pair, MatchAction.DECLINE, clock, side=side, note=command.note)
    return pair.match


def assign_broker(
    session: Session,
    actor: Actor,
    match_id: UUID,
    command: AssignBroker,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Match:
    """Put the match into a broker's hands: one who is active, qualified today and below the load limit.

    Once talks are open, `deals.service.assign_broker` changes the broker.
    """
    actor.require(Permission.ASSIGN_BROKER)
    pair = _lock(session, actor, match_id, expected_version)
    if not rules.is_assignable(pair.match.status):
        raise Conflict(
            "match_not_assignable", "洽谈已开启或对接已结束;洽谈中的经理人请在洽谈页面更换,已结束的无需指派。"
        )
    hand_to_broker(session, actor, pair, command.broker_id, clock=clock)
    return pair.match


def hand_to_broker(session: Session, actor: Actor, pair: Pair, broker_id: UUID, *, clock: Clock) -> None:
    """Assign the broker to a match that the caller has locked and may hand out; checks the broker, not the caller."""
    if pair.match.broker_id == broker_id:
        raise Conflict("broker_already_assigned", "这位技术经理人已经在负责这条对接。")
    _lock_available_broker(session, broker_id, clock)
    pair.match.broker_id, pair.match.updated_at = broker_id, clock.now()
    _log(session, actor, pair, "assign", clock)


def add_note(session: Session, actor: Actor, match_id: UUID, command: NoteMatch, *, clock: Clock) -> MatchEvent:
    """Add a line to the record; owners and brokers of the match may, officials only read."""
    actor.require(Permission.ACT_ON_MATCHES)
    pair = _lock(session, actor, match_id, None)
    if not access.takes_part(actor, pair):
        raise Forbidden("read_only", "您只能查看这条对接,不能添加记录。")
    side = views.viewer_side(actor, pair)
    return _log(session, actor, pair, "note", clock, side=side, note=command.note)


def escalate_overdue(session: Session, *, clock: Clock) -> int:
    """Call the broker wherever an answer is overdue, a batch at most; returns how many. Commit and call again until it is none.

    Run daily; what somebody is just working on waits a day.
    """
    matches = queries.lock_overdue(session, clock.today(), _ESCALATION_BATCH)
    for match in matches:
        match.escalated_at = match.updated_at = clock.now()
    for pair in queries.pairs_of(session, matches):
        _log(session, SYSTEM, pair, "escalate", clock)
    return len(matches)


def mark_in_deal(session: Session, actor: Actor, pair: Pair, *, clock: Clock) -> None:
    """Talks are opened; for deals, which have locked the match."""
    match = pair.match
    match.status = rules.next_status(match.status, MatchAction.OPEN_DEAL)
    match.respond_by, match.escalated_at, match.updated_at = None, None, clock.now()
    _log(session, actor, pair, MatchAction.OPEN_DEAL, clock, side=views.viewer_side(actor, pair))


def mark_deal_closed(session: Session, actor: Actor, pair: Pair, *, side: Side, reason_code: str, clock: Clock) -> None:
    """Talks ended without a contract: the consent ends with them, and the pair is not suggested again.

    For deals, which have locked the match; `reason_code` is of deal_close_reasons.
    """
    _decline(pair.match, MatchAction.CLOSE_DEAL, side, reason_code, clock)
    _log(session, actor, pair, MatchAction.CLOSE_DEAL, clock, side=side)


def side_of(session: Session, actor: Actor, match: Match) -> Side | None:
    """The side the actor speaks for; None for strangers, officials, the broker of the match, and a broker of both listings."""
    return views.viewer_side(actor, queries.pair_of(session, match))


def view_match(session: Session, actor: Actor, match_id: UUID, *, clock: Clock) -> MatchView:
    """The match as this actor may see it.

    `NotFound` for everybody who has no part in it, and for a side to which a mere suggestion would tell of a listing that is over.
    """
    actor.require(Permission.READ_MEMBER_FIELDS)
    pair = queries.pair_of(session, queries.get_match(session, match_id))
    if not access.may_see(actor, pair) or _is_over_for(actor, pair, clock.now()):
        raise NotFound("not_found", "没有找到这条对接,可能已被撤下或链接有误。")
    return views.match_views(session, actor, [pair], clock=clock)[0]


def list_matches_of_need(
    session: Session, actor: Actor, need_id: UUID, request: PageRequest, *, clock: Clock
) -> Page[MatchView]:
    """The matches of a need, for its owner, its broker and officials."""
    actor.require(Permission.READ_MEMBER_FIELDS)
    _require_holder(actor, get_row(session, Need, need_id, "技术需求"), "技术需求")
    return _view_page(session, actor, queries.matches_of_need(session, need_id, request, now=clock.now()), clock)


def list_matches_of_achievement(
    session: Session, actor: Actor, achievement_id: UUID, request: PageRequest, *, clock: Clock
) -> Page[MatchView]:
    """The matches of an achievement, for its owner, its broker and officials."""
    actor.require(Permission.READ_MEMBER_FIELDS)
    _require_holder(actor, get_row(session, Achievement, achievement_id, "科技成果"), "科技成果")
    page = queries.matches_of_achievement(session, achievement_id, request, now=clock.now())
    return _view_page(session, actor, page, clock)


def list_inbox(session: Session, actor: Actor, request: PageRequest, *, clock: Clock) -> Page[MatchView]:
    """What waits for this actor: a broker's pairs, an official's escalated pairs without a broker, or a party's own."""
    actor.require(Permission.READ_MEMBER_FIELDS)
    if actor.broker_id is not None:
        page = queries.inbox_of_broker(session, actor.broker_id, request, now=clock.now())
    elif access.oversees(actor):
        page = queries.inbox_of_officials(session, request)
    elif actor.party_id is not None:
        page = queries.inbox_of_party(session, actor.party_id, request, now=clock.now())
    else:
        page = Page[Match](items=[], page=request.page, size=request.size, total=0)
    return _view_page(session, actor, page, clock)


def _view_page(session: Session, actor: Actor, page: Page[Match], clock: Clock) -> Page[MatchView]:
    items = views.match_views(session, actor, queries.pairs_of(session, page.items), clock=clock)
    return Page[MatchView](items=items, page=page.page, size=page.size, total=page.total)


def _require_holder(actor: Actor, listing: Listing, noun: str) -> None:
    is_broker = actor.broker_id is not None and listing.broker_id == actor.broker_id
    if not (actor.acts_for(listing.owner_party_id) or is_broker or access.oversees(actor)):
        raise NotFound("not_found", f"没有找到这条{noun},可能已被撤下或链接有误。")


def _is_over_for(actor: Actor, pair: Pair, now: datetime) -> bool:
    """Whether nobody has answered a suggestion and the other side's listing is not shown any more; its broker and officials still see it."""
    if (
        pair.match.status is not MatchStatus.SUGGESTED
        or access.is_broker_of(actor, pair.match)
        or access.oversees(actor)
    ):
        return False
    sides = access.sides_of(actor, pair)
    others = ((Side.NEED, pair.need), (Side.ACHIEVEMENT, pair.achievement))
    return any(not is_shown(listing.status, listing.expires_at, now) for side, listing in others if side not in sides)


def _lock(session: Session, actor: Actor, match_id: UUID, expected_version: int | None) -> Pair:
    pair = queries.pair_of(session, lock_row(session, Match, match_id, queries.NOUN))
    if not access.may_see(actor, pair):  # before the version: a stranger must not learn that the match exists
        raise NotFound("not_found", "没有找到这条对接,可能已被撤下或链接有误。")
    if expected_version is not None and pair.match.version != expected_version:
        raise StaleVersion
    return pair


def _lock_for_side(
    session: Session, actor: Actor, match_id: UUID, side: Side | None, expected_version: int | None
) -> tuple[Pair, Side]:
    """The locked match, and the side for which the actor speaks on it."""
    actor.require(Permission.ACT_ON_MATCHES)
    pair = _lock(session, actor, match_id, expected_version)
    sides = access.sides_of(actor, pair)
    if not sides:
        raise Forbidden("not_a_side", "只有需求方、成果方或其委托的技术经理人可以表态;您可以添加沟通记录或指派经理人。")
    if side is None and len(sides) > 1:
        raise invalid_field(
            "side", "您同时代理双方,无法判断代表哪一方。", "请填写 need(需求方)或 achievement(成果方)。"
        )
    if side is not None and side not in sides:
        raise invalid_field("side", "您不能代表这一方表态。", "请改为您所代表的一方,或不填。")
    return pair, side or next(iter(sides))


def _require_shown(pair: Pair, clock: Clock) -> None:
    for listing, noun in ((pair.need, "技术需求"), (pair.achievement, "科技成果")):
        if not is_shown(listing.status, listing.expires_at, clock.now()):
            raise Conflict("listing_not_live", f"这条对接的{noun}已不在公开状态(撤回、过期或已签约),不能继续对接。")


def _shown_listings(session: Session, command: SuggestMatch, clock: Clock) -> tuple[Need, Achievement]:
    need = get_row(session, Need, command.need_id, "技术需求")
    achievement = get_row(session, Achievement, command.achievement_id, "科技成果")
    for listing, noun in ((need, "技术需求"), (achievement, "科技成果")):
        if not is_shown(listing.status, listing.expires_at, clock.now()):  # a draft's existence is nobody's business
            raise NotFound("not_found", f"没有找到这条{noun},可能已被撤下或链接有误。")
    if need.owner_party_id == achievement.owner_party_id:
        raise Invalid("same_owner", "需求和成果属于同一主体,不能相互对接,请另选一条。")
    return need, achievement


def _lock_available_broker(session: Session, broker_id: UUID, clock: Clock) -> Broker:
    """The broker, locked so that two assignments cannot both take the last place."""
    broker = lock_row(session, Broker, broker_id, "技术经理人")
    if not broker.is_active:
        raise Conflict("broker_inactive", "这位技术经理人已停止执业,请另选一位。")
    if broker.qualified_until is not None and broker.qualified_until < clock.today():
        raise Conflict("broker_not_qualified", "这位技术经理人的资格证书已过有效期,请另选一位或先更新证书。")
    if parties.broker_load(session, broker_id) >= broker.max_load:
        raise Conflict("broker_full", f"这位技术经理人在手的对接和洽谈已达上限({broker.max_load} 项),请另选一位。")
    return broker


def _decline(match: Match, action: MatchAction, side: Side, reason_code: str, clock: Clock) -> None:
    match.status = rules.next_status(match.status, action)
    match.declined_by, match.decline_reason_code = side, reason_code
    match.respond_by, match.updated_at = None, clock.now()


def _log(
    session: Session,
    actor: Actor,
    pair: Pair,
    action: str,
    clock: Clock,
    *,
    side: Side | None = None,
    note: str = "",
) -> MatchEvent:
    match = pair.match
    event = MatchEvent(
        match_id=match.id, at=clock.now(), actor_id=actor.user_id, side=side or "", action=action, note=note
    )
    session.add(event)
    session.flush()  # foreign keys lock their rows before the audit chain is locked
    if isinstance(action, MatchAction):
        session.add(_standing(session, match, event))
        session.flush()
    facts = {
        "status": match.status,
        "side": side,
        "reason_code": match.decline_reason_code,
        "broker_id": match.broker_id,
    }
    audit.record(session, actor, f"match.{_PAST_TENSE[action]}", match.id, clock, facts)
    return event


def _standing(session: Session, match: Match, event: MatchEvent) -> Decision:
    """How the pair stands at this moment, for whoever learns from the decision."""
    return Decision(
        event_id=event.id,
        place=outcome_queries.place_of(session, match),
        score=match.score,
        parts=dict(match.parts),
        model_version=match.model_version,
    )


_PAST_TENSE = {
    MatchAction.EXPRESS_INTEREST: "interest_expressed",
    MatchAction.CONSENT: "consented",
    MatchAction.DECLINE: "declined",
    MatchAction.OPEN_DEAL: "deal_opened",
    MatchAction.CLOSE_DEAL: "deal_closed",
    "suggest": "suggested",
    "assign": "broker_assigned",
    "note": "noted",
    "escalate": "escalated",
}
