"""The training corpus: crossed clusters, in which a document's worth depends on the need and never on its own style.

A cluster is four needs about the same object that ask for different things. Each need has three achievements: `s` solves it in its own
words, `p` solves it in other words, `m` misses one stated indicator or condition. What solves one need is tempting but wrong for its three
siblings, so nothing can be learned without reading the need. `corpus/README.md` tells how they are written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable

from pydantic import BaseModel, ConfigDict, Field, ValidationError


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
    """Every cluster of the folder (the shipped corpus where none is given), in order of file name.

    Raises `ValueError`, with the file and what is wrong in it, on a broken file and where an id stands twice.
    """
    root = folder or files("matching.training") / "corpus"
    names = sorted(one.name for one in root.iterdir() if one.name.endswith(".jsonl"))
    found = [_cluster(name, (root / name).read_text(encoding="utf-8")) for name in names]
    file_of: dict[str, str] = {}
    for name, cluster in zip(names, found, strict=True):
        for case in cluster:
            if file_of.setdefault(case.id, name) != name:
                raise ValueError(f"{name}: {case.id} stands in {file_of[case.id]} too")
    return found


def _cluster(name: str, content: str) -> Cluster:
    texts: dict[str, Text] = {}
    for number, (key, text) in _lines(name, content):
        if key in texts:
            raise ValueError(f"{name}, line {number}: {key} stands here twice")
        texts[key] = text
    needs = [key for key in texts if key.count("-") == 1]
    expected = set(needs) | {f"{need}-{kind}" for need in needs for kind in Kind}
    if not needs or set(texts) != expected:
        raise ValueError(f"{name}: missing or surplus: {sorted(expected ^ set(texts)) or 'every line'}")
    return tuple(Case(need, texts[need], {kind: texts[f"{need}-{kind}"] for kind in Kind}) for need in needs)


def _lines(name: str, content: str) -> Iterator[tuple[int, tuple[str, Text]]]:
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = _Line.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"{name}, line {number}: {where or 'the line'}: {first['msg']}") from error
        yield number, (record.id, Text(record.title, record.text))


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(pattern=r"^[^-\s]+-[^-\s]+(-[spm])?$", max_length=40)
    title: str = Field(pattern=r"\S", max_length=200)
    text: str = Field(pattern=r"\S", max_length=20_000)
