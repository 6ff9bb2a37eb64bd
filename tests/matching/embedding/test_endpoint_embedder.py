"""A model behind HTTP: in batches, tried again, given up for a while, and nothing secret told."""

import json
import logging

import numpy as np
import pytest

from market.kernel.settings import Settings
from matching.embedding.embedder import EmbedderUnavailable, TextRefused, open_embedder
from matching.embedding.endpoint_embedder import EndpointEmbedder, Waiting
from tests.matching.embedding.endpoint import running, vector_of

KEY = "sk-nobody-may-read-this"


@pytest.fixture
def endpoint():
    with running() as server:
        yield server


@pytest.fixture
def settings(endpoint, tmp_path):
    key = tmp_path / "key"
    key.write_text(f"{KEY}\n")
    return Settings(
        embedding_url=endpoint.url,
        embedding_model="some-model",
        embedding_dimensions=4,
        embedding_need_prompt="find: ",
        embedding_key_file=key,
        embedding_timeout_ms=300,
    )


@pytest.fixture
def embedder(settings, seconds):
    waiting = Waiting(clock=seconds, chance=lambda: 0.5, sleep=seconds.sleep)
    own = EndpointEmbedder.of(settings, waiting)
    yield own
    own.close()


def expected(texts):
    vectors = np.array([vector_of(text) for text in texts], np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_vectors_come_back_in_the_order_of_the_texts_through_several_batches(embedder, endpoint) -> None:
    texts = [f"{number}{'长' * (number * 7 % 50)}" for number in range(70)]

    assert np.allclose(embedder.embed_achievements(texts), expected(texts))
    assert [len(batch) for batch in endpoint.requests] == [32, 32, 6]
    assert endpoint.keys == {f"Bearer {KEY}"}


def test_need_goes_out_with_the_prompt_and_long_text_is_cut(embedder, endpoint) -> None:
    embedder.embed_needs(["长" * 5_000])

    assert endpoint.requests[0][0].startswith("find: 长")
    assert len(endpoint.requests[0][0]) == 2_000


@pytest.mark.parametrize("status", [429, 500, 503])
def test_failure_that_passes_is_tried_again_after_a_growing_pause(embedder, endpoint, seconds, status) -> None:
    endpoint.statuses = [status, status]

    assert embedder.embed_achievements(["a"]).shape == (1, 4)
    assert seconds.pauses == [0.375, 0.75]


def test_wrong_key_is_not_tried_again(embedder, endpoint) -> None:
    endpoint.statuses = [401]

    with pytest.raises(EmbedderUnavailable, match="401"):
        embedder.embed_achievements(["a"])
    assert len(endpoint.requests) == 1


def test_endpoint_that_stays_away_is_left_alone_until_the_pause_is_over(embedder, endpoint, seconds) -> None:
    endpoint.statuses = [503] * 100
    for _ in range(2):
        with pytest.raises(EmbedderUnavailable):
            embedder.embed_achievements(["a"])
    asked = len(endpoint.requests)
    assert asked == 6

    with pytest.raises(EmbedderUnavailable, match="circuit is open"):
        embedder.embed_achievements(["a"])
    assert len(endpoint.requests) == asked

    endpoint.statuses = []
    seconds.now += 60
    assert embedder.embed_achievements(["a"]).shape == (1, 4)
    assert embedder.embed_achievements(["b"]).shape == (1, 4)


def test_endpoint_that_hangs_is_not_waited_for_longer_than_the_setting(embedder, endpoint) -> None:
    endpoint.delay_seconds = 0.5

    with pytest.raises(EmbedderUnavailable, match="ReadTimeout"):
        embedder.embed_achievements(["a"])


def test_text_that_is_refused_is_no_failure_of_the_endpoint(embedder, endpoint) -> None:
    endpoint.refused = "bad"
    for _ in range(9):
        with pytest.raises(TextRefused):
            embedder.embed_achievements(["good", "bad"])

    assert embedder.embed_achievements(["good"]).shape == (1, 4)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"data": []},
        {"data": [{"index": 0, "embedding": [1.0, 2.0]}]},
        {"data": [{"index": 0, "embedding": [0.0, 0.0, 0.0, 0.0]}]},
        {"data": [{"index": 0, "embedding": ["a", "b", "c", "d"]}]},
        {"data": [{"index": 5, "embedding": [1.0, 2.0, 3.0, 4.0]}]},
        {"data": [{"index": 0, "embedding": [float("nan")] * 4}]},
    ],
)
def test_answer_that_is_no_vector_is_never_taken_for_one(embedder, endpoint, answer) -> None:
    endpoint.answer = answer

    with pytest.raises(EmbedderUnavailable, match="cannot be read"):
        embedder.embed_achievements(["a"])


