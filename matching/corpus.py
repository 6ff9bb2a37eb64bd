"""What the whole index says about a token: rare ones tell more. Numbers come from the engine and are remembered per engine.

They are taken anew when the number of documents has moved by more than a tenth, so the same pair gets the same score from both
sides as long as the market has about the same size.
"""

import math
from collections.abc import Collection, Iterable
from copy import copy
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from matching import queries
from matching.conditions import TalksByOwner
from matching.profiles import profile_achievement, talks_by_owner
from matching.weights import weights
from search.engine import EngineUnavailable, SearchEngine, TextField

WORD_FIELDS = (TextField.TITLE, TextField.KEYWORDS, TextField.PUBLIC_BODY, TextField.MEMBER_BODY)
_CACHED_TOKENS = 400_000
_STALE_SHARE = 0.1
_SAMPLE = 300
_DEFAULT_LENGTH = 200.0
N = TypeVar("N", float, NDArray[np.float64])


class Corpus:
    """Document counts of tokens in one engine, and how long an achievement is on average (in characters, title twice).

    `talks`: how many of whose achievements stand in talks, None: not known.
    """

    def __init__(self, engine: SearchEngine, documents: int, average_length: float) -> None:
        self.documents = documents
        self.average_length = average_length
        self.talks: TalksByOwner | None = None
        self._engine = engine
        self._frequencies: dict[tuple[TextField, str], int] = {}
        self._word_idf: dict[str, float] = {}
        self._char_idf: dict[str, float] = {}
        self._title_norms: dict[tuple[str, ...], float] = {}

    def frequencies(self, field: TextField, tokens: Collection[str]) -> dict[str, int]:
        """In how many documents each token stands in the field."""
        known = self._frequencies
        missing = [token for token in tokens if (field, token) not in known]
        if missing:
            if len(known) > _CACHED_TOKENS:
                known.clear()
            for token, count in self._engine.document_frequencies(field, missing).items():
                known[field, token] = count
        return {token: known.get((field, token), 0) for token in tokens}

    def word_idf(self, words: Collection[str]) -> dict[str, float]:
        """How much each word tells; a word counts by the field in which it is most frequent."""
        return self._idf(self._word_idf, WORD_FIELDS, words)

    def char_idf(self, chars: Collection[str]) -> dict[str, float]:
        """How much each character tells."""
        return self._idf(self._char_idf, (TextField.CHARS,), chars)

    def title_norm(self, chars: Collection[str]) -> float:
        """The square of the length of a title's vector, in which each character stands with what it tells."""
        try:
            known = [self._char_idf[char] for char in chars]
        except KeyError:
            known = list(self.char_idf(chars).values())
        return math.fsum([idf * idf for idf in known])

    def norm_of_title(self, chars: tuple[str, ...]) -> float:
        """The same for a title that comes again and again, remembered."""
        norm = self._title_norms.get(chars)
        if norm is None:
            if len(self._title_norms) > _CACHED_TOKENS:
                self._title_norms.clear()
            norm = self._title_norms[chars] = self.title_norm(chars)
        return norm

    def damping(self, length: N) -> N:
        """BM25's length correction for a text of this length: how many mentions of a token reach half of what it can add."""
        settings = weights()
        return settings.k1 * (1 - settings.b + settings.b * length / self.average_length)

    def with_talks(self, talks: TalksByOwner) -> "Corpus":
        """The same corpus at a moment at which so many talks are led; what is remembered of tokens is shared."""
        current = copy(self)
        current.talks = talks
        return current

    def _idf(self, known: dict[str, float], fields: Iterable[TextField], tokens: Collection[str]) -> dict[str, float]:
        missing = [token for token in tokens if token not in known]
        if missing:
            if len(known) > _CACHED_TOKENS:
                known.clear()
            counts = [self.frequencies(field, missing) for field in fields]
            for token in missing:
                frequency = max(count[token] for count in counts)
                rest = max(self.documents - frequency, 0)
                known[token] = math.log1p((rest + 0.5) / (frequency + 0.5))
        return {token: known[token] for token in tokens}


_CORPORA: WeakKeyDictionary[SearchEngine, Corpus] = WeakKeyDictionary()


def corpus_of(session: Session, engine: SearchEngine) -> Corpus:
    """The remembered corpus of this engine, taken anew where the market has grown or shrunk; with the talks of this moment.

    Raises `EngineUnavailable`.
    """
    health = engine.health()
    if not health.is_up:
        raise EngineUnavailable(health.detail)
    documents = health.documents
    corpus = _CORPORA.get(engine)
    if corpus is None or abs(documents - corpus.documents) > _STALE_SHARE * corpus.documents:
        sample = [profile_achievement(row).text.length for row in queries.newest_achievements(session, _SAMPLE)]
        corpus = Corpus(engine, documents, average(sample))
        _CORPORA[engine] = corpus
    return corpus.with_talks(talks_by_owner(queries.achievements_in_talks(session)))


def average(lengths: Collection[int]) -> float:
    """The average length of a text; a usual one where there is none to measure."""
    return sum(lengths) / len(lengths) if lengths and sum(lengths) else _DEFAULT_LENGTH
