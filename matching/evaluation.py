"""Measures the pairing on judged sets of needs and achievements, through the code that serves users.

The files become a market of their own (`judged_pool`); candidates and scoring do the rest.
With `condensed`, every judged pair is scored besides the candidates, for pools that are judged only in part.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from market.achievements.models import Achievement
from market.kernel.errors import Invalid
from market.needs.models import Need
from market.reference.lists import code_list
from matching.embedding.embedder import Embedder
from matching.judged_pool import JudgedPool, judged_achievement, judged_need
from matching.ranking_figures import Figures, figures, figures_by
from matching.weights import MODEL_VERSION

Progress = Callable[[int, int | None], None]
Grades = dict[str, dict[str, int]]
Ranking = list[tuple[str, float]]

_COLUMNS = 3
_FIELDS = "technology_fields"
_FEWEST_NEEDS = 5
OTHER_FIELDS = ""
"""Under which the needs of small fields stand, and those of none."""


@dataclass(frozen=True)
class Report:
    """The figures of a run, and its rankings: for each need achievements with their scores, best first.

    `by_field`: the same figures by technology field of the need, where at least five needs of a field have anything to find; the rest
    together under `OTHER_FIELDS`.
    """

    model_version: str
    figures: Figures
    rankings: Mapping[str, Ranking]
    by_field: Mapping[str, Figures]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the figures rounded to four places, without the rankings."""
        found = _as_dict(self.figures)
        return {"model_version": self.model_version, "ranked_needs": sum(map(bool, self.rankings.values())), **found}

    def fields_as_dict(self) -> list[dict[str, Any]]:
        """For JSON: a row for each field with its code and Chinese name, the same figures in each."""
        return [
            {"field_code": code, "field": field_label(code), **_as_dict(one)} for code, one in self.by_field.items()
        ]


def evaluate(
    needs: Path,
    achievements: Path,
    qrels: Path,
    *,
    condensed: bool = False,
    run_out: Path | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> Report:
    """Rank the achievements for every need and compare with the judgements; without an `embedder`, by words and numbers alone.

    `needs` and `achievements` are JSON Lines (`id`, `title`, `text`, perhaps `keywords` and `field_code`, which counts as that of a
    listing does; other keys are ignored), `qrels` a TSV with a header (need, achievement, grade 0 to 3). Raises `Invalid` that names file and line.
    """
    judged = read_grades(qrels)
    asked = list(read_needs(needs))
    with JudgedPool(list(read_achievements(achievements)), embedder) as pool:
        rankings = {}
        besides = {need: list(grades) for need, grades in judged.items()} if condensed else None
        for name, pairs in pool.ranked(asked, besides):
            found = [(pool.name_of(pair), pair.score) for pair in pairs]
            rankings[name] = sorted(found, key=lambda entry: (-entry[1], entry[0]))
            if progress is not None:
                progress(len(rankings), len(asked))
    orders = {need: [achievement for achievement, _ in ranking] for need, ranking in rankings.items()}
    if condensed:
        orders = {need: _condense(order, judged.get(need, {})) for need, order in orders.items()}
    if run_out is not None:
        write_run(run_out, rankings)
    by_field = _by_field(judged, orders, {name: row.field_code for name, row in asked})
    return Report(MODEL_VERSION, figures(judged, orders), rankings, by_field)


def field_label(code: str) -> str:
    """What a field of `Report.by_field` is called, in Chinese."""
    return code_list(_FIELDS).label(code) if code else "其他"


def _by_field(judged: Grades, orders: Mapping[str, Sequence[str]], fields: Mapping[str, str]) -> dict[str, Figures]:
    """The larger fields by their codes, then what is left."""
    found = figures_by(judged, orders, fields)
    large = {code for code, one in found.items() if code and one.needs >= _FEWEST_NEEDS}
    merged = figures_by(judged, orders, {need: code for need, code in fields.items() if code in large})
    return {code: merged[code] for code in sorted(merged, key=lambda code: (code == OTHER_FIELDS, code))}


def read_needs(path: Path) -> Iterator[tuple[str, Need]]:
    """Needs of a judged set, by name."""
    for name, record in _read_records(path):
        yield name, judged_need(name, str(record["title"]), _text(path, name, record), **_fields(name, record))


def read_achievements(path: Path) -> Iterator[tuple[str, Achievement]]:
    """Achievements of a judged set, by name."""
    for name, record in _read_records(path):
        yield name, judged_achievement(name, str(record["title"]), _text(path, name, record), **_fields(name, record))


def read_grades(path: Path) -> Grades:
    """Grades by need and achievement, from a TSV with a header line."""
    grades: Grades = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t"), 1):
            if number == 1 or not row:
                continue
            if len(row) < _COLUMNS or not row[2].strip().isdecimal():
                raise _bad_line(path, number, "应为“需求编号、成果编号、等级(0-3)”三列,以制表符分隔")
            grades.setdefault(row[0], {})[row[1]] = int(row[2])
    return grades


def write_run(path: Path, rankings: Mapping[str, Ranking]) -> None:
    """One line for each need and achievement with the score, as usual scorers read it."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, delimiter="\t", lineterminator="\n")
        for need, ranking in rankings.items():
            writer.writerows((need, achievement, repr(score)) for achievement, score in ranking)


def _read_records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: set[str] = set()
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise _bad_line(path, number, "不是合法的 JSON") from error
            if not isinstance(record, dict) or not isinstance(record.get("title"), str) or not record.get("id"):
                raise _bad_line(path, number, "缺少 id 或 title")
            name = str(record["id"])
            if name in seen:
                raise _bad_line(path, number, f"编号 {name} 重复")
            seen.add(name)
            yield name, record


def _fields(name: str, record: Mapping[str, Any]) -> dict[str, Any]:
    keywords = record.get("keywords")
    field_code = record.get("field_code") or ""
    if field_code and field_code not in code_list(_FIELDS):
        raise Invalid("invalid_file", f"编号为 {name} 的 field_code“{field_code}”不在技术领域代码表中,请改正后重试。")
    return {
        "keywords": [str(keyword) for keyword in keywords] if isinstance(keywords, list) else [],
        "field_code": field_code,
    }


def _text(path: Path, name: str, record: Mapping[str, Any]) -> str:
    text = record.get("text") or ""
    if not isinstance(text, str):
        raise Invalid("invalid_file", f"{path.name} 中编号为 {name} 的 text 不是文字,请改为字符串。")
    return text


def _bad_line(path: Path, number: int, problem: str) -> Invalid:
    return Invalid("invalid_file", f"{path.name} 第 {number} 行{problem},请改正后重试。")


def _condense(order: Sequence[str], grades: Mapping[str, int]) -> list[str]:
    """Only what was judged; what the ranking lacks goes last."""
    kept = [achievement for achievement in order if achievement in grades]
    return kept + sorted(set(grades) - set(kept))


def _as_dict(found: Figures) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in asdict(found).items()}


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    return [_rounded(one) for one in value] if isinstance(value, tuple) else value
