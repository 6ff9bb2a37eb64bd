"""What handlers ask for. The unit of work has opened everything already, so none of these hops to a thread."""

import re
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from sqlmodel import Session

from api.runtime import Runtime, runtime_of
from api.unit_of_work import UnitOfWork
from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.kernel.errors import Unauthenticated, invalid_field
from market.kernel.paging import MAX_PAGE, PageRequest
from market.kernel.rows import VersionedRow
from market.kernel.settings import Settings
from search.engine import SearchEngine

_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def _unit(request: Request) -> UnitOfWork:
    unit = request.state.unit
    assert isinstance(unit, UnitOfWork)  # noqa: S101  set by UnitOfWorkRoute
    return unit


async def _unit_of_work(request: Request) -> UnitOfWork:
    return _unit(request)


async def _session(request: Request) -> Session:
    return _unit(request).session


async def _actor(request: Request) -> Actor:
    return _unit(request).actor


async def _member(request: Request) -> Actor:
    actor = _unit(request).actor
    if not actor.is_signed_in:
        raise Unauthenticated("sign_in_required", "此操作需要登录后进行。")
    return actor


async def _runtime(request: Request) -> Runtime:
    return runtime_of(request)


async def _clock(request: Request) -> Clock:
    return runtime_of(request).clock


async def _engine(request: Request) -> SearchEngine:
    return runtime_of(request).engine


async def _settings(request: Request) -> Settings:
    return runtime_of(request).settings


async def _expected_version(
    if_match: Annotated[str | None, Header(description='The ETag of the version you saw, e.g. `"3"`')] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise invalid_field("If-Match", "If-Match 格式不正确。", '请原样填写读取时返回的 ETag,例如 "3"。')
    return int(found.group(1))


async def _page(
    page: Annotated[int, Query(ge=1, le=MAX_PAGE, description="第几页,从 1 起")] = 1,
    size: Annotated[int, Query(ge=1, le=100, description="每页条数")] = 20,
) -> PageRequest:
    return PageRequest(page=page, size=size)


def etag(row: VersionedRow) -> str:
    """The row's version as an entity tag."""
    return f'"{row.version}"'


# A session of a safe method only reads; both names exist so that a handler says what it does.
ReadSessionDep = Annotated[Session, Depends(_session)]
WriteSessionDep = Annotated[Session, Depends(_session)]
UnitDep = Annotated[UnitOfWork, Depends(_unit_of_work)]
ActorDep = Annotated[Actor, Depends(_actor)]
MemberDep = Annotated[Actor, Depends(_member)]
RuntimeDep = Annotated[Runtime, Depends(_runtime)]
ClockDep = Annotated[Clock, Depends(_clock)]
EngineDep = Annotated[SearchEngine, Depends(_engine)]
SettingsDep = Annotated[Settings, Depends(_settings)]
ExpectedVersion = Annotated[int | None, Depends(_expected_version)]
PageDep = Annotated[PageRequest, Depends(_page)]
