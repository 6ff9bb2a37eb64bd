"""One request, one transaction: opened here, committed before the answer leaves, rolled back on any error.

A dependency with `yield` would commit after the response object is made but could not store that response; the route class sees
both, so an Idempotency-Key is claimed, and its answer stored, in the very transaction of the change. The handler, the writing of its
answer as JSON and the end of the transaction share one trip to a worker thread; FastAPI alone would take a trip for each.
"""

import functools
import hashlib
import inspect
import json
import logging
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from api.runtime import Runtime, runtime_of
from api.security import actor_of_request
from market.kernel import idempotency
from market.kernel.actor import ANONYMOUS, Actor
from market.kernel.errors import invalid_field

log = logging.getLogger("techmarket.database")
T = TypeVar("T")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_KEPT_HEADERS = ("content-type", "location", "etag")
_MAX_KEY_LENGTH = 255
_OK = 200
_BAD_REQUEST = 400
# Signing in answers with a token, which must not be kept, and writes in a transaction of its own, which would wait for the claim.
_KEYLESS_PATHS = frozenset({"/v1/sessions", "/sign-in"})


class UnitOfWork:
    """The session and the actor of one request. The session opens at first use."""

    def __init__(self, runtime: Runtime, *, read_only: bool) -> None:
        self._runtime = runtime
        self._read_only = read_only
        self._session: Session | None = None
        self._record: idempotency.IdempotencyRecord | None = None
        self._is_given_up = False
        self.actor: Actor = ANONYMOUS

    @property
    def session(self) -> Session:
        if self._session is None:
            database = self._runtime.database
            self._session = database.read_session() if self._read_only else database.write_session()
        return self._session

    def read_nearby(self, read: Callable[[Session], T], is_current: Callable[[T, Session], bool]) -> T:
        """What `read` finds on the read replica; on the primary without one, while it is down, or where `is_current` says no.

        `is_current` gets what was found and the replica's session. `read` returns values, no rows: the replica's session is then closed.
        """
        replica = self._runtime.replica
        if replica is None:
            return read(self.session)
        if replica.watch.is_up:
            try:
                with replica.database.reading() as session:
                    found = read(session)
                    if is_current(found, session):
                        self._runtime.metrics.reads.labels("replica").inc()
                        return found
            except (DBAPIError, PoolTimeoutError) as error:
                log.warning("the replica does not answer: %s", type(error).__name__)
        self._runtime.metrics.reads.labels("primary").inc()
        return read(self.session)

    @property
    def is_open(self) -> bool:
        """Whether there is a transaction to end."""
        return self._session is not None

    def identify(self, request: Request) -> None:
        self.actor = actor_of_request(request, self._runtime)

    def claim(self, request: Request, key: str, body: bytes) -> Response | None:
        """Claim the key for this request; returns the kept answer where it was executed before."""
        if not 1 <= len(key) <= _MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
            raise invalid_field(
                "Idempotency-Key", "Idempotency-Key 格式不正确。", "请使用 1 至 255 个可见 ASCII 字符。"
            )
        if self.actor.user_id is None:
            return None
        target = f"{request.url.path}?{request.url.query}"
        request_hash = hashlib.sha256(f"{target}\n".encode() + _without_passwords(body)).hexdigest()
        route = f"{request.method} {request.url.path}"[:200]
        record = idempotency.begin(self.session, self.actor.user_id, route, key, request_hash, self._runtime.clock)
        if record.status is None:
            self._record = record
            return None
        headers = json.loads(record.headers) | {"Idempotent-Replayed": "true"}
        return Response(record.body, status_code=record.status, headers=headers)

    def give_up(self) -> None:
        """The request has been answered 503 meanwhile: what is not committed by now shall have no effect. From any thread."""
        self._is_given_up = True

    def finish(self, response: Response) -> None:
        """Commit what succeeded, with the answer where a key asked for it; roll back the rest."""
        if self._session is None:
            return
        try:
            if self._read_only or response.status_code >= _BAD_REQUEST or self._is_given_up:
                return
            if self._record is not None:
                self._record.status = response.status_code
                self._record.headers = json.dumps({k: v for k, v in response.headers.items() if k in _KEPT_HEADERS})
                self._record.body = bytes(response.body)
            self._session.commit()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Undo everything that is not committed."""
        if self._session is not None:
            session, self._session = self._session, None
            session.close()


_current: ContextVar[UnitOfWork] = ContextVar("unit_of_work")


def _without_passwords(body: bytes) -> bytes:
    """The body as it is hashed: even a digest of a password would let a reader of the table try passwords out.

    A body that cannot be read stays as it is: it will be refused, and its claim with it.
    """
    may_name_one = b"password" in body.lower() or b"\\u" in body  # JSON may spell any letter as an escape
    if not may_name_one:
        return body
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(fields, dict):
        return body
    kept = {name: value for name, value in fields.items() if "password" not in name.lower()}
    return json.dumps(kept, sort_keys=True).encode()


class UnitOfWorkRoute(APIRoute):
    """The route class of every router that touches the database."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        is_plain = not inspect.iscoroutinefunction(endpoint) and not inspect.isgeneratorfunction(endpoint)
        super().__init__(path, self._in_one_trip(endpoint) if is_plain else endpoint, **options)
        # What a dependency writes into the response never reaches the handler, so FastAPI has to put the answer together.
        self._may_render = isinstance(self.response_class, DefaultPlaceholder) and not any(
            _writes_response(dependency) for dependency in self.dependant.dependencies
        )

    def _in_one_trip(self, endpoint: Callable[..., Any]) -> Callable[..., Any]:
        """The handler, and after it, in the same thread, its answer written and its transaction ended."""

        @functools.wraps(endpoint)
        def handle(**arguments: Any) -> Any:
            answer = endpoint(**arguments)
            response = self._rendered(answer, arguments)
            if response is None:
                return answer
            _current.get().finish(response)
            return response

        return handle

    def _rendered(self, answer: Any, arguments: dict[str, Any]) -> Response | None:
        """The answer as JSON if it is an instance of the very model that is promised; None leaves it to FastAPI, which checks it."""
        if isinstance(answer, Response):
            return answer
        if not self._may_render or self.response_field is None or type(answer) is not self.response_model:
            return None
        written = next((value for value in arguments.values() if isinstance(value, Response)), None)
        status = (written.status_code if written is not None else None) or self.status_code or _OK
        response = Response(
            self.response_field.serialize_json(answer), status_code=status, media_type="application/json"
        )
        if written is not None:
            response.headers.raw.extend(written.headers.raw)
        return response

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def transactional(request: Request) -> Response:
            unit = UnitOfWork(runtime_of(request), read_only=request.method in SAFE_METHODS)
            request.state.unit = unit
            _current.set(unit)
            try:
                if "authorization" in request.headers or "cookie" in request.headers:
                    await run_in_threadpool(unit.identify, request)
                takes_key = request.method == "POST" and request.url.path not in _KEYLESS_PATHS
                key = request.headers.get("idempotency-key") if takes_key else None
                if key is not None:
                    kept = await run_in_threadpool(unit.claim, request, key, await request.body())
                    if kept is not None:
                        await run_in_threadpool(unit.abandon)
                        return kept
                response = await handler(request)
                if unit.is_open:
                    await run_in_threadpool(unit.finish, response)
            except BaseException:
                if unit.is_open:
                    await run_in_threadpool(unit.abandon)
                raise
            return response

        return transactional


def _writes_response(dependant: Dependant) -> bool:
    return dependant.response_param_name is not None or any(
        _writes_response(dependency) for dependency in dependant.dependencies
    )
