"""A market with a row in every table, made by the use-cases and the factories; and what can be seen of it from outside."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from market.contracts.models import ContractStatus
from market.kernel import audit, columns, idempotency, outbox
from market.kernel.actor import SYSTEM
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.kernel.ids import new_id
from market.kernel.outbox import Subject
from tests.factories.achievements import make_achievement_indicator
from tests.factories.contracts import make_contract
from tests.factories.scenes import make_scene, make_token

UNTOUCHED_BY_A_RESTORE = ("sign_in", "listing_vector", "embedding_model", "achievement_facts", "alembic_version")


Rows = dict[str, list[tuple[Any, ...]]]


def fill(database: Database, clock: FixedClock) -> None:
    """Some listings and registered contracts by the use-cases, and a plain row in every table that is empty after that."""
    with database.writing() as session:
        scene = make_scene(session, clock)
        make_token(session, clock, scene.acquirer)
        make_achievement_indicator(session, scene.achievement, value=Decimal("0.125"))
        for subject, row in ((Subject.NEED, scene.need), (Subject.ACHIEVEMENT, scene.achievement)):
            outbox.put(session, subject, row.id, clock)
        record = idempotency.begin(session, new_id(), "POST /v1/needs", "key", "0" * 64, clock)
        record.status, record.body = 201, b'{"id":1}\x00\xff'
    for status in (ContractStatus.REGISTERED, ContractStatus.REGISTERED, ContractStatus.ACCEPTED):
        with database.writing() as session:
            make_contract(session, clock, status)
    with database.writing() as session:
        _fill_the_rest(session, clock)


def add_audited(database: Database, clock: FixedClock, count: int) -> None:
    """So many more audit entries, in one transaction."""
    facts = [audit.Fact("need.published", new_id(), {"number": number}) for number in range(count)]
    with database.writing() as session:
        audit.record_many(session, SYSTEM, facts, clock)


def rows(connection: sa.Connection) -> Rows:
    """Every row of every table as the application reads it, without those that a restore leaves out."""
    return {
        table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key.columns))]
        for table in all_tables().sorted_tables
        if table.name not in UNTOUCHED_BY_A_RESTORE
    }


def rows_of(database: Database) -> Rows:
    with database.engine.connect() as connection:
        return rows(connection)


def _fill_the_rest(session: Session, clock: FixedClock) -> None:
    first = {}
    for table in all_tables().sorted_tables:
        found = session.execute(table.select().limit(1)).mappings().first()
        if found is None:
            session.execute(table.insert().values(**_plain_row(table, clock, first)))
            found = session.execute(table.select().limit(1)).mappings().one()
        first[table.name] = found


def _plain_row(table: sa.Table, clock: FixedClock, first: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.foreign_keys:
            (key,) = column.foreign_keys
            values[column.name] = first[key.column.table.name][key.column.name]
        elif not column.nullable or column.primary_key:
            values[column.name] = _plain_value(column, clock)
    return values


def _plain_value(column: sa.Column[Any], clock: FixedClock) -> Any:
    if isinstance(column.type, sa.Enum):
        return next(iter(column.type.enum_class))  # type: ignore[arg-type]
    plain: tuple[tuple[type, Any], ...] = (
        (columns.UtcColumn, clock.now() + timedelta(microseconds=1)),
        (columns.CnyColumn, Decimal("1.00")),
        (sa.Uuid, new_id()),
        (sa.JSON, {"字段": ["旧", None]}),
        (sa.Boolean, True),
        (sa.Date, clock.today()),
        (sa.Integer, 1),
        (sa.Float, 0.5),
        (sa.LargeBinary, b"\x00\xff"),
    )
    return next((value for column_type, value in plain if isinstance(column.type, column_type)), "枸杞")
