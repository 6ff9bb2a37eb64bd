"""Generations of an index in one folder: complete ones, of which the file `CURRENT` names the one in use.

`CURRENT` is replaced as a whole, so a reader sees the old name or the new one, and a crash leaves the old generation in use.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from search.engine import EngineUnavailable

_PREFIX = "g-"


@dataclass(frozen=True)
class Generation:
    """One complete index and the version of analysis and schema under which it was built."""

    path: Path
    version: str


class Generations:
    """The generations in `folder`, which is created when first written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "CURRENT"
        self._seen: tuple[tuple[int, int], Generation] | None = None

    def current(self) -> Generation | None:
        """The generation in use; None where none was built yet. Cheap enough to ask on every search."""
        try:
            status = self._pointer.stat()
        except FileNotFoundError:
            return None
        stamp = (status.st_ino, status.st_mtime_ns)
        if self._seen is None or self._seen[0] != stamp:
            name, _, version = self._pointer.read_text("utf-8", errors="replace").strip().partition(" ")
            self._seen = (stamp, Generation(self.folder / name, version))
        return self._seen[1]

    @contextmanager
    def building(self) -> Iterator[None]:
        """Hold the right to build; raises `EngineUnavailable` where another process is building. Ends with the process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "build.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise EngineUnavailable("another process is rebuilding the index") from error
            yield

    def begin(self, version: str) -> Generation:
        """An empty folder for the next generation; leftovers of interrupted builds are swept away first."""
        current = self.current()
        numbers = [int(path.name.removeprefix(_PREFIX)) for path in self._all()]
        for path in self._all():
            if current is not None and path.name > current.path.name:
                shutil.rmtree(path, ignore_errors=True)
        path = self.folder / f"{_PREFIX}{max(numbers, default=0) + 1:06d}"
        path.mkdir(parents=True)
        return Generation(path, version)

    def swap(self, fresh: Generation) -> None:
        """Take the fresh generation into use; the one before is kept, older ones are removed."""
        previous = self.current()
        draft = self._pointer.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            file.write(f"{fresh.path.name} {fresh.version}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._pointer)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        kept = {fresh.path.name} | ({previous.path.name} if previous else set())
        for path in self._all():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    def _all(self) -> list[Path]:
        return sorted(path for path in self.folder.glob(f"{_PREFIX}*") if path.is_dir())
