"""Keeps one server process: starts it, and kills it with all its children when its owner is gone, however the owner ended.

    python keeper.py --owner PID-CREATED --log FILE [--user NAME] [--remove FOLDER] -- COMMAND …

The first line on standard output is the process id of the command. Standing apart from the server it also ends one that is
frozen. It leaves when the command has ended, with its exit code; FOLDER goes where the owner did not live to remove it.
"""

import argparse
import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil

_POLL_SECONDS = 0.5


def is_alive(pid: int, created: float) -> bool:
    """Whether the very process that was created then still runs; its number may have gone to another."""
    try:
        process = psutil.Process(pid)
        return bool(process.create_time() == created) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill_tree(pid: int) -> None:
    """SIGKILL for a process and all its descendants, frozen or not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--owner", required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--user")
    parser.add_argument("--remove", type=Path)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    pid, created = options.owner.split("-")
    woken = _wake_on_signals()
    with options.log.open("ab") as log:
        if not is_alive(int(pid), float(created)):
            return 1
        child = subprocess.Popen(options.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=options.user)
    os.write(sys.stdout.fileno(), f"{child.pid}\n".encode())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    is_orphaned = False
    while child.poll() is None:
        if not is_alive(int(pid), float(created)):
            is_orphaned = True
            kill_tree(child.pid)
        if select.select([woken], [], [], _POLL_SECONDS)[0]:
            os.read(woken, 1024)
    if options.remove and is_orphaned:
        shutil.rmtree(options.remove, ignore_errors=True)
    return child.returncode


def _wake_on_signals() -> int:
    """A descriptor that becomes readable when the child ends. What asks a server to end is sent to the server itself."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    os.set_blocking(reading, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


if __name__ == "__main__":
    sys.exit(main())
