"""A region's own files: what an expert is told, and what a slip must not do."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from typer.testing import CliRunner

from api.cli import app
from matching import lexicon as lexicon_package
from matching.lexicon import check_files, forget_lexicon, lexicon, open_lexicon

pytestmark = pytest.mark.once

HEADER = "term,also,english,broader,kind\n"


def told(*lines, header=HEADER):
    return [(one.line, one.sentence) for one in check_files({"own.csv": (header + "\n".join(lines)).encode()})]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("窖藏藏法,甲种窖藏、乙种窖藏,,,process", "用 | 分隔"),
        ("窖藏藏法,,,,手艺", "类别"),
        ("窖藏藏法,,,process", "实有 4 列"),
        (",甲种窖藏,,,process", "缺少术语"),
        ("窖,,,,process", "只有一个字"),
        ("窖藏藏法,氢氧化钠,,,process", "已属于概念“烧碱”"),
        ("窖藏藏法,ＮＡＯＨ,,,process", "已属于概念“烧碱”"),
        ("窖藏藏法,,,没有这个上位词,process", "不在词库中"),
        ("窖藏藏法,,,窖藏藏法,process", "绕回"),
        ("123,,,,process", "没有文字"),
    ],
)
def test_expert_is_told_line_and_remedy_when_a_line_is_wrong(line, words):
    found = told("地窖藏酒法,,cellar storage of wine,,process", line)
    assert [number for number, _ in found] == [3]
    assert words in found[0][1]


def test_expert_is_told_when_the_header_or_the_encoding_is_wrong():
    assert told("x,,,,process", header="词,近义\n")[0][0] == 1
    found = check_files({"own.csv": (HEADER + "窖藏藏法,,,,process").encode("gbk")})
    assert "UTF-8" in found[0].sentence


def test_expert_is_told_when_concepts_run_in_a_circle():
    assert {number for number, _ in told("甲乙丙法,,,丁戊己法,process", "丁戊己法,,,甲乙丙法,process")} == {2, 3}


def test_nothing_is_told_when_a_line_adds_to_a_shipped_concept():
    assert told("烧碱,本地烧碱叫法,,,chemical", '窖藏藏法,"1,2-窖藏",,烧碱,process') == []


def test_region_finds_its_words_when_a_folder_is_given(tmp_path):
    (tmp_path / "own.csv").write_text(
        HEADER + "烧碱,本地烧碱叫法,,,chemical\n窖藏藏法,,,,process\n", encoding="utf-8-sig"
    )
    found = open_lexicon(tmp_path)
    assert found.mentions("加本地烧碱叫法")[0].concept == "烧碱"
    assert found.mentions("氢氧化钠")[0].concept == "烧碱"
    assert found.mentions("窖藏藏法")[0].concept == "窖藏藏法"
    assert found.version != lexicon().version


def test_market_goes_on_when_a_file_of_the_region_is_broken(tmp_path, caplog):
    (tmp_path / "a.csv").write_bytes("不是表格".encode("gbk"))
    (tmp_path / "b.csv").write_text(HEADER + "窖藏藏法,氢氧化钠,,,process\n窖,,,,process\n", encoding="utf-8")
    (tmp_path / "c.csv").mkdir()
    with caplog.at_level(logging.WARNING):
        found = open_lexicon(tmp_path)
    assert found.mentions("氢氧化钠")[0].concept == "烧碱"
    assert found.mentions("窖藏藏法")[0].concept == "窖藏藏法"
    assert "b.csv:2" in caplog.text
    assert "b.csv:3" in caplog.text
    assert "c.csv" in caplog.text


def test_operator_is_warned_when_the_folder_is_missing(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        assert open_lexicon(tmp_path / "missing").version == lexicon().version
    assert "TECHMARKET_LEXICON_DIR" in caplog.text


def test_folder_is_read_when_the_setting_names_it(tmp_path, monkeypatch):
    (tmp_path / "own.csv").write_text(HEADER + "窖藏藏法,,,,process\n", encoding="utf-8")
    monkeypatch.setenv("TECHMARKET_LEXICON_DIR", str(tmp_path))
    forget_lexicon()
    try:
        assert lexicon().mentions("窖藏藏法") != ()
    finally:
        monkeypatch.undo()
        forget_lexicon()
    assert lexicon().mentions("窖藏藏法") == ()


def test_threads_that_ask_at_once_read_it_once(monkeypatch):
    opened = []

    def slowly(folder):
        opened.append(folder)
        time.sleep(0.05)
        return lexicon_package.Lexicon([])

    monkeypatch.setattr(lexicon_package, "open_lexicon", slowly)
    forget_lexicon()
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: lexicon(), range(4)))
    finally:
        forget_lexicon()
    assert len(opened) == 1
    assert len(set(map(id, found))) == 1


def test_command_tells_each_error_and_fails_when_a_file_is_wrong(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(HEADER + "窖藏藏法,氢氧化钠,,,process\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["lexicon", "check", str(file)])
    assert result.exit_code == 1
    assert "第 2 行" in result.output


def test_exported_file_is_without_fault_and_says_the_same_when_checked(tmp_path):
    file = tmp_path / "all.csv"
    assert CliRunner().invoke(app, ["lexicon", "export", str(file)]).exit_code == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert CliRunner().invoke(app, ["lexicon", "check", str(file)]).exit_code == 0
    assert open_lexicon(tmp_path).concepts == lexicon().concepts
    assert CliRunner().invoke(app, ["lexicon", "export", str(file)]).exit_code == 2
