"""The archive of a node's classes: made once, for exactly the jars it was made from."""

import subprocess
from pathlib import Path

import pytest

from tests.servers import class_archive
from tests.servers.class_archive import archive

pytestmark = pytest.mark.once


@pytest.fixture
def jar(tmp_path: Path) -> Path:
    file = tmp_path / "one.jar"
    file.write_bytes(b"one")
    return file


@pytest.fixture
def dumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A JVM that writes what it was told to archive; the archives it wrote."""
    made: list[Path] = []

    def dump(command: list[str], **_: object) -> None:
        made.append(Path(command[-1].partition("=")[2]))
        made[-1].write_bytes(Path(command[-2].partition("=")[2]).read_bytes())

    monkeypatch.setattr(class_archive, "_FOLDER", tmp_path / "archives")
    monkeypatch.setattr(subprocess, "run", dump)
    return made


def record(names: Path) -> None:
    names.write_bytes(b"java/lang/Object")


def test_archive_is_made_once_when_asked_for_again(jar: Path, dumps: list[Path]) -> None:
    assert archive([jar], None) is None, "who starts one node for long does not wait for it"
    file = archive([jar], record)

    assert file is not None
    assert file.read_bytes() == b"java/lang/Object"
    assert archive([jar], record) == archive([jar], None) == file
    assert len(dumps) == 1


@pytest.mark.usefixtures("dumps")
def test_archive_is_another_when_a_jar_is(jar: Path) -> None:
    before = archive([jar], record)
    jar.write_bytes(b"another")

    assert archive([jar], None) is None
    assert archive([jar], record) != before
    assert before is not None
    assert not before.exists(), "a hundred megabytes of no use"


def test_nodes_start_without_an_archive_when_none_can_be_made(
    jar: Path, dumps: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda command, **_: dumps.append(Path(command[0])))

    assert archive([jar], record) is None
    assert archive([jar], record) is None
    assert len(dumps) == 1, "nobody tries again at every start"
