"""Whether the database answers, known before a request asks it: a server that is frozen keeps its connections open and says nothing.

One question every quarter of a second, on a connection of its own. When no answer comes in time, the server counts as down, and what waits
for it in this process is cut off, so that no thread stays behind; the questions go on, and the first answer makes it count as up.
"""

import asyncio
import logging

import psycopg

from market.kernel.db import Database, cut

log = logging.getLogger("techmarket.database")

_EVERY_SECONDS = 0.25
_PATIENCE_SECONDS = 1.1
_SECONDS_TO_READ = 0.02

ANSWERS = "SELECT true"
FOLLOWS = "SELECT NOT pg_is_in_recovery() OR EXISTS (SELECT FROM pg_stat_wal_receiver)"
"""Of a replica: cut off from its primary it would answer with an ever older state."""


class DatabaseWatch:
    """The state of one PostgreSQL server as this process sees it. Made inside the event loop; it counts as up until it is found down."""

    def __init__(self, database: Database, name: str = "database", question: str = ANSWERS) -> None:
        self._database = database
        self._name = name
        self._question = question
        self._connection: psycopg.AsyncConnection | None = None
        self._asking: asyncio.Task[str] | None = None
        self.trouble = ""
        """Why it counts as down, as one English word; empty while it is up."""
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done while the server counts as down; a new one with each return."""

    @property
    def is_up(self) -> bool:
        return not self.trouble

    async def run(self) -> None:
        """Ask until cancelled."""
        try:
            while True:
                self._note(await self._answer())
                await asyncio.sleep(_EVERY_SECONDS)
        finally:
            await self._end()

    async def _answer(self) -> str:
        """Empty, or what is wrong. A question without an answer is not given up: its answer tells of the server's return."""
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        await asyncio.wait({self._asking}, timeout=_PATIENCE_SECONDS)
        if not self._asking.done():  # this process itself may have been held up, and the answer lie here unread
            await asyncio.sleep(_SECONDS_TO_READ)
        if not self._asking.done():
            return "silent"
        asked, self._asking = self._asking, None
        return asked.result()

    async def _ask(self) -> str:
        if self._connection is not None:
            try:
                return await self._put(self._connection)
            except psycopg.Error:  # this connection alone may have been ended; a new one tells
                await self._connection.close()
                self._connection = None
        try:
            self._connection = await self._database.connect_beside_pool()
            return await self._put(self._connection)
        except psycopg.Error:
            return "unreachable"

    async def _put(self, connection: psycopg.AsyncConnection) -> str:
        row = await (await connection.execute(self._question.encode())).fetchone()
        return "" if row is not None and row[0] else "detached"

    def _note(self, trouble: str) -> None:
        was_up, self.trouble = self.is_up, trouble
        if was_up and trouble:
            log.error("%s down: %s", self._name, trouble)
            self.failure.set_result(None)
        elif not was_up and not trouble:
            log.warning("%s up again", self._name)
            self.failure = asyncio.get_running_loop().create_future()
        if trouble == "silent":
            self._database.cut_off()

    async def _end(self) -> None:
        if self._asking is not None:
            if self._connection is not None:
                cut(self._connection)  # a cancelled question would wait for the server to agree
            await self._asking
        if self._connection is not None:
            await self._connection.close()
