"""How often one address may ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rates import RateLimiter, SlidingWindow
from market.kernel.errors import TooManyAttempts
from market.kernel.settings import Settings


class _Timer:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def test_a_hit_counts_until_the_limit_is_reached_and_again_after_the_time_named():
    timer = _Timer()
    window = SlidingWindow(3, 60, timer)
    assert [window.hit("a") for _ in range(3)] == [0, 0, 0]
    wait = window.hit("a")
    assert 60 <= wait <= 120
    assert window.hit("b") == 0
    timer.seconds += wait
    assert window.hit("a") == 0


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_waiting_as_told_is_always_enough(pauses):
    timer = _Timer()
    window = SlidingWindow(5, 60, timer)
    for pause in pauses:
        timer.seconds += pause
        wait = window.hit("a")
        if wait:
            timer.seconds += wait + 1e-6
            assert window.hit("a") == 0


@given(st.lists(st.floats(0, 40), min_size=1, max_size=80))
def test_no_calendar_window_ever_counts_more_than_the_limit(pauses):
    timer = _Timer()
    window = SlidingWindow(5, 60, timer)
    counted = {}
    for pause in pauses:
        timer.seconds += pause
        if window.hit("a") == 0:
            number = int(timer.seconds // 60)
            counted[number] = counted.get(number, 0) + 1
    assert max(counted.values()) <= 5


def test_addresses_that_stay_away_are_forgotten():
    timer = _Timer()
    window = SlidingWindow(5, 60, timer)
    for number in range(100):
        window.hit(str(number))
    timer.seconds += 180
    window.hit("new")
    assert len(window._counters) == 1


@pytest.mark.parametrize("workers", [1, 3, 4])
def test_sign_in_attempts_do_not_multiply_with_the_processes(workers):
    settings = Settings(workers=workers, sign_ins_per_minute=10)
    processes = [RateLimiter(settings) for _ in range(workers)]

    granted = sum(_is_granted(limiter) for limiter in processes for _ in range(11))

    assert 0 < granted <= 10


def _is_granted(limiter):
    try:
        limiter.check_sign_in("a")
    except TooManyAttempts:
        return False
    return True
