"""From matches to what one viewer may see of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from market.achievements.schemas import AchievementCard
from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.listings import views as listings
from market.listings.disclosure import Viewer
from market.matches import access, queries, rules
from market.matches.access import Pair
from market.matches.models import Match, MatchEvent, Side
from market.matches.schemas import MatchEventView, MatchView
from market.needs.schemas import NeedCard
from market.parties import queries as parties
from market.reference.lists import CodeItem, code_list


def match_views(session: Session, actor: Actor, pairs: Sequence[Pair], *, clock: Clock) -> list[MatchView]:
    """The matches in the eyes of the actor, who must be allowed to see them; a fixed number of queries for any length."""
    events = queries.events_of_matches(session, [pair.match.id for pair in pairs])
    owners = {party for pair in pairs for party in (pair.need.owner_party_id, pair.achievement.owner_party_id)}
    party_names = parties.party_names(session, owners)
    broker_names = parties.broker_names(session, {pair.match.broker_id for pair in pairs if pair.match.broker_id})
    return [_view(actor, pair, events.get(pair.match.id, []), party_names, broker_names, clock) for pair in pairs]


def viewer_side(actor: Actor, pair: Pair) -> Side | None:
    """The one side the actor speaks for, the party's own before one looked after as a broker; None where that is not one."""
    for sides in (access.own_sides(actor, pair), access.brokered_sides(actor, pair)):
        if len(sides) == 1:
            return next(iter(sides))
    return None


def viewer_of(actor: Actor, pair: Pair, side: Side) -> Viewer:
    """In whose eyes the listing of this side is shown: consent opens it to those who work on the match, and to nobody else."""
    if side in access.sides_of(actor, pair):
        return Viewer.OWNER
    if access.oversees(actor):
        return Viewer.REVIEWER
    if pair.match.status in rules.CONSENT_GIVEN and access.takes_part(actor, pair):
        return Viewer.CONSENTED
    return Viewer.MEMBER


def reason_of(match: Match) -> CodeItem | None:
    """Why the pair was declined, or its talks closed."""
    code = match.decline_reason_code
    return code_list("match_decline_reasons").get(code) or code_list("deal_close_reasons").get(code)


def _view(
    actor: Actor,
    pair: Pair,
    events: Sequence[MatchEvent],
    party_names: dict[UUID, str],
    broker_names: dict[UUID, str],
    clock: Clock,
) -> MatchView:
    match, need, achievement = pair.match, pair.need, pair.achievement
    need_card = listings.card(NeedCard, need, viewer_of(actor, pair, Side.NEED), party_names[need.owner_party_id])
    achievement_card = listings.card(
        AchievementCard,
        achievement,
        viewer_of(actor, pair, Side.ACHIEVEMENT),
        party_names[achievement.owner_party_id],
    )
    reason = reason_of(match)
    values = match.model_dump(exclude={"created_at", "updated_at", "need_id", "achievement_id"}) | {
        "need": need_card,
        "achievement": achievement_card,
        "status_label": rules.STATUS_LABELS[match.status],
        "broker_name": broker_names.get(match.broker_id) if match.broker_id else None,
        "is_overdue": rules.is_overdue(match.respond_by, clock.today()),
        "decline_reason": reason.name if reason else "",
        "decline_advice": str(reason.extra.get("advice", "")) if reason else "",
        "viewer_side": viewer_side(actor, pair),
        "allowed_actions": _allowed_actions(actor, pair),
        "events": [_event_view(event) for event in events],
    }
    return MatchView.model_validate(values)


def _allowed_actions(actor: Actor, pair: Pair) -> list[str]:
    acts = actor.may(Permission.ACT_ON_MATCHES)
    takes_part = access.takes_part(actor, pair)
    return rules.allowed_actions(
        pair.match.status,
        pair.match.first_interest,
        access.sides_of(actor, pair) if acts else frozenset(),
        may_assign=actor.may(Permission.ASSIGN_BROKER),
        may_open_deal=takes_part and actor.may(Permission.NEGOTIATE_DEALS),
        may_note=takes_part and acts,
    )


def _event_view(event: MatchEvent) -> MatchEventView:
    return MatchEventView(
        at=event.at,
        side=Side(event.side) if event.side else None,
        action=event.action,
        action_label=rules.EVENT_LABELS.get(event.action, event.action),
        note=event.note,
    )
