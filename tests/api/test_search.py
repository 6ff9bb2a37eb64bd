"""Searching over HTTP: open to anyone, prices to members only, bad questions refused in words."""

from decimal import Decimal

import pytest
from fastapi.testclient import TestClient

from market.kernel import outbox
from market.kernel.actor import Role
from market.kernel.outbox import Subject
from search.engine import EngineUnavailable
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need
from tests.factories.parties import PASSWORD, make_user


@pytest.fixture
def listed(database, clock, relay):
    with database.writing() as session:
        achievement = make_achievement(
            session, clock, title="枸杞鲜果冻干", description="采用量子陀螺分选", asking_price_cny=Decimal("800.00")
        )
        need = make_need(session, clock, title="枸杞分级设备")
        outbox.put(session, Subject.ACHIEVEMENT, achievement.id, clock)
        outbox.put(session, Subject.NEED, need.id, clock)
    relay()
    return achievement, need


@pytest.fixture
def member(client, database, clock):
    with database.writing() as session:
        login = make_user(session, clock, role=Role.ENTERPRISE).login
    token = client.post("/v1/sessions", json={"login": login, "password": PASSWORD}).json()["token"]
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.usefixtures("listed")
def test_anyone_finds_what_the_relay_has_indexed(client: TestClient):
    answer = client.get("/v1/search", params={"q": "枸杞", "kind": "achievement"})
    assert answer.status_code == 200
    body = answer.json()
    assert [hit["title"] for hit in body["hits"]] == ["枸杞鲜果冻干"]
    assert body["hits"][0]["title_spans"] == [[0, 2]]
    assert body["facets"]["kind"] == [{"code": "achievement", "label": "科技成果", "parent": None, "count": 1}]
    assert body["degraded"] is False


@pytest.mark.usefixtures("listed")
def test_pages_follow_the_cursor(client: TestClient):
    first = client.get("/v1/search", params={"q": "枸杞", "size": 1}).json()
    second = client.get("/v1/search", params={"q": "枸杞", "size": 1, "cursor": first["next_cursor"]}).json()
    assert {first["hits"][0]["id"], second["hits"][0]["id"]} == {
        hit["id"] for hit in client.get("/v1/search", params={"q": "枸杞"}).json()["hits"]
    }


@pytest.mark.usefixtures("listed")
def test_member_text_and_prices_need_a_sign_in(client: TestClient, member):
    assert client.get("/v1/search", params={"q": "量子陀螺"}).json()["total"] == 0
    assert client.get("/v1/search", params={"q": "量子陀螺"}, headers=member).json()["total"] == 1
    for params in ({"sort": "price_low"}, {"price_max_cny": "900"}):
        refused = client.get("/v1/search", params=params)
        assert refused.status_code == 401
        assert refused.headers["content-type"].startswith("application/problem+json")
        assert client.get("/v1/search", params=params, headers=member).status_code == 200


@pytest.mark.parametrize(
    "params",
    [
        {"cursor": "nonsense"},
        {"sort": "cheapest"},
        {"size": "0"},
        {"size": "101"},
        {"min_trl": "10"},
        {"price_max_cny": "-1"},
        {"q": "a\x00b"},
        {"q": "枸" * 201},
        {"unknown": "1"},
    ],
)
def test_bad_questions_are_refused(client: TestClient, member, params):
    answer = client.get("/v1/search", params=params, headers=member)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_odd_but_valid_questions_are_answered(client: TestClient):
    for q in ("", " ", "%", "的", "\\", "'\"", "AND OR NOT", "title:*", "🙂", "a" * 200):
        assert client.get("/v1/search", params={"q": q}).status_code == 200
        assert client.get("/v1/suggestions", params={"q": q}).status_code == 200


@pytest.mark.usefixtures("listed")
def test_suggestions_complete_what_is_typed(client: TestClient):
    body = client.get("/v1/suggestions", params={"q": "枸"}).json()
    assert body["words"] == ["枸杞", "枸杞鲜果"]
    assert set(body["titles"]) == {"枸杞鲜果冻干", "枸杞分级设备"}


@pytest.mark.usefixtures("listed")
def test_without_the_engine_search_still_answers_and_says_so(client: TestClient, engine, monkeypatch):
    def down(_query):
        raise EngineUnavailable("down")

    monkeypatch.setattr(engine, "search", down)
    body = client.get("/v1/search", params={"q": "枸杞"}).json()
    assert body["degraded"] is True
    assert body["total"] == 2
