"""The sentence of a need and the sentence of an achievement that are nearest in meaning: what a likeness of vectors rests on.

Worked out when one pair is looked at, for a list of twenty would wait for seconds; bounded, and remembered by the sentence. Only a model
that is installed here is asked: a page does not wait for somebody else's.
"""

import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from market.kernel.outbox import Subject
from market.kernel.settings import Settings
from matching.embedding.embedder import Embedder, EmbedderUnavailable, TextRefused, open_embedder
from matching.profiles import AchievementProfile, NeedProfile, Vector

log = logging.getLogger("techmarket.matching")

MOST_SENTENCES = 20
SHORTEST = 8
LONGEST = 120
MOST_CHARACTERS = 600
"""Of each text; a model on one processor reads about ten a millisecond."""

_CACHED_SENTENCES = 4_096  # 8 MB
_PATIENCE_SECONDS = 0.3
_ENDS = re.compile(r"[\u3002\uff01!\uff1f?\uff1b;\n]|\.(?=\s)")
_PAUSES = re.compile(r"(?<=[\uff0c,\u3001\uff1a:])")
_EDGES = " \t\r\u3000\uff0c,\u3001\uff1a:"

Opening = Callable[[], Embedder | None]
"""Opens the model when it is first needed; None where there is none."""


@dataclass(frozen=True)
class SentencePair:
    """Two sentences, each as it stands in its text; `likeness` is the cosine of their vectors."""

    need: str
    achievement: str
    likeness: float


class FindClosest(Protocol):
    """Finds the closest sentences of two texts; None where nothing can be said."""

    def __call__(self, need: NeedProfile, achievement: AchievementProfile) -> SentencePair | None: ...


class ClosestSentences:
    """Finds by the installed model, one pair at a time: whoever would wait longer than a moment for the others goes without.

    Threads share one. `open_model` is called once, when the first pair is asked about.
    """

    def __init__(self, open_model: Opening) -> None:
        self._open = open_model
        self._embedder: Embedder | None = None
        self._is_open = False
        self._lock = Lock()
        self._known: OrderedDict[tuple[Subject, str], Vector] = OrderedDict()

    @classmethod
    def of(cls, settings: Settings) -> "ClosestSentences":
        """By the installed model; never by an endpoint, where the settings name one."""
        return cls(lambda: None if settings.embedding_url else open_embedder(settings))

    def __call__(self, need: NeedProfile, achievement: AchievementProfile) -> SentencePair | None:
        """The closest pair of sentences; the first of equals. None without a model, or where a text has no sentence."""
        asked, offered = sentences_of(need.asked), sentences_of(achievement.body)
        if not (asked and offered and self._lock.acquire(timeout=_PATIENCE_SECONDS)):
            return None
        try:
            likeness = self._vectors(Subject.NEED, asked) @ self._vectors(Subject.ACHIEVEMENT, offered).T
        except (EmbedderUnavailable, TextRefused):
            return None
        finally:
            self._lock.release()
        place, other = np.unravel_index(int(np.argmax(likeness)), likeness.shape)
        return SentencePair(asked[place], offered[other], float(likeness[place, other]))

    def close(self) -> None:
        """Let go of the model."""
        with self._lock:
            if self._embedder is not None:
                self._embedder.close()
            self._embedder, self._is_open = None, False

    def _vectors(self, subject: Subject, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Raises `EmbedderUnavailable` and `TextRefused`."""
        new = [one for one in sentences if (subject, one) not in self._known]
        if new:
            model = self._model()
            embed = model.embed_needs if subject is Subject.NEED else model.embed_achievements
            self._known.update(((subject, one), vector) for one, vector in zip(new, embed(new), strict=True))
        found = np.stack([self._known[subject, one] for one in sentences])
        for one in sentences:
            self._known.move_to_end((subject, one))
        while len(self._known) > _CACHED_SENTENCES:
            self._known.popitem(last=False)
        return found

    def _model(self) -> Embedder:
        if not self._is_open:
            self._is_open = True  # also where opening fails: it would fail again for every page
            try:
                self._embedder = self._open()
            except (OSError, ValueError):
                log.exception("no closest sentences: the embedding model cannot be opened")
        if self._embedder is None:
            raise EmbedderUnavailable("no embedding model is installed here")
        return self._embedder


def sentences_of(text: str) -> list[str]:
    """The first sentences of a text, each as written, without its end mark; overlong ones by their clauses.

    At most 20 of 8 to 120 characters, 600 in all; each once.
    """
    found: dict[str, None] = {}
    room = MOST_CHARACTERS
    for sentence in _cut(text):
        if SHORTEST <= len(sentence) <= min(LONGEST, room) and sentence not in found:
            found[sentence] = None
            room -= len(sentence)
            if len(found) == MOST_SENTENCES:
                break
    return list(found)


def _cut(text: str) -> Iterator[str]:
    for sentence in _ENDS.split(text):
        if len(sentence) <= LONGEST:
            yield sentence.strip(_EDGES)
            continue
        piece = ""
        for clause in _PAUSES.split(sentence):
            if piece and len(piece) + len(clause) > LONGEST:
                yield piece.strip(_EDGES)
                piece = ""
            piece += clause
        yield piece.strip(_EDGES)
