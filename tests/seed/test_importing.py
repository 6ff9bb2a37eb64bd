"""What people bring, good and bad, and what they are told."""

import csv
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import Session, func, select

from api.metrics import Metrics
from api.worker import Worker
from market.achievements.models import Achievement, AchievementStage, IntellectualProperty
from market.kernel.audit import AuditEntry
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.errors import Invalid
from market.kernel.outbox import Subject
from market.listings.models import ListingStatus
from market.matches.models import Match
from market.needs.models import Need, NeedIndicator
from market.parties.models import Origin, Party
from search.tantivy_engine import TantivyEngine
from seed.credit_codes import demo_credit_code
from seed.importing.report import ImportReport
from tests.factories.parties import make_party
from tests.seed.conftest import Import

HEADER = ["编号", "需求名称", "主要问题", "预算(万元)", "技术领域", "所在地区", "需求时限"]
GOOD = [
    "N1",
    "枸杞鲜果快速制干",
    "制干周期长达四十八小时,旺季排队。",
    "50-100",
    "农业",
    "吴忠市盐池县",
    "2026年12月31日",
]


def write_csv(path: Path, rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def write_xlsx(path: Path, rows: list[list[object]], merged: str | None = None) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(path)
    return path


def needs_in(database: Database) -> list[Need]:
    with database.reading() as session:
        return list(session.exec(select(Need).order_by(Need.created_at, Need.id)).all())


def only_problem(report: ImportReport) -> tuple[str, str]:
    assert len(report.bad_rows) == 1
    return report.bad_rows[0].problem, report.bad_rows[0].remedy


def with_cell(column: str, value: str) -> list[str]:
    return [value if name == column else cell for name, cell in zip(HEADER, GOOD, strict=True)]


class TestForms:
    @pytest.mark.parametrize(
        ("encoding", "delimiter"),
        [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("gb18030", "\t"), ("utf-8", ";"), ("utf-16", ",")],
    )
    def test_csv_comes_in_whatever_its_encoding_and_delimiter(
        self, database: Database, run_import: Import, tmp_path: Path, encoding: str, delimiter: str
    ):
        report = run_import(write_csv(tmp_path / "需求.csv", [HEADER, GOOD], encoding, delimiter))

        assert (report.good, report.bad_rows) == (1, ())
        need = needs_in(database)[0]
        assert need.title == "枸杞鲜果快速制干"
        assert (need.budget_min_cny, need.budget_max_cny) == (Decimal("500000.00"), Decimal("1000000.00"))
        assert (need.field_code, need.region_code, need.needed_by) == ("09", "640323", date(2026, 12, 31))
        assert (need.status, need.origin) == (ListingStatus.SUBMITTED, Origin.IMPORTED)

    def test_header_below_a_title_and_over_two_merged_rows_is_found(
        self, database: Database, run_import: Import, tmp_path: Path
    ):
        rows = [
            ["二〇二六年技术需求汇总表", None, None, None],
            [None, None, None, None],
            ["序号", "需求名称", "预算(万元)", None],
            [None, None, "下限", "上限"],
            [1, "奶牛隐性乳腺炎筛查", 30, 80],
        ]
        report = run_import(write_xlsx(tmp_path / "汇总.xlsx", rows, merged="C3:D3"))

        assert report.good == 1
        need = needs_in(database)[0]
        assert (need.budget_min_cny, need.budget_max_cny) == (Decimal(300000), Decimal(800000))

    def test_excel_dates_numbers_and_full_width_digits_are_understood(
        self, database: Database, run_import: Import, tmp_path: Path
    ):
        rows = [
            ["名称", "预算", "需求时限", "成熟度要求"],
            ["光伏板清扫", "120万元", datetime(2026, 9, 30), "通过中试"],  # noqa: DTZ001  Excel knows no zones,
            ["储能诊断", "3000000元", 46387, 7],
        ]
        run_import(write_xlsx(tmp_path / "a.xlsx", rows))

        first, second = sorted(needs_in(database), key=lambda need: need.title, reverse=True)[::-1]
        by_title = {need.title: need for need in (first, second)}
        assert by_title["光伏板清扫"].budget_max_cny == Decimal(1_200_000)
        assert by_title["光伏板清扫"].needed_by == date(2026, 9, 30)
        assert by_title["储能诊断"].needed_by == date(2026, 12, 31)
        assert {need.min_trl for need in (first, second)} == {7}

    def test_json_lines_text_is_cut_at_its_headings(self, database: Database, run_import: Import, tmp_path: Path):
        text = "一家企业的来信。\n需求内容:\n砂芯发气量大。\n预期目标:\n废品率降到百分之二。\n现有工作基础:\n有两条生产线。"
        path = tmp_path / "needs.jsonl"
        path.write_text(json.dumps({"id": "a-1", "title": "铸造砂芯", "text": text}, ensure_ascii=False))

        report = run_import(path, publish=True)

        need = needs_in(database)[0]
        assert need.problem == "一家企业的来信。\n砂芯发气量大。"
        assert (need.expected_outcome, need.background) == ("废品率降到百分之二。", "有两条生产线。")
        assert need.status is ListingStatus.PUBLISHED
        assert [note.field for note in report.notes] == ["field_code"]

    def test_achievement_columns_become_price_stage_indicators_and_rights(
        self, database: Database, run_import: Import, tmp_path: Path
    ):
        rows = [
            ["成果名称", "成果简介", "成熟度", "转让价格(万元)", "转化方式", "专利号", "技术领域", "技术指标"],
            [
                "钽粉还原工艺",
                "掺氮还原。",
                "已有样品",
                "面议",
                "许可、作价入股",
                "ZL202010123456.7",
                "05",
                "比容≥150000μFV/g",
            ],
            ["无人机巡检", "复合翼。", "可以量产", "80", "转让", "", "航空航天", ""],
        ]
        report = run_import(write_csv(tmp_path / "成果.csv", rows), Subject.ACHIEVEMENT)

        assert report.good == 2, report.summary()
        with database.reading() as session:
            found = {row.title: row for row in session.exec(select(Achievement)).all()}
            rights = session.exec(select(IntellectualProperty)).all()
        assert found["钽粉还原工艺"].asking_price_cny is None
        assert found["钽粉还原工艺"].transfer_ways == ["licence", "equity"]
        assert found["无人机巡检"].asking_price_cny == Decimal(800_000)
        assert found["无人机巡检"].stage is AchievementStage.MATURE
        assert [right.kind_code for right in rights] == ["patent_invention"]

    def test_indicators_in_one_cell_become_rows(self, database: Database, run_import: Import, tmp_path: Path):
        rows = [["名称", "技术指标"], ["枸杞干燥", "含水率=11~13%;电耗≤900kWh/t;颜色鲜亮"]]
        run_import(write_csv(tmp_path / "a.csv", rows))

        with database.reading() as session:
            operators = session.exec(select(NeedIndicator.operator).order_by(NeedIndicator.position)).all()
        assert operators == ["between", "le", "text"]


class TestBadRows:
    @pytest.mark.parametrize(
        ("column", "value", "problem"),
        [
            ("预算(万元)", "-5", "金额小于零"),
            ("预算(万元)", "100-50", "下限高于上限"),
            ("预算(万元)", "很多", "不是能识别的金额"),
            ("技术领域", "炼金术", "不在“技术领域”中"),
            ("所在地区", "亚特兰蒂斯", "不在"),
            ("需求时限", "2026年13月", "不是能识别的日期"),
            ("需求时限", "2020-01-01", "已过"),
            ("需求名称", "", "没有填写"),
            ("主要问题", "前\x00后", "控制字符"),
        ],
    )
    def test_a_bad_cell_keeps_its_row_out_and_says_how_to_mend_it(
        self, database: Database, run_import: Import, tmp_path: Path, column: str, value: str, problem: str
    ):
        report = run_import(write_csv(tmp_path / "a.csv", [HEADER, with_cell(column, value)]))

        assert problem in only_problem(report)[0]
        assert report.bad_rows[0].row.number == 2
        assert needs_in(database) == []

    def test_an_amount_without_unit_is_not_guessed(self, run_import: Import, tmp_path: Path):
        report = run_import(write_csv(tmp_path / "a.csv", [["名称", "预算"], ["枸杞", "50"]]))

        assert "没有写明单位" in only_problem(report)[0]

    def test_wrong_credit_code_is_named(self, run_import: Import, tmp_path: Path):
        code = demo_credit_code(5)
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        report = run_import(write_csv(tmp_path / "a.csv", [["名称", "统一社会信用代码"], ["枸杞", wrong]]))

        problem, remedy = only_problem(report)
        assert "校验不通过" in problem
        assert "核对" in remedy

    def test_formula_is_refused_with_the_remedy(self, run_import: Import, tmp_path: Path):
        report = run_import(write_xlsx(tmp_path / "a.xlsx", [["名称", "主要问题"], ["枸杞", "=A1&B1"]]))

        problem, remedy = only_problem(report)
        assert "公式" in problem
        assert "数值" in remedy

    def test_a_line_that_is_no_json_is_a_bad_row(self, run_import: Import, tmp_path: Path):
        path = tmp_path / "a.jsonl"
        path.write_text('{"title": "好的一行"}\n{"title": \n', encoding="utf-8")
        report = run_import(path)

        assert (report.good, len(report.bad_rows)) == (1, 1)

    def test_number_used_twice_for_different_needs_is_refused(self, run_import: Import, tmp_path: Path):
        rows = [["编号", "名称"], ["1", "枸杞干燥"], ["1", "奶牛饲喂"]]
        report = run_import(write_csv(tmp_path / "a.csv", rows))

        assert "不止一次" in only_problem(report)[0]

    def test_good_rows_of_a_batch_come_in_though_one_is_refused_by_the_use_case(
        self, database: Database, run_import: Import, tmp_path: Path
    ):
        rows = [
            HEADER,
            GOOD,
            ["N2", "过期的需求", *with_cell("需求时限", "2019-01-01")[2:]],
            ["N3", "另一条需求", *GOOD[2:]],
        ]
        report = run_import(write_csv(tmp_path / "a.csv", rows))

        assert (report.good, len(report.bad_rows)) == (2, 1)
        assert len(needs_in(database)) == 2

    @pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
    def test_corrected_file_can_be_imported_as_it_is(
        self, database: Database, run_import: Import, tmp_path: Path, suffix: str
    ):
        rows = [HEADER, GOOD, ["N2", "=危险公式()", "-1", "-7", "农业", "盐池县", ""]]
        source = tmp_path / f"a{suffix}"
        if suffix == ".csv":
            write_csv(source, rows)
        else:
            book = Workbook()
            for row in rows:
                book.active.append(row)
            book.active["B3"].data_type = "s"
            book.save(source)
        report = run_import(source)
        assert report.rejected_file is not None
        corrected = _correct(report.rejected_file, "-7", "70")
        second = run_import(corrected)

        assert (report.good, second.good, second.bad_rows) == (1, 1, ())
        assert {need.title for need in needs_in(database)} == {GOOD[1], "=危险公式()"}

    def test_rejected_csv_holds_no_live_formula(self, run_import: Import, tmp_path: Path):
        rows = [["名称", "预算(万元)"], ["@SUM(1)", "-3"]]
        report = run_import(write_csv(tmp_path / "a.csv", rows))

        assert report.rejected_file is not None
        text = report.rejected_file.read_text(encoding="utf-8-sig")
        cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def _correct(path: Path, wrong: str, right: str) -> Path:
    if path.suffix == ".csv":
        text = path.read_text(encoding="utf-8-sig").replace(f"'{wrong}", right)
        path.write_text(text, encoding="utf-8-sig")
        return path
    book = load_workbook(path)
    for row in book.active.iter_rows():
        for cell in row:
            if str(cell.value).lstrip("'") == wrong:
                cell.value = right
    book.save(path)
    return path


class TestWholeFile:
    def test_unknown_headers_are_refused_by_name(self, run_import: Import, tmp_path: Path):
        with pytest.raises(Invalid) as refusal:
            run_import(write_csv(tmp_path / "a.csv", [["甲", "乙"], ["1", "2"]]))
        assert refusal.value.code == "header_not_found"
        assert "甲" in refusal.value.detail

    def test_columns_that_mean_nothing_are_reported(self, run_import: Import, tmp_path: Path):
        report = run_import(write_csv(tmp_path / "a.csv", [["名称", "幸运颜色", "联系电话"], ["枸杞", "红", "139"]]))

        assert report.good == 1
        assert "幸运颜色" in report.summary()
        assert "联系电话" not in report.summary()

    def test_bomb_is_refused_before_it_is_unpacked(self, run_import: Import, tmp_path: Path):
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
        with pytest.raises(Invalid) as refusal:
            run_import(path)
        assert refusal.value.code == "workbook_bomb"

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"rest", "old_excel"),
            ("a.xlsx", b"no zip at all", "unreadable_workbook"),
            ("a.pdf", b"%PDF", "unknown_format"),
            ("a.csv", b"\xff\xff\xff\x00\x81", "unknown_encoding"),
            ("a.csv", b"", "header_not_found"),
        ],
    )
    def test_a_file_of_the_wrong_kind_is_refused_with_a_remedy(
        self, run_import: Import, tmp_path: Path, name: str, content: bytes, code: str
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Invalid) as refusal:
            run_import(tmp_path / name)
        assert refusal.value.code == code
        assert refusal.value.fields[0].remedy


