"""Everybody around one pair of listings: the two owners, brokers, an official, strangers, as rows and as actors."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from market.achievements.models import Achievement
from market.kernel.actor import Actor, Role
from market.kernel.clock import Clock
from market.matches.models import Match, MatchStatus
from market.needs.models import Need
from market.parties.models import SignIn
from tests.factories.achievements import make_achievement
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.factories.parties import actor_of, make_broker, make_user


@dataclass(frozen=True)
class Scene:
    """`broker` is assigned to the match, `need_broker` to the need's listing, `idle_broker` to nothing."""

    need: Need
    achievement: Achievement
    match: Match
    acquirer: Actor
    provider: Actor
    broker: Actor
    need_broker: Actor
    idle_broker: Actor
    official: Actor
    administrator: Actor
    stranger: Actor


def make_scene(session: Session, clock: Clock, *, status: MatchStatus = MatchStatus.SUGGESTED) -> Scene:
    """Two published listings of two enterprises and their match in the given status."""
    acquirer, provider, stranger = (make_user(session, clock) for _ in range(3))
    broker, need_broker, idle_broker = (_make_broker(session, clock) for _ in range(3))
    need = make_need(session, clock, owner_party_id=acquirer.party_id, broker_id=need_broker.broker_id)
    achievement = make_achievement(session, clock, owner_party_id=provider.party_id)
    return Scene(
        need=need,
        achievement=achievement,
        match=make_match(session, clock, need=need, achievement=achievement, status=status, broker_id=broker.broker_id),
        acquirer=actor_of(acquirer),
        provider=actor_of(provider),
        broker=broker,
        need_broker=need_broker,
        idle_broker=idle_broker,
        official=actor_of(make_user(session, clock, role=Role.OFFICIAL)),
        administrator=actor_of(make_user(session, clock, role=Role.ADMINISTRATOR)),
        stranger=actor_of(stranger),
    )


def make_token(session: Session, clock: Clock, actor: Actor) -> str:
    """A bearer token of the actor's user."""
    token = f"token-of-{actor.user_id}"
    assert actor.user_id is not None
    now = clock.now()
    session.add(
        SignIn(
            user_id=actor.user_id,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            created_at=now,
            last_used_at=now,
            expires_at=now + timedelta(hours=8),
        )
    )
    session.flush()
    return token


def _make_broker(session: Session, clock: Clock) -> Actor:
    user = make_user(session, clock, role=Role.BROKER)
    return actor_of(user, make_broker(session, clock, user_id=user.id))
