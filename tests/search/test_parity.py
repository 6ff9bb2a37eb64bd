"""Moving to the other engine changes nothing that a user sees: the same hits in the same order, the same counts.

10,000 listings from the load generator; `TECHMARKET_TEST_TEXTS` names a JSON Lines file (`title`, `text`, perhaps `keywords`) of real
ones instead.
"""

import json
import os
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

import pytest

from market.kernel.outbox import Subject
from matching import candidates
from matching.corpus import Corpus
from search import finding
from search.analysis import chars, words
from search.building import build_from
from search.engine import (
    AnyOf,
    CodeField,
    EngineQuery,
    IndexDocument,
    NoneOf,
    NumberField,
    Sort,
    TextField,
    Within,
)
from search.schemas import FindListings
from search.tantivy_engine import TantivyEngine
from seed.generating.wording import Writer, lexicon
from tests.search.conftest import elasticsearch_engine

pytestmark = [pytest.mark.slow, pytest.mark.once]

LISTINGS, QUESTIONS, SAME = 10_000, 50, 99
NOW = datetime(2026, 4, 8, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Text:
    title: str
    body: str
    keywords: tuple[str, ...]


def _generated(chance):
    lists = lexicon()
    for number in range(LISTINGS):
        writer = Writer(chance, number)
        yield Text(
            writer.title(lists.achievement_titles),
            writer.text(lists.achievement_sentences, 6),
            tuple(writer.keywords(3)),
        )


def _real(path):
    with Path(path).open(encoding="utf-8") as file:
        for line in islice(file, LISTINGS):
            row = json.loads(line)
            yield Text(row["title"] or row["text"][:24], row["text"], tuple(row.get("keywords") or ()))


def _document(number, text, chance):
    """As `search/documents.py` lays listings out: part of the body is for members, keywords and prices may be missing."""
    cut = len(text.body) * chance.choice((2, 3, 4)) // 4
    numbers = {
        NumberField.PUBLISHED_AT: int(NOW.timestamp()) - chance.randrange(10**7),
        NumberField.EXPIRES_AT: int(NOW.timestamp()) + chance.randrange(-(10**6), 10**7),
        NumberField.READINESS: chance.randint(1, 9),
    }
    if chance.random() < 0.6:
        numbers[NumberField.PRICE_FEN] = chance.randrange(10**9)
    return IndexDocument(
        Subject.ACHIEVEMENT,
        UUID(int=number + 1),
        1,
        {
            TextField.TITLE: " ".join(words(text.title)),
            TextField.KEYWORDS: " ".join(words("\n".join(text.keywords))),
            TextField.PUBLIC_BODY: " ".join(words(text.body[:cut])),
            TextField.MEMBER_BODY: " ".join(words(text.body[cut:])),
            TextField.CHARS: " ".join(chars(f"{text.title}\n{text.title}\n{text.body}")),
        },
        {
            CodeField.SUBJECT: [Subject.ACHIEVEMENT],
            CodeField.TECHNOLOGY_FIELD: [f"f{chance.randint(1, 11):02}"],
            CodeField.REGION: ["640000", chance.choice(("640100", "640200", "640300"))],
            CodeField.LOCAL_INDUSTRY: [f"i{chance.randint(1, 20)}"],
            CodeField.STAGE: [chance.choice(("early", "pilot", "mature"))],
            CodeField.TRANSFER_WAY: chance.sample(("licence", "transfer", "equity"), chance.randint(1, 3)),
        },
        numbers,
    )


@pytest.fixture(scope="module")
def pair(elasticsearch_url, tmp_path_factory):
    """Both engines with the same listings, and the texts to ask with."""
    chance = random.Random(20_260_408)  # noqa: S311
    path = os.environ.get("TECHMARKET_TEST_TEXTS")
    texts = list(_real(path) if path else _generated(chance))
    listings = [_document(number, text, chance) for number, text in enumerate(texts)]
    embedded = TantivyEngine(tmp_path_factory.mktemp("parity"))
    with elasticsearch_engine(elasticsearch_url) as cluster:
        for engine in (embedded, cluster):
            engine.prepare()
            build_from(engine, listings)
        yield embedded, cluster, texts, chance
    embedded.close()


def _differing(pair, queries):
    """The questions whose ten best are not the same in the same order; totals and facets must be equal for every one."""
    embedded, cluster, *_ = pair
    different = []
    for query in queries:
        ours, theirs = embedded.search(query), cluster.search(query)
        assert (ours.total, ours.facets) == (theirs.total, theirs.facets), query
        if [hit.subject_id for hit in ours.hits] != [hit.subject_id for hit in theirs.hits]:
            different.append(query)
    return different


def _short(text, chance, number):
    """What a person types, asked as finding asks it; every fifth sorted by something else."""
    asked = text.title[:14] if number % 2 else " ".join(words(text.title)[:2])
    question = finding._question(FindListings(q=asked, size=10), is_member=bool(number % 3))
    groups = tuple(finding._group(word, question.fields) for word in question.words)
    query = replace(finding._base_query(question, NOW), required=groups)
    return replace(query, sort=chance.choice(list(Sort))) if number % 5 == 0 else query


def _long(text, chance, corpus):
    """A whole listing as the question, behind constraints, as matching asks it."""
    terms = candidates.word_terms(words(f"{text.title}\n{text.body}"), corpus)
    filters = (
        AnyOf(CodeField.TRANSFER_WAY, ("licence", "equity")),
        NoneOf(CodeField.STAGE, (chance.choice(("early", "pilot")),)),
        Within(NumberField.PRICE_FEN, high=8 * 10**8, or_missing=True),
        Within(NumberField.READINESS, low=2),
    )
    return EngineQuery(required=(terms,), filters=filters, size=10, facets=tuple(finding.FACET_FIELDS.values()))


def test_both_engines_give_the_same_ten_best_in_the_same_order(pair):
    embedded, _, texts, chance = pair
    asking = chance.sample(texts, QUESTIONS)
    corpus = Corpus(embedded, len(texts), 200.0)
    queries = [_short(text, chance, number) for number, text in enumerate(asking)]
    queries += [_long(text, chance, corpus) for text in asking]
    assert len(queries) - len(_differing(pair, queries)) >= SAME * len(queries) / 100


def test_both_engines_count_words_alike_and_complete_the_same(pair):
    embedded, cluster, texts, chance = pair
    for text in chance.sample(texts, 5):
        for field in TextField:
            tokens = list(dict.fromkeys(words(text.body)))
            assert embedded.document_frequencies(field, tokens) == cluster.document_frequencies(field, tokens)
        counted = [set(one.title_tokens_with_prefix(text.title[0], 2_000)) for one in (embedded, cluster)]
        assert counted[0] == counted[1]
    assert sorted(embedded.versions()) == sorted(cluster.versions())
