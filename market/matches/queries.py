"""Every SELECT about matches."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, or_, select

from market.achievements.models import Achievement
from market.kernel.db import get_row
from market.kernel.outbox import Subject
from market.kernel.paging import Page, PageRequest
from market.listings.models import LIVE, Listing, ListingStatus
from market.matches.access import Pair
from market.matches.models import Match, MatchEvent, MatchSource, MatchStatus, Notice, PairingEntry, RematchBatch
from market.matches.rules import AWAITING_ANSWER, CONSENT_GIVEN
from market.needs.models import Need

NOUN = "对接"
NoticeRow = tuple[Notice, Match, Need, Achievement]
PairIds = tuple[UUID, UUID]
"""Need and achievement."""
_TENTATIVE = (MatchStatus.SUGGESTED, MatchStatus.INTERESTED)


class Standing(NamedTuple):
    """Whose lists a match stands in, and what people have made of it."""

    id: UUID
    score: float
    status: MatchStatus
    source: MatchSource
    broker_id: UUID | None
    listed_for_need: bool
    listed_for_achievement: bool

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has put the pair forward, looks after it or has answered it."""
        return self.status is MatchStatus.SUGGESTED and self.source is MatchSource.ENGINE and self.broker_id is None


_STANDING: tuple[Any, ...] = tuple(getattr(Match, name) for name in Standing._fields)


def get_match(session: Session, match_id: UUID) -> Match:
    """The match; raises `NotFound`."""
    return get_row(session, Match, match_id, NOUN)


def pair_of(session: Session, match: Match) -> Pair:
    """The match with both of its listings."""
    return Pair(
        match,
        get_row(session, Need, match.need_id, "技术需求"),
        get_row(session, Achievement, match.achievement_id, "科技成果"),
    )


def pairs_of(session: Session, matches: Sequence[Match]) -> list[Pair]:
    """The matches with their listings, in the same order, in two queries."""
    need_ids = {match.need_id for match in matches}
    achievement_ids = {match.achievement_id for match in matches}
    needs = {need.id: need for need in session.exec(select(Need).where(col(Need.id).in_(need_ids)))}
    achievements = {
        achievement.id: achievement
        for achievement in session.exec(select(Achievement).where(col(Achievement.id).in_(achievement_ids)))
    }
    return [Pair(match, needs[match.need_id], achievements[match.achievement_id]) for match in matches]


def matches_of_need(session: Session, need_id: UUID, request: PageRequest, *, now: datetime) -> Page[Match]:
    """What stands against a need: pairs that people work on first, then by score, declined ones last."""
    return _page(session, _shown(now).where(col(Match.need_id) == need_id), _BEST_FIRST, request)


def matches_of_achievement(
    session: Session, achievement_id: UUID, request: PageRequest, *, now: datetime
) -> Page[Match]:
    """What stands against an achievement, in the same order as for a need."""
    return _page(session, _shown(now).where(col(Match.achievement_id) == achievement_id), _BEST_FIRST, request)


def inbox_of_party(session: Session, party_id: UUID, request: PageRequest, *, now: datetime) -> Page[Match]:
    """What waits for somebody of a party's pairs: asked, consented to, or put forward by a broker; the most urgent first."""
    waiting = or_(
        col(Match.status).in_(AWAITING_ANSWER),
        (col(Match.status) == MatchStatus.SUGGESTED) & (col(Match.source) == MatchSource.BROKER),
    )
    own = _ids_of_listings(col(Need.owner_party_id) == party_id, col(Achievement.owner_party_id) == party_id)
    return _page(session, _shown(now).where(waiting, col(Match.id).in_(sa.union(*own))), _URGENT_FIRST, request)


