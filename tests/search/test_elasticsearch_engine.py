"""What the suite of the Protocol cannot ask: aliases, several shards, several programs at once, on a real node."""

import threading
from uuid import UUID, uuid4

import httpx
import pytest

from market.kernel.outbox import Subject
from search import elasticsearch_indices, elasticsearch_writing
from search.analysis import MAX_TOKEN
from search.building import build_from
from search.elasticsearch_bulk import lines_of
from search.elasticsearch_documents import LONGEST_TOKEN
from search.elasticsearch_engine import ElasticsearchEngine
from search.elasticsearch_indices import Indices
from search.elasticsearch_writing import ElasticsearchBuild
from search.engine import EngineQuery, IndexMissing, IndexOutdated, Outcome, Removal, Term, TextField
from tests.search.conftest import cluster_at, delete_indices, elasticsearch_engine
from tests.search.test_engine import document, numbers_of, one
from tests.servers.plain import PLAIN

TITLE = TextField.TITLE


@pytest.fixture
def name(elasticsearch_url):
    name = f"t{uuid4().hex}"
    yield name
    delete_indices(elasticsearch_url, name)


@pytest.fixture
def cluster(elasticsearch_url):
    cluster = cluster_at(elasticsearch_url)
    yield cluster
    cluster.close()


@pytest.fixture
def engine(cluster, name):
    engine = ElasticsearchEngine(cluster, name)
    engine.prepare()
    return engine


def aliases(url, name):
    found = httpx.get(f"{url}/{name}*/_alias", verify=PLAIN).json()
    return {
        index.removeprefix(name): sorted(each.removeprefix(name) for each in one["aliases"])
        for index, one in found.items()
    }


