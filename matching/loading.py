"""Listings ready to be paired: their rows, indicators and vectors, one question each for many listings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar
from uuid import UUID

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session

from market.achievements import queries as achievements
from market.kernel.outbox import Subject
from market.matches import fact_queries
from market.needs import queries as needs
from matching import queries
from matching.embedding.arranging import neighbours
from matching.embedding.finding import MeaningFinder
from matching.embedding.nearest import DECIMALS, Snapshot, VectorTable
from matching.facts import reader
from matching.meaning import commonness, sample_places
from matching.profiles import AchievementProfile, NeedProfile, Vector, profile_achievement, profile_need
from matching.recent import Recent
from matching.weights import weights
from search.engine import SearchEngine

P = TypeVar("P", NeedProfile, AchievementProfile)
_DATABASES = 4
_REMEMBERED = 200_000
_MARK = 16
_RECENT = 4096
"""Listings of one kind, some 10 KB each."""


def load_needs(session: Session, ids: Collection[UUID]) -> list[NeedProfile]:
    """The needs of these ids, in no order; missing ones are left out."""
    versions = queries.versions_of_needs(session, ids)
    profiles = _recent_needs(_url(session)).of(versions, lambda missing: _read_needs(session, missing))
    return _with_vectors(session, Subject.NEED, profiles)


def load_achievements(session: Session, ids: Collection[UUID]) -> list[AchievementProfile]:
    """The achievements of these ids, in no order; missing ones are left out."""
    versions = queries.versions_of_achievements(session, ids)
    profiles = _recent_achievements(_url(session)).of(versions, lambda missing: _read_achievements(session, missing))
    return _with_commonness(session, _with_vectors(session, Subject.ACHIEVEMENT, profiles))


def load_many_achievements(session: Session, ids: Collection[UUID]) -> list[AchievementProfile]:
    """The same for who keeps them by himself."""
    profiles = _read_achievements(session, ids)
    return _with_commonness(session, _with_vectors(session, Subject.ACHIEVEMENT, profiles))


def forget_recent() -> None:
    """Let go of the listings that were prepared last: for measuring what the first reading costs."""
    _recent_needs.cache_clear()
    _recent_achievements.cache_clear()


def forget_databases() -> None:
    """Let go of everything that is remembered of any database: for who puts another one in a known one's place."""
    forget_recent()
    for remembered in (_sample_of, _finder_of, _table_of):
        remembered.cache_clear()


def _read_needs(session: Session, ids: Collection[UUID]) -> list[NeedProfile]:
    rows = queries.needs_by_id(session, ids)
    indicators = needs.indicators_of(session, [row.id for row in rows])
    return [profile_need(row, indicators[row.id]) for row in rows]


def _read_achievements(session: Session, ids: Collection[UUID]) -> list[AchievementProfile]:
    rows = queries.achievements_by_id(session, ids)
    indicators = achievements.indicators_of(session, [row.id for row in rows])
    stored = fact_queries.facts_of(session, reader(), [row.id for row in rows])
    return [profile_achievement(row, indicators[row.id], stored.get(row.id)) for row in rows]


def nearest_achievements(session: Session, engine: SearchEngine, asked: Sequence[NeedProfile]) -> list[list[UUID]]:
    """For each need the achievements nearest in meaning; none for a need without a vector. Raises `EngineUnavailable`."""
    return _nearest(session, engine, Subject.ACHIEVEMENT, asked)


def nearest_needs(session: Session, engine: SearchEngine, offered: Sequence[AchievementProfile]) -> list[list[UUID]]:
    """For each achievement the needs nearest in meaning; none for an achievement without a vector. Raises `EngineUnavailable`."""
    return _nearest(session, engine, Subject.NEED, offered)


def neighbours_together(session: Session, subject: Subject, ids: Sequence[UUID]) -> list[UUID]:
    """The same ids, those of listings alike in meaning next to each other; those without a vector last, in the given order."""
    vectors = _table_of(_url(session)).vectors_of(session, subject, ids)
    known = [one for one in ids if one in vectors]
    order = neighbours(np.stack([vectors[one] for one in known])) if known else []
    return [*(known[place] for place in order), *(one for one in ids if one not in vectors)]


