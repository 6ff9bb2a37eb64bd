"""A need ready for many pairs: its tokens weighed against the corpus, and what it asks of a solution. Pure."""

import math
from dataclasses import dataclass
from functools import cached_property

from matching.corpus import Corpus
from matching.learning.ranker import Ranker
from matching.profiles import NeedProfile
from matching.solution import AskedSolution, asked_solution
from matching.weights import weights


@dataclass(frozen=True)
class PreparedNeed:
    """A need against a corpus: each token with the most it can add, and the sum of these.

    Chinese words come by their first character, as (word, last character, gain): most are absent from a text, and this tells so
    without looking through it. `ranker`: what was learned from people's decisions, where something was.
    """

    profile: NeedProfile
    words: dict[str, list[tuple[str, str, float]]]
    latin_words: dict[str, float]
    word_limit: float
    chars: dict[str, float]
    char_limit: float
    title_norm: float
    ranker: Ranker | None = None

    @cached_property
    def solution(self) -> AskedSolution:
        """What it asks of a solution; read when first asked for."""
        return asked_solution(self.profile)


def prepare_need(profile: NeedProfile, corpus: Corpus, ranker: Ranker | None = None) -> PreparedNeed:
    """Weigh the need's tokens once for all its pairs."""
    word_idf, char_idf = corpus.word_idf(profile.text.words), corpus.char_idf(profile.text.chars)
    full = weights().k1 + 1
    gains = {word: count * word_idf[word] * full for word, count in profile.text.words.items()}
    words: dict[str, list[tuple[str, str, float]]] = {}
    for word, gain in gains.items():
        if not word.isascii():
            words.setdefault(word[0], []).append((word, word[-1], gain))
    chars = {char: count * char_idf[char] * full for char, count in profile.text.chars.items()}
    return PreparedNeed(
        profile=profile,
        words=words,
        latin_words={word: gain for word, gain in gains.items() if word.isascii()},
        word_limit=math.fsum(gains.values()),
        chars=chars,
        char_limit=math.fsum(chars.values()),
        title_norm=corpus.title_norm(profile.text.title_chars),
        ranker=ranker,
    )
