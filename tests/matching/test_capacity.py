"""How busy an institute is: from what everybody reads on its listings, and from nothing else."""

import pytest

from market.listings.models import ListingStatus
from market.parties.models import Party
from matching import service
from matching.explanation import Around, explain
from matching.reading import explanations_of
from tests.factories.achievements import make_achievement
from tests.factories.listings import make_owner
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.matching.market import index, open_engine

TITLE = "废砂浆碳化硅微粉分离提纯"


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(tmp_path / "index")
    yield engine
    engine.close()


def busy_with(session, clock, owner, count, **fields) -> None:
    for _ in range(count):
        make_achievement(
            session, clock, owner_party_id=owner.id, title="冷库保温板", status=ListingStatus.IN_TALKS, **fields
        )


def ranked(session, clock, engine, **fields):
    """Two institutes offer the same; one leads twelve talks. The parts that capacity brought, by owner, in order of place."""
    need = make_need(session, clock, title=TITLE)
    busy, free = make_owner(session, clock), make_owner(session, clock)
    busy_with(session, clock, busy, 12, **fields)
    offers = [make_achievement(session, clock, owner_party_id=one.id, title=TITLE) for one in (busy, free)]
    index(engine, need, *offers)
    pairs = service.rank_for_need(session, engine, need.id, clock=clock)
    names = {offers[0].id: "busy", offers[1].id: "free"}
    return {names[pair.achievement.id]: pair.parts["capacity"] for pair in pairs}


def test_equal_offers_when_one_institute_leads_many_talks_the_other_comes_first(session, clock, engine):
    parts = ranked(session, clock, engine)

    assert list(parts) == ["free", "busy"]
    assert parts["busy"] == pytest.approx(parts["free"] * 10 / 22, abs=1e-3)


def test_capacity_when_members_may_not_read_whose_talks_they_are_counts_none(session, clock, engine):
    parts = ranked(session, clock, engine, disclosure={"owner": "consent"})

    assert parts["busy"] == parts["free"] > 0


def test_capacity_when_members_may_not_read_whose_offer_it_is_says_nothing(session, clock, engine):
    need = make_need(session, clock, title=TITLE)
    offer = make_achievement(session, clock, title=TITLE, disclosure={"owner": "consent"})
    index(engine, need, offer)

    (pair,) = service.rank_for_need(session, engine, need.id, clock=clock)

    assert pair.parts["capacity"] == 0


@pytest.mark.parametrize(("disclosure", "is_told"), [({}, True), ({"owner": "consent"}, False)])
def test_reasons_when_the_institute_leads_talks_tell_so_to_who_may_know_it(session, clock, disclosure, is_told):
    need = make_need(session, clock)
    offer = make_achievement(session, clock, disclosure=disclosure)
    match = make_match(session, clock, need=need, achievement=offer)

    text = "".join(explain(match, need, offer, around=Around(talks=3)).sentences)

    assert ("现有 3 项成果正在洽谈" in text) is is_told


def test_reasons_when_they_are_read_count_the_talks_of_the_institute(session, clock):
    offer = make_achievement(session, clock)
    busy_with(session, clock, session.get_one(Party, offer.owner_party_id), 2)
    busy_with(session, clock, make_owner(session, clock), 1)
    match = make_match(session, clock, achievement=offer)

    text = "".join(explanations_of(session, [match.id])[match.id].sentences)

    assert "现有 2 项成果正在洽谈" in text
