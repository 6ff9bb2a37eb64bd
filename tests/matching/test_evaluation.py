import json

import pytest
from typer.testing import CliRunner

from api.cli import app
from market.kernel.errors import Invalid
from matching.evaluation import evaluate

NEEDS = {
    "n1": ("枸杞烘干结壳", "枸杞热风烘干表皮结壳,希望缩短时间、降低能耗。"),
    "n2": ("光伏支架防腐", "戈壁光伏支架镀锌层锈蚀,需要长效防腐涂层。"),
    "n3": ("奶牛乳房炎检测", "挤奶时在线检测隐性乳房炎,减少抗生素使用。"),
}
ACHIEVEMENTS = {
    "a1": ("枸杞真空脉动烘干设备", "表皮不结壳,烘干时间缩短一半。", ["枸杞", "烘干"]),
    "a2": ("枸杞籽油超临界萃取", "从枸杞籽中提取油脂。", ["枸杞"]),
    "a3": ("红枣热泵烘干机组", "低能耗烘干红枣。", ["烘干"]),
    "a4": ("光伏支架锌铝镁防腐涂层", "戈壁环境二十年不锈蚀。", ["防腐"]),
    "a5": ("光伏组件清洗机器人", "无水清洗。", []),
    "a6": ("桥梁钢索防腐护套", "高密度聚乙烯护套。", []),
    "a7": ("奶牛隐性乳房炎在线检测仪", "挤奶杯组内逐乳区检测。", ["乳房炎"]),
    "a8": ("奶牛发情监测项圈", "活动量监测。", []),
    "a9": ("牛奶抗生素残留快检试纸", "十分钟出结果。", []),
    "b1": ("水泥窑余热发电", "利用窑尾余热。", []),
    "b2": ("石墨电极接头加工", "锥度接头数控加工。", []),
    "b3": ("煤矸石制砖", "烧结砖。", []),
}
GRADES = {"n1": {"a1": 3, "a2": 0, "a3": 1}, "n2": {"a4": 3, "a5": 0, "a6": 1}, "n3": {"a7": 3, "a8": 0, "a9": 1}}


@pytest.fixture
def files(tmp_path):
    needs, achievements, qrels = (tmp_path / name for name in ("needs.jsonl", "achievements.jsonl", "qrels.tsv"))
    needs.write_text(
        "\n".join(
            json.dumps({"id": key, "title": title, "text": text}, ensure_ascii=False)
            for key, (title, text) in NEEDS.items()
        ),
        encoding="utf-8",
    )
    achievements.write_text(
        "\n".join(
            json.dumps({"id": key, "title": title, "text": text, "keywords": words, "words": []}, ensure_ascii=False)
            for key, (title, text, words) in ACHIEVEMENTS.items()
        ),
        encoding="utf-8",
    )
    rows = [f"{need}\t{one}\t{grade}" for need, grades in GRADES.items() for one, grade in grades.items()]
    qrels.write_text("\n".join(["need_id\tachievement_id\tgrade", *rows]), encoding="utf-8")
    return needs, achievements, qrels


def test_evaluate_when_the_corpus_is_small_ranks_the_solutions_first(files):
    report = evaluate(*files)

    assert report.figures.p_at_1 == 1.0
    assert report.figures.ndcg_at_10 > 0.9
    assert report.as_dict()["needs"] == 3


def test_evaluate_when_run_out_is_given_writes_what_the_figures_rest_on(files, tmp_path):
    out, seen = tmp_path / "run.tsv", []

    report = evaluate(*files, run_out=out, progress=lambda done, total: seen.append((done, total)))

    lines = [line.split("\t") for line in out.read_text(encoding="utf-8").splitlines()]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert {need for need, _, _ in lines} == set(NEEDS)
    for need, ranking in report.rankings.items():
        assert [(name, float(score)) for key, name, score in lines if key == need] == ranking


def test_evaluate_when_condensed_ranks_every_judged_pair(files):
    report = evaluate(*files, condensed=True)

    for need, grades in GRADES.items():
        assert set(grades) <= {name for name, _ in report.rankings[need]}
    assert report.figures.mrr == 1.0


def test_evaluate_when_run_twice_is_the_same(files):
    assert evaluate(*files) == evaluate(*files)


