"""Matches for tests: rows as the services would leave them, flushed, with listings of their own where none are given."""

from typing import Any

from sqlmodel import Session

from market.achievements.models import Achievement
from market.kernel.clock import Clock
from market.matches.models import Match, MatchStatus, Side
from market.matches.rules import AWAITING_ANSWER, response_deadline
from market.needs.models import Need
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need


def make_match(
    session: Session,
    clock: Clock,
    *,
    need: Need | None = None,
    achievement: Achievement | None = None,
    status: MatchStatus = MatchStatus.SUGGESTED,
    **overrides: Any,
) -> Match:
    """A match in the given status; from `INTERESTED` on the need's side was the first to be interested."""
    need = need or make_need(session, clock)
    achievement = achievement or make_achievement(session, clock)
    now = clock.now()
    values: dict[str, Any] = {
        "need_id": need.id,
        "achievement_id": achievement.id,
        "score": 7.5,
        "parts": {"words": 5.0, "numbers": 2.5},
        "terms": ["枸杞", "干燥"],
        "model_version": "test-1",
        "computed_at": now,
        "created_at": now,
        "updated_at": now,
        "listed_for_need": True,
        "listed_for_achievement": True,
        "status": status,
        "first_interest": None if status in {MatchStatus.SUGGESTED, MatchStatus.DECLINED} else Side.NEED,
        "respond_by": response_deadline(clock.today()) if status in AWAITING_ANSWER else None,
    }
    match = Match(**(values | overrides))
    session.add(match)
    session.flush()
    return match
