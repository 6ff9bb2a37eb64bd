"""The SELECTs of the search room: rows in bulk for the index, and the plain search that stands in when the engine does not answer."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from market.achievements import queries as achievements
from market.achievements.models import Achievement, IntellectualProperty
from market.kernel.columns import UTC_INSTANT
from market.kernel.outbox import OutboxEntry, Subject
from market.listings.models import LIVE, IndicatorRow, Listing, ListingStatus
from market.matches import vector_queries
from market.needs import queries as needs
from market.needs.models import Need
from market.parties.models import Party
from market.parties.queries import party_names
from search.engine import Key, Meaning

# `Any`, because of two tables only their common part would be left to the type checker.
MODELS: dict[Subject, Any] = {Subject.ACHIEVEMENT: Achievement, Subject.NEED: Need}
_IN_CHUNK = 500
_STREAM = 5_000
_BROWSED = 20_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Material:
    """Rows of one noun with all that their documents are made of."""

    rows: Sequence[Achievement | Need]
    indicators: dict[UUID, Sequence[IndicatorRow]]
    intellectual_property: dict[UUID, list[IntellectualProperty]]
    owner_names: dict[UUID, str]
    meanings: dict[UUID, Meaning]


def material_of(session: Session, subject: Subject, ids: Sequence[UUID], *, with_meanings: bool = False) -> Material:
    """What is stored now about these listings; ids without a row are left out. Vectors, which only the index wants, come when asked for."""
    return _with_children(session, subject, rows_of(session, subject, ids), with_meanings=with_meanings)


def rows_of(session: Session, subject: Subject, ids: Sequence[UUID]) -> list[Achievement | Need]:
    """The rows of these listings, in no order; ids without a row are left out."""
    rows: list[Achievement | Need] = []
    for chunk in _chunks(ids):
        rows.extend(session.scalars(_ROWS[subject], {"ids": chunk}).all())
    return rows


def indicators_of(session: Session, subject: Subject, ids: Sequence[UUID]) -> dict[UUID, Sequence[IndicatorRow]]:
    """The indicators of each of these listings, in order."""
    found: dict[UUID, Sequence[IndicatorRow]] = {}
    for chunk in _chunks(ids):
        found |= (
            needs.indicators_of(session, chunk)
            if subject is Subject.NEED
            else achievements.indicators_of(session, chunk)
        )
    return found


@dataclass(frozen=True)
class Standing:
    """What decides whether a listing is shown, and whether what was made of it earlier still holds."""

    version: int
    updated_at: datetime
    status: ListingStatus
    expires_at: datetime | None
    title: str
    owner_name: str


def standings(session: Session, ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """How these listings of either noun stand now, in one light query; ids without a row are left out."""
    if not ids:
        return {}
    found = session.connection().execute(_STANDINGS, {"ids": ids})
    return {row[0]: Standing(*row[1:]) for row in found}


def _standings_of(model: Any) -> sa.Select[Any]:
    columns: list[Any] = [
        model.id,
        model.version,
        model.updated_at,
        model.status,
        model.expires_at,
        model.title,
        Party.name,
    ]
    owner = col(Party.id) == model.owner_party_id
    return sa.select(*columns).join(Party, owner).where(col(model.id).in_(sa.bindparam("ids", expanding=True)))


# Built once: every search asks them, and building them costs more than asking.
_STANDINGS = sa.union_all(*(_standings_of(model) for model in MODELS.values()))
_ROWS = {
    subject: sa.select(model).where(col(model.id).in_(sa.bindparam("ids", expanding=True)))
    for subject, model in MODELS.items()
}


def live_ids(session: Session, subject: Subject) -> Iterator[UUID]:
    """Ids of everything of the noun that the index should hold, in order."""
    model = MODELS[subject]
    statement = select(model.id).where(col(model.status).in_(LIVE)).order_by(col(model.id))
    yield from session.exec(statement.execution_options(yield_per=_STREAM))


def live_material(session: Session, subject: Subject, first: UUID, last: UUID) -> Material:
    """The live listings from one id to another, in order of id."""
    model = MODELS[subject]
    # Asked for the state as well, a database may walk through everything live, by the state's index, for each range of a thousand ids.
    rows = session.exec(select(model).where(col(model.id).between(first, last)).order_by(col(model.id))).all()
    return _with_children(session, subject, [row for row in rows if row.status in LIVE], with_meanings=True)


def live_versions(session: Session) -> Iterator[tuple[Subject, UUID, int]]:
    """Key and version of everything that the index should hold."""
    for subject, model in MODELS.items():
        statement = select(model.id, model.version).where(col(model.status).in_(LIVE))
        for row in session.exec(statement.execution_options(yield_per=_STREAM)):
            yield subject, row[0], row[1]


def lock_changed(session: Session, seen: Mapping[Key, int]) -> set[Key]:
    """Those of the listings that are no longer of the version in which they were seen, or are gone.

    On PostgreSQL the rows are locked against changes until the transaction ends, so that the answer still holds then; and against
    others who ask the same, so that of two relays that were both refused the later one sees what the earlier one has buried.
    """
    found: dict[Key, int] = {}
    for subject, model in MODELS.items():
        for chunk in _chunks([key[1] for key in seen if key[0] is subject]):
            statement = select(model.id, model.version).where(col(model.id).in_(chunk)).order_by(col(model.id))
            rows = session.exec(statement.with_for_update(key_share=True)).all()
            found |= {(subject, row_id): version for row_id, version in rows}
    return {key for key, version in seen.items() if found.get(key) != version}


def count_live(session: Session) -> int:
    """How many listings the index should hold."""
    return sum(
        session.exec(select(func.count()).select_from(model).where(col(model.status).in_(LIVE))).one()
        for model in MODELS.values()
    )


def has_settled_live(session: Session) -> bool:
    """Whether there is a live listing that waits for no relay, and so is one that the index ought to hold."""
    for model in MODELS.values():
        waits = select(OutboxEntry.id).where(col(OutboxEntry.subject_id) == col(model.id)).exists()
        if session.exec(select(model.id).where(col(model.status).in_(LIVE), ~waits).limit(1)).first() is not None:
            return True
    return False


def entries_by_id(session: Session, ids: Sequence[int]) -> list[OutboxEntry]:
    """Outbox entries that are still there."""
    found: list[OutboxEntry] = []
    for start in range(0, len(ids), _IN_CHUNK):
        statement = select(OutboxEntry).where(col(OutboxEntry.id).in_(ids[start : start + _IN_CHUNK]))
        found.extend(session.exec(statement).all())
    return found


@dataclass(frozen=True)
class PlainSearch:
    """What the plain search can do: words in title and public summary, and filters on public codes."""

    words: tuple[str, ...]
    codes: tuple[tuple[str, tuple[str, ...]], ...]
    """Column name and the values of which it must have one."""
    bounds: tuple[tuple[str, Decimal | None, Decimal | None], ...] = ()
    """Column name, lowest and highest value."""


def find_plainly(
    session: Session,
    subject: Subject,
    search: PlainSearch,
    *,
    now: datetime,
    after: tuple[datetime, UUID] | None,
    size: int,
) -> tuple[list[Achievement | Need], int]:
    """Shown listings that contain every word, the newest first, and the number of all; `after`: the last one of the page before.

    Reads only what anyone may read: a field whose level the lister has set is passed over altogether. Looks at the newest 20,000 of
    each state and no further: without an engine, every word is looked for in every text, and in a million of them that takes seconds.
    """
    model = MODELS[subject]
    where = [is_browsed(model), _is_shown(model, now), *(_contains(model, word) for word in search.words)]
    for name, values in search.codes:
        where.append(sa.and_(col(getattr(model, name)).in_(values), _is_untouched(model, name)))
    for name, low, high in search.bounds:
        column = col(getattr(model, name))
        where.append(_is_untouched(model, name))
        where.append(column >= low if low is not None else column <= high)
    total = session.exec(select(func.count()).select_from(model).where(*where)).one()
    if after is not None:
        instant, last_id = after
        where.append(
            sa.or_(
                col(model.published_at) < instant, sa.and_(col(model.published_at) == instant, col(model.id) > last_id)
            )
        )
    statement = select(model).where(*where).order_by(col(model.published_at).desc(), col(model.id)).limit(size)
    return list(session.exec(statement).all()), total


def titles_containing(session: Session, text: str, *, now: datetime, limit: int) -> list[str]:
    """Titles that contain the text, among the newest 20,000 of each noun and state, the newest first, each once."""
    titles: list[tuple[datetime | None, str]] = []
    for model in MODELS.values():
        statement = (
            select(model.published_at, model.title)
            .where(is_browsed(model), _is_shown(model, now), col(model.title).contains(text, autoescape=True))
            .order_by(col(model.published_at).desc(), col(model.id))
            .limit(limit)
        )
        titles.extend((row[0], row[1]) for row in session.exec(statement))
    titles.sort(key=lambda found: found[0] or now, reverse=True)
    return list(dict.fromkeys(title for _, title in titles))[:limit]


def is_browsed(model: type[Listing]) -> sa.ColumnElement[bool]:
    """Whether the listing is one of the newest of its state: by state, since (status, published_at) is indexed in that order."""
    return sa.or_(
        *(
            sa.and_(col(model.status) == status, col(model.published_at) > _date_of_last_browsed(model, status))
            for status in sorted(LIVE)
        )
    )


def _date_of_last_browsed(model: type[Listing], status: ListingStatus) -> sa.ColumnElement[datetime]:
    other: Any = aliased(model, name=status.value)
    date = select(other.published_at).where(other.status == status).order_by(other.published_at.desc())
    return func.coalesce(date.offset(_BROWSED).limit(1).scalar_subquery(), sa.literal(_EPOCH, UTC_INSTANT))


def _is_shown(model: type[Listing], now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(model.status).in_(LIVE),
        sa.or_(
            col(model.status) != ListingStatus.PUBLISHED, col(model.expires_at).is_(None), col(model.expires_at) > now
        ),
    )


def _contains(model: type[Listing], word: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        col(model.title).icontains(word, autoescape=True),
        sa.and_(col(model.summary).icontains(word, autoescape=True), _is_untouched(model, "summary")),
    )


def _is_untouched(model: type[Listing], name: str) -> sa.ColumnElement[bool]:
    """Whether the lister left the field at its default level (public for the fields used here, members' for prices, which only members may ask for)."""
    return ~sa.cast(col(model.disclosure), sa.Text).contains(f'"{name}"', autoescape=True)


def _with_children(
    session: Session, subject: Subject, rows: Sequence[Achievement | Need], *, with_meanings: bool
) -> Material:
    ids = [row.id for row in rows]
    rights: dict[UUID, list[IntellectualProperty]] = {}
    for chunk in _chunks(ids if subject is Subject.ACHIEVEMENT else ()):
        for right in session.exec(
            select(IntellectualProperty)
            .where(col(IntellectualProperty.achievement_id).in_(chunk))
            .order_by(col(IntellectualProperty.achievement_id), col(IntellectualProperty.position))
        ):
            rights.setdefault(right.achievement_id, []).append(right)
    names: dict[UUID, str] = {}
    for chunk in _chunks(sorted({row.owner_party_id for row in rows})):
        names |= party_names(session, chunk)
    return Material(
        rows, indicators_of(session, subject, ids), rights, names, _meanings(session, ids) if with_meanings else {}
    )


def _meanings(session: Session, ids: Sequence[UUID]) -> dict[UUID, Meaning]:
    model = vector_queries.serving_model(session)
    if model is None or model.id is None:
        return {}
    found = vector_queries.vectors_of(session, model.id, ids)
    return {one.subject_id: Meaning(model.id, one.vector) for one in found}


def _chunks(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    listed = list(ids)
    for start in range(0, len(listed), _IN_CHUNK):
        yield listed[start : start + _IN_CHUNK]
