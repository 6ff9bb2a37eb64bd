"""A file that is there as a whole or not at all, and that only its owner may read."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from market.kernel.errors import Conflict

_DRAFT_SUFFIX = ".part"
_OWNER_ONLY = 0o600


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A draft beside the path, which takes its place once the block has ended and the disk has it; on an error nothing is left.

    Raises `Conflict` where the path exists, or another process is writing it. A draft of a process that was killed is overwritten.
    """
    if path.exists():
        raise Conflict("file_exists", f"{path} 已存在。请换一个文件名,已有的备份不会被覆盖。")
    draft = path.with_name(f".{path.name}{_DRAFT_SUFFIX}")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _OWNER_ONLY)
    with os.fdopen(descriptor, "r+b") as file:
        _take(file, path)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            draft.rename(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def _take(file: BinaryIO, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Conflict("file_in_use", f"另一个进程正在写 {path},请等它结束。") from error
    os.fchmod(file.fileno(), _OWNER_ONLY)
    file.truncate(0)


def sweep_drafts(folder: Path, pattern: str) -> None:
    """Remove drafts of killed processes; one that somebody is writing stays."""
    for draft in folder.glob(f".{pattern}{_DRAFT_SUFFIX}"):
        with draft.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Let the disk have the names in the folder as they now are."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
