"""The lexicon's file format: comma separated, five columns, one concept a line. Read, and told what is wrong with it.

    term,also,english,broader,kind
    烧碱,氢氧化钠|苛性钠|NaOH,caustic soda|sodium hydroxide,无机碱,chemical

`also`, `english` and `broader` hold several entries separated by `|`. A file saved by a spreadsheet (with a byte order mark, quotes,
blanks at the ends) reads the same.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from search import analysis

COLUMNS = ("term", "also", "english", "broader", "kind")
LONGEST_SURFACE = 60
_SEPARATORS = re.compile("[，、；;\n\r\t]")
_DASHES = str.maketrans("-‐‑‒–—−", " " * 7)
_CHINESE = re.compile("[\u3400-\u9fff]")


class ConceptKind(StrEnum):
    """What a concept is: what is done, what with, what on, or how good it is."""

    PROCESS = "process"
    METHOD = "method"
    EQUIPMENT = "equipment"
    COMPONENT = "component"
    MATERIAL = "material"
    CHEMICAL = "chemical"
    PRODUCT = "product"
    ORGANISM = "organism"
    PROPERTY = "property"
    PHENOMENON = "phenomenon"
    SOFTWARE = "software"


@dataclass(frozen=True)
class Row:
    """One concept as written in `file`, `line`. `surfaces` begins with the term; no two of them have the same key."""

    file: str
    line: int
    term: str
    also: tuple[str, ...]
    english: tuple[str, ...]
    broader: tuple[str, ...]
    kind: ConceptKind

    @property
    def surfaces(self) -> tuple[str, ...]:
        return tuple({key(one): one for one in reversed((self.term, *self.also, *self.english))}.values())[::-1]


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line (0: in the whole file), as a Chinese sentence that says what to do."""

    file: str
    line: int
    sentence: str


def key(surface: str) -> str:
    """Under which a surface is found: width, case and dashes make no difference. As long as the folded surface."""
    return analysis.fold(surface).translate(_DASHES)


def decode(content: bytes) -> str | None:
    """The text of a file; None where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def read_rows(file: str, text: str) -> tuple[list[Row], list[Problem]]:
    """The rows that can be used, and what is wrong with the others."""
    rows: list[Row] = []
    problems: list[Problem] = []
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
        if tuple(cell.strip().casefold() for cell in header) != COLUMNS:
            return [], [Problem(file, 1, f"第一行应为表头 {','.join(COLUMNS)}")]
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            found = _row(file, reader.line_num, cells)
            if isinstance(found, Row):
                rows.append(found)
            else:
                problems.append(Problem(file, reader.line_num, found))
    except csv.Error:
        problems.append(Problem(file, reader.line_num, "无法读出这一行,请检查引号是否成对"))
    return rows, problems


def _row(file: str, line: int, cells: list[str]) -> Row | str:
    if len(cells) != len(COLUMNS):
        return f"应有 {len(COLUMNS)} 列,实有 {len(cells)} 列:几个写法之间用 | 分隔,含英文逗号的写法加双引号"
    term = cells[0].strip()
    also, english, broader = (_entries(cell) for cell in cells[1:4])
    if not term:
        return "缺少术语(第一列)"
    try:
        kind = ConceptKind(cells[4].strip())
    except ValueError:
        return f"类别(第五列)须为 {'、'.join(ConceptKind)} 之一"
    for surface in (term, *also, *english, *broader):
        fault = _fault(surface)
        if fault:
            return f"“{surface[:LONGEST_SURFACE]}”{fault}"
    return Row(file, line, term, also, english, broader, kind)


def _entries(cell: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in cell.split("|") if entry.strip())


def _fault(surface: str) -> str:
    if _SEPARATORS.search(surface):
        return "含有顿号、分号或中文逗号:几个写法之间用 | 分隔"
    if len(key(surface)) == 1:
        return "只有一个字,会在别的词里误认,请写完整"
    if len(surface) > LONGEST_SURFACE:
        return f"超过 {LONGEST_SURFACE} 个字"
    return "" if any(character.isalpha() for character in surface) else "没有文字"


def check_rows(rows: Iterable[Row]) -> list[Problem]:
    """What is wrong between lines: two concepts that claim one surface, broader concepts that are missing or run in a circle.

    A term that stands in a second line adds to the first one; within one file that is most likely a slip, so it is told.
    """
    rows = list(rows)
    problems: list[Problem] = []
    owners: dict[str, Row] = {}
    for row in rows:
        for surface in row.surfaces:
            owner = owners.setdefault(key(surface), row)
            if owner is row:
                continue
            if key(owner.term) != key(row.term):
                sentence = (
                    f"“{surface}”已属于概念“{owner.term}”({owner.file} 第 {owner.line} 行),一个写法只能属于一个概念"
                )
                problems.append(Problem(row.file, row.line, sentence))
            elif owner.file == row.file and surface == row.term:
                problems.append(Problem(row.file, row.line, f"术语“{row.term}”与第 {owner.line} 行重复,请合为一行"))
    for row in rows:
        problems.extend(
            Problem(row.file, row.line, f"上位概念“{name}”不在词库中,请先为它写一行,或留空")
            for name in row.broader
            if key(name) not in owners
        )
    return problems + _circles(rows, owners)


def _circles(rows: list[Row], owners: dict[str, Row]) -> list[Problem]:
    above: dict[str, set[str]] = {}
    for row in rows:
        named = (owners.get(key(name)) for name in row.broader)
        above.setdefault(key(row.term), set()).update(key(owner.term) for owner in named if owner)
    problems = []
    for row in rows:
        reached: set[str] = set()
        waiting = list(above[key(row.term)])
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(above.get(name, ()))
        if key(row.term) in reached:
            problems.append(Problem(row.file, row.line, f"“{row.term}”的上位概念绕回了它自己"))
    return problems


def is_chinese(surface: str) -> bool:
    """Whether a surface holds Chinese characters."""
    return bool(_CHINESE.search(surface))
