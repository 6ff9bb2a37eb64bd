"""The registration desk: what waits, by deadline, and the official's decisions."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.deps import ClockDep, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.pages.contracts import contract_view
from api.pages.forms import CheckedForm, FormDep, command_from
from api.pages.rendering import render, see_other
from api.unit_of_work import UnitOfWorkRoute
from market.contracts import service
from market.contracts.schemas import ChangeContract, ContractFilter, EndContract, RefuseContract, ReturnContract
from market.kernel.errors import DomainError

router = APIRouter(prefix="/registration", route_class=UnitOfWorkRoute)

ContractId = Annotated[UUID, Path()]


@router.get("")
def desk_page(
    request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep, show: str = "waiting"
) -> Response:
    if show == "all":
        found = service.list_visible(session, actor, ContractFilter(office_code=actor.office_code), page, clock=clock)
    else:
        found = service.desk(session, actor, page, clock=clock)
    return render(request, "registration.html", page=found, show=show, today=clock.today())


def _return(form: CheckedForm) -> dict[str, Any]:
    return {"command": command_from(ReturnContract, form.given("note"))}


def _refuse(form: CheckedForm) -> dict[str, Any]:
    values = {**form.given("note"), "reason_codes": form.texts("reason_codes")}
    return {"command": command_from(RefuseContract, values)}


def _change(form: CheckedForm) -> dict[str, Any]:
    fields = ("reason_code", "contract_amount_cny", "technology_amount_cny", "effective_to", "name")
    return {"command": command_from(ChangeContract, form.given(*fields))}


def _end(form: CheckedForm) -> dict[str, Any]:
    return {"command": command_from(EndContract, form.given("reason"))}


def _nothing(_form: CheckedForm) -> dict[str, Any]:
    return {}


# What an official may do: the use-case, what it takes from the form, and what the page says afterwards.
_ACTIONS: dict[str, tuple[Callable[..., Any], Callable[[CheckedForm], dict[str, Any]], str]] = {
    "accept": (service.accept_contract, _nothing, "contract_accepted"),
    "return": (service.return_contract, _return, "contract_returned"),
    "register": (service.register_contract, _nothing, "contract_registered"),
    "refuse": (service.refuse_contract, _refuse, "contract_refused"),
    "change": (service.change_contract, _change, "change_registered"),
    "deregister": (service.deregister_contract, _end, "contract_deregistered"),
    "revoke": (service.revoke_contract, _end, "contract_revoked"),
}


@router.post("/{contract_id}/{action}")
def decide(
    request: Request,
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    contract_id: ContractId,
    action: Annotated[str, Path(pattern="^(" + "|".join(_ACTIONS) + ")$")],
    form: FormDep,
) -> Response:
    use_case, read_form, notice = _ACTIONS[action]
    try:
        arguments = read_form(form)
        command = [arguments["command"]] if arguments else []
        use_case(session, actor, contract_id, *command, clock=clock, expected_version=form.version())
    except DomainError as error:
        session.rollback()
        return contract_view(request, session, actor, contract_id, clock, error)
    return see_other(f"/contracts/{contract_id}?notice={notice}")