def inbox_of_broker(session: Session, broker_id: UUID, request: PageRequest, *, now: datetime) -> Page[Match]:
    """What a broker looks after, through the match or through a listing: escalated pairs first, then by deadline."""
    waiting = or_(
        col(Match.status).in_(AWAITING_ANSWER),
        (col(Match.status) == MatchStatus.SUGGESTED) & (col(Match.broker_id) == broker_id),
    )
    own = sa.union(
        select(col(Match.id)).where(col(Match.broker_id) == broker_id),
        *_ids_of_listings(col(Need.broker_id) == broker_id, col(Achievement.broker_id) == broker_id),
    )
    return _page(session, _shown(now).where(waiting, col(Match.id).in_(own)), _URGENT_FIRST, request)


def inbox_of_officials(session: Session, request: PageRequest) -> Page[Match]:
    """Escalated pairs that no broker looks after: an official has to assign one."""
    statement = _between_live_listings().where(
        col(Match.status).in_(AWAITING_ANSWER),
        col(Match.escalated_at).is_not(None),
        # one expression, so that no index on "no broker", which is true of nearly all, is tempting
        func.coalesce(col(Match.broker_id), col(Need.broker_id), col(Achievement.broker_id)).is_(None),
    )
    return _page(session, statement, _URGENT_FIRST, request)


def events_of_match(session: Session, match_id: UUID) -> list[MatchEvent]:
    """What happened to the match, oldest first."""
    return events_of_matches(session, [match_id]).get(match_id, [])


def events_of_matches(session: Session, match_ids: Collection[UUID]) -> dict[UUID, list[MatchEvent]]:
    """What happened to each of the matches, oldest first; matches without events are missing."""
    statement = (
        select(MatchEvent)
        .where(col(MatchEvent.match_id).in_(match_ids))
        .order_by(col(MatchEvent.at), col(MatchEvent.id))
    )
    events: dict[UUID, list[MatchEvent]] = {}
    for event in session.exec(statement):
        events.setdefault(event.match_id, []).append(event)
    return events


def has_consent(
    session: Session, party_id: UUID, *, need_id: UUID | None = None, achievement_id: UUID | None = None
) -> bool:
    """Whether a match with both sides' consent joins the party to the listing on the other side.

    Name exactly one listing. The consent ends with the talks: a declined or closed pair gives none.
    """
    if (need_id is None) == (achievement_id is None):
        raise ValueError("name either need_id or achievement_id")
    statement = select(Match.id).where(col(Match.status).in_(CONSENT_GIVEN)).limit(1)
    if need_id is not None:
        statement = statement.join(Achievement, col(Achievement.id) == col(Match.achievement_id)).where(
            col(Match.need_id) == need_id, col(Achievement.owner_party_id) == party_id
        )
    else:
        statement = statement.join(Need, col(Need.id) == col(Match.need_id)).where(
            col(Match.achievement_id) == achievement_id, col(Need.owner_party_id) == party_id
        )
    return session.exec(statement).first() is not None


