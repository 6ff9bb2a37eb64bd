"""Bringing the published model to this machine: from the Maven repository or from a jar, pinned by hash, whole or not at all."""

import os
import shutil
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from matching.embedding.model_files import (
    COORDINATE,
    JAR_SHA256,
    PINNED,
    ModelDamaged,
    ModelFiles,
    folder_in,
    installed,
    is_whole,
    sha256_of,
)

_TIMEOUT_SECONDS = 60


class ModelNotFetched(Exception):
    """The jar could not be had, or is not the one that was pinned; the message says which."""


def install(model_dir: Path, *, jar: Path | None = None) -> ModelFiles:
    """The model in its folder: left alone where it is whole, else taken from `jar` or fetched.

    Several processes may do this at once: each makes a folder of its own and puts it in place in one step.
    Raises `ModelNotFetched`, and OSError where the folder cannot be written.
    """
    try:
        return installed(model_dir)
    except ModelDamaged:
        source = jar or fetched_jar(COORDINATE, JAR_SHA256)
    if not source.is_file() or sha256_of(source) != JAR_SHA256:
        raise ModelNotFetched(f"{source.name} is not {COORDINATE} as pinned (SHA-256 {JAR_SHA256})")
    model_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".installing-", dir=model_dir) as made:
        new = Path(made) / "model"
        _unpack(source, new)
        _put_in_place(new, model_dir)
    return installed(model_dir)


def _unpack(jar: Path, folder: Path) -> None:
    folder.mkdir()
    with zipfile.ZipFile(jar) as archive:
        for one in PINNED:
            with archive.open(one.name) as packed, (folder / one.name).open("wb") as file:
                shutil.copyfileobj(packed, file)
                file.flush()
                os.fsync(file.fileno())


def _put_in_place(new: Path, model_dir: Path) -> None:
    place = folder_in(model_dir)
    try:
        new.rename(place)
    except OSError:
        if is_whole(model_dir):
            return  # another process was faster
        with suppress(FileNotFoundError):
            place.rename(new.with_name("damaged"))
        new.rename(place)


def fetched_jar(coordinate: str, sha256: str) -> Path:
    """The jar in the local Maven repository, downloaded where it is not there or was cut off. Raises `ModelNotFetched`."""
    for _attempt in range(2):
        try:
            path = Path(_artifact(coordinate).resolve())
        except Exception as error:  # whatever the resolver, the network or the disk raise
            raise ModelNotFetched(f"{coordinate}: {type(error).__name__}") from error
        if sha256_of(path) == sha256:
            return path
        path.unlink()
    raise ModelNotFetched(f"{coordinate}: its bytes are not those that were pinned")


def _artifact(coordinate: str) -> Any:
    from jgo.config import GlobalSettings  # noqa: PLC0415  a third of a second, and only for fetching
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415
    from jgo.maven import MavenContext  # noqa: PLC0415

    own = GlobalSettings.load()  # a mirror may be named in jgo's own configuration file
    repositories = {"central": MAVEN_CENTRAL_URL, **own.repositories}
    context: Any = MavenContext(repo_cache=own.repo_cache, remote_repos=repositories, timeout=_TIMEOUT_SECONDS)
    return context.create_dependency(coordinate).artifact
