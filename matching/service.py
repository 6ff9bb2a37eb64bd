"""Use-cases of the pairing: compute a listing's matches and hand them to `market.matches`, which stores them.

need or achievement → candidates (one engine query) → constraints of both sides → score → the best are recorded
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.errors import Conflict, Forbidden, NotFound, Unavailable
from market.kernel.outbox import Subject
from market.listings.models import LIVE, Listing
from market.matches import queries as matches
from market.matches import recording
from market.matches.models import Match
from market.matches.notices import NoticePolicy
from market.matches.recording import ComputedList, OtherPair
from market.matches.schemas import ComputedMatch
from matching import candidates, queries
from matching.constraints import is_live, violations
from matching.corpus import Corpus, corpus_of
from matching.learning.examples import with_ranker
from matching.learning.ranker import Ranker, current_ranker
from matching.loading import load_achievements, load_needs, nearest_achievements, nearest_needs
from matching.prepared import PreparedNeed
from matching.profiles import AchievementProfile, NeedProfile, profile_achievement, profile_need
from matching.scoring import ScoredPair, best_pairs, prepare_need, score_pair
from matching.weights import MODEL_VERSION
from search.engine import EngineUnavailable, IndexOutdated, SearchEngine

__all__ = [
    "MODEL_VERSION",
    "find_for_need",
    "match_achievement",
    "match_need",
    "rank_for_achievement",
    "rank_for_need",
    "rank_found",
    "record_pairs",
    "refresh_matches_of_achievement",
    "refresh_matches_of_need",
    "store_pairs_of_needs",
]

SHOWN = 20


class Ranking(NamedTuple):
    """What was found for one listing: its list, best first, and its other known pairs."""

    pairs: list[ScoredPair]
    others: list[OtherPair]


NOTICE_SCORE = 45.0
"""From this score on, owners are told of a new pair: one candidate in two hundred of the demo market, with two needs in three (ours)."""


def match_need(
    session: Session,
    engine: SearchEngine,
    need_id: UUID,
    *,
    clock: Clock,
    size: int = SHOWN,
    notices: NoticePolicy | None = None,
) -> list[Match]:
    """Compute and record the achievements that fit a need; a need that is not live any more loses its suggestions.

    Raises `NotFound`, and `EngineUnavailable` before anything is written.
    """
    pairs = rank_for_need(session, engine, need_id, clock=clock, size=size)
    others = others_of_need(session, engine, need_id, {pair.achievement.id for pair in pairs}, clock)
    return record_pairs(session, Subject.NEED, need_id, pairs, clock, notices=notices, others=others)


def match_achievement(
    session: Session,
    engine: SearchEngine,
    achievement_id: UUID,
    *,
    clock: Clock,
    size: int = SHOWN,
    notices: NoticePolicy | None = None,
) -> list[Match]:
    """Compute and record the needs that an achievement fits, with the same score for a pair as from the need's side."""
    pairs = rank_for_achievement(session, engine, achievement_id, clock=clock, size=size)
    others = others_of_achievement(session, engine, achievement_id, {pair.need.id for pair in pairs}, clock)
    return record_pairs(session, Subject.ACHIEVEMENT, achievement_id, pairs, clock, notices=notices, others=others)


def refresh_matches_of_need(
    session: Session, engine: SearchEngine, actor: Actor, need_id: UUID, *, clock: Clock
) -> list[Match]:
    """Compute a need's matches now, at the wish of its owner, its broker or an official."""
    rows = queries.needs_by_id(session, [need_id])
    _require_refreshable(actor, rows[0] if rows else None, "技术需求")
    _require_live(is_live(profile_need(rows[0]).terms, clock.now()))
    with _engine_asked():
        return match_need(session, engine, need_id, clock=clock, notices=_notices_but_to(actor))


