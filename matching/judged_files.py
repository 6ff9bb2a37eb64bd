"""The files of a judged set: needs and achievements as JSON Lines, grades and kinds as TSV, a ranking as TSV.

Nothing is guessed: what is not UTF-8, not of the stated form or about nothing is refused by an `Invalid` that names file, line and remedy,
since a lost line or a figure over nothing would pass for a measurement.
"""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from market.achievements.models import Achievement
from market.kernel.errors import Invalid
from market.needs.models import Need
from market.reference.lists import code_list
from matching.judged_pool import judged_achievement, judged_need
from matching.ranking_figures import Kind

Grades = dict[str, dict[str, int]]
Kinds = dict[str, dict[str, str]]
Ranking = list[tuple[str, float]]

FIELDS = "technology_fields"

_COLUMNS = 3
_GRADES = {"0", "1", "2", "3"}
_NUMBER = re.compile(r"[-+]?[\d.,]+")


@dataclass(frozen=True)
class JudgedSet:
    """Needs and achievements by name in the order of their files, and the grades; at least one known pair has a grade above 0."""

    needs: list[tuple[str, Need]]
    achievements: list[tuple[str, Achievement]]
    grades: Grades


def read_judged_set(needs: Path, achievements: Path, qrels: Path) -> JudgedSet:
    """The whole set, checked. Raises `Invalid` on a broken file, and where there is nothing to measure."""
    found = JudgedSet(list(read_needs(needs)), list(read_achievements(achievements)), read_grades(qrels))
    for path, rows, meant in ((needs, found.needs, "需求"), (achievements, found.achievements, "成果")):
        if not rows:
            raise _refusal(f"{path.name} 中没有任何{meant},无从评测;请核对文件")
    asked, offered = {name for name, _ in found.needs}, {name for name, _ in found.achievements}
    known = [
        grade
        for need, grades in found.grades.items()
        for achievement, grade in grades.items()
        if need in asked and achievement in offered
    ]
    if not known:
        raise _refusal(
            f"{qrels.name} 中没有一行的需求编号见于 {needs.name}、成果编号又见于 {achievements.name};请核对两列编号"
        )
    if not any(known):
        raise _refusal(
            f"{qrels.name} 对 {needs.name} 与 {achievements.name} 的评判等级全部为 0,无从评测;请补上等级 1-3 的评判"
        )
    return found


def read_needs(path: Path) -> Iterator[tuple[str, Need]]:
    """Needs of a judged set, by name."""
    for name, record in _records(path):
        yield name, judged_need(name, record.title, record.text or "", **record.fields)


def read_achievements(path: Path) -> Iterator[tuple[str, Achievement]]:
    """Achievements of a judged set, by name."""
    for name, record in _records(path):
        yield name, judged_achievement(name, record.title, record.text or "", **record.fields)


def read_grades(path: Path) -> Grades:
    """Grades (0 to 3) by need and achievement, from a TSV; a first line with a number for a grade is a judgement, any other its header.

    Raises `Invalid` on a line of another form, on a pair with two different grades, and where no line is a judgement.
    """
    grades: Grades = {}
    form = "应为“需求编号、成果编号、等级(0、1、2 或 3)”三列,以制表符分隔"
    for number, (need, achievement, grade) in _rows(path, form, _NUMBER.fullmatch):
        if grade not in _GRADES:
            raise _bad_line(path, number, form)
        if grades.setdefault(need, {}).setdefault(achievement, int(grade)) != int(grade):
            raise _bad_line(path, number, f"与前文对需求 {need}、成果 {achievement} 的等级不同")
    if not grades:
        raise _refusal(f"{path.name} 中没有任何评判,无从评测;每行{form}")
    return grades


def read_kinds(path: Path, grades: Grades) -> Kinds:
    """Kinds by need and achievement, from a TSV (achievement, need, kind); a first line that ends in no kind is its header.

    Raises `Invalid` on a line of another form, and where no line is about a need that has `grades`.
    """
    kinds: Kinds = {}
    form = "应为“成果编号、需求编号、类型(same_words、other_words 或 near_miss)”三列,以制表符分隔"
    known = set(Kind)
    for number, (achievement, need, kind) in _rows(path, form, known.__contains__):
        if kind not in known:
            raise _bad_line(path, number, form)
        kinds.setdefault(need, {})[achievement] = kind
    if kinds.keys().isdisjoint(grades):
        raise _refusal(f"{path.name} 中没有一行是关于已评判的需求的;请核对编号,每行{form}")
    return kinds