def find_match(session: Session, need_id: UUID, achievement_id: UUID) -> Match | None:
    """The match of this pair, if there is one; locked for the transaction."""
    statement = (
        select(Match)
        .where(col(Match.need_id) == need_id, col(Match.achievement_id) == achievement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.exec(statement).one_or_none()


def one_recording_at_a_time(session: Session, subject_ids: Iterable[UUID]) -> None:
    """Wait until nobody else records the lists of these listings, and keep others waiting until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        for subject_id in subject_ids:
            key = int.from_bytes(subject_id.bytes[8:], "big", signed=True)
            session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def standings(session: Session, subject: Subject, subject_ids: Collection[UUID]) -> dict[PairIds, Standing]:
    """How every match of these listings stands, by need and achievement; nothing is locked."""
    this, _ = sides_of_subject(subject)
    statement = sa.select(col(Match.need_id), col(Match.achievement_id), *_STANDING).where(this.in_(subject_ids))
    return {(row[0], row[1]): Standing._make(row[2:]) for row in session.execute(statement)}


def lock_standings(session: Session, match_ids: Collection[UUID]) -> list[Standing]:
    """How these matches stand now, less those that are gone; locked in the order of need and achievement, ready to be deleted."""
    statement = sa.select(*_STANDING).where(col(Match.id).in_(match_ids))
    ordered = statement.order_by(col(Match.need_id), col(Match.achievement_id)).with_for_update()
    return [Standing._make(row) for row in session.execute(ordered)]


def owners_of_pairs(
    session: Session, pairs: Collection[tuple[UUID, UUID]]
) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
    """The owners of the needs, and of the achievements, of these pairs."""
    needs = select(Need.id, Need.owner_party_id).where(col(Need.id).in_({need for need, _ in pairs}))
    achievements = select(Achievement.id, Achievement.owner_party_id).where(
        col(Achievement.id).in_({achievement for _, achievement in pairs})
    )
    return dict(session.exec(needs).all()), dict(session.exec(achievements).all())


def notices_of_party(
    session: Session, party_id: UUID, request: PageRequest, *, now: datetime, from_score: float, unread_only: bool
) -> Page[NoticeRow]:
    """What a party has been told, the latest first; with the pair, which must still be a suggestion that may be shown, of this score."""
    statement = _noticed(party_id, now, from_score)
    if unread_only:
        statement = statement.where(col(Notice.read_at).is_(None))
    count = select(func.count()).select_from(statement.with_only_columns(Notice.id).subquery())
    ordered = statement.order_by(col(Notice.id).desc()).offset(request.offset).limit(request.size)
    rows = [(row[0], row[1], row[2], row[3]) for row in session.execute(ordered)]
    return Page(items=rows, page=request.page, size=request.size, total=session.exec(count).one())


def count_unread_notices(session: Session, party_id: UUID, most: int, *, now: datetime, from_score: float) -> int:
    """How many of them are unread, counted no further than `most`."""
    unread = (
        _noticed(party_id, now, from_score)
        .where(col(Notice.read_at).is_(None))
        .with_only_columns(Notice.id)
        .limit(most)
    )
    return session.exec(select(func.count()).select_from(unread.subquery())).one()


def find_notice(session: Session, notice_id: UUID, party_id: UUID) -> NoticeRow | None:
    """The notice with its pair, whatever has become of that; None where it is another party's or the pair is gone."""
    statement = _noticed_pairs().where(col(Notice.id) == notice_id, col(Notice.party_id) == party_id)
    row = session.execute(statement).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3])


def lock_next_to_pair(
    session: Session, now: datetime, longest_pause: timedelta, *, newest: bool
) -> PairingEntry | None:
    """The newest or oldest due entry; fresh ones are due whatever the clock says, and none is believed to wait longer than that."""
    is_due = or_(
        col(PairingEntry.attempts) == 0,
        col(PairingEntry.due_at) <= now,
        col(PairingEntry.due_at) > now + longest_pause,
    )
    order = col(PairingEntry.id).desc() if newest else col(PairingEntry.id)
    statement = select(PairingEntry).where(is_due).order_by(order).limit(1).with_for_update(skip_locked=True)
    return session.exec(statement).first()


def lock_entries_to_pair(session: Session, subject_id: UUID) -> list[PairingEntry]:
    """Everything that asks for the pairing of this listing, but for what another worker holds."""
    statement = select(PairingEntry).where(col(PairingEntry.subject_id) == subject_id).with_for_update(skip_locked=True)
    return list(session.exec(statement).all())


def count_to_pair(session: Session) -> int:
    """How many entries wait for pairing."""
    return session.exec(select(func.count()).select_from(PairingEntry)).one()


def rematch_batches(session: Session) -> list[RematchBatch]:
    """What is left of computing everything anew, in order."""
    return list(session.exec(select(RematchBatch).order_by(col(RematchBatch.id))).all())


def matches_of_pairs(session: Session, subject: Subject, subject_id: UUID, others: Collection[UUID]) -> list[Match]:
    """The matches of a listing with these listings of the other kind, read afresh."""
    this, other = sides_of_subject(subject)
    statement = select(Match).where(this == subject_id, other.in_(others)).execution_options(populate_existing=True)
    return list(session.exec(statement).all())


