"""Offers that are little more than a title: they must not stand below whole texts that say less about the need."""

import json

import pytest

from matching.evaluation import evaluate
from matching.training.clusters import GAINS, Kind, held_out_clusters

CASES = [case for cluster in held_out_clusters() for case in cluster]


@pytest.fixture
def half_bare(tmp_path):
    """The clusters that no weights were trained on as a judged set, in which the achievements of every second need are bare titles."""
    needs = [{"id": case.id, "title": case.need.title, "text": case.need.body} for case in CASES]
    offers = [
        {"id": f"{case.id}-{kind}", "title": text.title, "text": "" if place % 2 else text.body}
        for place, case in enumerate(CASES)
        for kind, text in case.documents.items()
    ]
    grades = [
        "need\tachievement\tgrade",
        *(f"{case.id}\t{case.id}-{kind}\t{GAINS[kind]}" for case in CASES for kind in Kind),
    ]
    paths = tuple(tmp_path / name for name in ("needs.jsonl", "achievements.jsonl", "qrels.tsv"))
    for path, lines in zip(paths, (map(json.dumps, needs), map(json.dumps, offers), grades), strict=True):
        path.write_text("\n".join(lines), encoding="utf-8")
    return paths


@pytest.mark.slow
def test_bare_titles_when_other_offers_have_whole_texts_keep_their_places(half_bare, embedder):
    """.842 where the likeness of titles weighed as little for a bare title as beside a whole text."""
    assert evaluate(*half_bare, embedder=embedder).figures.ndcg_at_10 > 0.87
