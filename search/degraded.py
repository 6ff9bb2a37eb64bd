"""Finding without the engine: SQL on titles and public summaries, the newest first. Slower and coarser, and it says so."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from market.achievements.models import Achievement
from market.kernel.outbox import Subject
from market.listings.disclosure import Viewer
from market.needs.models import Need
from market.reference.lists import regions_within
from search import cursors
from search.cursors import Cursor, Mode
from search.engine import EngineHit
from search.presentation import present
from search.queries import PlainSearch, find_plainly
from search.schemas import FindListings, FoundListings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def find(
    session: Session,
    command: FindListings,
    words: Sequence[str],
    mark: str,
    cursor: Cursor | None,
    *,
    now: datetime,
    viewer: Viewer,
) -> FoundListings:
    """One page as `finding.find_listings` gives it, without facets."""
    after = None if cursor is None else (_instant(cursor.value), cursor.subject_id)
    rows: list[Achievement | Need] = []
    total = 0
    for subject in _subjects(command):
        found, count = find_plainly(
            session, subject, _plain(command, words, subject), now=now, after=after, size=command.size
        )
        rows.extend(found)
        total += count
    rows.sort(key=lambda row: (-_microseconds(row.published_at), row.id))
    rows = rows[: command.size]
    hits = [EngineHit(Subject(str(row.__tablename__)), row.id, 0.0, 0.0) for row in rows]
    next_cursor = None
    if len(rows) == command.size:
        last = Cursor(Mode.PLAIN, _microseconds(rows[-1].published_at), rows[-1].id)
        next_cursor = cursors.encode(last, mark)
    return FoundListings(
        hits=present(session, hits, frozenset(words), viewer=viewer, now=now),
        total=total,
        facets={},
        next_cursor=next_cursor,
        relaxed=False,
        degraded=True,
    )


def _subjects(command: FindListings) -> tuple[Subject, ...]:
    if command.stage is not None or command.min_trl is not None:
        return (Subject.ACHIEVEMENT,) if command.kind in {None, Subject.ACHIEVEMENT} else ()
    return (command.kind,) if command.kind is not None else tuple(Subject)


def _plain(command: FindListings, words: Sequence[str], subject: Subject) -> PlainSearch:
    codes: list[tuple[str, tuple[str, ...]]] = []
    if command.field is not None:
        codes.append(("field_code", (command.field,)))
    if command.local_industry is not None:
        codes.append(("local_industry_code", (command.local_industry,)))
    if command.industry is not None:
        codes.append(("industry_code", (command.industry,)))
    if command.region is not None:
        codes.append(("region_code", regions_within(command.region)))
    if command.stage is not None and subject is Subject.ACHIEVEMENT:
        codes.append(("stage", (command.stage,)))
    bounds: list[tuple[str, Decimal | None, Decimal | None]] = []
    if command.min_trl is not None:
        bounds.append(("trl", Decimal(command.min_trl), None))
    if command.price_max_cny is not None:
        price = "asking_price_cny" if subject is Subject.ACHIEVEMENT else "budget_max_cny"
        bounds.append((price, None, command.price_max_cny))
    return PlainSearch(words=tuple(words), codes=tuple(codes), bounds=tuple(bounds))


def _microseconds(instant: datetime | None) -> int:
    return 0 if instant is None else (instant - _EPOCH) // _MICROSECOND


def _instant(value: float) -> datetime:
    return _EPOCH + int(value) * _MICROSECOND
