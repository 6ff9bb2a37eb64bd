"""Server processes that are never left behind: each has a keeper (keeper.py) that ends it when its owner is gone."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.servers.keeper import is_alive

ROOT = Path(__file__).resolve().parents[2]
_KEEPER = Path(__file__).with_name("keeper.py")
_TAIL_LINES = 40
POLL_SECONDS = 0.05


class ServerFailed(Exception):
    """A server did not start, or did not do in time what was asked; the message holds the end of its log."""


@dataclass(frozen=True)
class ProcessKey:
    """One process, told from a later one with the same number by the instant it was created."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> "ProcessKey":
        return cls(pid, psutil.Process(pid).create_time())

    @classmethod
    def own(cls) -> "ProcessKey":
        return cls.of(os.getpid())

    @classmethod
    def parse(cls, text: str) -> "ProcessKey":
        pid, created = text.split("-")
        return cls(int(pid), float(created))

    def __str__(self) -> str:
        return f"{self.pid}-{self.created!r}"

    @property
    def is_alive(self) -> bool:
        return is_alive(self.pid, self.created)


class ServerProcess:
    """A running command. `owner` is the process it must not outlive, this one where none is named."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        owner: ProcessKey | None = None,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        remove: Path | None = None,
    ) -> None:
        self.log = log
        options = ["--owner", str(owner or ProcessKey.own()), "--log", str(log)]
        options += ["--user", user] if user else []
        options += ["--remove", str(remove)] if remove else []
        self._keeper = subprocess.Popen(
            [sys.executable, str(_KEEPER), *options, "--", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,  # Ctrl+C in the terminal is for the owner, which then ends its servers in order
        )
        assert self._keeper.stdout is not None
        with self._keeper.stdout as answer:
            first = answer.readline()
        if not first:
            self._keeper.wait()
            raise ServerFailed(f"{command[0]} could not be started\n{tail(log)}")
        self.pid = int(first)

    @property
    def is_running(self) -> bool:
        return self._keeper.poll() is None

    @property
    def keeper_pid(self) -> int:
        return self._keeper.pid

    def stop(self, timeout: float = 30.0, *, signal_number: int = signal.SIGTERM) -> None:
        """End it in order; one that does not end in time is killed."""
        self._signal(signal.SIGCONT)
        self._signal(signal_number)
        try:
            self._keeper.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        self._signal(signal.SIGKILL)
        self._keeper.wait()

    def take_note(self, timeout: float) -> None:
        """Wait until it has ended by somebody else's hand."""
        self._keeper.wait(timeout)

    def freeze(self) -> None:
        """Let it and its children stand still (SIGSTOP), as a machine that hangs; connections stay open and nobody answers."""
        for process in self._tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()

    def thaw(self) -> None:
        for process in self._tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()

    def _tree(self) -> list[psutil.Process]:
        root = psutil.Process(self.pid)
        return [root, *root.children(recursive=True)]

    def _signal(self, number: int) -> None:
        # The keeper reaps the child at once, so a signal goes only to a child that the keeper still waits for.
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody has; another process may take one before it is used."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def wait_until(condition: Callable[[], bool], timeout: float, what: str, log: Path | None = None) -> None:
    """Ask again and again until `condition` holds; raises `ServerFailed` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise ServerFailed(f"{what} did not come about within {timeout:g} s\n{tail(log) if log else ''}")
        time.sleep(POLL_SECONDS)


def tail(log: Path) -> str:
    """The last lines of a log, for the message of a failure."""
    if not log.exists():
        return "(it wrote no log)"
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:])
