"""Organisations, users and brokers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.deps import ActorDep, ClockDep, ExpectedVersion, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.paging import Page
from market.kernel.text import Code, Keyword
from market.parties import service
from market.parties.models import PartyKind
from market.parties.schemas import (
    BrokerDraft,
    BrokerEdit,
    BrokerView,
    PartyDraft,
    PartyEdit,
    PartyFilter,
    PartyPublicView,
    PartyView,
    UserDraft,
    UserEdit,
    UserView,
)

router = APIRouter(prefix="/v1", tags=["parties"], route_class=UnitOfWorkRoute)


async def _party_filter(
    q: Annotated[Keyword | None, Query(description="名称的一部分,或完整的统一社会信用代码")] = None,
    kind: Annotated[PartyKind | None, Query(description="主体类别")] = None,
    region: Annotated[Code | None, Query(description="地区代码,含下属地区")] = None,
) -> PartyFilter:
    return PartyFilter(q=q, kind=kind, region_code=region)


PartyFilterDep = Annotated[PartyFilter, Depends(_party_filter)]


@router.get("/organizations")
def list_parties(
    session: ReadSessionDep, actor: ActorDep, criteria: PartyFilterDep, page: PageDep
) -> Page[PartyPublicView]:
    """Organisations by name; members also see natural persons."""
    return service.find_parties(session, actor, criteria, page)


@router.post("/organizations", status_code=201)
def create_party(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, response: Response, command: PartyDraft
) -> PartyView:
    """Enter an organisation or person."""
    party = service.create_party(session, actor, command, clock=clock)
    _tag(response, party.version, f"/v1/organizations/{party.id}")
    return PartyView.model_validate(party)


@router.get("/organizations/{party_id}")
def get_party(
    session: ReadSessionDep, actor: ActorDep, response: Response, party_id: UUID
) -> PartyView | PartyPublicView:
    """One organisation; members see its contact data too."""
    view = service.view_party(session, actor, party_id)
    _tag(response, view.version)
    return view


@router.patch("/organizations/{party_id}")
def edit_party(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    party_id: UUID,
    command: PartyEdit,
) -> PartyView:
    """Change the fields that are sent. Its own users change contact data, address, industry and scale."""
    party = service.edit_party(session, actor, party_id, command, clock=clock, expected_version=version)
    _tag(response, party.version)
    return PartyView.model_validate(party)


@router.get("/users")
def list_users(session: ReadSessionDep, actor: MemberDep, page: PageDep) -> Page[UserView]:
    """Accounts, for administrators."""
    return service.find_users(session, actor, page)


@router.post("/users", status_code=201)
def create_user(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, response: Response, command: UserDraft
) -> UserView:
    """Open an account."""
    user = service.create_user(session, actor, command, clock=clock)
    _tag(response, user.version, f"/v1/users/{user.id}")
    return UserView.model_validate(user)


@router.get("/users/{user_id}")
def get_user(session: ReadSessionDep, actor: MemberDep, response: Response, user_id: UUID) -> UserView:
    """One account, for administrators."""
    view = service.view_user(session, actor, user_id)
    _tag(response, view.version)
    return view


@router.patch("/users/{user_id}")
def edit_user(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    user_id: UUID,
    command: UserEdit,
) -> UserView:
    """Change the fields that are sent; what touches rights or password ends the user's sign-ins."""
    user = service.edit_user(session, actor, user_id, command, clock=clock, expected_version=version)
    _tag(response, user.version)
    return UserView.model_validate(user)


@router.get("/brokers")
def list_brokers(
    session: ReadSessionDep,
    clock: ClockDep,
    page: PageDep,
    field: Annotated[Code | None, Query(description="技术领域代码")] = None,
) -> Page[BrokerView]:
    """Active brokers by name, with their present load."""
    return service.find_brokers(session, page, field, on=clock.today())


@router.post("/brokers", status_code=201)
def create_broker(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, response: Response, command: BrokerDraft
) -> BrokerView:
    """Give a user in the role of broker a profile."""
    broker = service.create_broker(session, actor, command, clock=clock)
    _tag(response, broker.version, f"/v1/brokers/{broker.id}")
    return service.broker_view(session, broker.id, on=clock.today())


@router.get("/brokers/{broker_id}")
def get_broker(session: ReadSessionDep, clock: ClockDep, response: Response, broker_id: UUID) -> BrokerView:
    """One broker, with the present load."""
    view = service.broker_view(session, broker_id, on=clock.today())
    _tag(response, view.version)
    return view


@router.patch("/brokers/{broker_id}")
def edit_broker(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    broker_id: UUID,
    command: BrokerEdit,
) -> BrokerView:
    """Change the fields that are sent. Brokers change their fields, industries, regions and load."""
    broker = service.edit_broker(session, actor, broker_id, command, clock=clock, expected_version=version)
    _tag(response, broker.version)
    return service.broker_view(session, broker.id, on=clock.today())


def _tag(response: Response, version: int, location: str | None = None) -> None:
    response.headers["ETag"] = f'"{version}"'
    if location is not None:
        response.headers["Location"] = location
