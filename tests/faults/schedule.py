"""When what goes wrong: drawn from a seed, so that a run can be repeated as far as threads and processes allow."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.chance import chance_of
from tests.faults.clocks import Drift
from tests.faults.proxy import CALM, Mood

_KILL_SECONDS = (0.5, 3.0)
_WRITERS_LIVE_SECONDS = (5.0, 12.0)
_MOOD_SECONDS = (1.0, 3.5)

MOODS = (
    Mood("refusing", refuses=True),
    Mood("slow", delay_seconds=(0.1, 1.2)),
    Mood("hanging", hang_share=0.5),
    Mood("overloaded", status_share=0.6, statuses=(429,)),
    Mood("failing", status_share=0.6, statuses=(502, 503)),
    Mood("cutting answers", cut_share=0.3),
    Mood("losing answers", lost_share=0.4),
    Mood("refusing some items", item_share=0.3),
    Mood("slow and refusing some items", delay_seconds=(0.0, 0.5), item_share=0.3),
    Mood("a bit of everything", (False), (0.0, 0.3), 0.05, 0.1, (429, 502, 503), 0.05, 0.05, 0.1),
)
"""What a search node and the way to it may do."""


@dataclass(frozen=True)
class ChangeMood:
    mood: Mood


@dataclass(frozen=True)
class KillRelay:
    """kill -9 of one worker; the next one in its place has a clock of this kind."""

    number: int
    drift: Drift


@dataclass(frozen=True)
class KillWriters:
    """kill -9 of the process of all writers, in the middle of whatever they do."""


Act = ChangeMood | KillRelay | KillWriters


@dataclass(frozen=True)
class Moment:
    """`act` at so many seconds after the start."""

    at: float
    act: Act


def draw(seed: int, seconds: float, *, relays: int, has_proxy: bool) -> list[Moment]:
    """Everything that goes wrong in a run of this length, in order of time."""
    chance = chance_of(seed, "schedule")
    moments = [
        *(
            Moment(at, KillRelay(chance.randrange(relays), chance.choice(list(Drift))))
            for at in _times(chance, seconds, _KILL_SECONDS)
        ),
        *(Moment(at, KillWriters()) for at in _times(chance, seconds, _WRITERS_LIVE_SECONDS)),
    ]
    if has_proxy:
        moments.extend(_moods(chance, seconds))
    return sorted(moments, key=lambda moment: moment.at)


def _moods(chance: random.Random, seconds: float) -> Iterator[Moment]:
    """Bad and calm in turn; each bad mood comes once before any comes again."""
    left: list[Mood] = []
    for number, at in enumerate(_times(chance, seconds, _MOOD_SECONDS)):
        if number % 2:
            yield Moment(at, ChangeMood(CALM))
            continue
        if not left:
            left = chance.sample(MOODS, len(MOODS))
        yield Moment(at, ChangeMood(left.pop()))


def _times(chance: random.Random, seconds: float, pause: tuple[float, float]) -> Iterator[float]:
    at = chance.uniform(*pause)
    while at < seconds:
        yield at
        at += chance.uniform(*pause)
