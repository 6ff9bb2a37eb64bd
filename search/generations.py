"""Generations of an index in one folder: complete ones, of which the file `CURRENT` names the one in use.

`CURRENT` is replaced as a whole, so a reader sees the old name or the new one, and a crash leaves the old generation in use.
`PREVIOUS` names the one before, kept for a rollback. While the next one is built, `building.journal` notes what is written to the present
one, so that the next one can learn of it; whoever writes, and whoever swaps, holds `write.lock`.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from market.kernel.outbox import Subject
from search.engine import EngineUnavailable, IndexOutdated, Key, NoPreviousIndex

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
        self._before = folder / "PREVIOUS"
        self._journal = folder / "building.journal"
        self._seen: tuple[tuple[int, int], Generation] | None = None

    def current(self) -> Generation | None:
        """The generation in use; None where none was built yet. Cheap enough to ask on every search."""
        try:
            status = self._pointer.stat()
        except FileNotFoundError:
            return None
        stamp = (status.st_ino, status.st_mtime_ns)
        if self._seen is None or self._seen[0] != stamp:
            self._seen = (stamp, self._named_by(self._pointer))
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

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write to the generation in use, or to swap it; waits its turn, which is short."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "write.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def begin(self, version: str) -> Generation:
        """An empty folder for the next generation, and a journal; leftovers of interrupted builds are swept away first."""
        current, previous = self.current(), self.previous()
        kept = {one.path.name for one in (current, previous) if one is not None}
        numbers = [int(path.name.removeprefix(_PREFIX)) for path in self._all()]
        self._sweep(kept)
        path = self.folder / f"{_PREFIX}{max(numbers, default=0) + 1:06d}"
        path.mkdir(parents=True)
        with self.writing():
            self._journal.write_text("", encoding="utf-8")
        return Generation(path, version)

    def note(self, keys: Iterable[Key]) -> None:
        """Tell the generation that is being built, if one is, what the one in use has just learnt. Only while `writing`."""
        if self._journal.exists():
            with self._journal.open("a", encoding="utf-8") as journal:
                journal.writelines(f"{subject} {subject_id}\n" for subject, subject_id in keys)

    def noted(self, start: int) -> tuple[list[Key], int]:
        """The keys in the journal from byte `start` on, each once, and where to go on."""
        with self._journal.open("rb") as journal:
            journal.seek(start)
            lines = journal.read().decode().splitlines()
            end = journal.tell()
        pairs = (line.split(" ") for line in dict.fromkeys(lines))
        return [(Subject(subject), UUID(subject_id)) for subject, subject_id in pairs], end

    def swap(self, fresh: Generation) -> None:
        """Take the fresh generation into use; the one before is kept, older ones are removed. Only while `writing`."""
        present = self.current()
        if present is not None:
            self._point(self._before, present)
        self._point(self._pointer, fresh)
        self._journal.unlink(missing_ok=True)
        self._sweep({fresh.path.name} | ({present.path.name} if present else set()))

    def abandon(self, fresh: Generation) -> None:
        """Give up a generation that was not taken into use."""
        with self.writing():
            self._journal.unlink(missing_ok=True)
        shutil.rmtree(fresh.path, ignore_errors=True)

    def previous(self) -> Generation | None:
        """The generation before the one in use, where it was kept."""
        if not self._before.exists():
            return None
        found = self._named_by(self._before)
        return found if found.path.is_dir() and found != self.current() else None

    def rollback(self, version: str) -> None:
        """Let the generation in use and the one before change places. Raises `NoPreviousIndex`, `IndexOutdated`."""
        with self.writing():
            present, previous = self.current(), self.previous()
            if previous is None or present is None:
                raise NoPreviousIndex
            if previous.version != version:
                raise IndexOutdated(
                    f"the index before was built under {previous.version}, this program needs {version}: "
                    "roll back with the program that built it"
                )
            self._point(self._pointer, previous)
            self._point(self._before, present)

    def _named_by(self, pointer: Path) -> Generation:
        name, _, version = pointer.read_text("utf-8", errors="replace").strip().partition(" ")
        return Generation(self.folder / name, version)

    def _point(self, pointer: Path, generation: Generation) -> None:
        draft = pointer.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            file.write(f"{generation.path.name} {generation.version}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(pointer)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _sweep(self, kept: set[str]) -> None:
        for path in self._all():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    def _all(self) -> list[Path]:
        return sorted(path for path in self.folder.glob(f"{_PREFIX}*") if path.is_dir())
