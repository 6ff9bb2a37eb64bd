"""Excel workbooks (xlsx): the first sheet that has a header. Checked for decompression bombs before anything is unpacked."""

import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from market.kernel.errors import Invalid
from market.kernel.outbox import Subject
from seed.importing.delimited import unguarded
from seed.importing.grids import to_table
from seed.importing.tables import MAX_COLUMNS, Cell, Table, Unusable, refuse_file

MAX_UNPACKED_BYTES = 200_000_000
MAX_ENTRIES = 2_000
_MAX_RATIO = 200
_RATIO_FROM_BYTES = 20_000_000
_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_PROLOGUE = 1_024

_FORMULA_REMEDY = "请选中整列复制,在原处“选择性粘贴—数值”后再导入。"
_ERROR_REMEDY = "请改正公式后粘贴为数值,或清空这一格。"


def read_workbook(path: Path, subject: Subject) -> Table:
    """The table on the first sheet whose top names a title column. Raises `Invalid` for what is no sound xlsx."""
    check_package(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which are not read
            book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl raises KeyError, ValueError, ParseError … for broken parts
        raise _broken() from error
    refusal: Invalid | None = None
    for sheet in book.worksheets:
        try:
            return to_table(_grid(sheet), subject, sheet.max_row)
        except Invalid as error:
            refusal = refusal or error
    book.close()
    raise refusal or _broken()


def check_package(path: Path) -> None:
    """Raise `Invalid` unless the file is a zip of harmless size. Reads the directory of the zip only, and each part's first bytes."""
    with path.open("rb") as file:
        if file.read(8) == _OLE_MAGIC:
            raise refuse_file(
                "old_excel",
                "这是旧版 Excel 文件(xls),或加了密码的工作簿。",
                "请在 Excel 或 WPS 中去掉密码,另存为“xlsx”后再导入。",
            )
    try:
        with zipfile.ZipFile(path) as package:
            _check_entries(package)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise _broken() from error


def _check_entries(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    too_dense = unpacked > _RATIO_FROM_BYTES and unpacked / packed > _MAX_RATIO
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES or too_dense:
        raise refuse_file(
            "workbook_bomb",
            f"工作簿解压后过大(约 {unpacked // 1_000_000} MB,{len(entries)} 个部件),为安全起见没有打开。",
            "请把需要的行复制到一个新工作簿,或另存为 CSV 后导入。",
        )
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            with package.open(entry) as part:
                if b"<!DOCTYPE" in part.read(_PROLOGUE):
                    raise _broken()


def _broken() -> Invalid:
    return refuse_file(
        "unreadable_workbook",
        "文件不是完好的 xlsx 工作簿。",
        "请用 Excel 或 WPS 打开后另存为“xlsx”,或另存为“CSV UTF-8”后导入。",
    )


def _grid(sheet: Any) -> Iterator[list[Cell]]:
    sheet.reset_dimensions()  # the stated size may be wrong in either direction
    try:
        for row in sheet.iter_rows(max_col=MAX_COLUMNS):
            yield [_cell(cell) for cell in row]
    except Invalid:
        raise
    except Exception as error:  # a part that breaks off in the middle
        raise _broken() from error


def _cell(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f" or (not isinstance(value, str | int | float | bool | type(None)) and not _is_date(value)):
        return Unusable(str(getattr(value, "text", value)), "单元格是公式,导入时不计算公式。", _FORMULA_REMEDY)
    if cell.data_type == "e":
        return Unusable(str(value), f"单元格是错误值 {value}。", _ERROR_REMEDY)
    return unguarded(value) if isinstance(value, str) else value


def _is_date(value: object) -> bool:
    return hasattr(value, "isoformat") or hasattr(value, "total_seconds")
