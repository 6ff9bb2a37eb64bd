"""The report of the quality of matching over HTTP, on its page, and as files."""

import csv
import io

import pytest

from market.kernel.actor import Role
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.factories.parties import actor_of, make_user

PATHS = ("/v1/matching-report", "/v1/exports/matching-report.csv", "/matching-report")
TABLES = ("gaps", "acceptance", "refusals", "industries", "regions", "exposure")


@pytest.fixture
def furnished(database, clock):
    with database.writing() as session:
        make_need(session, clock, region_code="640104", local_industry_code="SPC02", title="=1+1 不是公式(演示)")
        make_match(session, clock, score=80.0)


@pytest.fixture
def official(browser_of, database, clock):
    with database.writing() as session:
        actor = actor_of(make_user(session, clock, role=Role.OFFICIAL))
    return browser_of(actor)


@pytest.mark.parametrize("path", PATHS)
def test_report_is_for_officials_and_administrators(client, headers_of, path):
    assert client.get(path).status_code == 401
    for role in (Role.ENTERPRISE, Role.INSTITUTE, Role.BROKER):
        assert client.get(path, headers=headers_of(role)).status_code == 403
    for role in (Role.OFFICIAL, Role.ADMINISTRATOR):
        assert client.get(path, headers=headers_of(role)).status_code == 200


@pytest.mark.usefixtures("furnished")
def test_files_hold_what_the_report_says(client, headers_of):
    headers = headers_of(Role.OFFICIAL)
    report = client.get("/v1/matching-report", headers=headers).json()
    files = {}
    for table in TABLES:
        answer = client.get("/v1/exports/matching-report.csv", params={"table": table}, headers=headers)
        assert answer.content.startswith(b"\xef\xbb\xbf")
        files[table] = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert sum(int(row["无可行成果的需求"]) for row in files["gaps"]) == report["without_offer"] == 1
    assert {row["地区"] for row in files["gaps"]} == {"兴庆区", "中宁县"}
    assert sum(int(row["推荐"]) for row in files["acceptance"]) == 1
    assert files["refusals"] == []
    for table in ("industries", "regions"):
        assert sum(int(row["在市需求"]) for row in files[table]) == report["needs"] == 2
    assert {row["类别"] for row in files["exposure"]} == {"技术领域", "机构"}


@pytest.mark.usefixtures("furnished")
def test_page_shows_the_gap_map_in_words_and_shades(official):
    page = official.get("/matching-report")

    assert page.status_code == 200
    assert "枸杞" in page.text
    assert 'class="heat4">1 / 1' in page.text
    assert 'class="heat0">0 / 1' in page.text
    assert " style=" not in page.text


def test_page_is_shown_when_the_market_is_empty(official):
    assert "市场上还没有需求" in official.get("/matching-report").text


ODD = (
    "as_of=&min_score=",
    "as_of=0001-01-01",
    "as_of=9999-12-31",
    "min_score=0",
    "min_score=nan",
    "min_score=inf",
    "min_score=-1",
    "min_score=1e400",
    "industry_list=industries",
    "industry_list=no",
    "as_of=%00",
    "table=no",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.usefixtures("furnished")
def test_odd_question_is_answered_or_explained(client, official, headers_of, path):
    headers = headers_of(Role.OFFICIAL)
    for query in ODD:
        address = f"{path}?{query}"
        answer = official.get(address) if path == "/matching-report" else client.get(address, headers=headers)
        assert answer.status_code in (200, 422), address


def test_link_to_the_page_is_for_those_who_may_read_it(official, browser_of, database, clock):
    with database.writing() as session:
        actor = actor_of(make_user(session, clock))
    trader = browser_of(actor)

    assert 'href="/matching-report"' in official.get("/projects").text
    assert 'href="/matching-report"' not in trader.get("/projects").text
