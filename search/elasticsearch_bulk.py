"""Writing many documents at once, and what became of each: an answer of 200 may hold failures.

Versions are the rows' and count outside of Elasticsearch (`external_gte`): the same one again is written again, an older one is refused
with 409, which is fine. Nothing is ever deleted; a removal is a document that no search finds, so an older write stays older for ever.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.elasticsearch_client import INDEX_NOT_FOUND, LINES, Cluster, Request, RequestRefused
from search.elasticsearch_documents import source_of
from search.engine import Change, EngineUnavailable, Outcome

BULK_SECONDS = 30.0
_WAIT_FOR_SHARD = "5s"
_MOST_BYTES = 8_000_000
_MOST_ITEMS = 1_000
_TOO_LARGE = 413
_CONFLICT = 409
_QUOTED = re.compile(r"'[^']*'?|\"[^\"]*\"?")
_LONGEST_REASON = 200


@dataclass(frozen=True)
class Item:
    """What became of one change in one index (its own name, "" where the alias stands for none)."""

    outcome: Outcome
    index: str = ""
    reason: str = ""
    is_missing: bool = False


@dataclass(frozen=True)
class Line:
    """One change, ready to be sent: its place among all, its head without the index, its source."""

    place: int
    head: str
    source: bytes


def lines_of(changes: Sequence[Change]) -> tuple[list[Line], dict[int, Item]]:
    """The changes as lines, and what cannot be sent at all."""
    lines: list[Line] = []
    refused: dict[int, Item] = {}
    for place, change in enumerate(changes):
        try:
            source = source_of(change)
        except ValueError as error:
            reason = "the text is not valid Unicode" if isinstance(error, UnicodeError) else str(error)
            refused[place] = Item(Outcome.REJECTED, reason=reason)
            continue
        head = f'"_id":"{change.subject_id}","version":{change.version},"version_type":"external_gte"}}}}\n'
        lines.append(Line(place, head, source))
    return lines, refused


def batches(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """The lines in parts that one request may hold."""
    start, size = 0, 0
    for end, line in enumerate(lines):
        if end > start and (size + len(line.source) > _MOST_BYTES or end - start == _MOST_ITEMS):
            yield lines[start:end]
            start, size = end, 0
        size += len(line.source)
    if start < len(lines):
        yield lines[start:]


def send(cluster: Cluster, aliases: Sequence[str], lines: Sequence[Line], *, refresh: bool) -> list[list[Item]]:
    """Write the lines behind each of the aliases in one request; per alias one item for each line, in order.

    With `refresh`, they are visible to searches when this returns. Raises `EngineUnavailable` where the request as a whole fails:
    then any part of it may have been written, and sending it again does no harm.
    """
    body = b"".join(_with_heads(alias, lines) for alias in aliases)
    path = (
        f"/_bulk?require_alias=true&timeout={_WAIT_FOR_SHARD}&refresh={'true' if refresh else 'false'}"
        "&filter_path=items.index.status,items.index._index,items.index.error.type,items.index.error.reason"
    )
    try:
        answer = cluster.call(Request("POST", path, body, LINES), BULK_SECONDS)
    except RequestRefused as refusal:
        if refusal.status != _TOO_LARGE:
            raise
        return _in_halves(cluster, aliases, lines, refresh=refresh)
    items = [_item(one["index"]) for one in answer.get("items", ())]
    if len(items) != len(lines) * len(aliases):
        raise EngineUnavailable("Elasticsearch answers for other documents than were sent")
    return [items[start : start + len(lines)] for start in range(0, len(items), len(lines))]


def _with_heads(alias: str, lines: Sequence[Line]) -> bytes:
    start = f'{{"index":{{"_index":"{alias}",'
    return b"".join([part for line in lines for part in ((start + line.head).encode(), line.source, b"\n")])


def _in_halves(cluster: Cluster, aliases: Sequence[str], lines: Sequence[Line], *, refresh: bool) -> list[list[Item]]:
    if len(lines) == 1 and len(aliases) == 1:
        return [[Item(Outcome.REJECTED, reason="the document is larger than Elasticsearch takes")]]
    if len(aliases) > 1:
        return [send(cluster, [alias], lines, refresh=refresh)[0] for alias in aliases]
    middle = len(lines) // 2
    halves = [send(cluster, aliases, half, refresh=refresh) for half in (lines[:middle], lines[middle:])]
    return [[*halves[0][0], *halves[1][0]]]


def _item(answer: Mapping[str, Any]) -> Item:
    status, index, error = answer["status"], answer.get("_index", ""), answer.get("error", {})
    if status == _CONFLICT:
        return Item(Outcome.STALE, index)
    if not error:
        return Item(Outcome.APPLIED, index)
    kind, reason = str(error.get("type", "")), _reason(error)
    if kind == INDEX_NOT_FOUND:
        return Item(Outcome.RETRY, "", reason, is_missing=True)
    is_passing = status == 429 or status >= 500  # noqa: PLR2004
    return Item(Outcome.RETRY if is_passing else Outcome.REJECTED, index, reason)


def _reason(error: Mapping[str, Any]) -> str:
    """What Elasticsearch says, without what it quotes from the document."""
    said = str(error.get("reason", "")).partition("Preview of field's value")[0]
    return f"{error.get('type', 'error')}: {_QUOTED.sub('…', said)}".strip()[:_LONGEST_REASON]
