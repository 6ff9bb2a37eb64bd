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
from matching.embedding.nearest import VectorTable
from matching.profiles import AchievementProfile, NeedProfile, profile_achievement, profile_need
from matching.weights import weights

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
    return _with_vectors(session, Subject.ACHIEVEMENT, profiles)


def nearest_achievements(session: Session, asked: Sequence[NeedProfile]) -> list[list[UUID]]:
    """For each need the achievements nearest in meaning; none for a need without a vector."""
    return _nearest(session, Subject.ACHIEVEMENT, asked)


def nearest_needs(session: Session, offered: Sequence[AchievementProfile]) -> list[list[UUID]]:
    """For each achievement the needs nearest in meaning; none for an achievement without a vector."""
    return _nearest(session, Subject.NEED, offered)


def _nearest(session: Session, subject: Subject, profiles: Sequence[P]) -> list[list[UUID]]:
    vectors = [profile.vector for profile in profiles if profile.vector is not None]
    if not vectors:
        return [[] for _ in profiles]
    table = _table_of(_url(session))
    found = iter(table.nearest(session, subject, np.stack(vectors), weights().candidates_by_meaning))
    return [[] if profile.vector is None else [one for one, _ in next(found)] for profile in profiles]


def _with_vectors(session: Session, subject: Subject, profiles: list[P]) -> list[P]:
    vectors = _table_of(_url(session)).vectors_of(session, subject, [profile.id for profile in profiles])
    return [replace(one, vector=vectors[one.id]) if one.id in vectors else one for one in profiles]


@lru_cache(maxsize=_DATABASES)
def _table_of(_database: str) -> VectorTable:
    return VectorTable()


def _url(session: Session) -> str:
    bind = session.get_bind()
    engine: Engine = bind.engine
    return engine.url.render_as_string(hide_password=True)
