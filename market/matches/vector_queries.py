"""Every SELECT about vectors. None of them reads a vector that is not asked for: they are a hundred times as large as the rest."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from market.achievements.models import Achievement
from market.kernel.columns import UTC_INSTANT, enum_type
from market.kernel.outbox import Subject
from market.listings import queries as listings
from market.listings.models import LIVE
from market.matches.vector_models import EmbeddingModel, ListingVector
from market.needs.models import Need

_MODELS: dict[Subject, Any] = {Subject.ACHIEVEMENT: Achievement, Subject.NEED: Need}
_IN_CHUNK = 500
# Only their names: loading rows as objects would keep a hundred thousand vectors twice.
_COLUMNS: Any = sa.select(
    col(ListingVector.seq), col(ListingVector.subject_id), col(ListingVector.vector), col(ListingVector.removed)
)
_IS_BLANK: sa.ColumnElement[bool] = col(ListingVector.vector) == b""


@dataclass(frozen=True)
class StoredVector:
    """A vector as it is kept; empty where the model refused the text."""

    seq: int
    subject_id: UUID
    vector: bytes
    removed: bool


@dataclass(frozen=True)
class KnownText:
    """What a model has made of a text before."""

    seq: int
    subject_id: UUID
    text_hash: bytes
    vector: bytes
    removed: bool


def find_model(session: Session, version: str) -> EmbeddingModel | None:
    """The model of this version, if anything was ever embedded with it."""
    return session.exec(select(EmbeddingModel).where(col(EmbeddingModel.version) == version)).one_or_none()


def serving_model(session: Session) -> EmbeddingModel | None:
    """Whose vectors are used: the model that embedded everything last, else the one that has embedded most; None without any."""
    models = session.exec(select(EmbeddingModel).order_by(col(EmbeddingModel.id).desc())).all()
    complete = [one for one in models if one.completed_at is not None]
    if complete:
        return max(complete, key=lambda one: one.completed_at or one.created_at)
    if len(models) < 2:  # noqa: PLR2004  nothing to choose
        return next(iter(models), None)
    counted = select(ListingVector.model_id, func.count()).where(~_IS_BLANK).group_by(col(ListingVector.model_id))
    counts = dict(session.exec(counted).all())
    return max(models, key=lambda one: counts.get(one.id or 0, 0))


def last_completion(session: Session) -> datetime | None:
    """When the last model was complete; None where none is."""
    completions = session.exec(select(EmbeddingModel.completed_at)).all()
    return max((one for one in completions if one is not None), default=None)


def superseded_by(session: Session, model: EmbeddingModel) -> list[int]:
    """Ids of models that are of no use any more once this one is complete; one that somebody is still filling is none of them."""
    statement = select(EmbeddingModel.id).where(
        sa.or_(
            col(EmbeddingModel.completed_at) < model.completed_at,
            sa.and_(col(EmbeddingModel.completed_at).is_(None), col(EmbeddingModel.id) < model.id),
        )
    )
    return [one for one in session.exec(statement) if one is not None]


def model_ids(session: Session) -> list[int]:
    """Ids of all models."""
    return [one for one in session.exec(select(EmbeddingModel.id)) if one is not None]


def missing(session: Session, model_id: int, subject: Subject, limit: int) -> list[tuple[UUID, int]]:
    """Id and version of live listings without a vector of their present version, the newest listings first."""
    return listings.newest_versions(session, _MODELS[subject], ~_has_vector(model_id, subject), limit)


def count_missing(session: Session, model_id: int) -> int:
    """How many live listings are without a vector of their present version."""
    return sum(
        session.scalar(sa.select(func.count()).select_from(_missing(model_id, subject).subquery())) or 0
        for subject in Subject
    )


def count_live(session: Session) -> int:
    """How many listings should have a vector."""
    return sum(
        session.scalar(sa.select(func.count()).select_from(model).where(col(model.status).in_(LIVE))) or 0
        for model in _MODELS.values()
    )


def live_to_queue(subject: Subject, now: datetime) -> Any:
    """Every live listing as an entry of a queue: subject, id, two instants, no attempt yet."""
    model = _MODELS[subject]
    instant = sa.literal(now, UTC_INSTANT)
    noun = sa.literal(subject, enum_type(Subject))
    return sa.select(noun, col(model.id), instant, instant, sa.literal(0)).where(col(model.status).in_(LIVE))


def count_vectors(session: Session, model_id: int, subject: Subject) -> int:
    """How many vectors of live listings there are of the model, about: those that were refused count as well."""
    statement = sa.select(func.count()).where(
        col(ListingVector.model_id) == model_id,
        col(ListingVector.subject) == subject,
        col(ListingVector.removed).is_(False),
    )
    return session.scalar(statement) or 0


def count_blank(session: Session, model_id: int) -> int:
    """How many live listings have a text that the model refused."""
    statement = sa.select(func.count()).where(
        col(ListingVector.model_id) == model_id, col(ListingVector.removed).is_(False), _IS_BLANK
    )
    return session.scalar(statement) or 0


def left_over(session: Session, subject: Subject, limit: int) -> list[int]:
    """`seq` of vectors, of any model, whose listing is not live any more."""
    model = _MODELS[subject]
    live = sa.exists().where(col(model.id) == col(ListingVector.subject_id), col(model.status).in_(LIVE))
    statement = select(ListingVector.seq).where(
        col(ListingVector.model_id).in_(model_ids(session)),
        col(ListingVector.subject) == subject,
        col(ListingVector.removed).is_(False),
        ~live,
    )
    return list(session.exec(statement.limit(limit)).all())


def known_texts(session: Session, model_id: int, hashes: Collection[bytes]) -> list[KnownText]:
    """What the model has made of these texts before, for whatever listing."""
    statement = sa.select(
        col(ListingVector.seq),
        col(ListingVector.subject_id),
        col(ListingVector.text_hash),
        col(ListingVector.vector),
        col(ListingVector.removed),
    ).where(col(ListingVector.model_id) == model_id, col(ListingVector.text_hash).in_(hashes))
    return [KnownText(*row) for row in session.execute(statement)]


def changed_since(session: Session, model_id: int, subject: Subject, seq: int, limit: int) -> list[StoredVector]:
    """What was written of the model's vectors behind `seq`, in that order."""
    statement = (
        _COLUMNS.where(
            col(ListingVector.model_id) == model_id,
            col(ListingVector.subject) == subject,
            col(ListingVector.seq) > seq,
        )
        .order_by(col(ListingVector.seq))
        .limit(limit)
    )
    return [StoredVector(*row) for row in session.execute(statement)]


