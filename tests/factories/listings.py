"""Owners and actors around listings, for the factories of both nouns."""

from itertools import count
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session

from market.kernel.actor import Actor, Role
from market.kernel.clock import Clock
from market.parties.models import Party, PartyKind

_NAMESPACE = UUID("6f1c1e3a-5a54-4f0b-9d59-0a4f3c9b7a10")
_numbers = count(1)


def next_number() -> int:
    """A number that no other row of this test process has."""
    return next(_numbers)


def make_owner(session: Session, clock: Clock, **overrides: Any) -> Party:
    """A minimal party that may own listings."""
    number = next_number()
    values = {
        "kind": PartyKind.ENTERPRISE,
        "name": f"示范单位{number}号(演示)",
        "party_type_code": "031",
        "region_code": "640104",
        "created_at": clock.now(),
        "updated_at": clock.now(),
    } | overrides
    party = Party(**values)
    session.add(party)
    session.flush()
    return party


def user_of(party: Party | None, role: Role = Role.ENTERPRISE, *, broker_id: UUID | None = None) -> Actor:
    """An actor of this party; no user row stands behind it."""
    return Actor(
        user_id=uuid5(_NAMESPACE, f"user {next_number()}"),
        role=role,
        party_id=party.id if party else None,
        broker_id=broker_id,
        name="示范用户",
    )


def reviewer() -> Actor:
    """An official who reviews listings."""
    return user_of(None, Role.OFFICIAL)
