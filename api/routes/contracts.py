"""Technology contracts over HTTP: drafting, the pre-check, recognition and registration, what comes after."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Discriminator, Tag

from api.deps import ClockDep, ExpectedVersion, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.contracts import service
from market.contracts.models import ContractStatus
from market.contracts.schemas import (
    Certificate,
    ChangeContract,
    ContractCard,
    ContractFilter,
    ContractView,
    DraftContract,
    DraftFromDeal,
    EditContract,
    EndContract,
    Finding,
    RecordIncome,
    RefuseContract,
    ReturnContract,
)
from market.kernel.paging import Page
from market.kernel.text import Code

_FROM_DEAL, _STANDALONE = "from_deal", "standalone"


class _ContractRoute(UnitOfWorkRoute):
    """Names fields as the sender wrote them: pydantic puts the tag of the union's branch in front."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def untagged(request: Request) -> Response:
            try:
                return await handler(request)
            except RequestValidationError as error:
                details = [
                    {**detail, "loc": tuple(part for part in detail["loc"] if part not in {_FROM_DEAL, _STANDALONE})}
                    for detail in error.errors()
                ]
                raise RequestValidationError(details) from None

        return untagged


router = APIRouter(prefix="/v1/contracts", tags=["contracts"], route_class=_ContractRoute)


def _draft_of(body: Any) -> str:
    return _FROM_DEAL if isinstance(body, dict) and "deal_id" in body else _STANDALONE


AnyDraft = Annotated[
    Annotated[DraftFromDeal, Tag(_FROM_DEAL)] | Annotated[DraftContract, Tag(_STANDALONE)], Discriminator(_draft_of)
]


async def _filter(
    clock: ClockDep,
    status: Annotated[ContractStatus | None, Query(description="状态")] = None,
    office: Annotated[Code | None, Query(description="登记机构代码")] = None,
    kind: Annotated[Code | None, Query(description="合同类别代码")] = None,
    year: Annotated[int | None, Query(ge=1949, le=2199, description="登记年度")] = None,
    project_id: Annotated[UUID | None, Query(description="所属重大项目")] = None,
    overdue: Annotated[bool, Query(description="只看已过办理期限的")] = False,  # noqa: FBT002  a query parameter
) -> ContractFilter:
    return ContractFilter(
        status=status,
        office_code=office,
        kind_code=kind,
        year=year,
        project_id=project_id,
        overdue_on=clock.today() if overdue else None,
    )


@router.get("")
def list_contracts(
    session: ReadSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    page: PageDep,
    wanted: Annotated[ContractFilter, Depends(_filter)],
) -> Page[ContractCard]:
    """Traders see their own contracts, officials and administrators all but drafts; newest first."""
    return service.list_visible(session, actor, wanted, page, clock=clock)


@router.get("/desk")
def list_desk(session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep) -> Page[ContractCard]:
    """What waits at the official's office, the nearest deadline first."""
    return service.desk(session, actor, page, clock=clock)


@router.post("", status_code=201)
def draft_contract(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, response: Response, command: AnyDraft
) -> ContractView:
    """Draft a contract: from an agreed deal (`deal_id`: everything is copied), or with all its particulars."""
    if isinstance(command, DraftFromDeal):
        contract = service.draft_from_deal(session, actor, command, clock=clock)
    else:
        contract = service.draft_contract(session, actor, command, clock=clock)
    response.headers["Location"] = f"/v1/contracts/{contract.id}"
    return _tagged(response, service.view_contract(session, actor, contract.id, clock=clock))


@router.get("/{contract_id}")
def get_contract(
    session: ReadSessionDep, actor: MemberDep, clock: ClockDep, response: Response, contract_id: UUID
) -> ContractView:
    """The contract; its texts only for the parties, their broker and the office."""
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.patch("/{contract_id}")
def edit_contract(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    contract_id: UUID,
    command: EditContract,
) -> ContractView:
    """Change a draft, or a contract that was returned for correction."""
    service.edit_contract(session, actor, contract_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.post("/{contract_id}/precheck")
def precheck_contract(session: ReadSessionDep, actor: MemberDep, clock: ClockDep, contract_id: UUID) -> list[Finding]:
    """What stands in the way of registration: errors first. Changes nothing."""
    return service.precheck_contract(session, actor, contract_id, clock=clock)


@router.post("/{contract_id}/submit")
def submit_contract(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    contract_id: UUID,
) -> ContractView:
    """Hand the contract to its registration office."""
    service.submit_contract(session, actor, contract_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.post("/{contract_id}/accept")
def accept_contract(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    contract_id: UUID,
) -> ContractView:
    """受理: the office's period begins."""
    service.accept_contract(session, actor, contract_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.post("/{contract_id}/return")
def return_contract(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    contract_id: UUID,
    command: ReturnContract,
) -> ContractView:
    """退回补正."""
    service.return_contract(session, actor, contract_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.post("/{contract_id}/register")
def register_contract(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    contract_id: UUID,
) -> ContractView:
    """认定登记, by another official than the one who accepted."""
    service.register_contract(session, actor, contract_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.post("/{contract_id}/refuse")
def refuse_contract(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    contract_id: UUID,
    command: RefuseContract,
) -> ContractView:
    """不予登记, with coded reasons, by another official than the one who accepted."""
    service.refuse_contract(session, actor, contract_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.post("/{contract_id}/change")
def change_contract(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    contract_id: UUID,
    command: ChangeContract,
) -> ContractView:
    """变更登记."""
    service.change_contract(session, actor, contract_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.post("/{contract_id}/income")
def record_income(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    contract_id: UUID,
    command: RecordIncome,
) -> ContractView:
    """Record the technical income received so far, in all."""
    service.record_income(session, actor, contract_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.post("/{contract_id}/deregister")
def deregister_contract(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    contract_id: UUID,
    command: EndContract,
) -> ContractView:
    """注销."""
    service.deregister_contract(session, actor, contract_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.post("/{contract_id}/revoke")
def revoke_contract(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    contract_id: UUID,
    command: EndContract,
) -> ContractView:
    """撤销."""
    service.revoke_contract(session, actor, contract_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_contract(session, actor, contract_id, clock=clock))


@router.get("/{contract_id}/certificate")
def get_certificate(session: ReadSessionDep, actor: MemberDep, clock: ClockDep, contract_id: UUID) -> Certificate:
    """All that the printed certificate shows; the page that prints is /contracts/{id}/certificate."""
    return service.certificate_of(session, actor, contract_id, clock=clock)


def _tagged(response: Response, view: ContractView) -> ContractView:
    response.headers["ETag"] = f'"{view.version}"'
    return view
