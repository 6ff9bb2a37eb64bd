"""Failing in part: some items of a `_bulk` request never reach the node and are answered as refused, each by itself."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_REASONS = {
    400: ("document_parsing_exception", "injected: the document cannot be parsed"),
    429: ("es_rejected_execution_exception", "injected: the queue is full"),
    503: ("unavailable_shards_exception", "injected: the primary shard is not active"),
}


@dataclass(frozen=True)
class Item:
    """One action of a bulk request with the document that belongs to it (None for a delete)."""

    kind: str
    action: dict[str, Any]
    source: bytes | None

    def encode(self) -> bytes:
        line = json.dumps({self.kind: self.action}).encode()
        return line + b"\n" if self.source is None else line + b"\n" + self.source + b"\n"


Refusal = Callable[[Item], int | None]
"""The status that an item is refused with; None lets it pass."""


def parse(body: bytes) -> list[Item]:
    """The items of a bulk body, in order."""
    lines = iter(line for line in body.split(b"\n") if line.strip())
    items = []
    for line in lines:
        [(kind, action)] = json.loads(line).items()
        items.append(Item(kind, action, None if kind == "delete" else next(lines)))
    return items


def without_version(item: Item) -> Item:
    """The item without the check of its version: the last one to arrive wins."""
    kept = {name: value for name, value in item.action.items() if name not in {"version", "version_type"}}
    return Item(item.kind, kept, item.source)


def encode(items: Sequence[Item]) -> bytes:
    return b"".join(item.encode() for item in items)


def merge(items: Sequence[Item], statuses: Sequence[int | None], answered: bytes | None) -> bytes:
    """The node's answer to the items that passed, with the answers to the refused ones put in their places.

    `answered` is None where nothing passed. Raises `ValueError` where the node answered another number of items than it was sent.
    """
    found: dict[str, Any] = {"took": 0, "items": []} if answered is None else json.loads(answered)
    theirs = iter(found.get("items", []))
    if len(found.get("items", [])) != sum(status is None for status in statuses):
        raise ValueError("the node did not answer every item")
    found["items"] = [
        next(theirs) if status is None else {item.kind: _refused(item, status)}
        for item, status in zip(items, statuses, strict=True)
    ]
    found["errors"] = bool(found.get("errors")) or any(status is not None for status in statuses)
    return json.dumps(found).encode()


def _refused(item: Item, status: int) -> dict[str, Any]:
    kind, reason = _REASONS[status]
    about = {"_index": item.action.get("_index", ""), "_id": item.action.get("_id", "")}
    return {**about, "status": status, "error": {"type": kind, "reason": reason}}
