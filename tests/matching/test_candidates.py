from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from market.achievements.models import Achievement
from market.needs.models import Need
from matching import candidates
from matching.profiles import profile_achievement, profile_need
from search.engine import EngineQuery, TextField

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_OWNER = UUID(int=9)


class _Index:
    """An index that holds some words once each, and remembers what it was asked."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.asked: list[EngineQuery] = []

    def frequencies(self, _field: TextField, words: Sequence[str]) -> dict[str, int]:
        return {word: int(word in self.words) for word in words}

    def search(self, query: EngineQuery) -> Any:
        self.asked.append(query)
        return SimpleNamespace(hits=[])

    def boosts(self) -> dict[str, float]:
        (terms,) = self.asked[0].required
        return {term.token: term.boost for term in terms if term.field is TextField.PUBLIC_BODY}


def _need(text: str, background: str = "") -> Any:
    row = Need(
        id=UUID(int=1), owner_party_id=_OWNER, title="需求", field_code="04", problem=text, background=background
    )
    return profile_need(row)


def test_other_names_are_asked_for_with_less_weight_than_the_words_themselves():
    index = _Index("烧碱", "氢氧化钠", "除湿")
    candidates.for_need(index, _need("烧碱除湿"), index, now=NOW)
    boosts = index.boosts()
    assert 0 < boosts["氢氧化钠"] < boosts["烧碱"] == boosts["除湿"]


def test_other_names_are_asked_for_from_the_side_of_the_achievement_as_well():
    index = _Index("烧碱", "氢氧化钠")
    row = Achievement(id=UUID(int=2), owner_party_id=_OWNER, title="成果", field_code="04", summary="烧碱除湿")
    candidates.for_achievement(index, profile_achievement(row), index, now=NOW)
    assert 0 < index.boosts()["氢氧化钠"] < index.boosts()["烧碱"]


def test_name_keeps_its_full_weight_when_the_text_has_both():
    index = _Index("烧碱", "氢氧化钠")
    candidates.for_need(index, _need("烧碱除湿", background="现用氢氧化钠"), index, now=NOW)
    assert index.boosts()["氢氧化钠"] == index.boosts()["烧碱"]


def test_query_asks_for_no_more_words_when_the_lexicon_knows_many():
    names = [f"词{number:03}" for number in range(300)]
    terms = candidates.word_terms(names[:80], _Index(*names), dict.fromkeys(names[80:], 1.0))
    assert len({term.token for term in terms}) == 90
