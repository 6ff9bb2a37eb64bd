"""Nobody waits for a database that does not answer: while it is down every request gets its 503 at once, one in flight as soon as it is noticed."""

import asyncio

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import database_down
from api.runtime import runtime_of
from api.unit_of_work import UnitOfWork

_WITHOUT_DATABASE = ("/ready", "/static/", "/docs", "/redoc", "/openapi.json")


class DatabaseGate:
    """Races each request against the watch. Does nothing where the database is a file."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._left: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_WITHOUT_DATABASE):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        watch = runtime_of(request).watch
        if watch is None:
            await self._app(scope, receive, send)
            return
        if not watch.is_up:
            await database_down(request)(scope, receive, send)
            return
        has_begun = is_given_up = False

        async def send_in_time(message: Message) -> None:
            nonlocal has_begun
            if not is_given_up:
                has_begun = True
                await send(message)

        handling = asyncio.create_task(self._handle(scope, receive, send_in_time))
        try:
            await asyncio.wait({handling, watch.failure}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            handling.cancel()
            raise
        if handling.done() or has_begun:
            await handling
            return
        is_given_up = True
        unit = scope.get("state", {}).get("unit")
        if isinstance(unit, UnitOfWork):
            unit.give_up()
        self._left.add(handling)  # the loop itself holds tasks weakly only
        handling.add_done_callback(self._leave)
        await database_down(request)(scope, receive, send)

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def _leave(self, handling: asyncio.Task[None]) -> None:
        self._left.discard(handling)
        if not handling.cancelled():
            handling.exception()  # its client has had an answer
