"""Concepts and the surface forms under which texts mention them: 烧碱, 氢氧化钠, NaOH and caustic soda are one. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from ahocorasick_rs import AhoCorasick, MatchKind

from matching.indicators.similarity import opposed
from matching.lexicon.rows import ConceptKind, Row, is_chinese, key
from search import analysis

BROADER_WEIGHT = 0.3
"""What a broader concept counts where the narrower one is mentioned; the one above that, this squared."""

SAME, BROADER, UNRELATED = 1.0, 0.6, 0.0
_LEVELS = 2
_SHORTEST_PLURAL = 5
_WINDOW = 4
_CACHED_WINDOWS = 50_000
_CACHED_TEXTS = 256
# Words before a name that say whose or which value it is, but not of what.
_NEUTRAL = (
    "产品的?",
    "成品的?",
    "产物的?",
    "最终",
    "平均",
    "综合",
    "最大",
    "最高",
    "最低",
    "最小",
    "单位",
    "总",
    "额定",
    "设计",
    "年均",
)
_NEUTRAL_START = re.compile(rf"^(?:{'|'.join(_NEUTRAL)})+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBERS = re.compile(r"[a-z]*\d+(?:\.\d+)?")
_BLANKS = re.compile(r"[\s:,;。、]+")


@dataclass(frozen=True)
class Concept:
    """One thing with all its names. `name` is its term; `broader` are the names of the concepts directly above it."""

    name: str
    surfaces: tuple[str, ...]
    broader: tuple[str, ...]
    kind: ConceptKind


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text mentions a concept: `surface` is `text[start:end]`, as written there."""

    concept: str
    surface: str
    start: int
    end: int


@dataclass(frozen=True)
class Joined:
    """One concept that two texts call by different names, each as written there."""

    need_surface: str
    achievement_surface: str
    concept: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    """How a surface may stand in a text: a Latin end must be the end of the word, a plural s apart."""

    concept: str
    latin_start: bool
    latin_end: bool
    plural: bool
    short: bool


_Span = tuple[int, int, int, _Pattern]
"""Start and minus the end in the folded text, the length of a plural s, and what stands there; as they sort."""


