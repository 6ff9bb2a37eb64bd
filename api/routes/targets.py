"""The year's targets and board over HTTP: everybody reads the figures, administrators set targets and close years."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api.deps import ActorDep, ClockDep, MemberDep, PageDep, ReadSessionDep, UnitDep, WriteSessionDep
from api.nearby import read_board
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.paging import Page
from market.kernel.text import Code, WrittenDate
from market.targets import queries, service
from market.targets.schemas import (
    BoardFilter,
    ClosedYearView,
    ContractBehind,
    Direction,
    Progress,
    SetTarget,
    TargetView,
)

router = APIRouter(prefix="/v1/targets", tags=["targets"], route_class=UnitOfWorkRoute)

Year = Annotated[int, Path(ge=2000, le=2100, description="年度")]
AsOf = Annotated[WrittenDate | None, Query(description="截至日期,缺省为今天")]


async def _board_filter(
    direction: Annotated[Direction, Query(description="output 输出,intake 吸纳")] = Direction.OUTPUT,
    region: Annotated[Code | None, Query(description="地区代码,含下属地区")] = None,
    kind: Annotated[Code | None, Query(description="合同类别代码")] = None,
    field: Annotated[Code | None, Query(description="技术领域代码")] = None,
    industry: Annotated[Code | None, Query(description="重点产业代码")] = None,
) -> BoardFilter:
    return BoardFilter(
        direction=direction,
        region_code=region,
        contract_kind_code=kind,
        field_code=field,
        local_industry_code=industry,
    )


BoardFilterDep = Annotated[BoardFilter, Depends(_board_filter)]


@router.post("", status_code=201)
def set_target(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, command: SetTarget) -> TargetView:
    """A new version of a year's target; boards of earlier days keep the earlier one."""
    return TargetView.model_validate(service.set_target(session, actor, command, clock=clock))


@router.get("/{year}")
def get_progress(unit: UnitDep, clock: ClockDep, year: Year, wanted: BoardFilterDep, as_of: AsOf = None) -> Progress:
    """Where the year stood at the end of a day, computed from the register, exact to the fen."""
    return read_board(unit, lambda session: queries.progress_of(session, year, wanted, as_of=as_of or clock.today()))


@router.get("/{year}/contracts")
def list_contracts_behind(
    session: ReadSessionDep,
    actor: ActorDep,
    clock: ClockDep,
    year: Year,
    wanted: BoardFilterDep,
    page: PageDep,
    as_of: AsOf = None,
) -> Page[ContractBehind]:
    """The contracts that add up to the figure of the same question, the largest first; for officials and administrators."""
    return service.view_contracts_behind(session, actor, year, wanted, page, as_of=as_of or clock.today())


@router.post("/{year}/close")
def close_year(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, year: Year) -> ClosedYearView:
    """Settle a year that is over; later corrections count in the year in which they are made."""
    return ClosedYearView.model_validate(service.close_year(session, actor, year, clock=clock))
