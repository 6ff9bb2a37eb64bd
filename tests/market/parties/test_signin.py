"""Signing in: what counts, what locks, what ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from market.kernel.actor import SYSTEM, Role
from market.kernel.errors import TooManyAttempts, Unauthenticated
from market.parties import passwords, service, signin
from market.parties.models import SignIn, User
from market.parties.schemas import ChangePassword, SignInCommand, UserEdit
from tests.factories.parties import PASSWORD, actor_of, make_broker, make_user

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=2)


def attempt(session, clock, login, password=PASSWORD):
    return signin.sign_in(session, SignInCommand(login=login, password=password), clock=clock, lifetime=LIFETIME)


def resolve(session, clock, token):
    return signin.resolve_actor(session, token, clock=clock, idle=IDLE)


class TestSignIn:
    def test_gives_a_token_for_the_actor_when_the_password_is_right(self, session, clock):
        user = make_user(session, clock, role=Role.OFFICIAL)

        result = attempt(session, clock, user.login.upper())

        assert result.error is None
        assert resolve(session, clock, result.token) == actor_of(user)

    def test_keeps_no_token_and_no_password_in_the_database(self, session, clock):
        user = make_user(session, clock)
        result = attempt(session, clock, user.login)

        assert result.token not in str(session.exec(select(SignIn)).one().model_dump())
        assert PASSWORD not in str(user.model_dump())

    @pytest.mark.parametrize("case", ["unknown", "wrong", "disabled"])
    def test_fails_alike_when_unknown_wrong_or_disabled(self, session, clock, case):
        user = make_user(session, clock, is_active=case != "disabled")

        result = attempt(
            session, clock, "nobody" if case == "unknown" else user.login, "wrong" if case == "wrong" else PASSWORD
        )

        assert isinstance(result.error, Unauthenticated)
        assert result.error.code == "sign_in_failed"
        assert (result.token, result.user) == (None, None)

    def test_works_as_hard_for_an_unknown_login(self, session, clock, monkeypatch):
        calls = []
        monkeypatch.setattr(passwords, "verify_password", lambda *_: calls.append(1) or False)
        user = make_user(session, clock)

        attempt(session, clock, user.login)
        attempt(session, clock, "nobody")

        assert len(calls) == 2

    @pytest.mark.parametrize("text", ["", "x" * 41, "王小明", "a\\b'--"])
    def test_fails_calmly_when_the_login_is_odd(self, session, clock, text):
        assert isinstance(attempt(session, clock, text, "任意" * 50).error, Unauthenticated)

    def test_guesses_at_a_stolen_hash_cost_what_owasp_asks(self, hasher_of_the_program):
        assert hasher_of_the_program.hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")

    def test_makes_an_outdated_hash_anew(self, session, clock):
        weak = passwords.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
        user = make_user(session, clock, password_hash=weak)

        assert attempt(session, clock, user.login).error is None
        assert not passwords.is_outdated(user.password_hash)


class TestLock:
    def test_falls_after_five_failures_and_lifts_after_fifteen_minutes(self, session, clock):
        user = make_user(session, clock)
        for _ in range(5):
            assert isinstance(attempt(session, clock, user.login, "wrong").error, Unauthenticated)

        locked = attempt(session, clock, user.login)
        clock.advance(timedelta(minutes=15))

        assert isinstance(locked.error, TooManyAttempts)
        assert locked.error.retry_after_seconds == 15 * 60
        assert attempt(session, clock, user.login).error is None

    def test_does_not_fall_when_a_success_lies_between(self, session, clock):
        user = make_user(session, clock)
        for password in [*["wrong"] * 4, PASSWORD] * 2:
            attempt(session, clock, user.login, password)

        assert attempt(session, clock, user.login).error is None

    def test_lets_no_more_than_five_guesses_through_when_they_come_at_once(self, database, clock):
        with database.writing() as session:
            login = make_user(session, clock).login

        def guess(_):
            with database.writing() as session:
                return attempt(session, clock, login, "wrong").error.code

        with ThreadPoolExecutor(8) as pool:
            codes = list(pool.map(guess, range(12)))

        assert sorted(codes) == ["account_locked"] * 7 + ["sign_in_failed"] * 5

    def test_is_lifted_when_an_administrator_gives_a_new_password(self, session, clock):
        user = make_user(session, clock)
        for _ in range(5):
            attempt(session, clock, user.login, "wrong")

        service.edit_user(session, SYSTEM, user.id, UserEdit(password="another good phrase"), clock=clock)

        assert attempt(session, clock, user.login, "another good phrase").error is None


class TestEnd:
    def test_comes_with_the_lifetime_however_much_it_is_used(self, session, clock):
        token = attempt(session, clock, make_user(session, clock).login).token
        for _ in range(12):
            assert resolve(session, clock, token) is not None
            clock.advance(timedelta(hours=1))
            signin.touch(session, token, clock=clock)

        assert resolve(session, clock, token) is None

    def test_comes_with_idleness_unless_touched(self, session, clock):
        token = attempt(session, clock, make_user(session, clock).login).token
        clock.advance(timedelta(minutes=119))
        assert signin.needs_touch(session, token, clock=clock)
        signin.touch(session, token, clock=clock)
        assert not signin.needs_touch(session, token, clock=clock)

        clock.advance(timedelta(minutes=119))
        still = resolve(session, clock, token)
        clock.advance(timedelta(minutes=1))

        assert still is not None
        assert resolve(session, clock, token) is None

    def test_comes_with_signing_out_of_this_token_alone(self, session, clock):
        user = make_user(session, clock)
        first, second = (attempt(session, clock, user.login).token for _ in range(2))

        signin.sign_out(session, first, clock=clock)
        signin.sign_out(session, first, clock=clock)
        signin.sign_out(session, "unknown", clock=clock)

        assert resolve(session, clock, first) is None
        assert resolve(session, clock, second) is not None

    @pytest.mark.parametrize(
        "change",
        [{"is_active": False}, {"role": Role.ADMINISTRATOR, "party_id": None}, {"password": "another good phrase"}],
    )
    def test_comes_at_once_when_rights_or_password_change(self, session, clock, change):
        user = make_user(session, clock)
        token = attempt(session, clock, user.login).token

        service.edit_user(session, SYSTEM, user.id, UserEdit(**change), clock=clock)

        assert resolve(session, clock, token) is None

    def test_does_not_come_when_only_the_name_changes(self, session, clock):
        user = make_user(session, clock)
        token = attempt(session, clock, user.login).token

        service.edit_user(session, SYSTEM, user.id, UserEdit(display_name="新名字"), clock=clock)

        assert resolve(session, clock, token).name == "新名字"

    def test_comes_when_users_change_their_own_password(self, session, clock):
        user = make_user(session, clock)
        token = attempt(session, clock, user.login).token
        command = ChangePassword(current_password=PASSWORD, new_password="another good phrase")

        service.change_password(session, actor_of(user), command, clock=clock)

        assert resolve(session, clock, token) is None
        assert attempt(session, clock, user.login, "another good phrase").error is None

    def test_leaves_nothing_behind_after_a_month(self, session, clock):
        user = make_user(session, clock)
        attempt(session, clock, user.login)
        clock.advance(LIFETIME + timedelta(days=30, seconds=1))

        assert signin.purge_sign_ins(session, clock=clock) == 1
        assert signin.purge_sign_ins(session, clock=clock) == 0
        assert session.get(User, user.id) is not None


@pytest.mark.parametrize("token", ["", "x", "令牌", "\x00", "\ud800"])
def test_any_other_token_stands_for_nobody(session, clock, token):
    assert resolve(session, clock, token) is None


def test_a_broker_acts_with_the_profile_while_it_is_active(session, clock):
    broker = make_broker(session, clock)
    user = session.get(User, broker.user_id)
    token = attempt(session, clock, user.login).token
    before = resolve(session, clock, token).broker_id

    broker.is_active = False
    session.add(broker)
    session.flush()

    assert before == broker.id
    assert resolve(session, clock, token).broker_id is None
