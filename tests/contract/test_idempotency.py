"""Retrying is safe: any schedule of repeated requests has one effect per key and gives the same answer each time."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import Session, col, func, select

from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.idempotency import IdempotencyRecord
from market.needs.models import Need
from tests.contract.market import examples
from tests.flows.journey import NEED
from tests.flows.people import PASSWORD, People, Person, settle

_IN_PROGRESS = 409
_PATIENCE = 20


@dataclass(frozen=True)
class Attempt:
    """One request of a schedule: who sends it, under which key, and how many twins leave at the same moment."""

    is_other_actor: bool
    key: int
    twins: int


_ATTEMPTS = st.lists(
    st.builds(Attempt, st.booleans(), st.integers(0, 3), st.sampled_from([1, 1, 1, 1, 1, 1, 1, 2, 3])),
    min_size=1,
    max_size=7,
)


@pytest.fixture(scope="module")
def people(client: TestClient, database: Database, clock: FixedClock) -> People:
    return settle(client, database, clock)


def _body(number: int) -> dict:
    return {"title": f"重试演练需求 {number}(演示)", "field_code": "09"}


def _post(person: Person, key: str, body: object) -> Response:
    """One request, retried as a client should while its twin is at work."""
    for _ in range(_PATIENCE):
        answer = person.post("/v1/needs", body, key=key)
        if answer.status_code != _IN_PROGRESS or answer.json()["code"] != "idempotency_in_progress":
            return answer
    raise AssertionError("the twin never came to an end")


def _send(person: Person, key: str, body: object, twins: int) -> Sequence[Response]:
    if twins == 1:
        return [_post(person, key, body)]
    with ThreadPoolExecutor(twins) as pool:
        return list(pool.map(lambda _: _post(person, key, body), range(twins)))


def _needs(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Need)).one()


@pytest.mark.slow
def test_any_schedule_of_retries_has_one_effect_for_each_key(people: People, database: Database) -> None:
    @given(attempts=_ATTEMPTS)
    @hypothesis_settings(
        max_examples=examples(100),
        deadline=None,
        database=None,
        derandomize="TECHMARKET_TEST_EXAMPLES" not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    def follow(attempts: list[Attempt]) -> None:
        run = uuid4().hex
        answers: dict[tuple[bool, int], set[bytes]] = {}
        with database.reading() as session:
            before = _needs(session)

        for attempt in attempts:
            person = people.stranger if attempt.is_other_actor else people.enterprise
            for answer in _send(person, f"{run}-{attempt.key}", _body(attempt.key), attempt.twins):
                assert answer.status_code == 201, answer.text
                answers.setdefault((attempt.is_other_actor, attempt.key), set()).add(answer.content)

        with database.reading() as session:
            assert _needs(session) - before == len(answers), "one effect for each actor and key"
        assert all(len(contents) == 1 for contents in answers.values()), "the same answer, byte for byte"
        assert len(set().union(*answers.values())) == len(answers), "nobody gets another's answer"

    follow()


def test_key_is_refused_for_another_body(people: People, database: Database) -> None:
    first = people.enterprise.post("/v1/needs", _body(1), key="one-key")
    with database.reading() as session:
        before = _needs(session)

    other = people.enterprise.post("/v1/needs", _body(2), key="one-key")

    assert (first.status_code, other.status_code) == (201, 422)
    assert other.json()["code"] == "idempotency_key_reused"
    with database.reading() as session:
        assert _needs(session) == before


def test_same_key_on_another_route_is_another_request(people: People) -> None:
    first = people.enterprise.post("/v1/needs", NEED, key="shared")
    need = first.json()["id"]

    submitted = people.enterprise.post(f"/v1/needs/{need}/submit", None, key="shared")

    assert submitted.status_code == 200, submitted.text
    assert submitted.json()["status"] != first.json()["status"]


def test_refused_request_keeps_its_key_free(people: People) -> None:
    refused = people.enterprise.post("/v1/needs", {"title": "缺领域(演示)"}, key="second-try")

    mended = people.enterprise.post("/v1/needs", _body(1), key="second-try")

    assert (refused.status_code, mended.status_code) == (422, 201)


def test_password_is_no_part_of_what_is_kept(people: People, database: Database) -> None:
    body = {
        "login": "kept-user",
        "password": PASSWORD,
        "display_name": "留存检查(演示)",
        "role": "official",
        "office_code": "640102",
    }
    first = people.administrator.post("/v1/users", body, key="new-user")

    again = people.administrator.post("/v1/users", body | {"password": "another lantern 48"}, key="new-user")
    other = people.administrator.post("/v1/users", body | {"login": "other-user"}, key="new-user")

    assert first.status_code == 201, first.text
    assert again.content == first.content, "the password does not enter the digest"
    assert other.status_code == 422, "everything else does"
    with database.reading() as session:
        kept = session.exec(select(IdempotencyRecord).where(col(IdempotencyRecord.key) == "new-user")).one()
        assert PASSWORD not in kept.body.decode()
        assert "password" not in json.loads(kept.body)


def test_sign_in_ignores_keys_so_that_no_token_is_kept(people: People, database: Database) -> None:
    body = {"login": "official-one", "password": PASSWORD}

    tokens = [people.official.post("/v1/sessions", body, key="sign-in").json()["token"] for _ in range(2)]

    assert tokens[0] != tokens[1]
    with database.reading() as session:
        keys = session.exec(select(IdempotencyRecord.key)).all()
    assert "sign-in" not in keys
