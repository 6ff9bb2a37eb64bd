"""A judged set as a market of its own: listings in memory, a temporary index, and its pairs scored by the code that serves users."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np

from market.achievements.models import Achievement
from market.kernel.outbox import Subject
from market.listings.models import ListingStatus
from market.needs.models import Need
from matching import candidates
from matching.corpus import Corpus, average
from matching.embedding.embedder import Embedder
from matching.embedding.texts import achievement_text, need_text
from matching.meaning import commonness, sample_places
from matching.profiles import NeedProfile, Vector, profile_achievement, profile_need
from matching.scoring import ScoredPair, prepare_need, rank, score_pair
from matching.weights import weights
from search import documents
from search.building import build_from
from search.engine import IndexDocument
from search.tantivy_engine import TantivyEngine

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""Judged sets have no dates; a fixed one keeps every run the same."""

_TITLE_LENGTH = 120


def judged_need(name: str, title: str, text: str, **fields: Any) -> Need:
    """A need of a judged set as a row that no database knows; the text stands for the problem."""
    return Need(**_listing(Subject.NEED, name, title), problem=text, **fields)


def judged_achievement(name: str, title: str, text: str, **fields: Any) -> Achievement:
    """An achievement of a judged set as a row that no database knows; the text stands for the public summary."""
    return Achievement(**_listing(Subject.ACHIEVEMENT, name, title), summary=text, **fields)


class JudgedPool:
    """The achievements of a judged set, by name, in a temporary index; without an `embedder` pairs are found and scored by words alone.

    The index stands between `__enter__` and `__exit__`. Raises what the embedder raises before there is one.
    """

    _engine: TantivyEngine
    _corpus: Corpus
    _opened: ExitStack

    def __init__(self, achievements: Sequence[tuple[str, Achievement]], embedder: Embedder | None = None) -> None:
        self._embedder = embedder
        self._profiles = {row.id: profile_achievement(row) for _, row in achievements}
        self._vectors = np.zeros((0, 0), np.float32)
        if embedder is not None:
            self._vectors = embedder.embed_achievements([achievement_text(one) for one in self._profiles.values()])
            self._profiles = {
                key: replace(one, vector=vector)
                for (key, one), vector in zip(self._profiles.items(), self._vectors, strict=True)
            }
        self._in_order = list(self._profiles)
        self._names = {row.id: name for name, row in achievements}
        self._ids = {name: row.id for name, row in achievements}
        self._documents = [_document(row) for _, row in achievements]

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            folder = opened.enter_context(TemporaryDirectory(prefix="techmarket-judged-"))
            self._engine = opened.enter_context(closing(TantivyEngine(Path(folder))))
            self._engine.prepare()
            build_from(self._engine, self._documents)
            lengths = [profile.text.length for profile in self._profiles.values()]
            self._corpus = Corpus(self._engine, len(lengths), average(lengths))
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def name_of(self, pair: ScoredPair) -> str:
        """The achievement's name in the set."""
        return self._names[pair.achievement.id]

    def ranked(
        self, needs: Sequence[tuple[str, Need]], besides: Mapping[str, Sequence[str]] | None = None
    ) -> Iterator[tuple[str, list[ScoredPair]]]:
        """For each need its name and its pairs, best first: with all candidates, and with the achievements named `besides`."""
        for (name, _), need in zip(needs, self._profiles_of([row for _, row in needs]), strict=True):
            found = candidates.for_need(self._engine, need, self._corpus, now=NOW)
            if need.vector is not None:
                found += self._nearest(need.vector)
            more = (self._ids[other] for other in (besides or {}).get(name, ()) if other in self._ids)
            prepared = prepare_need(need, self._corpus)
            asked = dict.fromkeys([*found, *more])
            yield name, rank(score_pair(prepared, self._profiles[one], self._corpus, now=NOW) for one in asked)

    def _profiles_of(self, needs: Sequence[Need]) -> list[NeedProfile]:
        """With their vectors; these tell how common each achievement is."""
        profiles = [profile_need(row) for row in needs]
        if self._embedder is None or not profiles:
            return profiles
        vectors = self._embedder.embed_needs([need_text(one) for one in profiles])
        sample = vectors[sample_places([one.id for one in profiles])]
        common = commonness(self._vectors, sample).tolist()
        for (key, one), usual in zip(self._profiles.items(), common, strict=True):
            self._profiles[key] = replace(one, commonness=usual)
        return [replace(one, vector=vector) for one, vector in zip(profiles, vectors, strict=True)]

    def _nearest(self, vector: Vector) -> list[UUID]:
        order = np.argsort(-(self._vectors @ vector), kind="stable")[: weights().candidates]
        return [self._in_order[place] for place in order]


def _listing(subject: Subject, name: str, title: str) -> dict[str, Any]:
    return {
        "id": uuid5(NAMESPACE_URL, f"{subject}/{name}"),
        "owner_party_id": uuid5(NAMESPACE_URL, subject),
        "title": title[:_TITLE_LENGTH],
        "status": ListingStatus.PUBLISHED,
        "created_at": NOW,
        "updated_at": NOW,
    }


def _document(row: Achievement) -> IndexDocument:
    document = documents.from_achievement(row, ())
    assert isinstance(document, IndexDocument)  # noqa: S101  a published listing always has one
    return document
