"""The year's board at 100,000 contracts: cold, warm, and after one more registration, against a bare count and sum.

`python -m benchmarks.board [--quick] [--contracts N] [--database URL]`. Without a URL a SQLite file is made in a temporary folder; a named
database must be empty. The ledger is inserted directly: the benchmark measures reading.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, func, select

import market.tables  # noqa: F401  registers every table
from market.contracts.models import Contract, ContractStatus, LedgerEntry, LedgerKind
from market.kernel.db import Database, all_tables
from market.kernel.ids import new_id
from market.kernel.money import round_cny
from market.parties.models import Origin, Party, PartyKind
from market.reference.lists import code_list, is_in_home_region
from market.targets import queries
from market.targets.models import Target

YEAR = 2026
NOW = datetime(YEAR, 12, 31, 8, tzinfo=UTC)
_KINDS = (("KF", 38), ("FW", 46), ("ZX", 9), ("ZR", 4), ("XK", 3))
_MONTHS = (3, 3, 6, 6, 6, 9, 7, 7, 10, 9, 13, 21)
_PROVIDERS_INSIDE = 0.9
_ACQUIRERS_INSIDE = 0.7
_BATCH = 5_000
_REPEATS = 20


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(arguments.database or f"sqlite:///{Path(folder) / 'board.db'}")
        all_tables().create_all(database.engine)
        started = time.perf_counter()
        fill(database, arguments.contracts)
        print(f"{arguments.contracts:,} contracts in the ledger of {YEAR} after {time.perf_counter() - started:.1f} s")
        print(f"database: {database.engine.dialect.name}, server-side statistics up to date\n")
        _report(database)
        database.dispose()


def fill(database: Database, contracts: int) -> None:
    """A year of registrations with the region's shape: log-normal amounts, a season that ends in December."""
    chance = random.Random(20_260_408)
    office_party = new_id()
    with database.writing() as session:
        connection = session.connection()
        connection.execute(sa.insert(Party), [_party(office_party)])
        connection.execute(sa.insert(Target), [_target()])
        for start in range(0, contracts, _BATCH):
            entries = list(_entries(chance, range(start, min(start + _BATCH, contracts))))
            connection.execute(sa.insert(Contract), [_contract(entry, office_party) for entry in entries])
            connection.execute(sa.insert(LedgerEntry), entries)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def _report(database: Database) -> None:
    today = date(YEAR, 12, 31)
    county, kind = "640104", "FW"
    questions: dict[str, Callable[[Any], Any]] = {
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


def _line(name: str, seconds: float, baseline: float) -> None:
    print(f"{name:<28}{seconds * 1000:>7.1f} ms{seconds / baseline:>8.2f}")


def _count_and_sum(session: Any) -> Any:
    return session.exec(
        select(func.count(), func.sum(LedgerEntry.contract_amount_delta_cny)).where(col(LedgerEntry.year) == YEAR)
    ).one()


def _timed(database: Database, ask: Callable[[Any], Any]) -> float:
    with database.reading() as session:
        started = time.perf_counter()
        ask(session)
        return time.perf_counter() - started


def _median(database: Database, ask: Callable[[Any], Any], repeats: int) -> float:
    return statistics.median(_timed(database, ask) for _ in range(repeats))


def _after_entries(database: Database, ask: Callable[[Any], Any]) -> float:
    """The board after each of some new registrations: what it costs while the year goes on."""
    chance, times = random.Random(7), []
    ask_once = _timed(database, ask)
    assert ask_once > 0  # noqa: S101
    with database.reading() as session:
        seq = queries.ledger_head(session)[0].seq
        contract_id = session.exec(select(LedgerEntry.contract_id).limit(1)).one()
    for number in range(_REPEATS):
        with database.writing() as session:
            entry = next(_entries(chance, range(seq + number, seq + number + 1)))
            session.connection().execute(sa.insert(LedgerEntry), [entry | {"contract_id": contract_id}])
        times.append(_timed(database, ask))
    return statistics.median(times)


def _entries(chance: random.Random, numbers: range) -> Iterator[dict[str, Any]]:
    fields = [item.code for item in code_list("technology_fields").items]
    industries = [item.code for item in code_list("industries").items if item.parent is None]
    local = [item.code for item in code_list("local_industries").items]
    counties = [item.code for item in code_list("regions").items if is_in_home_region(item.code)]
    outside = [item.code for item in code_list("regions").items if item.parent is None and item.code not in counties]
    for number in numbers:
        month = chance.choices(range(1, 13), _MONTHS)[0]
        day = date(YEAR, month, 1) + timedelta(days=chance.randrange(28))
        amount = round_cny(Decimal(chance.lognormvariate(12.1, 1.84)))
        provider = chance.choice(counties) if chance.random() < _PROVIDERS_INSIDE else chance.choice(outside)
        acquirer = chance.choice(counties) if chance.random() < _ACQUIRERS_INSIDE else chance.choice(outside)
        yield {
            "id": new_id(),
            "seq": number + 1,
            "contract_id": new_id(),
            "kind": LedgerKind.REGISTRATION,
            "year": YEAR,
            "month": month,
            "effective_on": day,
            "recorded_at": NOW,
            "is_adjustment": False,
            "count_delta": 1,
            "contract_amount_delta_cny": amount,
            "technology_amount_delta_cny": round_cny(amount * Decimal("0.75")),
            "contract_kind_code": chance.choices([k for k, _ in _KINDS], [w for _, w in _KINDS])[0],
            "field_code": chance.choice(fields),
            "industry_code": chance.choice(industries),
            "local_industry_code": chance.choice(local),
            "provider_region_code": provider,
            "acquirer_region_code": acquirer,
            "provider_in_region": is_in_home_region(provider),
            "acquirer_in_region": is_in_home_region(acquirer),
            "office_code": "640001",
        }


def _contract(entry: dict[str, Any], party_id: Any) -> dict[str, Any]:
    day = entry["effective_on"]
    return Contract(
        id=entry["contract_id"],
        created_at=NOW,
        updated_at=NOW,
        filed_by_party_id=party_id,
        name=f"基准测试合同 {entry['seq']}",
        contract_kind_code=entry["contract_kind_code"],
        field_code=entry["field_code"],
        plan_source_code="none",
        payment_mode_code="lump_sum",
        effective_from=day,
        effective_to=day,
        contract_amount_cny=entry["contract_amount_delta_cny"],
        technology_amount_cny=entry["technology_amount_delta_cny"],
        status=ContractStatus.REGISTERED,
        office_code=entry["office_code"],
        registration_no=f"{YEAR}{entry['seq']:012d}",
        registered_on=day,
        origin=Origin.GENERATED,
    ).model_dump()


def _party(party_id: Any) -> dict[str, Any]:
    return Party(
        id=party_id,
        created_at=NOW,
        updated_at=NOW,
        kind=PartyKind.ENTERPRISE,
        name="基准测试单位(演示)",
        party_type_code="enterprise",
        origin=Origin.GENERATED,
    ).model_dump()


def _target() -> dict[str, Any]:
    return Target(
        year=YEAR,
        target_version=1,
        contract_amount_cny=Decimal(3_000_000_000),
        project_count=100,
        valid_from=date(YEAR, 1, 1),
        source="基准测试",
        set_at=NOW,
    ).model_dump()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, roughly how fast")
    parser.add_argument("--contracts", type=int)
    parser.add_argument("--database", default="")
    chosen = parser.parse_args()
    chosen.contracts = chosen.contracts or (2_000 if chosen.quick else 100_000)
    return chosen


if __name__ == "__main__":
    main()
