"""Times and percentiles, as the benchmarks over HTTP print them."""

import time
from collections.abc import Callable, Sequence
from typing import Any


def timed(call: Callable[[Any], Any], questions: Sequence[Any]) -> list[float]:
    """Seconds of each call, sorted."""
    seconds = []
    for question in questions:
        started = time.perf_counter()
        call(question)
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which this share lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
