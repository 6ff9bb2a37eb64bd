"""Signing in and out over HTTP."""

from datetime import timedelta

import pytest
from sqlmodel import select

from market.kernel.actor import Role
from market.parties.models import User
from tests.factories.parties import PASSWORD, make_user


@pytest.fixture
def login(database, clock):
    with database.writing() as session:
        return make_user(session, clock).login


def sign_in(client, login, password=PASSWORD):
    return client.post("/v1/sessions", json={"login": login, "password": password})


def bearer(answer):
    return {"Authorization": f"Bearer {answer.json()['token']}"}


class TestSignIn:
    def test_gives_a_token_that_opens_my_account(self, client, login):
        answer = sign_in(client, login)
        me = client.get("/v1/me", headers=bearer(answer))

        assert answer.status_code == 201
        assert me.status_code == 200
        assert me.json()["user"]["login"] == login
        assert me.json()["party"]["id"] == me.json()["user"]["party_id"]
        assert "post_need" in me.json()["permissions"]
        assert "password" not in answer.text

    def test_fails_with_401_and_says_nothing_about_whether_the_login_exists(self, client, login):
        wrong, unknown = sign_in(client, login, "wrong"), sign_in(client, "nobody", "wrong")

        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()
        assert wrong.json()["code"] == "sign_in_failed"

    def test_is_locked_with_retry_after_when_failed_five_times(self, client, login, clock):
        for _ in range(5):
            assert sign_in(client, login, "wrong").status_code == 401

        locked = sign_in(client, login)
        clock.advance(timedelta(minutes=15))

        assert locked.status_code == 429
        assert locked.headers["Retry-After"] == "900"
        assert sign_in(client, login).status_code == 201

    @pytest.mark.parametrize(
        "body",
        [{}, {"login": "a"}, {"login": "a", "password": "b", "role": "administrator"}, {"login": "a\u0000", "password": "b"},
         {"login": 1, "password": []}, {"login": "a", "password": "x" * 201}],
    )  # fmt: skip
    def test_is_refused_with_422_when_malformed(self, client, body):
        answer = client.post("/v1/sessions", json=body)

        assert answer.status_code == 422
        assert answer.json()["errors"]


class TestEnd:
    def test_makes_the_token_worthless(self, client, login):
        headers = bearer(sign_in(client, login))

        assert client.delete("/v1/sessions/current", headers=headers).status_code == 204
        assert client.get("/v1/me", headers=headers).status_code == 401
        assert client.delete("/v1/sessions/current", headers=headers).status_code == 401

    def test_comes_with_idleness_but_not_while_only_reading(self, client, login, clock):
        headers = bearer(sign_in(client, login))
        for _ in range(3):
            clock.advance(timedelta(minutes=100))
            assert client.get("/v1/me", headers=headers).status_code == 200

        clock.advance(timedelta(minutes=120))

        assert client.get("/v1/me", headers=headers).status_code == 401

    def test_comes_with_a_new_password(self, client, login):
        headers = bearer(sign_in(client, login))
        body = {"current_password": PASSWORD, "new_password": "another good phrase"}

        assert client.post("/v1/me/password", json=body, headers=headers).status_code == 204
        assert client.get("/v1/me", headers=headers).status_code == 401
        assert sign_in(client, login).status_code == 401
        assert sign_in(client, login, "another good phrase").status_code == 201

    def test_comes_when_an_administrator_closes_the_account(self, client, database, clock, login):
        with database.writing() as session:
            administrator = make_user(session, clock, role=Role.ADMINISTRATOR).login
            user_id = session.exec(select(User.id).where(User.login == login)).one()
        headers = bearer(sign_in(client, login))

        answer = client.patch(
            f"/v1/users/{user_id}", json={"is_active": False}, headers=bearer(sign_in(client, administrator))
        )

        assert answer.status_code == 200
        assert client.get("/v1/me", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/me"), ("DELETE", "/v1/sessions/current"), ("POST", "/v1/me/password")]
)
def test_asks_to_sign_in_when_nobody_is_signed_in(client, method, path):
    assert client.request(method, path, json=None if method != "POST" else {"current_password": "a", "new_password": "b"}).status_code == 401  # fmt: skip
