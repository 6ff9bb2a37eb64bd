"""The year's board: how far the registered contracts and the 100 projects have come, at any date, down to each contract."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field

from api.deps import ClockDep, MemberDep, PageDep, ReadSessionDep, UnitDep
from api.nearby import read_board
from api.pages.forms import EmptyIsNone, command_from
from api.pages.rendering import render
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.money import CNY_PER_YI, ZERO_CNY
from market.kernel.text import WrittenDate
from market.projects import queries as projects
from market.targets import queries, service
from market.targets.schemas import BoardFilter, Direction, Progress

router = APIRouter(route_class=UnitOfWorkRoute)

Code = Annotated[str | None, Query(max_length=16)]
DIRECTIONS = {Direction.OUTPUT: "输出(卖方在本区)", Direction.INTAKE: "吸纳(买方在本区)"}


def _wanted(
    direction: Direction = Direction.OUTPUT,
    region: Code = None,
    kind: Code = None,
    field: Code = None,
    industry: Code = None,
) -> BoardFilter:
    values = {
        "direction": direction,
        "region_code": region or None,
        "contract_kind_code": kind or None,
        "field_code": field or None,
        "local_industry_code": industry or None,
    }
    return command_from(BoardFilter, values)


WantedDep = Annotated[BoardFilter, Depends(_wanted)]
Year = Annotated[Annotated[int, Field(ge=2000, le=2100)] | None, EmptyIsNone, Query()]
AsOf = Annotated[WrittenDate | None, EmptyIsNone]


def _months(progress: Progress) -> list[tuple[str, float, float | None, str]]:
    """(label, month's amount, sum so far or None after `as_of`, text); amounts in 亿元, as the chart draws them."""
    so_far = {point.month: point.contract_amount_cny for point in progress.cumulative}
    rows: list[tuple[str, float, float | None, str]] = []
    for month, part in enumerate(progress.by_month, 1):
        amount = max(part.contract_amount_cny, ZERO_CNY) / CNY_PER_YI
        total = so_far.get(month)
        text = f"{part.count} 份,{amount:.2f} 亿元"
        rows.append((part.label, float(amount), None if total is None else float(total / CNY_PER_YI), text))
    return rows


def _links(year: int, day: date, wanted: BoardFilter) -> Callable[..., str]:
    """Makes the address of the same question, with some of its parts changed, under another path."""
    asked = {
        "year": year,
        "as_of": day,
        "direction": wanted.direction,
        "region": wanted.region_code,
        "kind": wanted.contract_kind_code,
        "field": wanted.field_code,
        "industry": wanted.local_industry_code,
    }

    def link(path: str, **changes: str) -> str:
        return f"{path}?{urlencode({name: value for name, value in (asked | changes).items() if value})}"

    return link


@router.get("/")
def board_page(
    request: Request,
    unit: UnitDep,
    clock: ClockDep,
    wanted: WantedDep,
    year: Year = None,
    as_of: AsOf = None,
) -> Response:
    shown_year = year or clock.today().year
    day = as_of or min(clock.today(), date(shown_year, 12, 31))
    progress, stages = read_board(
        unit,
        lambda session: (
            queries.progress_of(session, shown_year, wanted, as_of=day),
            projects.count_by_stage(session, shown_year),
        ),
    )
    return render(
        request,
        "board.html",
        progress=progress,
        wanted=wanted,
        directions=DIRECTIONS,
        months=_months(progress),
        link=_links(shown_year, day, wanted),
        stages=stages,
    )


@router.get("/board/contracts")
def contracts_behind_page(
    request: Request,
    session: ReadSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    wanted: WantedDep,
    page: PageDep,
    year: Year = None,
    as_of: AsOf = None,
) -> Response:
    shown_year = year or clock.today().year
    day = as_of or min(clock.today(), date(shown_year, 12, 31))
    found = service.view_contracts_behind(session, actor, shown_year, wanted, page, as_of=day)
    return render(
        request,
        "board_contracts.html",
        page=found,
        year=shown_year,
        as_of=day,
        wanted=wanted,
        link=_links(shown_year, day, wanted),
    )
