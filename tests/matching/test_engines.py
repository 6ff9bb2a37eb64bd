"""One ranking, whichever engine finds the candidates: the same pairs with the same scores in every part, by words, vectors and figures."""

from dataclasses import replace
from decimal import Decimal

import pytest

from matching import candidates, loading, service
from matching.embedding import upkeep
from matching.explanation import PART_LABELS
from matching.learning.examples import LEARNED_PART
from matching.learning.ranker import Ranker
from matching.training.clusters import held_out_clusters
from matching.weights import MODEL_VERSION, weights
from search import indexer
from search.engine import MeaningEngine
from search.tantivy_engine import TantivyEngine
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need
from tests.search.conftest import elasticsearch_engine

FIELDS = ("03", "05", "07")
FEW = replace(weights(), candidates=16, candidates_by_meaning=6)
"""Fewer than there are achievements, so that it matters which ones an engine finds."""
RANKER = Ranker(1, MODEL_VERSION, ("characters", "meaning"), (0.2, 0.3), (20.0, 10.0))


@pytest.fixture
def market(database, clock, embedder):
    """Clusters that no weights were trained on, with conditions dealt out among them, and every vector."""
    needs, achievements = [], []
    with database.writing() as session:
        for number, case in enumerate(case for cluster in held_out_clusters()[:3] for case in cluster):
            common = {"field_code": FIELDS[number % 3], "summary": "", "keywords": []}
            needs.append(
                make_need(
                    session,
                    clock,
                    title=case.need.title,
                    problem=case.need.body,
                    **common,
                    key_technology="",
                    expected_outcome="",
                    min_trl=6,
                    transfer_ways=["licence", "joint_implementation"],
                    budget_max_cny=Decimal("800000.00"),
                ).id
            )
            for place, text in enumerate(case.documents.values()):
                values = {"title": text.title, "description": text.body, "trl": 5 + place}
                price = Decimal("500000.00") if place else None
                achievements.append(make_achievement(session, clock, **common | values, asking_price_cny=price).id)
    upkeep.embed_all(database, embedder, clock=clock, progress=lambda *_: None, into_index=True)
    return needs, achievements


@pytest.fixture
def engines(database, clock, market, elasticsearch_url, tmp_path):
    """Both engines with the whole market in their indices."""
    assert all(market), "it stands there before it is indexed"
    embedded = TantivyEngine(tmp_path / "index")
    with elasticsearch_engine(elasticsearch_url) as cluster:
        for engine in (embedded, cluster):
            engine.prepare()
            indexer.rebuild(database, engine, clock=clock, progress=lambda _: None)
        yield embedded, cluster
    embedded.close()


def ranked(database, engine, rank, ids, clock):
    with database.reading() as session:
        return {
            one: [
                (pair.need.id, pair.achievement.id, pair.score, pair.parts, pair.terms)
                for pair in rank(session, engine, one, clock=clock, size=service.SHOWN)
            ]
            for one in ids
        }


@pytest.mark.slow
def test_rankings_on_both_engines_are_the_same_with_every_part(database, clock, market, engines, monkeypatch) -> None:
    needs, achievements = market
    embedded, cluster = engines
    monkeypatch.setattr(service, "current_ranker", lambda _session: RANKER)
    for module in (candidates, loading):
        monkeypatch.setattr(module, "weights", lambda: FEW)
    assert isinstance(cluster, MeaningEngine)
    assert not isinstance(embedded, MeaningEngine)

    ours = ranked(database, embedded, service.rank_for_need, needs, clock)

    assert ours == ranked(database, cluster, service.rank_for_need, needs, clock)
    some = achievements[::4]
    back = ranked(database, embedded, service.rank_for_achievement, some, clock)
    assert back == ranked(database, cluster, service.rank_for_achievement, some, clock)
    used = {name for pairs in ours.values() for *_, parts, _ in pairs for name, value in parts.items() if value}
    assert used >= set(PART_LABELS) - {"kind"}
    assert LEARNED_PART in used
