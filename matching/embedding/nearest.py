"""The nearest listings by meaning, searched exactly: the product with every vector of the serving model, held in memory.

100,000 listings take 205 MB. What changed is fetched before each question, so a listing is found as soon as its vector is committed.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from market.kernel.outbox import Subject
from market.matches import vector_bytes, vector_queries
from market.matches.vector_models import EmbeddingModel
from market.matches.vector_queries import StoredVector

_READ = 2_000
_BLOCK = 8_000_000  # likenesses at a time, 32 MB: fifty rows at once cost a third less than forty and ten
DECIMALS = 6
_STEP = 2 * 10**-DECIMALS
MARGIN = 32
_FIRST_ROWS = 1_024
_DEAD_SHARE = 8

Allowed = Callable[[Sequence[UUID]], Collection[UUID]]
"""Tells which of these listings may be shown."""


@dataclass(frozen=True)
class Snapshot:
    """The vectors of one kind of listing as of one moment; nobody changes it any more.

    `vectors` is n × dimensions; `ids` has one for each row; rows that are not `alive` are those of listings removed or replaced.
    """

    ids: Sequence[UUID]
    vectors: NDArray[np.float32]
    alive: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """How many rows are alive."""
        return int(np.count_nonzero(self.alive))


@dataclass
class _Rows:
    """Rows as they come in: a replaced one dies and its successor is appended, so that what others are reading never changes."""

    model_id: int
    created_at: datetime
    dimensions: int
    expected: int
    seq: int = 0
    ids: list[UUID] = field(default_factory=list)
    places: dict[UUID, int] = field(default_factory=dict)
    vectors: NDArray[np.float32] = field(init=False)
    alive: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.expected + max(_FIRST_ROWS, self.expected // 16)
        self.vectors = np.zeros((rows, self.dimensions), np.float32)
        self.alive = np.zeros(rows, np.bool_)

    def belongs_to(self, model: EmbeddingModel) -> bool:
        return (self.model_id, self.created_at) == (model.id, model.created_at)

    def take(self, changes: Sequence[StoredVector]) -> None:
        """Bring these in, in order of `seq`."""
        added = [one for one in changes if one.vector and not one.removed]
        self._make_room(len(added))
        alive = self.alive.copy()
        for one in changes:
            place = self.places.pop(one.subject_id, None)
            if place is not None:
                alive[place] = False
        start = len(self.ids)
        if added:
            self.vectors[start : start + len(added)] = vector_bytes.decode(
                [one.vector for one in added], self.dimensions
            )
        for place, one in enumerate(added, start):
            self.places[one.subject_id] = place
            alive[place] = True
        self.ids.extend(one.subject_id for one in added)
        self.alive = alive
        self.seq = changes[-1].seq

    def snapshot(self) -> Snapshot:
        count = len(self.ids)
        return Snapshot(self.ids, self.vectors[:count], self.alive[:count])

    def _make_room(self, wanted: int) -> None:
        count, dead = len(self.ids), len(self.ids) - len(self.places)
        if count + wanted <= len(self.vectors) and dead * _DEAD_SHARE <= max(count, _FIRST_ROWS):
            return
        kept = np.flatnonzero(self.alive[:count])
        rows = (len(kept) + wanted) * 5 // 4
        vectors = np.zeros((rows, self.dimensions), np.float32)
        vectors[: len(kept)] = self.vectors[kept]
        alive = np.zeros(rows, np.bool_)
        alive[: len(kept)] = True
        self.ids = [self.ids[place] for place in kept.tolist()]
        self.places = {one: place for place, one in enumerate(self.ids)}
        self.vectors, self.alive = vectors, alive


class VectorTable:
    """The stored vectors of the serving model in this process's memory; threads share one, and it opens nothing before its first use."""

    def __init__(self) -> None:
        self._rows: dict[Subject, _Rows] = {}
        self._locks = {subject: Lock() for subject in Subject}

    def snapshot(self, session: Session, subject: Subject) -> Snapshot | None:
        """All vectors as they are committed now; None where nothing was ever embedded."""
        with self._locks[subject]:
            rows = self._current(session, subject)
            return None if rows is None else rows.snapshot()

    def nearest(
        self,
        session: Session,
        subject: Subject,
        vectors: NDArray[np.float32],
        size: int,
        *,
        allowed: Allowed | None = None,
    ) -> list[list[tuple[UUID, float]]]:
        """For each vector (n × dimensions) the `size` nearest live listings of this kind that `allowed` lets pass, with their likeness.

        Nearest first, equal ones by id; likeness is the cosine, to six decimals. As many are looked through as it takes; fewer come
        back only where there are no more. Nothing comes back for vectors of another size: they are of another model.
        """
        found = self.snapshot(session, subject)
        if found is None or not found.size or vectors.shape[-1] != found.vectors.shape[-1]:
            return [[] for _ in range(len(vectors))]

        def passing(ids: Sequence[UUID]) -> set[UUID]:
            live = vector_queries.live_among(session, subject, ids)
            return live if allowed is None or not live else live & set(allowed([one for one in ids if one in live]))

        lists: list[list[tuple[UUID, float]]] = []
        step = max(1, _BLOCK // len(found.ids))
        for start in range(0, len(vectors), step):
            lists.extend(_nearest(found, vectors[start : start + step], size, passing))
        return lists

    def vectors_of(self, session: Session, subject: Subject, ids: Collection[UUID]) -> dict[UUID, NDArray[np.float32]]:
        """The serving model's vectors of these listings, of length 1; those without one are missing."""
        if subject in self._rows:
            with self._locks[subject]:
                rows = self._current(session, subject)
                if rows is None:
                    return {}
                return {one: rows.vectors[rows.places[one]] for one in ids if one in rows.places}
        model = vector_queries.serving_model(session)
        if model is None or model.id is None:
            return {}
        found = vector_queries.vectors_of(session, model.id, ids)
        return dict(
            zip(
                (one.subject_id for one in found),
                vector_bytes.decode([one.vector for one in found], model.dimensions),
                strict=True,
            )
        )

    def _current(self, session: Session, subject: Subject) -> _Rows | None:
        """The rows with everything that is committed; held in memory from the first question on."""
        model = vector_queries.serving_model(session)
        if model is None or model.id is None:
            self._rows.pop(subject, None)
            return None
        rows = self._rows.get(subject)
        if rows is None or not rows.belongs_to(model):
            count = vector_queries.count_vectors(session, model.id, subject)
            rows = self._rows[subject] = _Rows(model.id, model.created_at, model.dimensions, count)
        while changes := vector_queries.changed_since(session, rows.model_id, subject, rows.seq, _READ):
            rows.take(changes)
        return rows


def _nearest(
    found: Snapshot, vectors: NDArray[np.float32], size: int, passing: Callable[[Sequence[UUID]], set[UUID]]
) -> Iterator[list[tuple[UUID, float]]]:
    likeness = vectors @ found.vectors.T
    likeness[:, ~found.alive] = -np.inf
    total = found.size
    wanted = [min(total, size + MARGIN)] * len(vectors)
    ranked = [_best(found, vector, row, wanted[0]) for vector, row in zip(vectors, likeness, strict=True)]
    shown = passing(list(dict.fromkeys(one for row in ranked for one, _ in row)))
    for number, row in enumerate(ranked):
        kept = [one for one in row if one[0] in shown]
        reach = wanted[number]
        while len(kept) < size and reach < total:
            reach = min(total, reach * 4)
            longer = _best(found, vectors[number], likeness[number], reach)
            may_show = passing([one for one, _ in longer])
            kept = [one for one in longer if one[0] in may_show]
        yield kept[:size]


def exact_likeness(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> list[float]:
    """Cosines of these vectors (n × dimensions) with one, to six decimals: the same however many are asked for together.

    A product of many at once in 32 bits differs in the last place from that of one alone, and then so would the order.
    """
    exact: list[float] = np.round(vectors.astype(np.float64) @ vector.astype(np.float64), DECIMALS).tolist()
    return exact


def _best(
    found: Snapshot, vector: NDArray[np.float32], likeness: NDArray[np.float32], count: int
) -> list[tuple[UUID, float]]:
    """At least `count` rows that are alive, the nearest first; equal ones all or none, so that their order never depends on their place."""
    # What rounds to the same belongs to the same, and a product of many strays by less than half a step.
    threshold = np.partition(likeness, len(likeness) - count)[len(likeness) - count] - _STEP
    places = np.flatnonzero(likeness >= threshold).tolist()
    exact = exact_likeness(found.vectors[places], vector)
    rows = [(found.ids[place], value) for place, value in zip(places, exact, strict=True)]
    return sorted(rows, key=lambda row: (-row[1], row[0]))
