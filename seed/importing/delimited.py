"""CSV as spreadsheets and registries write it: UTF-8, UTF-16 or GB18030; comma, semicolon or tab."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from market.kernel.outbox import Subject
from seed.importing.grids import to_table
from seed.importing.tables import MAX_COLUMNS, Cell, Table, refuse_file

_DELIMITERS = (",", "\t", ";", ";")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FIELD_LIMIT = 131_072
_GUARDED = ("=", "+", "-", "@", "\t", "\r")


def read_delimited(path: Path, subject: Subject) -> Table:
    """The table in a CSV file. Raises `Invalid` where its encoding, quoting or header cannot be read."""
    text = decode(path.read_bytes())
    delimiter = _delimiter(text)
    total = text.count("\n") + 1
    return to_table(_grid(text, delimiter), subject, total)


def decode(data: bytes) -> str:
    """The text: by its byte order mark, else UTF-8, else GB18030 (as Excel saves CSV on Chinese systems)."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "gb18030")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse_file(
            "unknown_encoding",
            f"第 {data[: error.start].count(10) + 1} 行的文字编码无法识别。",
            "请在 Excel 或 WPS 中另存为“CSV UTF-8”后再导入。",
        ) from error


def guarded(text: str) -> str:
    """A cell that no spreadsheet will take for a formula."""
    return f"'{text}" if text.startswith(_GUARDED) else text


def unguarded(text: str) -> str:
    """The cell without the mark that `guarded` set before it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_GUARDED) else text


def _delimiter(text: str) -> str:
    head = "\n".join(text.split("\n", 20)[:20])
    return max(_DELIMITERS, key=head.count) if any(mark in head for mark in _DELIMITERS) else ","


def _grid(text: str, delimiter: str) -> Iterator[list[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield [unguarded(cell) for cell in row[:MAX_COLUMNS]]
    except csv.Error as error:
        raise refuse_file(
            "unreadable_csv",
            f"第 {reader.line_num} 行附近无法按 CSV 读取(引号不成对,或一格超过 {_FIELD_LIMIT} 字)。",
            "请检查该行的引号,或在 Excel 中另存为 xlsx 后导入。",
        ) from error
