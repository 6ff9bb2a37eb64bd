"""Pairing on demand over HTTP: by the owner, his broker and officials, and by nobody else."""

from uuid import uuid4

import pytest

from market.kernel import outbox
from market.kernel.outbox import Subject
from matching.closest import ClosestSentences
from search.engine import EngineUnavailable
from tests.factories.scenes import make_scene, make_token
from tests.matching.embedding.market import Recorded


@pytest.fixture
def scene(database, clock):
    with database.writing() as session:
        scene = make_scene(session, clock)
        for subject, row in ((Subject.NEED, scene.need), (Subject.ACHIEVEMENT, scene.achievement)):
            outbox.put(session, subject, row.id, clock)
    return scene


@pytest.fixture
def headers(database, clock, scene):
    def sign_in(who: str) -> dict[str, str]:
        with database.writing() as session:
            return {"Authorization": f"Bearer {make_token(session, clock, getattr(scene, who))}"}

    return sign_in


def test_refresh_when_nobody_is_signed_in(client, scene):
    assert client.post(f"/v1/needs/{scene.need.id}/matches/refresh").status_code == 401
    assert client.post(f"/v1/achievements/{scene.achievement.id}/matches/refresh").status_code == 401


def test_refresh_when_the_listing_is_a_strangers(client, scene, headers):
    stranger = headers("stranger")
    for path in (f"/v1/needs/{scene.need.id}", f"/v1/achievements/{scene.achievement.id}"):
        answer = client.post(f"{path}/matches/refresh", headers=stranger)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_your_listing")


def test_refresh_when_there_is_no_such_listing(client, headers):
    assert client.post(f"/v1/needs/{uuid4()}/matches/refresh", headers=headers("acquirer")).status_code == 404


@pytest.mark.parametrize("who", ["acquirer", "need_broker", "official"])
def test_refresh_when_allowed_gives_scores_with_their_parts(client, scene, headers, relay, who):
    relay()

    answer = client.post(f"/v1/needs/{scene.need.id}/matches/refresh", headers=headers(who))

    assert answer.status_code == 200
    (match,) = answer.json()["items"]
    assert match["achievement"]["id"] == str(scene.achievement.id)
    assert sum(match["parts"].values()) == pytest.approx(match["score"], abs=1e-9)
    assert any("枸杞" in term for term in match["terms"])


def test_refresh_when_asked_from_the_achievement_gives_the_same_score(client, scene, headers, relay):
    relay()
    forward = client.post(f"/v1/needs/{scene.need.id}/matches/refresh", headers=headers("acquirer")).json()

    backward = client.post(
        f"/v1/achievements/{scene.achievement.id}/matches/refresh", headers=headers("provider")
    ).json()

    assert [item["score"] for item in forward["items"]] == [item["score"] for item in backward["items"]]


def test_refresh_when_the_engine_does_not_answer_says_so(client, scene, headers, relay, engine, monkeypatch):
    relay()

    def fail(_query):
        raise EngineUnavailable

    monkeypatch.setattr(engine, "search", fail)

    answer = client.post(f"/v1/needs/{scene.need.id}/matches/refresh", headers=headers("acquirer"))

    assert (answer.status_code, answer.json()["code"]) == (503, "matching_unavailable")


class TestClosest:
    """The sentences nearest in meaning: told where one pair is looked at, and never worked out for a list."""

    @pytest.fixture
    def closest(self, client, database, scene):
        recorded = Recorded()
        client.app.state.runtime.closest = ClosestSentences(lambda: recorded)
        with database.writing() as session:
            match = session.merge(scene.match)
            match.score, match.parts = 50.0, {"characters": 10.0, "meaning": 40.0}
        return recorded

    @pytest.mark.usefixtures("closest")
    def test_api_names_both_sentences_as_written(self, client, scene, headers):
        reasons = client.get(f"/v1/matches/{scene.match.id}/reasons", headers=headers("acquirer")).json()

        assert reasons["closest"]["need"] in _text_of(scene.need)
        assert reasons["closest"]["achievement"] in _text_of(scene.achievement)
        assert any(reasons["closest"]["need"] in one and "意思最接近的两句" in one for one in reasons["sentences"])

    @pytest.mark.usefixtures("closest")
    def test_page_of_one_pair_quotes_them(self, scene, browser_of):
        assert "意思最接近的两句" in browser_of(scene.acquirer).get(f"/matches/{scene.match.id}").text

    def test_page_of_a_list_embeds_nothing(self, scene, browser_of, closest):
        for path in (f"/needs/{scene.need.id}/matches", f"/achievements/{scene.achievement.id}/matches"):
            page = browser_of(scene.acquirer if "needs" in path else scene.provider).get(path)
            assert page.status_code == 200

        assert closest.asked == []


def _text_of(row):
    texts = [row.title, row.summary, *row.keywords]
    names = ("problem", "key_technology", "expected_outcome", "background", "description")
    return "\n".join([*texts, *(getattr(row, name, "") for name in names)])