def _nearest(session: Session, engine: SearchEngine, subject: Subject, profiles: Sequence[P]) -> list[list[UUID]]:
    vectors = [profile.vector for profile in profiles if profile.vector is not None]
    if not vectors:
        return [[] for _ in profiles]
    finder = _finder_of(_url(session))
    found = iter(finder.nearest(session, engine, subject, np.stack(vectors), weights().candidates_by_meaning))
    return [[] if profile.vector is None else [one for one, _ in next(found)] for profile in profiles]


def _with_vectors(session: Session, subject: Subject, profiles: list[P]) -> list[P]:
    vectors = _table_of(_url(session)).vectors_of(session, subject, [profile.id for profile in profiles])
    return [replace(one, vector=vectors[one.id]) if one.id in vectors else one for one in profiles]


def _with_commonness(session: Session, profiles: list[AchievementProfile]) -> list[AchievementProfile]:
    vectors = {profile.id: profile.vector for profile in profiles if profile.vector is not None}
    found = _sample_of(_url(session)).commonness_of(session, vectors) if vectors else {}
    return [replace(one, commonness=found[one.id]) if one.id in found else one for one in profiles]


class _Sample:
    """The vectors of the needs that stand for all, and how near these are to offers; taken anew where one of these needs has changed."""

    def __init__(self, table: VectorTable) -> None:
        self._table = table
        self._state: _SampleState | None = None

    def commonness_of(self, session: Session, vectors: Mapping[UUID, Vector]) -> dict[UUID, float]:
        """How near each of these is to needs in general, to six decimals; nothing where no need has a vector."""
        state = self._current(session)
        if state is None or not len(state.vectors):
            return {}
        known = state.known
        marks = {one: blake2b(vector.tobytes(), digest_size=_MARK).digest() for one, vector in vectors.items()}
        found = {one: known[mark] for one, mark in marks.items() if mark in known}
        missing = [one for one in vectors if one not in found]
        if missing:
            means = commonness(np.stack([vectors[one] for one in missing]), state.vectors).astype(np.float64)
            found.update(zip(missing, np.round(means, DECIMALS).tolist(), strict=True))
            if len(known) < _REMEMBERED:
                known.update((marks[one], found[one]) for one in missing)
        return found

    def _current(self, session: Session) -> "_SampleState | None":
        found, known = self._table.snapshot(session, Subject.NEED), self._state
        if found is None:
            return None
        if (
            known is None
            or found.vectors.base is not known.of.vectors.base
            or not np.array_equal(found.alive, known.of.alive)
        ):
            places = np.flatnonzero(found.alive).tolist()
            chosen = [places[one] for one in sample_places([found.ids[place] for place in places])]
            vectors = found.vectors[chosen]
            same = known is not None and np.array_equal(vectors, known.vectors)
            known = self._state = _SampleState(found, vectors, known.known if known is not None and same else {})
        return known


@dataclass(frozen=True)
class _SampleState:
    """A sample with what was computed from it, by marks of the offers' vectors; replaced as a whole, for threads share it."""

    of: Snapshot
    vectors: Vector
    known: dict[bytes, float]


@lru_cache(maxsize=_DATABASES)
def _recent_needs(_database: str) -> Recent[NeedProfile]:
    return Recent(_RECENT)


@lru_cache(maxsize=_DATABASES)
def _recent_achievements(_database: str) -> Recent[AchievementProfile]:
    return Recent(_RECENT)


@lru_cache(maxsize=_DATABASES)
def _sample_of(database: str) -> _Sample:
    return _Sample(_table_of(database))


@lru_cache(maxsize=_DATABASES)
def _finder_of(database: str) -> MeaningFinder:
    return MeaningFinder(_table_of(database))


@lru_cache(maxsize=_DATABASES)
def _table_of(_database: str) -> VectorTable:
    return VectorTable()


def _url(session: Session) -> str:
    bind = session.get_bind()
    engine: Engine = bind.engine
    return engine.url.render_as_string(hide_password=True)
