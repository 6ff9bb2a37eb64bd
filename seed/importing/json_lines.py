"""JSON Lines: one object a line, keys as in the English header names."""

import json
from collections.abc import Iterator
from pathlib import Path

from market.kernel.errors import FieldError
from market.kernel.outbox import Subject
from seed.importing.delimited import decode
from seed.importing.headers import has_title
from seed.importing.tables import MAX_ROWS, SourceRow, Table, refuse_file

_SAMPLE = 200


def read_json_lines(path: Path, subject: Subject) -> Table:
    """The table of a JSON Lines file; a line that is no JSON object becomes a row with a fault."""
    lines = decode(path.read_bytes()).split("\n")
    filled = sum(bool(line.strip()) for line in lines)
    if filled > MAX_ROWS:
        raise refuse_file("too_many_rows", f"文件超过 {MAX_ROWS} 行。", "请拆成几个文件分次导入。")
    columns: dict[str, None] = {}
    for row in _rows(lines[:_SAMPLE]):
        columns.update(dict.fromkeys(row.cells))
    if columns and not has_title(list(columns), subject):
        raise refuse_file(
            "header_not_found",
            f"没有“title”(或“名称”)这个键,读到的键有:{'、'.join(list(columns)[:12])}。",
            "请让每行的 JSON 对象带上 title。",
        )
    return Table(tuple(columns), _rows(lines), filled)


def _rows(lines: list[str]) -> Iterator[SourceRow]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            yield SourceRow(number, value)
        else:
            fault = FieldError("row", "这一行不是 JSON 对象。", "每行写一个完整的对象,如 {“title”: “…”}。")
            yield SourceRow(number, {"line": line[:2000]}, fault)
