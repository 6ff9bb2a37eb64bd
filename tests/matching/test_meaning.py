from uuid import UUID

import numpy as np
import pytest

from matching.meaning import commonness, sample_places
from matching.scoring import meaning_value
from matching.weights import weights


def unit(*numbers):
    vector = np.array(numbers, np.float32)
    return vector / np.linalg.norm(vector)


NEEDS = np.stack([unit(1, 0, 0), unit(0, 1, 0), unit(0, 0, 1), unit(1, 1, 0)])


def test_an_offer_that_is_near_to_many_needs_is_more_common_than_one_that_is_near_to_one():
    general, special = commonness(np.stack([unit(1, 1, 1), unit(0, 0, 1)]), NEEDS)

    assert general > special
    assert special == pytest.approx((1 + 6 * weights().meaning_floor) / 10)


def test_what_is_common_counts_less_at_the_same_likeness():
    need, offer = unit(1, 0, 0), unit(3, 1, 0)

    assert meaning_value(need, offer, 0.9) < meaning_value(need, offer, 0.5) < 1
    assert meaning_value(need, offer, weights().meaning_floor) == meaning_value(need, offer, None)


def test_meaning_is_nothing_where_a_text_has_no_vector_or_is_far():
    assert meaning_value(None, unit(1, 0, 0), 0.5) == 0
    assert meaning_value(unit(1, 0, 0), None, 0.5) == 0
    assert meaning_value(unit(1, 0, 0), unit(0, 1, 0), 0.5) == 0


def test_a_new_need_changes_one_of_the_sample_at_most():
    ids = [UUID(int=number * 7919) for number in range(3_000)]
    before = {ids[place] for place in sample_places(ids)}
    after_ids = [*ids, UUID(int=5)]
    after = {after_ids[place] for place in sample_places(after_ids)}

    assert len(before) == len(after) == 2_000
    assert len(before - after) <= 1


def test_solution_of_the_only_need_is_not_taken_for_common():
    (alone,) = commonness(unit(0, 0, 1)[None], unit(0, 0, 1)[None])

    assert alone == pytest.approx((1 + 9 * weights().meaning_floor) / 10)
