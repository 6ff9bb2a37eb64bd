import numpy as np

from matching.embedding.arranging import neighbours


def test_rows_stand_by_their_like_and_each_once() -> None:
    chance = np.random.default_rng(1)
    groups = chance.standard_normal((4, 32), np.float32) * 3
    belongs = chance.integers(0, 4, 400)
    vectors = groups[belongs] + chance.standard_normal((400, 32), np.float32) / 4

    order = neighbours(vectors)

    assert sorted(order) == list(range(400))
    changes = np.count_nonzero(np.diff(belongs[order]))
    assert changes < 40 < np.count_nonzero(np.diff(belongs))


def test_rows_that_are_all_the_same_or_none_are_taken_as_they_are() -> None:
    assert sorted(neighbours(np.ones((100, 8), np.float32))) == list(range(100))
    assert neighbours(np.zeros((0, 8), np.float32)) == []
