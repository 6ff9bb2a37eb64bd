"""The long fault run by command: `python -m tests.faults --minutes 30 --seed 7`. Ends with 1 where a promise was broken."""

import argparse
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tests.faults.places import embedded, office
from tests.faults.run import FaultRun, NeverAlive, NeverAtRest, Place, Plan
from tests.servers import shared
from tests.servers.elasticsearch import Node
from tests.servers.postgres import create_database

_REST_SECONDS = 180.0
_ON_FILES: dict[str, Any] = {"writers": 4, "steps_per_second": 15.0, "late_seconds": 0.3}
"""One writer position: what a market on one machine is for."""


def main() -> int:
    arguments = _arguments()
    seed = arguments.seed if arguments.seed is not None else secrets.randbelow(1_000_000)
    plan = Plan(
        seed=seed,
        seconds=arguments.minutes * 60,
        most_listings=arguments.listings,
        has_faults=not arguments.fault_free,
        locks=not arguments.without_locks,
        turns=not arguments.without_turns,
        rest_seconds=_REST_SECONDS,
    )
    if arguments.embedded:
        plan = replace(plan, **_ON_FILES)
    console = Console(highlight=False)
    console.print(f"seed {seed}: repeat with --seed {seed} --minutes {arguments.minutes:g}")
    shared.begin()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="techmarket-faults-") as folder,
            _place(arguments, Path(folder), seed) as place,
        ):
            return _run(plan, place, console)
    finally:
        shared.end()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long writers write and things fail")
    parser.add_argument("--seed", type=int, help="what is drawn; without it, a new one each time")
    parser.add_argument("--listings", type=int, default=600, help="at most so many are posted")
    parser.add_argument("--fault-free", action="store_true", help="nothing goes wrong; only the promises are looked at")
    parser.add_argument(
        "--without-versions", action="store_true", help="a control that must end red: writes without the version check"
    )
    parser.add_argument(
        "--without-locks", action="store_true", help="a control that must end red: claims without locks on the rows"
    )
    parser.add_argument("--embedded", action="store_true", help="a database file and an index folder, no servers")
    parser.add_argument(
        "--without-turns", action="store_true", help="a control that must end red, with --embedded: every worker relays"
    )
    arguments = parser.parse_args()
    if arguments.without_turns and not arguments.embedded:
        parser.error("--without-turns is for --embedded: on PostgreSQL workers relay side by side")
    if arguments.embedded and (arguments.without_versions or arguments.without_locks):
        parser.error("--without-versions and --without-locks are for PostgreSQL and Elasticsearch")
    return arguments


@contextmanager
def _place(arguments: argparse.Namespace, folder: Path, seed: int) -> Iterator[Place]:
    """PostgreSQL and a search node of the run's own, which can be killed as well; or files alone."""
    if arguments.embedded:
        with embedded(folder) as place:
            yield place
        return
    database_url = create_database(shared.postgres_url(), "techmarket_faults")
    checks_versions = not arguments.without_versions
    with (
        Node(folder / "node", name="faults", remove_home=True) as node,
        office(folder, database_url=database_url, search=node, seed=seed, checks_versions=checks_versions) as place,
    ):
        yield place


def _run(plan: Plan, place: Place, console: Console) -> int:
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("starting", total=plan.seconds)

        def tell(over: float, _total: float, what: str) -> None:
            progress.update(task, completed=over, description=what)

        try:
            report = FaultRun(plan, place, tell).go()
        except (NeverAlive, NeverAtRest) as error:
            console.print(f"BROKEN: {type(error).__name__}: {error}")
            return 1
    console.print(str(report), markup=False)
    return 0 if report.is_green else 1


if __name__ == "__main__":
    sys.exit(main())
