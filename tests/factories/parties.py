"""Parties, users and brokers for tests: plain rows, counted through, flushed and not committed."""

from functools import cache
from itertools import count
from typing import Any

from sqlmodel import Session
from stdnum.cn import uscc

from market.kernel.actor import Actor, Role
from market.kernel.clock import Clock
from market.parties.models import Broker, Party, PartyKind, User
from market.parties.passwords import hash_password

PASSWORD = "correct horse battery"

_number = count(1)


@cache
def password_hash() -> str:
    """The hash of `PASSWORD`, made once for all tests."""
    return hash_password(PASSWORD)


def make_credit_code(number: int) -> str:
    """A valid code of an invented organisation registered in Yinchuan."""
    body = f"91640100DEM{number:06d}"
    return body + uscc.calc_check_digit(body)


def make_party(session: Session, clock: Clock, **overrides: Any) -> Party:
    number = next(_number)
    values: dict[str, Any] = {
        "kind": PartyKind.ENTERPRISE,
        "name": f"示范企业{number}(演示)",
        "credit_code": make_credit_code(number),
        "party_type_code": "150",
        "region_code": "640104",
    }
    party = Party(**values | overrides, created_at=clock.now(), updated_at=clock.now())
    session.add(party)
    session.flush()
    return party


def make_user(session: Session, clock: Clock, **overrides: Any) -> User:
    """A user of an enterprise, unless the role says otherwise; signs in with `PASSWORD`."""
    number, role = next(_number), overrides.get("role", Role.ENTERPRISE)
    values: dict[str, Any] = {
        "login": f"user{number}",
        "password_hash": password_hash(),
        "display_name": f"演示用户{number}",
        "role": role,
    }
    if role in (Role.ENTERPRISE, Role.INSTITUTE) and "party_id" not in overrides:
        values["party_id"] = make_party(session, clock).id
    if role is Role.OFFICIAL:
        values["office_code"] = "640101"
    user = User(**values | overrides, created_at=clock.now(), updated_at=clock.now())
    session.add(user)
    session.flush()
    return user


def make_broker(session: Session, clock: Clock, **overrides: Any) -> Broker:
    user = None if "user_id" in overrides else make_user(session, clock, role=Role.BROKER)
    values: dict[str, Any] = {
        "name": f"演示经理人{next(_number)}",
        "qualification_code": "intermediate",
        "field_codes": ["05", "09"],
    }
    if user is not None:
        values["user_id"] = user.id
    broker = Broker(**values | overrides, created_at=clock.now(), updated_at=clock.now())
    session.add(broker)
    session.flush()
    return broker


def actor_of(user: User, broker: Broker | None = None) -> Actor:
    """The actor whom the user is after signing in."""
    return Actor(
        user_id=user.id,
        role=user.role,
        party_id=user.party_id,
        office_code=user.office_code,
        broker_id=broker.id if broker else None,
        name=user.display_name,
    )