def require_writable(path: Path, read: Collection[Path]) -> None:
    """Make sure that a ranking can be written there; what stands there stays. Raises `Invalid`, also for one of the files that are `read`."""
    if path.exists() and any(path.samefile(one) for one in read):
        raise _refusal(f"--run-out 指向了要读取的文件 {path.name},会把它覆盖;请换一个文件名")
    stood = path.exists()
    try:
        with path.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        remedy = "它是文件夹,请写明文件名" if path.is_dir() else "请确认所在文件夹存在且可写"
        raise _refusal(f"--run-out 的文件 {path} 无法写入:{remedy}") from error
    if not stood:
        path.unlink()


def write_run(path: Path, rankings: Mapping[str, Ranking]) -> None:
    """One line for each need and achievement with the score, as usual scorers read it."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, delimiter="\t", lineterminator="\n")
        for need, ranking in rankings.items():
            writer.writerows((need, achievement, repr(score)) for achievement, score in ranking)


class _Record(BaseModel):
    """Strict, by the parser that refuses deep nesting and half characters before anything else meets them."""

    model_config = ConfigDict(strict=True)

    id: str | int
    title: str
    text: str | None = None
    keywords: list[str] | None = None
    field_code: str | None = None

    @property
    def fields(self) -> dict[str, Any]:
        return {"keywords": self.keywords or [], "field_code": self.field_code or ""}


_PROBLEMS = {
    "": "不是一个合法的 JSON 对象(每行一个,嵌套不得过深,\\ud800 一类转义须成对)",
    "id": "缺少 id,或 id 不是文字",
    "title": "缺少 title,或 title 不是文字",
    "text": "的 text 不是文字",
    "keywords": "的 keywords 不是文字的列表",
    "field_code": "的 field_code 不是文字",
}


def _records(path: Path) -> Iterator[tuple[str, _Record]]:
    seen: set[str] = set()
    for number, line in enumerate(StringIO(_text(path), newline=None), 1):
        if not line.strip():
            continue
        try:
            record = _Record.model_validate_json(line)
        except ValidationError as error:
            where = error.errors(include_input=False)[0]["loc"]
            raise _bad_line(path, number, _PROBLEMS[str(where[0]) if where else ""]) from error
        name = str(record.id)
        if not name.strip():
            raise _bad_line(path, number, "的 id 是空的")
        if name in seen:
            raise _bad_line(path, number, f"编号 {name} 重复")
        if record.field_code and record.field_code not in code_list(FIELDS):
            raise _bad_line(path, number, f"(编号 {name})的 field_code“{record.field_code}”不在技术领域代码表中")
        seen.add(name)
        yield name, record


def _rows(path: Path, form: str, is_entry: Callable[[str], object]) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """The lines of a TSV with their numbers, without a header: a first line whose third column `is_entry` does not know."""
    reader = csv.reader(StringIO(_text(path), newline=""), delimiter="\t", strict=True)
    first = True
    try:
        for row in reader:
            if not any(column.strip() for column in row):
                continue
            header, first = first and len(row) >= _COLUMNS and not is_entry(row[2].strip()), False
            if header:
                continue
            if len(row) < _COLUMNS or not row[0].strip() or not row[1].strip():
                raise _bad_line(path, reader.line_num, form)
            yield reader.line_num, (row[0], row[1], row[2].strip())
    except csv.Error as error:
        raise _bad_line(path, reader.line_num, form) from error


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
        wrong = text.find("\0")
        number = text.count("\n", 0, wrong) + 1
    except UnicodeDecodeError as error:
        wrong = error.start
        number = content.count(b"\n", 0, wrong) + 1
    if wrong >= 0:
        raise _refusal(f"{path.name} 第 {number} 行不是 UTF-8 编码(或为 GBK、UTF-16);请另存为 UTF-8 后重试")
    return text


def _bad_line(path: Path, number: int, problem: str) -> Invalid:
    return _refusal(f"{path.name} 第 {number} 行{problem},请改正后重试")


def _refusal(problem: str) -> Invalid:
    return Invalid("invalid_file", f"{problem}。")
