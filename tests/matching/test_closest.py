"""The closest pair of sentences: true to the texts, only from what members may read, and never at the cost of a page."""

import time
from dataclasses import replace
from threading import Thread

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from market.kernel.settings import Settings
from market.matches.models import Match
from matching import closest as module
from matching.closest import LONGEST, MOST_CHARACTERS, MOST_SENTENCES, SHORTEST, ClosestSentences, sentences_of
from matching.explanation import explain
from matching.profiles import profile_achievement, profile_need
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need
from tests.matching.embedding.market import Recorded

ASKED = "烘干时表皮结壳,里面夹生。希望把制干时间缩短到二十小时以内。包装车间另有改造计划。"
OFFERED = "本单位成立于一九九八年。采用真空脉动方式,使脱水所需的时长减少一半。设备已获专利三项。"


def match_of(need, achievement, meaning) -> Match:
    now = need.created_at
    return Match(
        need_id=need.id,
        achievement_id=achievement.id,
        score=50.0,
        parts={"characters": 50.0 - meaning, "meaning": meaning},
        terms=["枸杞"],
        model_version="test",
        computed_at=now,
        created_at=now,
        updated_at=now,
    )


@pytest.fixture
def pair(session, clock):
    need = make_need(
        session, clock, title="枸杞制干", summary="", keywords=[], problem=ASKED, key_technology="", expected_outcome=""
    )
    achievement = make_achievement(session, clock, title="枸杞干燥", summary=OFFERED, keywords=[], description="")
    return need, achievement


@pytest.fixture
def profiles(pair):
    return profile_need(pair[0]), profile_achievement(pair[1])


@pytest.fixture
def recorded():
    return Recorded()


_PIECES = st.text(alphabet="枸杞制干aB1. \u3000\uff0c,\u3001\uff1a:“”\uff15", min_size=4, max_size=160)
_MARKS = st.sampled_from(["。", "\uff01", "?", "\uff1b", ";", ". ", "\n"])
_WRITTEN = st.lists(st.tuples(_PIECES, _MARKS), max_size=40).map(lambda found: "".join(map("".join, found)))


@given(_WRITTEN)
@example("一" * 119 + "\uff0c" + "二" * 119 + "\uff0c" + "三" * 130 + "。")
@example(("每一句都有十二个字才对呀" + "。") * 3 + "".join(f"第{n}句话同样长得很。" for n in range(200)))
def test_sentences_stand_in_the_text_as_written_and_within_bounds(text) -> None:
    found = sentences_of(text)

    assert all(one in text and SHORTEST <= len(one) <= LONGEST for one in found)
    assert len(found) == len(set(found)) <= MOST_SENTENCES
    assert sum(map(len, found)) <= MOST_CHARACTERS


def test_sentences_keep_decimals_and_ranges_whole() -> None:
    text = (
        "含水率由80.5%降到13.2%以下。Drying takes 1.5 hours. It saves 30.5% of power; 电耗\uff1a不超过900kW·h/t\uff01"
    )

    assert sentences_of(text) == [
        "含水率由80.5%降到13.2%以下",
        "Drying takes 1.5 hours",
        "It saves 30.5% of power",
        "电耗\uff1a不超过900kW·h/t",
    ]


def test_closest_sentences_when_the_words_differ_are_those_that_mean_the_same(embedder, profiles) -> None:
    found = ClosestSentences(lambda: embedder)(*profiles)

    assert found is not None
    assert "制干时间缩短" in found.need
    assert "脱水所需的时长减少" in found.achievement
    assert found.need in ASKED
    assert found.achievement in OFFERED


def test_reason_when_meaning_carries_the_score_quotes_both_sentences(pair, recorded) -> None:
    need, achievement = pair

    explanation = explain(
        match_of(need, achievement, 40.0), need, achievement, find_closest=ClosestSentences(lambda: recorded)
    )

    (sentence,) = [one for one in explanation.sentences if "意思最接近的两句" in one]
    assert explanation.closest is not None
    assert f"需求“{explanation.closest.need}”,成果“{explanation.closest.achievement}”" in sentence
    assert explanation.closest.need in ASKED
    assert explanation.closest.achievement in OFFERED


def test_reason_when_meaning_is_a_small_part_is_not_looked_for(pair, recorded) -> None:
    need, achievement = pair

    explanation = explain(
        match_of(need, achievement, 5.0), need, achievement, find_closest=ClosestSentences(lambda: recorded)
    )

    assert explanation.closest is None
    assert not recorded.asked


def test_text_that_needs_consent_is_neither_quoted_nor_embedded(pair, recorded) -> None:
    need, achievement = pair
    achievement.description, achievement.disclosure = ASKED, {"description": "consent"}
    need.background, need.disclosure = OFFERED, {"background": "consent", "problem": "consent"}
    need.key_technology = "寻求节能的烘干工艺路线"

    explanation = explain(
        match_of(need, achievement, 50.0), need, achievement, find_closest=ClosestSentences(lambda: recorded)
    )

    assert explanation.closest is not None
    assert explanation.closest.need == need.key_technology
    assert not any("制干时间" in text for text in recorded.asked)


def test_sentences_when_seen_before_are_not_embedded_again(profiles, recorded) -> None:
    find = ClosestSentences(lambda: recorded)
    first = find(*profiles)
    embedded = len(recorded.asked)

    assert find(*profiles) == first
    assert len(recorded.asked) == embedded > 0


def test_memory_of_sentences_when_many_are_read_stays_bounded(profiles, recorded, monkeypatch) -> None:
    monkeypatch.setattr(module, "_CACHED_SENTENCES", 8)
    find = ClosestSentences(lambda: recorded)
    need, achievement = profiles

    for number in range(10):
        found = find(need, replace(achievement, body=f"第{number}项成果的第一句说明。第{number}项成果的第二句说明。"))
        assert found is not None

    assert len(find._known) <= 8


def test_closest_when_no_model_is_installed_is_left_out(profiles, tmp_path, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr(module, "open_embedder", lambda _settings: opened.append(1))

    find = ClosestSentences.of(Settings(model_dir=tmp_path))

    assert find(*profiles) is None
    assert find(*profiles) is None
    assert opened == [1]


def test_closest_when_vectors_come_from_an_endpoint_asks_nobody(profiles, monkeypatch) -> None:
    monkeypatch.setattr(module, "open_embedder", lambda _settings: pytest.fail("asked the endpoint"))

    find = ClosestSentences.of(Settings(embedding_url="https://example.org/v1", embedding_model="m"))

    assert find(*profiles) is None


def test_closest_when_the_model_cannot_be_opened_is_left_out(profiles, caplog) -> None:
    def broken():
        raise OSError("the tuned layers cannot be read")

    assert ClosestSentences(broken)(*profiles) is None
    assert "cannot be opened" in caplog.text


def test_closest_when_others_are_being_worked_out_does_not_keep_the_page_waiting(profiles, recorded) -> None:
    find = ClosestSentences(lambda: recorded)
    answers = []
    with find._lock:
        began = time.perf_counter()
        visitor = Thread(target=lambda: answers.append(find(*profiles)))
        visitor.start()
        visitor.join(timeout=5)
        waited = time.perf_counter() - began

    assert answers == [None]
    assert waited < 2
    assert find(*profiles) is not None
