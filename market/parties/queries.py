"""Every SELECT on parties, users, sign-ins and brokers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from market.deals.models import Deal, DealStatus
from market.kernel.db import get_row
from market.kernel.paging import Page, PageRequest
from market.matches.models import Match, MatchStatus
from market.parties.models import Broker, Party, PartyKind, SignIn, User
from market.parties.schemas import PartyFilter
from market.reference.lists import regions_within

PARTY_NOUN, USER_NOUN, BROKER_NOUN = "机构", "用户", "技术经理人"

_OPEN_MATCHES = (MatchStatus.SUGGESTED, MatchStatus.INTERESTED, MatchStatus.CONSENTED)
_CLOSED_DEALS = (DealStatus.AGREED, DealStatus.CLOSED)

# Asked at every request: to write such a statement anew takes twice as long as to ask it.
_SIGN_IN_OF_TOKEN = select(SignIn).where(col(SignIn.token_hash) == sa.bindparam("token_hash"))
_SIGNED_IN = (
    select(SignIn, User, Broker.id)
    .join(User, col(User.id) == col(SignIn.user_id))
    .join(Broker, sa.and_(col(Broker.user_id) == col(User.id), col(Broker.is_active)), isouter=True)
    .where(col(SignIn.token_hash) == sa.bindparam("token_hash"))
)


def get_party(session: Session, party_id: UUID) -> Party:
    """The party; raises `NotFound`."""
    return get_row(session, Party, party_id, PARTY_NOUN)


def find_party_by_credit_code(session: Session, credit_code: str) -> Party | None:
    """The party with this code, which is taken as it is stored: checked, in capitals, without blanks."""
    return session.exec(select(Party).where(col(Party.credit_code) == credit_code)).one_or_none()


def find_party_by_name(session: Session, name: str) -> Party | None:
    """The oldest party of exactly this name; names need not be unique."""
    return session.exec(select(Party).where(col(Party.name) == name).order_by(col(Party.id)).limit(1)).first()


def list_parties(session: Session, criteria: PartyFilter, request: PageRequest) -> Page[Party]:
    """Parties by name."""
    statement = select(Party)
    if criteria.q is not None:
        is_code = col(Party.credit_code) == criteria.q.upper()
        statement = statement.where(sa.or_(col(Party.name).contains(criteria.q, autoescape=True), is_code))
    if criteria.kind is not None:
        statement = statement.where(col(Party.kind) == criteria.kind)
    if criteria.region_code is not None:
        statement = statement.where(col(Party.region_code).in_(regions_within(criteria.region_code)))
    if not criteria.with_persons:
        statement = statement.where(col(Party.kind) != PartyKind.NATURAL_PERSON)
    return _page(session, statement, (col(Party.name), col(Party.id)), request)


def parties_by_ids(session: Session, ids: Collection[UUID]) -> dict[UUID, Party]:
    """The parties of these ids, in one query; unknown ids are left out."""
    return {party.id: party for party in session.exec(select(Party).where(col(Party.id).in_(ids)))} if ids else {}


def party_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of these parties, in one query."""
    return dict(session.exec(select(Party.id, Party.name).where(col(Party.id).in_(ids))).all()) if ids else {}


def user_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """The display names of these users, in one query; for signed-in readers only."""
    return dict(session.exec(select(User.id, User.display_name).where(col(User.id).in_(ids))).all()) if ids else {}


