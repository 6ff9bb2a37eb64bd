"""When two listings read the same: exactly, by a hash of the folded text, or nearly, by shared runs of three characters. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

NEAR: Final = 0.55
"""From this similarity on a listing is pointed out as a likely duplicate (ours; among 371 published needs the re-posted ones
stood at 1.0 and no other pair above 0.44)."""

TITLE_WEIGHT: Final = 0.3
_RUN: Final = 3
_NOISE = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The text without what retyping changes: width, case, blanks, punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


def content_hash(title: str, texts: Iterable[str]) -> str:
    """The same for listings whose folded title and texts are the same, whatever field the text stands in."""
    body = "".join(fold(text) for text in texts)
    return hashlib.sha256(f"{fold(title)}\n{body}".encode()).hexdigest()


def shingles(text: str) -> frozenset[str]:
    """The runs of three characters of the folded text; a shorter text is one run."""
    folded = fold(text)
    if len(folded) <= _RUN:
        return frozenset({folded} if folded else ())
    return frozenset(folded[i : i + _RUN] for i in range(len(folded) - _RUN + 1))


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Jaccard similarity of two sets of runs, 0 to 1; 0 where one is empty."""
    if not a or not b:
        return 0.0
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)


def similarity(a: str, b: str) -> float:
    """How much two texts share, 0 to 1, regardless of the order of their sentences."""
    return overlap(shingles(a), shingles(b))


def listing_similarity(a: tuple[str, str], b: tuple[str, str]) -> float:
    """How alike two (title, text) pairs are; by title alone where one of them has no text."""
    titles = similarity(a[0], b[0])
    if not fold(a[1]) or not fold(b[1]):
        return titles
    return TITLE_WEIGHT * titles + (1 - TITLE_WEIGHT) * similarity(a[1], b[1])
