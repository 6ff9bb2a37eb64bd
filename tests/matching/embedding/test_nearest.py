"""The nearest by meaning: exactly those, those only that may be shown, and at once what was changed or removed."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from market.achievements.models import Achievement
from market.kernel.outbox import Subject
from market.listings.models import ListingStatus
from matching.embedding import nearest, upkeep
from matching.embedding.nearest import VectorTable
from tests.matching.embedding.market import Recorded, post, stored_ids

KIND = Subject.ACHIEVEMENT


@pytest.fixture
def embedder():
    return Recorded()


@pytest.fixture
def embed(database, clock, embedder):
    def embed(model=embedder):
        upkeep.embed_all(database, model, clock=clock, progress=lambda *_: None)

    return embed


@pytest.fixture
def offered(database, clock, embed):
    """Forty achievements with their vectors."""
    _, achievements = post(database, clock, achievements=40)
    embed()
    return achievements


@pytest.fixture
def asked():
    drawn = np.random.default_rng(7).normal(size=(5, 16)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def change(database, achievement, **values):
    with database.writing() as session:
        row = session.get(Achievement, achievement.id)
        for name, value in values.items():
            setattr(row, name, value)


def by_comparing_each(session, vector, ids):
    """The order by one product after the other."""
    found = VectorTable().vectors_of(session, KIND, ids)
    return sorted(found, key=lambda one: (-round(float(vector @ found[one]), 6), one))


def test_nearest_are_those_that_comparing_with_each_one_gives(database, offered, asked) -> None:
    with database.reading() as session:
        found = VectorTable().nearest(session, KIND, asked, 7)
        expected = [by_comparing_each(session, vector, {row.id for row in offered})[:7] for vector in asked]

    assert [[one for one, _ in row] for row in found] == expected
    assert all(row == sorted(row, key=lambda one: -one[1]) for row in found)


@pytest.mark.usefixtures("offered")
def test_many_are_asked_in_blocks_with_the_same_answer(database, asked, monkeypatch) -> None:
    with database.reading() as session:
        together = VectorTable().nearest(session, KIND, asked, 7)
        monkeypatch.setattr(nearest, "_BLOCK", 80)
        in_blocks = VectorTable().nearest(session, KIND, asked, 7)

    assert in_blocks == together


def test_as_many_are_looked_through_as_it_takes_to_find_allowed_ones(database, offered, asked, monkeypatch) -> None:
    monkeypatch.setattr(nearest, "MARGIN", 1)
    with database.reading() as session:
        order = by_comparing_each(session, asked[0], {row.id for row in offered})
        few = set(order[-3:])

        found = VectorTable().nearest(session, KIND, asked[:1], 3, allowed=few.intersection)

    assert [one for one, _ in found[0]] == order[-3:]


def test_withdrawn_achievement_is_gone_before_anybody_has_tidied_up(database, offered, asked) -> None:
    table = VectorTable()
    with database.reading() as session:
        first = table.nearest(session, KIND, asked[:1], 1)[0][0][0]

    change(database, next(row for row in offered if row.id == first), status=ListingStatus.WITHDRAWN)

    with database.reading() as session:
        found = table.nearest(session, KIND, asked[:1], 40)[0]
    assert first not in {one for one, _ in found}
    assert len(found) == 39


def test_table_follows_what_is_changed_added_and_removed(database, clock, embed, offered, asked) -> None:
    table = VectorTable()
    with database.reading() as session:
        before = table.vectors_of(session, KIND, [row.id for row in offered])
        table.nearest(session, KIND, asked, 1)
    changed, removed = offered[0], offered[1]

    change(database, changed, title="另一个题目")
    change(database, removed, status=ListingStatus.WITHDRAWN)
    _, (added,) = post(database, clock, achievements=1)
    embed()

    with database.reading() as session:
        after = table.vectors_of(session, KIND, [*(row.id for row in offered), added.id])
        shown = {one for one, _ in table.nearest(session, KIND, asked[:1], 100)[0]}
    assert removed.id not in after
    assert added.id in after
    assert not np.allclose(after[changed.id], before[changed.id])
    assert shown == after.keys() == stored_ids(database, KIND)


def test_what_somebody_is_reading_does_not_change_under_him(database, embed, offered) -> None:
    table = VectorTable()
    with database.reading() as session:
        read = table.snapshot(session, KIND)
    alive, vectors = read.alive.copy(), read.vectors.copy()

    for row in offered[:5]:
        change(database, row, title=f"新题目 {row.id}")
    embed()
    with database.reading() as session:
        assert table.snapshot(session, KIND).size == 40

    assert np.array_equal(read.alive, alive)
    assert np.array_equal(read.vectors, vectors)


def test_table_stays_right_and_small_through_many_changes(database, embed, offered, asked, monkeypatch) -> None:
    monkeypatch.setattr(nearest, "_FIRST_ROWS", 8)
    table = VectorTable()
    for number in range(12):
        for row in offered[:10]:
            change(database, row, title=f"题目 {number} {row.id}")
        embed()
        with database.reading() as session:
            found = table.nearest(session, KIND, asked, 40)
            expected = VectorTable().nearest(session, KIND, asked, 40)
            assert found == expected

    with database.reading() as session:
        assert len(table.snapshot(session, KIND).ids) < 60


def test_equal_vectors_come_in_order_of_id_wherever_they_stand(database, clock, embed, asked) -> None:
    _, achievements = post(database, clock, achievements=9)
    for row in achievements:
        change(database, row, title="同一个题目", description="同一段描述", summary="同一句", keywords=[])
    embed()
    change(database, achievements[0], title="一时的题目")
    embed()
    change(database, achievements[0], title="同一个题目")  # from now on it stands behind the others
    embed()

    with database.reading() as session:
        found = VectorTable().nearest(session, KIND, asked[:1], 4)[0]

    assert [one for one, _ in found] == sorted(row.id for row in achievements)[:4]


@pytest.mark.usefixtures("offered")
def test_vectors_are_of_the_serving_model_while_another_is_filled(database, clock, embed, asked, monkeypatch) -> None:
    monkeypatch.setattr(upkeep, "_BATCH", 8)
    table = VectorTable()
    with database.reading() as session:
        before = table.nearest(session, KIND, asked, 5)
    newer = Recorded("newer")
    upkeep.step(database, newer, clock=clock)
    with database.reading() as session:
        assert table.nearest(session, KIND, asked, 5) == before

    embed(newer)

    with database.reading() as session:
        after = table.nearest(session, KIND, asked, 5)
        assert after == VectorTable().nearest(session, KIND, asked, 5)
    assert after != before


def test_threads_may_share_a_table_while_it_changes(database, embed, offered, asked) -> None:
    table = VectorTable()

    def ask(_number: int) -> int:
        with database.reading() as session:
            return len(table.nearest(session, KIND, asked, 40)[0])

    with ThreadPoolExecutor(4) as pool:
        counts = [pool.submit(ask, number) for number in range(20)]
        for row in offered[:5]:
            change(database, row, title=f"新题目 {row.id}")
        embed()
        assert {count.result() for count in counts} == {40}


def test_nothing_is_found_where_nothing_was_embedded_or_by_vectors_of_another_model(database, embed, asked) -> None:
    with database.reading() as session:
        assert VectorTable().nearest(session, KIND, asked, 5) == [[]] * 5
        assert VectorTable().vectors_of(session, KIND, []) == {}
    embed()
    with database.reading() as session:
        assert VectorTable().nearest(session, KIND, asked, 5) == [[]] * 5


@pytest.mark.usefixtures("offered")
def test_vectors_of_another_size_find_nothing(database) -> None:
    with database.reading() as session:
        assert VectorTable().nearest(session, KIND, np.ones((1, 512), np.float32), 5) == [[]]
