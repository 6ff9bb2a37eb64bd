"""Candidates for a listing: one engine query with its rarest words, behind the hard constraints of both sides."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from matching.constraints import filters_for_achievement, filters_for_need
from matching.corpus import WORD_FIELDS, Corpus
from matching.lexicon import lexicon
from matching.profiles import AchievementProfile, NeedProfile
from matching.weights import weights
from search import analysis
from search.engine import EngineQuery, Filter, SearchEngine, Term, TextField
from search.weights import FIELD_WEIGHTS

_OTHER_NAME = 0.3
"""What another name of a concept weighs beside the word itself (chosen on the open judged sets: more loses short texts)."""


def for_need(engine: SearchEngine, need: NeedProfile, corpus: Corpus, *, now: datetime) -> list[UUID]:
    """Ids of achievements worth scoring for the need, the engine's best first."""
    filters = filters_for_need(need.terms, now=now)
    others = lexicon().rewordings(f"{need.title}\n{need.asked}")
    return _find(engine, corpus, filters, word_terms(need.text.words, corpus, others), need.text.chars)


def for_achievement(
    engine: SearchEngine, achievement: AchievementProfile, corpus: Corpus, *, now: datetime
) -> list[UUID]:
    """Ids of needs worth scoring for the achievement, the engine's best first."""
    filters = filters_for_achievement(achievement.terms, now=now)
    text = achievement.text
    words = word_terms(analysis.words(text.text), corpus, lexicon().rewordings(achievement.raw))
    return _find(engine, corpus, filters, words, text.chars)


def _find(
    engine: SearchEngine,
    corpus: Corpus,
    filters: tuple[Filter, ...],
    words: tuple[Term, ...],
    chars: Mapping[str, float],
) -> list[UUID]:
    wanted = weights().candidates
    found = _search(engine, filters, words, wanted)
    if len(found) < wanted:
        # Few words in common, as with very short texts: characters still find what is near.
        more = _search(engine, filters, _char_terms(chars, corpus), wanted)
        found = list(dict.fromkeys([*found, *more]))[:wanted]
    return found


def word_terms(words: Collection[str], corpus: Corpus, others: Mapping[str, float] | None = None) -> tuple[Term, ...]:
    """The rarest words, in every field in which they stand; a long text asked whole costs more and finds no more.

    Words that every other listing contains say little and cost most, so the number of postings to be read is limited as well.
    `others`: what the lexicon calls the same otherwise, each with its share (0 to 1), asked for at less weight than the words themselves.
    """
    own = dict.fromkeys(word for word in words if len(word) > 1)
    other_share = {word: _OTHER_NAME * share for word, share in (others or {}).items() if word not in own}
    unique = [*own, *other_share]
    known = {field: corpus.frequencies(field, unique) for field in WORD_FIELDS}
    frequency = {word: max(known[field][word] for field in WORD_FIELDS) for word in unique}
    rare = sorted((word for word in unique if frequency[word]), key=lambda word: (frequency[word], word))
    terms: list[Term] = []
    postings = 0
    for word in rare[: weights().query_words]:
        postings += sum(known[field][word] for field in WORD_FIELDS)
        if terms and postings > weights().query_postings:
            break
        share = other_share.get(word, 1.0)
        terms.extend(Term(field, word, FIELD_WEIGHTS[field] * share) for field in WORD_FIELDS if known[field][word])
    return tuple(terms)


def _char_terms(chars: Iterable[str], corpus: Corpus) -> tuple[Term, ...]:
    unique = list(dict.fromkeys(chars))
    frequency = corpus.frequencies(TextField.CHARS, unique)
    rare = sorted((char for char in unique if frequency[char]), key=lambda char: (frequency[char], char))
    return tuple(Term(TextField.CHARS, char) for char in rare[: weights().query_words])


def _search(engine: SearchEngine, filters: tuple[Filter, ...], terms: tuple[Term, ...], size: int) -> list[UUID]:
    if not terms:
        return []
    result = engine.search(EngineQuery(required=(terms,), filters=filters, size=size))
    return [hit.subject_id for hit in result.hits]
