"""The relay from SQL to the index: drains the outbox, rebuilds from rows, compares both sides.

An entry is deleted only after the engine has said that the change is visible; a process killed in between leaves the entry, and the same
current row is written again under the same version, which changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlmodel import Session

from market.kernel import outbox
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.outbox import OutboxEntry, Subject
from market.matches import pairing_queue
from search import queries
from search.building import Progress
from search.engine import (
    Change,
    ChangeResult,
    EngineUnavailable,
    IndexBuild,
    IndexDocument,
    Key,
    Outcome,
    Removal,
    SearchEngine,
)
from search.reading import current_changes, live_documents

_BATCH = 1_000
_ROUNDS = 5
_NO_DOCUMENT = "no document can be made of it: the log tells why"


@dataclass
class DrainReport:
    """What one round did: `applied` are the listings that have become searchable or were brought up to date, `removed` those taken out."""

    applied: list[Key] = field(default_factory=list)
    removed: list[Key] = field(default_factory=list)
    stale: int = 0
    retried: int = 0
    dead: int = 0
    lags: list[float] = field(default_factory=list)
    """Seconds from the commit of each settled change until the index showed it."""

    @property
    def handled(self) -> int:
        return len(self.applied) + len(self.removed) + self.stale + self.retried + self.dead


@dataclass(frozen=True)
class Drift:
    """Where index and SQL differ: listings missing, held under another version, or held though no longer live."""

    missing: tuple[Key, ...]
    stale: tuple[Key, ...]
    surplus: tuple[Key, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        return (*self.missing, *self.stale, *self.surplus)

    @property
    def size(self) -> int:
        return len(self.missing) + len(self.stale) + len(self.surplus)


def drain(database: Database, engine: SearchEngine, *, clock: Clock, limit: int = 200) -> DrainReport:
    """Bring the index up to date with the oldest due entries of the outbox.

    Raises `EngineUnavailable`; the entries then stay as they are, uncounted, for when it is back.
    """
    if database.is_sqlite:
        # One relay at most; the single writer position is not held while the engine writes.
        with database.reading() as session:
            entries = outbox.claim(session, clock, limit)
            results = _apply(session, engine, entries)
        if not entries:
            return DrainReport()
        with database.writing() as session:
            kept = queries.entries_by_id(session, [entry.id for entry in entries if entry.id is not None])
            return _settle(session, kept, results, clock)
    with database.writing() as session:  # the locks on the entries keep other relays off them
        entries = outbox.claim(session, clock, limit)
        return _settle(session, entries, _apply(session, engine, entries), clock)


def rebuild(database: Database, engine: SearchEngine, *, clock: Clock, progress: Progress, processes: int = 1) -> int:
    """Build the index anew from SQL beside the present one, bring it up to date, compare, swap; returns its documents.

    Searches and writes go on meanwhile, and at no moment is a listing missing that was found before. What an engine refuses goes
    through the outbox and becomes a dead letter with its reason. `processes` cut the texts side by side. Raises `EngineUnavailable`, also where another process rebuilds.
    """
    with database.turn("reindex") as mine:
        if not mine:
            raise EngineUnavailable("another process is rebuilding the index")
        with engine.building() as build:
            count, refused = _fill(database, build, progress, processes)
            _catch_up(database, build)
            build.activate(lambda keys: _current(database, keys))
    _settle_rest(database, engine, refused, clock)
    return count


def rollback(database: Database, engine: SearchEngine, *, clock: Clock) -> None:
    """Take the index before the present one into use again, at once; what it lacks goes through the outbox.

    Raises `NoPreviousIndex`, `IndexOutdated` where this program cannot search it, `EngineUnavailable` while a rebuild runs.
    """
    with database.turn("reindex") as mine:
        if not mine:
            raise EngineUnavailable("another process is rebuilding the index")
        engine.rollback()
    _settle_rest(database, engine, (), clock)


def drift(database: Database, engine: SearchEngine) -> Drift:
    """Compare ids and versions of both sides. What still waits in the outbox counts as drift as well."""
    return _compare(database, engine.versions())


def live_count(database: Database) -> int:
    """How many listings the index should hold."""
    with database.reading() as session:
        return queries.count_live(session)


def _fill(database: Database, build: IndexBuild, progress: Progress, processes: int) -> tuple[int, list[Key]]:
    count = 0
    refused: list[Key] = []
    for batch in live_documents(database, processes=processes):
        results = build.add(batch)
        refused.extend((one.change.subject, one.change.subject_id) for one in results if one.outcome != Outcome.STALE)
        count += len(batch)
        progress(count)
    return count, refused


def _catch_up(database: Database, build: IndexBuild) -> None:
    """Write what changed while the index was filled, until both sides are equal or differ only by what the engine refuses."""
    before: tuple[Key, ...] = ()
    for _ in range(_ROUNDS):
        keys = _compare(database, build.versions()).keys
        if not keys or keys == before:
            return
        for start in range(0, len(keys), _BATCH):
            build.apply(_current(database, keys[start : start + _BATCH]))
        before = keys


def _compare(database: Database, versions: Iterable[tuple[Subject, UUID, int]]) -> Drift:
    held = {(subject, subject_id): version for subject, subject_id, version in versions}
    missing: list[Key] = []
    stale: list[Key] = []
    with database.reading() as session:
        for subject, subject_id, version in queries.live_versions(session):
            found = held.pop((subject, subject_id), None)
            if found is None:
                missing.append((subject, subject_id))
            elif found != version:
                stale.append((subject, subject_id))
    return Drift(tuple(sorted(missing)), tuple(sorted(stale)), tuple(sorted(held)))


def _settle_rest(database: Database, engine: SearchEngine, refused: Sequence[Key], clock: Clock) -> None:
    """What differs all the same goes through the outbox; drained here where no relay is at work."""
    keys = dict.fromkeys((*drift(database, engine).keys, *refused))
    with database.writing() as session:
        for subject, subject_id in keys:
            outbox.put(session, subject, subject_id, clock)
    with database.turn("relay") as mine:
        while mine:
            report = drain(database, engine, clock=clock, limit=_BATCH)
            if not (report.applied or report.removed or report.stale):
                return


def _current(database: Database, keys: Sequence[Key]) -> list[Change]:
    with database.reading() as session:
        return current_changes(session, keys)


def _apply(session: Session, engine: SearchEngine, entries: Sequence[OutboxEntry]) -> dict[Key, ChangeResult]:
    keys = [(entry.subject, entry.subject_id) for entry in entries]
    changes = current_changes(session, keys)
    results = engine.apply(changes) if changes else []
    found = {key: ChangeResult(Removal(*key, 0), Outcome.REJECTED, _NO_DOCUMENT) for key in keys}
    return found | {(result.change.subject, result.change.subject_id): result for result in results}


def _settle(
    session: Session, entries: Sequence[OutboxEntry], results: dict[Key, ChangeResult], clock: Clock
) -> DrainReport:
    report = DrainReport()
    by_key: dict[Key, list[OutboxEntry]] = {}
    for entry in entries:
        by_key.setdefault((entry.subject, entry.subject_id), []).append(entry)
    now, done = clock.now(), []
    outdated = queries.lock_changed(session, _refused(results, by_key))
    for key, own in by_key.items():
        result = results[key]
        if (
            key in outdated
        ):  # what was refused is no longer what the listing is: another relay may have settled that already
            result = replace(result, outcome=Outcome.RETRY)
        if result.outcome is Outcome.RETRY:
            for entry in own:
                outbox.postpone(entry, result.reason, clock)
        elif result.outcome is Outcome.REJECTED:
            outbox.bury(session, own, result.reason, clock)
        else:
            done.extend(own)
        _count(report, key, result)
    outbox.settle(session, done)
    pairing_queue.put_many(session, report.applied, clock)
    report.lags = [max(0.0, (now - entry.created_at).total_seconds()) for entry in done]
    return report


def _refused(results: dict[Key, ChangeResult], keys: Iterable[Key]) -> dict[Key, int]:
    """The refused ones of which a document could be made at all, and the versions of those documents."""
    changes = {key: results[key].change for key in keys if results[key].outcome is Outcome.REJECTED}
    return {key: change.version for key, change in changes.items() if isinstance(change, IndexDocument)}


def _count(report: DrainReport, key: Key, result: ChangeResult) -> None:
    match result.outcome:
        case Outcome.APPLIED if isinstance(result.change, IndexDocument):
            report.applied.append(key)
        case Outcome.APPLIED:
            report.removed.append(key)
        case Outcome.STALE:
            report.stale += 1
        case Outcome.RETRY:
            report.retried += 1
        case Outcome.REJECTED:
            report.dead += 1
