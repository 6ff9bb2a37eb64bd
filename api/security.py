"""Who asks: a bearer token for machines, a cookie for people's browsers, and for forms a proof that our own page sent them."""

import hashlib
import hmac
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Request

from api.runtime import Runtime
from market.kernel.actor import ANONYMOUS, Actor
from market.kernel.errors import Forbidden, Unauthenticated
from market.parties import signin

COOKIE = "techmarket_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def bearer_token(request: Request) -> str | None:
    """The token of an `Authorization: Bearer …` header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def session_token(request: Request) -> str | None:
    """The token this request may use.

    The JSON API takes the cookie for reading only: a foreign page could make a browser send it along with a write, and the API has no
    form proof to check.
    """
    token = bearer_token(request)
    if token is not None:
        return token
    if request.url.path.startswith("/v1/") and request.method not in SAFE_METHODS:
        return None
    return request.cookies.get(COOKIE)


def actor_of_request(request: Request, runtime: Runtime) -> Actor:
    """The signed-in actor, or the anonymous visitor. A bearer token that is not (or no longer) valid is refused, not ignored."""
    token = session_token(request)
    if token is None:
        return ANONYMOUS
    idle = timedelta(minutes=runtime.settings.session_idle_minutes)
    with runtime.database.reading() as session:
        actor = signin.resolve_actor(session, token, clock=runtime.clock, idle=idle)
        needs_touch = actor is not None and signin.needs_touch(session, token, clock=runtime.clock)
    if actor is None:
        if bearer_token(request) is not None:
            raise Unauthenticated("token_invalid", "登录已失效,请重新登录。")
        return ANONYMOUS
    if needs_touch:
        with runtime.database.writing() as session:
            signin.touch(session, token, clock=runtime.clock)
    return actor


def form_proof(token: str) -> str:
    """What a form must carry to be accepted under this sign-in; worthless without the cookie, underivable without the token."""
    return hmac.new(token.encode(), b"techmarket form", hashlib.sha256).hexdigest()


def check_form_proof(request: Request, proof: str) -> None:
    """Raise `Forbidden` unless the form was made for this sign-in."""
    token = request.cookies.get(COOKIE, "")
    if not token or not hmac.compare_digest(form_proof(token).encode(), proof.encode("utf-8", "surrogatepass")):
        raise Forbidden("form_expired", "页面已过期,请返回刷新后重新提交。")


def check_own_origin(request: Request) -> None:
    """Raise `Forbidden` where a browser says that another site's page sent the form: for the sign-in, which has no proof to check yet.

    Otherwise a foreign page could sign its visitors in as somebody else, who would then read what they enter.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    hosts = {request.headers.get("host"), request.headers.get("x-forwarded-host")}
    is_foreign = site not in {"same-origin", "none"} if site else bool(origin) and urlsplit(origin).netloc not in hosts
    if is_foreign:
        raise Forbidden("foreign_form", "登录请求不是从本站页面发出的,请打开本站的登录页面重新登录。")


def client_address(request: Request) -> str:
    """The address that limits count by."""
    return request.client.host if request.client else "unknown"
