"""A proxy in front of a real search node that injects what networks and overloaded nodes do.

It runs in a thread of its own. Its mood may be changed at any moment, also while requests are on their way.
"""

import asyncio
import contextlib
import gzip
import socket
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from tests.faults import bulk
from tests.faults.chance import chance_of
from tests.faults.messages import Message, answer, read_message


@dataclass(frozen=True)
class Mood:
    """How the proxy treats requests. Shares are chances from 0 to 1; of several only the first that strikes counts."""

    name: str = "calm"
    refuses: bool = False
    """Nobody listens: connections are refused, open ones cut."""
    delay_seconds: tuple[float, float] = (0.0, 0.0)
    """Every request waits so long, at least and at most, before it is passed on."""
    hang_share: float = 0.0
    """Never answered while the mood lasts, then cut; the node never hears of it."""
    status_share: float = 0.0
    statuses: tuple[int, ...] = ()
    """Answered with one of these; the node never hears of it."""
    cut_share: float = 0.0
    """Passed on, and the answer cut in the middle."""
    lost_share: float = 0.0
    """Passed on, and the connection closed without an answer."""
    late_share: float = 0.0
    """Bulk requests whose connection is cut, and which reach the node seconds later, when newer ones may have been written."""
    item_share: float = 0.0
    item_statuses: tuple[int, ...] = (429, 503)
    """Single items of a bulk request answered so, the others passed on."""


CALM = Mood()
_LATE_SECONDS = (0.5, 3.0)
Ask = Callable[[Message], Coroutine[Any, Any, Message]]
INJECTED = ("hung", "refused", "lost", "cut", "late", "refused items", "broken connection")
"""What is counted where the proxy, or the node behind it, did not do what it was asked."""


