"""The glossary names every table and every code list."""

import re
from pathlib import Path

import pytest

import market
import market.tables
from market.kernel.rows import Row
from market.reference.lists import list_names

TEXT = (Path(market.__file__).parent / "GLOSSARY.md").read_text(encoding="utf-8")
TERMS = set(re.findall(r"`([^`]+)`", TEXT))


def tables(parent=Row):
    for child in parent.__subclasses__():
        yield from [child] if hasattr(child, "__table__") else []
        yield from tables(child)


@pytest.mark.parametrize("table", sorted({table.__name__ for table in tables()}))
def test_names_the_table(table):
    assert table in TERMS


@pytest.mark.parametrize("name", list_names())
def test_names_the_code_list(name):
    assert name in TERMS
    assert name in re.findall(r"list `([^`]+)`", TEXT)


def test_gives_each_term_an_identifier_a_definition_and_a_source():
    rows = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| ") and "---" not in line]

    assert all(len(row) == 4 and all(row) for row in rows)
    assert len({row[0] for row in rows if row[0] != "术语"}) == sum(row[0] != "术语" for row in rows)
