from collections.abc import Callable
from pathlib import Path

import pytest

from market.kernel.actor import SYSTEM
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from seed.importing.report import ImportReport
from seed.importing.service import ImportOptions, import_listings

Import = Callable[..., ImportReport]


@pytest.fixture
def run_import(database: Database, clock: FixedClock) -> Import:
    """Imports a file of needs (or achievements) as the system."""

    def run(path: Path, subject: Subject = Subject.NEED, **options: object) -> ImportReport:
        return import_listings(database, subject, path, ImportOptions(**options), actor=SYSTEM, clock=clock)

    return run
