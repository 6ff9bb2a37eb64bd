"""The numbers of the scoring, as one versioned data file: every stored match names the version it was scored under."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from search.analysis import ANALYSIS_VERSION


@dataclass(frozen=True)
class Weights:
    """What the scoring multiplies with.

    `text` holds the weight of each text part and `fit` of each condition part: a condition adds that share of the text's score, for
    a fitting price says nothing about an unrelated technology. `text_scale` + all of `fit` reach 100. `half_point` is the raw text
    value at which the text earns 63 % of its scale. `need_*` weigh the need's own sections; `half_point_with_meaning` is the same where both texts have vectors. `meaning_floor` is the cosine of texts that have nothing to do
    with each other, `commonness` the share of an offer's commonness that is taken off. Meaning counts fully for an offer
    whose body has `trusted_length` characters, and with `trust_in_titles` for a bare title; the likeness of the titles counts fully for a
    bare title, and with `title_beside_text` beside such a body. `figures_without_meaning`
    is the share of their weight that compared figures keep where meaning does not count. `repetition`, `k1` and `b` are BM25's
    saturation on the need's side, on the achievement's side, and its length correction. With `talks_at_half_capacity` achievements in talks
    half of an owner's capacity is taken to be left. `query_words` and `query_postings` (the
    documents in which they stand, summed up) bound what one query for `candidates` may cost;
    `candidates_by_meaning` of those nearest in meaning join them.
    """

    version: str
    source: str
    text_scale: float
    half_point: float
    text: dict[str, float]
    fit: dict[str, float]
    half_point_with_meaning: float
    meaning_floor: float
    commonness: float
    trust_in_titles: float
    title_beside_text: float
    trusted_length: int
    figures_without_meaning: float
    need_title: float
    need_asking: float
    need_background: float
    repetition: float
    k1: float
    b: float
    freshness_half_life_days: int
    talks_at_half_capacity: int
    candidates: int
    candidates_by_meaning: int
    query_words: int
    query_postings: int


@cache
def weights() -> Weights:
    """The weights shipped with this release."""
    return Weights(**json.loads((files("matching") / "weights.json").read_text(encoding="utf-8")))


MODEL_VERSION = f"{weights().version}+{ANALYSIS_VERSION}"[:60]
"""What a stored match was scored with: the weights and the analysis that cut the text."""
