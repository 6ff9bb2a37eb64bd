"""What the shipped tuning learned: told on clusters that it was not trained on, and above what it does with the wrong needs."""

from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from matching.embedding.onnx_embedder import OnnxEmbedder
from matching.training.clusters import Kind, held_out_clusters
from matching.training.probes import auc, gains_of, with_wrong_needs

pytestmark = [pytest.mark.slow, pytest.mark.once]

CASES = list(chain.from_iterable(held_out_clusters()))
GAINS = gains_of(CASES)


@pytest.fixture(scope="module")
def likeness(files):
    """Needs (rows) against documents, by the shipped model and by the published one."""

    def measured(**options):
        embedder = OnnxEmbedder(files, threads=2, **options)
        asked = embedder.embed_needs([case.need.whole for case in CASES])
        offered = embedder.embed_achievements([case.documents[kind].whole for case in CASES for kind in Kind])
        embedder.close()
        return asked @ offered.T

    return {"tuned": measured(), "published": measured(tuned=Path("there-is-none"))}


def other_words(scores):
    """The share of needs whose solution in other words stands above every document of other needs."""
    column = list(Kind).index(Kind.OTHER_WORDS)
    wins = [scores[row, row * len(Kind) + column] > scores[row][GAINS[row] == 0].max() for row in range(len(scores))]
    return float(np.mean(wins))


def test_solutions_in_other_words_stand_above_wrong_ones_more_often_than_with_the_published_model(likeness):
    assert other_words(likeness["tuned"]) >= other_words(likeness["published"]) + 0.25


def test_nothing_is_won_when_the_needs_are_the_wrong_ones(likeness):
    wrong = with_wrong_needs(likeness["tuned"])
    assert other_words(wrong) == 0.0
    assert auc(wrong.ravel(), GAINS.ravel() > 0) < 0.55


def test_bare_titles_mean_what_they_meant_to_the_published_model(files):
    """A corpus of sixty clusters must not overwrite what the published model knows of the world."""
    titles = [case.need.title for case in CASES] + [case.documents[Kind.SAME_WORDS].title for case in CASES]
    pairs = []
    for options in ({}, {"tuned": Path("there-is-none")}):
        embedder = OnnxEmbedder(files, threads=2, **options)
        vectors = embedder.embed_achievements(titles)
        embedder.close()
        pairs.append((vectors @ vectors.T)[np.triu_indices(len(titles), 1)])
    assert np.corrcoef(*pairs)[0, 1] > 0.6
