"""What is asked of a whole database before and after its rows are carried: is it filled, what do its figures say."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, func, select

from market.contracts.models import LedgerEntry
from market.kernel import audit
from market.kernel.money import ZERO_CNY
from market.transfer.layout import TableLayout


@dataclass(frozen=True)
class Figures:
    """What must be equal on both sides to the last digit: the audit chain's head (seq, hash) and the sum of the ledger in yuan."""

    audit_head: tuple[int, str]
    ledger_sum_cny: Decimal


def figures(connection: sa.Connection) -> Figures:
    """As this transaction sees them."""
    with Session(connection) as session:
        total = session.exec(select(func.sum(LedgerEntry.contract_amount_delta_cny))).one()
        return Figures(audit.head(session), total if total is not None else ZERO_CNY)


def chain_faults(connection: sa.Connection, head: tuple[int, str]) -> list[audit.ChainFault]:
    """Everything that is wrong with the audit chain, which must end in this head."""
    with Session(connection) as session:
        known = head if head[0] else None
        return [item for item in audit.verify(session, known_head=known) if isinstance(item, audit.ChainFault)]


def first_audit_hash(connection: sa.Connection) -> str:
    """By which a market is known again, wherever its rows are: the hash of its first audit entry; GENESIS while it has none."""
    found = connection.scalar(sa.text("SELECT hash FROM audit_entry ORDER BY seq LIMIT 1"))
    return audit.GENESIS if found is None else str(found)


def row_counts(connection: sa.Connection, tables: Sequence[TableLayout]) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: int(connection.scalar(sa.select(func.count()).select_from(sa.table(table.name))) or 0)
        for table in tables
    }


def filled_tables(connection: sa.Connection, tables: Sequence[TableLayout]) -> list[str]:
    """The names of those tables that exist and have a row."""
    existing = set(sa.inspect(connection).get_table_names())
    return [
        table.name
        for table in tables
        if table.name in existing
        and connection.execute(sa.select(sa.literal(1)).select_from(sa.table(table.name)).limit(1)).first()
    ]


def last_key(connection: sa.Connection, table: TableLayout) -> str | int | None:
    """The greatest key in its portable form; None while the table is empty."""
    key: sa.ColumnClause[Any] = sa.column(table.key)
    found = connection.scalar(sa.select(key).select_from(sa.table(table.name)).order_by(key.desc()).limit(1))
    return found.hex if isinstance(found, UUID) else found
