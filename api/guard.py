"""What surrounds every request: the limit per address, security headers, figures. Plain ASGI, which costs no task of its own."""

import time

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response
from api.runtime import runtime_of
from api.security import client_address
from market.kernel.errors import TooManyAttempts

_UNLIMITED_PATHS = frozenset({"/health", "/ready", "/metrics"})
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
_CREDENTIALS = frozenset({b"authorization", b"cookie"})
_PAGE_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; frame-ancestors 'none'; form-action 'self'"

# The API's own pages come with inline scripts; ReDoc would load a logo from outside, which the policy forbids.
_DOCS_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; frame-ancestors 'none'"
)


class Guard:
    """Wraps the application; refuses with 429 before anything else is done."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request = Request(scope)
        status = 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _protect(request, MutableHeaders(scope=message))
            await send(message)

        answer = _refusal(request) or self._app
        try:
            await answer(scope, receive, send_guarded)
        finally:
            if status:  # without one nothing was answered here; the error handler outside answers
                path = getattr(scope.get("route"), "path", "unmatched")
                runtime_of(request).metrics.observe(scope["method"], path, status, time.perf_counter() - started)


def _refusal(request: Request) -> ASGIApp | None:
    if request.scope["path"] in _UNLIMITED_PATHS:
        return None
    try:
        runtime_of(request).rates.check(client_address(request))
    except TooManyAttempts as error:
        return problem_response(
            request,
            429,
            error.code,
            error.title,
            error.detail,
            headers={"Retry-After": str(error.retry_after_seconds)},
        )
    return None


def _protect(request: Request, headers: MutableHeaders) -> None:
    path = request.scope["path"]
    headers.update(_SECURITY_HEADERS)
    if not path.startswith("/static/") and any(name in _CREDENTIALS for name, _ in request.scope["headers"]):
        headers.setdefault("Cache-Control", "no-store")  # what one person may read is kept for nobody else
    policy = _DOCS_POLICY if path.startswith(("/docs", "/redoc")) else _PAGE_POLICY
    headers.setdefault("Content-Security-Policy", policy)
