"""Use-cases of deals: talks, proposals, agreement, closing, escalation.

Every use-case locks deal → match → need → achievement before it writes its first audit entry: the order is the same everywhere, and
nothing is locked while the audit chain's lock is held.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session

from market.achievements import queries as achievements
from market.achievements import service as achievement_service
from market.achievements.models import Achievement
from market.deals import queries, rules, terms, views
from market.deals.models import Deal, DealEvent, Proposal
from market.deals.queries import DealRoom
from market.deals.rules import DealAction
from market.deals.schemas import CloseDeal, DealCard, DealNote, DealView, OpenDeal, ProposeTerms
from market.kernel import audit
from market.kernel.actor import SYSTEM, Actor, Permission
from market.kernel.clock import Clock
from market.kernel.db import lock_row
from market.kernel.errors import Conflict, Forbidden, NotFound, StaleVersion
from market.kernel.paging import Page, PageRequest
from market.listings.models import ListingStatus
from market.matches import access
from market.matches import queries as matches
from market.matches import service as match_service
from market.matches.access import Pair
from market.matches.models import Match, Side
from market.matches.rules import MatchAction, response_deadline
from market.matches.rules import next_status as next_match_status
from market.matches.schemas import AssignBroker
from market.needs import service as need_service
from market.needs.models import Need
from market.reference.lists import code_list

_ESCALATION_BATCH = 200


def open_deal(session: Session, actor: Actor, command: OpenDeal, *, clock: Clock) -> Deal:
    """Open talks on a match both sides consented to; both listings are in talks from then on.

    Either side, the brokers of the listings and the broker of the match may. Of two clicks at once one gets a `Conflict`.
    """
    actor.require(Permission.NEGOTIATE_DEALS)
    pair = _lock_pair(session, command.match_id)
    if not access.may_see(actor, pair):
        raise NotFound("not_found", "没有找到这条对接,可能已被撤下或链接有误。")
    if not access.takes_part(actor, pair):
        raise Forbidden("not_a_side", "只有对接双方或其技术经理人可以开启洽谈。")
    next_match_status(pair.match.status, MatchAction.OPEN_DEAL)
    _require_available(pair)
    deal = _new_deal(pair, clock)
    session.add(deal)
    session.flush()  # foreign keys lock their rows before the audit chain is locked
    match_service.mark_in_deal(session, actor, pair, clock=clock)
    need_service.mark_in_talks(session, pair.need.id, clock=clock)
    achievement_service.mark_in_talks(session, pair.achievement.id, clock=clock)
    _log(session, actor, deal, _Entry("open", facts={"match_id": pair.match.id}), clock)
    return deal


def propose_terms(
    session: Session,
    actor: Actor,
    deal_id: UUID,
    command: ProposeTerms,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Proposal:
    """Offer terms for one's side; they take the place of those on the table, and the other side's clock starts.

    The broker to whom a side has given its listing may offer for it; accepting and agreeing bind and are left to the parties.
    """
    room = _lock(session, actor, deal_id, expected_version)
    side = _proposing_side(actor, room)
    rules.next_status(room.deal.status, DealAction.PROPOSE)  # refused before anything else is looked at
    _require_available(room.pair)
    terms.check_terms(command, achievements.intellectual_property_of(session, room.pair.achievement.id))
    standing = queries.standing_proposal(session, deal_id)
    if standing is not None:
        standing.status = rules.next_proposal_status(standing.status, DealAction.PROPOSE)
    proposal = Proposal(
        deal_id=deal_id,
        number=queries.last_number(session, deal_id) + 1,
        by_party_id=views.party_of(room.deal, side),
        by_user_id=actor.user_id,
        offered_at=clock.now(),
        **command.model_dump(),
    )
    session.add(proposal)
    room.deal.status = rules.next_status(room.deal.status, DealAction.PROPOSE)
    _start_clock(room.deal, clock)
    entry = _Entry(DealAction.PROPOSE, side, f"第 {proposal.number} 号方案", _amounts(proposal))
    _log(session, actor, room.deal, entry, clock)
    return proposal


def accept_proposal(
    session: Session, actor: Actor, deal_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Deal:
    """The other side accepts the open proposal; the proposer's clock starts."""
    room = _lock(session, actor, deal_id, expected_version)
    side = _own_side(actor, room)
    rules.next_status(room.deal.status, DealAction.ACCEPT)
    proposal = _standing(session, room.deal)
    if views.side_of_party(room.deal, proposal.by_party_id) is side:
        raise Conflict("own_proposal", "这是己方提出的方案,须由对方接受;如要修改,请重新提出方案。")
    _require_available(room.pair)
    room.deal.status = rules.next_status(room.deal.status, DealAction.ACCEPT)
    proposal.status = rules.next_proposal_status(proposal.status, DealAction.ACCEPT)
    _start_clock(room.deal, clock)
    _log(session, actor, room.deal, _Entry(DealAction.ACCEPT, side, facts=_amounts(proposal)), clock)
    return room.deal


