"""A judged set is measured as it was meant or refused, with the file, the line and what to do, before anything is ranked."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.commands import evaluate as command
from market.kernel.errors import Invalid
from matching.judged_files import read_grades, read_kinds

NEED = {"id": "n1", "title": "枸杞烘干结壳", "text": "枸杞热风烘干表皮结壳。"}
ACHIEVEMENT = {"id": "a1", "title": "枸杞真空脉动烘干设备", "text": "表皮不结壳。", "keywords": ["枸杞"]}
HEADER = "need_id\tachievement_id\tgrade\n"


def line_of(record) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


@pytest.fixture
def files(tmp_path) -> dict[str, Path]:
    contents = {
        "needs.jsonl": line_of(NEED),
        "achievements.jsonl": line_of(ACHIEVEMENT) + line_of({"id": 2, "title": "红枣热泵烘干", "text": None}),
        "qrels.tsv": HEADER + "n1\ta1\t3\nn1\t2\t0\n",
        "kinds.tsv": "achievement_id\tneed_id\tkind\na1\tn1\tsame_words\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return {name: tmp_path / name for name in contents}


@pytest.fixture
def run(files, monkeypatch):
    """The command on the files."""
    monkeypatch.setattr(command, "open_embedder", lambda _settings: None)

    def run(*more):
        given = {"--needs": "needs.jsonl", "--achievements": "achievements.jsonl", "--qrels": "qrels.tsv"}
        options = [part for option, name in given.items() for part in (option, str(files[name]))]
        return CliRunner().invoke(app, ["evaluate", *options, "--kinds", str(files["kinds.tsv"]), *map(str, more)])

    return run


@pytest.fixture
def refused(run, monkeypatch):
    """What the command says where it refuses; nothing may be ranked before it does."""

    def unreachable(*_args, **_options):
        raise AssertionError("ranked before refusing")

    monkeypatch.setattr("matching.evaluation.JudgedPool", unreachable)

    def refused(*more) -> str:
        told = run(*more)
        assert (told.exit_code, told.stdout) == (2, ""), told.exception or told.output
        return told.stderr.replace("\n", "")

    return refused


def test_good_set_is_measured(run, tmp_path):
    told = run("--run-out", tmp_path / "run.tsv")

    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout.splitlines()[-1])["p_at_1"] == 1.0
    assert (tmp_path / "run.tsv").read_text(encoding="utf-8").startswith("n1\ta1\t")


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("name", ["needs.jsonl", "achievements.jsonl", "qrels.tsv", "kinds.tsv"])
def test_other_encoding_is_named(files, refused, name, encoding):
    content = files[name].read_text(encoding="utf-8")
    files[name].write_bytes((content + "需求\ta1\tsame_words\n").encode(encoding))

    said = refused()

    assert name in said
    assert "另存为 UTF-8" in said


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ("[1]", "合法的 JSON 对象"),
        ("[" * 100_000, "合法的 JSON 对象"),
        ('{"id": "x", "title": "甲", "more": ' + "[" * 5_000 + "]" * 5_000 + "}", "合法的 JSON 对象"),
        ('{"id": "x", "title": "甲\\ud800"}', "合法的 JSON 对象"),
        ('{"title": "甲"}', "缺少 id"),
        ('{"id": true, "title": "甲"}', "id 不是文字"),
        ('{"id": " ", "title": "甲"}', "id 是空的"),
        ('{"id": "x", "title": 3}', "title 不是文字"),
        ('{"id": "x", "title": "甲", "text": ["乙"]}', "text 不是文字"),
        ('{"id": "x", "title": "甲", "keywords": "乙,丙"}', "keywords 不是文字的列表"),
        ('{"id": "x", "title": "甲", "field_code": ["07"]}', "field_code 不是文字"),
        ('{"id": "x", "title": "甲", "field_code": "[/火星]"}', "“[/火星]”不在技术领域代码表中"),
    ],
)
def test_broken_record_is_named_by_its_line(files, refused, broken, named):
    files["achievements.jsonl"].write_text(line_of(ACHIEVEMENT) + "\n" + broken, encoding="utf-8")

    said = refused()

    assert "achievements.jsonl 第 3 行" in said
    assert named in said


@pytest.mark.parametrize(
    "line",
    [
        "n1\t2\t4",
        'n1\t"2"x\t1',
        "n1\t2\t5000",
        "n1\t2\t-1",
        "n1\t2\t1.5",
        "n1\t2",
        "\t2\t1",
        "n1,2,1",
        'n1\t"2\t1',
        "n1\ta1\t2",
    ],
)
def test_wrong_judgement_is_named_by_its_line(files, refused, line):
    files["qrels.tsv"].write_text(f"{HEADER}n1\ta1\t3\n{line}\n", encoding="utf-8")

    assert "qrels.tsv 第 3 行" in refused()


def test_grade_out_of_range_on_the_first_line_is_no_header(files, refused):
    files["qrels.tsv"].write_text("n1\ta1\t5\nn1\t2\t3\n", encoding="utf-8")

    assert "qrels.tsv 第 1 行" in refused()


@pytest.mark.parametrize("header", ["", "\ufeff", HEADER, "\ufeff" + HEADER, "\n" + HEADER, "需求\t成果\t等级(0-3)\n"])
def test_first_judgement_counts_with_and_without_a_header(tmp_path, header):
    file = tmp_path / "qrels.tsv"
    file.write_text(f"{header}n1\ta1\t3\nn1\ta2\t 0\n\n", encoding="utf-8")

    assert read_grades(file) == {"n1": {"a1": 3, "a2": 0}}


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("qrels.tsv", HEADER, "没有任何评判"),
        ("qrels.tsv", HEADER + "n9\ta1\t3\nn1\ta9\t3\n", "请核对两列编号"),
        ("qrels.tsv", HEADER + "n1\ta1\t0\nn9\ta9\t3\n", "全部为 0"),
        ("needs.jsonl", "", "needs.jsonl 中没有任何需求"),
        ("achievements.jsonl", "\n", "achievements.jsonl 中没有任何成果"),
        ("kinds.tsv", "a1\tn9\tsame_words\n", "kinds.tsv 中没有一行"),
    ],
)
def test_nothing_to_measure_is_no_figure(files, refused, name, content, named):
    files[name].write_text(content, encoding="utf-8")

    assert named in refused()


@pytest.mark.parametrize("place", ["missing/run.tsv", "", "qrels.tsv", "kinds.tsv"])
def test_place_that_cannot_take_the_ranking_is_refused_first(files, refused, tmp_path, place):
    before = {name: path.read_bytes() for name, path in files.items()}

    assert "--run-out" in refused("--run-out", tmp_path / place)
    assert {name: path.read_bytes() for name, path in files.items()} == before


def test_earlier_ranking_stays_where_the_set_is_refused(files, refused, tmp_path):
    earlier, fresh = tmp_path / "earlier.tsv", tmp_path / "fresh.tsv"
    earlier.write_text("n1\ta1\t0.5\n", encoding="utf-8")
    files["needs.jsonl"].write_text("", encoding="utf-8")

    refused("--run-out", earlier)
    refused("--run-out", fresh)

    assert earlier.read_text(encoding="utf-8") == "n1\ta1\t0.5\n"
    assert not fresh.exists()


@pytest.mark.parametrize("header", ["", "achievement_id\tneed_id\tkind\n"])
def test_kinds_are_read_from_a_file(tmp_path, header):
    file = tmp_path / "kinds.tsv"
    file.write_text(f"{header}other\tn\tother_words\n\nnear\tn\tnear_miss\n", encoding="utf-8")

    assert read_kinds(file, {"n": {}}) == {"n": {"other": "other_words", "near": "near_miss"}}


@pytest.mark.parametrize("line", ["a\tn", "a\tn\tno_such_kind"])
def test_kinds_name_the_line_when_it_is_wrong(tmp_path, line):
    file = tmp_path / "kinds.tsv"
    file.write_text(f"achievement_id\tneed_id\tkind\n{line}\n", encoding="utf-8")

    with pytest.raises(Invalid) as wrong:
        read_kinds(file, {"n": {}})
    assert "kinds.tsv 第 2 行" in wrong.value.detail
