"""Need-blind probes: can a document's worth be told without reading the need? It must not, or a model learns style instead of fit.

`blind_auc` trains a ridge on the document alone, never on clusters that it is asked about. `with_wrong_needs` takes a model's scores after
every need has been given to another: what is still ranked right then was not won by reading the need.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.training.clusters import GAINS, Case, Cluster, Kind, Text

Floats = NDArray[np.float64]

_BUCKETS = 4_096
_FOLDS = 5
_RIDGE = 30.0


def features(text: Text) -> Floats:
    """What a document looks like: its character pairs by hash, its length, figures, Latin letters and marks."""
    whole = text.whole
    counts = Counter(zlib.crc32(whole[i : i + 2].encode()) % _BUCKETS for i in range(len(whole) - 1))
    vector = np.zeros(_BUCKETS + 6)
    for bucket, count in counts.items():
        vector[bucket] = 1 + np.log(count)
    vector[:_BUCKETS] /= np.linalg.norm(vector[:_BUCKETS])
    length = max(1, len(whole))
    shares = (
        sum(one.isdigit() for one in whole),
        sum(one.isascii() and one.isalpha() for one in whole),
        sum(one in "，、" for one in whole),
        sum(one in "（(" for one in whole),
    )
    vector[_BUCKETS:] = [len(text.body) / 300, len(text.title) / 20, *(share / length * 5 for share in shares)]
    return vector


def blind_auc(clusters: Sequence[Cluster], is_positive: Callable[[Kind], bool], kinds: Sequence[Kind]) -> float:
    """How well documents of some kinds are told from the others by their looks (0.5: not at all), cross-validated by cluster."""
    documents = [
        (number, kind, features(case.documents[kind]))
        for number, cluster in enumerate(clusters)
        for case in cluster
        for kind in kinds
    ]
    groups = np.array([number for number, _, _ in documents]) % _FOLDS
    looks = np.stack([vector for _, _, vector in documents])
    wanted = np.array([1.0 if is_positive(kind) else 0.0 for _, kind, _ in documents])
    scores = np.zeros(len(documents))
    for fold in range(_FOLDS):
        train, test = groups != fold, groups == fold
        mean, average = looks[train].mean(axis=0), wanted[train].mean()
        centred = looks[train] - mean
        # The dual form: far fewer documents than features.
        dual = np.linalg.solve(centred @ centred.T + _RIDGE * np.eye(len(centred)), wanted[train] - average)
        scores[test] = (looks[test] - mean) @ (centred.T @ dual)
    return auc(scores, wanted > 0)


def auc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """The share of (positive, negative) pairs in the right order; ties count half."""
    order = np.argsort(np.argsort(scores, kind="stable"), kind="stable") + 1.0
    for value in np.unique(scores):
        same = scores == value
        order[same] = order[same].mean()
    count = int(positive.sum())
    return float((order[positive].sum() - count * (count + 1) / 2) / (count * (len(scores) - count)))


def gains_of(cases: Sequence[Case]) -> Floats:
    """What every document (columns, three for each case in order of `Kind`) is worth for every need (rows)."""
    gains = np.zeros((len(cases), len(cases) * len(Kind)))
    for row in range(len(cases)):
        for offset, kind in enumerate(Kind):
            gains[row, row * len(Kind) + offset] = GAINS[kind]
    return gains


def with_wrong_needs(scores: Floats) -> Floats:
    """Every need's scores given to the need after the next cluster's, so that no need is read with its own cluster."""
    return np.roll(scores, 5, axis=0)