def agree_deal(
    session: Session, actor: Actor, deal_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Deal:
    """The proposer confirms the accepted terms: the deal is agreed, and the contract can be drafted from it.

    The need is signed. The achievement is signed where nobody else can still have it, otherwise it stays in talks with others or
    goes back to published.
    """
    room = _lock(session, actor, deal_id, expected_version)
    side = _own_side(actor, room)
    rules.next_status(room.deal.status, DealAction.AGREE)
    proposal = _standing(session, room.deal)
    if views.side_of_party(room.deal, proposal.by_party_id) is not side:
        raise Conflict("awaiting_proposer", "您已接受对方的方案,须由提出方最后确认;如有变化,请重新提出方案。")
    _require_available(room.pair)
    deal = room.deal
    deal.status = rules.next_status(deal.status, DealAction.AGREE)
    deal.agreed_at, deal.agreed_proposal_id = clock.now(), proposal.id
    deal.respond_by, deal.escalated_at, deal.updated_at = None, None, clock.now()
    _log(session, actor, deal, _Entry(DealAction.AGREE, side, facts=_amounts(proposal)), clock)
    need_service.mark_signed(session, deal.need_id, clock=clock)
    if rules.exhausts_achievement(proposal.contract_kind_code, proposal.licence_mode_code):
        achievement_service.mark_signed(session, deal.achievement_id, clock=clock)
    else:
        _release_achievement(session, room, clock)
    return deal


def close_deal(
    session: Session,
    actor: Actor,
    deal_id: UUID,
    command: CloseDeal,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Deal:
    """One side ends the talks with a coded reason; listings that are in no other talks are published again."""
    room = _lock(session, actor, deal_id, expected_version)
    side = _own_side(actor, room)
    code_list("deal_close_reasons").require(command.reason_code, "reason_code")
    deal = room.deal
    deal.status = rules.next_status(deal.status, DealAction.CLOSE)
    deal.closed_at = deal.updated_at = clock.now()
    deal.closed_by_party_id = views.party_of(deal, side)
    deal.close_reason_code, deal.close_note = command.reason_code, command.note
    deal.respond_by = None
    entry = _Entry(DealAction.CLOSE, side, command.note, {"reason_code": command.reason_code})
    _log(session, actor, deal, entry, clock)
    match_service.mark_deal_closed(session, actor, room.pair, side=side, reason_code=command.reason_code, clock=clock)
    if room.pair.need.status is ListingStatus.IN_TALKS and not queries.has_open_deal(
        session, need_id=deal.need_id, except_for=deal.id
    ):
        need_service.release_from_talks(session, deal.need_id, clock=clock)
    _release_achievement(session, room, clock)
    return deal


def add_note(session: Session, actor: Actor, deal_id: UUID, command: DealNote, *, clock: Clock) -> DealEvent:
    """Add a line to the record, also after the talks are over; the parties and their brokers may."""
    room = _lock(session, actor, deal_id, None)
    if not views.takes_part(actor, room):
        raise Forbidden("read_only", "您只能查看这项洽谈,不能添加记录。")
    return _log(session, actor, room.deal, _Entry("note", views.viewer_side(actor, room), command.text), clock)


def assign_broker(
    session: Session,
    actor: Actor,
    deal_id: UUID,
    command: AssignBroker,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Deal:
    """Put open talks into a broker's hands: an official, or the broker who has them, may."""
    actor.require(Permission.ASSIGN_BROKER)
    room = _lock(session, actor, deal_id, expected_version, Permission.ASSIGN_BROKER)
    if room.deal.status not in rules.OPEN_STATUSES:
        raise Conflict("deal_over", "洽谈已经结束,无需指派技术经理人。")
    match_service.hand_to_broker(session, actor, room.pair, command.broker_id, clock=clock)
    room.deal.broker_id, room.deal.updated_at = command.broker_id, clock.now()
    _log(session, actor, room.deal, _Entry("assign", facts={"broker_id": command.broker_id}), clock)
    return room.deal


def escalate_overdue(session: Session, *, clock: Clock) -> int:
    """Call the broker wherever an answer is overdue, a batch at most; returns how many. Commit and call again until it is none.

    Run daily; what somebody is just working on waits a day.
    """
    deals = queries.lock_overdue(session, clock.today(), _ESCALATION_BATCH)
    for deal in deals:
        deal.escalated_at = deal.updated_at = clock.now()
    for deal in deals:
        _log(session, SYSTEM, deal, _Entry("escalate"), clock)
    return len(deals)


def view_deal(session: Session, actor: Actor, deal_id: UUID, *, clock: Clock) -> DealView:
    """The deal room as this actor may see it: the two parties, the brokers, and officials; `NotFound` for everybody else."""
    actor.require(Permission.READ_MEMBER_FIELDS)
    room = queries.room_of(session, queries.get_deal(session, deal_id))
    _require_visible(actor, room)
    return views.deal_view(session, actor, room, clock=clock)


def list_deals(session: Session, actor: Actor, request: PageRequest, *, clock: Clock) -> Page[DealCard]:
    """The actor's deals: those a broker looks after, all for officials, or the party's own."""
    actor.require(Permission.READ_MEMBER_FIELDS)
    if actor.broker_id is not None:
        page = queries.deals_of_broker(session, actor.broker_id, request)
    elif access.oversees(actor):
        page = queries.all_deals(session, request)
    elif actor.party_id is not None:
        page = queries.deals_of_party(session, actor.party_id, request)
    else:
        page = Page[Deal](items=[], page=request.page, size=request.size, total=0)
    cards = views.deal_cards(session, page.items, clock=clock)
    return Page[DealCard](items=cards, page=page.page, size=page.size, total=page.total)


def _lock_pair(session: Session, match_id: UUID) -> Pair:
    match = lock_row(session, Match, match_id, matches.NOUN)
    need = lock_row(session, Need, match.need_id, "技术需求")
    return Pair(match, need, lock_row(session, Achievement, match.achievement_id, "科技成果"))


def _lock(
    session: Session,
    actor: Actor,
    deal_id: UUID,
    expected_version: int | None,
    permission: Permission = Permission.NEGOTIATE_DEALS,
) -> DealRoom:
    """The deal with its match and listings, all locked, for an actor who may see it."""
    actor.require(permission)
    deal = lock_row(session, Deal, deal_id, queries.NOUN)
    room = DealRoom(deal, _lock_pair(session, deal.match_id))
    _require_visible(actor, room)  # before the version: a stranger must not learn that the deal exists
    if expected_version is not None and deal.version != expected_version:
        raise StaleVersion
    return room


def _require_visible(actor: Actor, room: DealRoom) -> None:
    if not (views.takes_part(actor, room) or access.oversees(actor)):
        raise NotFound("not_found", "没有找到这项洽谈,可能已被撤下或链接有误。")


def _own_side(actor: Actor, room: DealRoom) -> Side:
    side = views.own_side(actor, room.deal)
    if side is None:
        raise Forbidden("not_a_party", "只有洽谈双方本人可以作此决定;技术经理人可以提出方案或添加沟通记录。")
    return side


def _proposing_side(actor: Actor, room: DealRoom) -> Side:
    side = views.own_side(actor, room.deal) or views.brokered_side(actor, room)
    if side is None:
        raise Forbidden("not_a_party", "只有洽谈双方或受其中一方委托的技术经理人可以提出方案;您可以添加沟通记录。")
    return side


def _require_available(pair: Pair) -> None:
    """Neither listing may have been signed away in another deal meanwhile."""
    if pair.need.status is ListingStatus.SIGNED:
        raise Conflict("need_signed", "这条需求已与其他合作方签约,不能继续洽谈;请结束本次洽谈。")
    if pair.achievement.status is ListingStatus.SIGNED:
        raise Conflict("achievement_signed", "这项成果已转让或独占许可给其他合作方,不能继续洽谈;请结束本次洽谈。")


def _release_achievement(session: Session, room: DealRoom, clock: Clock) -> None:
    deal, achievement = room.deal, room.pair.achievement
    if achievement.status is not ListingStatus.IN_TALKS:
        return
    if not queries.has_open_deal(session, achievement_id=achievement.id, except_for=deal.id):
        achievement_service.release_from_talks(session, achievement.id, clock=clock)


def _standing(session: Session, deal: Deal) -> Proposal:
    proposal = queries.standing_proposal(session, deal.id)
    if proposal is None:
        raise Conflict("no_proposal", "还没有可以确认的方案,请先提出方案。")
    return proposal


def _new_deal(pair: Pair, clock: Clock) -> Deal:
    now = clock.now()
    return Deal(
        match_id=pair.match.id,
        need_id=pair.need.id,
        achievement_id=pair.achievement.id,
        provider_party_id=pair.achievement.owner_party_id,
        acquirer_party_id=pair.need.owner_party_id,
        broker_id=pair.match.broker_id or pair.need.broker_id or pair.achievement.broker_id,
        respond_by=response_deadline(clock.today()),
        created_at=now,
        updated_at=now,
    )


def _start_clock(deal: Deal, clock: Clock) -> None:
    deal.respond_by, deal.escalated_at = response_deadline(clock.today()), None
    deal.updated_at = clock.now()


def _amounts(proposal: Proposal) -> dict[str, object]:
    return {
        "proposal_id": proposal.id,
        "number": proposal.number,
        "contract_amount_cny": proposal.contract_amount_cny,
        "technology_amount_cny": proposal.technology_amount_cny,
    }


@dataclass(frozen=True)
class _Entry:
    """One step for the record: the note goes to the deal's own log only, the facts to the audit only."""

    action: str
    side: Side | None = None
    note: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def _log(session: Session, actor: Actor, deal: Deal, entry: _Entry, clock: Clock) -> DealEvent:
    event = DealEvent(
        deal_id=deal.id,
        at=clock.now(),
        actor_id=actor.user_id,
        party_id=views.party_of(deal, entry.side) if entry.side else actor.party_id,
        action=entry.action,
        note=entry.note,
    )
    session.add(event)
    session.flush()  # foreign keys lock their rows before the audit chain is locked
    facts = {"status": deal.status, "side": entry.side, **entry.facts}
    audit.record(session, actor, f"deal.{_PAST_TENSE[entry.action]}", deal.id, clock, facts)
    return event


_PAST_TENSE = {
    DealAction.PROPOSE: "terms_proposed",
    DealAction.ACCEPT: "proposal_accepted",
    DealAction.AGREE: "agreed",
    DealAction.CLOSE: "closed",
    "open": "opened",
    "note": "noted",
    "assign": "broker_assigned",
    "escalate": "escalated",
}
