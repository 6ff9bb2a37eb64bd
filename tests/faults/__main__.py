"""The long fault run by command: `python -m tests.faults --minutes 30 --seed 7`. Ends with 1 where a promise was broken."""

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tests.faults.places import office
from tests.faults.run import FaultRun, NeverAtRest, Plan
from tests.servers import shared
from tests.servers.postgres import create_database


def main() -> int:
    arguments = _arguments()
    seed = arguments.seed if arguments.seed is not None else secrets.randbelow(1_000_000)
    plan = Plan(
        seed=seed,
        seconds=arguments.minutes * 60,
        most_listings=arguments.listings,
        has_faults=not arguments.fault_free,
        locks=not arguments.without_locks,
    )
    console = Console(highlight=False)
    console.print(f"seed {seed}: repeat with --seed {seed} --minutes {arguments.minutes:g}")
    shared.begin()
    try:
        with tempfile.TemporaryDirectory(prefix="techmarket-faults-") as folder:
            return _run(plan, Path(folder), console, checks_versions=not arguments.without_versions)
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
    return parser.parse_args()


def _run(plan: Plan, folder: Path, console: Console, *, checks_versions: bool) -> int:
    database_url = create_database(shared.postgres_url(), "techmarket_faults")
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with (
        office(
            folder,
            database_url=database_url,
            search_url=shared.elasticsearch_url(),
            seed=plan.seed,
            checks_versions=checks_versions,
        ) as place,
        Progress(*columns, console=console) as progress,
    ):
        task = progress.add_task("starting", total=plan.seconds)

        def tell(over: float, _total: float, what: str) -> None:
            progress.update(task, completed=over, description=what)

        try:
            report = FaultRun(plan, place, tell).go()
        except NeverAtRest as error:
            console.print(f"BROKEN: never at rest: {error}")
            return 1
    console.print(str(report), markup=False)
    return 0 if report.is_green else 1


if __name__ == "__main__":
    sys.exit(main())
