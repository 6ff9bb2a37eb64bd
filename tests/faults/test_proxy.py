"""The proxy itself, in front of a real node: calm it changes nothing, and every fault is one that the client sees."""

import json
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from tests.api.workers import wait_until
from tests.faults.proxy import CALM, FaultProxy, Mood
from tests.servers.plain import PLAIN

_JSON = {"content-type": "application/x-ndjson"}


@pytest.fixture
def proxy(elasticsearch_url: str) -> Iterator[FaultProxy]:
    with FaultProxy(elasticsearch_url, seed=1) as proxy:
        yield proxy


@pytest.fixture
def index(elasticsearch_url: str) -> Iterator[str]:
    name = f"proxied-{uuid4().hex[:8]}"
    settings = {"settings": {"number_of_replicas": 0}, "mappings": {"dynamic": False}}
    httpx.put(f"{elasticsearch_url}/{name}", json=settings, verify=PLAIN).raise_for_status()
    yield name
    httpx.delete(f"{elasticsearch_url}/{name}", verify=PLAIN).raise_for_status()


def _write(url: str, index: str, *documents: tuple[str, int, str]) -> list[int]:
    """Write (id, version, text) in one bulk request; the status of each item."""
    lines: list[dict[str, object]] = []
    for key, version, text in documents:
        lines.append({"index": {"_index": index, "_id": key, "version": version, "version_type": "external_gte"}})
        lines.append({"text": text})
    body = "".join(json.dumps(line) + "\n" for line in lines)
    found = httpx.post(f"{url}/_bulk?refresh=true", content=body, headers=_JSON, verify=PLAIN)
    found.raise_for_status()
    return [item["index"]["status"] for item in found.json()["items"]]


def _text(url: str, index: str, key: str) -> str | None:
    found = httpx.get(f"{url}/{index}/_doc/{key}", verify=PLAIN).json()
    return found["_source"]["text"] if found["found"] else None


class TestCalm:
    def test_requests_and_answers_pass_unchanged_when_calm(
        self, proxy: FaultProxy, elasticsearch_url: str, index: str
    ) -> None:
        with httpx.Client(verify=PLAIN) as client:  # one connection for all: each answer must end where it ends
            assert _write(proxy.url, index, ("a", 1, "枸杞"), ("b", 1, "x" * 200_000)) == [201, 201]
            for path in (f"/{index}/_search", f"/{index}/_doc/b", "/", f"/{index}/_doc/none"):
                through, direct = client.get(proxy.url + path), client.get(elasticsearch_url + path)
                assert through.status_code == direct.status_code
                assert _without_times(through.json()) == _without_times(direct.json())
            assert client.head(f"{proxy.url}/{index}").status_code == 200
            assert client.head(f"{proxy.url}/{index}-none").status_code == 404

    def test_older_version_is_refused_when_versions_are_checked(self, proxy: FaultProxy, index: str) -> None:
        _write(proxy.url, index, ("a", 2, "new"))

        assert _write(proxy.url, index, ("a", 1, "old")) == [409]

    def test_last_one_wins_when_versions_are_taken_off(self, elasticsearch_url: str, index: str) -> None:
        with FaultProxy(elasticsearch_url, seed=1, checks_versions=False) as careless:
            _write(careless.url, index, ("a", 2, "new"))

            assert _write(careless.url, index, ("a", 1, "old")) == [200]
            assert _text(careless.url, index, "a") == "old"


class TestFaults:
    def test_connection_is_refused_and_comes_back_on_the_same_port_when_the_mood_changes(
        self, proxy: FaultProxy
    ) -> None:
        with httpx.Client(base_url=proxy.url, verify=PLAIN) as client:
            assert client.get("/_cluster/health").status_code == 200
            proxy.set_mood(Mood(refuses=True))
            with pytest.raises(httpx.TransportError):
                client.get("/_cluster/health")
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"{proxy.url}/_cluster/health", verify=PLAIN)
            proxy.set_mood(CALM)
            assert client.get("/_cluster/health").status_code == 200

    @pytest.mark.parametrize("status", [429, 502, 503])
    def test_status_is_answered_and_nothing_written_when_it_strikes(
        self, proxy: FaultProxy, index: str, status: int
    ) -> None:
        proxy.set_mood(Mood(status_share=1, statuses=(status,)))
        with pytest.raises(httpx.HTTPStatusError, match=str(status)):
            _write(proxy.url, index, ("a", 1, "枸杞"))
        proxy.set_mood(CALM)
        assert _text(proxy.url, index, "a") is None

    @pytest.mark.parametrize("mood", [Mood(cut_share=1), Mood(lost_share=1)])
    def test_write_is_done_though_its_answer_never_arrives_when_the_connection_breaks(
        self, proxy: FaultProxy, index: str, mood: Mood
    ) -> None:
        proxy.set_mood(mood)
        with pytest.raises(httpx.RemoteProtocolError):
            _write(proxy.url, index, ("a", 1, "枸杞"))
        proxy.set_mood(CALM)
        assert _text(proxy.url, index, "a") == "枸杞"

    def test_what_comes_late_does_not_undo_what_is_newer(self, proxy: FaultProxy, index: str) -> None:
        proxy.set_mood(Mood(late_share=1))
        with pytest.raises(httpx.RemoteProtocolError):
            _write(proxy.url, index, ("a", 1, "old"), ("b", 1, "alone"))
        proxy.set_mood(CALM)
        assert _text(proxy.url, index, "b") is None
        _write(proxy.url, index, ("a", 2, "new"))
        wait_until(lambda: proxy.undelivered == 0, "the late request has been delivered")
        assert [_text(proxy.url, index, key) for key in ("a", "b")] == ["new", "alone"]

    def test_client_gives_up_when_the_proxy_hangs(self, proxy: FaultProxy) -> None:
        proxy.set_mood(Mood(hang_share=1))
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{proxy.url}/_cluster/health", timeout=0.2, verify=PLAIN)

    def test_answer_is_late_when_the_proxy_delays(self, proxy: FaultProxy) -> None:
        proxy.set_mood(Mood(delay_seconds=(0.2, 0.2)))
        assert httpx.get(f"{proxy.url}/_cluster/health", verify=PLAIN).elapsed.total_seconds() >= 0.2


class TestItems:
    def test_only_the_refused_items_are_missing_when_a_bulk_fails_in_part(self, proxy: FaultProxy, index: str) -> None:
        proxy.set_mood(Mood(item_share=0.5))
        documents = [(f"d{number}", 1, "text") for number in range(40)]

        statuses = _write(proxy.url, index, *documents)

        proxy.set_mood(CALM)
        assert set(statuses) == {201, 429, 503}
        for (key, _, _), status in zip(documents, statuses, strict=True):
            assert (_text(proxy.url, index, key) is not None) == (status == 201)

    def test_nothing_reaches_the_node_when_every_item_is_refused(self, proxy: FaultProxy, index: str) -> None:
        proxy.set_mood(Mood(item_share=1, item_statuses=(429,)))
        assert _write(proxy.url, index, ("a", 1, "one"), ("b", 1, "two")) == [429, 429]

    def test_poison_is_refused_for_as_long_as_it_is_set(self, proxy: FaultProxy, index: str) -> None:
        proxy.poison = b"poison"
        assert _write(proxy.url, index, ("a", 1, "good"), ("b", 1, "some poison here")) == [201, 400]
        proxy.poison = None
        assert _write(proxy.url, index, ("b", 1, "some poison here")) == [201]


def _without_times(found: object) -> object:
    return {key: value for key, value in found.items() if key != "took"} if isinstance(found, dict) else found