class TestAgain:
    def test_a_second_run_brings_nothing_twice(self, database: Database, run_import: Import, tmp_path: Path):
        path = write_csv(tmp_path / "a.csv", [["名称"], ["枸杞干燥"], ["奶牛饲喂"]])
        first, second = run_import(path), run_import(path)

        assert (first.good, second.good, second.already) == (2, 0, 2)
        assert len(needs_in(database)) == 2

    def test_dry_run_tells_all_and_writes_nothing(self, database: Database, run_import: Import, tmp_path: Path):
        rows = [HEADER, GOOD, ["N2", *GOOD[1:]], with_cell("预算(万元)", "-5")]
        report = run_import(write_csv(tmp_path / "a.csv", rows), dry_run=True)

        assert (report.good, len(report.bad_rows)) == (2, 1)
        assert len(report.duplicates) == 1
        assert needs_in(database) == []
        with database.reading() as session:
            assert _count(session, Party) == _count(session, AuditEntry) == 0
        assert not list(tmp_path.glob("*待改正*"))

    def test_repeated_need_is_published_like_any_other_and_pointed_out(
        self, database: Database, run_import: Import, tmp_path: Path
    ):
        rows = [HEADER, GOOD, ["N2", *GOOD[1:]]]
        report = run_import(write_csv(tmp_path / "a.csv", rows), publish=True)

        assert [(twin.row, twin.other_row, twin.is_exact) for twin in report.duplicates] == [(3, 2, True)]
        assert report.good == 2
        assert [need.status for need in needs_in(database)] == [ListingStatus.PUBLISHED] * 2

    def test_repeats_without_a_number_come_in_each_once_on_every_run(
        self, database: Database, run_import: Import, tmp_path: Path
    ):
        path = write_csv(tmp_path / "a.csv", [["名称"], ["枸杞干燥"], ["枸杞干燥"], ["枸杞干燥"]])
        first, second = run_import(path), run_import(path)

        assert (first.good, second.good, second.already, first.bad_rows) == (3, 0, 3, ())
        assert len(needs_in(database)) == 3

    def test_repeat_of_an_earlier_file_is_pointed_out(self, run_import: Import, tmp_path: Path):
        run_import(write_csv(tmp_path / "a.csv", [["编号", "名称"], ["1", "枸杞干燥"]]))
        report = run_import(write_csv(tmp_path / "b.csv", [["编号", "名称"], ["2", "枸杞干燥"]]))

        assert report.good == 1
        assert [(twin.row, twin.other_row, twin.is_exact) for twin in report.duplicates] == [(2, None, True)]

    def test_every_repeat_gets_matches_of_its_own(
        self, database: Database, clock: FixedClock, run_import: Import, tmp_path: Path
    ):
        offered = [
            ["成果名称", "成果简介", "技术领域"],
            ["枸杞热泵干燥", "枸杞鲜果热泵制干,制干周期十六小时。", "农业"],
        ]
        with database.writing() as session:
            owner = make_party(session, clock).id
        run_import(write_csv(tmp_path / "b.csv", offered), Subject.ACHIEVEMENT, publish=True, owner_party_id=owner)
        rows = [HEADER, GOOD, ["N2", *GOOD[1:]], ["N3", *GOOD[1:]]]
        run_import(write_csv(tmp_path / "a.csv", rows), publish=True)
        engine = TantivyEngine(tmp_path / "index")
        worker = Worker(database, engine, clock, Metrics())
        while worker.step():
            pass
        engine.close()

        with database.reading() as session:
            paired = session.exec(select(Match.need_id).where(Match.score > 0)).all()
        assert sorted(paired) == sorted(need.id for need in needs_in(database))

    def test_nearly_the_same_need_is_pointed_out_and_comes_in(self, run_import: Import, tmp_path: Path):
        text = "公司日加工枸杞鲜果三十吨,现用热风隧道制干要四十八小时,旺季排队,果实褐变率达到百分之七,吨干果电耗一千五百千瓦时。"
        rows = [["名称", "主要问题"], ["枸杞鲜果制干", text], ["枸杞鲜果制干技术", text + "请求支援。"]]
        report = run_import(write_csv(tmp_path / "a.csv", rows))

        assert report.good == 2
        assert len(report.duplicates) == 1
        assert not report.duplicates[0].is_exact

    def test_used_number_does_not_overwrite_another_need(self, database: Database, run_import: Import, tmp_path: Path):
        run_import(write_csv(tmp_path / "a.csv", [["编号", "名称"], ["1", "枸杞干燥"]]))
        report = run_import(write_csv(tmp_path / "b.csv", [["编号", "名称"], ["1", "奶牛饲喂"]]))

        assert "没有覆盖" in only_problem(report)[0]
        assert [need.title for need in needs_in(database)] == ["枸杞干燥"]


def _count(session: Session, model: type) -> int:
    return session.exec(select(func.count()).select_from(model)).one()
