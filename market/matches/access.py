"""Who may see a match, and for which side an actor acts. Pure; deals ask here too."""

from dataclasses import dataclass

from market.achievements.models import Achievement
from market.kernel.actor import Actor, Permission
from market.matches.models import Match, Side
from market.needs.models import Need


@dataclass(frozen=True)
class Pair:
    """A match with both of its listings."""

    match: Match
    need: Need
    achievement: Achievement


def own_sides(actor: Actor, pair: Pair) -> frozenset[Side]:
    """The sides that the actor's party itself holds."""
    held = (
        (Side.NEED, actor.acts_for(pair.need.owner_party_id)),
        (Side.ACHIEVEMENT, actor.acts_for(pair.achievement.owner_party_id)),
    )
    return frozenset(side for side, holds in held if holds)


def brokered_sides(actor: Actor, pair: Pair) -> frozenset[Side]:
    """The sides whose listing has been put into the actor's hands as a broker."""
    if actor.broker_id is None:
        return frozenset()
    held = (
        (Side.NEED, pair.need.broker_id == actor.broker_id),
        (Side.ACHIEVEMENT, pair.achievement.broker_id == actor.broker_id),
    )
    return frozenset(side for side, holds in held if holds)


def sides_of(actor: Actor, pair: Pair) -> frozenset[Side]:
    """The sides the actor may speak for on a match; the broker of the match as such speaks for neither."""
    return own_sides(actor, pair) | brokered_sides(actor, pair)


def is_broker_of(actor: Actor, match: Match) -> bool:
    """Whether the match itself has been assigned to the actor."""
    return actor.broker_id is not None and match.broker_id == actor.broker_id


def oversees(actor: Actor) -> bool:
    """Officials who review listings, and the system, read every match; they act on none."""
    return actor.may(Permission.REVIEW_LISTINGS)


def may_see(actor: Actor, pair: Pair) -> bool:
    """Both owners, the brokers of the listings, the broker of the match, and officials."""
    return bool(sides_of(actor, pair)) or is_broker_of(actor, pair.match) or oversees(actor)


def takes_part(actor: Actor, pair: Pair) -> bool:
    """Whether the actor works on the match: as a side, for a side, or as its broker. Officials do not."""
    return bool(sides_of(actor, pair)) or is_broker_of(actor, pair.match)
