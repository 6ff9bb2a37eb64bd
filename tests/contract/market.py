"""One journey's rows and everybody who may knock at them: the ground that the contract's tests stand on."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from fastapi.testclient import TestClient

from market.kernel.actor import Role
from market.kernel.clock import Clock
from market.kernel.db import Database, all_tables
from market.kernel.outbox import Subject
from market.matches import notices
from market.matches.notices import NoticePolicy
from market.matches.schemas import ComputedMatch
from tests.factories.parties import make_credit_code
from tests.flows.journey import NEED, Journey
from tests.flows.people import PASSWORD, Person, _user, settle, sign_in

OTHER_OFFICE = "640201"
_BOOKKEEPING = frozenset({"sign_in"})
PROJECT = {
    "year": 2026,
    "title": "枸杞冻干粉中试转化项目(演示)",
    "region_code": "640104",
    "field_code": "09",
    "total_investment_cny": "8000000.00",
    "public_funding_cny": "2000000.00",
    "starts_on": "2026-03-01",
    "due_on": "2027-12-31",
    "milestones": [{"title": "完成三批中试(演示)", "stage": "sample", "due_on": "2026-09-30"}],
}


@dataclass(frozen=True)
class Market:
    """The actors by name (anonymous is None) and one real id for each path parameter."""

    client: TestClient
    database: Database
    journey: Journey
    actors: dict[str, Person | None]
    ids: dict[str, str]


def examples(default: int) -> int:
    """How many examples a generating test tries: TECHMARKET_TEST_EXAMPLES raises it for the long run."""
    return max(default, int(os.environ.get("TECHMARKET_TEST_EXAMPLES", "0")))


def open_market(client: TestClient, database: Database, clock: Clock, relay: Callable[[], None]) -> Market:
    """Walk one journey to its registered contract and let the people of every column of the matrix sign in."""
    people = settle(client, database, clock)
    journey = Journey(people, relay)
    journey.walk()
    idle = _idle_broker(people.administrator, people.parties["stranger"])
    elsewhere = _user(people.administrator, "official-elsewhere", Role.OFFICIAL, office_code=OTHER_OFFICE)
    project = people.official.post("/v1/projects", {**PROJECT, "enterprise_party_id": people.parties["enterprise"]})
    assert project.status_code == 201, project.text
    actors = {
        "anonymous": None,
        "owner": people.enterprise,
        "stranger": people.stranger,
        "institute": people.institute,
        "broker": people.broker,
        "idle": idle,
        "official": people.official,
        "elsewhere": elsewhere,
        "administrator": people.administrator,
    }
    ids = {f"{noun}_id": journey.ids[noun] for noun in ("achievement", "need", "match", "deal", "contract")}
    ids |= {
        "notice_id": _notice_of_need(database, clock, journey.ids),
        "party_id": people.parties["enterprise"],
        "user_id": people.stranger.get("/v1/me").json()["user"]["id"],
        "broker_id": people.broker_id,
        "project_id": project.json()["id"],
    }
    return Market(client, database, journey, actors, ids)


def _notice_of_need(database: Database, clock: Clock, ids: Mapping[str, str]) -> str:
    """The notice of the journey's pair to the need's owner; written here unless the pairing thought well enough of the pair."""
    need_id, achievement_id = UUID(ids["need"]), UUID(ids["achievement"])
    with database.writing() as session:
        notices.write_notices(session, [ComputedMatch(need_id, achievement_id, 100.0)], {}, NoticePolicy(0.0), clock)
        table = all_tables().tables["notice"]
        of_pair = (table.c.need_id == need_id, table.c.achievement_id == achievement_id)
        return str(session.execute(sa.select(table.c.id).where(*of_pair, table.c.subject == Subject.NEED)).scalar_one())


def _idle_broker(administrator: Person, party_id: str) -> Person:
    broker = _user(administrator, "broker-idle", Role.BROKER, party_id=party_id)
    body = {"user_id": broker.get("/v1/me").json()["user"]["id"], "qualification_code": "junior"}
    profile = administrator.post("/v1/brokers", body)
    assert profile.status_code == 201, profile.text
    return sign_in(administrator.client, "broker-idle")


def row_counts(database: Database) -> dict[str, int]:
    """The number of rows of every table, except the bookkeeping of sign-ins."""
    with database.reading() as session:
        return {
            table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in all_tables().sorted_tables
            if table.name not in _BOOKKEEPING
        }


__all__ = ["NEED", "PASSWORD", "Market", "examples", "make_credit_code", "open_market", "row_counts"]
