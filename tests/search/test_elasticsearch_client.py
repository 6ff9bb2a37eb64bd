"""When the cluster does not answer, answers in part, or is asked with secrets: real sockets, failures at the far end."""

import logging
import random
import socket
import time

import pytest

from market.kernel.settings import Settings
from search.elasticsearch_bulk import lines_of, send
from search.elasticsearch_client import Cluster, SignIn, connect
from search.elasticsearch_documents import INDEX_VERSION
from search.elasticsearch_engine import ElasticsearchEngine
from search.engine import EngineQuery, EngineUnavailable, Outcome
from search.engines import open_engine
from tests.search.conftest import cluster_at, elasticsearch_engine
from tests.search.recording import recording
from tests.search.test_engine import document, numbers_of

SECRET = "hush-hush-42"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def dead_url():
    """Nobody listens there."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def hanging_url():
    """Takes every connection and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


class TestSeveralNodes:
    @pytest.fixture
    def name(self, elasticsearch_url):
        with elasticsearch_engine(elasticsearch_url) as engine:
            engine.prepare()
            engine.apply([document(1, "枸杞")])
            yield engine._name

    @pytest.mark.parametrize("bad", ["dead_url", "hanging_url"])
    def test_searches_and_writes_succeed_when_one_does_not_answer(self, name, bad, request, elasticsearch_url):
        cluster = cluster_at(request.getfixturevalue(bad), elasticsearch_url, timeout_seconds=1.0)
        engine = ElasticsearchEngine(cluster, name)
        begin = time.monotonic()
        assert [numbers_of(engine) for _ in range(6)] == [[1]] * 6
        assert time.monotonic() - begin < 3.0
        cluster.close()


class TestNoAnswer:
    @pytest.mark.parametrize("bad", ["dead_url", "hanging_url"])
    def test_a_search_fails_in_its_time_and_soon_at_once(self, bad, request):
        cluster = cluster_at(request.getfixturevalue(bad), timeout_seconds=0.2)
        engine = ElasticsearchEngine(cluster, "market")
        begin = time.monotonic()
        while cluster.breaker.state == "closed":
            with pytest.raises(EngineUnavailable):
                engine.search(EngineQuery())
        assert time.monotonic() - begin < 3.0
        begin = time.perf_counter()
        with pytest.raises(EngineUnavailable, match="open after"):
            engine.search(EngineQuery())
        assert time.perf_counter() - begin < 0.02  # a thousandth of it on a quiet machine
        health = engine.health()
        assert (health.is_up, "open after" in health.detail) == (False, True)
        cluster.close()

    def test_it_is_searched_again_when_the_cluster_is_back(self):
        is_back = False

        def answer(_method, path, _body):
            if not is_back:
                return 503, {"error": {"type": "unavailable_shards_exception"}}
            if "_search" in path:
                return 200, {"hits": {"total": {"value": 7}}}
            return 200, _one_index("market")

        with recording(answer) as server:
            cluster = cluster_at(server.url, timeout_seconds=0.3)
            engine = ElasticsearchEngine(cluster, "market")
            while cluster.breaker.state == "closed":
                with pytest.raises(EngineUnavailable):
                    engine.search(EngineQuery())
            is_back = True
            deadline = time.monotonic() + 15
            total = 0
            while not total and time.monotonic() < deadline:
                try:
                    total = engine.search(EngineQuery()).total
                except EngineUnavailable:
                    continue
            assert (total, cluster.breaker.state) == (7, "closed")
            cluster.close()

    def test_what_is_no_elasticsearch_is_named_so(self):
        with recording(lambda *_: (200, "<html>hello</html>")) as server:
            cluster = cluster_at(server.url, timeout_seconds=0.2)
            with pytest.raises(EngineUnavailable, match="no Elasticsearch"):
                ElasticsearchEngine(cluster, "market").search(EngineQuery())
            cluster.close()


