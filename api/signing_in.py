"""Signing in, for the JSON API and the pages alike."""

from datetime import timedelta

from api.runtime import Runtime
from market.kernel.errors import Unauthenticated
from market.parties import signin
from market.parties.models import User
from market.parties.schemas import SignInCommand


def sign_in_to_token(runtime: Runtime, command: SignInCommand) -> tuple[str, User]:
    """A new bearer token and its user; raises `Unauthenticated` or `TooManyAttempts`.

    Committed in a transaction of its own, for a failed attempt must be counted although the request fails.
    """
    lifetime = timedelta(hours=runtime.settings.session_hours)
    with runtime.database.writing() as session:
        result = signin.sign_in(session, command, clock=runtime.clock, lifetime=lifetime)
    if result.error is not None:
        raise result.error
    if result.token is None or result.user is None:
        raise Unauthenticated("sign_in_failed", "登录名或密码不正确。")
    return result.token, result.user
