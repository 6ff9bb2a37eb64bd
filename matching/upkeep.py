"""What keeps the stored matches whole: pairs that a broker put together get their score, and what a crash left unpaired is found."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from market.matches import service as matches
from market.matches.schemas import ComputedMatch
from matching import queries, service
from matching.corpus import corpus_of
from matching.profiles import profile_achievement, profile_need
from matching.scoring import prepare_need, score_pair
from matching.weights import MODEL_VERSION
from search.engine import SearchEngine

_BATCH = 50


def pair_listing(database: Database, engine: SearchEngine, subject: Subject, subject_id: UUID, *, clock: Clock) -> None:
    """Rank in a reading transaction, record in a short writing one: ranking takes most of the time, and SQLite has one writer.

    Raises what `match_need` raises.
    """
    rank = service.rank_for_need if subject is Subject.NEED else service.rank_for_achievement
    with database.reading() as session:
        pairs = rank(session, engine, subject_id, clock=clock, size=service.SHOWN)
    with database.writing() as session:
        service.record_pairs(session, subject, subject_id, pairs, clock)


def has_suggestions(session: Session) -> bool:
    """Whether a pair waits for its score; asked first, so that an idle worker takes no writer position."""
    return bool(queries.suggested_by_hand(session, 1))


def score_suggestions(session: Session, engine: SearchEngine, *, clock: Clock) -> int:
    """Score pairs that a broker suggested and nobody has scored yet, so that they show reasons like any other; returns how many.

    Raises `EngineUnavailable` before anything is written.
    """
    pairs = queries.suggested_by_hand(session, _BATCH)
    if not pairs:
        return 0
    corpus = corpus_of(session, engine)
    needs = {row.id: profile_need(row) for row in queries.needs_by_id(session, {need for need, _ in pairs})}
    offered = {
        row.id: profile_achievement(row) for row in queries.achievements_by_id(session, {one for _, one in pairs})
    }
    for need_id, achievement_id in pairs:
        pair = score_pair(prepare_need(needs[need_id], corpus), offered[achievement_id], corpus, now=clock.now())
        computed = ComputedMatch(need_id, achievement_id, pair.score, pair.parts, list(pair.terms))
        matches.record_score(session, computed, model_version=MODEL_VERSION, clock=clock)
    return len(pairs)


def unpaired_since(session: Session, since: datetime) -> list[tuple[Subject, UUID]]:
    """Live listings touched since then whose matches are older than their last change, or missing: a crash came between."""
    return queries.unpaired_since(session, since)
