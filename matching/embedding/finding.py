"""The nearest listings by meaning, from whoever holds the vectors: the engine where it does and has them all, else this process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from market.kernel.outbox import Subject
from market.matches import vector_bytes, vector_queries
from market.matches.vector_models import EmbeddingModel
from matching.embedding.nearest import MARGIN, Allowed, VectorTable, exact_likeness
from search.engine import MOST_NEAREST, MeaningEngine, NearestQuery, SearchEngine

_ENOUGH = 0.99
"""The share of the model's vectors from which on the index is asked; before that it is still taking in those of a new model."""


@dataclass
class MeaningFinder:
    """Finds by meaning over a database, with the same answer on either engine; threads share one."""

    table: VectorTable
    _held: set[tuple[int, Subject]] = field(default_factory=set)

    def nearest(
        self,
        session: Session,
        engine: SearchEngine,
        subject: Subject,
        vectors: NDArray[np.float32],
        size: int,
        *,
        allowed: Allowed | None = None,
    ) -> list[list[tuple[UUID, float]]]:
        """As `VectorTable.nearest`; raises `EngineUnavailable` where the engine holds the vectors and does not answer."""
        model = vector_queries.serving_model(session)
        if model is None or model.id is None:
            return [[] for _ in vectors]
        if not isinstance(engine, MeaningEngine) or not self._is_held(session, engine, subject, model.id):
            return self.table.nearest(session, subject, vectors, size, allowed=allowed)
        if vectors.shape[-1] != model.dimensions:
            return [[] for _ in vectors]
        asked = _Asked(session, engine, subject, model, allowed)
        return [asked.nearest(vector, size) for vector in vectors]

    def _is_held(self, session: Session, engine: MeaningEngine, subject: Subject, model_id: int) -> bool:
        if (model_id, subject) in self._held:
            return True
        stored = vector_queries.count_vectors(session, model_id, subject)
        if engine.count_meanings(subject, model_id) < stored * _ENOUGH:
            return False
        self._held.add((model_id, subject))
        return True


@dataclass(frozen=True)
class _Asked:
    """One question to an engine that holds the vectors."""

    session: Session
    engine: MeaningEngine
    subject: Subject
    model: EmbeddingModel
    allowed: Allowed | None

    def nearest(self, vector: NDArray[np.float32], size: int) -> list[tuple[UUID, float]]:
        reach = size + MARGIN
        while True:
            reach = min(reach, MOST_NEAREST)
            query = NearestQuery(self.subject, self.model.id or 0, vector.astype(float).tolist(), reach)
            hits = [hit.subject_id for hit in self.engine.nearest(query)]
            passing = self._passing(hits)
            if len(passing) >= size or len(hits) < reach or reach == MOST_NEAREST:
                return self._ranked(vector, passing)[:size]
            reach *= 4

    def _passing(self, ids: Sequence[UUID]) -> set[UUID]:
        live = vector_queries.live_among(self.session, self.subject, ids)
        return (
            live if self.allowed is None or not live else live & set(self.allowed([one for one in ids if one in live]))
        )

    def _ranked(self, vector: NDArray[np.float32], ids: set[UUID]) -> list[tuple[UUID, float]]:
        """By the product that the embedded engine computes, on what is stored: the index may be a moment behind."""
        found = vector_queries.vectors_of(self.session, self.model.id or 0, ids)
        vectors = vector_bytes.decode([one.vector for one in found], self.model.dimensions)
        likeness = exact_likeness(vectors, vector)
        rows = [(one.subject_id, value) for one, value in zip(found, likeness, strict=True)]
        return sorted(rows, key=lambda row: (-row[1], row[0]))