def vectors_of(session: Session, model_id: int, ids: Collection[UUID]) -> list[StoredVector]:
    """The model's vectors of these listings, but for removed ones and those without any."""
    found: list[StoredVector] = []
    for chunk in _chunks(ids):
        statement = _COLUMNS.where(
            col(ListingVector.model_id) == model_id,
            col(ListingVector.subject_id).in_(chunk),
            col(ListingVector.removed).is_(False),
        )
        found += [StoredVector(*row) for row in session.execute(statement)]
    return [one for one in found if one.vector]


def live_among(session: Session, subject: Subject, ids: Collection[UUID]) -> set[UUID]:
    """Those of the listings that are live now."""
    model = _MODELS[subject]
    found: set[UUID] = set()
    for chunk in _chunks(ids):
        # Answered by the index of status and id alone; the rows themselves, which are wide, would cost twice as much.
        found.update(
            session.scalars(sa.select(col(model.id)).where(col(model.status).in_(LIVE), col(model.id).in_(chunk)))
        )
    return found


def last_seq(session: Session) -> int:
    """The highest `seq` of all; 0 where there is no vector."""
    return session.scalar(sa.select(func.max(col(ListingVector.seq)))) or 0


def some_of_models(session: Session, ids: Collection[int], limit: int) -> list[int]:
    """`seq` of some vectors of these models."""
    statement = select(ListingVector.seq).where(col(ListingVector.model_id).in_(ids)).limit(limit)
    return list(session.exec(statement).all())


def _missing(model_id: int, subject: Subject) -> Any:
    model = _MODELS[subject]
    return sa.select(col(model.id)).where(col(model.status).in_(LIVE), ~_has_vector(model_id, subject))


def _has_vector(model_id: int, subject: Subject) -> sa.ColumnElement[bool]:
    model = _MODELS[subject]
    return sa.exists().where(
        col(ListingVector.model_id) == model_id,
        col(ListingVector.subject) == subject,
        col(ListingVector.removed).is_(False),
        col(ListingVector.subject_id) == col(model.id),
        col(ListingVector.row_version) == col(model.version),
    )


def _chunks(ids: Collection[UUID]) -> Iterator[Sequence[UUID]]:
    listed = list(ids)
    for start in range(0, len(listed), _IN_CHUNK):
        yield listed[start : start + _IN_CHUNK]
