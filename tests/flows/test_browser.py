"""A real browser on a real server: sign in, search, open a match, print a certificate; on a desk and on a phone, with the cable out."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client, ConnectError
from playwright.sync_api import Browser, Page, Request, sync_playwright

from api.security import COOKIE
from market.kernel import outbox
from market.kernel.clock import SystemClock
from market.kernel.db import Database
from market.matches import pairing_queue
from market.migrations import upgrade
from tests.api.workers import wait_until
from tests.flows.journey import ACHIEVEMENT, NEED, Journey
from tests.flows.people import PASSWORD, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_DESK = {"width": 1280, "height": 800}
_PHONE = {"width": 390, "height": 844}
_START_SECONDS = 40


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(client: Client, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended while starting"
        try:
            if client.get("/ready").status_code == 200:
                return
        except ConnectError:
            time.sleep(0.2)
    pytest.fail(f"the server was not ready after {_START_SECONDS} s")


def _is_at_rest(database: Database) -> bool:
    with database.reading() as session:
        return outbox.backlog(session) == (0, 0) and pairing_queue.waiting(session) == 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Journey]]:
    """A serving process with its worker, in which one need has become one registered contract."""
    folder = tmp_path_factory.mktemp("server")
    database = Database(f"sqlite:///{folder / 'market.db'}")
    upgrade(database)
    port = _free_port()
    settings = {
        "TECHMARKET_DATA_DIR": str(folder),
        "TECHMARKET_REQUESTS_PER_MINUTE": "100000",
        "TECHMARKET_SIGN_INS_PER_MINUTE": "1000",
    }
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | settings)
    client = Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
    try:
        _wait_until_ready(client, process)

        def relay() -> None:
            wait_until(lambda: _is_at_rest(database), "everything is indexed and paired")

        journey = Journey(settle(client, database, SystemClock()), relay)  # type: ignore[arg-type]
        journey.walk()
        yield client, journey
    finally:
        process.terminate()
        process.wait(timeout=20)
        client.close()
        database.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = (
        os.environ.get("TECHMARKET_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    assert chromium, (
        "No Chromium found: install it (Debian: apt-get install chromium) or name it in TECHMARKET_TEST_CHROMIUM"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: tuple[Client, Journey]) -> Iterator[Page]:
    """A fresh visitor; the test fails on any script error and on any request that leaves the machine."""
    context = browser.new_context(base_url=str(server[0].base_url), viewport=_DESK, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def note_outside(request: Request) -> None:
        is_ours = "127.0.0.1" in request.url or request.url.startswith("data:")
        if not is_ours and request.failure != "csp":  # what our own policy stopped has not left the browser
            faults.append(f"{request.url}: {request.failure}")

    page.on("requestfinished", note_outside)
    page.on("requestfailed", note_outside)
    yield page
    context.close()
    assert faults == []


def _sign_in(page: Page, login: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/")


def _carry_token(page: Page, token: str) -> None:
    """Be signed in without going through the form again."""
    page.context.add_cookies([{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/"}])


def test_enterprise_searches_and_reads_why_a_match_fits(page: Page, server: tuple[Client, Journey]) -> None:
    _, journey = server
    _sign_in(page, "enterprise-user")

    page.goto("/search")
    page.get_by_label("搜索").fill("枸杞")
    page.get_by_role("button", name="搜索").click()
    assert page.locator("mark").count() > 0 or page.get_by_text("没有找到").count() > 0
    page.goto(f"/needs/{journey.ids['need']}")
    assert "枸杞鲜果冷冻干燥制粉工艺" in page.content()
    page.goto(f"/matches/{journey.ids['match']}")

    assert page.get_by_role("heading", name="对接理由").is_visible()
    assert page.get_by_role("heading", name="得分构成").is_visible()
    assert page.locator(".badge", has_text="枸杞").count() > 0, "the words that stand in both texts are shown"


def test_owner_is_told_of_a_new_pair_and_comes_to_it(page: Page, server: tuple[Client, Journey]) -> None:
    _, journey = server
    people = journey.people
    text = {"problem": ACHIEVEMENT["description"], "key_technology": ACHIEVEMENT["summary"], "expected_outcome": ""}
    title = f"寻求{ACHIEVEMENT['title']}"
    wanted = people.stranger.post("/v1/needs", NEED | text | {"title": title})
    need = f"/v1/needs/{wanted.json()['id']}"
    for person, action in ((people.stranger, "submit"), (people.official, "publish")):
        answer = person.post(f"{need}/{action}", version=people.stranger.get(need).json()["version"])
        assert answer.status_code in (200, 204), answer.text
    deadline = time.monotonic() + 30
    while not people.institute.get("/v1/notices").json()["items"] and time.monotonic() < deadline:
        time.sleep(0.2)
    _carry_token(page, people.institute.token)

    page.goto("/inbox/notices")
    told = page.locator("li.new", has_text=title)
    assert told.count() == 1
    assert ACHIEVEMENT["title"] in told.inner_text()
    told.get_by_role("button", name="查看").click()

    page.wait_for_url("**/matches/*")
    assert page.get_by_role("heading", name="对接理由").is_visible()
    page.goto("/inbox/notices")
    assert page.locator("li.new").count() == 0, "what has been looked at is not new any more"


def test_institute_prints_the_certificate(page: Page, server: tuple[Client, Journey], tmp_path: Path) -> None:
    _, journey = server
    _sign_in(page, "institute-user")

    page.goto(f"/contracts/{journey.ids['contract']}")
    page.get_by_role("link", name="查看登记证明").click()
    number = page.locator(".number-line strong").inner_text()
    printed = tmp_path / "certificate.pdf"
    page.pdf(path=str(printed))

    assert len(number) == 16
    assert printed.read_bytes().startswith(b"%PDF")
    page.emulate_media(media="print")
    assert not page.locator("header.site").is_visible(), "the navigation does not print"


def test_a_listing_is_drafted_by_form_and_a_mistake_is_explained(page: Page, server: tuple[Client, Journey]) -> None:
    _carry_token(page, server[1].people.enterprise.token)
    page.goto("/needs/new")
    page.get_by_label("名称", exact=False).first.fill("矿井水高盐废水减量处理")
    page.locator("select[name=field_code]").select_option("07")
    page.locator("input[name=budget_min_cny]").fill("500000")
    page.locator("input[name=budget_max_cny]").fill("300000")
    page.get_by_role("button", name="保存草稿").click()

    assert page.locator("[role=alert]").is_visible(), "a budget with its ends exchanged is refused with a reason"
    assert page.locator("input[name=title]").input_value() == "矿井水高盐废水减量处理", "nothing typed is lost"

    page.locator("input[name=budget_max_cny]").fill("800000")
    page.locator("input[name=indicator_name]").first.fill("回用率")
    page.locator("input[name=indicator_value]").first.fill("95")
    page.locator("input[name=indicator_unit]").first.fill("%")
    page.get_by_role("button", name="保存草稿").click()
    assert "草稿" in page.locator("main").inner_text()
    assert "回用率 ≥ 95 %" in page.locator("main").inner_text()


def test_registration_desk_is_closed_to_others(page: Page, server: tuple[Client, Journey]) -> None:
    _carry_token(page, server[1].people.enterprise.token)

    answer = page.goto("/registration")

    assert answer is not None
    assert answer.status == 403
    assert page.get_by_role("heading", name="没有权限").is_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=枸杞",
        "/projects",
        "/sign-in",
        "/my/listings",
        "/inbox",
        "/inbox/notices",
        "/deals",
        "/contracts",
        "/needs/new",
    ],
)
def test_pages_fit_a_phone_and_a_keyboard(page: Page, server: tuple[Client, Journey], path: str) -> None:
    _carry_token(page, server[1].people.institute.token)
    page.set_viewport_size(_PHONE)  # type: ignore[arg-type]

    page.goto(path)

    width: Any = page.evaluate("document.documentElement.scrollWidth")
    assert width <= _PHONE["width"], f"{path} is {width} wide"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    unnamed = page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]),select,textarea')].filter(e => !e.labels?.length && !e.ariaLabel).map(e => e.name)"
    )
    assert unnamed == [], "every field has a label"


@pytest.mark.parametrize(("path", "sign"), [("/docs", ".opblock"), ("/redoc", "[data-section-id]")])
def test_pages_of_the_api_need_no_internet(page: Page, path: str, sign: str) -> None:
    page.goto(path)

    page.wait_for_selector(sign, timeout=20_000)
