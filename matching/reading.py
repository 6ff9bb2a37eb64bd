"""Why stored pairs are shown: the reasons of several at once, for pages and the API alike."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from market.achievements import queries as achievements
from market.matches import queries as matches
from market.needs import queries as needs
from matching import queries
from matching.closest import FindClosest
from matching.explanation import Around, Explanation, explain
from matching.profiles import talks_by_owner


def explanation_of(session: Session, match_id: UUID, find_closest: FindClosest) -> Explanation:
    """The reasons of one pair, with the two sentences nearest in meaning where these carry the score."""
    return explanations_of(session, [match_id], find_closest)[match_id]


def explanations_of(
    session: Session, match_ids: Sequence[UUID], find_closest: FindClosest | None = None
) -> dict[UUID, Explanation]:
    """Reasons by match. Who may see a pair has been decided by the caller.

    Rows that the session already holds cost nothing; indicators, scores and talks cost four questions for all.
    """
    rows = [matches.get_match(session, match_id) for match_id in match_ids]
    wanted = needs.indicators_of(session, [row.need_id for row in rows])
    offered = achievements.indicators_of(session, [row.achievement_id for row in rows])
    scores = queries.scores_by_need(session, {row.need_id for row in rows})
    offers = [achievements.get_achievement(session, row.achievement_id) for row in rows]
    talks = talks_by_owner(queries.achievements_in_talks(session, {offer.owner_party_id for offer in offers}))
    return {
        row.id: explain(
            row,
            needs.get_need(session, row.need_id),
            offer,
            need_indicators=wanted[row.need_id],
            achievement_indicators=offered[row.achievement_id],
            around=Around(scores.get(row.need_id, ()), talks.get(offer.owner_party_id, 0)),
            find_closest=find_closest,
        )
        for row, offer in zip(rows, offers, strict=True)
    }
