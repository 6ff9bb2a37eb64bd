"""What only the embedded engine has: a folder, generations, one writer, readers in other processes."""

import pytest

from search import tantivy_engine
from search.building import build_from
from search.engine import EngineQuery, EngineUnavailable, IndexOutdated, TextField
from search.generations import Generations
from search.tantivy_engine import TantivyEngine
from tests.search.test_engine import document, numbers_of


def _prepared(path, **options):
    engine = TantivyEngine(path, **options)
    engine.prepare()
    return engine


def test_what_was_written_is_there_after_reopening(tmp_path):
    engine = _prepared(tmp_path)
    engine.apply([document(1, "枸杞")])
    engine.close()
    assert numbers_of(_prepared(tmp_path)) == [1]


def test_a_second_writer_is_refused_and_may_write_when_the_first_has_closed(tmp_path):
    first, second = _prepared(tmp_path), _prepared(tmp_path)
    first.apply([document(1, "甲")])
    with pytest.raises(EngineUnavailable):
        second.apply([document(2, "乙")])
    first.close()
    second.apply([document(2, "乙")])
    assert numbers_of(second) == [1, 2]


def test_a_reader_sees_writes_and_swaps_of_another(tmp_path):
    writer = _prepared(tmp_path)
    reader = _prepared(tmp_path, writable=False)
    with pytest.raises(EngineUnavailable):
        reader.apply([document(1, "甲")])
    build_from(writer, iter([document(5, "乙")]))
    assert numbers_of(reader) == [5]


def test_a_rebuild_by_another_process_takes_the_writer_along(tmp_path):
    serving, rebuilding = _prepared(tmp_path), _prepared(tmp_path)
    serving.apply([document(1, "甲")])
    build_from(rebuilding, iter([document(2, "乙")]))
    serving.apply([document(3, "丙")])
    assert numbers_of(rebuilding) == numbers_of(serving) == [2, 3]


def test_two_rebuilds_at_once_are_refused(tmp_path):
    engine, other = _prepared(tmp_path), _prepared(tmp_path)

    def documents():
        with pytest.raises(EngineUnavailable):
            build_from(other, iter([]))
        yield document(1, "甲")

    assert build_from(engine, documents()) == 1


def test_an_interrupted_rebuild_leaves_the_index_in_use(tmp_path):
    engine = _prepared(tmp_path)
    engine.apply([document(1, "甲")])

    def documents():
        yield document(2, "乙")
        raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError):
        build_from(engine, documents())
    assert numbers_of(engine) == [1]
    assert build_from(engine, iter([document(3, "丙")])) == 1
    assert numbers_of(engine) == [3]


def test_another_analysis_asks_for_a_rebuild_which_mends_it(tmp_path, monkeypatch):
    _prepared(tmp_path).close()
    monkeypatch.setattr(tantivy_engine, "INDEX_VERSION", "other/9")
    engine = TantivyEngine(tmp_path)
    with pytest.raises(IndexOutdated, match="reindex"):
        engine.prepare()
    assert not engine.health().is_up
    build_from(engine, iter([document(1, "甲")]))
    engine.prepare()
    assert numbers_of(engine) == [1]


@pytest.mark.parametrize("victim", ["meta.json", "CURRENT"])
def test_damaged_files_ask_for_a_rebuild_which_mends_them(tmp_path, victim):
    engine = _prepared(tmp_path)
    engine.apply([document(1, "甲")])
    engine.close()
    current = Generations(tmp_path).current()
    file = tmp_path / victim if victim == "CURRENT" else current.path / victim
    file.write_bytes(b"\xff\x00broken")
    damaged = TantivyEngine(tmp_path)
    with pytest.raises(IndexOutdated, match="reindex"):
        damaged.prepare()
    assert not damaged.health().is_up
    build_from(damaged, iter([document(2, "乙")]))
    assert numbers_of(damaged) == [2]


def test_without_an_index_searches_are_unavailable(tmp_path):
    engine = TantivyEngine(tmp_path / "none", writable=False)
    with pytest.raises(EngineUnavailable):
        engine.prepare()
    with pytest.raises(EngineUnavailable):
        engine.search(EngineQuery())
    assert not engine.health().is_up
    assert not (tmp_path / "none").exists()


def test_old_generations_are_swept_away(tmp_path):
    engine = _prepared(tmp_path)
    for _ in range(3):
        build_from(engine, iter([document(1, "甲")]))
    assert len(list(tmp_path.glob("g-*"))) == 2
    assert engine.document_frequencies(TextField.TITLE, ["甲"]) == {"甲": 1}
