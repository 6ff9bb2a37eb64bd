"""What a need asks to be done and what an achievement is: sentence by sentence, by cue words (`intent_cues`) and the lexicon. Pure.

Three questions: which sentences of a need ask (`asked_weights`); is the offer of the kind that solves the problem, for a testing device
or a training course on the same object does not (`kind_fit`); is the same thing to be done to the same object (`aim_fit`).
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from matching import intent_cues as cues
from matching.lexicon import ConceptKind, Lexicon, Mention, lexicon
from matching.sections import section_spans

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_CLAUSE = re.compile(r"[^，,。！？!?；;：:、\n]+")
_CACHED_TEXTS = 4096


class OfferingKind(StrEnum):
    """What is offered or wanted."""

    PROCESS = "process"
    EQUIPMENT = "equipment"
    MATERIAL = "material"
    TESTING = "testing"
    SOFTWARE = "software"
    SERVICE = "service"
    VARIETY = "variety"


def asked_weights(text: str) -> list[tuple[int, int, float]]:
    """The sentences of a need's text as (start, end, weight from 0 to 1), in order; blanks belong to none.

    What is asked weighs 1; the trouble that leads to it, what is done today, what was tried in vain or is ruled out, company, market and
    terms weigh less and less. Where nothing asks, nothing is background either: the need is told in its own way.
    """
    weighed = [
        (start, end, _sentence_weight(text[start:end], in_background=in_background))
        for begin, stop, in_background in section_spans(text)
        for start, end in _sentences(text, begin, stop)
    ]
    if any(weight == cues.WEIGHT_ASKED for _, _, weight in weighed):
        return weighed
    least = cues.WEIGHT_PRESENT
    return [(start, end, cues.WEIGHT_ASKED if weight >= least else weight) for start, end, weight in weighed]


def asked_text(text: str, *, least: float = cues.WEIGHT_TROUBLE) -> str:
    """The sentences that weigh at least so much, one a line; the whole text where none does."""
    chosen = [text[start:end] for start, end, weight in asked_weights(text) if weight >= least]
    return "\n".join(chosen) or text


def _sentences(text: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    for found in _SENTENCE.finditer(text, begin, stop):
        piece = found.group()
        start = found.start() + len(piece) - len(piece.lstrip())
        end = found.start() + len(piece.rstrip())
        if start < end:
            yield start, end


def _sentence_weight(sentence: str, *, in_background: bool) -> float:
    asks, target = cues.ASKS.search(sentence), cues.TARGET.search(sentence)
    told = _told_weight(sentence)
    if cues.EXCLUDES.search(sentence) and not target:
        return cues.WEIGHT_EXCLUDED
    if in_background:
        return min(told, cues.WEIGHT_BACKGROUND)
    if told < cues.WEIGHT_BACKGROUND and not (asks and target):
        # 我公司年产值三亿元,客户要求高: company cues outweigh one lone asking word, but not a target figure beside it.
        return told
    return cues.WEIGHT_ASKED if asks or (target and told > cues.WEIGHT_BACKGROUND) else told


def _told_weight(sentence: str) -> float:
    """What a sentence weighs by what it tells of; as a rule with trouble in it it leads to what is asked."""
    trouble = bool(cues.TROUBLE.search(sentence))
    if cues.TERMS.search(sentence) or cues.MARKET.search(sentence):
        return cues.WEIGHT_COMPANY
    if cues.TRIED.search(sentence):
        return cues.WEIGHT_BACKGROUND
    if cues.COMPANY.search(sentence):
        return cues.WEIGHT_PRESENT if trouble else cues.WEIGHT_COMPANY
    if cues.EXISTING.search(sentence):
        return cues.WEIGHT_BACKGROUND
    if trouble:
        return cues.WEIGHT_TROUBLE
    return cues.WEIGHT_PRESENT if cues.PRESENT.search(sentence) else cues.WEIGHT_PLAIN


_CUE_IN_TITLE = 1.0
_CUE_AT_END = 1.0
_CUE_IN_BODY = 0.2
_MOST_BODY_CUES = 6
# Who says nothing of the kind means some way of doing it.
_PRIOR = {OfferingKind.PROCESS: 0.3, OfferingKind.EQUIPMENT: 0.2, OfferingKind.MATERIAL: 0.2}
_OTHER_THAN_INFORMING = 0.4
_INFORMS = frozenset({OfferingKind.TESTING, OfferingKind.SOFTWARE, OfferingKind.SERVICE})
_GENERIC_END = re.compile(
    r"(?:的)?(?:研究|研制|开发|研发|应用|示范|推广|实践|案例|报告|总结|试验|方案|设计|关键|成套|新型|及其|[的与及和])+$"
)
# 催化剂制备与性能评价 offers the catalyst; who made it tested it as well.
_EVALUATED = re.compile(r"(?:[与及和][^与及和的]{0,6}|工程|现场|性能|效果)(?:评价|测试|试验|观测|标定|验证|考核)$")


def offering_kind(title: str, text: str) -> OfferingKind:
    """What an achievement is, most of all."""
    shares = offered_kinds(title, text)
    return max(shares, key=lambda kind: shares[kind])


@lru_cache(maxsize=_CACHED_TEXTS)
def offered_kinds(title: str, text: str) -> Mapping[OfferingKind, float]:
    """How much of each kind an achievement is; sums to 1."""
    return _kinds(title, text)


@lru_cache(maxsize=_CACHED_TEXTS)
def wanted_kinds(title: str, text: str) -> Mapping[OfferingKind, float]:
    """How much of each kind would answer a need, by its title and by the sentences that ask; sums to 1."""
    return _kinds(title, "\n".join(text[start:end] for start, end, weight in asked_weights(text) if weight == 1.0))


def _kinds(title: str, body: str) -> Mapping[OfferingKind, float]:
    bare = _GENERIC_END.sub("", _EVALUATED.sub("", title.strip()))
    points = {
        kind: _PRIOR.get(kind, 0.0) + _title_points(kind, bare) + _body_points(kind, body) for kind in OfferingKind
    }
    informing = [kind for kind in _INFORMS if cues.TITLE_CUES[kind].search(bare)]
    if informing:
        # 裂纹检测设备 is a device for testing: what it tells matters more than what it is made of.
        for kind in OfferingKind:
            points[kind] *= 1.0 if kind in informing else _OTHER_THAN_INFORMING
    total = math.fsum(points.values())
    return MappingProxyType({kind: value / total for kind, value in points.items()})


def _title_points(kind: OfferingKind, title: str) -> float:
    found = list(cues.TITLE_CUES[kind].finditer(title))
    if not found:
        return 0.0
    return _CUE_IN_TITLE + _CUE_AT_END * (found[-1].end() >= len(title) - 1)


def _body_points(kind: OfferingKind, body: str) -> float:
    return _CUE_IN_BODY * min(_MOST_BODY_CUES, len(set(cues.BODY_CUES[kind].findall(body))))


def _solves(wanted: OfferingKind, offered: OfferingKind) -> float:
    """How far one kind answers the wish for another: 1 the same, -1 not at all."""
    if wanted == offered:
        return 1.0
    informing = {wanted, offered} & _INFORMS
    if not informing:
        return -0.2 if OfferingKind.VARIETY in {wanted, offered} else 0.3
    if informing == {OfferingKind.TESTING, OfferingKind.SOFTWARE}:
        return 0.2
    return -1.0


_FIT = {(wanted, offered): _solves(wanted, offered) for wanted in OfferingKind for offered in OfferingKind}


def kind_answers(wanted: Mapping[OfferingKind, float]) -> tuple[float, ...]:
    """For each `OfferingKind`, in its order, how far an offer of just that kind answers the wish: to be prepared once for a need."""
    return tuple(math.fsum(share * _FIT[kind, offered] for kind, share in wanted.items()) for offered in OfferingKind)


def kind_fit(wanted: Mapping[OfferingKind, float], offered: Mapping[OfferingKind, float]) -> float:
    """Whether the offer is of the kind that is wanted, from -1 (testing, software, training for a process problem) to 1.

    The sum of `kind_answers` weighed by what is offered.
    """
    return math.fsum(answer * offered[kind] for kind, answer in zip(OfferingKind, kind_answers(wanted), strict=True))


@dataclass(frozen=True, slots=True)
class Action:
    """What is done (`action`), to what (`object`), to change which property or trouble (`property`); "" where it is not said.

    Concepts of the lexicon by their names; an action may also be a way of changing (提高, 降低, 防止, 制得, 利用).
    """

    object: str
    action: str
    property: str


_ACTS = frozenset({ConceptKind.PROCESS, ConceptKind.METHOD})
_STATES = frozenset({ConceptKind.PROPERTY, ConceptKind.PHENOMENON})
_CHANGE_OF = {word: change for change, words in cues.CHANGES.items() for word in words}
_CHANGE = re.compile("|".join(sorted(_CHANGE_OF, key=len, reverse=True)))
_MOST_ACTIONS = 24


def action_of(text: str, known: Lexicon | None = None) -> tuple[Action, ...]:
    """What a title or sentences say is done to what, each once, in order: 灰水除硬 → (灰水, 除硬, "")."""
    return _actions(text, known or lexicon())


@lru_cache(maxsize=_CACHED_TEXTS)
def _actions(text: str, known: Lexicon) -> tuple[Action, ...]:
    found: dict[Action, None] = {}
    for sentence in _SENTENCE.finditer(text):
        about = ""
        for clause in _CLAUSE.finditer(sentence.group()):
            actions, about = _clause_actions(clause.group(), about, known)
            found.update(dict.fromkeys(actions))
    return tuple(found)[:_MOST_ACTIONS]


def _clause_actions(clause: str, about: str, known: Lexicon) -> tuple[list[Action], str]:
    """The actions of one clause, and what the next one is about unless it says so itself."""
    parts = _parts(clause, known)
    things = [part.name for part in parts if part.role == "object"]
    about = things[0] if things else about
    actions: list[Action] = []
    change = ""
    last = about
    for part in parts:
        if part.role == "object":
            last = part.name
        elif part.role == "change":
            change = part.name
        elif part.role == "act":
            actions.append(Action(last, part.name, ""))
        else:
            actions.append(Action(last, change, part.name))
            change = ""
    if change:
        actions.append(Action(last, change, ""))
    return actions, about


@dataclass(frozen=True, slots=True)
class _Part:
    role: str
    name: str
    start: int


def _parts(clause: str, known: Lexicon) -> list[_Part]:
    mentions = known.mentions(clause)
    parts = [_Part(_role(mention, known), mention.concept, mention.start) for mention in mentions]
    taken = {place for mention in mentions for place in range(mention.start, mention.end)}
    parts += [
        _Part("change", _CHANGE_OF[found.group()], found.start())
        for found in _CHANGE.finditer(clause)
        if found.start() not in taken
    ]
    return sorted(parts, key=lambda part: part.start)


def _role(mention: Mention, known: Lexicon) -> str:
    kind = known.concepts[mention.concept].kind
    return "act" if kind in _ACTS else "state" if kind in _STATES else "object"


_TITLE_SHARE = 0.5
_OBJECT_SHARE = 0.4


def aim_fit(need: tuple[str, str], achievement: tuple[str, str]) -> float:
    """How far what a need asks to be done is what an achievement does, from 0 to 1; both as (title, text).

    For each action asked for the nearest one offered counts, those of the need's title as much as all others together.
    """
    known = lexicon()
    offered = action_of("\n".join(achievement), known)
    in_title = _agreement(action_of(need[0], known), offered, known)
    in_text = _agreement(action_of(asked_text(need[1], least=cues.WEIGHT_ASKED), known), offered, known)
    if in_title is None or in_text is None:
        return in_title or in_text or 0.0
    return _TITLE_SHARE * in_title + (1 - _TITLE_SHARE) * in_text


def _agreement(asked: Iterable[Action], offered: tuple[Action, ...], known: Lexicon) -> float | None:
    """The mean over what is asked of the best that is offered; None where nothing is asked."""
    best = [max((_nearness(one, other, known) for other in offered), default=0.0) for one in asked]
    return math.fsum(best) / len(best) if best else None


def _nearness(one: Action, other: Action, known: Lexicon) -> float:
    aims = [aim for aim in (one.action, one.property) if aim]
    others = [aim for aim in (other.action, other.property) if aim]
    related = max((known.relation(aim, another) for aim in aims for another in others), default=0.0)
    if one.property and other.property:
        # 提高强度 and 提高纯度 have only the direction in common, and that says nothing.
        related = max(known.relation(one.property, other.property), 0.0)
    things = known.relation(one.object, other.object) if one.object and other.object else 0.0
    return related * (1 - _OBJECT_SHARE + _OBJECT_SHARE * things)