def test_neither_key_nor_text_is_told_in_errors_or_in_the_log(embedder, endpoint, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    endpoint.refused = "商业秘密"
    with pytest.raises(TextRefused) as refused:
        embedder.embed_achievements(["商业秘密"])
    endpoint.statuses = [503] * 9
    with pytest.raises(EmbedderUnavailable) as unavailable:
        embedder.embed_achievements(["商业秘密"])

    told = f"{refused.value} {unavailable.value} {caplog.text}"
    assert KEY not in told
    assert "商业秘密" not in told


def test_other_model_prompt_or_size_makes_another_version(settings) -> None:
    changes = [{}, {"embedding_model": "b"}, {"embedding_need_prompt": ""}, {"embedding_dimensions": 5}]
    versions = set()
    for change in changes:
        own = open_embedder(settings.model_copy(update=change))
        versions.add(own.version)
        own.close()

    assert len(versions) == len(changes)
    assert all(len(version) <= 60 for version in versions)


@pytest.mark.parametrize(
    "change",
    [{"embedding_url": "ftp://x/v1"}, {"embedding_url": "https://user:secret@x/v1"}, {"embedding_model": ""}],
)
def test_settings_that_do_not_fit_together_are_refused_without_telling_a_secret(settings, change) -> None:
    with pytest.raises(ValueError, match="TECHMARKET_EMBEDDING_URL") as refused:
        EndpointEmbedder.of(settings.model_copy(update=change))

    assert "secret" not in str(refused.value)


def test_endpoint_that_refuses_every_text_is_unavailable_and_soon_left_alone(embedder, endpoint) -> None:
    endpoint.statuses = [400] * 100
    for _ in range(5):
        with pytest.raises(EmbedderUnavailable, match="400 to every text"):
            embedder.embed_needs(["a need", "another"])
    assert len(endpoint.requests) == 10, "one known text for each call that was refused"

    with pytest.raises(EmbedderUnavailable, match="circuit is open"):
        embedder.embed_needs(["a need"])
    assert len(endpoint.requests) == 10


def test_endpoint_that_drips_is_not_waited_for_longer_than_the_setting(embedder, endpoint, seconds) -> None:
    def a_while_later() -> None:
        seconds.now += 0.1

    endpoint.before_each_byte = a_while_later

    with pytest.raises(EmbedderUnavailable, match="too long over its answer"):
        embedder.embed_achievements(["a"])


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b'{"data": [{"index": 0, "embedding": [1, 2, 3, 1%s]}]}' % (b"0" * 400), "cannot be read"),
        (b'{"data": %s%s}' % (b"[" * 20_000, b"]" * 20_000), "cannot be read"),
        (b'{"data": [{"index": 0, "embedding": [1, 2, 3, 4]}]}' + b" " * 1_000_000, "too long"),
    ],
    ids=["number of 400 digits", "deep", "endless"],
)
def test_answer_that_nobody_could_want_counts_as_a_failure(embedder, endpoint, raw, told) -> None:
    endpoint.raw = raw
    for _ in range(5):
        with pytest.raises(EmbedderUnavailable, match=told):
            embedder.embed_achievements(["a"])

    with pytest.raises(EmbedderUnavailable, match="circuit is open"):
        embedder.embed_achievements(["a"])


def test_long_vectors_in_many_lines_are_no_endless_answer(settings, endpoint) -> None:
    own = EndpointEmbedder.of(settings.model_copy(update={"embedding_dimensions": 4_096}))
    vectors = [{"index": index, "embedding": [-0.01234567890123456789] * 4_096} for index in range(32)]
    endpoint.raw = json.dumps({"data": vectors}, indent=4).encode()

    assert own.embed_achievements(["a"] * 32).shape == (32, 4_096)
    own.close()
