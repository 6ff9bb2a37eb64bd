"""One request, one transaction: opened here, committed before the answer leaves, rolled back on any error.

A dependency with `yield` would commit after the response object is made but could not store that response; the route class sees
both, so an Idempotency-Key is claimed, and its answer stored, in the very transaction of the change.
"""

import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from sqlmodel import Session

from api.runtime import Runtime, runtime_of
from api.security import actor_of_request
from market.kernel import idempotency
from market.kernel.actor import ANONYMOUS, Actor
from market.kernel.errors import invalid_field

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_KEPT_HEADERS = ("content-type", "location", "etag")
_MAX_KEY_LENGTH = 255
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
        self.actor: Actor = ANONYMOUS

    @property
    def session(self) -> Session:
        if self._session is None:
            database = self._runtime.database
            self._session = database.read_session() if self._read_only else database.write_session()
        return self._session

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

    def finish(self, response: Response) -> None:
        """Commit what succeeded, with the answer where a key asked for it; roll back the rest."""
        if self._session is None:
            return
        try:
            if self._read_only or response.status_code >= _BAD_REQUEST:
                self._session.rollback()
                return
            if self._record is not None:
                self._record.status = response.status_code
                self._record.headers = json.dumps({k: v for k, v in response.headers.items() if k in _KEPT_HEADERS})
                self._record.body = bytes(response.body)
            self._session.commit()
        finally:
            self._session.close()

    def abandon(self) -> None:
        """Undo everything."""
        if self._session is not None:
            self._session.close()


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

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def transactional(request: Request) -> Response:
            unit = UnitOfWork(runtime_of(request), read_only=request.method in SAFE_METHODS)
            request.state.unit = unit
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
                await run_in_threadpool(unit.finish, response)
            except BaseException:
                await run_in_threadpool(unit.abandon)
                raise
            return response

        return transactional
