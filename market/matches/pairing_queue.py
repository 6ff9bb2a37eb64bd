"""What waits for its pairing: noted in the very transaction that takes the listing out of the outbox, so that a process that is killed
between indexing and pairing leaves nothing unpaired, and any number of workers share the work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from market.kernel.clock import Clock
from market.kernel.outbox import Subject
from market.matches import queries
from market.matches.models import PairingEntry

MAX_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = _FIRST_PAUSE * 2 ** (MAX_ATTEMPTS - 1)


@dataclass(frozen=True)
class Claim:
    """One listing to be paired, with all that wait for the same."""

    subject: Subject
    subject_id: UUID
    entry_ids: tuple[int, ...]
    attempts: int


def put_many(session: Session, keys: Sequence[tuple[Subject, UUID]], clock: Clock) -> None:
    """Note that these listings are to be paired."""
    now = clock.now()
    rows = [
        {"subject": subject, "subject_id": subject_id, "created_at": now, "due_at": now, "attempts": 0}
        for subject, subject_id in keys
    ]
    if rows:
        session.execute(sa.insert(PairingEntry), rows)


def claim(session: Session, clock: Clock, *, newest: bool) -> Claim | None:
    """Lock the newest or the oldest listing that waits; on PostgreSQL other workers skip it until the transaction ends.

    Who asks for both in turn keeps a fresh posting from waiting behind a whole import.
    """
    found = queries.lock_next_to_pair(session, clock.now(), LONGEST_PAUSE, newest=newest)
    if found is None:
        return None
    entries = queries.lock_entries_to_pair(session, found.subject_id)
    ids = tuple(entry.id for entry in entries if entry.id is not None)
    return Claim(found.subject, found.subject_id, ids, max(entry.attempts for entry in entries))


def settle(session: Session, claim: Claim) -> None:
    """The listing is paired, or there is nothing to pair."""
    session.execute(sa.delete(PairingEntry).where(col(PairingEntry.id).in_(claim.entry_ids)))


def postpone(session: Session, claim: Claim, clock: Clock) -> bool:
    """After a failure of this one listing: later again; returns False where it has failed too often and is given up."""
    attempts = claim.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        settle(session, claim)
        return False
    due_at = clock.now() + _FIRST_PAUSE * 2 ** (attempts - 1)
    session.execute(
        sa.update(PairingEntry)
        .where(col(PairingEntry.id).in_(claim.entry_ids))
        .values(attempts=attempts, due_at=due_at)
    )
    return True


def waiting(session: Session) -> int:
    """How many entries wait."""
    return queries.count_to_pair(session)
