"""How common an offer's meaning is follows the needs of the market, though it is remembered."""

from market.needs.models import Need
from matching.embedding import upkeep
from matching.loading import load_achievements
from tests.matching.embedding.market import Recorded, post


def test_commonness_follows_a_need_that_is_told_anew(database, clock) -> None:
    needs, offered = post(database, clock, needs=2, achievements=3)
    embedder = Recorded()

    def commonness():
        upkeep.embed_all(database, embedder, clock=clock, progress=lambda *_: None)
        with database.reading() as session:
            found = load_achievements(session, [one.id for one in offered])
            again = load_achievements(session, [one.id for one in offered[:1]])
        known = {one.id: one.commonness for one in found}
        assert again[0].commonness == known[again[0].id]
        return [known[one.id] for one in offered]

    before = commonness()
    with database.writing() as session:
        row = session.get(Need, needs[0].id)
        row.title, row.version = "完全不同的事情", row.version + 1
    after = commonness()

    assert all(one != other for one, other in zip(before, after, strict=True))
