"""Training on decisions: what is better comes into force, what is not does not, and one step takes it back."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from api.cli import app
from market.kernel import audit
from market.kernel.actor import SYSTEM, Role
from market.kernel.clock import FixedClock
from market.kernel.errors import Conflict, Forbidden
from market.matches import outcome_queries, rankers
from market.matches.outcome_models import RankerStatus
from market.matches.rankers import TrainedRanker
from matching.learning.ranker import current_ranker
from matching.learning.training import Verdict, train_from_decisions
from matching.weights import MODEL_VERSION
from tests.factories.parties import actor_of, make_user
from tests.matching.learning.decisions import history


@pytest.fixture
def taught(database, clock):
    """Seventy needs, of which people take the pair with the fitting field, which the score does not put first."""
    with database.writing() as session:
        history(session, clock, 70, telling=True)


def trained(clock, *, is_better=True, against=None, coefficients=None):
    coefficients = coefficients or {"field": [0.02, 100.0]}
    return TrainedRanker(MODEL_VERSION, coefficients, 200, {}, clock.now(), clock.now(), against, is_better)


@pytest.mark.usefixtures("taught")
def test_ranker_that_ranks_later_needs_better_is_adopted_with_its_figures(database, clock):
    report = train_from_decisions(database, SYSTEM, clock=clock, needed=100)

    assert report.verdict is Verdict.ADOPTED
    assert report.comparison is not None
    assert report.comparison.learned > report.comparison.shipped + 0.1
    assert report.comparison.low > 0
    with database.reading() as session:
        version = outcome_queries.ranker_in_force(session)
        ranker = current_ranker(session)
        assert [one for one in audit.verify(session) if isinstance(one, audit.ChainFault)] == []
    assert version is not None
    assert (version.number, version.status, version.decisions) == (1, RankerStatus.ADOPTED, report.decisions)
    assert version.figures["needs"] == report.comparison.needs
    assert version.trained_until < version.measured_until
    assert ranker is not None
    assert ranker.learned_adjustment({"characters": 38.0, "field": 5.0}) > 0


def test_nothing_is_adopted_when_people_decide_by_nothing_the_parts_tell(database, clock):
    with database.writing() as session:
        history(session, clock, 70, telling=False)

    report = train_from_decisions(database, SYSTEM, clock=clock, needed=100)

    assert report.verdict is Verdict.NOT_BETTER
    with database.reading() as session:
        assert current_ranker(session) is None
        assert outcome_queries.lock_rankers(session)[0].status is RankerStatus.REJECTED


def test_too_few_decisions_change_nothing_and_say_so(database, clock):
    with database.writing() as session:
        history(session, clock, 10, telling=True)

    report = train_from_decisions(database, SYSTEM, clock=clock)

    assert (report.verdict, report.decisions, report.number) == (Verdict.TOO_FEW_DECISIONS, 50, None)
    with database.reading() as session:
        assert outcome_queries.lock_rankers(session) == []


def test_few_later_needs_are_no_ground_for_a_verdict(database, clock):
    with database.writing() as session:
        history(session, clock, 30, telling=True)

    report = train_from_decisions(database, SYSTEM, clock=clock, needed=50)

    assert (report.verdict, report.number) == (Verdict.TOO_FEW_NEEDS, None)


@pytest.mark.usefixtures("taught")
def test_ranker_that_only_equals_the_one_in_force_does_not_replace_it(database, clock):
    train_from_decisions(database, SYSTEM, clock=clock, needed=100)

    again = train_from_decisions(database, SYSTEM, clock=clock, needed=100)

    assert again.verdict is Verdict.NOT_BETTER
    with database.reading() as session:
        assert outcome_queries.ranker_in_force(session).number == 1


def test_rollback_brings_back_the_one_before_and_then_the_shipped_weights(session, clock):
    rankers.record_ranker(session, SYSTEM, trained(clock), clock=clock)
    rankers.record_ranker(session, SYSTEM, trained(clock, is_better=False, against=1), clock=clock)
    rankers.record_ranker(session, SYSTEM, trained(clock, against=1), clock=clock)
    assert outcome_queries.ranker_in_force(session).number == 3

    assert rankers.roll_back_ranker(session, SYSTEM, clock=clock).number == 1
    assert outcome_queries.ranker_in_force(session).number == 1

    assert rankers.roll_back_ranker(session, SYSTEM, clock=clock) is None
    assert current_ranker(session) is None
    with pytest.raises(Conflict):
        rankers.roll_back_ranker(session, SYSTEM, clock=clock)


def test_ranker_measured_against_another_than_stands_now_is_not_recorded(session, clock):
    rankers.record_ranker(session, SYSTEM, trained(clock), clock=clock)

    with pytest.raises(Conflict):
        rankers.record_ranker(session, SYSTEM, trained(clock, against=None), clock=clock)


def test_ranker_of_another_scoring_is_not_used(session, clock):
    rankers.record_ranker(session, SYSTEM, trained(clock), clock=clock)

    assert current_ranker(session) is not None
    assert current_ranker(session, "another-1") is None


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.INSTITUTE, Role.BROKER, Role.OFFICIAL])
def test_training_and_taking_back_are_for_operators(database, clock, role):
    with database.writing() as session:
        actor = actor_of(make_user(session, clock, role=role))

    with pytest.raises(Forbidden):
        train_from_decisions(database, actor, clock=clock)
    with database.writing() as session, pytest.raises(Forbidden):
        rankers.roll_back_ranker(session, actor, clock=clock)


@pytest.mark.usefixtures("taught")
def test_command_trains_says_what_it_measured_and_takes_back(database, monkeypatch, tmp_path):
    monkeypatch.setenv("TECHMARKET_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TECHMARKET_DATA_DIR", str(tmp_path))
    runner = CliRunner()

    few = runner.invoke(app, ["train", "--decisions"], env={"TECHMARKET_TRAINING_DECISIONS": "100000"})
    done = runner.invoke(app, ["train", "--decisions"], env={"TECHMARKET_TRAINING_DECISIONS": "100"})
    back = runner.invoke(app, ["train", "--rollback"])
    neither = runner.invoke(app, ["train"])

    assert (few.exit_code, done.exit_code, back.exit_code, neither.exit_code) == (0, 0, 0, 2)
    assert "未训练" in few.output
    assert "第 1 版已启用" in done.output
    assert "随软件发布的权重" in back.output
    with database.reading() as session:
        assert current_ranker(session) is None


@pytest.fixture
def present(monkeypatch, tmp_path):
    """The command's clock: in Shanghai it is the eighteenth of June already."""
    monkeypatch.setenv("TECHMARKET_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("api.commands.train.SystemClock", lambda: FixedClock(datetime(2026, 6, 17, 17, tzinfo=UTC)))


@pytest.mark.usefixtures("taught", "present")
def test_command_learns_up_to_a_day_that_has_been(database, monkeypatch):
    monkeypatch.setenv("TECHMARKET_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TECHMARKET_TRAINING_DECISIONS", "100")

    today = CliRunner().invoke(app, ["train", "--decisions", "--until", "2026-06-18"])
    long_ago = CliRunner().invoke(app, ["train", "--decisions", "--until", "2000-01-01"])

    assert (today.exit_code, long_ago.exit_code) == (0, 0), (today.exception, long_ago.exception)
    assert "只有 0 条需求可供评测" in today.output
    assert "70 条需求上" in long_ago.output


@pytest.mark.usefixtures("present")
@pytest.mark.parametrize("day", ["9999-12-31", "2026-06-19", "1999-12-31", "0001-01-01"])
def test_command_refuses_a_day_without_decisions(day):
    told = CliRunner().invoke(app, ["train", "--decisions", "--until", day])

    assert told.exit_code == 2, told.exception or told.output
    assert "2000-01-01 与今天(2026-06-18)之间" in told.output
    assert f"请改正 {day}" in told.output
