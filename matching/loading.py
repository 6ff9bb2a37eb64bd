"""Listings ready to be paired: their rows, indicators and vectors, one question each for many listings."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session

from market.achievements import queries as achievements
from market.kernel.outbox import Subject
from market.needs import queries as needs
from matching import queries
from matching.embedding.arranging import neighbours
from matching.embedding.finding import MeaningFinder
from matching.embedding.nearest import Snapshot, VectorTable
from matching.meaning import commonness, sample_places
from matching.profiles import AchievementProfile, NeedProfile, Vector, profile_achievement, profile_need
from matching.weights import weights
from search.engine import SearchEngine

P = TypeVar("P", NeedProfile, AchievementProfile)
_DATABASES = 4


def load_needs(session: Session, ids: Collection[UUID]) -> list[NeedProfile]:
    """The needs of these ids, in no order; missing ones are left out."""
    rows = queries.needs_by_id(session, ids)
    indicators = needs.indicators_of(session, [row.id for row in rows])
    profiles = [profile_need(row, indicators[row.id]) for row in rows]
    return _with_vectors(session, Subject.NEED, profiles)


def load_achievements(session: Session, ids: Collection[UUID]) -> list[AchievementProfile]:
    """The achievements of these ids, in no order; missing ones are left out."""
    rows = queries.achievements_by_id(session, ids)
    indicators = achievements.indicators_of(session, [row.id for row in rows])
    profiles = [profile_achievement(row, indicators[row.id]) for row in rows]
    return _with_commonness(session, _with_vectors(session, Subject.ACHIEVEMENT, profiles))


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
    needs_vectors = _sample_of(_url(session)).vectors(session) if vectors else None
    if needs_vectors is None or not len(needs_vectors):
        return profiles
    found = dict(zip(vectors, commonness(np.stack(list(vectors.values())), needs_vectors).tolist(), strict=True))
    return [replace(one, commonness=found[one.id]) if one.id in found else one for one in profiles]


class _Sample:
    """The vectors of the needs that stand for all, taken anew where any need's vector has changed."""

    def __init__(self, table: VectorTable) -> None:
        self._table = table
        self._of: Snapshot | None = None
        self._vectors: Vector | None = None

    def vectors(self, session: Session) -> Vector | None:
        found = self._table.snapshot(session, Subject.NEED)
        if found is None:
            return None
        known = self._of
        if (
            known is None
            or found.vectors.base is not known.vectors.base
            or not np.array_equal(found.alive, known.alive)
        ):
            places = np.flatnonzero(found.alive).tolist()
            chosen = [places[one] for one in sample_places([found.ids[place] for place in places])]
            self._of, self._vectors = found, found.vectors[chosen]
        return self._vectors


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
