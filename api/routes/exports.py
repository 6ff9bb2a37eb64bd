"""Files for spreadsheets, for officials and administrators."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.deps import ClockDep, MemberDep, ReadSessionDep
from api.spreadsheets import csv_bytes
from api.unit_of_work import UnitOfWorkRoute
from market.contracts import queries
from market.contracts.models import Contract, ContractParty, ContractSide
from market.kernel.actor import Permission
from market.parties.models import Origin
from market.reference.lists import code_list
from market.targets import queries as targets

router = APIRouter(prefix="/v1/exports", tags=["exports"], route_class=UnitOfWorkRoute)

_BATCH = 1_000  # contracts whose parties are read at once; below what a statement may name
_HEADER = (
    "登记编号",
    "合同名称",
    "合同类别",
    "技术领域",
    "卖方",
    "卖方地区",
    "买方",
    "买方地区",
    "计入份数",
    "成交额(元)",
    "技术交易额(元)",
    "签订日期",
    "登记日期",
    "登记机构",
    "演示数据",
)


class CsvResponse(Response):
    media_type = "text/csv; charset=utf-8"


@router.get("/contracts.csv", response_class=CsvResponse)
def export_contracts(
    session: ReadSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="登记年度,缺省为今年")] = None,
) -> CsvResponse:
    """The contracts that stand in a year's figure, in order of their numbers, with what each adds to it: the column sums are the board's."""
    actor.require(Permission.EXPORT)
    wanted = year or clock.today().year
    name = f"contracts-{wanted}.csv"
    content = csv_bytes(_HEADER, _rows(session, wanted))
    return CsvResponse(content, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _rows(session: Session, year: int) -> Iterator[tuple[object, ...]]:
    behind = targets.contracts_of_year(session, year)
    for start in range(0, len(behind), _BATCH):
        batch = behind[start : start + _BATCH]
        parties = queries.parties_of_many(session, [contract.id for contract, *_ in batch])
        yield from (_row(contract, figures, parties.get(contract.id, [])) for contract, *figures in batch)


def _row(contract: Contract, figures: Sequence[object], parties: list[ContractParty]) -> tuple[object, ...]:
    return (
        contract.registration_no,
        contract.name,
        code_list("contract_kinds").label(contract.contract_kind_code),
        code_list("technology_fields").label(contract.field_code),
        *_names(parties, ContractSide.PROVIDER),
        *_names(parties, ContractSide.ACQUIRER),
        *figures,
        contract.signed_on,
        contract.registered_on,
        code_list("registration_offices").label(contract.office_code),
        "是" if contract.origin in {Origin.DEMO, Origin.GENERATED} else "否",
    )


def _names(parties: list[ContractParty], side: ContractSide) -> tuple[str, str]:
    """The names of a side's parties, and the region of its first."""
    own = [party for party in parties if party.side == side]
    region = code_list("regions").label(own[0].region_code) if own else ""
    return "、".join(party.name for party in own), region
