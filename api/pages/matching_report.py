"""The officials' page about the quality of matching: what came of it, and where nothing fits."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from api.deps import ClockDep, MemberDep, ReadSessionDep
from api.pages.forms import EmptyIsNone
from api.pages.rendering import render
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.text import WrittenDate
from matching.report import FEASIBLE_SCORE, GapCell, MatchingReport, Question, view_matching_report
from matching.report_queries import IndustryList

router = APIRouter(route_class=UnitOfWorkRoute)

INDUSTRY_LISTS = {IndustryList.LOCAL: "自治区重点产业", IndustryList.NATIONAL: "国民经济行业门类"}
_SHADES = 4

AsOf = Annotated[WrittenDate | None, EmptyIsNone]
MinScore = Annotated[Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None, EmptyIsNone, Query()]


class GapMap(NamedTuple):
    """The gap map as a table: a row for each region, a column for each industry; None where nobody asks for anything."""

    industries: list[str]
    rows: list[tuple[str, list[GapCell | None]]]
    most: int
    """The most needs without an offer that any one cell holds: the darkest shade."""

    def shade(self, cell: GapCell | None) -> int:
        """How dark the cell is, from 0 (nothing is missing) to 4."""
        if cell is None or not cell.without_offer:
            return 0
        return max(1, round(_SHADES * cell.without_offer / self.most))


def gap_map(report: MatchingReport) -> GapMap:
    """Only the regions and industries in which anybody asks for anything."""
    industries = {
        cell.industry_code: cell.industry for cell in sorted(report.gaps, key=lambda one: _last(one.industry_code))
    }
    regions = {cell.region_code: cell.region for cell in sorted(report.gaps, key=lambda one: _last(one.region_code))}
    cells = {(cell.region_code, cell.industry_code): cell for cell in report.gaps}
    rows = [(label, [cells.get((code, industry)) for industry in industries]) for code, label in regions.items()]
    return GapMap(list(industries.values()), rows, max((cell.without_offer for cell in report.gaps), default=0))


def _last(code: str) -> tuple[bool, str]:
    """In the order of the codes; whoever did not say comes last."""
    return (not code, code)


@router.get("/matching-report")
def matching_report_page(
    request: Request,
    session: ReadSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    as_of: AsOf = None,
    min_score: MinScore = None,
    industry_list: IndustryList = IndustryList.LOCAL,
) -> Response:
    question = Question(as_of, FEASIBLE_SCORE if min_score is None else min_score, industry_list)
    report = view_matching_report(session, actor, question, clock=clock)
    return render(
        request,
        "matching_report.html",
        report=report,
        gaps=gap_map(report),
        industry_lists=INDUSTRY_LISTS,
        export=f"/v1/exports/matching-report.csv?as_of={report.as_of}&min_score={report.min_score:g}&industry_list={industry_list.value}",
    )
