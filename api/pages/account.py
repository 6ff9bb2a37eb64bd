"""Signing in and out with a browser."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.deps import RuntimeDep, WriteSessionDep
from api.pages.forms import FormDep, command_from
from api.pages.rendering import render, see_other
from api.security import COOKIE, check_own_origin, client_address
from api.signing_in import sign_in_to_token
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.errors import DomainError
from market.parties import signin
from market.parties.schemas import SignInCommand

router = APIRouter(route_class=UnitOfWorkRoute)

_MAX_TARGET = 500


def _safe_target(target: str) -> str:
    r"""Only a path of our own: `//host` and `/\host` would lead a browser elsewhere."""
    is_own = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if is_own and not target.startswith("/sign-in") and len(target) <= _MAX_TARGET else "/"


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002  the query parameter's name
    return render(request, "sign_in.html", next=_safe_target(next), login="", error="")


@router.post("/sign-in")
def sign_in(
    request: Request,
    runtime: RuntimeDep,
    login: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=_MAX_TARGET)] = "/",  # noqa: A002
) -> Response:
    check_own_origin(request)
    runtime.rates.check_sign_in(client_address(request))
    try:
        command = command_from(SignInCommand, {"login": login, "password": password})
        token, _ = sign_in_to_token(runtime, command)
    except DomainError as error:
        return render(request, "sign_in.html", status=401, next=_safe_target(next), login=login, error=error.detail)
    response = see_other(_safe_target(next))
    response.set_cookie(
        COOKIE,
        token,
        max_age=runtime.settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=runtime.settings.secure_cookies,
    )
    return response


@router.post("/sign-out")
def sign_out(request: Request, session: WriteSessionDep, runtime: RuntimeDep, _form: FormDep) -> Response:
    token = request.cookies.get(COOKIE, "")
    if token:
        signin.sign_out(session, token, clock=runtime.clock)
    response = see_other("/")
    response.delete_cookie(COOKIE)
    return response
