"""The contract desk: drafting from a deal, the pre-check, filing, and the certificate that prints."""

from typing import Annotated, Any
from uuid import UUID

import segno
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlmodel import Session

from api.deps import ClockDep, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.pages.forms import CheckedForm, FormDep, command_from, errors_by_field, form_status
from api.pages.rendering import render, see_other
from api.unit_of_work import UnitOfWorkRoute
from market.contracts import service
from market.contracts.schemas import ContractFilter, EditContract, RecordIncome
from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.kernel.errors import DomainError

router = APIRouter(route_class=UnitOfWorkRoute)

ContractId = Annotated[UUID, Path()]
_EDITED = (
    "name",
    "contract_kind_code",
    "contract_subkind_code",
    "field_code",
    "industry_code",
    "objective_code",
    "plan_source_code",
    "licence_mode_code",
    "payment_mode_code",
    "subject_matter",
    "ip_terms",
    "acceptance_terms",
    "signed_on",
    "effective_from",
    "effective_to",
    "contract_amount_cny",
    "technology_amount_cny",
    "office_code",
)

_TEXTS = frozenset({"subject_matter", "ip_terms", "acceptance_terms"})


@router.get("/contracts")
def contracts_page(
    request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep
) -> Response:
    found = service.list_visible(session, actor, ContractFilter(), page, clock=clock)
    return render(request, "contracts.html", page=found)


def contract_view(
    request: Request,
    session: Session,
    actor: Actor,
    contract_id: UUID,
    clock: Clock,
    error: DomainError | None = None,
    given: dict[str, Any] | None = None,
) -> Response:
    """The page of one contract, for its filer, its parties and the office alike."""
    contract = service.view_contract(session, actor, contract_id, clock=clock)
    may_file = any(action in contract.allowed_actions for action in ("submit", "accept", "register"))
    findings = service.precheck_contract(session, actor, contract_id, clock=clock) if may_file else []
    return render(
        request,
        "contract.html",
        status=form_status(error),
        contract=contract,
        findings=findings,
        errors=errors_by_field(error),
        given=contract.model_dump(mode="json") | (given or {}),
    )


@router.get("/contracts/{contract_id}")
def contract_page(
    request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, contract_id: ContractId
) -> Response:
    return contract_view(request, session, actor, contract_id, clock)


def _values(form: CheckedForm) -> dict[str, Any]:
    """What the form says of the fields on it; a field that was emptied empties the column, or is refused where it may not."""
    values: dict[str, Any] = {
        name: form.text(name) or ("" if name in _TEXTS else None) for name in _EDITED if form.has(name)
    }
    if form.has("is_related_party"):
        values["is_related_party"] = form.text("is_related_party") == "yes"
    if form.has("ip_kind_codes"):
        values["ip_kind_codes"] = form.texts("ip_kind_codes")
    return values


@router.post("/contracts/{contract_id}/edit")
def edit(
    request: Request,
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    contract_id: ContractId,
    form: FormDep,
) -> Response:
    try:
        command = command_from(EditContract, _values(form))
        service.edit_contract(session, actor, contract_id, command, clock=clock, expected_version=form.version())
    except DomainError as error:
        session.rollback()
        return contract_view(request, session, actor, contract_id, clock, error, form.as_dict())
    return see_other(f"/contracts/{contract_id}?notice=saved")


@router.post("/contracts/{contract_id}/submit")
def submit(
    request: Request,
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    contract_id: ContractId,
    form: FormDep,
) -> Response:
    try:
        service.submit_contract(session, actor, contract_id, clock=clock, expected_version=form.version())
    except DomainError as error:
        session.rollback()
        return contract_view(request, session, actor, contract_id, clock, error)
    return see_other(f"/contracts/{contract_id}?notice=contract_submitted")


@router.post("/contracts/{contract_id}/income")
def record_income(
    request: Request,
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    contract_id: ContractId,
    form: FormDep,
) -> Response:
    try:
        command = command_from(RecordIncome, form.given("technical_income_cny"))
        service.record_income(session, actor, contract_id, command, clock=clock, expected_version=form.version())
    except DomainError as error:
        session.rollback()
        return contract_view(request, session, actor, contract_id, clock, error)
    return see_other(f"/contracts/{contract_id}?notice=income_recorded")


@router.get("/contracts/{contract_id}/certificate")
def certificate_page(
    request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, contract_id: ContractId
) -> Response:
    certificate = service.certificate_of(session, actor, contract_id, clock=clock)
    code = segno.make(f"{certificate.registration_no} {certificate.verification_code}", error="m")
    return render(
        request, "certificate.html", certificate=certificate, code=code.svg_inline(scale=3, border=1, omitsize=True)
    )
