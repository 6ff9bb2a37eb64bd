"""The audit log: an append-only hash chain, written in the transaction of the change it records.

One writer position: an advisory lock on PostgreSQL (SQLite has one writer anyway) and, as the last word, UNIQUE(prev_hash), so the
chain cannot fork. The hash covers length-prefixed canonical bytes of the fields as they read back from the database.
Facts hold ids, states and amounts; never secrets, personal data or contract texts.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, func, select

from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.kernel.columns import SERIAL, UTC_INSTANT
from market.kernel.paging import Page, PageRequest

GENESIS = "0" * 64
_CHAIN_LOCK = 7_306_001  # any constant; it only has to be the same in every process


class HashAlgorithm(StrEnum):
    """Kept per entry, so that the chain can change algorithm without being rewritten."""

    SHA256 = "sha256"
    SM3 = "sm3"


class AuditEntry(SQLModel, table=True):
    """审计记录: one fact, chained to the one before it."""

    __tablename__ = "audit_entry"

    seq: int = Field(primary_key=True, sa_type=SERIAL, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UTC_INSTANT)
    actor_id: UUID | None = Field(default=None, index=True)
    actor_role: str = Field(max_length=32)
    tag: str = Field(max_length=64, index=True)
    subject_id: UUID | None = Field(default=None, index=True)
    facts: str = Field(sa_type=sa.Text)
    hash_alg: str = Field(max_length=16)
    prev_hash: str = Field(max_length=64, unique=True)
    hash: str = Field(max_length=64)


_HASHED = ("seq", "at", "actor_id", "actor_role", "tag", "subject_id", "facts", "hash_alg", "prev_hash")
_INSERT = sa.insert(AuditEntry)  # built once: every use-case records


@dataclass(frozen=True)
class ChainFault:
    """Where the chain does not hold, and how: ``hash``, ``link`` or ``gap``."""

    seq: int
    fault: str


@dataclass(frozen=True)
class Fact:
    """What `record_many` appends for one subject; the fields read as in `record`."""

    tag: str
    subject_id: UUID | None
    facts: Mapping[str, object]


def record(
    session: Session,
    actor: Actor,
    tag: str,
    subject_id: UUID | None,
    clock: Clock,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Append one entry; it becomes visible with the change that it records.

    `tag` reads noun.past-tense, e.g. ``contract.registered``. `facts` must be JSON-able (UUID, Decimal and dates become strings).
    """
    record_many(session, actor, [Fact(tag, subject_id, facts or {})], clock)


def record_many(session: Session, actor: Actor, facts: Sequence[Fact], clock: Clock) -> None:
    """Append one entry for each fact, in order, as `record` does; the chain's head is read once: for imports."""
    if not facts:
        return
    session.flush()  # what is recorded is written first, so that it fails before the chain is held
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    seq, prev_hash = head(session)
    rows = []
    for fact in facts:
        seq += 1
        row = {
            "seq": seq,
            "at": clock.now(),
            "actor_id": actor.user_id,
            "actor_role": "system" if actor.is_system else (actor.role or "anonymous"),
            "tag": fact.tag,
            "subject_id": fact.subject_id,
            "facts": json.dumps(fact.facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str),
            "hash_alg": HashAlgorithm.SHA256.value,
            "prev_hash": prev_hash,
        }
        row["hash"] = prev_hash = _digest(row)
        rows.append(row)
    session.connection().execute(_INSERT, rows)


def digest(entry: AuditEntry) -> str:
    """The hash an entry must carry: over its fields, each length-prefixed so that no two field splits collide."""
    return _digest({name: getattr(entry, name) for name in _HASHED})


def _digest(entry: Mapping[str, Any]) -> str:
    at: datetime = entry["at"]
    fields = (
        str(entry["seq"]),
        at.isoformat(timespec="microseconds"),
        str(entry["actor_id"] or ""),
        entry["actor_role"],
        entry["tag"],
        str(entry["subject_id"] or ""),
        entry["facts"],
        entry["hash_alg"],
        entry["prev_hash"],
    )
    digester = hashlib.new(entry["hash_alg"])
    for field in fields:
        data = field.encode()
        digester.update(len(data).to_bytes(8, "big") + data)
    return digester.hexdigest()


def verify(
    session: Session, *, known_head: tuple[int, str] | None = None, batch: int = 5_000
) -> Iterator[ChainFault | int]:
    """Walk the chain: yields the number of entries checked so far after each batch, and every fault found.

    `known_head` is a (seq, hash) exported earlier: only against such a head can a cut-off tail be noticed.
    """
    expected_seq, prev_hash = 1, GENESIS
    while True:
        rows = session.exec(
            select(AuditEntry).where(col(AuditEntry.seq) >= expected_seq).order_by(col(AuditEntry.seq)).limit(batch)
        ).all()
        for entry in rows:
            if entry.seq != expected_seq:
                yield ChainFault(expected_seq, "gap")
            elif entry.prev_hash != prev_hash:
                yield ChainFault(entry.seq, "link")
            if digest(entry) != entry.hash:
                yield ChainFault(entry.seq, "hash")
            if known_head and entry.seq == known_head[0] and entry.hash != known_head[1]:
                yield ChainFault(entry.seq, "hash")
            expected_seq, prev_hash = entry.seq + 1, entry.hash
        session.expunge_all()
        if not rows:
            break
        yield expected_seq - 1
    if known_head and known_head[0] >= expected_seq:
        yield ChainFault(expected_seq, "gap")


def list_entries(
    session: Session, page: PageRequest, *, subject_id: UUID | None = None, tag: str | None = None
) -> Page[AuditEntry]:
    """The entries, newest first; of one subject or one tag where given."""
    conditions = []
    if subject_id is not None:
        conditions.append(col(AuditEntry.subject_id) == subject_id)
    if tag is not None:
        conditions.append(col(AuditEntry.tag) == tag)
    total = session.exec(select(func.count()).select_from(AuditEntry).where(*conditions)).one()
    statement = select(AuditEntry).where(*conditions).order_by(col(AuditEntry.seq).desc())
    rows = session.exec(statement.offset(page.offset).limit(page.size)).all()
    return Page(items=list(rows), page=page.page, size=page.size, total=total)


def head(session: Session) -> tuple[int, str]:
    """The chain's last (seq, hash); (0, GENESIS) while it is empty. To be exported daily and kept elsewhere."""
    row = session.exec(select(AuditEntry.seq, AuditEntry.hash).order_by(col(AuditEntry.seq).desc()).limit(1)).first()
    return (row[0], row[1]) if row else (0, GENESIS)
