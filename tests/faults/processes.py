"""Processes that are born quickly and die at any moment: forked from one that has everything imported already."""

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from typing import Any

from tests.faults.journal import Journal, Kind

_PR_SET_PDEATHSIG = 1
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.relay", "tests.faults.writers", "tests.faults.readied"])


def start(target: Callable[[Any], None], plan: object) -> ForkServerProcess:
    """Run `target(plan)` in a process of its own; both must be importable by name."""
    process = _context.Process(target=_run, args=(target, plan), daemon=True)
    process.start()
    return process


def kill(process: ForkServerProcess, journal: Journal) -> None:
    """kill -9, told to the journal a moment before, so that what the journal says was still so then."""
    if process.is_alive():
        journal.note(Kind.KILLED, victim=process.pid)
        process.kill()
    process.join(timeout=10)
    process.close()


def _run(target: Callable[[Any], None], plan: object) -> None:
    # Whoever started the fork server may itself be killed: nothing of a run may be left behind.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:
        return
    target(plan)
