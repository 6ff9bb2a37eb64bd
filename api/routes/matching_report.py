"""The report of the quality of matching, for officials and administrators, as JSON and as files for spreadsheets."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.deps import ClockDep, MemberDep, ReadSessionDep
from api.routes.exports import CsvResponse
from api.spreadsheets import csv_bytes
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.text import WrittenDate
from matching.report import FEASIBLE_SCORE, CoverageRow, MatchingReport, Question, view_matching_report
from matching.report_queries import IndustryList

router = APIRouter(tags=["matching"], route_class=UnitOfWorkRoute)

Row = tuple[object, ...]


class ReportTable(StrEnum):
    """Which part of the report goes into the file."""

    GAPS = "gaps"
    ACCEPTANCE = "acceptance"
    REFUSALS = "refusals"
    INDUSTRIES = "industries"
    REGIONS = "regions"
    EXPOSURE = "exposure"


_COVERAGE_HEADER = ("代码", "名称", "在市需求", "有可行成果的需求", "覆盖率", "在市成果")
_HEADERS: dict[ReportTable, Row] = {
    ReportTable.GAPS: ("地区代码", "地区", "产业代码", "产业", "在市需求", "无可行成果的需求"),
    ReportTable.ACCEPTANCE: ("推荐名次", "推荐", "表达意向", "双方同意", "开启洽谈", "成交", "婉拒或终止", "同意率"),
    ReportTable.REFUSALS: ("环节", "原因代码", "原因", "提出方", "次数", "占比"),
    ReportTable.INDUSTRIES: _COVERAGE_HEADER,
    ReportTable.REGIONS: _COVERAGE_HEADER,
    ReportTable.EXPOSURE: ("类别", "代码", "名称", "在市成果", "进入前十次数", "按成果数应有", "曝光比", "曝光不足"),
}


async def _question(
    as_of: Annotated[WrittenDate | None, Query(description="截至日期,缺省为今天")] = None,
    min_score: Annotated[
        float, Query(ge=0, le=100, allow_inf_nan=False, description="匹配度达到多少算有可行成果")
    ] = FEASIBLE_SCORE,
    industry_list: Annotated[
        IndustryList, Query(description="local_industries 自治区重点产业,industries 国民经济行业门类")
    ] = IndustryList.LOCAL,
) -> Question:
    return Question(as_of, min_score, industry_list)


QuestionDep = Annotated[Question, Depends(_question)]


@router.get("/v1/matching-report")
def get_matching_report(
    session: ReadSessionDep, actor: MemberDep, clock: ClockDep, question: QuestionDep
) -> MatchingReport:
    """Acceptance by place, refusal reasons, coverage by industry and county, needs without a feasible offer, exposure."""
    return view_matching_report(session, actor, question, clock=clock)


@router.get("/v1/exports/matching-report.csv", response_class=CsvResponse, tags=["exports"])
def export_matching_report(
    session: ReadSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    question: QuestionDep,
    table: Annotated[ReportTable, Query(description="导出哪张表")] = ReportTable.GAPS,
) -> CsvResponse:
    """One table of the report as a file."""
    report = view_matching_report(session, actor, question, clock=clock)
    name = f"matching-{table.value}-{report.as_of}.csv"
    header = [str(cell) for cell in _HEADERS[table]]
    content = csv_bytes(header, _ROWS[table](report))
    return CsvResponse(content, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _gap_rows(report: MatchingReport) -> Iterator[Row]:
    for cell in report.gaps:
        places = (cell.region_code, cell.region, cell.industry_code, cell.industry)
        yield (*places, cell.needs, cell.without_offer)


def _place_rows(report: MatchingReport) -> Iterator[Row]:
    for place in report.by_place:
        counts = (place.shown, place.interested, place.consented, place.in_talks, place.agreed, place.declined)
        yield (place.place or "名单之外", *counts, place.acceptance)


def _refusal_rows(report: MatchingReport) -> Iterator[Row]:
    for refusal in report.refusals:
        reason = (refusal.stage, refusal.reason_code, refusal.reason, refusal.side)
        yield (*reason, refusal.number, refusal.share)


def _coverage_rows(rows: Iterable[CoverageRow]) -> Iterator[Row]:
    for row in rows:
        yield (row.code, row.label, row.needs, row.covered, row.share, row.achievements)


def _exposure_rows(report: MatchingReport) -> Iterator[Row]:
    for kind, rows in (("技术领域", report.exposure_of_fields), ("机构", report.exposure_of_institutes)):
        for row in rows:
            figures = (row.listings, row.shown, row.expected, row.ratio, "是" if row.is_starved else "否")
            yield (kind, row.code, row.label, *figures)


_ROWS: dict[ReportTable, Callable[[MatchingReport], Iterator[Row]]] = {
    ReportTable.GAPS: _gap_rows,
    ReportTable.ACCEPTANCE: _place_rows,
    ReportTable.REFUSALS: _refusal_rows,
    ReportTable.INDUSTRIES: lambda report: _coverage_rows(report.by_industry),
    ReportTable.REGIONS: lambda report: _coverage_rows(report.by_region),
    ReportTable.EXPOSURE: _exposure_rows,
}
