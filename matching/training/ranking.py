"""A ranker from the corpus: learned on clusters, measured on others, used only where it is better, like one from decisions.

The shipped corpus teaches the shipped weights nothing (docs/matching.md). A region that writes clusters of its own (`corpus/README.md`)
finds out in the same way whether they do. Where the embedding model was tuned on the very clusters that are learned from, meaning
looks better there than it is; the clusters that are held out decide.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.db import Database
from matching.embedding.embedder import Embedder
from matching.judged_pool import JudgedPool, judged_achievement, judged_need
from matching.learning.examples import Example, learnable
from matching.learning.ranker import current_ranker
from matching.learning.training import (
    Progress,
    TrainingReport,
    Verdict,
    by_need,
    compare,
    learn,
    lists_of_today,
    number_in_force,
    record,
    verdict_on,
    with_starved,
)
from matching.training.clusters import GAINS, Cluster, clusters, held_out_clusters, training_clusters

_CONSIDERED = 30
"""Of the pairs of a need that are no gold the best so many are learned from: nobody looks further down."""
_EACH_HELD_OUT = 5
_EMBEDDED = 32
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def train_from_corpus(
    database: Database,
    actor: Actor,
    embedder: Embedder | None,
    *,
    clock: Clock,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> TrainingReport:
    """Learn from the clusters of the folder, or of the shipped corpus; recorded and adopted as `train_from_decisions` does it.

    Stopped half-way, nothing has changed. Raises `ValueError` on a broken cluster, `Conflict` where another training has changed what
    stands meanwhile, `EmbedderUnavailable`.
    """
    actor.require(Permission.OPERATE)
    show = progress or (lambda _done, _total: None)
    taught, held_out = divided(folder)
    examples = examples_of([*taught, *held_out], embedder, show)
    first_held_out = _day_of(len(taught))
    earlier = [one for one in examples if one.at < first_held_out]
    ranker = learn(earlier)
    with database.reading() as session:
        standing = number_in_force(session)
        later = by_need(one for one in examples if one.at >= first_held_out)
        comparison = compare(later, ranker, current_ranker(session))
        comparison = with_starved(session, comparison, lists_of_today(session), ranker)
    report = TrainingReport(verdict_on(comparison), 0, 0, len(earlier), clock.now(), comparison, None)
    if report.verdict is Verdict.TOO_FEW_NEEDS:
        return report
    return record(database, actor, report, ranker, standing, clock=clock)


def divided(folder: Path | None) -> tuple[list[Cluster], list[Cluster]]:
    """What is learned from, and what is held out: of the shipped clusters those that always are, of a folder's every fifth by name.

    Raises `ValueError` as `clusters` does, and where the folder has none.
    """
    if folder is None:
        return training_clusters(), held_out_clusters()
    given = clusters(folder)
    if not given:
        raise ValueError("no file ends in .jsonl")
    is_held_out = [place % _EACH_HELD_OUT == _EACH_HELD_OUT - 1 for place in range(len(given))]
    return (
        [one for one, held_out in zip(given, is_held_out, strict=True) if not held_out],
        [one for one, held_out in zip(given, is_held_out, strict=True) if held_out],
    )


def examples_of(given: Sequence[Cluster], embedder: Embedder | None, show: Progress) -> list[Example]:
    """Every document of a need's own cluster and the best of all others, graded; dated by the cluster's place, a day each.

    The dates keep the needs of one cluster together where examples are divided by date, for they share their documents.
    """
    cases = [(day, case) for day, cluster in enumerate(given) for case in cluster]
    days = {case.id: _day_of(day) for day, case in cases}
    judged = {case.id: {f"{case.id}-{kind}": GAINS[kind] for kind in case.documents} for _, case in cases}
    siblings = {case.id: [f"{one.id}-{kind}" for one in given[day] for kind in one.documents] for day, case in cases}
    offers = [
        (f"{case.id}-{kind}", judged_achievement(f"{case.id}-{kind}", text.title, text.body))
        for _, case in cases
        for kind, text in case.documents.items()
    ]
    needs = [(case.id, judged_need(case.id, case.need.title, case.need.body)) for _, case in cases]
    counted = None if embedder is None else _Counted(embedder, show, len(offers) + len(needs))
    examples = []
    with JudgedPool(offers, counted) as pool:
        for name, pairs in pool.ranked(needs, siblings):
            grades, own = judged[name], set(siblings[name])
            for place, pair in enumerate(pairs):
                offer = pool.name_of(pair)
                if offer in own or place < _CONSIDERED:
                    parts = learnable(pair.shares)
                    ids = pair.need.id, pair.achievement.id
                    examples.append(Example(*ids, days[name], grades.get(offer, 0), 1.0, parts, is_decision=True))
    return examples


def _day_of(place: int) -> datetime:
    return _FIRST_DAY + timedelta(days=place)


class _Counted:
    """An embedder that shows how far it is: a thousand texts take minutes."""

    def __init__(self, embedder: Embedder, show: Progress, total: int) -> None:
        self._embedder = embedder
        self._show = show
        self._total = total
        self._done = 0
        self.version, self.dimensions = embedder.version, embedder.dimensions

    def embed_needs(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.concatenate([self._counted(self._embedder.embed_needs(some)) for some in _in_parts(texts)])

    def embed_achievements(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.concatenate([self._counted(self._embedder.embed_achievements(some)) for some in _in_parts(texts)])

    def close(self) -> None:
        self._embedder.close()

    def _counted(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        self._done += len(vectors)
        self._show(self._done, self._total)
        return vectors


def _in_parts(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + _EMBEDDED] for start in range(0, len(texts), _EMBEDDED)]
