"""Every benchmark, one after another: `python -m benchmarks [--quick]`."""

import argparse
import importlib
import sys

_NAMES = ("reading", "search", "matching", "all_pairs", "importing", "board", "writing", "relay", "engines", "degraded")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, roughly how fast")
    options = ["--quick"] if parser.parse_args().quick else []
    for name in _NAMES:
        print(f"\n== {name} ==\n", flush=True)
        sys.argv = [f"benchmarks.{name}", *options]
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
