"""The worker embeds by itself, one process at a time, and says how much waits; the command does the same in the foreground."""

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.commands import model
from api.embedding import Embedding
from api.loops import Loop
from api.metrics import Metrics
from api.worker import Worker
from market.kernel import audit
from market.kernel.actor import SYSTEM
from market.kernel.outbox import Subject
from market.matches import pairing_queue, vector_queries
from matching.embedding import upkeep
from tests.matching.embedding.market import Recorded, post, stored_ids


@pytest.fixture
def embedder():
    return Recorded()


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
def embedding(database, clock, metrics, embedder, seconds):
    own = Embedding(database, clock, metrics, lambda: embedder, seconds=seconds)
    yield own
    own.give_back()


def publish(database, clock, count=1):
    needs, _ = post(database, clock, needs=count)
    with database.writing() as session:
        audit.record(session, SYSTEM, "need.published", needs[0].id, clock)
    return needs


def until_idle(embedding):
    while embedding.step():
        pass


def waiting(metrics):
    return metrics.registry.get_sample_value("techmarket_embedding_waiting")


def test_worker_embeds_and_pairs_what_was_published(database, engine, clock, metrics, embedder) -> None:
    needs = publish(database, clock)
    worker = Worker(database, engine, clock, metrics, open_embedder=lambda: embedder)

    worker.step()

    assert stored_ids(database, Subject.NEED) == {needs[0].id}
    with database.reading() as session:
        assert pairing_queue.waiting(session) == 0


def test_what_waits_is_told(database, clock, metrics, embedding) -> None:
    publish(database, clock, 70)

    embedding.step()
    assert waiting(metrics) == 6

    until_idle(embedding)
    assert waiting(metrics) == 0


def test_quiet_market_is_not_searched_through_each_second(database, clock, embedding, seconds, monkeypatch) -> None:
    publish(database, clock)
    until_idle(embedding)
    monkeypatch.setattr("api.embedding.upkeep.step", lambda *_, **__: pytest.fail("searched"))
    assert not embedding.step()
    monkeypatch.undo()

    late = publish(database, clock)
    until_idle(embedding)
    assert late[0].id in stored_ids(database, Subject.NEED)

    (unaudited,), _ = post(database, clock, needs=1)
    assert not embedding.step()
    seconds.now += 61
    until_idle(embedding)
    assert unaudited.id in stored_ids(database, Subject.NEED)


def test_market_that_takes_long_to_look_through_is_looked_through_less_often(
    database, clock, embedding, seconds, monkeypatch
) -> None:
    looks = []

    def slow(*_, **__):
        looks.append(seconds.now)
        seconds.now += 0.5
        return upkeep.Report()

    monkeypatch.setattr("api.embedding.upkeep.step", slow)
    for _ in range(40):
        publish(database, clock)
        embedding.step()
        seconds.now += 0.5

    assert looks == [0.0, 10.5]


def test_one_process_embeds_at_a_time_and_another_goes_on_when_it_ends(
    database, clock, metrics, embedder, embedding
) -> None:
    other = Embedding(database, clock, metrics, lambda: embedder, seconds=lambda: 100.0)
    assert embedding.take_turn()
    assert not other.take_turn()

    embedding.give_back()

    third = Embedding(database, clock, metrics, lambda: embedder)
    assert third.take_turn()
    third.give_back()


def test_endpoint_that_is_away_is_one_line_in_the_log_and_stops_nothing(
    database, clock, embedding, embedder, caplog
) -> None:
    needs = publish(database, clock)
    embedder.fails = True
    loop = Loop("embedding", embedding.step, None, chance=lambda: 1.0)
    assert [loop.round() for _ in range(3)] == [0.5, 1.0, 2.0]
    assert caplog.text.count("embedding pauses") == 1
    assert "Traceback" not in caplog.text

    embedder.fails = False
    assert loop.round() == 0.0
    assert stored_ids(database, Subject.NEED) == {needs[0].id}


def test_process_without_model_leaves_the_queue_to_others(database, clock, metrics) -> None:
    publish(database, clock)
    own = Embedding(database, clock, metrics, lambda: None)

    assert own.take_turn()
    assert not own.step()
    assert not own.take_turn()
    assert stored_ids(database, Subject.NEED) == set()

    other = Embedding(database, clock, metrics, Recorded)
    assert other.take_turn()
    other.give_back()


class TestCommand:
    @pytest.fixture(autouse=True)
    def _environment(self, database, embedder, monkeypatch, tmp_path):
        monkeypatch.setenv("TECHMARKET_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("TECHMARKET_DATABASE_URL", database.url)
        monkeypatch.setattr(model, "open_embedder", lambda _settings: embedder)
        monkeypatch.setattr(model, "_FOLLOW_SECONDS", 0.01)

    def test_embeds_everything_with_a_bar(self, database, clock) -> None:
        needs = publish(database, clock, 3)

        result = CliRunner().invoke(app, ["model", "embed"])

        assert result.exit_code == 0
        assert "3/3" in result.output
        assert stored_ids(database, Subject.NEED) == {row.id for row in needs}

    def test_stopped_by_hand_it_goes_on_at_the_next_run(self, database, clock, embedder, monkeypatch) -> None:
        publish(database, clock, 100)
        with monkeypatch.context() as patch:

            def stop_at_the_second_batch(texts):
                if embedder.asked:
                    raise KeyboardInterrupt
                return embedder._embed(texts)

            patch.setattr(embedder, "embed_needs", stop_at_the_second_batch)
            stopped = CliRunner().invoke(app, ["model", "embed"])
        assert stopped.exit_code == 130
        assert "再次运行会接着做" in stopped.output
        assert len(embedder.asked) == 64

        again = CliRunner().invoke(app, ["model", "embed"])

        assert again.exit_code == 0
        assert len(embedder.asked) == 100

    def test_shows_how_far_the_worker_is_that_is_at_it(self, database, clock, embedding, embedder) -> None:
        publish(database, clock, 2)
        assert embedding.take_turn()
        until_idle(embedding)
        embedder.asked.clear()

        result = CliRunner().invoke(app, ["model", "embed"])

        assert result.exit_code == 0
        assert "2/2" in result.output
        assert embedder.asked == []

    def test_endpoint_that_is_away_ends_it_with_what_to_do(self, database, clock, embedder) -> None:
        publish(database, clock)
        embedder.fails = True

        result = CliRunner().invoke(app, ["model", "embed"])

        assert result.exit_code == 1
        assert "稍后再次运行" in result.output

    def test_model_that_refuses_too_much_is_not_used_until_it_is_mended(self, database, clock, embedder) -> None:
        needs = publish(database, clock, 3)
        CliRunner().invoke(app, ["model", "embed"])
        embedder.version = "newer"
        embedder.refused = "need"

        refusing = CliRunner().invoke(app, ["model", "embed"])

        assert refusing.exit_code == 1
        assert "拒绝了3条" in "".join(refusing.output.split())
        assert stored_ids(database, Subject.NEED) == {row.id for row in needs}

        embedder.refused = ""
        mended = CliRunner().invoke(app, ["model", "embed"])

        assert mended.exit_code == 0
        with database.reading() as session:
            model = vector_queries.serving_model(session)
        assert model.version == upkeep.model_version(embedder)

    def test_single_refused_text_is_told_and_stops_nothing(self, database, clock, embedder) -> None:
        needs = publish(database, clock, 3)
        embedder.refused = needs[0].title

        result = CliRunner().invoke(app, ["model", "embed"])

        assert result.exit_code == 0
        assert "拒绝了1条" in "".join(result.output.split())
