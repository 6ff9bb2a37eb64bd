"""Searches and boards, read from the replica where there is one; `UnitOfWork.read_nearby` turns to the primary without it."""

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

from api.unit_of_work import UnitOfWork
from market.kernel.actor import Actor
from market.kernel.clock import Clock
from search.engine import SearchEngine
from search.finding import find_listings
from search.queries import standings
from search.schemas import FindListings, FoundListings

T = TypeVar("T")


def find_nearby(
    unit: UnitOfWork, engine: SearchEngine, actor: Actor, command: FindListings, *, clock: Clock
) -> FoundListings:
    """`find_listings` on the replica. A hit that stands otherwise on the primary, withdrawn for one, means that the replica lags: it is not shown."""

    def is_current(found: FoundListings, replica: Session) -> bool:
        ids = [hit.id for hit in found.hits]
        return standings(replica, ids) == standings(unit.session, ids)

    return unit.read_nearby(lambda session: find_listings(session, engine, actor, command, clock=clock), is_current)


def read_board(unit: UnitOfWork, read: Callable[[Session], T]) -> T:
    """A board that may be a moment old. Whoever is signed in may have changed it just now, and reads the primary."""
    if unit.actor.is_signed_in:
        return read(unit.session)
    return unit.read_nearby(read, lambda _found, _replica: True)
