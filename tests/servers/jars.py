"""The jars of the Elasticsearch server: pinned by version and hash in elasticsearch-jars.txt, fetched once into the local Maven repository.

python -m tests.servers.jars            fetch what is missing
python -m tests.servers.jars --pin      resolve anew and write elasticsearch-jars.txt
"""

import argparse
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = "9.2.0"
ENTRY_POINTS = (
    f"org.elasticsearch:elasticsearch:{VERSION}+org.elasticsearch.plugin:transport-netty4:{VERSION}"  # its parts follow
)
PINS = Path(__file__).with_name("elasticsearch-jars.txt")
_AT_A_TIME = 8


class JarsMissing(Exception):
    """Jars of the server could not be had; the message names them."""


@dataclass(frozen=True)
class Pin:
    """One jar: its Maven coordinate ``group:artifact:version`` and the SHA-256 of its bytes in hexadecimal."""

    coordinate: str
    sha256: str


def pins() -> list[Pin]:
    """What elasticsearch-jars.txt lists."""
    lines = PINS.read_text(encoding="utf-8").splitlines()
    return [Pin(*line.split()) for line in lines if line and not line.startswith("#")]


def fetch() -> list[Path]:
    """The files of all jars, downloaded where the local Maven repository lacks them. Raises `JarsMissing`.

    Several processes may ask at once: one fetches, the others wait for it.
    """
    with _one_at_a_time(), ThreadPoolExecutor(_AT_A_TIME) as pool:
        found = list(pool.map(_fetch_one, pins()))
    missing = [name for name in found if isinstance(name, str)]
    if missing:
        raise JarsMissing(
            f"these jars of the Elasticsearch server could not be had from the Maven repository: {', '.join(missing)}. "
            "A server that is already there may be named in TECHMARKET_TEST_SEARCH_URL instead."
        )
    return [path for path in found if isinstance(path, Path)]


def _fetch_one(pin: Pin) -> Path | str:
    """The jar's file, or what was wrong with it. A file cut off by an earlier end of the process is fetched again."""
    artifact = _context().create_dependency(pin.coordinate).artifact
    for _attempt in range(2):
        try:
            path = Path(artifact.resolve())
        except Exception as error:  # noqa: BLE001  whatever the resolver, the network or the disk raise
            return f"{pin.coordinate} ({type(error).__name__})"
        if _sha256(path) == pin.sha256:
            return path
        path.unlink()
    return f"{pin.coordinate} (its bytes are not those that were pinned)"


def _context() -> Any:
    from jgo.config import GlobalSettings  # noqa: PLC0415  a third of a second, and only where jars are asked for
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415
    from jgo.maven import MavenContext  # noqa: PLC0415

    own = GlobalSettings.load()  # a mirror may be named in jgo's own configuration file
    return MavenContext(
        repo_cache=own.repo_cache, remote_repos={"central": MAVEN_CENTRAL_URL, **own.repositories}, timeout=30
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / f"techmarket-jars-{os.getuid()}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def pin() -> None:
    """Resolve the server's jars anew, with all they need, and write them down with their hashes."""
    import jgo  # noqa: PLC0415

    artifacts = jgo.resolve(ENTRY_POINTS)
    lines = sorted(f"{one.groupId}:{one.artifactId}:{one.version} {_sha256(Path(one.resolve()))}" for one in artifacts)
    head = "# The Elasticsearch server for tests and the trial; written by `python -m tests.servers.jars --pin`."
    PINS.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pin", action="store_true")
    if parser.parse_args().pin:
        pin()
    fetch()
