"""Dead letters: seen, explained and sent again, on the page, over HTTP and on the command line; by administrators alone."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.cli import app
from market.achievements.models import Achievement
from market.kernel import audit, outbox
from market.kernel.actor import Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from market.kernel.paging import PageRequest
from market.listings.models import ListingStatus
from search import indexer
from search.engine import Change, ChangeResult, Outcome, SearchEngine
from tests.api.browser import Browser
from tests.factories.achievements import make_achievement
from tests.factories.parties import actor_of, make_user

_REASON = "mapper_parsing_exception: failed to parse"


@pytest.fixture
def poison(database: Database, engine: SearchEngine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Two listings that the engine has refused; by now it would take them."""
    ids = []
    with database.writing() as session:
        for title in ("枸杞热泵干燥(演示)", "滩羊冷鲜保鲜(演示)"):
            row = make_achievement(session, clock, title=title)
            outbox.put(session, Subject.ACHIEVEMENT, row.id, clock)
            ids.append(row.id)

    def refuse(changes: Sequence[Change]) -> list[ChangeResult]:
        return [ChangeResult(change, Outcome.REJECTED, _REASON) for change in changes]

    monkeypatch.setattr(engine, "apply", refuse)
    indexer.drain(database, engine, clock=clock)
    monkeypatch.undo()
    return ids


@pytest.fixture
def administrator(database: Database, clock: FixedClock) -> Actor:
    with database.writing() as session:
        return actor_of(make_user(session, clock, role=Role.ADMINISTRATOR))


def test_letter_says_what_why_and_what_to_do(
    client: TestClient, headers_of: Callable[..., dict[str, str]], poison: list[UUID]
) -> None:
    found = client.get("/v1/dead-letters", headers=headers_of(Role.ADMINISTRATOR)).json()

    assert found["total"] == 2
    letter = next(one for one in found["items"] if one["subject_id"] == str(poison[0]))
    assert letter["subject"] == "achievement"
    assert letter["title"] == "枸杞热泵干燥(演示)"
    assert (letter["reason"], letter["attempts"]) == (_REASON, 1)
    assert "修改并保存" in letter["advice"]


def test_replayed_letter_is_searchable_and_gone(
    client: TestClient,
    headers_of: Callable[..., dict[str, str]],
    poison: list[UUID],
    relay: Callable[[], None],
    database: Database,
) -> None:
    headers = headers_of(Role.ADMINISTRATOR)
    letters = client.get("/v1/dead-letters", headers=headers).json()["items"]
    chosen = next(one["id"] for one in letters if one["subject_id"] == str(poison[0]))

    answer = client.post("/v1/dead-letters/replay", json={"ids": [chosen, 2**63 - 1]}, headers=headers)
    relay()

    assert answer.json() == {"replayed": 1}
    assert [hit["id"] for hit in client.get("/v1/search").json()["hits"]] == [str(poison[0])]
    left = client.get("/v1/dead-letters", headers=headers).json()["items"]
    assert [one["subject_id"] for one in left] == [str(poison[1])]
    with database.reading() as session:
        (entry,) = audit.list_entries(session, PageRequest(), tag="dead_letter.replayed").items
    assert json.loads(entry.facts) == {"count": 1, "ids": [chosen, 2**63 - 1]}
    assert entry.actor_role == "administrator"

    assert client.post("/v1/dead-letters/replay", json={}, headers=headers).json() == {"replayed": 1}
    relay()
    assert client.get("/v1/dead-letters", headers=headers).json()["total"] == 0
    assert client.post("/v1/dead-letters/replay", json={}, headers=headers).json() == {"replayed": 0}


def test_letter_goes_by_itself_when_its_listing_is_saved_again(
    client: TestClient,
    headers_of: Callable[..., dict[str, str]],
    poison: list[UUID],
    relay: Callable[[], None],
    database: Database,
    clock: FixedClock,
) -> None:
    with database.writing() as session:
        outbox.put(session, Subject.ACHIEVEMENT, poison[0], clock)
    relay()

    left = client.get("/v1/dead-letters", headers=headers_of(Role.ADMINISTRATOR)).json()["items"]
    assert [one["subject_id"] for one in left] == [str(poison[1])]


