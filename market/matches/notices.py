"""Telling owners of new pairs with their listings: written with the matches, read and marked by the party they are for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from market.achievements.models import Achievement
from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.errors import NotFound
from market.kernel.ids import new_id
from market.kernel.outbox import Subject
from market.kernel.paging import Page, PageRequest
from market.matches import queries
from market.matches.models import Match, Notice
from market.matches.schemas import ComputedMatch, ListingRef, NoticeView, ReadNotices
from market.needs.models import Need

MOST_COUNTED = 100
"""Unread notices are counted up to here: nobody needs to know exactly, and the header asks on every page."""

_NOT_FOUND = "没有找到这条提醒,可能已被撤下或链接有误。"


@dataclass(frozen=True)
class NoticePolicy:
    """Which new pairs are told of: those of at least this score; never to the party on whose wish they were computed."""

    from_score: float
    except_party_id: UUID | None = None


def write_notices(
    session: Session,
    computed: Sequence[ComputedMatch],
    known: Mapping[tuple[UUID, UUID], float],
    policy: NoticePolicy,
    clock: Clock,
) -> None:
    """Tell both owners of pairs that are new, or whose score has risen to where one tells of it; nobody twice of the same pair.

    `known` are the scores of pairs as they were stored before, by need and achievement; infinite where people are at work on them.
    """
    fresh = [
        (one.need_id, one.achievement_id)
        for one in computed
        if one.score >= policy.from_score > known.get((one.need_id, one.achievement_id), -1.0)
    ]
    if not fresh:
        return
    need_owners, achievement_owners = queries.owners_of_pairs(session, fresh)
    now = clock.now()
    rows = [
        {
            "id": new_id(),
            "party_id": party_id,
            "subject": subject,
            "need_id": need_id,
            "achievement_id": achievement_id,
            "created_at": now,
            "read_at": None,
        }
        for need_id, achievement_id in sorted(fresh)
        for subject, party_id in (
            (Subject.NEED, need_owners[need_id]),
            (Subject.ACHIEVEMENT, achievement_owners[achievement_id]),
        )
        if party_id != policy.except_party_id
    ]
    if not rows:
        return
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql.insert if is_postgresql else sqlite.insert)(Notice.metadata.tables["notice"])
    session.execute(statement.on_conflict_do_nothing(), rows)


def list_notices(
    session: Session, actor: Actor, request: PageRequest, *, clock: Clock, from_score: float, unread_only: bool = False
) -> Page[NoticeView]:
    """What the actor's party has been told, the latest first: pairs that are still suggestions, between listings that are shown.

    Of these only what still has at least `from_score`: what fell below since it was told of comes back when it rises again.
    """
    actor.require(Permission.READ_MEMBER_FIELDS)
    if actor.party_id is None:
        return Page[NoticeView](items=[], page=request.page, size=request.size, total=0)
    found = queries.notices_of_party(
        session, actor.party_id, request, now=clock.now(), from_score=from_score, unread_only=unread_only
    )
    return Page[NoticeView](
        items=[_view(*row) for row in found.items], page=found.page, size=found.size, total=found.total
    )


def count_unread(session: Session, actor: Actor, *, clock: Clock, from_score: float) -> int:
    """How many unread notices `list_notices` has for the actor's party, at most `MOST_COUNTED`; 0 for whoever has no party."""
    if actor.party_id is None or not actor.may(Permission.READ_MEMBER_FIELDS):
        return 0
    return queries.count_unread_notices(session, actor.party_id, MOST_COUNTED, now=clock.now(), from_score=from_score)


def read_notice(session: Session, actor: Actor, notice_id: UUID, *, clock: Clock) -> NoticeView:
    """Mark one as read; the first time counts. `NotFound` for everybody but the party it is for, and where the pair is gone."""
    actor.require(Permission.READ_MEMBER_FIELDS)
    row = queries.find_notice(session, notice_id, actor.party_id) if actor.party_id is not None else None
    if row is None:
        raise NotFound("not_found", _NOT_FOUND)
    if row[0].read_at is None:
        row[0].read_at = clock.now()
        session.flush()
    return _view(*row)


def read_notices(session: Session, actor: Actor, command: ReadNotices, *, clock: Clock) -> int:
    """Mark all of the party's notices as read, up to an instant where one is named; returns how many were unread."""
    actor.require(Permission.READ_MEMBER_FIELDS)
    if actor.party_id is None:
        return 0
    unread = sa.update(Notice).where(col(Notice.party_id) == actor.party_id, col(Notice.read_at).is_(None))
    if command.up_to is not None:
        unread = unread.where(col(Notice.created_at) <= command.up_to)
    changed = session.execute(unread.values(read_at=clock.now()).execution_options(synchronize_session=False))
    return int(getattr(changed, "rowcount", 0))


def _view(notice: Notice, match: Match, need: Need, achievement: Achievement) -> NoticeView:
    """Titles are public whatever else is disclosed."""
    wanted, offered = ListingRef(id=need.id, title=need.title), ListingRef(id=achievement.id, title=achievement.title)
    is_need = notice.subject is Subject.NEED
    return NoticeView(
        id=notice.id,
        subject=notice.subject,
        own=wanted if is_need else offered,
        other=offered if is_need else wanted,
        match_id=match.id,
        score=match.score,
        created_at=notice.created_at,
        read_at=notice.read_at,
    )