def refresh_matches_of_achievement(
    session: Session, engine: SearchEngine, actor: Actor, achievement_id: UUID, *, clock: Clock
) -> list[Match]:
    """Compute an achievement's matches now, at the wish of its owner, its broker or an official."""
    rows = queries.achievements_by_id(session, [achievement_id])
    _require_refreshable(actor, rows[0] if rows else None, "科技成果")
    _require_live(is_live(profile_achievement(rows[0]).terms, clock.now()))
    with _engine_asked():
        return match_achievement(session, engine, achievement_id, clock=clock, notices=_notices_but_to(actor))


def rank_for_need(
    session: Session, engine: SearchEngine, need_id: UUID, *, clock: Clock, size: int | None = None
) -> list[ScoredPair]:
    """Every candidate that breaks no constraint, or the `size` best of them, best first; writes nothing."""
    loaded = load_needs(session, [need_id])
    if not loaded:
        raise _not_found("技术需求")
    now, need = clock.now(), loaded[0]
    if not is_live(need.terms, now):
        return []
    (near,) = nearest_achievements(session, engine, [need])
    corpus = corpus_of(session, engine)
    found = load_achievements(session, find_for_need(engine, need, corpus, near, now=now))
    return rank_found(need, found, corpus, current_ranker(session), now=now, size=size)


def find_for_need(
    engine: SearchEngine, need: NeedProfile, corpus: Corpus, near: Sequence[UUID], *, now: datetime
) -> list[UUID]:
    """Achievements worth scoring for the need: those that the engine finds by words, and those `near` in meaning."""
    return list(dict.fromkeys([*candidates.for_need(engine, need, corpus, now=now), *near]))


def rank_found(
    need: NeedProfile,
    found: Iterable[AchievementProfile],
    corpus: Corpus,
    ranker: Ranker | None,
    *,
    now: datetime,
    size: int | None = None,
) -> list[ScoredPair]:
    """Rank those of the achievements that break no constraint; only the `size` best where one is given."""
    shown = [one for one in found if not violations(need.terms, one.terms, now=now)]
    prepared = prepare_need(need, corpus, ranker)
    return best_pairs(((prepared, one) for one in shown), corpus, now=now, size=size)


def rank_for_achievement(
    session: Session, engine: SearchEngine, achievement_id: UUID, *, clock: Clock, size: int | None = None
) -> list[ScoredPair]:
    """Every candidate need that breaks no constraint, or the `size` best of them, best first; writes nothing."""
    loaded = load_achievements(session, [achievement_id])
    if not loaded:
        raise _not_found("科技成果")
    now, achievement = clock.now(), loaded[0]
    if not is_live(achievement.terms, now):
        return []
    corpus = corpus_of(session, engine)
    (near,) = nearest_needs(session, engine, [achievement])
    found = list(dict.fromkeys([*candidates.for_achievement(engine, achievement, corpus, now=now), *near]))
    needs = load_needs(session, found)
    shown = [one for one in needs if not violations(one.terms, achievement.terms, now=now)]
    ranker = current_ranker(session)
    pairs = ((prepare_need(one, corpus, ranker), achievement) for one in shown)
    return best_pairs(pairs, corpus, now=now, size=size)


def others_of_need(
    session: Session, engine: SearchEngine, need_id: UUID, listed: Collection[UUID], clock: Clock
) -> list[OtherPair]:
    """The need's known pairs with achievements that are not `listed`, as they are scored now; nothing for a need that is not live.

    They stand in lists of achievements, or people work on them: whoever changes the need changes them as well.
    """
    known = matches.standings(session, Subject.NEED, [need_id]).keys()
    wanted = {achievement_id for _, achievement_id in known} - set(listed)
    needs = load_needs(session, [need_id]) if wanted else []
    if not needs or not is_live(needs[0].terms, clock.now()):
        return []
    offers = load_achievements(session, wanted)
    corpus = corpus_of(session, engine)
    prepared = prepare_need(needs[0], corpus, current_ranker(session))
    return [other_pair(prepared, offer, corpus, now=clock.now()) for offer in offers]


