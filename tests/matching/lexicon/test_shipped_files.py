"""What is shipped: read by the same rules as a region's own files."""

import re
from collections import Counter

import pytest

from matching.lexicon import Lexicon, lexicon, shipped_files
from matching.lexicon.rows import check_rows, is_chinese, key, read_rows

pytestmark = pytest.mark.once

INITIALS = [
    "b",
    "p",
    "m",
    "f",
    "d",
    "t",
    "n",
    "l",
    "g",
    "k",
    "h",
    "j",
    "q",
    "x",
    "zh",
    "ch",
    "sh",
    "r",
    "z",
    "c",
    "s",
    "y",
    "w",
]
FINALS = [
    "a",
    "ai",
    "an",
    "ang",
    "ao",
    "e",
    "ei",
    "en",
    "eng",
    "er",
    "i",
    "ia",
    "ian",
    "iang",
    "iao",
    "ie",
    "in",
    "ing",
    "iong",
    "iu",
    "o",
    "ong",
    "ou",
    "u",
    "ua",
    "uai",
    "uan",
    "uang",
    "ue",
    "ui",
    "un",
    "uo",
    "v",
    "ve",
]
SYLLABLE = (
    rf"(?:{'|'.join(sorted(INITIALS, key=len, reverse=True))})(?:{'|'.join(sorted(FINALS, key=len, reverse=True))})"
)
PINYIN = re.compile(rf"{SYLLABLE}(?: {SYLLABLE})+")
"""Two syllables or more, apart: single ones and joined ones are English words too (man, can, tannin)."""


@pytest.fixture(scope="module")
def rows():
    found = []
    for name, content in shipped_files().items():
        good, wrong = read_rows(name, content.decode("utf-8"))
        assert wrong == [], name
        found.extend(good)
    return found


def test_shipped_files_are_without_fault_when_checked_together(rows):
    assert check_rows(rows) == []


def test_concepts_are_many_and_reach_over_the_industries(rows):
    assert len(lexicon().concepts) >= 1500
    assert min(Counter(row.file for row in rows).values()) >= 100
    assert len({row.file for row in rows}) == 11


def test_no_surface_stands_in_two_concepts_when_case_and_width_are_folded(rows):
    owners = {}
    for row in rows:
        for surface in row.surfaces:
            assert owners.setdefault(key(surface), row.term) == row.term, surface


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("漏检少,病斑检出率高", "收率"),
        ("多孔板的开孔率", "孔隙率"),
        ("搅拌桨叶易挂料", "风机叶片"),
        ("涂层起泡脱落", "泡沫"),
        ("气动隔膜泵", "电池隔膜"),
        ("吨钢电单耗", "物耗"),
    ],
)
def test_concept_is_not_mentioned_when_its_name_is_only_a_piece_of_another_word(text, name):
    assert name in lexicon().concepts
    assert name not in lexicon().names_in(text)


def test_no_surface_is_a_single_character(rows):
    assert [surface for row in rows for surface in row.surfaces if len(key(surface)) < 2] == []


def test_chinese_names_stand_in_the_chinese_columns_and_english_ones_hold_no_chinese(rows):
    assert [one for row in rows for one in row.english if is_chinese(one)] == []
    assert [row.term for row in rows if not any(map(is_chinese, (row.term, *row.also)))] == []


def test_no_name_is_spelt_in_pinyin(rows):
    assert [one for row in rows for one in (*row.also, *row.english) if PINYIN.fullmatch(key(one))] == []


def test_every_surface_is_found_when_it_is_the_whole_text(rows):
    shipped = lexicon()
    for row in rows:
        for surface in row.surfaces:
            mentions = shipped.mentions(surface)
            assert [one.concept for one in mentions] == [row.term], surface
            assert mentions[0].surface == surface


def test_every_kind_of_concept_is_there(rows):
    assert len({row.kind for row in rows}) == 11


def test_version_tells_one_content_from_another():
    assert len(lexicon().version) == 8
    assert Lexicon([], "other").version != lexicon().version
