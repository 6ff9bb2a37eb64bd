"""The real model: same meaning near, same text same vector, our tuning laid over."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from matching.embedding.onnx_embedder import OnnxEmbedder

WANTED = "羊肉在运输和销售中容易变质,希望延长保质时间"
SAME_IN_OTHER_WORDS = "滩羊冷鲜肉气调包装,货架期延长到二十一天"
SOMETHING_ELSE = "浓盐水纳滤分盐与冷冻结晶成套工艺"


def test_vectors_have_length_one_and_the_size_that_is_promised(embedder: OnnxEmbedder) -> None:
    vectors = embedder.embed_achievements([SAME_IN_OTHER_WORDS, "", "a", "中" * 3_000])

    assert vectors.shape == (4, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert embedder.embed_needs([]).shape == (0, embedder.dimensions)


def test_same_thing_in_other_words_is_nearer_than_something_else(embedder: OnnxEmbedder) -> None:
    (need,) = embedder.embed_needs([WANTED])
    same, other = embedder.embed_achievements([SAME_IN_OTHER_WORDS, SOMETHING_ELSE])

    assert need @ same > need @ other + 0.05


def test_vector_does_not_depend_on_what_is_embedded_beside_it(embedder: OnnxEmbedder) -> None:
    alone = embedder.embed_achievements([SOMETHING_ELSE])
    in_company = embedder.embed_achievements([WANTED * 20, SOMETHING_ELSE, "a", SAME_IN_OTHER_WORDS * 9])

    assert np.array_equal(alone[0], in_company[1])


def test_threads_that_share_the_model_get_the_same_vectors(embedder: OnnxEmbedder) -> None:
    texts = [f"{SAME_IN_OTHER_WORDS}{number}" for number in range(12)]
    expected = embedder.embed_needs(texts)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(embedder.embed_needs, [texts] * 4))

    assert all(np.array_equal(one, expected) for one in found)


def test_need_is_read_with_the_prompt_of_the_model(embedder: OnnxEmbedder) -> None:
    assert not np.array_equal(embedder.embed_needs([WANTED]), embedder.embed_achievements([WANTED]))


def test_what_stands_behind_the_longest_text_changes_nothing(embedder: OnnxEmbedder) -> None:
    long = "提高煤制烯烃装置浓盐水的结晶纯度。" * 40
    cut, longer = embedder.embed_achievements([long, f"{long}滩羊"])

    assert np.array_equal(cut, longer)


def test_tuned_layers_change_the_vectors_and_the_version(files, embedder, tmp_path) -> None:
    tuned = tmp_path / "tuned.npz"
    halved = np.full(512, 0.5, np.float16)
    np.savez_compressed(tuned, **{"encoder.layer.3.output.LayerNorm.weight": halved})

    own = OnnxEmbedder(files, tuned=tuned)
    plain = OnnxEmbedder(files, tuned=tmp_path / "absent.npz")

    assert own.version not in (plain.version, embedder.version if embedder.version == plain.version else "")
    assert len(own.version) <= 60
    assert not np.allclose(own.embed_needs([WANTED]), plain.embed_needs([WANTED]), atol=1e-3)
    own.close()
    plain.close()
