"""Storing what was computed for a listing: new pairs, new scores, and pairs that fell out of its list.

Many do this side by side, a pair being touched from both of its listings, and requests wait for the same rows. So that nobody waits
in a circle, one transaction at a time records a list (`queries.one_recording_at_a_time`), and it takes its matches, those it adds,
renews and removes alike, in the order of need and achievement. Who records several lists records those of needs, waits for all of
them in their order, and then takes the matches of all.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from market.kernel.clock import Clock
from market.kernel.ids import new_id
from market.kernel.outbox import Subject
from market.matches import queries
from market.matches.models import SUGGESTED_BY_HAND, Match, MatchSource, MatchStatus
from market.matches.notices import NoticePolicy, write_notices
from market.matches.queries import PairIds, Standing
from market.matches.schemas import ComputedMatch

_NOBODY = UUID(int=0)


class ComputedList(NamedTuple):
    """What this version of the scoring computed for one listing, best first."""

    subject_id: UUID
    matches: Sequence[ComputedMatch]
    model_version: str


def record_matches(
    session: Session,
    subject: Subject,
    subject_id: UUID,
    computed: Sequence[ComputedMatch],
    *,
    model_version: str,
    clock: Clock,
    notices: NoticePolicy | None = None,
) -> list[Match]:
    """Store the list computed for one listing; returns its matches in the computed order, without the declined ones.

    New pairs are added; scores, parts and terms of known ones are renewed whatever their status, which stays, as does their
    `version`: a new score is no edit that a reader's If-Match should fail on. Pairs that stand in neither listing's list any more and
    that nobody has touched are removed. Pairs of one owner with himself are left out. Where `notices` says which, the owners are told
    of new pairs in the same transaction.
    """
    computed = store_matches(
        session, subject, subject_id, computed, model_version=model_version, clock=clock, notices=notices
    )
    others = [_other_id(one, subject) for one in computed]
    rows = {_other_id(row, subject): row for row in queries.matches_of_pairs(session, subject, subject_id, others)}
    return [rows[other] for other in others if rows[other].status is not MatchStatus.DECLINED]


def store_matches(
    session: Session,
    subject: Subject,
    subject_id: UUID,
    computed: Sequence[ComputedMatch],
    *,
    model_version: str,
    clock: Clock,
    notices: NoticePolicy | None = None,
) -> list[ComputedMatch]:
    """The same for whoever does not want to see the matches; returns what is stored of the computed list."""
    rows, known = _store(session, subject, [ComputedList(subject_id, computed, model_version)], clock.now())
    stored = [one for pair, one in {_pair_of(one): one for one in computed}.items() if pair in rows]
    if notices is not None:
        write_notices(session, stored, _scores_before(known), notices, clock)
    return stored


def store_lists_of_needs(session: Session, lists: Collection[ComputedList], *, clock: Clock) -> None:
    """The same for many needs, telling nobody: what is asked for one list is asked for all of them at once."""
    _store(session, Subject.NEED, lists, clock.now())


def _store(
    session: Session, subject: Subject, lists: Collection[ComputedList], now: datetime
) -> tuple[dict[PairIds, dict[str, Any]], dict[PairIds, Standing]]:
    """What has been written of these lists, and how the matches of these listings stood before."""
    if any(one.subject_id != _listing_id(match, subject) for one in lists for match in one.matches):
        raise ValueError("every computed match must belong to the subject")
    given = {_pair_of(match): (match, one.model_version) for one in lists for match in one.matches}
    needs, achievements = queries.owners_of_pairs(session, given.keys())
    for need, achievement in list(given):
        if need in needs and needs[need] == achievements.get(achievement):
            del given[need, achievement]  # nobody deals with himself
    ids = sorted(one.subject_id for one in lists)
    queries.one_recording_at_a_time(session, ids)
    known = queries.standings(session, subject, ids)
    rows = {pair: _row(subject, match, version, now) for pair, (match, version) in given.items()}
    leaving = {pair: one.id for pair, one in known.items() if pair not in rows and _may_leave(one, subject)}
    _write(session, subject, rows, leaving)
    return rows, known


def record_score(session: Session, computed: ComputedMatch, *, model_version: str, clock: Clock) -> None:
    """Give one existing pair its score, parts and terms; what people did with it, and its version, stay."""
    session.execute(
        sa.update(Match)
        .where(col(Match.need_id) == computed.need_id, col(Match.achievement_id) == computed.achievement_id)
        .values(
            score=computed.score,
            parts=dict(computed.parts),
            terms=list(computed.terms),
            model_version=model_version,
            computed_at=clock.now(),
        )
    )


def new_match(need_id: UUID, achievement_id: UUID, now: datetime) -> Match:
    """A pair as it is before anybody has scored or touched it."""
    return Match(
        need_id=need_id,
        achievement_id=achievement_id,
        score=0.0,
        model_version=SUGGESTED_BY_HAND,
        computed_at=now,
        created_at=now,
        updated_at=now,
    )


def _write(
    session: Session, subject: Subject, rows: dict[PairIds, dict[str, Any]], leaving: dict[PairIds, UUID]
) -> None:
    """Take every pair in order: what stays is written at once, what leaves is locked until all are taken."""
    upsertion = _upsertion(session.get_bind().dialect.name == "postgresql", _listed(subject))
    gone: list[Standing] = []
    for leaves, pairs in groupby(sorted([*rows, *leaving]), leaving.__contains__):
        if leaves:
            gone += queries.lock_standings(session, [leaving[pair] for pair in pairs])
        else:
            session.execute(upsertion, [rows[pair] for pair in pairs])
    _remove(session, subject, gone)


def _remove(session: Session, subject: Subject, gone: Iterable[Standing]) -> None:
    """Forget the pairs that stand in no other list and that nobody has touched; the others leave this list only."""
    other = Subject.ACHIEVEMENT if subject is Subject.NEED else Subject.NEED
    ids: dict[bool, list[UUID]] = {True: [], False: []}
    for one in gone:
        ids[one.is_untouched and not getattr(one, _listed(other))].append(one.id)
    if ids[True]:
        session.execute(sa.delete(Match).where(col(Match.id).in_(ids[True])))
    if ids[False]:
        session.execute(sa.update(Match).where(col(Match.id).in_(ids[False])).values({_listed(subject): False}))


def _may_leave(one: Standing, subject: Subject) -> bool:
    """Whether the pair stands in the list of this side, or in none without anybody's doing."""
    is_in_none = not (one.listed_for_need or one.listed_for_achievement)
    return bool(getattr(one, _listed(subject))) or (is_in_none and one.is_untouched)