class TestBulk:
    def test_each_item_gets_its_own_outcome(self):
        statuses = [201, 200, 409, 429, 503, 500, 400, 404]

        def answer(*_):
            return 200, {"items": [{"index": _item(status)} for status in statuses]}

        with recording(answer) as server:
            cluster = cluster_at(server.url)
            (items,) = send(cluster, ["market"], _lines(len(statuses)), refresh=True)
            cluster.close()
        applied, stale, retry, rejected = Outcome.APPLIED, Outcome.STALE, Outcome.RETRY, Outcome.REJECTED
        assert [one.outcome for one in items] == [applied, applied, stale, retry, retry, retry, rejected, rejected]

    def test_a_request_that_is_too_large_is_halved_until_it_fits(self):
        def answer(_method, _path, body):
            count = body.count(b'"_index"')
            return (413, {}) if count > 2 else (200, {"items": [{"index": _item(201)}] * count})

        with recording(answer) as server:
            cluster = cluster_at(server.url)
            (items,) = send(cluster, ["market"], _lines(7), refresh=True)
            assert [one.outcome for one in items] == [Outcome.APPLIED] * 7
            server.answer = lambda *_: (413, {})
            (items,) = send(cluster, ["market"], _lines(2), refresh=True)
            assert [one.outcome for one in items] == [Outcome.REJECTED] * 2
            cluster.close()

    def test_an_answer_about_fewer_documents_than_were_sent_is_none(self):
        with recording(lambda *_: (200, {"items": [{"index": _item(201)}]})) as server:
            cluster = cluster_at(server.url)
            with pytest.raises(EngineUnavailable):
                send(cluster, ["market"], _lines(2), refresh=True)
            cluster.close()


class TestSecrets:
    @pytest.mark.parametrize(
        ("kind", "content", "header"),
        [
            ("search_api_key_file", f"id:{SECRET}", "ApiKey aWQ6aHVzaC1odXNoLTQy"),
            ("search_api_key_file", "ZW5jb2RlZA==", "ApiKey ZW5jb2RlZA=="),
            ("search_password_file", SECRET, "Basic ZWxhc3RpYzpodXNoLWh1c2gtNDI="),
        ],
    )
    def test_the_sign_in_is_sent_and_told_to_nobody_when_it_is_refused(self, kind, content, header, tmp_path, caplog):
        (tmp_path / "secret").write_text(f"{content}\n")
        username = "elastic" if kind == "search_password_file" else ""
        caplog.set_level(logging.DEBUG)
        with recording(lambda *_: (401, {"error": {"type": "security_exception", "reason": SECRET}})) as server:
            settings = Settings(search_url=server.url, search_username=username, **{kind: tmp_path / "secret"})
            engine = open_engine(settings)
            with pytest.raises(EngineUnavailable, match="401 security_exception") as refused:
                engine.search(EngineQuery())
            told = f"{refused.value!r} {engine!r} {vars(engine)} {engine.health()} {caplog.text}"
            engine.close()
        assert {headers.get("authorization") for _, _, headers in server.asked} == {header}
        assert SECRET not in told
        assert content not in told

    def test_a_password_in_the_address_is_refused_without_showing_it(self):
        with pytest.raises(ValueError, match="TECHMARKET_SEARCH_PASSWORD_FILE") as refused:
            open_engine(Settings(search_url=f"http://elastic:{SECRET}@127.0.0.1:9200"))
        assert SECRET not in str(refused.value)

    def test_a_name_without_a_password_is_refused(self):
        with pytest.raises(ValueError, match="belong together"):
            open_engine(Settings(search_url="http://127.0.0.1:9200", search_username="elastic"))


def test_retries_end_with_the_time_for_them_and_wait_by_chance():
    waits, now = [], [0.0]

    def sleep(seconds):
        waits.append(seconds)
        now[0] += seconds

    chance = random.Random(1)  # noqa: S311
    with recording(lambda *_: (429, {})) as server:
        client = connect([server.url], sign_in=SignIn(), ca_file=None, connections=1)
        cluster = Cluster(client, timeout_seconds=0.25, clock=lambda: now[0], chance=chance.random, sleep=sleep)
        with pytest.raises(EngineUnavailable, match="429"):
            cluster.read("/market/_search", {})
        cluster.close()
    assert len(server.asked) == len(waits) + 1 > 1
    assert sum(waits) < 0.25
    assert len(set(waits)) == len(waits)


def _one_index(name):

    meta = {"_meta": {"index_version": INDEX_VERSION}}
    settings = {"index": {"number_of_shards": "1"}}
    return {f"{name}-000001": {"aliases": {name: {}}, "mappings": meta, "settings": settings}}


def _item(status):
    error = {} if status < 400 else {"error": {"type": "some_exception", "reason": "because"}}
    return {"_index": "market-000001", "status": status, **error}


def _lines(count):
    return lines_of([document(number, "枸杞") for number in range(1, count + 1)])[0]
