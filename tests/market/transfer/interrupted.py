"""A restore or a move in a process of its own, which says when it has come half-way and waits there to be killed."""

import subprocess
import sys
import time
from pathlib import Path

from market.kernel.db import Database
from market.transfer import move, restore, streaming
from market.transfer.archive import Archive


def kill_half_way(what: str, source: str, target: str, at: float) -> None:
    """Begin the work in another process and kill it (SIGKILL) when this part of its rows is done. `source`: a file or a URL."""
    command = [sys.executable, "-m", "tests.market.transfer.interrupted", what, source, target, str(at)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.kill()
        process.wait(timeout=10)
    assert line.startswith("waiting"), "it ended before it was killed"


def _main(what: str, source: str, target: str, at: float) -> None:
    def progress(done: int, total: int | None) -> None:
        if total and done / total >= at:
            print("waiting", done, flush=True)  # noqa: T201
            time.sleep(60)  # until the kill

    if what == "restore":
        with Archive(Path(source)) as archive:
            restore.restore(Database(target), archive, replace=True, progress=progress)
    else:
        streaming.BATCH_ROWS = 5  # so that a small market takes many transactions
        move.move(Database(source), Database(target), progress=progress)


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]))
