"""The relay from SQL to the index: drains the outbox, rebuilds from rows, compares both sides.

An entry is deleted only after the engine has said that the change is visible; a process killed in between leaves the entry, and the same
current row is written again under the same version, which changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session

from market.achievements.models import Achievement
from market.kernel import outbox
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.outbox import OutboxEntry, Subject
from search import documents, queries
from search.engine import Change, ChangeResult, IndexDocument, Outcome, Removal, SearchEngine
from search.queries import Material

Key = tuple[Subject, UUID]

_BATCH = 1_000
_GONE = 2**53
"""The version of a removal whose row is no longer there: above every version a row can reach."""


@dataclass
class DrainReport:
    """What one round did: `applied` are the listings that have become searchable or were brought up to date, `removed` those taken out."""

    applied: list[Key] = field(default_factory=list)
    removed: list[Key] = field(default_factory=list)
    stale: int = 0
    retried: int = 0
    dead: int = 0


@dataclass(frozen=True)
class Drift:
    """Where index and SQL differ: listings missing, held under another version, or held though no longer live."""

    missing: tuple[Key, ...]
    stale: tuple[Key, ...]
    surplus: tuple[Key, ...]

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


def rebuild(database: Database, engine: SearchEngine, *, clock: Clock, progress: Callable[[int], None]) -> int:
    """Build the index anew from SQL beside the present one, swap, and bring in what changed meanwhile; returns its documents.

    What differs after the swap goes through the outbox: changes that reached only the old index, and late removals.
    """
    count = engine.rebuild(_live_documents(database), progress)
    difference = drift(database, engine)
    with database.writing() as session:
        for subject, subject_id in (*difference.missing, *difference.stale, *difference.surplus):
            outbox.put(session, subject, subject_id, clock)
    while True:
        report = drain(database, engine, clock=clock, limit=_BATCH)
        if not (report.applied or report.removed or report.stale):
            return count


def drift(database: Database, engine: SearchEngine) -> Drift:
    """Compare ids and versions of both sides. What still waits in the outbox counts as drift as well."""
    held = {(subject, subject_id): version for subject, subject_id, version in engine.versions()}
    with database.reading() as session:
        wanted = {(subject, subject_id): version for subject, subject_id, version in queries.live_versions(session)}
    return Drift(
        missing=tuple(sorted(key for key in wanted if key not in held)),
        stale=tuple(sorted(key for key, version in wanted.items() if key in held and held[key] != version)),
        surplus=tuple(sorted(key for key in held if key not in wanted)),
    )


def _apply(session: Session, engine: SearchEngine, entries: Sequence[OutboxEntry]) -> dict[Key, ChangeResult]:
    keys = dict.fromkeys((entry.subject, entry.subject_id) for entry in entries)
    changes: list[Change] = []
    for subject in Subject:
        ids = [subject_id for one, subject_id in keys if one is subject]
        changes.extend(_changes(session, subject, ids))
    results = engine.apply(changes) if changes else []
    return {(result.change.subject, result.change.subject_id): result for result in results}


def _changes(session: Session, subject: Subject, ids: Sequence[UUID]) -> Iterator[Change]:
    if not ids:
        return
    material = queries.material_of(session, subject, ids)
    found = set()
    for change in _documents(material):
        found.add(change.subject_id)
        yield change
    for subject_id in ids:
        if subject_id not in found:
            yield Removal(subject, subject_id, _GONE)


def _settle(
    session: Session, entries: Sequence[OutboxEntry], results: dict[Key, ChangeResult], clock: Clock
) -> DrainReport:
    report = DrainReport()
    settled: set[Key] = set()
    for entry in entries:
        key = (entry.subject, entry.subject_id)
        result = results[key]
        if result.outcome is Outcome.RETRY:
            outbox.postpone(entry, result.reason, clock)
        elif result.outcome is Outcome.REJECTED:
            outbox.bury(entry, result.reason, clock)
        else:
            session.delete(entry)
        if key not in settled:
            settled.add(key)
            _count(report, key, result)
    return report


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


def _live_documents(database: Database) -> Iterator[IndexDocument]:
    for subject in Subject:
        after: UUID | None = None
        while True:
            with (
                database.reading() as session
            ):  # short ones: a long snapshot would keep the log of SQLite from shrinking
                material = queries.live_material(session, subject, after, _BATCH)
                if not material.rows:
                    break
                after = material.rows[-1].id
                for change in _documents(material):
                    if isinstance(change, IndexDocument):
                        yield change


def _documents(material: Material) -> Iterator[Change]:
    for row in material.rows:
        indicators = material.indicators.get(row.id, [])
        owner_name = material.owner_names.get(row.owner_party_id, "")
        if isinstance(row, Achievement):
            rights = material.intellectual_property.get(row.id, [])
            yield documents.from_achievement(row, indicators, rights, owner_name=owner_name)
        else:
            yield documents.from_need(row, indicators, owner_name=owner_name)
