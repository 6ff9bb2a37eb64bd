"""The circuit breaker, on a clock that is moved by hand."""

import pytest

from market.kernel.breaker import CircuitBreaker


@pytest.fixture
def breaker(seconds):
    return CircuitBreaker(clock=seconds, chance=lambda: 1.0, failures=3, pause_seconds=1.0)


def fail(breaker, times):
    for _ in range(times):
        breaker.failed()


def test_it_opens_after_failures_in_a_row_only(breaker):
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.permits()
    breaker.failed()
    assert not breaker.permits()


def test_when_the_pause_is_over_one_caller_tries(breaker, seconds):
    fail(breaker, 3)
    seconds.now = 0.99
    assert not breaker.permits()
    seconds.now = 1.0
    assert [breaker.permits() for _ in range(3)] == [True, False, False]


def test_one_success_closes_it(breaker, seconds):
    fail(breaker, 3)
    seconds.now = 1.0
    assert breaker.permits()
    breaker.succeeded()
    assert all(breaker.permits() for _ in range(3))
    assert breaker.state == "closed"


def test_the_pause_doubles_while_tries_fail_but_not_for_ever(breaker, seconds):
    fail(breaker, 3)
    pauses = []
    for _ in range(8):
        begin = seconds.now
        while not breaker.permits():
            seconds.now += 0.25
        pauses.append(seconds.now - begin)
        breaker.failed()
    assert pauses == [1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]


def test_a_try_that_never_reports_back_is_replaced(breaker, seconds):
    fail(breaker, 3)
    seconds.now = 1.0
    assert breaker.permits()
    seconds.now = 2.0
    assert breaker.permits()


def test_its_state_tells_when_it_tries_again(breaker):
    fail(breaker, 3)
    assert breaker.state == "open after 3 failures, tries again in 1.0 s"
