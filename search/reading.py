"""From rows in SQL to documents: some as they are now, or all live ones for a rebuild, which several processes may cut.

Cutting text takes most of a rebuild's time and holds the interpreter's lock, so threads would not help. Each process reads its own rows.
"""

import logging
import signal
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from uuid import UUID

from sqlmodel import Session

import market.tables  # noqa: F401  a process that only cuts needs to know every table that a row refers to
from market.achievements.models import Achievement
from market.kernel.db import Database
from market.kernel.outbox import Subject
from market.needs.models import Need
from search import documents, queries
from search.engine import Change, EngineUnavailable, IndexDocument, Key, Removal
from search.queries import Material

_log = logging.getLogger("techmarket.index")

BATCH = 1_000
GONE = 2**53
"""The version of a removal whose row is no longer there: above every version a row can reach."""
_AHEAD = 3


@dataclass(frozen=True)
class _Span:
    """Live listings of one noun, from the first id to the last."""

    subject: Subject
    first: UUID
    last: UUID


def current_changes(session: Session, keys: Sequence[Key]) -> list[Change]:
    """What these listings are now: documents, or removals. One of which no document can be made is left out, and logged."""
    changes: list[Change] = []
    for subject in Subject:
        ids = list(dict.fromkeys(subject_id for one, subject_id in keys if one is subject))
        if not ids:
            continue
        material = queries.material_of(session, subject, ids, with_meanings=True)
        changes.extend(_documents(material))
        there = {row.id for row in material.rows}
        changes.extend(Removal(subject, subject_id, GONE) for subject_id in ids if subject_id not in there)
    return changes


def live_documents(database: Database, *, processes: int = 1) -> Iterator[list[IndexDocument]]:
    """Every live listing's document, in batches in order of id. What is published meanwhile may be missing."""
    spans = _spans(database)
    if processes < 2 or len(spans) < 2:  # noqa: PLR2004
        return (_documents_between(database, span) for span in spans)
    return _cut_side_by_side(database, spans, min(processes, len(spans)))


def _spans(database: Database) -> list[_Span]:
    spans = []
    with database.reading() as session:
        for subject in Subject:
            first: UUID | None = None
            last: UUID | None = None
            for count, subject_id in enumerate(queries.live_ids(session, subject), 1):
                first, last = first or subject_id, subject_id
                if count % BATCH == 0:
                    spans.append(_Span(subject, first, last))
                    first = None
            if first is not None and last is not None:
                spans.append(_Span(subject, first, last))
    return spans


def _cut_side_by_side(database: Database, spans: Sequence[_Span], processes: int) -> Iterator[list[IndexDocument]]:
    # Started afresh rather than forked: a fork would take open connections and locks of other threads along.
    context = get_context("spawn")
    waiting: deque[Future[list[IndexDocument]]] = deque()
    with ProcessPoolExecutor(
        processes, context, initializer=_open, initargs=(database.url, database.timeouts_ms)
    ) as pool:
        try:
            for span in spans:
                waiting.append(pool.submit(_cut, span))
                if len(waiting) >= processes * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenExecutor as error:
            raise EngineUnavailable("a process that cut texts has died; start the rebuild again") from error
        finally:
            for future in waiting:
                future.cancel()


_own: list[Database] = []  # of a process of the pool, which lives for one rebuild


def _open(url: str, timeouts_ms: tuple[int, int]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that builds decides when to stop
    statement, lock = timeouts_ms
    _own.append(Database(url, pool_size=1, statement_timeout_ms=statement, lock_timeout_ms=lock))


def _cut(span: _Span) -> list[IndexDocument]:
    return _documents_between(_own[0], span)


def _documents_between(database: Database, span: _Span) -> list[IndexDocument]:
    # A short transaction for each batch: a long snapshot would keep the log of SQLite from shrinking.
    with database.reading() as session:
        material = queries.live_material(session, span.subject, span.first, span.last)
        return [change for change in _documents(material) if isinstance(change, IndexDocument)]


def _documents(material: Material) -> Iterator[Change]:
    for row in material.rows:
        try:
            document = _document(row, material)
            meaning = material.meanings.get(row.id)
            yield replace(document, meaning=meaning) if isinstance(document, IndexDocument) and meaning else document
        except Exception as error:  # noqa: BLE001  whatever is odd about one listing must not keep all others out of the index
            where = "".join(
                traceback.format_tb(error.__traceback__)
            )  # without its message, which may quote the listing
            _log.error(
                "no document can be made of %s %s: %s\n%s", row.__tablename__, row.id, type(error).__name__, where
            )


def _document(row: Achievement | Need, material: Material) -> Change:
    indicators = material.indicators.get(row.id, [])
    owner_name = material.owner_names.get(row.owner_party_id, "")
    if isinstance(row, Achievement):
        rights = material.intellectual_property.get(row.id, [])
        return documents.from_achievement(row, indicators, rights, owner_name=owner_name)
    return documents.from_need(row, indicators, owner_name=owner_name)
