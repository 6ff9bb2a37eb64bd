from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from market.kernel.actor import SYSTEM
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from seed.importing.report import ImportReport
from seed.importing.service import ImportOptions, import_listings
from tests.schema import make_tables
from tests.seed.generated import FULL, run_generate

Import = Callable[..., ImportReport]


@pytest.fixture
def run_import(database: Database, clock: FixedClock) -> Import:
    """Imports a file of needs (or achievements) as the system."""

    def run(path: Path, subject: Subject = Subject.NEED, **options: object) -> ImportReport:
        return import_listings(database, subject, path, ImportOptions(**options), actor=SYSTEM, clock=clock)

    return run


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A whole generated year on SQLite, made once; nobody writes to it."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('generated') / 'market.db'}", pool_size=4)
    make_tables(database)
    run_generate(database, FULL)
    yield database
    database.dispose()