@pytest.mark.parametrize(
    ("file", "content", "named"),
    [
        (0, "{not json", "needs.jsonl 第 1 行"),
        (0, '{"id": "n1"}', "缺少 title"),
        (1, '{"id": "a", "title": "甲"}\n{"id": "a", "title": "乙"}', "achievements.jsonl 第 2 行"),
        (1, '{"id": "a", "title": "甲", "text": 3}', "text 不是文字"),
        (2, "need\tachievement\tgrade\nn1\ta1\tvery", "qrels.tsv 第 2 行"),
    ],
)
def test_evaluate_when_a_file_is_broken_names_the_place(files, file, content, named):
    files[file].write_text(content, encoding="utf-8")

    with pytest.raises(Invalid) as refused:
        evaluate(*files)

    assert named in refused.value.detail


def test_kinds_are_told_when_a_file_of_them_is_given(files, tmp_path):
    needs, achievements, qrels = files
    kinds = tmp_path / "kinds.tsv"
    kinds.write_text("achievement_id\tneed_id\tkind\na1\tn1\tsame_words\na3\tn1\tnear_miss\n", encoding="utf-8")
    paths = {"--needs": needs, "--achievements": achievements, "--qrels": qrels, "--kinds": kinds}

    told = CliRunner().invoke(app, ["evaluate", *(part for name, path in paths.items() for part in (name, str(path)))])

    assert told.exit_code == 0, told.output
    result = json.loads(told.stdout.splitlines()[-1])["kinds"]
    assert (result["pairs"], result["near_miss"]) == (1, 1.0)


def write_fields(needs, fields) -> None:
    lines = [json.loads(line) for line in needs.read_text(encoding="utf-8").splitlines()]
    for one in lines:
        one["field_code"] = fields.get(one["id"])
    needs.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), encoding="utf-8")


def repeated(files, times) -> dict[str, str]:
    """The small set with each need asked several times over; returns to which need each of these goes back."""
    needs, _, qrels = files
    lines = [json.loads(line) for line in needs.read_text(encoding="utf-8").splitlines()]
    copies = {f"{one['id']}-{number}": one for one in lines for number in range(times[one["id"]])}
    needs.write_text("\n".join(json.dumps(one | {"id": key}) for key, one in copies.items()), encoding="utf-8")
    grades = [
        f"{key}\t{achievement}\t{grade}"
        for key, one in copies.items()
        for achievement, grade in GRADES[one["id"]].items()
    ]
    qrels.write_text("\n".join(["need_id\tachievement_id\tgrade", *grades]), encoding="utf-8")
    return {key: one["id"] for key, one in copies.items()}


def test_figures_by_field_sum_up_the_small_fields(files):
    origins = repeated(files, {"n1": 5, "n2": 4, "n3": 6})
    codes = {"n1": "07", "n2": "05", "n3": None}
    write_fields(files[0], {key: codes[origin] for key, origin in origins.items()})

    report = evaluate(*files)

    rows = report.fields_as_dict()
    assert [(row["field_code"], row["needs"]) for row in rows] == [("07", 5), ("", 10)]
    assert rows[1]["field"] == "其他"
    assert sum(row["needs"] * row["ndcg_at_10"] for row in rows) == pytest.approx(
        report.figures.needs * report.figures.ndcg_at_10, abs=1e-2
    )


def test_field_that_no_list_knows_is_named(files):
    write_fields(files[0], {"n2": "火星"})

    with pytest.raises(Invalid) as refused:
        evaluate(*files)

    assert "n2" in refused.value.detail
    assert "火星" in refused.value.detail


def test_fields_are_told_as_a_table_and_as_json_when_asked_for(files):
    origins = repeated(files, dict.fromkeys(NEEDS, 5))
    codes = {"n1": "07", "n2": "05", "n3": "07"}
    write_fields(files[0], {key: codes[origin] for key, origin in origins.items()})
    options = [
        part
        for name, path in zip(("needs", "achievements", "qrels"), files, strict=True)
        for part in (f"--{name}", str(path))
    ]

    told = CliRunner().invoke(app, ["evaluate", *options, "--by-field"])

    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout.splitlines()[-1])["fields"]
    assert [(row["field_code"], row["needs"]) for row in rows] == [("05", 5), ("07", 10)]
    assert all(row["interval"][0] <= row["ndcg_at_10"] <= row["interval"][1] for row in rows)
    assert all(row["field"] in told.stderr for row in rows)
    assert "fields" not in json.loads(CliRunner().invoke(app, ["evaluate", *options]).stdout.splitlines()[-1])
