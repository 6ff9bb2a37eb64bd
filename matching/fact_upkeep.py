"""Keeps the stored facts whole: what is new or changed, or was read by other rules, is read a batch at a time.

Rows are read in a short transaction, their texts outside any, and what was read is stored in a short one. Killed at any point, the next
batch begins where the last one was stored, for what is missing is asked of the database each time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from market.kernel.clock import Clock
from market.kernel.db import Database
from market.matches import fact_queries, facts
from market.matches.facts import NewFacts
from matching import queries
from matching.facts import Facts, hash_of, pack, reader
from matching.profiles import AchievementProfile, AchievementText, profile_achievement

_BATCH = 100


@dataclass(frozen=True)
class Report:
    """What one step did: how many texts were `read`, and `before` which listing the next step goes on; None: from the newest again."""

    read: int
    before: UUID | None = None


def step(database: Database, before: UUID | None = None, *, clock: Clock) -> Report:
    """Read one batch of texts, the newest listings first, or those older than `before`. The caller holds the turn ``facts``.

    Nothing is left to do where a step from the newest on reads nothing.
    """
    with database.reading() as session:
        versions = dict(fact_queries.unread(session, reader(), _BATCH, before))
        rows = queries.achievements_by_id(session, versions) if versions else []
        profiles = [profile_achievement(row) for row in rows]
    read = [new_facts(one) for one in profiles]
    if read:
        with database.writing() as session:
            facts.put_many(session, reader(), read, clock=clock)
    return Report(len(read), min(versions) if len(versions) == _BATCH else None)


def read_all(database: Database, *, clock: Clock, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Step after step until nothing is left; returns how many were read. May be stopped at any point and run again."""
    done, before = 0, None
    while (report := step(database, before, clock=clock)).read or before is not None:
        done, before = done + report.read, report.before
        progress(done)
    return done


def new_facts(profile: AchievementProfile) -> NewFacts:
    """What is to be stored of an achievement as its row was when it was read."""
    content = facts_of(profile.text).content
    return NewFacts(profile.id, profile.version, hash_of(profile.title, profile.body), content)


def facts_of(text: AchievementText) -> Facts:
    """Everything that is read out of an achievement's text."""
    return pack(length=text.length, tokens=text.tokens, kinds=text.kinds, figures=text.figures, names=text.names)
