"""A small market for the tests of vectors, and a model that says what was asked of it: the numbers do not matter there."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.matches import vector_queries
from matching.embedding.embedder import EmbedderUnavailable, TextRefused
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need


class Recorded:
    """Somebody else's model: vectors drawn from the text's hash. Keeps what it was asked; fails or refuses as it is told to."""

    dimensions = 16

    def __init__(self, version: str = "recorded") -> None:
        self.version = version
        self.asked: list[str] = []
        self.fails = False
        self.refused = ""

    def embed_needs(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed([f"need: {text}" for text in texts])

    def embed_achievements(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def close(self) -> None:
        pass

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.fails:
            raise EmbedderUnavailable("it is told to fail")
        if self.refused and any(self.refused in text for text in texts):
            raise TextRefused("it is told to refuse")
        self.asked.extend(texts)
        seeds = [int.from_bytes(hashlib.sha256(f"{self.version}{text}".encode()).digest()[:4], "big") for text in texts]
        drawn = [np.random.default_rng(seed).normal(size=self.dimensions) for seed in seeds]
        vectors = np.array(drawn, np.float32).reshape(len(texts), self.dimensions)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def post(database: Database, clock: FixedClock, *, needs: int = 0, achievements: int = 0):
    """So many published listings of each kind; returns both lists."""
    with database.writing() as session:
        return (
            [make_need(session, clock) for _ in range(needs)],
            [make_achievement(session, clock) for _ in range(achievements)],
        )


def stored_ids(database: Database, subject):
    """Of which listings of the kind the serving model has a vector that counts."""
    with database.reading() as session:
        model = vector_queries.serving_model(session)
        if model is None:
            return set()
        rows = vector_queries.changed_since(session, model.id, subject, 0, 100_000)
    return {row.subject_id for row in rows if row.vector and not row.removed}