def broker_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of these brokers, in one query."""
    return dict(session.exec(select(Broker.id, Broker.name).where(col(Broker.id).in_(ids))).all()) if ids else {}


def get_user(session: Session, user_id: UUID) -> User:
    """The user; raises `NotFound`."""
    return get_row(session, User, user_id, USER_NOUN)


def find_user_by_login(session: Session, login: str) -> User | None:
    """The user who signs in under this name, which is stored in lower case."""
    return session.exec(select(User).where(col(User.login) == login)).one_or_none()


def lock_user_by_login(session: Session, login: str) -> User | None:
    """As `find_user_by_login`, locked and read afresh: parallel guesses must count one after the other."""
    statement = select(User).where(col(User.login) == login).with_for_update()
    return session.exec(statement.execution_options(populate_existing=True)).one_or_none()


def list_users(session: Session, request: PageRequest) -> Page[User]:
    """Users by sign-in name."""
    return _page(session, select(User), (col(User.login),), request)


def users_of_party(session: Session, party_id: UUID) -> list[User]:
    """The active users who act for the party, by sign-in name."""
    statement = select(User).where(col(User.party_id) == party_id, col(User.is_active)).order_by(col(User.login))
    return list(session.exec(statement).all())


def sign_in_of_token(session: Session, token_hash: str) -> SignIn | None:
    """The sign-in that the token belongs to, whether it still holds or not."""
    return session.exec(_SIGN_IN_OF_TOKEN, params={"token_hash": token_hash}).one_or_none()


def signed_in(session: Session, token_hash: str) -> tuple[SignIn, User, UUID | None] | None:
    """The sign-in, its user and the id of the user's broker profile, in one query."""
    row = session.exec(_SIGNED_IN, params={"token_hash": token_hash}).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def open_sign_ins(session: Session, user_id: UUID) -> list[SignIn]:
    """The user's sign-ins that nobody has ended."""
    statement = select(SignIn).where(col(SignIn.user_id) == user_id, col(SignIn.revoked_at).is_(None))
    return list(session.exec(statement).all())


def sign_ins_expired_before(session: Session, instant: datetime, limit: int) -> list[SignIn]:
    """Sign-ins whose lifetime ended before the instant, the oldest first."""
    statement = select(SignIn).where(col(SignIn.expires_at) < instant).order_by(col(SignIn.expires_at)).limit(limit)
    return list(session.exec(statement).all())


def get_broker(session: Session, broker_id: UUID) -> Broker:
    """The broker; raises `NotFound`."""
    return get_row(session, Broker, broker_id, BROKER_NOUN)


def broker_of_user(session: Session, user_id: UUID) -> Broker | None:
    """The user's broker profile, if there is one."""
    return session.exec(select(Broker).where(col(Broker.user_id) == user_id)).one_or_none()


def list_brokers(
    session: Session, request: PageRequest, field_code: str | None = None, *, with_inactive: bool = False
) -> Page[Broker]:
    """Active brokers by name; of one technology field, if given."""
    statement = select(Broker)
    if not with_inactive:
        statement = statement.where(col(Broker.is_active))
    if field_code is not None:
        # The quotes around a code make the text of a JSON list searchable in the same way on both databases.
        codes = sa.cast(col(Broker.field_codes), sa.Text)
        statement = statement.where(codes.contains(f'"{field_code}"', autoescape=True))
    return _page(session, statement, (col(Broker.name), col(Broker.id)), request)


def broker_load(session: Session, broker_id: UUID) -> int:
    """How many open matches and deals the broker looks after."""
    return broker_loads(session, [broker_id])[broker_id]


def broker_loads(session: Session, ids: Collection[UUID]) -> dict[UUID, int]:
    """The load of each of these brokers; a match that has become a deal counts as the deal."""
    matches = (
        select(Match.broker_id, func.count())
        .where(col(Match.broker_id).in_(ids), col(Match.status).in_(_OPEN_MATCHES))
        .group_by(col(Match.broker_id))
    )
    deals = (
        select(Deal.broker_id, func.count())
        .where(col(Deal.broker_id).in_(ids), col(Deal.status).not_in(_CLOSED_DEALS))
        .group_by(col(Deal.broker_id))
    )
    loads = dict.fromkeys(ids, 0)
    for broker_id, count in (*session.exec(matches).all(), *session.exec(deals).all()):
        if broker_id is not None:
            loads[broker_id] += count
    return loads


def _page(session: Session, statement: Any, order: tuple[Any, ...], request: PageRequest) -> Page[Any]:
    total = session.exec(select(func.count()).select_from(statement.subquery())).one()
    rows = session.exec(statement.order_by(*order).offset(request.offset).limit(request.size)).all()
    return Page(items=list(rows), page=request.page, size=request.size, total=total)
