"""Vectors for the generated market: random projections of the texts' characters, which cost what the model's would and mean little."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from market.matches import vector_bytes, vector_queries, vectors
from matching import queries

DIMENSIONS = 512
_MODEL = "benchmark-projection"
_BATCH, _CODES = 2_000, 8_192


def store_vectors(database: Database, need_ids: Sequence[Any], clock: FixedClock) -> None:
    """Store one for each of these needs and every live achievement, as those of the serving model."""
    projection = np.random.default_rng(1).standard_normal((_CODES, DIMENSIONS), np.float32)
    with database.writing() as session:
        model_id = vectors.register_model(session, _MODEL, DIMENSIONS, clock=clock).id or 0
        achievement_ids = queries.live_achievement_ids(session)
    for subject, load, ids in (
        (Subject.NEED, queries.needs_by_id, list(need_ids)),
        (Subject.ACHIEVEMENT, queries.achievements_by_id, achievement_ids),
    ):
        for start in range(0, len(ids), _BATCH):
            with database.writing() as session:
                rows: Sequence[Any] = load(session, ids[start : start + _BATCH])
                made = [
                    vectors.NewVector(subject, row.id, row.version, b"", _projected(projection, row)) for row in rows
                ]
                vectors.put_many(session, model_id, made, clock=clock)
    with database.writing() as session:
        vectors.complete_model(session, model_id, clock=clock)


def has_vectors(database: Database) -> bool:
    """Whether this market has been through `store_vectors` to the end."""
    with database.reading() as session:
        model = vector_queries.serving_model(session)
        return model is not None and model.completed_at is not None


def _projected(projection: NDArray[np.float32], row: Any) -> bytes:
    codes = np.fromiter(map(ord, row.title * 3 + row.summary), np.int64) % len(projection)
    summed: NDArray[np.float32] = projection[codes].sum(axis=0)
    return vector_bytes.encode(summed / np.float32(np.linalg.norm(summed)))
