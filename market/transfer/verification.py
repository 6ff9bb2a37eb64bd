"""Checking a backup file by itself, without a database: every byte, every row, the audit chain and the ledger's sum."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from market.kernel import audit
from market.kernel.audit import AuditEntry
from market.transfer.archive import Archive, Manifest, TableEntry, damaged
from market.transfer.streaming import Advance
from market.transfer.values import PortableRow

_AUDIT = "audit_entry"
_LEDGER = "ledger_entry"
_LEDGER_AMOUNT = "contract_amount_delta_cny"


def verify(archive: Archive, advance: Advance = lambda _rows: None) -> Manifest:
    """Read the whole file; raises `Invalid` with what is wrong, else returns the manifest."""
    manifest = archive.manifest
    chain, ledger_fen = _Chain(), 0
    for table in manifest.tables:
        for batch in archive.batches(table):
            if table.name == _AUDIT:
                chain.follow(table, batch)
            if table.name == _LEDGER:
                ledger_fen += sum(_column(table, batch, _LEDGER_AMOUNT))
            advance(len(batch))
    if (chain.seq, chain.hash) != (manifest.audit_seq, manifest.audit_hash):
        raise damaged("审计链的末尾与清单所记不符")
    if ledger_fen != manifest.ledger_sum_fen:
        raise damaged("登记台账合计与清单所记不符")
    return manifest


class _Chain:
    """The audit chain as far as it has been followed."""

    def __init__(self) -> None:
        self.seq = 0
        self.hash = audit.GENESIS

    def follow(self, table: TableEntry, batch: Sequence[PortableRow]) -> None:
        names = [column.name for column in table.columns]
        for row in batch:
            entry = _entry(dict(zip(names, row, strict=True)))
            is_next = entry.seq == self.seq + 1 and entry.prev_hash == self.hash
            if not is_next or audit.digest(entry) != entry.hash:
                raise damaged(f"审计链在第 {entry.seq} 条断开,内容已被改动")
            self.seq, self.hash = entry.seq, entry.hash


def _entry(fields: dict[str, Any]) -> AuditEntry:
    """The fields as the digest reads them, without the weight of a mapped row: a chain has millions."""
    fields["at"] = datetime.fromisoformat(fields["at"]).replace(tzinfo=UTC)
    fields["actor_id"], fields["subject_id"] = _uuid(fields["actor_id"]), _uuid(fields["subject_id"])
    return cast(AuditEntry, SimpleNamespace(**fields))


def _uuid(digits: str | None) -> UUID | None:
    return None if digits is None else UUID(hex=digits)


def _column(table: TableEntry, batch: Sequence[PortableRow], name: str) -> Iterator[int]:
    position = [column.name for column in table.columns].index(name)
    return (int(row[position] or 0) for row in batch)
