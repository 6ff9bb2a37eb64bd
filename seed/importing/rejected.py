"""Writes the rows that stayed out into a file of the same kind, with two columns more: what is wrong and how to mend it.

Corrected there, the file can be imported as it is: the two columns are passed over.
"""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from seed.importing.delimited import guarded
from seed.importing.headers import PROBLEM_COLUMN, REMEDY_COLUMN
from seed.importing.report import BadRow
from seed.importing.tables import Cell, shown


def write_rejected(path: Path, columns: Sequence[str], bad_rows: Sequence[BadRow]) -> None:
    """Write the rows; the format follows the file's suffix (.xlsx, .jsonl, else CSV)."""
    kept = [name for name in columns if name not in (PROBLEM_COLUMN, REMEDY_COLUMN)]
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        _write_workbook(path, kept, bad_rows)
    elif suffix in (".jsonl", ".ndjson"):
        _write_json_lines(path, bad_rows)
    else:
        _write_csv(path, kept, bad_rows)


def _write_csv(path: Path, columns: list[str], bad_rows: Sequence[BadRow]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*map(guarded, columns), PROBLEM_COLUMN, REMEDY_COLUMN])
        for bad in bad_rows:
            cells = [guarded(shown(bad.row.cells.get(name))) for name in columns]
            writer.writerow([*cells, guarded(bad.problem), guarded(bad.remedy)])


def _write_workbook(path: Path, columns: list[str], bad_rows: Sequence[BadRow]) -> None:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("待改正")
    sheet.append([_text_cell(sheet, name) for name in (*columns, PROBLEM_COLUMN, REMEDY_COLUMN)])
    for bad in bad_rows:
        cells = [_cell(sheet, bad.row.cells.get(name)) for name in columns]
        sheet.append([*cells, _text_cell(sheet, bad.problem), _text_cell(sheet, bad.remedy)])
    book.save(path)


def _cell(sheet: WriteOnlyWorksheet, cell: Cell) -> Any:
    """Numbers and dates as they were; all else as text, so that a formula stays its own text."""
    if isinstance(cell, str) or (not isinstance(cell, int | float | bool) and not hasattr(cell, "isoformat")):
        return _text_cell(sheet, shown(cell))
    return cell


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=None)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", guarded(text))[:32_000]
    cell.data_type = "s"
    return cell


def _write_json_lines(path: Path, bad_rows: Sequence[BadRow]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for bad in bad_rows:
            values = dict(bad.row.cells) | {PROBLEM_COLUMN: bad.problem, REMEDY_COLUMN: bad.remedy}
            file.write(json.dumps(values, ensure_ascii=False, default=str) + "\n")