def test_title_of_a_listing_that_has_left_the_market_is_not_shown(
    client: TestClient, headers_of: Callable[..., dict[str, str]], poison: list[UUID], database: Database
) -> None:
    with database.writing() as session:
        session.get_one(Achievement, poison[0]).status = ListingStatus.WITHDRAWN

    items = client.get("/v1/dead-letters", headers=headers_of(Role.ADMINISTRATOR)).json()["items"]

    letter = next(one for one in items if one["subject_id"] == str(poison[0]))
    assert letter["title"] is None
    assert "不在市场上" in letter["advice"]


@pytest.mark.parametrize("body", [{"ids": []}, {"ids": [0]}, {"ids": [2**63]}, {"ids": ["x"]}, {"all": True}, []])
def test_replay_of_nonsense_is_refused(
    client: TestClient, headers_of: Callable[..., dict[str, str]], body: object
) -> None:
    answer = client.post("/v1/dead-letters/replay", json=body, headers=headers_of(Role.ADMINISTRATOR))
    assert answer.status_code == 422


@pytest.mark.usefixtures("poison")
def test_page_shows_letters_and_sends_the_chosen_ones_again(
    browser_of: Callable[[Actor], Browser], administrator: Actor, relay: Callable[[], None]
) -> None:
    browser = browser_of(administrator)
    page = browser.get("/dead-letters").text
    assert "枸杞热泵干燥(演示)" in page
    assert _REASON in page
    assert 'href="/dead-letters"' in browser.get("/").text, "and the way there is on every page"
    letter_ids = re.findall(r'name="ids" value="(\d+)"', page)

    refused = browser.post("/dead-letters/replay")
    assert refused.status_code == 422
    assert "请先勾选" in refused.text

    assert browser.post("/dead-letters/replay", {"ids": letter_ids[:1]}).status_code == 303
    relay()
    assert re.findall(r'name="ids" value="(\d+)"', browser.get("/dead-letters").text) == letter_ids[1:]
    assert browser.post("/dead-letters/replay", {"all": "yes"}).status_code == 303
    relay()
    assert "没有未编入检索的记录" in browser.get("/dead-letters").text


@pytest.mark.usefixtures("poison")
def test_command_line_lists_and_replays(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("api.commands.dead_letters.SystemClock", lambda: clock)
    monkeypatch.setenv("TECHMARKET_DATABASE_URL", database.url)
    monkeypatch.setenv("TECHMARKET_DATA_DIR", str(tmp_path))
    listed = CliRunner().invoke(app, ["dead-letters"])
    assert listed.exit_code == 0
    assert "枸杞热泵干燥(演示)" in listed.output
    assert f"原因:{_REASON}" in listed.output
    first = re.findall(r"^\[(\d+)\]", listed.output, re.MULTILINE)[0]

    assert CliRunner().invoke(app, ["dead-letters", first]).exit_code == 2
    for arguments, left in ((["--replay", first], 1), (["--replay"], 0)):
        assert CliRunner().invoke(app, ["dead-letters", *arguments]).exit_code == 0
        with database.reading() as session:
            assert outbox.backlog(session)[1] == left


def test_figures_tell_how_long_the_oldest_change_waits(
    client: TestClient, database: Database, clock: FixedClock, relay: Callable[[], None]
) -> None:
    with database.writing() as session:
        outbox.put(session, Subject.ACHIEVEMENT, make_achievement(session, clock).id, clock)
    clock.instant = clock.instant.replace(minute=7)
    assert "techmarket_outbox_oldest_seconds 420.0" in client.get("/metrics").text
    assert "techmarket_pairing_waiting 0.0" in client.get("/metrics").text
    relay()
    assert "techmarket_outbox_oldest_seconds 0.0" in client.get("/metrics").text
