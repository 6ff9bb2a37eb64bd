"""The lexicon: what different words mean the same, written by people in spreadsheets (`*.csv` beside this file; docs/lexicon.md).

A region adds files of its own in the folder `TECHMARKET_LEXICON_DIR`.
"""

import hashlib
import logging
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock

from market.kernel.settings import Settings
from matching.lexicon.concepts import Concept, Joined, Lexicon, Mention
from matching.lexicon.joining import AskedConcepts, Names
from matching.lexicon.rows import ConceptKind, Problem, Row, check_rows, decode, read_rows

__all__ = [
    "AskedConcepts",
    "Concept",
    "ConceptKind",
    "Joined",
    "Lexicon",
    "Mention",
    "Names",
    "check_files",
    "forget_lexicon",
    "lexicon",
    "open_lexicon",
    "shipped_files",
]

log = logging.getLogger(__name__)


_OPENING = Lock()


@cache
def lexicon() -> Lexicon:
    """The lexicon of this process: what is shipped, and the region's own files."""
    with _OPENING:  # threads that begin at once would each take half a second to read the same
        return _opened()


@cache
def _opened() -> Lexicon:
    return open_lexicon(Settings().lexicon_dir)


def forget_lexicon() -> None:
    """Let go of it, so that it is read anew when it is next asked for."""
    lexicon.cache_clear()
    _opened.cache_clear()


def open_lexicon(folder: Path | None = None) -> Lexicon:
    """The shipped lexicon with the files of the folder added.

    What is wrong in the folder is left out and logged by file and line: a slip in a spreadsheet must not stop the market.
    """
    added = _files_in(folder)
    rows, problems = _read_all(added)
    rows = [*_shipped_rows(), *rows]
    for problem in problems + check_rows(rows):
        log.warning("%s:%d of the lexicon is wrong; see `techmarket lexicon check`", problem.file, problem.line)
    return Lexicon(rows, _version(shipped_files() | added))


def check_files(texts: dict[str, bytes]) -> list[Problem]:
    """What is wrong with files that are to be added to the shipped ones, in order of file and line."""
    rows, problems = _read_all(texts)
    problems.extend(problem for problem in check_rows([*_shipped_rows(), *rows]) if problem.file in texts)
    return sorted(problems, key=lambda problem: (problem.file, problem.line))


def shipped_files() -> dict[str, bytes]:
    """The shipped files by name."""
    found = (one for one in files("matching.lexicon").iterdir() if one.name.endswith(".csv"))
    return {one.name: one.read_bytes() for one in sorted(found, key=lambda one: one.name)}


@cache
def _shipped_rows() -> tuple[Row, ...]:
    return tuple(_read_all(shipped_files())[0])


def _files_in(folder: Path | None) -> dict[str, bytes]:
    if folder is None:
        return {}
    found = {}
    for file in sorted(folder.glob("*.csv")):
        try:
            found[str(file)] = file.read_bytes()
        except OSError:
            log.warning("%s of the lexicon cannot be read; going on without it", file)
    if not found:
        log.warning("TECHMARKET_LEXICON_DIR holds no file that can be read; going on with the shipped lexicon")
    return found


def _read_all(texts: dict[str, bytes]) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for name, content in texts.items():
        found, wrong = _read(name, content)
        rows.extend(found)
        problems.extend(wrong)
    return rows, problems


def _read(name: str, content: bytes) -> tuple[list[Row], list[Problem]]:
    text = decode(content)
    if text is None:
        return [], [Problem(name, 0, "不是 UTF-8 编码:请在表格软件中另存为“CSV UTF-8(逗号分隔)”")]
    return read_rows(name, text)


def _version(texts: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for content in texts.values():
        digest.update(content)
    return digest.hexdigest()[:8]
