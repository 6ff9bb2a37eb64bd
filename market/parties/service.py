"""The use-cases of parties and users. Brokers: brokering.py; signing in and out: signin.py."""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.kernel import audit
from market.kernel.actor import PERMISSIONS, Actor, Permission
from market.kernel.clock import Clock
from market.kernel.db import lock_row
from market.kernel.errors import Conflict, FieldError, Forbidden, NotFound, Unauthenticated, invalid_field
from market.kernel.paging import Page, PageRequest
from market.parties import passwords, queries, rules
from market.parties.brokering import broker_view, broker_views, create_broker, edit_broker, find_brokers
from market.parties.models import Origin, Party, PartyKind, User
from market.parties.schemas import (
    OWN_FIELDS,
    ChangePassword,
    MyView,
    PartyDraft,
    PartyEdit,
    PartyFilter,
    PartyPublicView,
    PartyView,
    UserDraft,
    UserEdit,
    UserView,
)
from market.parties.signin import end_sign_ins
from market.reference.lists import code_list

__all__ = [
    "broker_view",
    "broker_views",
    "change_password",
    "create_broker",
    "create_party",
    "create_user",
    "edit_broker",
    "edit_party",
    "edit_user",
    "find_brokers",
    "find_parties",
    "find_users",
    "set_user_active",
    "view_me",
    "view_party",
    "view_user",
]

# Fields that take a code, and the list it must stand in.
_PARTY_CODES = {
    "party_type_code": "party_types",
    "region_code": "regions",
    "industry_code": "industries",
    "scale": "enterprise_scales",
}
# A change in any of these makes what the user signed in as untrue.
_ENDING_SIGN_INS = frozenset({"role", "party_id", "office_code", "password_hash", "is_active"})


def create_party(
    session: Session, actor: Actor, command: PartyDraft, *, clock: Clock, origin: Origin = Origin.ENTERED
) -> Party:
    """Enter an organisation or person; raises `Conflict` where the credit code is already entered."""
    actor.require(Permission.MANAGE_PARTIES)
    values = command.model_dump()
    _check_party(session, values, party_id=None)
    now = clock.now()
    party = Party(**values, origin=origin, created_at=now, updated_at=now)
    session.add(party)
    audit.record(
        session, actor, "party.created", party.id, clock, {"kind": party.kind, "region_code": party.region_code}
    )
    return party


