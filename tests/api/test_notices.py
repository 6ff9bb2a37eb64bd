"""The inbox of new pairs, over HTTP and as a page: from a publication to the owner on the other side."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from market.achievements.models import Achievement
from market.kernel import outbox
from market.kernel.actor import Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database, lock_row
from market.kernel.outbox import Subject
from market.needs.models import Need
from matching import service
from search import documents
from search.engine import SearchEngine
from tests.api.browser import Browser
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need
from tests.factories.parties import actor_of, make_user
from tests.factories.scenes import make_token

PROBLEM = "滩羊冷鲜肉货架期只有七天,汁液流失大,外销受限,寻求气调包装与天然抑菌保鲜剂。"


class Ranch:
    """Somebody whose need about keeping lamb fresh stands on the market before anything that fits it."""

    def __init__(self, database: Database, clock: FixedClock, relay: Callable[[], None]) -> None:
        self.database, self.clock, self.relay = database, clock, relay
        with database.writing() as session:
            self.actor = actor_of(make_user(session, clock))
            self.lister = actor_of(make_user(session, clock, role=Role.INSTITUTE))
            self.headers = {"Authorization": f"Bearer {make_token(session, clock, self.actor)}"}
            self.need: Need = make_need(
                session,
                clock,
                owner_party_id=self.actor.party_id,
                title="滩羊冷鲜肉货架期延长的气调包装",
                summary=PROBLEM,
                problem=PROBLEM,
                key_technology="",
                expected_outcome="",
            )
            outbox.put(session, Subject.NEED, self.need.id, clock)
        relay()

    def publish(self, title: str = "滩羊冷鲜肉气调包装与抑菌保鲜,延长货架期", text: str = PROBLEM) -> UUID:
        with self.database.writing() as session:
            row = make_achievement(
                session, self.clock, owner_party_id=self.lister.party_id, title=title, summary=text, description=text
            )
            outbox.put(session, Subject.ACHIEVEMENT, row.id, self.clock)
        self.relay()
        return row.id

    def rewrite(self, achievement_id: UUID, title: str, text: str) -> None:
        with self.database.writing() as session:
            row = lock_row(session, Achievement, achievement_id, "科技成果")
            row.title, row.summary, row.description = title, text, text
            session.flush()
            outbox.put(session, Subject.ACHIEVEMENT, row.id, self.clock)
        self.relay()


@pytest.fixture
def ranch(database: Database, clock: FixedClock, relay: Callable[[], None]) -> Ranch:
    return Ranch(database, clock, relay)


@pytest.fixture
def browser(ranch: Ranch, browser_of: Callable[[Actor], Browser]) -> Browser:
    with ranch.database.writing() as session:
        colleague = actor_of(make_user(session, ranch.clock, party_id=ranch.actor.party_id))
    return browser_of(colleague)


def test_owner_finds_a_new_listing_that_fits_when_it_has_become_searchable(client: TestClient, ranch: Ranch) -> None:
    assert client.get("/v1/notices", headers=ranch.headers).json()["total"] == 0
    ranch.publish()

    page = client.get("/v1/notices?unread=true", headers=ranch.headers).json()
    assert [(one["subject"], one["own"]["id"]) for one in page["items"]] == [("need", str(ranch.need.id))]
    match = client.get(f"/v1/matches/{page['items'][0]['match_id']}", headers=ranch.headers).json()
    assert match["achievement"]["id"] == page["items"][0]["other"]["id"]


def test_owner_is_left_in_peace_when_what_is_published_fits_badly(client: TestClient, ranch: Ranch) -> None:
    ranch.publish("园区门禁与考勤软件", "面向园区的门禁管理。")

    assert client.get("/v1/notices", headers=ranch.headers).json()["total"] == 0


def test_reading_one_and_reading_all_over_http(
    client: TestClient, ranch: Ranch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "NOTICE_SCORE", 1.0)  # what is told of is not the question here
    for number in range(3):
        ranch.clock.advance(timedelta(seconds=1))
        ranch.publish(f"滩羊冷鲜肉气调包装与抑菌保鲜,延长货架期,第{number}代")
    items = client.get("/v1/notices", headers=ranch.headers).json()["items"]
    assert len(items) == 3

    path, key = f"/v1/notices/{items[2]['id']}/read", {"Idempotency-Key": "k-1"}
    first, again = (client.post(path, headers=ranch.headers | key) for _ in range(2))
    assert (first.status_code, first.json()["read_at"] is None, again.content) == (200, False, first.content)
    rest = client.post("/v1/notices/read", headers=ranch.headers, json={"up_to": items[1]["created_at"]})
    assert rest.json() == {"read": 1}
    assert client.post("/v1/notices/read", headers=ranch.headers).json() == {"read": 1}
    assert client.get("/v1/notices?unread=true", headers=ranch.headers).json()["total"] == 0


def test_malformed_questions_are_told_what_is_wrong(client: TestClient, ranch: Ranch) -> None:
    for answer in (
        client.get("/v1/notices?unread=vielleicht", headers=ranch.headers),
        client.post("/v1/notices/not-an-id/read", headers=ranch.headers),
        client.post("/v1/notices/read", headers=ranch.headers, json={"up_to": "2026-04-08T10:00:00"}),
        client.post("/v1/notices/read", headers=ranch.headers, json={"up_to": "0001-01-01T00:00:00+14:00"}),
        client.post("/v1/notices/read", headers=ranch.headers, json={"all": True}),
    ):
        assert answer.status_code == 422, answer.text
    assert client.get("/v1/notices").status_code == 401


def test_header_and_inbox_tell_of_new_pairs_until_they_are_read(ranch: Ranch, browser: Browser) -> None:
    assert "条新推荐" not in browser.get("/").text
    ranch.publish()
    assert "1 条新推荐" in browser.get("/").text
    inbox = browser.get("/inbox").text
    assert "滩羊冷鲜肉气调包装与抑菌保鲜" in inbox
    notice = inbox.split('action="/inbox/notices/')[2].split("/read")[0]  # the first one marks all

    answer = browser.post(f"/inbox/notices/{notice}/read")

    assert (answer.status_code, answer.headers["location"].startswith("/matches/")) == (303, True)
    assert "条新推荐" not in browser.get("/").text
    assert browser.get("/inbox/notices").status_code == 200


def test_inbox_is_silent_again_when_what_it_told_of_is_rewritten(
    client: TestClient, ranch: Ranch, browser: Browser
) -> None:
    achievement_id = ranch.publish()
    assert "1 条新推荐" in browser.get("/").text

    ranch.rewrite(achievement_id, "牧草青贮打捆包装机", "青贮饲料打捆与包装一体机。")

    # it still stands in the list, where it fits a little
    found = client.get(f"/v1/needs/{ranch.need.id}/matches", headers=ranch.headers).json()["items"]
    assert [one["achievement"]["id"] for one in found] == [str(achievement_id)]
    assert client.get("/v1/notices", headers=ranch.headers).json()["total"] == 0
    assert "条新推荐" not in browser.get("/").text
    for path in ("/inbox", "/inbox/notices"):
        assert "牧草青贮" not in browser.get(path).text


def test_everything_is_read_at_one_click(ranch: Ranch, browser: Browser) -> None:
    ranch.publish()
    seen = browser.get("/inbox").text.split('name="up_to" value="')[1].split('"')[0]

    assert browser.post("/inbox/notices/read", {"up_to": seen}).headers["location"] == "/inbox?notice=notices_read"

    assert "条新推荐" not in browser.get("/inbox").text


def test_own_wish_to_compute_tells_only_the_other_side(client: TestClient, ranch: Ranch, engine: SearchEngine) -> None:
    with ranch.database.writing() as session:
        row = make_achievement(
            session, ranch.clock, owner_party_id=ranch.lister.party_id, title=ranch.need.title, summary=PROBLEM
        )
        other = {"Authorization": f"Bearer {make_token(session, ranch.clock, ranch.lister)}"}
    engine.apply([documents.from_achievement(row, ())])

    assert client.post(f"/v1/needs/{ranch.need.id}/matches/refresh", headers=ranch.headers).json()["total"] == 1

    assert client.get("/v1/notices", headers=ranch.headers).json()["total"] == 0
    assert client.get("/v1/notices", headers=other).json()["total"] == 1
