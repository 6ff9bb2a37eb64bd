"""What the pairing says: why a pair is shown, and a listing's matches now, for who does not want to wait for the worker."""

from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter

from api.deps import ClockDep, EngineDep, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.paging import Page
from market.kernel.text import View
from market.matches import service as matches
from market.matches.schemas import MatchView
from matching import service
from matching.explanation import PART_LABELS
from matching.indicators.comparing import Verdict
from matching.reading import explanations_of

router = APIRouter(prefix="/v1", tags=["matches"], route_class=UnitOfWorkRoute)


class PartView(View):
    """One part of the score."""

    name: str
    label: str
    value: float


class IndicatorView(View):
    """One indicator that the need states, and what the achievement says about it; `verdict` is met, missed or unknown."""

    name: str
    wanted: str
    offered: str
    conclusion: str
    verdict: Verdict


class ReasonsView(View):
    """Why a pair is shown: `parts` sum to `score`, each of `terms` stands in both texts, `sentences` are for people."""

    score: float
    model_version: str
    parts: list[PartView]
    terms: list[str]
    sentences: list[str]
    indicators: list[IndicatorView]


@router.get("/matches/{match_id}/reasons")
def get_reasons(session: ReadSessionDep, actor: MemberDep, clock: ClockDep, match_id: UUID) -> ReasonsView:
    """The reasons of a pair, for everybody who may see it."""
    match = matches.view_match(session, actor, match_id, clock=clock)
    explanation = explanations_of(session, [match_id])[match_id]
    return ReasonsView(
        score=match.score,
        model_version=match.model_version,
        parts=[PartView(name=n, label=PART_LABELS.get(n, n), value=value) for n, value in match.parts.items()],
        terms=match.terms,
        sentences=explanation.sentences,
        indicators=[IndicatorView(**asdict(row)) for row in explanation.indicators],
    )


@router.post("/needs/{need_id}/matches/refresh")
def refresh_matches_of_need(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, engine: EngineDep, page: PageDep, need_id: UUID
) -> Page[MatchView]:
    """Compute a published need's matches now; for its owner, its broker and officials."""
    service.refresh_matches_of_need(session, engine, actor, need_id, clock=clock)
    return matches.list_matches_of_need(session, actor, need_id, page, clock=clock)


@router.post("/achievements/{achievement_id}/matches/refresh")
def refresh_matches_of_achievement(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, engine: EngineDep, page: PageDep, achievement_id: UUID
) -> Page[MatchView]:
    """Compute a published achievement's matches now; for its owner, its broker and officials."""
    service.refresh_matches_of_achievement(session, engine, actor, achievement_id, clock=clock)
    return matches.list_matches_of_achievement(session, actor, achievement_id, page, clock=clock)