class Lexicon:
    """All concepts, with what finds them. `version` names the content, for whoever stores what was computed with it."""

    def __init__(self, rows: Iterable[Row], version: str = "") -> None:
        """Build from rows that `check_rows` has nothing against; of two claims to one surface the first one stands."""
        self.version = version
        self._owner: dict[str, str] = {}
        self.concepts: Mapping[str, Concept] = MappingProxyType(self._concepts(list(rows)))
        self._above = {name: self._all_above(name) for name in self.concepts}
        below: dict[str, set[str]] = defaultdict(set)
        for name, above in self._above.items():
            for one in above:
                below[one].add(name)
        self._related = {name: frozenset(above).union(below[name]) for name, above in self._above.items()}
        self._patterns = [_pattern(surface, name) for surface, name in self._owner.items()]
        # A need's text is asked for its other names when candidates are looked for, and again when these are compared.
        self._remembered = lru_cache(maxsize=_CACHED_TEXTS)(self._find)
        self._automaton = AhoCorasick(list(self._owner), matchkind=MatchKind.Standard)

    def _concepts(self, rows: list[Row]) -> dict[str, Concept]:
        surfaces: dict[str, dict[str, str]] = {}
        kinds: dict[str, ConceptKind] = {}
        for row in rows:
            name = self._owner.setdefault(key(row.term), row.term)
            kinds.setdefault(name, row.kind)
            for surface in row.surfaces:
                if self._owner.setdefault(key(surface), name) == name:
                    surfaces.setdefault(name, {}).setdefault(key(surface), surface)
        broader: dict[str, dict[str, None]] = defaultdict(dict)
        for row in rows:
            name = self._owner[key(row.term)]
            named = (self._owner.get(key(one)) for one in row.broader)
            broader[name].update(dict.fromkeys(one for one in named if one and one != name))
        return {
            name: Concept(name, tuple(surfaces[name].values()), tuple(broader[name]), kind)
            for name, kind in kinds.items()
        }

    def _all_above(self, name: str) -> dict[str, float]:
        """The broader concepts of a concept, as far as `_LEVELS` up, with their weight."""
        found: dict[str, float] = {}
        level = {name}
        for step in range(1, _LEVELS + 1):
            level = {above for one in level for above in self.concepts[one].broader} - {name, *found}
            found.update(dict.fromkeys(sorted(level), BROADER_WEIGHT**step))
        return found

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Where the text mentions concepts, from left to right; of surfaces that overlap the first, unless one within it is longer."""
        return self._remembered(text)

    def _find(self, text: str) -> tuple[Mention, ...]:
        folded, origin = _folded(text)
        spans: list[_Span] = []
        for index, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            pattern = self._patterns[index]
            stop = _end_of_word(pattern, folded, start, end)
            if stop:
                spans.append((start, -stop, stop - end, pattern))
        spans.sort(key=lambda span: span[:3])
        found = []
        reached = 0
        for place, (start, minus_stop, _, pattern) in enumerate(spans):
            stop = -minus_stop
            if start < reached or _gives_way(spans, place):
                continue
            if pattern.short and _is_cut_across(folded, start, stop):
                continue
            begin, end = (start, stop) if origin is None else _traced(origin, start, stop)
            if begin < end:
                found.append(Mention(pattern.concept, text[begin:end], begin, end))
                reached = stop
        return tuple(found)

    def names_in(self, text: str) -> dict[str, frozenset[str]]:
        """The concepts that the text mentions, in its order, each with the names it uses, folded."""
        names: dict[str, set[str]] = {}
        for mention in self.mentions(text):
            names.setdefault(mention.concept, set()).add(key(mention.surface))
        return {concept: frozenset(used) for concept, used in names.items()}

    def related_to(self, name: str) -> frozenset[str]:
        """The concepts above and below one, as far as two levels."""
        return self._related.get(name, frozenset())

    def concepts_in(self, text: str) -> Mapping[str, float]:
        """How often each concept is mentioned; a mention counts for the concepts above as well, at `BROADER_WEIGHT` a level."""
        counts: dict[str, float] = defaultdict(float)
        for mention in self.mentions(text):
            counts[mention.concept] += 1.0
            for name, weight in self._above[mention.concept].items():
                counts[name] += weight
        return counts

    def concept_of(self, surface: str) -> Concept | None:
        """The concept that is called just so."""
        name = self._owner.get(key(surface.strip()))
        return self.concepts[name] if name else None

    def relation(self, one: str, other: str) -> float:
        """How two concepts are related by their names: `SAME`, `BROADER` (either above the other), or `UNRELATED`."""
        if one == other:
            return SAME
        related = other in self._above.get(one, ()) or one in self._above.get(other, ())
        return BROADER if related else UNRELATED

    def same(self, one: str, other: str) -> float:
        """How far two short names, as of indicators, mean the same: 1 the same, 0.6 one the broader, 0 neither.

        A name is its last concept with what stands before it: 滤饼含水率 and 滤饼水分 are the same, 含水率 is broader than both, and
        污泥含水率 is something else. Numbers in brackets tell apart, as 粒径(D50) and 粒径(D90), and so do the greatest and the least.
        """
        numbers = [found for found in map(_bracketed_numbers, (one, other)) if found]
        if len(numbers) == 2 and numbers[0] != numbers[1]:  # noqa: PLR2004
            return UNRELATED
        if opposed(one, other):
            return UNRELATED
        return self._same(self._segments(_bare(one)), self._segments(_bare(other)))

    def _same(self, one: tuple[str, ...], other: tuple[str, ...]) -> float:
        if not one or not other:
            return UNRELATED
        head = self.relation(one[-1], other[-1])
        before, other_before = one[:-1], other[:-1]
        if not head or before == other_before:
            return head
        return min(head, self._same(before, other_before) if before and other_before else BROADER)

    def _segments(self, name: str) -> tuple[str, ...]:
        """A name cut into the concepts that it mentions and the text between them."""
        whole = self._owner.get(name)
        if whole:
            return (whole,)
        segments, reached = [], 0
        for mention in self.mentions(name):
            segments += [name[reached : mention.start], mention.concept]
            reached = mention.end
        segments.append(name[reached:])
        return tuple(segment for segment in (one.strip(" 的") for one in segments) if segment)

    def rewordings(self, text: str) -> dict[str, float]:
        """Tokens of the other names of all concepts that the text mentions, none that stands in the text.

        A name of several tokens shares its weight of 1 among them: each says only a part of it.
        """
        mentioned = {mention.concept for mention in self.mentions(text)}
        own = set(analysis.words(text))
        weights: dict[str, float] = {}
        for name in sorted(mentioned):
            for surface in self.concepts[name].surfaces:
                tokens = _tokens(surface)
                for token in tokens:
                    if len(token) > 1 and token not in own:
                        weights[token] = max(weights.get(token, 0.0), 1 / len(tokens))
        return weights

    def joining(self, need_text: str, achievement_text: str) -> list[Joined]:
        """Concepts that the two texts share under different names only, in the order of the need's text.

        Where one text has the other's name too, or one name is a part of the other, the texts share a word, and that says more.
        """
        offered: dict[str, dict[str, str]] = defaultdict(dict)
        for mention in self.mentions(achievement_text):
            offered[mention.concept].setdefault(key(mention.surface), mention.surface)
        asked: dict[str, dict[str, str]] = defaultdict(dict)
        for mention in self.mentions(need_text):
            if mention.concept in offered:
                asked[mention.concept].setdefault(key(mention.surface), mention.surface)
        return [
            Joined(next(iter(names.values())), next(iter(offered[concept].values())), concept)
            for concept, names in asked.items()
            if not any(one in other or other in one for one in names for other in offered[concept])
        ]


def _pattern(surface: str, concept: str) -> _Pattern:
    latin = not is_chinese(surface)
    return _Pattern(
        concept=concept,
        latin_start=_is_latin(surface[0]),
        latin_end=_is_latin(surface[-1]),
        plural=latin and len(surface) >= _SHORTEST_PLURAL and surface[-1].isalpha() and surface[-1] != "s",
        short=not latin and len(surface) == 2,  # noqa: PLR2004
    )


def _gives_way(spans: list[_Span], place: int) -> bool:
    """Whether a longer name begins inside this one and goes beyond it, as 电化学 does in 灰水电化学: then it is no 水电."""
    start, stop = spans[place][0], -spans[place][1]
    for index in range(place + 1, len(spans)):
        other_start, other_stop = spans[index][0], -spans[index][1]
        if other_start >= stop:
            break
        if other_stop > stop and other_stop - other_start > stop - start:
            return True
    return False


def _end_of_word(pattern: _Pattern, folded: str, start: int, end: int) -> int:
    """Where the mention ends; 0 where the surface is only a part of a Latin word."""
    if pattern.latin_start and start and _is_latin(folded[start - 1]):
        return 0
    if not pattern.latin_end or end == len(folded) or not _is_latin(folded[end]):
        return end
    plural = pattern.plural and folded[end] == "s" and (end + 1 == len(folded) or not _is_latin(folded[end + 1]))
    return end + 1 if plural else 0


def _is_latin(character: str) -> bool:
    """Letters and digits that make words with each other; Chinese characters stand by themselves."""
    return character.isalnum() and not "\u2e80" <= character <= "\U0003ffff"


def _is_cut_across(folded: str, start: int, end: int) -> bool:
    """Whether two characters belong to two words, as 水分 in 废水分离: then nobody mentioned it."""
    before, after = folded[max(0, start - _WINDOW) : start], folded[end : end + _WINDOW]
    return is_chinese(before[-1:]) and is_chinese(after[:1]) and _crosses(before, folded[start:end], after)


@lru_cache(maxsize=_CACHED_WINDOWS)
def _crosses(before: str, inside: str, after: str) -> bool:
    start = len(before)
    spans = {(begin, end) for _, begin, end in analysis.placed_words(before + inside + after)}
    if (start, start + len(inside)) in spans:
        return False
    ends_inside = any(begin < start and end == start + 1 for begin, end in spans)
    return ends_inside and any(begin == start + 1 and end > start + len(inside) for begin, end in spans)


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The text as keys are written, and for each of its characters the place in the given text; None where that is the same."""
    folded = key(text)
    if len(folded) == len(text):  # no character folds to nothing, so none has become longer either
        return folded, None
    return folded, [place for place, character in enumerate(text) for _ in analysis.fold(character)]


def _traced(origin: list[int], start: int, stop: int) -> tuple[int, int]:
    """The span in the given text; (0, 0) where it would cut through one of its characters, as through ㎡."""
    if (start and origin[start - 1] == origin[start]) or (stop < len(origin) and origin[stop - 1] == origin[stop]):
        return 0, 0
    return origin[start], origin[stop - 1] + 1


def _bare(name: str) -> str:
    """A name without brackets, blanks and words that say nothing of what is meant."""
    folded = _BLANKS.sub(" ", _BRACKETS.sub("", key(name))).strip()
    return _NEUTRAL_START.sub("", folded).strip() or folded


def _bracketed_numbers(name: str) -> set[str]:
    return {number for bracket in _BRACKETS.findall(key(name)) for number in _NUMBERS.findall(bracket)}


@lru_cache(maxsize=_CACHED_WINDOWS)
def _tokens(surface: str) -> tuple[str, ...]:
    return tuple(analysis.query_words(surface))
