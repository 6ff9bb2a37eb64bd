import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import analysis
from search.analysis import chars, domain_words, fold, parts, placed_words, query_words, words


def test_domain_words_stay_whole_when_asked_for():
    assert len(domain_words()) >= 600
    assert [word for word in domain_words() if query_words(word) != [word]] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电子级多晶硅还原炉", {"电子级多晶硅", "电子级", "电子", "多晶硅", "多晶", "硅", "还原炉", "还原"}),
        ("钽铌铍冶炼", {"钽铌铍", "钽铌", "钽", "铌", "铍", "冶炼"}),
        ("效率≥1.80 MPa", {"效率", "1.8", "mpa"}),
        ("３００ＫＷ", {"300kw", "300", "kw"}),
        ("１，２００．５０元", {"1200.5", "元"}),
        ("Li-ion 与 Al2O3", {"li-ion", "li", "ion", "al2o3"}),
        ("GB/T 19001", {"gb/t", "gb", "t", "19001"}),
        ("纯度99.999%", {"纯度", "99.999%", "99.999", "%"}),
        ("流量 20 m³", {"流量", "20", "m3"}),
        ("5-10mm", {"5", "10mm", "10", "mm"}),
    ],
)
def test_words_are_cut_as_readers_mean_them(text, expected):
    assert set(words(text)) == expected


def test_function_words_are_left_out_of_documents_and_queries():
    assert words("枸杞的采收和贮藏") == words("枸杞 采收 贮藏")
    assert query_words("枸杞 的 采收") == ["枸杞", "采收"]


def test_a_query_of_function_words_only_is_kept():
    assert query_words("的和") == ["的", "和"]


def test_every_word_of_a_query_stands_in_the_text_it_was_taken_from():
    text = "半导体级硅部件与电子级多晶硅的还原炉节能技术,300kW、99.999%、Li-ion"
    assert set(query_words(text)) <= set(words(text))


def test_parts_lie_inside_the_word():
    assert "多晶硅" in parts("电子级多晶硅")
    assert parts("枸杞") == ()


def test_chars_are_single_characters_and_whole_numbers():
    assert chars("枸杞20kW") == ["枸", "杞", "20kw"]


def test_long_runs_cannot_break_the_index():
    assert max(map(len, words("a" * 20_000))) <= analysis.MAX_TOKEN


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_places_point_at_the_token_in_the_original(text):
    for token, start, end in placed_words(text):
        assert 0 <= start < end <= len(text)
        assert not any(character.isspace() for character in token)
    assert sorted(token for token, _, _ in placed_words(text)) == sorted(words(text))


@settings(max_examples=150)
@given(st.text(st.sampled_from("钽铌铍冶炼工艺的和中国科学院计算所〇㐀 ,。abc12.5%/-Ｍ\n"), max_size=60))
def test_words_are_those_that_highlighting_finds(text):
    assert sorted(words(text)) == sorted(token for token, _, _ in placed_words(text))


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_that_was_cut(text):
    assert words(fold(text)) == words(text)


def test_version_is_the_same_in_every_process():
    command = "from search.analysis import ANALYSIS_VERSION as v; print(v)"
    printed = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == analysis.ANALYSIS_VERSION
