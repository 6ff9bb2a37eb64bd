"""The year's board at 100,000 contracts: cold, warm, and after one more registration, against a bare count and sum.

`python -m benchmarks.board [--quick] [--contracts N] [--postgresql | --database URL]`. SQLite in a temporary folder, a PostgreSQL server of our
own, or the database of a URL, which is emptied. The contracts are generated, as `techmarket generate` does it. On PostgreSQL the plans of the
questions, as they are first asked, are shown as well.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import col, func, select

from benchmarks.generated import NOW, fill
from market.contracts.models import LedgerEntry
from market.kernel.db import Database, all_tables
from market.kernel.ids import new_id
from market.targets import queries
from market.targets.models import Target
from tests.servers.postgres import Postgres

YEAR = NOW.year - 1
_REPEATS = 20
_PATIENCE_MS = 120_000
_PLAN_LINES = 14

Ask = Callable[[Any], Any]


def main() -> None:
    arguments = _arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="techmarket-board-")))
        url = arguments.database or f"sqlite:///{folder / 'board.db'}"
        if arguments.postgresql:
            url = stack.enter_context(Postgres(folder / "postgres")).create_database("board")
        database = Database(url, statement_timeout_ms=_PATIENCE_MS)
        stack.callback(database.dispose)
        all_tables().drop_all(database.engine)
        rate = fill(database, 0, arguments.contracts)
        with database.writing() as session:
            session.add(_target())
        print(f"{arguments.contracts:,} contracts of {YEAR}, generated at {rate:,.0f} a second")
        print(f"database: {database.engine.dialect.name}, server-side statistics up to date\n")
        _report(database)


def _report(database: Database) -> None:
    today = date(YEAR, 12, 31)
    county, kind = "640104", "FW"
    questions: dict[str, Ask] = {
        "whole year": lambda session: queries.progress(session, YEAR, as_of=today),
        "as of 30 June": lambda session: queries.progress(session, YEAR, as_of=date(YEAR, 6, 30)),
        "one county": lambda session: queries.progress(session, YEAR, as_of=today, region_code=county),
        "one kind": lambda session: queries.progress(session, YEAR, as_of=today, contract_kind_code=kind),
    }
    baseline = _median(database, _count_and_sum, _REPEATS)
    print(f"{'question':<28}{'median':>10}{'ratio':>8}")
    print(f"{'bare count and sum':<28}{baseline * 1000:>7.1f} ms{1:>8.1f}")
    for name, ask in questions.items():
        queries.cubes.clear()
        _line(f"{name}, first asked", _timed(database, ask), baseline)
        _line(f"{name}, asked again", _median(database, ask, _REPEATS), baseline)
    _line("whole year, new entry each", _after_entries(database, questions["whole year"]), baseline)
    if not database.is_sqlite:
        for name in ("whole year", "one county"):
            _explain(database, name, questions[name])


def _line(name: str, seconds: float, baseline: float) -> None:
    print(f"{name:<28}{seconds * 1000:>7.1f} ms{seconds / baseline:>8.2f}", flush=True)


def _count_and_sum(session: Any) -> Any:
    return session.exec(
        select(func.count(), func.sum(LedgerEntry.contract_amount_delta_cny)).where(col(LedgerEntry.year) == YEAR)
    ).one()


def _timed(database: Database, ask: Ask) -> float:
    with database.reading() as session:
        started = time.perf_counter()
        ask(session)
        return time.perf_counter() - started


def _median(database: Database, ask: Ask, repeats: int) -> float:
    return statistics.median(_timed(database, ask) for _ in range(repeats))


def _after_entries(database: Database, ask: Ask) -> float:
    """The board after each of some new registrations: what it costs while the year goes on."""
    times = []
    _timed(database, ask)
    with database.reading() as session:
        last = session.exec(select(LedgerEntry).order_by(col(LedgerEntry.seq).desc()).limit(1)).one()
    for number in range(1, _REPEATS + 1):
        with database.writing() as session:
            session.add(LedgerEntry(**last.model_dump() | {"id": new_id(), "seq": last.seq + number}))
        times.append(_timed(database, ask))
    return statistics.median(times)


def _explain(database: Database, name: str, ask: Ask) -> None:
    """How PostgreSQL reads the ledger for a question that is asked for the first time."""
    queries.cubes.clear()
    with _statements(database) as asked:
        _timed(database, ask)
    statement, parameters = max(asked, key=lambda one: len(one[0]))
    with database.reading() as session:
        cursor = session.connection().connection.cursor()
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}", parameters)
        plan = [row[0] for row in cursor.fetchall()]
    print(f"\nplan of '{name}':\n" + "\n".join(plan[:_PLAN_LINES]))


@contextmanager
def _statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements on the ledger that are sent during the block."""
    sent: list[tuple[str, Any]] = []

    def keep(*happened: Any) -> None:
        _, _, statement, parameters, *_ = happened
        if "FROM ledger_entry" in statement:
            sent.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", keep)
    yield sent
    event.remove(database.engine, "before_cursor_execute", keep)


def _target() -> Target:
    return Target(
        year=YEAR,
        target_version=1,
        contract_amount_cny=Decimal(3_000_000_000),
        project_count=100,
        valid_from=date(YEAR, 1, 1),
        source="基准测试",
        set_at=NOW,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, roughly how fast")
    parser.add_argument("--contracts", type=int)
    parser.add_argument("--postgresql", action="store_true", help="a server of our own instead of SQLite")
    parser.add_argument("--database", default="", help="URL of a database that may be emptied")
    chosen = parser.parse_args()
    chosen.contracts = chosen.contracts or (2_000 if chosen.quick else 100_000)
    return chosen


if __name__ == "__main__":
    main()