class FaultProxy:
    """Passes HTTP on to `upstream` (``http://host:port``) as far as its mood lets it. A context manager.

    `poison`: documents that hold these bytes are refused with 400 for as long as they are set. `checks_versions=False` takes the
    version off every bulk item: for showing that the run notices, sooner where `late_share` lets that many come late in any mood.
    """

    def __init__(self, upstream: str, *, seed: int, checks_versions: bool = True, late_share: float = 0.0) -> None:
        split = urlsplit(upstream)
        self._upstream = (str(split.hostname), int(split.port or 9200))
        self._chance = chance_of(seed, "proxy")
        self._checks_versions = checks_versions
        self._late_share = late_share
        self._mood = CALM
        self._mood_changed = asyncio.Event()
        self._connections: set[asyncio.StreamWriter] = set()
        self._late: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)
        # Bound and never listening: while the proxy refuses, nobody else gets its port, and who connects is refused.
        self._placeholder = _bound_socket(0)
        self.port: int = self._placeholder.getsockname()[1]
        self.poison: bytes | None = None
        self.struck: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mood(self) -> Mood:
        return self._mood

    @property
    def undelivered(self) -> int:
        """How many late requests are still to come."""
        return len(self._late)

    def __enter__(self) -> Self:
        self._thread.start()
        self._wait_for(self._listen())
        return self

    def __exit__(self, *_error: object) -> None:
        self._wait_for(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()
        self._placeholder.close()

    def set_mood(self, mood: Mood) -> None:
        """Change what happens to requests from now on; returns when it is so."""
        self._wait_for(self._change(mood))

    def _wait_for(self, step: Any) -> None:
        asyncio.run_coroutine_threadsafe(step, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=_bound_socket(self.port))

    async def _change(self, mood: Mood) -> None:
        self._mood = mood
        self._mood_changed.set()
        self._mood_changed = asyncio.Event()
        if mood.refuses and self._server is not None:
            self._server.close()
            self._server = None
            self._cut_everything()
        elif not mood.refuses and self._server is None:
            await self._listen()

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        self._cut_everything()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _cut_everything(self) -> None:
        for writer in self._connections:
            _cut(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        try:
            while (request := await read_message(reader)) is not None:
                if upstream is None:
                    upstream = await asyncio.open_connection(*self._upstream)
                if not await self._answer(request, writer, *upstream):
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            self.struck["broken connection"] += 1
        finally:
            self._connections.discard(writer)
            for one in (writer, upstream[1] if upstream else None):
                if one is not None:
                    _cut(one)

    async def _answer(
        self,
        request: Message,
        writer: asyncio.StreamWriter,
        node_reader: asyncio.StreamReader,
        node_writer: asyncio.StreamWriter,
    ) -> bool:
        """Answer one request; False where the connection must end."""
        mood = self._mood
        self.struck["requests"] += 1
        await self._wait(self._chance.uniform(*mood.delay_seconds))
        if self._strikes(mood.hang_share, "hung"):
            await self._wait(60)
            return False
        if _is_bulk(request) and self._strikes(max(mood.late_share, self._late_share), "late"):
            task = asyncio.create_task(self._deliver_late(request))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return False
        if self._strikes(mood.status_share, "refused"):
            status = self._chance.choice(mood.statuses)
            writer.write(
                answer(status, b'{"error":{"type":"injected","reason":"injected"},"status":%d}' % status).encode()
            )
            await writer.drain()
            return True

        ask = _asking(node_reader, node_writer)
        found = await (self._bulk(request, ask, mood) if _is_bulk(request) else ask(_plain(request)))
        if self._strikes(mood.lost_share, "lost"):
            return False
        sent = found.encode(is_head_answer=request.method == "HEAD")
        if self._strikes(mood.cut_share, "cut"):
            writer.write(sent[: len(sent) * 2 // 3])
            await writer.drain()
            return False
        writer.write(sent)
        await writer.drain()
        return True

    async def _deliver_late(self, request: Message) -> None:
        """As a packet that took another way, or a node that was busy: what it says has long been sent again, and perhaps changed since."""
        await asyncio.sleep(self._chance.uniform(*_LATE_SECONDS))
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection(*self._upstream)
            try:
                await self._bulk(request, _asking(reader, writer), CALM)
            finally:
                _cut(writer)

    async def _bulk(self, request: Message, ask: Ask, mood: Mood) -> Message:
        plain = _plain(request)
        items = bulk.parse(plain.body)
        statuses = [self._refusal(item, mood) for item in items]
        passed = [item for item, status in zip(items, statuses, strict=True) if status is None]
        self.struck["items"] += len(items)
        if not self._checks_versions:
            passed = [bulk.without_version(item) for item in passed]
        elif len(passed) == len(items):
            return await ask(plain)
        found: Message = await ask(plain.with_body(bulk.encode(passed))) if passed else answer(200, b"")
        if found.status >= 300:
            return found
        return found.with_body(bulk.merge(items, statuses, found.body if passed else None))

    def _refusal(self, item: bulk.Item, mood: Mood) -> int | None:
        if self.poison is not None and item.source is not None and self.poison in item.source:
            self.struck["poisoned items"] += 1
            return 400
        if self._strikes(mood.item_share, "refused items"):
            return self._chance.choice(mood.item_statuses)
        return None

    def _strikes(self, share: float, what: str) -> bool:
        if share and self._chance.random() < share:
            self.struck[what] += 1
            return True
        return False

    async def _wait(self, seconds: float) -> None:
        """Wait, but no longer than the mood lasts."""
        if seconds > 0:
            try:
                await asyncio.wait_for(self._mood_changed.wait(), seconds)
            except TimeoutError:
                return


def _asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Ask:
    """Asks the node over this connection."""

    async def ask(message: Message) -> Message:
        writer.write(message.encode())
        await writer.drain()
        found = await read_message(reader, is_head_answer=message.method == "HEAD")
        if found is None:
            raise ConnectionResetError("the node ended the connection")
        return found

    return ask


def _is_bulk(request: Message) -> bool:
    return request.method in {"POST", "PUT"} and urlsplit(request.target).path.endswith("/_bulk")


def _plain(request: Message) -> Message:
    """The request without compression either way, so that its parts can be looked at."""
    body = gzip.decompress(request.body) if request.header("content-encoding") == "gzip" else request.body
    kept = tuple(pair for pair in request.headers if pair[0].lower() not in {"accept-encoding", "content-encoding"})
    return Message(request.start, kept, body)


def _bound_socket(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound


def _cut(writer: asyncio.StreamWriter) -> None:
    """End a connection at once, without a word of farewell."""
    if not writer.is_closing():
        writer.transport.abort()
