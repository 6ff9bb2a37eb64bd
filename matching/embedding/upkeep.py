"""Keeps the stored vectors whole: what is missing or stale for the current model is embedded, what is not live any more taken out.

A batch at a time: rows are read in a short transaction, embedded outside any, stored in a short one. Killed at any point, the next
batch begins where the last one was stored, for what is missing is asked of the database each time.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from market.kernel import outbox
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from market.matches import pairing_queue, vector_bytes, vector_queries, vectors
from market.matches.vector_models import EmbeddingModel
from market.matches.vectors import NewVector
from matching import queries
from matching.embedding import texts
from matching.embedding.embedder import Embedder, TextRefused
from matching.profiles import profile_achievement, profile_need

log = logging.getLogger("techmarket.embedding")

_BATCH = 64
_REMOVED_AT_A_TIME = 1_000
_DROPPED_AT_A_TIME = 5_000


@dataclass(frozen=True)
class Report:
    """What one step did: `embedded` texts went through the model, `stored` listings have their vector now, `removed` were taken out."""

    embedded: int = 0
    stored: int = 0
    removed: int = 0
    dropped: int = 0
    is_completed: bool = False

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.stored or self.removed or self.dropped or self.is_completed)


@dataclass(frozen=True)
class _Waiting:
    """A listing as it was read, and the text that the model is to read."""

    subject: Subject
    subject_id: UUID
    row_version: int
    text: str
    text_hash: bytes


@dataclass(frozen=True)
class _Batch:
    """What is to be done, with what the model has made of some of the texts before."""

    waiting: Sequence[_Waiting]
    unchanged: Sequence[_Waiting]
    known: Mapping[bytes, bytes]
    left_over: Sequence[int]
    superseded: Sequence[int]
    is_last: bool

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.unchanged or self.left_over or self.superseded)


def model_version(embedder: Embedder) -> str:
    """Under which version vectors are stored: the model's, and that of the rules by which its texts are made."""
    return f"{embedder.version}/{texts.VERSION}"


def step(database: Database, embedder: Embedder, *, clock: Clock, into_index: bool = False) -> Report:
    """One batch of whatever is to be done: newest listings first. The caller holds the turn ``embedding``.

    Listings with a new vector are paired again; with `into_index` the index takes them in first (as a `MeaningEngine` does).

    Raises `EmbedderUnavailable` and what the database raises; nothing is lost then.
    """
    model = _model(database, embedder, clock)
    with database.reading() as session:
        batch = _batch(session, model)
    if batch.is_empty and model.completed_at is not None:
        return Report()
    made = _made(embedder, batch) if batch.waiting else {}
    with database.writing() as session:
        _store(session, model, batch, made, clock)
        if model.completed_at is not None:  # until then words alone pair it, and all are paired again at the end
            _announce(session, batch.waiting, clock, into_index=into_index)
        vectors.remove_many(session, batch.left_over, clock=clock)
        dropped = vectors.drop_models(session, batch.superseded, limit=_DROPPED_AT_A_TIME) if batch.superseded else 0
        is_completed = batch.is_last and vectors.complete_model(session, _id(model), clock=clock, into_index=into_index)
    if is_completed:
        log.info("all listings have a vector of %s", model.version)
    elif made and batch.is_last and refused(database, embedder)[1]:
        log.warning("%s refuses too many texts to be used: mend it, then `techmarket model embed`", model.version)
    return Report(len(made), len(batch.waiting) + len(batch.unchanged), len(batch.left_over), dropped, is_completed)


def waiting(database: Database, embedder: Embedder) -> tuple[int, int]:
    """How many live listings have no vector of their present version by this model, and how many live ones there are."""
    with database.reading() as session:
        live = vector_queries.count_live(session)
        model = vector_queries.find_model(session, model_version(embedder))
        if model is None:
            return live, live
        return vector_queries.count_missing(session, _id(model)), live


def retry_refused(database: Database, embedder: Embedder) -> None:
    """Let the model read once more what it has refused; by itself it is asked again only when the listing changes."""
    with database.writing() as session:
        model = vector_queries.find_model(session, model_version(embedder))
        if model is not None:
            vectors.retry_blanks(session, _id(model))


def refused(database: Database, embedder: Embedder) -> tuple[int, bool]:
    """How many live listings have a text that the model refuses, and whether it is therefore not used."""
    with database.reading() as session:
        model = vector_queries.find_model(session, model_version(embedder))
        if model is None:
            return 0, False
        blank = vector_queries.count_blank(session, _id(model))
        return blank, model.completed_at is None and vectors.refuses_too_many(session, _id(model))


