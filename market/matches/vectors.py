"""Writing vectors. They are derived from the listings: nothing is audited, and losing them costs time only.

One writer at a time (a lock that ends with the transaction), so that `seq` grows in the order of commits: a reader that has seen a
number has seen all before it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from market.kernel.clock import Clock
from market.kernel.outbox import OutboxEntry, Subject
from market.matches import vector_queries
from market.matches.models import PairingEntry
from market.matches.vector_models import EmbeddingModel, ListingVector

_QUEUED = ["subject", "subject_id", "created_at", "due_at", "attempts"]
_LATER = timedelta(microseconds=1)
_TOLERATED_BLANKS = 0.1
"""Of a model's vectors. Where it refuses more, it is not the texts that are wrong, and what another model made is worth more."""
_NEVER_READ = {"row_version": -1, "text_hash": b""}
_WRITER_LOCK = 7_306_004  # any constant; it only has to be the same in every process


@dataclass(frozen=True)
class NewVector:
    """What a model made of a listing's text as the row was at `row_version`; no bytes where it refused the text."""

    subject: Subject
    subject_id: UUID
    row_version: int
    text_hash: bytes
    vector: bytes


def register_model(session: Session, version: str, dimensions: int, *, clock: Clock) -> EmbeddingModel:
    """The model of this version; made known at its first use."""
    _alone(session)
    model = vector_queries.find_model(session, version)
    if model is None:
        model = EmbeddingModel(version=version, dimensions=dimensions, created_at=clock.now())
        session.add(model)
        session.flush()
    return model


def put_many(session: Session, model_id: int, vectors: Sequence[NewVector], *, clock: Clock) -> None:
    """Store vectors of a model in place of what it had of these listings."""
    if not vectors:
        return
    _alone(session)
    seq, now = vector_queries.last_seq(session), clock.now()
    ids = [one.subject_id for one in vectors]
    _execute(
        session,
        sa.delete(ListingVector).where(col(ListingVector.model_id) == model_id, col(ListingVector.subject_id).in_(ids)),
    )
    rows = [
        {
            "seq": seq + number,
            "model_id": model_id,
            "subject": one.subject,
            "subject_id": one.subject_id,
            "row_version": one.row_version,
            "text_hash": one.text_hash,
            "vector": one.vector,
            "removed": False,
            "updated_at": now,
        }
        for number, one in enumerate(vectors, 1)
    ]
    session.execute(sa.insert(ListingVector), rows)


def confirm_many(session: Session, model_id: int, versions: Sequence[tuple[UUID, int]], *, clock: Clock) -> None:
    """Note that these listings, at these versions, still have the text whose vector is stored: nobody needs to read it again."""
    if not versions:
        return
    _alone(session)
    table: Any = sa.inspect(ListingVector).local_table
    statement = (
        sa.update(table)
        .where(table.c.model_id == model_id, table.c.subject_id == sa.bindparam("of_id"))
        .values(row_version=sa.bindparam("of_version"), updated_at=clock.now())
    )
    session.connection().execute(statement, [{"of_id": one, "of_version": version} for one, version in versions])


def remove_many(session: Session, seqs: Collection[int], *, clock: Clock) -> None:
    """Let readers take these out: their listings are not live any more. They are kept, for a listing may come back with its text."""
    if not seqs:
        return
    _alone(session)
    last = vector_queries.last_seq(session)
    for number, seq in enumerate(sorted(seqs), 1):
        _execute(
            session,
            sa.update(ListingVector)
            .where(col(ListingVector.seq) == seq)
            .values(seq=last + number, removed=True, updated_at=clock.now()),
        )


def retry_blanks(session: Session, model_id: int) -> None:
    """Let the texts that the model refused be read once more: as after a change of their listings."""
    _alone(session)  # the rows stay until they are replaced: a `seq` that is gone would be given to another
    _execute(
        session,
        sa.update(ListingVector)
        .where(col(ListingVector.model_id) == model_id, col(ListingVector.vector) == b"")
        .values(_NEVER_READ),
    )


def complete_model(session: Session, model_id: int, *, clock: Clock, into_index: bool = False) -> bool:
    """From now on the model's vectors are used, and every listing waits to be paired by them.

    With `into_index` the index takes the vectors in first, and the pairing follows what it has taken in.
    Returns False where some listing has no vector, the model has refused too many, or was complete already.
    """
    _alone(session)
    model = session.get(EmbeddingModel, model_id)
    if model is None or model.completed_at is not None or vector_queries.count_missing(session, model_id):
        return False
    if refuses_too_many(session, model_id):
        return False
    before = vector_queries.last_completion(session)
    now = clock.now()
    model.completed_at = now if before is None else max(now, before + _LATER)  # whatever the clock says
    session.add(model)
    session.flush()
    for subject in Subject:
        waiting = vector_queries.live_to_queue(subject, clock.now())
        if into_index:
            waiting = waiting.add_columns(sa.literal(""))
            session.execute(sa.insert(OutboxEntry).from_select([*_QUEUED, "last_error"], waiting))
        else:
            session.execute(sa.insert(PairingEntry).from_select(_QUEUED, waiting))
    return True


def refuses_too_many(session: Session, model_id: int) -> bool:
    """Whether more than a tenth of the live listings have a blank for their vector; of a handful of listings, more than one."""
    return vector_queries.count_blank(session, model_id) > max(
        1, vector_queries.count_live(session) * _TOLERATED_BLANKS
    )


def drop_models(session: Session, ids: Collection[int], *, limit: int) -> int:
    """Delete so many vectors of these models, and the models when none is left; returns how many vectors went."""
    _alone(session)
    are_they = col(EmbeddingModel.id).in_(ids)
    seqs = vector_queries.some_of_models(session, ids, limit)
    if not seqs:
        _execute(session, sa.delete(EmbeddingModel).where(are_they))
        return 0
    _execute(session, sa.update(EmbeddingModel).where(are_they).values(completed_at=None))  # half of it is none
    _execute(session, sa.delete(ListingVector).where(col(ListingVector.seq).in_(seqs)))
    return len(seqs)


def _alone(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})


def _execute(session: Session, statement: sa.Delete | sa.Update) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
