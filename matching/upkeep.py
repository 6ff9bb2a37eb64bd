"""What keeps the stored matches whole: listings are paired, and pairs that a broker put together get their score."""

from uuid import UUID

from sqlmodel import Session

from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from market.matches import recording
from market.matches.notices import NoticePolicy
from market.matches.schemas import ComputedMatch
from matching import queries, service
from matching.corpus import corpus_of
from matching.learning.examples import with_ranker
from matching.learning.ranker import Ranker, current_ranker
from matching.loading import load_achievements, load_needs
from matching.scoring import prepare_need, score_pair
from matching.weights import MODEL_VERSION
from search.engine import SearchEngine

_BATCH = 50


def pair_listing(database: Database, engine: SearchEngine, subject: Subject, subject_id: UUID, *, clock: Clock) -> None:
    """Rank in a reading transaction, record in a short writing one: ranking takes most of the time, and SQLite has one writer.

    The owners on both sides are told of new pairs that fit well. Raises what `match_need` raises.
    """
    rank = service.rank_for_need if subject is Subject.NEED else service.rank_for_achievement
    with database.reading() as session:
        pairs = rank(session, engine, subject_id, clock=clock, size=service.SHOWN)
    with database.writing() as session:
        service.record_pairs(session, subject, subject_id, pairs, clock, notices=NoticePolicy(service.NOTICE_SCORE))


def score_suggestions(database: Database, engine: SearchEngine, *, clock: Clock) -> int:
    """Score pairs that a broker suggested and nobody has scored yet, so that they show reasons like any other; returns how many.

    Raises `EngineUnavailable` before anything is written. Several workers at once do no harm: they write the same.
    """
    with database.reading() as session:
        pairs = queries.suggested_by_hand(session, _BATCH)
        ranker = current_ranker(session)
        computed = _score(session, engine, pairs, ranker, clock) if pairs else []
    if computed:
        with database.writing() as session:
            version = with_ranker(MODEL_VERSION, None if ranker is None else ranker.number)
            for one in computed:
                recording.record_score(session, one, model_version=version, clock=clock)
    return len(computed)


def _score(
    session: Session, engine: SearchEngine, pairs: list[tuple[UUID, UUID]], ranker: Ranker | None, clock: Clock
) -> list[ComputedMatch]:
    corpus = corpus_of(session, engine)
    needs = {one.id: one for one in load_needs(session, {need for need, _ in pairs})}
    offered = {one.id: one for one in load_achievements(session, {one for _, one in pairs})}
    computed = []
    for need_id, achievement_id in sorted(pairs):  # in the order in which the pairing locks matches as well
        need = prepare_need(needs[need_id], corpus, ranker)
        pair = score_pair(need, offered[achievement_id], corpus, now=clock.now())
        computed.append(ComputedMatch(need_id, achievement_id, pair.score, pair.parts, list(pair.terms)))
    return computed