def embed_all(
    database: Database,
    embedder: Embedder,
    *,
    clock: Clock,
    progress: Callable[[int, int], None],
    into_index: bool = False,
) -> int:
    """Step after step until nothing is left; returns how many listings got a vector. May be stopped at any point and run again."""
    missing, live = waiting(database, embedder)
    done = 0
    progress(live - missing, live)
    while not (report := step(database, embedder, clock=clock, into_index=into_index)).is_idle:
        done += report.stored
        progress(min(live, live - missing + done), live)
    return done


def _announce(session: Session, listings: Sequence[_Waiting], clock: Clock, *, into_index: bool) -> None:
    if not into_index:
        pairing_queue.put_many(session, [(one.subject, one.subject_id) for one in listings], clock)
        return
    for subject in Subject:  # what the index has taken in is paired
        outbox.put_many(session, subject, [one.subject_id for one in listings if one.subject is subject], clock)


def _model(database: Database, embedder: Embedder, clock: Clock) -> EmbeddingModel:
    version = model_version(embedder)
    with database.reading() as session:
        model = vector_queries.find_model(session, version)
    if model is None:
        with database.writing() as session:
            model = vectors.register_model(session, version, embedder.dimensions, clock=clock)
    return model


def _id(model: EmbeddingModel) -> int:
    if model.id is None:
        raise ValueError("the model is not stored yet")
    return model.id


def _batch(session: Session, model: EmbeddingModel) -> _Batch:
    found: list[_Waiting] = []
    for subject in Subject:
        versions = dict(vector_queries.missing(session, _id(model), subject, _BATCH - len(found)))
        found += _read(session, subject, versions) if versions else []
    known = vector_queries.known_texts(session, _id(model), {one.text_hash for one in found})
    of_itself = {(one.subject_id, one.text_hash) for one in known if not one.removed}
    is_last = len(found) < _BATCH
    return _Batch(
        waiting=[one for one in found if (one.subject_id, one.text_hash) not in of_itself],
        unchanged=[one for one in found if (one.subject_id, one.text_hash) in of_itself],
        known={one.text_hash: one.vector for one in known},
        left_over=[
            seq for subject in Subject for seq in vector_queries.left_over(session, subject, _REMOVED_AT_A_TIME)
        ],
        superseded=vector_queries.superseded_by(session, model) if is_last and model.completed_at else [],
        is_last=is_last,
    )


def _read(session: Session, subject: Subject, versions: Mapping[UUID, int]) -> list[_Waiting]:
    """The texts as of these versions or later: where a row has changed in between, its next version is found stale and read again."""
    if subject is Subject.NEED:
        read = [(row.id, texts.need_text(profile_need(row))) for row in queries.needs_by_id(session, versions)]
    else:
        rows = queries.achievements_by_id(session, versions)
        read = [(row.id, texts.achievement_text(profile_achievement(row))) for row in rows]
    return [_Waiting(subject, row_id, versions[row_id], text, texts.text_hash(subject, text)) for row_id, text in read]


def _made(embedder: Embedder, batch: _Batch) -> dict[bytes, bytes]:
    """What the model makes of the texts that it has not read before, each once, by their hashes; nothing for a refused one."""
    new = {one.text_hash: one for one in batch.waiting if one.text_hash not in batch.known}
    made: dict[bytes, bytes] = {}
    for subject in Subject:
        own = [one for one in new.values() if one.subject is subject]
        embed = embedder.embed_needs if subject is Subject.NEED else embedder.embed_achievements
        try:
            encoded = [vector_bytes.encode(vector) for vector in embed([one.text for one in own])]
        except TextRefused:
            encoded = [_alone(embedder, one) for one in own]
        made |= dict(zip((one.text_hash for one in own), encoded, strict=True))
    return made


def _alone(embedder: Embedder, one: _Waiting) -> bytes:
    embed = embedder.embed_needs if one.subject is Subject.NEED else embedder.embed_achievements
    try:
        return vector_bytes.encode(embed([one.text])[0])
    except TextRefused as refusal:
        log.warning("no vector for %s %s: %s", one.subject, one.subject_id, refusal)
        return b""


def _store(session: Session, model: EmbeddingModel, batch: _Batch, made: Mapping[bytes, bytes], clock: Clock) -> None:
    vectors_by_text = {**batch.known, **made}
    new = [
        NewVector(one.subject, one.subject_id, one.row_version, one.text_hash, vectors_by_text[one.text_hash])
        for one in batch.waiting
    ]
    vectors.put_many(session, _id(model), new, clock=clock)
    versions = [(one.subject_id, one.row_version) for one in batch.unchanged]
    vectors.confirm_many(session, _id(model), versions, clock=clock)
