"""Titles and texts of generated listings and contracts: sentences of our own over the words of the search dictionary.

Words are drawn by Zipf's law within a topic, so that posting lists and facets have the lengths that real ones have: a few words stand
in many listings, most in few.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from seed.generating.shapes import Weighted, figures, zipf_weights

_DESIGNATION_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Topic:
    """A group of technologies with its words and the codes that go with it."""

    name: str
    things: Weighted[str]
    fields: Weighted[str]
    local_industries: Weighted[str]
    industries: Weighted[str]


@dataclass(frozen=True)
class Indicator:
    """A kind of technical indicator and the range of its values."""

    name: str
    operator: str
    unit: str
    least: int
    most: int


@dataclass(frozen=True)
class Lexicon:
    """Every word list, ready to draw from."""

    topics: Weighted[Topic]
    methods: Weighted[str]
    aims: Weighted[str]
    scenes: Weighted[str]
    parts: Weighted[str]
    indicators: Weighted[Indicator]
    achievement_titles: Weighted[str]
    need_titles: Weighted[str]
    contract_names: Weighted[str]
    summaries: Weighted[str]
    achievement_sentences: Sequence[str]
    need_sentences: Sequence[str]


@cache
def words() -> dict[str, Any]:
    """The word lists as written in `data/words.json`."""
    found: dict[str, Any] = json.loads(files("seed.generating").joinpath("data/words.json").read_text(encoding="utf-8"))
    return found


@cache
def lexicon() -> Lexicon:
    """The word lists with their weights."""
    lists = words()
    listed = [Indicator(*row) for row in lists["indicators"]]
    return Lexicon(
        topics=_topics(lists["topics"]),
        methods=_by_rank(lists["methods"].split()),
        aims=_by_rank(lists["aims"].split()),
        scenes=_by_rank(lists["scenes"].split()),
        parts=_by_rank(lists["parts"].split()),
        indicators=Weighted(listed, zipf_weights(len(listed), 0.5)),
        achievement_titles=_by_rank(lists["achievement_titles"]),
        need_titles=_by_rank(lists["need_titles"]),
        contract_names=_by_rank(lists["contract_names"]),
        summaries=_by_rank(lists["summaries"]),
        achievement_sentences=lists["achievement_sentences"],
        need_sentences=lists["need_sentences"],
    )


def _by_rank(items: Sequence[str]) -> Weighted[str]:
    return Weighted(items, zipf_weights(len(items), figures()["vocabulary"]["zipf_exponent"] / 2))


def _topics(described: dict[str, Any]) -> Weighted[Topic]:
    folder = files("search") / "dictionary"
    things = {name: (folder / f"{name}.txt").read_text("utf-8").split() for name in described}
    topics = [
        Topic(
            name,
            _things_of(name, things),
            Weighted.of(codes["fields"]),
            Weighted.of(codes["local_industry"]),
            Weighted.of(codes["industry"]),
        )
        for name, codes in described.items()
    ]
    return Weighted(topics, [codes["percent"] for codes in described.values()])


def _things_of(topic: str, things: dict[str, list[str]]) -> Weighted[str]:
    """The topic's own words by rank, and with the rest of the weight those of all others."""
    vocabulary = figures()["vocabulary"]
    own_share, exponent = vocabulary["own_topic_percent"] / 100, vocabulary["zipf_exponent"]
    own = things[topic]
    others = [word for name, listed in things.items() if name != topic for word in listed]
    weights: list[float] = []
    for listed, part in ((own, own_share), (others, 1 - own_share)):
        ranks = zipf_weights(len(listed), exponent)
        total = sum(ranks)
        weights += [part * weight / total for weight in ranks]
    return Weighted(own + others, weights)


class Writer:
    """Writes about one subject: thing and method stay, everything around them changes from sentence to sentence."""

    def __init__(self, chance: Random, number: int) -> None:
        self._chance = chance
        self._words = lexicon()
        self.topic = self._words.topics.pick(chance)
        self.thing = self.topic.things.pick(chance)
        self.method = self._words.methods.pick(chance)
        self._designation = designation(number)

    def title(self, templates: Weighted[str]) -> str:
        return self._fill([templates.pick(self._chance)])

    def text(self, sentences: Sequence[str], number: int) -> str:
        """So many different sentences, in one paragraph."""
        return self._fill(self._chance.sample(sentences, number))

    def keywords(self, number: int) -> list[str]:
        """The subject itself and words from around it, each once."""
        around = self.topic.things.pick_many(self._chance, max(0, number - 2))
        return list(dict.fromkeys((self.thing, self.method, *around)))

    def _fill(self, templates: Sequence[str]) -> str:
        chance, lists, number = self._chance, self._words, len(templates)
        drawn = zip(
            templates,
            self.topic.things.pick_many(chance, number),
            lists.methods.pick_many(chance, number),
            lists.aims.pick_many(chance, number),
            lists.scenes.pick_many(chance, number),
            lists.parts.pick_many(chance, number),
            strict=True,
        )
        return "".join(
            template.format(
                t=self.thing,
                m=self.method,
                u=thing,
                n=method,
                a=aim,
                s=scene,
                p=part,
                d=self._designation,
                i=10 + int(chance.random() * 990),
                j=2 + int(chance.random() * 28),
                k=85 + int(chance.random() * 14),
            )
            for template, thing, method, aim, scene, part in drawn
        )


def designation(number: int) -> str:
    """A model number of its own for each listing: ``KB-20417``."""
    letters = len(_DESIGNATION_LETTERS)
    first, second = _DESIGNATION_LETTERS[number % letters], _DESIGNATION_LETTERS[number // letters % letters]
    return f"{first}{second}-{10_000 + number // letters**2}"
