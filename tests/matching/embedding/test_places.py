"""What is remembered of a database by its address does not outlive the database: tests on SQLite take each other's addresses."""

from matching.embedding import upkeep
from matching.loading import load_needs, nearest_achievements
from search.tantivy_engine import TantivyEngine
from tests.conftest import fresh_database
from tests.matching.embedding.market import Recorded, post


def test_another_database_in_a_known_place_is_not_taken_for_the_one_before(database_template, clock, tmp_path) -> None:
    engine = TantivyEngine(tmp_path / "index")
    engine.prepare()
    for achievements in (3, 2):
        with fresh_database(database_template) as database:
            (need,), offered = post(database, clock, needs=1, achievements=achievements)
            upkeep.embed_all(database, Recorded(), clock=clock, progress=lambda *_: None, into_index=False)
            with database.reading() as session:
                (profile,) = load_needs(session, [need.id])
                (found,) = nearest_achievements(session, engine, [profile])
            assert set(found) == {one.id for one in offered}
            assert profile.vector is not None
    engine.close()
