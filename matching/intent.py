"""What a need asks to be done and what an achievement is: sentence by sentence, by cue words (`intent_cues`). Pure.

Two questions: which sentences of a need ask (`asked_weights`); is the offer of the kind that solves the problem, for a testing device
or a training course on the same object does not (`kind_fit`).
"""

import math
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from matching import intent_cues as cues
from matching.sections import section_spans

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
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
