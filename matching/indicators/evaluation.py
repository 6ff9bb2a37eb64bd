"""How well indicators are read: precision and recall against judged sentences.

`python -m matching.indicators.evaluation FILE [--half first|second]` prints both and the misses.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from matching.indicators.model import Change, Indicator, Relation, Role
from matching.indicators.reading import read_indicators

_CLOSE = 1e-3


@dataclass(frozen=True)
class Truth:
    """A judged indicator; `condition` and `current` mark what is counted apart."""

    indicator: Indicator
    marked: bool


@dataclass(frozen=True)
class Sentence:
    """A judged sentence."""

    id: str
    text: str
    truths: tuple[Truth, ...]


@dataclass(frozen=True)
class Miss:
    """What was judged and not read, or read and not judged."""

    id: str
    text: str
    unread: tuple[Indicator, ...]
    surplus: tuple[Indicator, ...]


@dataclass(frozen=True)
class Figures:
    """Exact hits (name overlapping, relation, values, unit and change equal) and values found at all (value and unit)."""

    judged: int
    read: int
    hits: int
    value_hits: int
    marked: int
    marked_hits: int
    misses: tuple[Miss, ...]

    @property
    def precision(self) -> float:
        return self.hits / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        return self.hits / self.judged if self.judged else 1.0


def sentences(lines: Iterable[str]) -> list[Sentence]:
    """The judged sentences of a file. Raises `ValueError` or `KeyError` on a broken line."""
    return [_sentence(json.loads(line)) for line in lines if line.strip()]


def half(judged: Sequence[Sentence], *, first: bool) -> list[Sentence]:
    """The half that is looked at while developing (first), or the other: by the hash of the id, so that added lines move no others."""
    return [one for one in judged if (sha256(one.id.encode()).digest()[0] % 2 == 0) is first]


def measure(judged: Sequence[Sentence]) -> Figures:
    """Precision and recall of `read_indicators`. Conditions and present values are neither hits nor errors; they are counted apart."""
    total = read = hits = value_hits = marked = marked_hits = 0
    misses: list[Miss] = []
    for sentence in judged:
        found = list(read_indicators(sentence.text))
        wanted = [one.indicator for one in sentence.truths if not one.marked]
        aside = [one.indicator for one in sentence.truths if one.marked]
        unread = [one for one in wanted if not _take(one, found, exact=True)]
        marked += len(aside)
        marked_hits += sum(_take(one, found, exact=False) for one in aside)
        surplus = [one for one in found if one.role is Role.STATED]
        total += len(wanted)
        hits += len(wanted) - len(unread)
        read += len(wanted) - len(unread) + len(surplus)
        remaining = list(surplus)
        value_hits += len(wanted) - len(unread) + sum(_take(one, remaining, exact=False) for one in unread)
        if unread or surplus:
            misses.append(Miss(sentence.id, sentence.text, tuple(unread), tuple(surplus)))
    return Figures(total, read, hits, value_hits, marked, marked_hits, tuple(misses))


def main(arguments: Sequence[str]) -> None:
    """Print the figures of a file and what was missed."""
    parser = argparse.ArgumentParser(description="Precision and recall of reading indicators.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--half", choices=("first", "second"))
    parser.add_argument("--quiet", action="store_true", help="figures only")
    chosen = parser.parse_args(arguments)
    judged = sentences(chosen.file.read_text(encoding="utf-8").splitlines())
    if chosen.half:
        judged = half(judged, first=chosen.half == "first")
    figures = measure(judged)
    if not chosen.quiet:
        for miss in figures.misses:
            _print(f"{miss.id} {miss.text}")
            for sign, ones in (("-", miss.unread), ("+", miss.surplus)):
                for one in ones:
                    _print(f"    {sign} {_line(one)}")
    _print(
        f"{len(judged)} sentences, {figures.judged} indicators: precision {figures.precision:.3f}, recall {figures.recall:.3f}, "
        f"values and units alone {figures.value_hits / max(1, figures.judged):.3f}; "
        f"conditions and present values found {figures.marked_hits} of {figures.marked}"
    )


def _sentence(record: dict[str, Any]) -> Sentence:
    return Sentence(record["id"], record["text"], tuple(_truth(one) for one in record["indicators"]))


def _truth(one: dict[str, Any]) -> Truth:
    change = Change(one["change"]) if "change" in one else None
    indicator = Indicator(
        one["name"], Relation(one["relation"]), one["low"], one["high"], one["unit"], change=change, origin=one.get("from"),
        of=one.get("of"), tolerance=one.get("tolerance", False),
    )  # fmt: skip
    return Truth(indicator, marked=bool(one.get("condition") or one.get("current")))


def _take(truth: Indicator, found: list[Indicator], *, exact: bool) -> bool:
    """Remove the first that fits from the found ones."""
    for place, one in enumerate(found):
        if _fits(truth, one, exact=exact):
            del found[place]
            return True
    return False


def _fits(truth: Indicator, one: Indicator, *, exact: bool) -> bool:
    values = _close(truth.low, one.low) and _close(truth.high, one.high) and truth.unit == one.unit
    if not exact:
        return truth.unit == one.unit and _close(truth.low or truth.high, one.low or one.high)
    named = bool(truth.name) == bool(one.name) and (truth.name in one.name or one.name in truth.name)
    asides = (
        truth.change is one.change
        and _close(truth.origin, one.origin)
        and _close(truth.of, one.of)
        and truth.tolerance == one.tolerance
    )
    return values and named and asides and truth.relation is one.relation


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _CLOSE * max(abs(one), abs(other))


def _line(one: Indicator) -> str:
    more = [f"{key}={value}" for key in ("change", "origin", "of") if (value := getattr(one, key)) is not None]
    return f"[{one.name}] {one.relation} {one.low} {one.high} {one.unit} {' '.join(map(str, more))}{' ±' if one.tolerance else ''} {one.role if one.role is not Role.STATED else ''}"


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
