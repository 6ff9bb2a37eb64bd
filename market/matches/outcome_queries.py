"""What people decided about pairs, and how these stood: every SELECT that learning and its rankers need."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, or_, select

from market.contracts.models import Contract
from market.deals.models import Deal
from market.listings.models import LIVE
from market.matches.models import Match, MatchEvent, MatchSource, MatchStatus
from market.matches.outcome_models import Decision, RankerStatus, RankerVersion
from market.matches.rules import MatchAction
from market.needs.models import Need

AGREED = "agree"
REGISTERED = "register"
"""What follows a match's own actions: the deal is agreed, its contract registered."""

_BATCH = 2_000


class Act(NamedTuple):
    """One thing that people did with a pair. `parts` and what follows are empty where nobody kept how the pair stood."""

    match_id: UUID
    need_id: UUID
    achievement_id: UUID
    at: datetime
    action: str
    reason_code: str | None
    parts: dict[str, Any] | None
    model_version: str | None
    place: int | None


class Unacted(NamedTuple):
    """A suggested pair that nobody had touched, of a need whose list somebody had looked through."""

    need_id: UUID
    achievement_id: UUID
    shown_at: datetime
    parts: dict[str, Any]
    model_version: str
    place: int


class Listed(NamedTuple):
    """A pair as it stands in its need's list today."""

    need_id: UUID
    achievement_id: UUID
    computed_at: datetime
    parts: dict[str, Any]
    model_version: str


def place_of(session: Session, match: Match) -> int | None:
    """Where the pair stands in the need's list, 1 for the best; None where it does not stand in it."""
    if not match.listed_for_need:
        return None
    is_before = or_(col(Match.score) > match.score, (col(Match.score) == match.score) & (col(Match.id) < match.id))
    statement = select(func.count()).where(
        col(Match.need_id) == match.need_id, col(Match.listed_for_need).is_(True), is_before
    )
    return session.exec(statement).one() + 1


def iter_acts(session: Session, until: datetime) -> Iterator[Act]:
    """Everything that people had done with pairs by this instant, pair by pair, each in order."""
    pair: list[Any] = [col(Match.id), col(Match.need_id), col(Match.achievement_id)]
    refused = col(MatchEvent.action).in_([MatchAction.DECLINE, MatchAction.CLOSE_DEAL])
    event: list[Any] = [
        col(MatchEvent.at).label("at"),
        col(MatchEvent.action).label("action"),
        sa.case((refused, col(Match.decline_reason_code))).label("reason_code"),
        *(col(column) for column in (Decision.parts, Decision.model_version, Decision.place)),
    ]
    own = (
        sa.select(*pair, *event)
        .join(MatchEvent, col(MatchEvent.match_id) == col(Match.id))
        .outerjoin(Decision, col(Decision.event_id) == col(MatchEvent.id))
        .where(col(MatchEvent.action).in_(list(MatchAction)), col(MatchEvent.at) <= until)
    )
    nothing: Any = (sa.null(), sa.null(), sa.null(), sa.null())
    agreed = (
        sa.select(*pair, col(Deal.agreed_at), sa.literal(AGREED), *nothing)
        .join(Deal, col(Deal.match_id) == col(Match.id))
        .where(col(Deal.agreed_at) <= until)
    )
    registered = (
        sa.select(*pair, col(Contract.decided_at), sa.literal(REGISTERED), *nothing)
        .join(Deal, col(Deal.match_id) == col(Match.id))
        .join(Contract, col(Contract.deal_id) == col(Deal.id))
        .where(col(Contract.registered_on).is_not(None), col(Contract.decided_at) <= until)
    )
    united = sa.union_all(own, agreed, registered).subquery()
    ordered = sa.select(united).order_by(united.c.id, united.c.at)
    for row in session.execute(ordered, execution_options={"yield_per": _BATCH}):
        yield Act(*row)


def iter_unacted(session: Session, shown_before: datetime, until: datetime) -> Iterator[Unacted]:
    """Suggestions first shown before an instant that nobody had touched by another, of needs where somebody had touched a pair by then.

    What has been touched since is among them: whoever learns from what was known must not know it.
    """
    other, decided = sa.orm.aliased(Match), sa.orm.aliased(MatchEvent)
    looked_through = (
        sa.select(col(other.id))
        .join(decided, col(decided.match_id) == col(other.id))
        .where(
            col(other.need_id) == col(Match.need_id),
            col(decided.action).in_(list(MatchAction)),
            col(decided.at) <= until,
        )
        .correlate(Match)
    )
    place = func.row_number().over(partition_by=col(Match.need_id), order_by=(col(Match.score).desc(), col(Match.id)))
    columns: list[Any] = [
        *(col(column) for column in (Match.need_id, Match.achievement_id, Match.created_at)),
        *(col(column) for column in (Match.parts, Match.model_version)),
        place.label("place"),
        *(col(column) for column in (Match.id, Match.source)),
    ]
    listed = sa.select(*columns).where(col(Match.listed_for_need).is_(True), looked_through.exists()).subquery()
    touched = sa.select(col(MatchEvent.id)).where(
        col(MatchEvent.match_id) == listed.c.id,
        col(MatchEvent.action).in_(list(MatchAction)),
        col(MatchEvent.at) <= until,
    )
    statement = (
        sa.select(*list(listed.c)[:6])
        .where(listed.c.source == MatchSource.ENGINE, listed.c.created_at < shown_before, ~touched.exists())
        .order_by(listed.c.need_id, listed.c.place)
    )
    for row in session.execute(statement, execution_options={"yield_per": _BATCH}):
        yield Unacted(*row)


def iter_listed(session: Session) -> Iterator[Listed]:
    """What stands in the lists of all needs on the market, whether somebody has touched it or not; need by need, best first.

    What has been declined stands at a list's end, among what is over: it is left out.
    """
    statement = (
        sa.select(*(getattr(Match, name) for name in Listed._fields))
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(
            col(Match.listed_for_need).is_(True),
            col(Match.status) != MatchStatus.DECLINED,
            col(Need.status).in_(LIVE),
        )
        .order_by(col(Match.need_id), col(Match.score).desc(), col(Match.id))
    )
    for row in session.execute(statement, execution_options={"yield_per": _BATCH}):
        yield Listed(*row)


def ranker_in_force(session: Session) -> RankerVersion | None:
    """The ranker whose part is added to scores; None while the shipped weights stand alone."""
    return session.exec(select(RankerVersion).where(col(RankerVersion.status) == RankerStatus.ADOPTED)).one_or_none()


def lock_rankers(session: Session) -> list[RankerVersion]:
    """Every ranker, the newest first, locked: who adopts and who takes back do so one after the other."""
    statement = select(RankerVersion).order_by(col(RankerVersion.number).desc())
    return list(session.exec(statement.with_for_update().execution_options(populate_existing=True)).all())
