"""A backup file that is not what it was when it was made is refused, with what is wrong with it."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market.kernel.db import Database
from market.kernel.errors import DomainError
from market.transfer.archive import Archive, Manifest
from market.transfer.restore import restore
from market.transfer.verification import verify

Entries = dict[str, bytes]


def test_sound_file_is_verified_without_a_database(backup: Path) -> None:
    with Archive(backup) as archive:
        assert verify(archive) == archive.manifest

    assert archive.manifest.rows > 50


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_truncated_file_is_refused(backup: Path, share: float) -> None:
    data = backup.read_bytes()
    backup.write_bytes(data[: int(len(data) * share)])

    assert "没有写完,或传输时被截断" in _refusal(backup)


def test_file_of_another_kind_is_refused(backup: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "没有 manifest.json" in _refusal(foreign)

    _rewrite(backup, lambda entries: entries | {"manifest.json": b'{"format": "other"}'})
    assert "不是本系统所写" in _refusal(backup)


def test_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    assert "没有找到" in _refusal(tmp_path / "none.zip")


def test_file_of_a_newer_format_or_schema_is_refused(backup: Path, empty_of: Callable[[str], Database]) -> None:
    _rewrite_manifest(backup, lambda manifest: manifest | {"schema_revision": "9999"})
    with Archive(backup) as archive, pytest.raises(DomainError) as refusal:
        restore(empty_of("sqlite"), archive)
    assert "请先升级程序" in refusal.value.detail

    _rewrite_manifest(backup, lambda manifest: manifest | {"format_version": 2})
    assert "格式版本是 2" in _refusal(backup)


def _drop_line(entries: Entries) -> Entries:
    name = "tables/need.jsonl"
    return entries | {name: b"".join(entries[name].splitlines(keepends=True)[1:])}


def _change_text(entries: Entries) -> Entries:
    name = "tables/need.jsonl"
    return entries | {name: entries[name].replace("枸杞".encode(), "红枣".encode())}


def _drop_table(entries: Entries) -> Entries:
    return {name: data for name, data in entries.items() if name != "tables/need.jsonl"}


@pytest.mark.parametrize(
    ("alteration", "reason"),
    [
        (_drop_line, "应有 1 行,实有 0 行"),
        (_change_text, "与其校验值不符"),
        (_drop_table, "条目与 manifest.json 所列不符"),
        (lambda entries: entries | {"tables/more.jsonl": b"[]\n"}, "条目与 manifest.json 所列不符"),
        (lambda entries: entries | {"manifest.json": entries["manifest.json"][:-9]}, "不是有效的 JSON"),
        (lambda entries: entries | {"tables/need.jsonl": b"[1]\n"}, "第 1 行的列数不符"),
        (lambda entries: entries | {"tables/need.jsonl": b"{}\n"}, "第 1 行不是一行数据"),
        (lambda entries: entries | {"tables/need.jsonl": b"["}, "第 1 行不是有效的 JSON"),
    ],
)
def test_altered_file_is_refused_with_what_is_wrong(
    backup: Path, alteration: Callable[[Entries], Entries], reason: str
) -> None:
    _rewrite(backup, alteration)

    assert reason in _refusal(backup)


@pytest.mark.parametrize(
    ("table", "column", "value", "reason"),
    [
        ("audit_entry", "facts", '{"number":9}', "审计链在第"),
        ("audit_entry", "seq", 99, "审计链在第"),
        ("ledger_entry", "contract_amount_delta_cny", 1, "台账合计"),
        ("need", "created_at", "2026-04-08", "的值与列不符(created_at)"),
        ("need", "id", "not-an-id", "的值与列不符(id)"),
        ("need", "version", "1", "的值与列不符(version)"),
        ("need", "version", True, "的值与列不符(version)"),
        ("need", "keywords", "[", "的值与列不符(keywords)"),
    ],
)
def test_change_hidden_behind_a_new_checksum_is_found_all_the_same(
    backup: Path, table: str, column: str, value: Any, reason: str
) -> None:
    _change_with_checksum(backup, table, column, value)

    assert reason in _refusal(backup)


@pytest.mark.parametrize(
    ("table", "column", "value", "reason"),
    [
        ("need", "owner_party_id", "0" * 32, ""),
        ("need", "status", "nonsense", "违反数据库的规则"),
        ("need", "title", None, "违反数据库的规则"),
        ("audit_entry", "facts", '{"number":9}', "审计链在第"),
        ("ledger_entry", "contract_amount_delta_cny", 1, "台账合计"),
        ("contract", "version", 2**31, ""),
    ],
)
def test_restore_writes_nothing_of_a_file_that_breaks_a_rule(
    backup: Path, target: Database, table: str, column: str, value: Any, reason: str
) -> None:
    if table == "contract" and target.is_sqlite:
        value = "x"  # SQLite's whole numbers have 64 bits, so there it is the form that is wrong
    _change_with_checksum(backup, table, column, value)

    with Archive(backup) as archive, pytest.raises(DomainError) as refusal:
        restore(target, archive)

    assert reason in refusal.value.detail
    assert "没有写入任何数据" in refusal.value.detail
    assert _is_untouched(target)


def test_any_byte_of_the_zip_directory_may_be_wrong(backup: Path) -> None:
    """`zipfile` has an error of its own for nearly every field of it."""
    data = backup.read_bytes()
    with zipfile.ZipFile(backup) as archive:
        start = archive.start_dir
    for place in (*range(start, start + 80), *range(len(data) - 22, len(data))):
        for bits in (1, 0x80):
            _flip(backup, data, place, bits)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_no_flipped_byte_passes_for_sound_or_ends_in_a_crash(backup: Path, place: float, bits: int) -> None:
    data = backup.read_bytes()
    _flip(backup, data, int(place * len(data)), bits)


def _flip(backup: Path, data: bytes, place: int, bits: int) -> None:
    """Either the flipped file is refused, or what it holds is what the sound one holds: some bytes of a ZIP say nothing."""
    flipped = backup.with_name("flipped.zip")
    flipped.write_bytes(data[:place] + bytes([data[place] ^ bits]) + data[place + 1 :])

    try:
        with Archive(flipped) as archive:
            verify(archive)
    except DomainError:
        return
    with Archive(backup) as sound:
        assert archive.manifest == sound.manifest


def _refusal(path: Path) -> str:
    with pytest.raises(DomainError) as refusal, Archive(path) as archive:
        verify(archive)
    return refusal.value.detail


def _is_untouched(target: Database) -> bool:
    if target.is_sqlite:
        folder = Path(str(target.engine.url.database)).parent
        return not list(folder.glob("empty-0.db*[!k]"))  # only the lock's file
    with target.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").scalar() == 0


def _rewrite(path: Path, change: Callable[[Entries], Entries]) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in change(entries).items():
            archive.writestr(name, data)


def _rewrite_manifest(path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    _rewrite(
        path,
        lambda entries: entries | {"manifest.json": json.dumps(change(json.loads(entries["manifest.json"]))).encode()},
    )


def _change_with_checksum(path: Path, table: str, column: str, value: Any) -> None:
    """As somebody would who knows the format: the table's first row is changed, and its checksum made to fit."""

    def change(entries: Entries) -> Entries:
        manifest = Manifest.model_validate_json(entries["manifest.json"])
        (entry,) = [one for one in manifest.tables if one.name == table]
        lines = [json.loads(line) for line in entries[entry.file_name].splitlines()]
        lines[0][[one.name for one in entry.columns].index(column)] = value
        data = "".join(f"{json.dumps(line, ensure_ascii=False, separators=(',', ':'))}\n" for line in lines).encode()
        mended = entry.model_copy(update={"sha256": hashlib.sha256(data).hexdigest()})
        tables = tuple(mended if one is entry else one for one in manifest.tables)
        text = manifest.model_copy(update={"tables": tables}).model_dump_json()
        return entries | {entry.file_name: data, "manifest.json": text.encode()}

    _rewrite(path, change)
