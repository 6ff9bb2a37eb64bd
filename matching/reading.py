"""Why stored pairs are shown: the reasons of several at once, for pages and the API alike."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from market.achievements import queries as achievements
from market.matches import queries as matches
from market.needs import queries as needs
from matching import queries
from matching.closest import FindClosest
from matching.explanation import Explanation, explain


def explanation_of(session: Session, match_id: UUID, find_closest: FindClosest) -> Explanation:
    """The reasons of one pair, with the two sentences nearest in meaning where these carry the score."""
    return explanations_of(session, [match_id], find_closest)[match_id]


def explanations_of(
    session: Session, match_ids: Sequence[UUID], find_closest: FindClosest | None = None
) -> dict[UUID, Explanation]:
    """Reasons by match. Who may see a pair has been decided by the caller.

    Rows that the session already holds cost nothing; indicators and scores cost three questions for all.
    """
    rows = [matches.get_match(session, match_id) for match_id in match_ids]
    wanted = needs.indicators_of(session, [row.need_id for row in rows])
    offered = achievements.indicators_of(session, [row.achievement_id for row in rows])
    scores = queries.scores_by_need(session, {row.need_id for row in rows})
    return {
        row.id: explain(
            row,
            needs.get_need(session, row.need_id),
            achievements.get_achievement(session, row.achievement_id),
            need_indicators=wanted[row.need_id],
            achievement_indicators=offered[row.achievement_id],
            rivals=scores.get(row.need_id, ()),
            find_closest=find_closest,
        )
        for row in rows
    }
