"""Signing in and out: revocable bearer tokens with an idle limit and a lifetime, of which only the SHA-256 is kept."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlmodel import Session

from market.kernel import audit
from market.kernel.actor import ANONYMOUS, Actor, Role
from market.kernel.clock import Clock
from market.kernel.errors import DomainError, TooManyAttempts, Unauthenticated
from market.parties import passwords, queries, rules
from market.parties.models import SignIn, User
from market.parties.schemas import SignInCommand

TokenSource = Callable[[], str]

_TOKEN_BYTES = 32
_KEEP_EXPIRED = timedelta(days=30)
_PURGE_BATCH = 1_000


def random_token() -> str:
    """A bearer token of 256 random bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


@dataclass(frozen=True)
class SignInResult:
    """Either a token, shown this once, with its user, or the error. Commit in both cases: failed attempts are counted."""

    token: str | None
    user: User | None
    error: DomainError | None


def sign_in(
    session: Session,
    command: SignInCommand,
    *,
    clock: Clock,
    lifetime: timedelta,
    new_token: TokenSource = random_token,
) -> SignInResult:
    """Check the password and open a sign-in.

    After five wrong passwords the account is locked for 15 minutes. An unknown name, a wrong password and a disabled account take
    the same time and give the same error.
    """
    password = command.password.get_secret_value()
    user = queries.lock_user_by_login(session, command.login)
    if user is None:
        passwords.verify_nothing(password)
        return _refusal()
    now = clock.now()
    if rules.is_locked(user.locked_until, now):
        return SignInResult(None, None, _locked(user, now))
    if not passwords.verify_password(user.password_hash, password):
        return _count_failure(session, user, clock)
    if not user.is_active:
        return _refusal()
    _forget_failures(user, password)
    token = new_token()
    session.add(
        SignIn(
            user_id=user.id,
            token_hash=_digest(token),
            created_at=now,
            last_used_at=now,
            expires_at=now + lifetime,
        )
    )
    audit.record(session, _as_actor(user), "user.signed_in", user.id, clock)
    return SignInResult(token, user, None)


def resolve_actor(session: Session, token: str, *, clock: Clock, idle: timedelta) -> Actor | None:
    """The actor whom the token stands for; None where it is unknown, ended, expired or idle for too long. Only reads."""
    found = queries.signed_in(session, _digest(token))
    if found is None:
        return None
    entry, user, broker_id = found
    times = rules.SignInTimes(entry.last_used_at, entry.expires_at, entry.revoked_at)
    if not user.is_active or not rules.is_sign_in_valid(times, now=clock.now(), idle=idle):
        return None
    return Actor(
        user_id=user.id,
        role=user.role,
        party_id=user.party_id,
        office_code=user.office_code,
        broker_id=broker_id if user.role is Role.BROKER else None,
        name=user.display_name,
    )


def needs_touch(session: Session, token: str, *, clock: Clock) -> bool:
    """Whether the sign-in's last use should be noted afresh: at most once a minute, so that reading rarely writes."""
    entry = queries.sign_in_of_token(session, _digest(token))
    return entry is not None and clock.now() - entry.last_used_at >= rules.TOUCH_INTERVAL


def touch(session: Session, token: str, *, clock: Clock) -> None:
    """Note that the sign-in is in use; its idle limit counts from now on."""
    entry = queries.sign_in_of_token(session, _digest(token))
    if entry is not None:
        entry.last_used_at = max(entry.last_used_at, clock.now())
        session.add(entry)


def sign_out(session: Session, token: str, *, clock: Clock) -> None:
    """End the sign-in of this token; one that is unknown or over stays as it is."""
    entry = queries.sign_in_of_token(session, _digest(token))
    if entry is None or entry.revoked_at is not None:
        return
    entry.revoked_at = clock.now()
    session.add(entry)
    user = queries.get_user(session, entry.user_id)
    audit.record(session, _as_actor(user), "user.signed_out", user.id, clock)


def end_sign_ins(session: Session, user: User, *, clock: Clock) -> int:
    """End every open sign-in of the user; returns how many."""
    entries = queries.open_sign_ins(session, user.id)
    for entry in entries:
        entry.revoked_at = clock.now()
        session.add(entry)
    return len(entries)


def purge_sign_ins(session: Session, *, clock: Clock) -> int:
    """Delete sign-ins that expired more than 30 days ago, at most a thousand at a time; returns how many."""
    entries = queries.sign_ins_expired_before(session, clock.now() - _KEEP_EXPIRED, _PURGE_BATCH)
    for entry in entries:
        session.delete(entry)
    return len(entries)


def _count_failure(session: Session, user: User, clock: Clock) -> SignInResult:
    user.failed_sign_ins, user.locked_until = rules.after_failure(user.failed_sign_ins, clock.now())
    session.add(user)
    tag = "user.sign_in_failed" if user.locked_until is None else "user.locked"
    audit.record(session, ANONYMOUS, tag, user.id, clock)
    return _refusal()


def _forget_failures(user: User, password: str) -> None:
    if user.failed_sign_ins or user.locked_until is not None:
        user.failed_sign_ins, user.locked_until = 0, None
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)


def _refusal() -> SignInResult:
    return SignInResult(None, None, Unauthenticated("sign_in_failed", "登录名或密码不正确,请核对后重试。"))


def _locked(user: User, now: datetime) -> TooManyAttempts:
    seconds = 0 if user.locked_until is None else ceil((user.locked_until - now).total_seconds())
    detail = f"密码连续输错,账号已暂时锁定,请 {ceil(seconds / 60)} 分钟后再试,或联系管理员重置密码。"
    return TooManyAttempts("account_locked", detail, seconds)


def _as_actor(user: User) -> Actor:
    return Actor(user_id=user.id, role=user.role, party_id=user.party_id, office_code=user.office_code)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
