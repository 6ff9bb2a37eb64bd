"""What every command needs: settings, an opened database and engine, a console, a bar."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from market.kernel.db import Database
from market.kernel.settings import Settings
from search.engine import SearchEngine
from search.engines import open_engine

console = Console(stderr=True)

Show = Callable[[int, int | None], None]
"""Takes (done, total or None)."""


def settings() -> Settings:
    """The settings of this process; logging starts, and the data folder is made."""
    found = Settings()
    found.data_dir.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=found.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return found


@contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    """The database of these settings for the block."""
    database = Database.of(settings)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def opened_engine(settings: Settings, *, writable: bool = True) -> Iterator[SearchEngine]:
    """The engine of these settings for the block; not prepared yet."""
    engine = open_engine(settings, writable=writable)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def progress_bar(text: str) -> Iterator[Show]:
    """A bar on the terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(text, total=None)

        def show(done: int, total: int | None = None) -> None:
            bar.update(task, completed=done, total=total)

        yield show
