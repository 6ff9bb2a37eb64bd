"""What the pairing says: why a pair is shown, and a listing's matches now, for who does not want to wait for the worker."""

from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter

from api.deps import ClockDep, EngineDep, MemberDep, PageDep, ReadSessionDep, RuntimeDep, WriteSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.paging import Page
from market.kernel.text import View
from market.matches import service as matches
from market.matches.schemas import MatchView
from matching import service
from matching.explanation import PART_LABELS
from matching.indicators.comparing import Verdict
from matching.reading import explanation_of

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


class ClosestView(View):
    """The sentence of the need and the sentence of the achievement that are nearest in meaning, each as its text has it."""

    need: str
    achievement: str
    likeness: float


class ReasonsView(View):
    """Why a pair is shown: `parts` sum to `score`, each of `terms` stands in both texts, `sentences` are for people.

    `closest` is null where meaning carries little of the score, and where no model is installed.
    """

    score: float
    model_version: str
    parts: list[PartView]
    terms: list[str]
    sentences: list[str]
    indicators: list[IndicatorView]
    closest: ClosestView | None


@router.get("/matches/{match_id}/reasons")
def get_reasons(
    session: ReadSessionDep, actor: MemberDep, clock: ClockDep, runtime: RuntimeDep, match_id: UUID
) -> ReasonsView:
    """The reasons of a pair, for everybody who may see it."""
    match = matches.view_match(session, actor, match_id, clock=clock)
    explanation = explanation_of(session, match_id, runtime.closest)
    return ReasonsView(
        score=match.score,
        model_version=match.model_version,
        parts=[PartView(name=n, label=PART_LABELS.get(n, n), value=value) for n, value in match.parts.items()],
        terms=match.terms,
        sentences=explanation.sentences,
        indicators=[IndicatorView(**asdict(row)) for row in explanation.indicators],
        closest=ClosestView(**asdict(explanation.closest)) if explanation.closest else None,
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
