"""The backup file: a ZIP with one entry of JSON Lines per table, each line a row in its portable form, and `manifest.json`.

The manifest says what must be in the file, to the byte: a truncated, altered or foreign file is refused with what is wrong with it.
"""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from market.kernel.errors import Invalid
from market.kernel.money import from_fen
from market.transfer import streaming, values
from market.transfer.layout import ColumnLayout, Kind, TableLayout
from market.transfer.queries import Figures
from market.transfer.values import PortableRow

FORMAT_VERSION: Literal[1] = 1

_MANIFEST = "manifest.json"
_MAX_MANIFEST_BYTES = 1_000_000
_MAX_LINE_BYTES = 64_000_000
_BUFFER_BYTES = 1 << 20
_FAST = 1
_NAME = r"^[a-z][a-z0-9_]{0,62}$"
_EARLIEST_IN_A_ZIP = 1980

_READER = json.JSONDecoder()

_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError, RuntimeError)
"""What `zipfile` raises, depending on which byte is wrong."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnEntry(_Part):
    name: str = Field(pattern=_NAME)
    kind: Kind


class TableEntry(_Part):
    """One table of the file: its columns in the order of a line's values, its rows, and the SHA-256 of its lines."""

    name: str = Field(pattern=_NAME)
    key: str = Field(pattern=_NAME)
    columns: tuple[ColumnEntry, ...]
    rows: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @property
    def layout(self) -> TableLayout:
        return TableLayout(
            self.name, self.key, tuple(ColumnLayout(column.name, column.kind) for column in self.columns)
        )

    @property
    def file_name(self) -> str:
        return f"tables/{self.name}.jsonl"


class Manifest(_Part):
    """What the file holds. Tables stand in an order in which they may be inserted."""

    format: Literal["techmarket-backup"] = "techmarket-backup"
    format_version: Literal[1] = FORMAT_VERSION
    made_at: datetime
    schema_revision: str = Field(pattern=r"^[0-9a-z_]{1,32}$")
    database: Literal["sqlite", "postgresql"]
    audit_seq: int = Field(ge=0)
    audit_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    ledger_sum_fen: int
    tables: tuple[TableEntry, ...]
    left_out: dict[str, str]

    @property
    def figures(self) -> Figures:
        return Figures((self.audit_seq, self.audit_hash), from_fen(self.ledger_sum_fen))

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class ArchiveWriter:
    """Writes the entries one after the other, then the manifest; without one the file is no backup."""

    def __init__(self, file: BinaryIO, made_at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST)
        # ZIP knows no time before 1980; what counts stands in the manifest.
        self._time = max(made_at.timetuple()[:6], (_EARLIEST_IN_A_ZIP, 1, 1, 0, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def write_table(
        self, table: TableLayout, batches: Iterator[list[PortableRow]], advance: streaming.Advance
    ) -> TableEntry:
        """Write one table; returns what the manifest must say of it."""
        columns = tuple(ColumnEntry(name=column.name, kind=column.kind) for column in table.columns)
        count, digester = 0, hashlib.sha256()
        with self._zip.open(self._info(f"tables/{table.name}.jsonl"), "w", force_zip64=True) as entry:
            for rows, data in streaming.lines(batches):
                digester.update(data)
                entry.write(data)
                count += rows
                advance(rows)
        return TableEntry(name=table.name, key=table.key, columns=columns, rows=count, sha256=digester.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest."""
        self._zip.writestr(self._info(_MANIFEST), manifest.model_dump_json(indent=1))

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._time)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info


class Archive:
    """A backup file opened for reading; its manifest has been read and its entries are all there."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError as error:
            raise Invalid("backup_not_found", f"没有找到备份文件 {path}。") from error
        except _UNREADABLE as error:
            raise damaged("它不是完整的备份文件:可能没有写完,或传输时被截断") from error
        except OSError as error:
            raise Invalid("backup_unreadable", f"无法读取 {path}:{error.strerror}。") from error
        try:
            self.manifest = self._read_manifest()
            self._check_names()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def batches(self, table: TableEntry) -> Iterator[list[PortableRow]]:
        """The table's rows, a batch at a time. Raises `Invalid` at the first that is not as it should be, at the latest at the end."""
        digester, count = hashlib.sha256(), 0
        lines = self._lines(table)
        while some := list(islice(lines, streaming.BATCH_ROWS)):
            digester.update(b"".join(some))
            yield _rows(table.layout, some, count)
            count += len(some)
        if count != table.rows:
            raise damaged(f"表 {table.name} 应有 {table.rows} 行,实有 {count} 行")
        if digester.hexdigest() != table.sha256:
            raise damaged(f"表 {table.name} 的内容与其校验值不符,已被改动")

    def _lines(self, table: TableEntry) -> Iterator[bytes]:
        try:
            with self._zip.open(table.file_name) as entry, io.BufferedReader(entry, _BUFFER_BYTES) as reader:  # type: ignore[type-var]
                while line := reader.readline(_MAX_LINE_BYTES):
                    yield line
        except (*_UNREADABLE, OSError) as error:
            raise damaged(f"表 {table.name} 无法解压,文件已损坏") from error

    def _read_manifest(self) -> Manifest:
        try:
            with self._zip.open(_MANIFEST) as entry:
                text = entry.read(_MAX_MANIFEST_BYTES)
        except KeyError as error:
            raise Invalid("backup_foreign", "这不是本系统的备份文件:其中没有 manifest.json。") from error
        except (*_UNREADABLE, OSError) as error:
            raise damaged("manifest.json 无法读取") from error
        return _manifest(text)

    def _check_names(self) -> None:
        expected = [table.file_name for table in self.manifest.tables] + [_MANIFEST]
        if sorted(self._zip.namelist()) != sorted(expected):
            raise damaged("其中的条目与 manifest.json 所列不符")


def damaged(what: str) -> Invalid:
    """The refusal of a file that is not what it was when it was made."""
    return Invalid("backup_damaged", f"备份文件不可用:{what}。没有写入任何数据,请改用另一份备份。")


def _manifest(text: bytes) -> Manifest:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged("manifest.json 不是有效的 JSON") from error
    if not isinstance(content, dict) or content.get("format") != "techmarket-backup":
        raise Invalid("backup_foreign", "这不是本系统的备份文件:manifest.json 不是本系统所写。")
    version = content.get("format_version")
    if version != FORMAT_VERSION:
        detail = (
            f"备份文件的格式版本是 {version!s:.20},本程序只认识 {FORMAT_VERSION}。请用制作它的版本或更新的版本恢复。"
        )
        raise Invalid("backup_format_unknown", detail)
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        fields = "、".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]}))
        raise damaged(f"manifest.json 的内容不完整或有误({fields})") from error


def _rows(layout: TableLayout, lines: list[bytes], before: int) -> list[PortableRow]:
    rows = []
    for number, line in enumerate(lines, before + 1):
        try:
            row = _READER.decode(line.decode())
        except (ValueError, RecursionError) as error:
            raise damaged(f"表 {layout.name} 第 {number} 行不是有效的 JSON") from error
        if not isinstance(row, list):
            raise damaged(f"表 {layout.name} 第 {number} 行不是一行数据")
        rows.append(tuple(row))
    malformed = values.first_malformed(layout.columns, rows)
    if malformed is not None:
        index, column = malformed
        what = f"的值与列不符({column})" if column else "的列数不符"
        raise damaged(f"表 {layout.name} 第 {before + index + 1} 行{what}")
    return rows
