"""Signing in and out over HTTP, and one's own account."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Request

from api.deps import ClockDep, MemberDep, ReadSessionDep, RuntimeDep, WriteSessionDep
from api.security import client_address, session_token
from api.signing_in import sign_in_to_token
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.text import View
from market.parties import service, signin
from market.parties.schemas import ChangePassword, MyView, SignInCommand, UserView

router = APIRouter(prefix="/v1", tags=["sessions"], route_class=UnitOfWorkRoute)


class SessionView(View):
    """A sign-in. The token is shown this once; send it as `Authorization: Bearer …`."""

    token: str
    expires_at: datetime
    user: UserView


@router.post("/sessions", status_code=201)
def sign_in(runtime: RuntimeDep, request: Request, command: SignInCommand) -> SessionView:
    """Sign in. After five wrong passwords the account is locked for a quarter of an hour."""
    runtime.rates.check_sign_in(client_address(request))
    expires_at = runtime.clock.now() + timedelta(hours=runtime.settings.session_hours)
    token, user = sign_in_to_token(runtime, command)
    return SessionView(token=token, expires_at=expires_at, user=UserView.model_validate(user))


@router.delete("/sessions/current", status_code=204)
def sign_out(session: WriteSessionDep, _actor: MemberDep, clock: ClockDep, request: Request) -> None:
    """End this sign-in; the token is worthless from now on."""
    signin.sign_out(session, session_token(request) or "", clock=clock)


@router.get("/me")
def get_me(session: ReadSessionDep, actor: MemberDep) -> MyView:
    """Who is signed in, for whom, and what that allows."""
    return service.view_me(session, actor)


@router.post("/me/password", status_code=204)
def change_password(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, command: ChangePassword) -> None:
    """Take a new password; every sign-in of the account ends, this one included."""
    service.change_password(session, actor, command, clock=clock)
