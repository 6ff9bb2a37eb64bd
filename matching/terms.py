"""The words that a pair shares, as people read them. Pure."""

import re
from collections.abc import Mapping
from itertools import repeat
from operator import contains

MAX_TERMS = 12
_BOUNDS = frozenset({"以上", "以下", "以内", "左右", "不低于", "不高于", "不超过", "不少于", "不大于", "不小于"})
"""Words of figures, which say nothing about the subject."""


def shared_terms(gains: Mapping[str, float], need_text: str, achievement_text: str) -> tuple[str, ...]:
    """At most `MAX_TERMS` words, the weightiest first, each verified to stand in both texts as written.

    A word inside one that is already quoted (宁夏枸杞 → 枸杞) says nothing new. Where the texts differ in upper and lower case,
    the need's writing is kept.
    """
    terms: dict[str, str] = {}  # folded, as written
    for _, word in sorted((-gain, word) for word, gain in gains.items()):
        if len(terms) == MAX_TERMS:
            break
        if word in _BOUNDS or any(map(contains, terms, repeat(word))):
            continue
        term = _as_written(word, need_text)
        if term and _as_written(word, achievement_text):
            for part in [folded for folded in terms if folded in word]:
                del terms[part]
            terms[term.casefold()] = term
    return tuple(terms.values())


def _as_written(word: str, text: str) -> str:
    if word in text:
        return word
    found = re.search(re.escape(word), text, re.IGNORECASE)
    return found.group() if found else ""
