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
_NODE_SECONDS = (15.0, 30.0)
_NODE_HANGS_SECONDS = (1.0, 4.0)
_NODE_IS_AWAY_SECONDS = (0.5, 2.0)

MOODS = (
    Mood("refusing", refuses=True),
    Mood("slow", delay_seconds=(0.1, 1.2)),
    Mood("hanging", hang_share=0.5),
    Mood("overloaded", status_share=0.6, statuses=(429,)),
    Mood("failing", status_share=0.6, statuses=(502, 503)),
    Mood("cutting answers", cut_share=0.3),
    Mood("losing answers", lost_share=0.4),
    Mood("delivering late", late_share=0.5),
    Mood("refusing some items", item_share=0.3),
    Mood("slow and refusing some items", delay_seconds=(0.0, 0.5), item_share=0.3),
    Mood("a bit of everything", (False), (0.0, 0.3), 0.05, 0.1, (429, 502, 503), 0.05, 0.05, 0.05, 0.1),
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


@dataclass(frozen=True)
class FreezeNode:
    """The search node's process is stopped (SIGSTOP): it hangs, its connections stay open."""


@dataclass(frozen=True)
class ThawNode:
    """It goes on where it was."""


@dataclass(frozen=True)
class KillNode:
    """kill -9 of the search node itself."""


@dataclass(frozen=True)
class StartNode:
    """The killed node is started again over the data that it left; nobody waits for it."""


Act = ChangeMood | KillRelay | KillWriters | FreezeNode | ThawNode | KillNode | StartNode


@dataclass(frozen=True)
class Moment:
    """`act` at so many seconds after the start."""

    at: float
    act: Act


def draw(seed: int, seconds: float, *, relays: int, has_proxy: bool, has_node: bool = False) -> list[Moment]:
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
    if has_node:
        moments.extend(_ends_of_the_node(chance, seconds))
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


def _ends_of_the_node(chance: random.Random, seconds: float) -> Iterator[Moment]:
    """Killed and frozen in turn, a kill first."""
    for number, at in enumerate(_times(chance, seconds, _NODE_SECONDS)):
        away, pause = (
            ((KillNode(), StartNode()), _NODE_IS_AWAY_SECONDS)
            if number % 2 == 0
            else ((FreezeNode(), ThawNode()), _NODE_HANGS_SECONDS)
        )
        yield Moment(at, away[0])
        yield Moment(at + chance.uniform(*pause), away[1])


def _times(chance: random.Random, seconds: float, pause: tuple[float, float]) -> Iterator[float]:
    at = chance.uniform(*pause)
    while at < seconds:
        yield at
        at += chance.uniform(*pause)
