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
_RENEWED = ("score", "parts", "terms", "model_version", "computed_at")


class OtherPair(NamedTuple):
    """A pair of the listing that is not in its list: it stands in the other listing's, or people work on it.

    `is_impossible`: it breaks a hard constraint of either side.
    """

    match: ComputedMatch
    is_impossible: bool


class ComputedList(NamedTuple):
    """What this version of the scoring computed for one listing, best first; and its other pairs, as they are scored now."""

    subject_id: UUID
    matches: Sequence[ComputedMatch]
    model_version: str
    others: Sequence[OtherPair] = ()


def record_matches(
    session: Session, subject: Subject, computed: ComputedList, *, clock: Clock, notices: NoticePolicy | None = None
) -> list[Match]:
    """Store the list computed for one listing; returns its matches in the computed order, without the declined ones.

    New pairs are added; scores, parts and terms of known ones, in the list or besides it, are renewed whatever their status, which stays,
    as does their `version`: a new score is no edit that a reader's If-Match should fail on. Pairs that nobody has touched are removed where
    they stand in neither listing's list any more, or have become impossible. Pairs of one owner with himself are left out. Where `notices`
    says which, the owners are told of new pairs in the same transaction.
    """
    stored = store_matches(session, subject, computed, clock=clock, notices=notices)
    ids = [_other_id(one, subject) for one in stored]
    rows = {
        _other_id(row, subject): row for row in queries.matches_of_pairs(session, subject, computed.subject_id, ids)
    }
    return [rows[one] for one in ids if rows[one].status is not MatchStatus.DECLINED]


def store_matches(
    session: Session, subject: Subject, computed: ComputedList, *, clock: Clock, notices: NoticePolicy | None = None
) -> list[ComputedMatch]:
    """The same for whoever does not want to see the matches; returns what is stored of the computed list."""
    rows, known = _store(session, subject, [computed], clock.now())
    stored = [one for pair, one in {_pair_of(one): one for one in computed.matches}.items() if pair in rows]
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
    others = {_pair_of(other.match): (other, one.model_version) for one in lists for other in one.others}
    besides = {
        pair: one.id for pair, one in known.items() if pair not in rows and (pair in others or _may_leave(one, subject))
    }
    held = _write(session, subject, rows, besides)
    renewed = {known_id: others[pair] for pair, known_id in besides.items() if pair in others}
    stay = _remove(
        session, subject, held, {known_id for known_id, (other, _) in renewed.items() if other.is_impossible}
    )
    _renew(session, [(known_id, *renewed[known_id]) for known_id in stay if known_id in renewed], now)
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
    session: Session, subject: Subject, rows: dict[PairIds, dict[str, Any]], besides: dict[PairIds, UUID]
) -> list[Standing]:
    """Take every pair in order: what is listed is written at once, the matches `besides` are locked until all are taken, and returned."""
    upsertion = _upsertion(session.get_bind().dialect.name == "postgresql", _listed(subject))
    held: list[Standing] = []
    for is_besides, pairs in groupby(sorted([*rows, *besides]), besides.__contains__):
        if is_besides:
            held += queries.lock_standings(session, [besides[pair] for pair in pairs])
        else:
            session.execute(upsertion, [rows[pair] for pair in pairs])
    return held


def _remove(session: Session, subject: Subject, held: Iterable[Standing], impossible: Collection[UUID]) -> list[UUID]:
    """Forget the pairs that nobody has touched and that stand in no other list or are impossible; the others leave this list only.

    Returns the ids of those that are still there.
    """
    other = Subject.ACHIEVEMENT if subject is Subject.NEED else Subject.NEED
    ids: dict[bool, list[UUID]] = {True: [], False: []}
    for one in held:
        ids[one.is_untouched and (one.id in impossible or not getattr(one, _listed(other)))].append(one.id)
    if ids[True]:
        session.execute(sa.delete(Match).where(col(Match.id).in_(ids[True])))
    if ids[False]:
        session.execute(sa.update(Match).where(col(Match.id).in_(ids[False])).values({_listed(subject): False}))
    return ids[False]


def _renew(session: Session, renewed: Sequence[tuple[UUID, OtherPair, str]], now: datetime) -> None:
    """Give matches, which are locked, the score, parts and terms of today."""
    if not renewed:
        return
    table = Match.metadata.tables["match"]
    statement = sa.update(table).where(table.c.id == sa.bindparam("known_id"))
    session.connection().execute(
        statement.values({name: sa.bindparam(name) for name in _RENEWED}),
        [
            {
                "known_id": known_id,
                "score": other.match.score,
                "parts": dict(other.match.parts),
                "terms": list(other.match.terms),
                "model_version": version,
                "computed_at": now,
            }
            for known_id, other, version in renewed
        ],
    )


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
    renewed = (*_RENEWED, listed)
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
