"""A score means the same whether a pair was found by words alone or by meaning as well: people read one number."""

import json

import numpy as np
import pytest

from matching.evaluation import evaluate
from matching.training.clusters import GAINS, held_out_clusters

_APART = 5.0
"""Points; before the two were brought together, 11 lay between their medians on these texts, and 24 in the demo market."""


@pytest.fixture
def judged_set(tmp_path):
    """The clusters that no weights were trained on, as a judged set."""
    cases = [case for cluster in held_out_clusters() for case in cluster]
    offers = [(case.id, kind, text) for case in cases for kind, text in case.documents.items()]
    needs = [{"id": case.id, "title": case.need.title, "text": case.need.body} for case in cases]
    achievements = [{"id": f"{need}-{kind}", "title": text.title, "text": text.body} for need, kind, text in offers]
    grades = ["need\tachievement\tgrade", *(f"{need}\t{need}-{kind}\t{GAINS[kind]}" for need, kind, _ in offers)]
    paths = tuple(tmp_path / name for name in ("needs.jsonl", "achievements.jsonl", "qrels.tsv"))
    for path, lines in zip(paths, (map(json.dumps, needs), map(json.dumps, achievements), grades), strict=True):
        path.write_text("\n".join(lines), encoding="utf-8")
    return paths


@pytest.mark.slow
def test_best_scores_with_vectors_and_without_are_on_one_scale(judged_set, embedder) -> None:
    by_words, by_meaning = (
        np.percentile([ranking[0][1] for ranking in evaluate(*judged_set, embedder=one).rankings.values()], [50, 90])
        for one in (None, embedder)
    )

    assert by_words == pytest.approx(by_meaning, abs=_APART)
