"""Measures the pairing on judged sets of needs and achievements, through the code that serves users.

The files become a market of their own (`judged_pool`); candidates and scoring do the rest.
With `condensed`, every judged pair is scored besides the candidates, for pools that are judged only in part.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from market.reference.lists import code_list
from matching.embedding.embedder import Embedder
from matching.judged_files import FIELDS, Grades, Ranking, read_judged_set, write_run
from matching.judged_pool import JudgedPool
from matching.ranking_figures import Figures, figures, figures_by
from matching.weights import MODEL_VERSION

Progress = Callable[[int, int | None], None]

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
    listing does; other keys are ignored), `qrels` a TSV (need, achievement, grade 0 to 3), with or without a header. Raises `Invalid`, before
    anything is ranked, for a broken file with its line and for a set in which nothing is to be found.
    """
    read = read_judged_set(needs, achievements, qrels)
    judged, asked = read.grades, read.needs
    with JudgedPool(read.achievements, embedder) as pool:
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
    return code_list(FIELDS).label(code) if code else "其他"


def _by_field(judged: Grades, orders: Mapping[str, Sequence[str]], fields: Mapping[str, str]) -> dict[str, Figures]:
    """The larger fields by their codes, then what is left."""
    found = figures_by(judged, orders, fields)
    large = {code for code, one in found.items() if code and one.needs >= _FEWEST_NEEDS}
    merged = figures_by(judged, orders, {need: code for need, code in fields.items() if code in large})
    return {code: merged[code] for code in sorted(merged, key=lambda code: (code == OTHER_FIELDS, code))}


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
