"""A loop that fails: growing pauses, no two loops in step, and one line in the log for each change of state."""

import logging
import threading

import pytest
from sqlalchemy.exc import OperationalError

from api.loops import Loop
from search.engine import EngineUnavailable


class _Step:
    """Does what the test says next."""

    def __init__(self) -> None:
        self.outcome: bool | Exception = False

    def __call__(self) -> bool:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def step() -> _Step:
    return _Step()


def _loop(step: _Step, chance: float = 1.0) -> Loop:
    return Loop("relay", step, threading.Event(), rest_seconds=0.25, chance=lambda: chance)


def test_work_goes_on_at_once_and_rests_when_there_is_none(step: _Step) -> None:
    loop = _loop(step)
    step.outcome = True
    assert loop.round() == 0.0
    step.outcome = False
    assert loop.round() == 0.25


def test_pauses_grow_to_some_seconds_and_begin_anew_after_success(step: _Step) -> None:
    loop = _loop(step)
    step.outcome = EngineUnavailable("down")
    pauses = [loop.round() for _ in range(300)]
    assert pauses[:6] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert max(pauses) == 8.0, "so that it is back within ten seconds of the engine"

    step.outcome = False
    loop.round()
    step.outcome = EngineUnavailable("down")
    assert loop.round() == 0.5


def test_loops_that_failed_together_do_not_come_back_together(step: _Step) -> None:
    step.outcome = EngineUnavailable("down")
    assert _loop(step, chance=0.0).round() == 0.25
    assert _loop(step, chance=0.6).round() == pytest.approx(0.4)


def test_log_has_one_line_for_each_change_of_state(step: _Step, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    loop = _loop(step)
    failures: tuple[bool | Exception, ...] = (
        *(EngineUnavailable(f"down for the {n}th time") for n in range(50)),
        *(OperationalError("SELECT secret", {"password": "hunter2"}, Exception("hunter2")) for _ in range(50)),
        False,
        *(ZeroDivisionError() for _ in range(50)),
        True,
    )
    for outcome in failures:
        step.outcome = outcome
        loop.round()

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "relay pauses: down for the 0th time"),
        ("WARNING", "relay pauses: OperationalError"),
        ("INFO", "relay works again after 100 failures"),
        ("ERROR", "relay failed"),
        ("INFO", "relay works again after 50 failures"),
    ]
    assert "hunter2" not in caplog.text
