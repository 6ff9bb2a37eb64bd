"""What protects people in their browsers: nothing kept, no foreign sign-in, nothing that the page policy would block."""

from collections.abc import Callable

import pytest

from api.security import COOKIE
from market.kernel.actor import Actor
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from tests.api.browser import Browser
from tests.factories.parties import PASSWORD, actor_of, make_user


@pytest.mark.parametrize("path", ["/inbox", "/contracts", "/deals", "/my/listings", "/", "/v1/me"])
def test_what_a_signed_in_person_reads_is_kept_nowhere(
    browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock, path: str
) -> None:
    with database.writing() as session:
        actor = actor_of(make_user(session, clock))
    answer = browser_of(actor).get(path)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_foreign_page_cannot_sign_a_visitor_in(
    visitor: Browser, database: Database, clock: FixedClock, headers: dict[str, str]
) -> None:
    with database.writing() as session:
        login = make_user(session, clock).login
    answer = visitor.post("/sign-in", {"login": login, "password": PASSWORD}, **headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    own = visitor.post("/sign-in", {"login": login, "password": PASSWORD}, Origin="http://testserver")
    assert own.status_code == 303
    assert COOKIE in own.headers["set-cookie"]


def test_signing_in_leads_back_to_the_whole_address(visitor: Browser) -> None:
    answer = visitor.get("/board/contracts?year=2026&kind=KF")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/board/contracts%3Fyear%3D2026%26kind%3DKF"


def test_pages_have_no_inline_style_that_the_policy_would_block(visitor: Browser) -> None:
    page = visitor.get("/")
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]
    assert " style=" not in page.text