def test_prepare_makes_one_index_when_many_processes_begin_at_once(elasticsearch_url, cluster, name):
    failures = []

    def prepare():
        try:
            ElasticsearchEngine(cluster, name).prepare()
        except Exception as error:  # noqa: BLE001  whatever it is, the test tells
            failures.append(error)

    threads = [threading.Thread(target=prepare) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert aliases(elasticsearch_url, name) == {"-000001": [""]}


def test_the_index_before_is_kept_and_older_ones_go(engine, elasticsearch_url, name):
    for _ in range(3):
        build_from(engine, [document(1, "枸杞")])
    assert aliases(elasticsearch_url, name) == {"-000003": ["-previous"], "-000004": [""]}


def test_what_a_build_that_was_cut_off_left_behind_is_swept_away(engine, cluster, elasticsearch_url, name):
    Indices(cluster, name).begin()  # and its process is gone
    build_from(engine, [document(1, "枸杞")])
    assert aliases(elasticsearch_url, name) == {"-000001": ["-previous"], "-000003": [""]}


def test_other_names_that_begin_alike_are_left_alone(engine, elasticsearch_url, name):
    httpx.put(f"{elasticsearch_url}/{name}-old-000001", verify=PLAIN).raise_for_status()
    build_from(engine, [document(1, "枸杞")])
    assert httpx.head(f"{elasticsearch_url}/{name}-old-000001").status_code == 200


class TestOtherVersion:
    """An index made by a program that cuts or maps otherwise."""

    @pytest.fixture
    def outdated(self, engine, name, monkeypatch):
        monkeypatch.setattr(elasticsearch_indices, "INDEX_VERSION", "another/mapping")
        return ElasticsearchEngine(engine._cluster, name)

    def test_is_noticed_and_says_what_to_run(self, outdated):
        for use in (outdated.prepare, lambda: outdated.search(EngineQuery()), lambda: outdated.apply([document(1)])):
            with pytest.raises(IndexOutdated, match="techmarket reindex"):
                use()
        assert not outdated.health().is_up

    def test_is_not_rolled_back_to(self, engine, monkeypatch):
        build_from(engine, [document(1)])
        monkeypatch.setattr(elasticsearch_indices, "INDEX_VERSION", "another/mapping")
        with pytest.raises(IndexOutdated):
            engine.rollback()

    def test_being_built_gets_nothing_of_ours_and_no_change_counts_as_done(self, engine, cluster, name, monkeypatch):
        build = ElasticsearchBuild(cluster, Indices(cluster, name))
        monkeypatch.setattr(elasticsearch_writing, "INDEX_VERSION", "ours")
        assert [one.outcome for one in engine.apply([document(1, "枸杞")])] == [Outcome.RETRY]
        assert numbers_of(engine, required=(one("枸杞"),)) == [1]
        assert list(build.versions()) == []
        build.close()


def test_a_write_that_began_before_a_build_reaches_it_all_the_same(engine, cluster, name, monkeypatch):
    builds, send = [], elasticsearch_writing.send

    def begin_build_first(*arguments, **options):
        if not builds:
            builds.append(ElasticsearchBuild(cluster, Indices(cluster, name)))
        return send(*arguments, **options)

    monkeypatch.setattr(elasticsearch_writing, "send", begin_build_first)
    assert [one.outcome for one in engine.apply([document(1, "枸杞")])] == [Outcome.APPLIED]
    assert [key.int for _, key, _ in builds[0].versions()] == [1]
    builds[0].close()


def test_a_write_that_meets_the_swap_reaches_the_new_index_too(engine, cluster, name, monkeypatch):
    build = ElasticsearchBuild(cluster, Indices(cluster, name))
    send, swapped = elasticsearch_writing.send, []

    def swap_first(indices_cluster, aliases, lines, *, refresh):
        found = send(indices_cluster, aliases[:1], lines, refresh=refresh)
        if not swapped:
            swapped.append(True)
            build.activate(lambda _keys: [])
        return [*found, *send(indices_cluster, aliases[1:], lines, refresh=refresh)] if aliases[1:] else found

    monkeypatch.setattr(elasticsearch_writing, "send", swap_first)
    assert [one.outcome for one in engine.apply([document(1, "枸杞")])] == [Outcome.APPLIED]
    assert numbers_of(engine) == [1]
    build.close()


def test_a_lost_index_is_told_and_no_write_makes_one(engine, elasticsearch_url, name):
    engine.search(EngineQuery())
    httpx.delete(f"{elasticsearch_url}/{name}-000001", verify=PLAIN).raise_for_status()
    with pytest.raises(IndexMissing):
        engine.search(EngineQuery())
    assert engine.health().is_missing
    with pytest.raises(IndexMissing):
        engine.apply([document(1)])
    (items,) = elasticsearch_writing.send(engine._cluster, [name], lines_of([document(1)])[0], refresh=True)
    assert [item.is_missing for item in items] == [True]  # a write that had looked before it went
    assert httpx.get(f"{elasticsearch_url}/{name}", verify=PLAIN).status_code == 404
    engine.prepare()
    assert engine.health().is_up


def test_several_shards_score_like_one(engine, elasticsearch_url):
    listings = [
        document(number, *(["枸杞"] * (number % 4 + 1)), *"甲乙丙丁戊"[: number % 5]) for number in range(1, 60)
    ]
    engine.apply(listings)
    query = EngineQuery(required=(one("枸杞"),), optional=one("乙", boost=2.0), size=60)
    with elasticsearch_engine(elasticsearch_url, shards=3) as spread:
        spread.prepare()
        spread.apply(listings)
        assert spread.search(query).hits == engine.search(query).hits
        assert spread.document_frequencies(TITLE, ["枸杞", "乙"]) == engine.document_frequencies(TITLE, ["枸杞", "乙"])
        assert spread.title_tokens_with_prefix("枸", 3) == ["枸杞"]
        assert sorted(spread.versions()) == sorted(engine.versions())


def test_versions_come_in_pages_and_without_what_was_removed(engine, monkeypatch):
    monkeypatch.setattr(elasticsearch_writing, "_PAGE", 7)
    engine.apply([document(number, "枸杞", version=number) for number in range(1, 31)])
    engine.apply([Removal(Subject.ACHIEVEMENT, UUID(int=7), 9)])
    assert [version for _, _, version in engine.versions()] == [number for number in range(1, 31) if number != 7]


def test_a_reason_quotes_nothing_of_the_document(engine):
    refused = engine.apply([document(1, "甲", price_fen=2**70), document(2, "\ud800"), document(3, version=-1)])
    assert [one.outcome for one in refused] == [Outcome.REJECTED] * 3
    assert "price_fen" in refused[0].reason
    assert str(2**70) not in refused[0].reason
    assert "甲" not in refused[0].reason


def test_no_token_is_so_long_that_one_of_the_engines_splits_it():
    assert 2 * MAX_TOKEN <= LONGEST_TOKEN  # a character takes two units at most


def test_a_search_for_thousands_of_words_is_answered(engine):
    filters = tuple(Term(TITLE, f"词{number}") for number in range(2_000))
    assert engine.search(EngineQuery(required=(filters,))).total == 0
