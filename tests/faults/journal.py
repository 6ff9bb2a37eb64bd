"""What happened, as told by those to whom it happened: one line each, written at once, so that kill -9 takes none of it back."""

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    """What a line tells. Instants `t` are seconds of the machine's monotonic clock, the same in all processes."""

    ACKNOWLEDGED = "acknowledged"
    """A writer's transaction was committed: `id`, `subject`, `version`, `status`, `mark`, `action`."""
    REFUSED = "refused"
    """A use-case refused the step, which is right under contention: `error`."""
    FAILED = "failed"
    """A writer met what it must not meet: `error`."""
    CLAIMED = "claimed"
    """A relay holds outbox entries from now on: `entries`."""
    RELEASED = "released"
    """It still holds them and is about to let go."""
    PAIRED = "paired"
    """A worker has ranked a listing as of this version and is about to commit its matches: `id`, `version`, `pairs`."""
    KILLED = "killed"
    """A process is killed now: `victim` (its id)."""


class Journal:
    """Appends to one file; any number of processes and threads may share it."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, kind: Kind, **facts: Any) -> None:
        line = {"k": kind, "t": time.monotonic(), "pid": os.getpid(), "thread": threading.get_ident()} | facts
        os.write(self._file, json.dumps(line, default=str).encode() + b"\n")  # one write, so lines never mix

    def close(self) -> None:
        os.close(self._file)


@dataclass(frozen=True)
class Acknowledgement:
    """A commit that a writer was told of."""

    id: str
    subject: str
    version: int
    status: str
    mark: str
    action: str


@dataclass(frozen=True)
class Hold:
    """One relay held these outbox entries from `start` to `end`, at the least."""

    pid: int
    entries: frozenset[int]
    start: float
    end: float


@dataclass
class Story:
    """A journal read back."""

    acknowledged: list[Acknowledgement] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    paired: dict[str, dict[int, int]] = field(default_factory=dict)
    """By listing: the versions that were paired, and with how many."""


def read(path: Path) -> Story:
    """The story that a journal tells."""
    story = Story()
    for line in _lines(path):
        match line["k"]:
            case Kind.ACKNOWLEDGED:
                facts = {name: line[name] for name in ("id", "subject", "version", "status", "mark", "action")}
                story.acknowledged.append(Acknowledgement(**facts))
            case Kind.REFUSED:
                story.refused.append(line["error"])
            case Kind.FAILED:
                story.failed.append(line["error"])
            case Kind.PAIRED:
                story.paired.setdefault(line["id"], {})[line["version"]] = line["pairs"]
    story.holds = list(_holds(path))
    return story


def _holds(path: Path) -> Iterator[Hold]:
    """From each claim to its release, or to the moment at which its holder was killed."""
    claims: dict[tuple[int, int], dict[str, Any]] = {}
    for line in _lines(path):
        match line["k"]:
            case Kind.CLAIMED:
                claims[line["pid"], line["thread"]] = line
            case Kind.RELEASED:
                claim = claims.pop((line["pid"], line["thread"]), None)
                if claim is not None:
                    yield _hold(claim, line["t"])
            case Kind.KILLED:
                for key in [key for key in claims if key[0] == line["victim"]]:
                    yield _hold(claims.pop(key), line["t"])


def _hold(claim: dict[str, Any], end: float) -> Hold:
    return Hold(claim["pid"], frozenset(claim["entries"]), claim["t"], end)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