def lock_overdue(session: Session, today: date, limit: int) -> list[Match]:
    """Matches whose answer is overdue and not yet escalated, locked; what somebody is just working on is left for the next round.

    All rows are locked here at once: taken one by one between audit entries, they could deadlock with the audit chain's lock.
    """
    statement = (
        _between_live_listings()
        .where(
            col(Match.status).in_(AWAITING_ANSWER),
            col(Match.respond_by) < today,
            col(Match.escalated_at).is_(None),
        )
        .order_by(col(Match.id))
        .limit(limit)
        .with_for_update(of=Match, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(session.exec(statement).all())


def sides_of_subject(subject: Subject) -> tuple[Any, Any]:
    """The match's column of this kind of listing, and the column of the other kind."""
    need, achievement = col(Match.need_id), col(Match.achievement_id)
    return (need, achievement) if subject is Subject.NEED else (achievement, need)


_BEST_FIRST = (
    sa.case(
        (col(Match.status) == MatchStatus.DECLINED, 2),
        (or_(col(Match.status) != MatchStatus.SUGGESTED, col(Match.source) == MatchSource.BROKER), 0),
        else_=1,
    ),
    col(Match.score).desc(),
    col(Match.id),
)
_URGENT_FIRST = (
    col(Match.escalated_at).is_(None),
    col(Match.respond_by).is_(None),
    col(Match.respond_by),
    col(Match.id),
)


def _noticed_pairs() -> Any:
    is_pair = (col(Match.need_id) == col(Notice.need_id)) & (col(Match.achievement_id) == col(Notice.achievement_id))
    return (
        sa.select(Notice, Match, Need, Achievement)
        .join(Match, is_pair)
        .join(Need, col(Need.id) == col(Notice.need_id))
        .join(Achievement, col(Achievement.id) == col(Notice.achievement_id))
    )


def _noticed(party_id: UUID, now: datetime, from_score: float) -> Any:
    """What a party still has to look at: whoever has acted on a pair finds it among what waits for an answer."""
    return _noticed_pairs().where(
        col(Notice.party_id) == party_id,
        col(Match.status) == MatchStatus.SUGGESTED,
        col(Match.score) >= from_score,  # a listing rewritten since may no longer fit
        col(Need.status).in_(LIVE),
        col(Achievement.status).in_(LIVE),
        _is_in_time(Need, now),
        _is_in_time(Achievement, now),
    )


def _shown(now: datetime) -> Any:
    """Matches that may be shown at all: a mere suggestion not even while a listing that is over waits to be marked as expired."""
    return _between_live_listings().where(
        or_(
            col(Match.status) != MatchStatus.SUGGESTED,
            _is_in_time(Need, now) & _is_in_time(Achievement, now),
        )
    )


def _is_in_time(model: type[Listing], now: datetime) -> Any:
    """Whether a live listing is not overdue for expiring: `listings.rules.is_due` in SQL."""
    return or_(
        col(model.status) != ListingStatus.PUBLISHED,
        col(model.expires_at).is_(None),
        col(model.expires_at) > now,
    )


def _between_live_listings() -> Any:
    """Matches with their listings: a pair not yet consented to only while both of these are live."""
    return (
        select(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Achievement, col(Achievement.id) == col(Match.achievement_id))
        .where(
            or_(
                col(Match.status).not_in(_TENTATIVE),
                col(Need.status).in_(LIVE) & col(Achievement.status).in_(LIVE),
            )
        )
    )


def _ids_of_listings(of_need: Any, of_achievement: Any) -> list[Any]:
    """Selections of the matches of certain listings, to be united: an OR over two tables would scan every match."""
    return [
        select(col(Match.id)).join(Need, col(Need.id) == col(Match.need_id)).where(of_need),
        select(col(Match.id)).join(Achievement, col(Achievement.id) == col(Match.achievement_id)).where(of_achievement),
    ]


def _page(session: Session, statement: Any, order: Sequence[Any], request: PageRequest) -> Page[Match]:
    total = session.exec(select(func.count()).select_from(statement.subquery())).one()
    rows = session.exec(statement.order_by(*order).offset(request.offset).limit(request.size)).all()
    return Page[Match](items=list(rows), page=request.page, size=request.size, total=total)
