"""Importing 10,000 needs from CSV and from Excel, against reading the file with the bare library and inserting it with raw SQL.

`python -m benchmarks.importing [--quick] [--rows N]`. The texts are put together from the demo's content, so that they are as long as real ones.
Both wall time and the processor time of this process are shown: the second is what counts on a busy machine.
"""

import argparse
import csv
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook, load_workbook

import market.tables  # noqa: F401  registers every table
from market.kernel.actor import SYSTEM
from market.kernel.clock import SystemClock
from market.kernel.db import Database, all_tables
from market.kernel.outbox import Subject
from seed.demo import content
from seed.importing.service import ImportOptions, import_listings

HEADER = [
    "编号",
    "需求名称",
    "主要问题",
    "技术关键",
    "预期目标",
    "预算(万元)",
    "技术领域",
    "所在地区",
    "关键词",
    "技术指标",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, roughly how fast")
    parser.add_argument("--rows", type=int)
    chosen = parser.parse_args()
    count = chosen.rows or (500 if chosen.quick else 10_000)
    rows = make_rows(count)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for path, write, read in (
            (place / "needs.csv", write_csv, read_csv),
            (place / "needs.xlsx", write_workbook, read_workbook),
        ):
            write(path, rows)
            bare = timed(lambda path=path, read=read: insert_raw(place / f"{path.suffix}.db", read(path)))  # type: ignore[misc]
            ours = timed(lambda path=path: import_file(place / f"ours{path.suffix}.db", path, count))  # type: ignore[misc]
            print(f"{path.suffix[1:]:5} {count:,} rows")
            print(f"  library and raw SQL  {bare[0]:6.2f} s wall  {bare[1]:6.2f} s processor")
            print(
                f"  import               {ours[0]:6.2f} s wall  {ours[1]:6.2f} s processor  ({1000 * ours[1] / count:.2f} ms a row)"
            )


def make_rows(count: int) -> list[list[str]]:
    """Distinct needs from the sentences of the demo."""
    chance = random.Random(20_260_408)
    texts = [row.description for row in content.achievements()] + [row.problem for row in content.needs()]
    sentences = [f"{part}。" for text in texts for part in text.split("。") if part]
    titles = [row.title for row in content.achievements()]
    return [
        [
            f"X{number}",
            f"{chance.choice(titles)}改进需求{number}",
            *("".join(chance.sample(sentences, 2)) for _ in range(3)),
            f"{chance.randint(10, 50)}-{chance.randint(60, 200)}",
            chance.choice(["农业", "新材料及其应用", "03", "06"]),
            chance.choice(["中宁县", "盐池县", "银川市", "宁东"]),
            "节能、检测、自动化",
            f"能耗≤{chance.randint(1, 99)}kWh;效率≥{chance.randint(50, 99)}%",
        ]
        for number in range(count)
    ]


def write_csv(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])


def write_workbook(path: Path, rows: list[list[str]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [HEADER, *rows]:
        sheet.append(row)
    book.save(path)


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def read_workbook(path: Path) -> list[list[str]]:
    sheet = load_workbook(path, read_only=True).worksheets[0]
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]


def insert_raw(file: Path, rows: list[list[str]]) -> None:
    """The rows as they are in one table: no checks, no indicators, no duplicates, no audit, no outbox."""
    connection = sqlite3.connect(file)
    connection.execute(f"CREATE TABLE need ({', '.join(f'c{i} TEXT' for i in range(len(HEADER)))}, raw TEXT)")
    places = ", ".join("?" * (len(HEADER) + 1))
    for row in rows:
        connection.execute(f"INSERT INTO need VALUES ({places})", [*row, json.dumps(row, ensure_ascii=False)])  # noqa: S608  only placeholders
    connection.commit()
    connection.close()


def import_file(file: Path, path: Path, count: int) -> None:
    database = Database(f"sqlite:///{file}")
    all_tables().create_all(database.engine)
    options = ImportOptions(publish=True)
    report = import_listings(database, Subject.NEED, path, options, actor=SYSTEM, clock=SystemClock())
    if report.good != count:
        raise SystemExit(report.summary())
    database.dispose()


def timed(work: Callable[[], None]) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    main()