def edit_party(
    session: Session,
    actor: Actor,
    party_id: UUID,
    command: PartyEdit,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Party:
    """Change the given fields. Its own users may change `OWN_FIELDS`, the administration everything."""
    changes = command.model_dump(exclude_unset=True)
    _check_may_edit(actor, party_id, frozenset(changes))
    party = lock_row(session, Party, party_id, queries.PARTY_NOUN, expected_version=expected_version)
    values = {name: getattr(party, name) for name in PartyDraft.model_fields} | changes
    _check_party(session, values, party_id=party.id)
    changed = _assign(party, values)
    if changed:
        party.updated_at = clock.now()
        session.add(party)
        audit.record(session, actor, "party.edited", party.id, clock, {"fields": changed})
    return party


def view_party(session: Session, actor: Actor, party_id: UUID) -> PartyView | PartyPublicView:
    """The party as the actor may see it; persons are `NotFound` to the public."""
    party = queries.get_party(session, party_id)
    if actor.may(Permission.READ_MEMBER_FIELDS):
        return PartyView.model_validate(party)
    if party.kind is PartyKind.NATURAL_PERSON:
        raise NotFound("not_found", "没有找到这条机构,可能已被撤下或链接有误。")
    return PartyPublicView.model_validate(party)


def find_parties(session: Session, actor: Actor, criteria: PartyFilter, request: PageRequest) -> Page[PartyPublicView]:
    """Parties by name, without contact data; the public sees organisations only."""
    if not actor.may(Permission.READ_MEMBER_FIELDS):
        criteria = criteria.model_copy(update={"with_persons": False})
    page = queries.list_parties(session, criteria, request)
    views = [PartyPublicView.model_validate(party) for party in page.items]
    return Page(items=views, page=page.page, size=page.size, total=page.total)


def view_me(session: Session, actor: Actor) -> MyView:
    """The signed-in user's own account, party and permissions."""
    if actor.user_id is None:
        raise Unauthenticated("sign_in_required", "此操作需要登录后进行。")
    user = queries.get_user(session, actor.user_id)
    party = None if user.party_id is None else queries.get_party(session, user.party_id)
    return MyView(
        user=UserView.model_validate(user),
        party=None if party is None else PartyPublicView.model_validate(party),
        broker_id=actor.broker_id,
        permissions=sorted(PERMISSIONS[user.role]),
    )


def view_user(session: Session, actor: Actor, user_id: UUID) -> UserView:
    """An account, for those who manage them."""
    actor.require(Permission.MANAGE_USERS)
    return UserView.model_validate(queries.get_user(session, user_id))


def find_users(session: Session, actor: Actor, request: PageRequest) -> Page[UserView]:
    """Accounts by sign-in name, for those who manage them."""
    actor.require(Permission.MANAGE_USERS)
    page = queries.list_users(session, request)
    views = [UserView.model_validate(user) for user in page.items]
    return Page(items=views, page=page.page, size=page.size, total=page.total)


def create_user(session: Session, actor: Actor, command: UserDraft, *, clock: Clock) -> User:
    """Open an account; raises `Conflict` where the sign-in name is taken."""
    actor.require(Permission.MANAGE_USERS)
    _check_place(session, command.model_dump(include={"role", "party_id", "office_code"}))
    password = command.password.get_secret_value()
    rules.check_password(password, command.login)
    if queries.find_user_by_login(session, command.login) is not None:
        raise Conflict(
            "login_taken",
            "这个登录名已被使用,请换一个。",
            [FieldError("login", "登录名已被使用。", "请换一个登录名。")],
        )
    now = clock.now()
    user = User(
        **command.model_dump(exclude={"password"}),
        password_hash=passwords.hash_password(password),
        created_at=now,
        updated_at=now,
    )
    session.add(user)
    audit.record(session, actor, "user.created", user.id, clock, {"role": user.role, "party_id": user.party_id})
    return user


def edit_user(
    session: Session,
    actor: Actor,
    user_id: UUID,
    command: UserEdit,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> User:
    """Change the given fields of an account; what touches its rights or its password ends its sign-ins at once."""
    actor.require(Permission.MANAGE_USERS)
    user = lock_row(session, User, user_id, queries.USER_NOUN, expected_version=expected_version)
    changes = command.model_dump(exclude_unset=True, exclude={"password"})
    if user.id == actor.user_id and not changes.keys() <= {"display_name"}:
        raise Conflict("own_account", "不能更改自己的角色或停用自己的账号,请由另一位管理员操作。")
    place = {name: getattr(user, name) for name in ("role", "party_id", "office_code")}
    _check_place(session, place | {name: value for name, value in changes.items() if name in place})
    if "password" in command.model_fields_set:
        password = command.password.get_secret_value()
        rules.check_password(password, user.login)
        changes |= {"password_hash": passwords.hash_password(password), "failed_sign_ins": 0, "locked_until": None}
    changed = _assign(user, changes)
    if changed:
        user.updated_at = clock.now()
        session.add(user)
        if _ENDING_SIGN_INS & set(changed):
            end_sign_ins(session, user, clock=clock)
        audit.record(session, actor, "user.edited", user.id, clock, {"fields": changed})
    return user


def set_user_active(
    session: Session,
    actor: Actor,
    user_id: UUID,
    *,
    is_active: bool,
    clock: Clock,
    expected_version: int | None = None,
) -> User:
    """Open or close an account; closing ends its sign-ins at once."""
    command = UserEdit(is_active=is_active)
    return edit_user(session, actor, user_id, command, clock=clock, expected_version=expected_version)


def change_password(session: Session, actor: Actor, command: ChangePassword, *, clock: Clock) -> User:
    """Give one's own account a new password; every sign-in of it ends, the present one included."""
    if actor.user_id is None:
        raise Unauthenticated("sign_in_required", "此操作需要登录后进行。")
    user = lock_row(session, User, actor.user_id, queries.USER_NOUN)
    if not passwords.verify_password(user.password_hash, command.current_password.get_secret_value()):
        raise invalid_field(
            "current_password", "当前密码不正确。", "请重新输入;忘记密码请联系管理员重置。", "wrong_password"
        )
    password = command.new_password.get_secret_value()
    rules.check_password(password, user.login, field="new_password")
    user.password_hash = passwords.hash_password(password)
    user.updated_at = clock.now()
    session.add(user)
    end_sign_ins(session, user, clock=clock)
    audit.record(session, actor, "user.password_changed", user.id, clock)
    return user


def _check_may_edit(actor: Actor, party_id: UUID, fields: frozenset[str]) -> None:
    if actor.may(Permission.MANAGE_PARTIES):
        return
    if not actor.acts_for(party_id):
        actor.require(Permission.MANAGE_PARTIES)
    locked = sorted(fields - OWN_FIELDS)
    if locked:
        raise Forbidden(
            "field_not_editable",
            "名称、代码、地区等登记信息须由管理部门更改,您可以更改联系方式、地址、行业和规模。",
            [FieldError(name, "此项不能自行更改。", "请联系管理部门。") for name in locked],
        )


def _check_party(session: Session, values: dict[str, Any], party_id: UUID | None) -> None:
    """Raise unless the party's fields fit together and its credit code is its own; puts the code into standard form."""
    for field, name in _PARTY_CODES.items():
        if values[field] is not None:
            code_list(name).require(values[field], field)
    identity = rules.PartyIdentity(
        values["kind"], values["country_code"], values["credit_code"], values["party_type_code"], values["region_code"]
    )
    credit_code = values["credit_code"] = rules.check_identity(identity).credit_code
    if credit_code is None:
        return
    other = queries.find_party_by_credit_code(session, credit_code)
    if other is not None and other.id != party_id:
        message, remedy = "该统一社会信用代码已登记。", "请核对代码,或直接使用已有的机构。"
        raise Conflict("credit_code_taken", message + remedy, [FieldError("credit_code", message, remedy)])


def _check_place(session: Session, place: dict[str, Any]) -> None:
    party_id, office_code = place["party_id"], place["office_code"]
    rules.check_role(place["role"], has_party=party_id is not None, office_code=office_code)
    if office_code is not None:
        code_list("registration_offices").require(office_code, "office_code")
    if party_id is not None and not queries.party_names(session, [party_id]):
        raise invalid_field("party_id", "没有这个机构。", "请先登记机构,再填写其编号。", "unknown_party")


def _assign(row: Party | User, values: dict[str, Any]) -> list[str]:
    """Set what differs; the names of the fields that changed."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    return changed