def others_of_achievement(
    session: Session, engine: SearchEngine, achievement_id: UUID, listed: Collection[UUID], clock: Clock
) -> list[OtherPair]:
    """The same for an achievement and the needs that are not `listed`."""
    known = matches.standings(session, Subject.ACHIEVEMENT, [achievement_id]).keys()
    wanted = {need_id for need_id, _ in known} - set(listed)
    offers = load_achievements(session, [achievement_id]) if wanted else []
    if not offers or not is_live(offers[0].terms, clock.now()):
        return []
    needs = load_needs(session, wanted)
    corpus, ranker = corpus_of(session, engine), current_ranker(session)
    return [other_pair(prepare_need(need, corpus, ranker), offers[0], corpus, now=clock.now()) for need in needs]


def other_pair(need: PreparedNeed, achievement: AchievementProfile, corpus: Corpus, *, now: datetime) -> OtherPair:
    """A pair that is known already, scored anew."""
    found = score_pair(need, achievement, corpus, now=now)
    is_impossible = bool(violations(need.profile.terms, achievement.terms, now=now))
    return OtherPair(_computed_match(found), is_impossible)


def record_pairs(
    session: Session,
    subject: Subject,
    subject_id: UUID,
    pairs: Iterable[ScoredPair],
    clock: Clock,
    *,
    notices: NoticePolicy | None = None,
    others: Sequence[OtherPair] = (),
) -> list[Match]:
    """Store what was ranked for a listing, and tell the owners of what is new where `notices` says which.

    Pairs without any common text are left out.
    """
    computed = ComputedList(subject_id, *_computed(pairs), others)
    return recording.record_matches(session, subject, computed, clock=clock, notices=notices)


def store_pairs_of_needs(session: Session, rankings: Mapping[UUID, Ranking], clock: Clock) -> None:
    """The same for many needs, telling nobody and reading nothing back."""
    lists = [ComputedList(need_id, *_computed(found.pairs), found.others) for need_id, found in rankings.items()]
    recording.store_lists_of_needs(session, lists, clock=clock)


def _computed(pairs: Iterable[ScoredPair]) -> tuple[list[ComputedMatch], str]:
    """As matches are stored, and what they were scored with."""
    shown = [pair for pair in pairs if pair.score > 0]
    version = with_ranker(MODEL_VERSION, shown[0].ranker_number if shown else None)
    return [_computed_match(pair) for pair in shown], version


def _computed_match(pair: ScoredPair) -> ComputedMatch:
    return ComputedMatch(pair.need.id, pair.achievement.id, pair.score, pair.parts, list(pair.terms))


def _notices_but_to(actor: Actor) -> NoticePolicy:
    """Whoever asks for a computation sees what it finds; the other side is told."""
    return NoticePolicy(NOTICE_SCORE, except_party_id=actor.party_id)


def _require_refreshable(actor: Actor, listing: Listing | None, noun: str) -> None:
    if not actor.is_signed_in:
        actor.require(Permission.ACT_ON_MATCHES)
    if listing is None:
        raise _not_found(noun)
    is_own = actor.acts_for(listing.owner_party_id) or (
        actor.broker_id is not None and listing.broker_id == actor.broker_id
    )
    if is_own or actor.may(Permission.REVIEW_LISTINGS):
        return
    if listing.status not in LIVE:
        raise _not_found(noun)  # that a draft exists is its owner's business
    raise Forbidden("not_your_listing", f"只有这条{noun}的发布方、其技术经理人和管理人员可以重新计算对接。")


def _require_live(live: bool) -> None:  # noqa: FBT001  a question asked of two kinds of terms
    if not live:
        raise Conflict("listing_not_live", "只有已发布且在有效期内的条目可以计算对接,请先提交发布或续期。")


@contextmanager
def _engine_asked() -> Iterator[None]:
    """Tell people what to do where the engine does not answer."""
    try:
        yield
    except (EngineUnavailable, IndexOutdated) as error:
        raise Unavailable(
            "matching_unavailable", "对接计算暂时不可用,已有的推荐不受影响;检索恢复后系统会自动计算,您也可以稍后再试。"
        ) from error


def _not_found(noun: str) -> NotFound:
    return NotFound("not_found", f"没有找到这条{noun},可能已被撤下或链接有误。")
