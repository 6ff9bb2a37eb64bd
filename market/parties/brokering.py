"""The use-cases of broker profiles (技术经理人): qualification, fields, load."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.kernel import audit
from market.kernel.actor import Actor, Permission, Role
from market.kernel.clock import Clock
from market.kernel.db import lock_row
from market.kernel.errors import Conflict, FieldError, Forbidden, invalid_field
from market.kernel.paging import Page, PageRequest
from market.parties import queries, rules
from market.parties.models import Broker
from market.parties.schemas import OWN_BROKER_FIELDS, BrokerDraft, BrokerEdit, BrokerView
from market.reference.lists import code_list

_CODES = {"field_codes": "technology_fields", "industry_codes": "industries", "region_codes": "regions"}


def create_broker(session: Session, actor: Actor, command: BrokerDraft, *, clock: Clock) -> Broker:
    """Give a user in the role of broker a profile; one user, one profile."""
    actor.require(Permission.MANAGE_PARTIES)
    user = queries.get_user(session, command.user_id)
    if user.role is not Role.BROKER:
        raise invalid_field(
            "user_id", "该用户的角色不是技术经理人。", "请先由管理员把角色改为 broker。", "not_a_broker"
        )
    if queries.broker_of_user(session, user.id) is not None:
        raise Conflict("broker_exists", "该用户已有技术经理人档案,请直接修改。")
    values = command.model_dump() | {"name": command.name or user.display_name}
    values["party_id"] = command.party_id or user.party_id
    _check(session, values)
    now = clock.now()
    broker = Broker(**_with_lists(values), created_at=now, updated_at=now)
    session.add(broker)
    audit.record(session, actor, "broker.created", broker.id, clock, {"user_id": user.id})
    return broker


def edit_broker(
    session: Session,
    actor: Actor,
    broker_id: UUID,
    command: BrokerEdit,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Broker:
    """Change the given fields. Brokers may change their fields, regions and load, the administration everything."""
    changes = command.model_dump(exclude_unset=True)
    _check_may_edit(actor, broker_id, frozenset(changes))
    broker = lock_row(session, Broker, broker_id, queries.BROKER_NOUN, expected_version=expected_version)
    _check(session, changes)
    values = _with_lists(changes)
    changed = sorted(name for name, value in values.items() if getattr(broker, name) != value)
    for name in changed:
        setattr(broker, name, values[name])
    if changed:
        broker.updated_at = clock.now()
        session.add(broker)
        audit.record(session, actor, "broker.edited", broker.id, clock, {"fields": changed})
    return broker


def broker_view(session: Session, broker_id: UUID, *, on: date) -> BrokerView:
    """One broker with the present load; whether the certificate holds is judged on this day."""
    return broker_views(session, [queries.get_broker(session, broker_id)], on=on)[0]


def find_brokers(
    session: Session, request: PageRequest, field_code: str | None = None, *, on: date
) -> Page[BrokerView]:
    """Active brokers by name, of one technology field if given, with their loads."""
    if field_code is not None:
        code_list("technology_fields").require(field_code, "field_code")
    page = queries.list_brokers(session, request, field_code)
    return Page(items=broker_views(session, page.items, on=on), page=page.page, size=page.size, total=page.total)


def broker_views(session: Session, brokers: Sequence[Broker], *, on: date) -> list[BrokerView]:
    """The brokers in the given order, with their loads and the names of their parties, in three queries."""
    loads = queries.broker_loads(session, [broker.id for broker in brokers])
    names = queries.party_names(session, {broker.party_id for broker in brokers if broker.party_id is not None})
    grades = code_list("broker_qualifications")
    return [
        BrokerView(
            **broker.model_dump(include=BrokerView.model_fields.keys() & Broker.model_fields.keys()),
            party_name="" if broker.party_id is None else names.get(broker.party_id, ""),
            qualification=grades.label(broker.qualification_code),
            is_qualified=rules.is_qualified(broker.qualified_until, on),
            load=loads[broker.id],
        )
        for broker in brokers
    ]


def _check_may_edit(actor: Actor, broker_id: UUID, fields: frozenset[str]) -> None:
    if actor.may(Permission.MANAGE_PARTIES):
        return
    if actor.broker_id != broker_id:
        actor.require(Permission.MANAGE_PARTIES)
    locked = sorted(fields - OWN_BROKER_FIELDS)
    if locked:
        raise Forbidden(
            "field_not_editable",
            "姓名、资格和所属机构须由管理部门更改,您可以更改服务领域、行业、地区和承接上限。",
            [FieldError(name, "此项不能自行更改。", "请联系管理部门。") for name in locked],
        )


def _check(session: Session, values: dict[str, Any]) -> None:
    if "qualification_code" in values:
        code_list("broker_qualifications").require(values["qualification_code"], "qualification_code")
    for field, name in _CODES.items():
        for position, code in enumerate(values.get(field, ())):
            code_list(name).require(code, f"{field}.{position}")
    party_id = values.get("party_id")
    if party_id is not None and not queries.party_names(session, [party_id]):
        raise invalid_field("party_id", "没有这个机构。", "请先登记机构,再填写其编号。", "unknown_party")


def _with_lists(values: dict[str, Any]) -> dict[str, Any]:
    """The values as the table holds them: JSON columns give lists back, so they are compared with lists."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
