"""The load data that the tests look at: a whole year, and a small run."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import SQLModel, select

from market.kernel.clock import FixedClock
from market.kernel.db import Database
from seed.generating.plan import Plan
from seed.generating.service import generate

CLOCK = FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))
YEAR = 2025
FULL = Plan(listings=2_200, contracts=3_000, seed=7, year=YEAR, today=CLOCK.today())
SMALL = Plan(listings=44, contracts=60, seed=3, year=2026, today=CLOCK.today())


def password() -> str:
    return "not-the-same-everywhere-8741"


def run_generate(database: Database, plan: Plan, **options: Any) -> Any:
    return generate(database, plan, clock=CLOCK, make_password=password, **options)


def rows_of(database: Database, model: type[SQLModel], *where: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.exec(select(model).where(*where)).all())