def _scores_before(known: dict[PairIds, Standing]) -> dict[PairIds, float]:
    """The scores of known pairs; infinite where people have already put their hands on the pair."""
    return {
        pair: one.score if one.status is MatchStatus.SUGGESTED and one.source is MatchSource.ENGINE else float("inf")
        for pair, one in known.items()
    }


def _row(subject: Subject, one: ComputedMatch, model_version: str, now: datetime) -> dict[str, Any]:
    return {
        **_pattern(),
        "id": new_id(),
        "need_id": one.need_id,
        "achievement_id": one.achievement_id,
        "score": one.score,
        "parts": dict(one.parts),
        "terms": list(one.terms),
        "model_version": model_version,
        "computed_at": now,
        "created_at": now,
        "updated_at": now,
        _listed(subject): True,
    }


@cache
def _pattern() -> dict[str, Any]:
    """What all new rows have in common; to make a row object for each pair costs more than to write them all."""
    return new_match(_NOBODY, _NOBODY, datetime.min.replace(tzinfo=UTC)).model_dump()


@cache
def _upsertion(is_postgresql: bool, listed: str) -> sa.Executable:  # noqa: FBT001  one of two databases
    """Put together once: that took a quarter of the time of writing twenty pairs."""
    statement = (postgresql.insert if is_postgresql else sqlite.insert)(Match.metadata.tables["match"])
    renewed = ("score", "parts", "terms", "model_version", "computed_at", listed)
    return statement.on_conflict_do_update(
        index_elements=["need_id", "achievement_id"], set_={name: statement.excluded[name] for name in renewed}
    )


def _listed(subject: Subject) -> str:
    return "listed_for_need" if subject is Subject.NEED else "listed_for_achievement"


def _listing_id(pair: ComputedMatch | Match, subject: Subject) -> UUID:
    return pair.need_id if subject is Subject.NEED else pair.achievement_id


def _pair_of(one: ComputedMatch) -> PairIds:
    return one.need_id, one.achievement_id


def _other_id(pair: ComputedMatch | Match, subject: Subject) -> UUID:
    return pair.achievement_id if subject is Subject.NEED else pair.need_id
