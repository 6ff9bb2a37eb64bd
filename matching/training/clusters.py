"""The training corpus: crossed clusters, in which a document's worth depends on the need and never on its own style.

A cluster is four needs about the same object that ask for different things. Each need has three achievements: `s` solves it in its own
words, `p` solves it in other words, `m` misses one stated indicator or condition. What solves one need is tempting but wrong for its three
siblings, so nothing can be learned without reading the need. `corpus/README.md` tells how they are written.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable


class Kind(StrEnum):
    """What a document is to its own need."""

    SAME_WORDS = "s"
    OTHER_WORDS = "p"
    NEAR_MISS = "m"


GAINS = {Kind.SAME_WORDS: 3, Kind.OTHER_WORDS: 3, Kind.NEAR_MISS: 2}
"""How much a document is worth for its own need; for every other need it is worth nothing."""


@dataclass(frozen=True)
class Text:
    """A need or an achievement of the corpus."""

    title: str
    body: str

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True)
class Case:
    """One need with its documents."""

    id: str
    need: Text
    documents: dict[Kind, Text]


Cluster = tuple[Case, ...]


HELD_OUT = frozenset({"A13", "B13", "C13", "D13", "E13"})
"""Clusters, one of each hand, that no shipped weights were trained on: they show what was learned and what was only remembered."""


def training_clusters() -> list[Cluster]:
    """What the shipped weights are trained on."""
    return [cluster for cluster in clusters() if name_of(cluster) not in HELD_OUT]


def held_out_clusters() -> list[Cluster]:
    """What they are tried on."""
    return [cluster for cluster in clusters() if name_of(cluster) in HELD_OUT]


def name_of(cluster: Cluster) -> str:
    """``A13``: the hand's letter and the number."""
    return cluster[0].id.partition("-")[0]


def clusters(folder: Traversable | None = None) -> list[Cluster]:
    """Every cluster of the folder (the shipped corpus where none is given), in order of file name. Raises `ValueError` on a broken file."""
    root = folder or files("matching.training") / "corpus"
    names = sorted(one.name for one in root.iterdir() if one.name.endswith(".jsonl"))
    return [_cluster(name, (root / name).read_text(encoding="utf-8")) for name in names]


def _cluster(name: str, content: str) -> Cluster:
    texts = {one["id"]: Text(one["title"], one["text"]) for one in _lines(name, content)}
    needs = [key for key in texts if key.count("-") == 1]
    expected = set(needs) | {f"{need}-{kind}" for need in needs for kind in Kind}
    if set(texts) != expected:
        raise ValueError(f"{name}: missing or surplus: {sorted(expected ^ set(texts))}")
    return tuple(Case(need, texts[need], {kind: texts[f"{need}-{kind}"] for kind in Kind}) for need in needs)


def _lines(name: str, content: str) -> Iterator[dict[str, str]]:
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        record = json.loads(line)
        if set(record) != {"id", "title", "text"}:
            raise ValueError(f"{name}, line {number}: id, title and text are wanted")
        yield record
