"""Whatever is sent: a clear refusal with a code, a Chinese sentence and the field's name, and nothing written."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from httpx2 import Response

from api.security import COOKIE, form_proof
from tests.contract.bodies import BODIES
from tests.contract.market import Market, row_counts
from tests.flows.journey import ACHIEVEMENT, NEED, TERMS
from tests.flows.people import Person

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_JSON = {"Content-Type": "application/json"}


def _problem(response: Response, status: int | tuple[int, ...], field: str | None = None) -> dict[str, Any]:
    """The refusal, after looking at all that every refusal must have."""
    expected = status if isinstance(status, tuple) else (status,)
    assert response.status_code in expected, f"{response.status_code}: {response.text[:300]}"
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert re.fullmatch(r"[a-z0-9_]+", problem["code"])
    assert _CHINESE.search(problem["detail"])
    assert "Traceback" not in response.text
    if field is not None:
        assert field in {error["field"] for error in problem["errors"]}, problem
        assert all(_CHINESE.search(error["message"]) for error in problem["errors"])
    return dict(problem)


@contextmanager
def _nothing_written(market: Market) -> Iterator[None]:
    before = row_counts(market.database)
    yield
    assert row_counts(market.database) == before


def _token(person: Person | None) -> dict[str, str]:
    assert person is not None
    return {"Authorization": f"Bearer {person.token}"}


def _raw(market: Market, path: str, content: bytes | str, **headers: str) -> Response:
    return market.client.post(path, content=content, headers=_token(market.actors["owner"]) | _JSON | headers)


def _with(body: dict[str, Any], path: tuple[Any, ...], value: object) -> dict[str, Any]:
    """A deep copy of the body in which one place holds another value."""
    copy = json.loads(json.dumps(body))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return dict(copy)


def _strings(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts of a body stand."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _strings(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _strings(item, (*path, number))


_COMMANDS: dict[str, tuple[str, Callable[[Market], dict[str, Any]]]] = {
    "/v1/achievements": ("institute", lambda _: ACHIEVEMENT),
    "/v1/needs": ("owner", lambda _: NEED),
    "/v1/deals/{deal_id}/propose": ("owner", lambda _: TERMS),
    "/v1/organizations": ("official", BODIES["POST /v1/organizations"]),
    "/v1/users": ("administrator", BODIES["POST /v1/users"]),
    "/v1/projects": ("official", BODIES["POST /v1/projects"]),
    "/v1/targets": ("administrator", BODIES["POST /v1/targets"]),
    "/v1/incentives/estimate": ("owner", BODIES["POST /v1/incentives/estimate"]),
    "/v1/sessions": ("owner", BODIES["POST /v1/sessions"]),
}
_NOT_TEXT = {"NUL": "\x00", "a lone surrogate": "\ud800", "an escape": "\x1b[31m"}


@pytest.mark.parametrize("path", _COMMANDS)
def test_text_field_refuses_what_is_not_text(market: Market, path: str) -> None:
    name, make_body = _COMMANDS[path]
    person, body, target = market.actors[name], make_body(market), path.format(**market.ids)
    with _nothing_written(market):
        for place in _strings(body):
            for bad in _NOT_TEXT.values():
                if place[-1] == "password" and path == "/v1/sessions":
                    continue  # a wrong password, no more
                sent = json.dumps(_with(body, place, f"示范{bad}文字"))
                answer = market.client.post(target, content=sent, headers=_token(person) | _JSON)
                _problem(answer, 422, ".".join(map(str, place)))


def test_sign_in_with_a_password_that_is_not_text(market: Market) -> None:
    for bad in _NOT_TEXT.values():
        sent = json.dumps({"login": "official-one", "password": f"harbour{bad}"})
        _problem(market.client.post("/v1/sessions", content=sent, headers=_JSON), (401, 422))


def test_field_that_nobody_knows_is_refused(market: Market) -> None:
    with _nothing_written(market):
        for unknown in ("status", "id", "a\x00b", "\ud800", "字段", "x" * 5000):
            sent = json.dumps({**NEED, unknown: "published"})
            _problem(_raw(market, "/v1/needs", sent), 422)
        _problem(_raw(market, "/v1/needs", json.dumps({**NEED, "status": "published"})), 422, "status")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b'{"title": }', 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"\xff\xfe\x00", (400, 422)),
        (b'{"title": "\xc3\x28"}', (400, 422)),
        (b"[" * 100_000, (400, 422)),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, (400, 422)),
        (b'{"min_trl": ' + b"9" * 6_000 + b"}", (400, 422)),
        (b'{"min_trl": NaN}', 422),
        (b'{"min_trl": 1e999}', 422),
    ],
)
def test_body_that_is_no_json_object(market: Market, content: bytes, status: int | tuple[int, ...]) -> None:
    with _nothing_written(market):
        _problem(_raw(market, "/v1/needs", content), status)
        _problem(_raw(market, "/v1/needs", content, **{"Idempotency-Key": "broken-body"}), status)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data", "nonsense", ""])
def test_body_of_another_type(market: Market, content_type: str) -> None:
    with _nothing_written(market):
        answer = _raw(market, "/v1/needs", json.dumps(NEED), **{"Content-Type": content_type})
        _problem(answer, (400, 415, 422))


def test_body_of_ten_megabytes(market: Market) -> None:
    big = json.dumps({**NEED, "problem": "长" * 3_500_000}, ensure_ascii=False).encode()
    assert len(big) > 10_000_000
    with _nothing_written(market):
        assert _problem(_raw(market, "/v1/needs", big), 413)["code"] == "body_too_large"
        assert _problem(_raw(market, "/v1/needs", big, **{"Idempotency-Key": "big"}), 413)["code"] == "body_too_large"


def test_name_given_twice_is_refused_or_the_last_holds(market: Market) -> None:
    sent = json.dumps(NEED)[:-1] + ', "min_trl": 0, "min_trl": 99}'
    with _nothing_written(market):
        _problem(_raw(market, "/v1/needs", sent), 422, "min_trl")


_WRONG_NEED: list[tuple[tuple[Any, ...], object]] = [
    (("budget_max_cny",), "-0.01"),
    (("budget_max_cny",), "1.005"),
    (("budget_max_cny",), "1,000.00"),
    (("budget_max_cny",), 10**30),
    (("budget_max_cny",), "NaN"),
    (("budget_max_cny",), "Infinity"),
    (("budget_max_cny",), "1e400"),
    (("budget_max_cny",), True),
    (("min_trl",), 10),
    (("min_trl",), -(10**40)),
    (("min_trl",), 6.5),
    (("needed_by",), 0),
    (("needed_by",), "20260501"),
    (("needed_by",), "2026-02-30"),
    (("needed_by",), "0000-00-00"),
    (("title",), "x"),
    (("title",), "长" * 121),
    (("title",), None),
    (("title",), {"$ne": ""}),
    (("problem",), "长" * 20_001),
    (("field_code",), "99"),
    (("field_code",), "' OR 1=1 --"),
    (("region_code",), "北京"),
    (("transfer_ways",), ["nonsense"]),
    (("transfer_ways",), "licence"),
    (("keywords",), ["词"] * 10_000),
    (("owner_party_id",), "not-a-uuid"),
    (("indicators", 0, "operator"), "!="),
    (("indicators", 0, "value"), "NaN"),
    (("indicators", 0, "value"), "9" * 60),
]


@pytest.mark.parametrize(("place", "value"), _WRONG_NEED, ids=[f"{p[-1]}-{n}" for n, (p, _) in enumerate(_WRONG_NEED)])
def test_need_with_a_wrong_field_names_it(market: Market, place: tuple[Any, ...], value: object) -> None:
    with _nothing_written(market):
        problem = _problem(_raw(market, "/v1/needs", json.dumps(_with(NEED, place, value))), 422)
    assert any(error["field"].startswith(str(place[0])) for error in problem["errors"]), problem


def test_terms_and_contract_that_contradict_themselves(market: Market) -> None:
    filer = market.actors["institute"]
    assert filer is not None
    standalone = {
        "name": "枸杞冻干工艺技术服务(演示)",
        "parties": [
            {"side": "provider", "party_id": filer.get("/v1/me").json()["user"]["party_id"]},
            {"side": "acquirer", "name": "示范乙方(演示)", "party_type_code": "150", "region_code": "640104"},
        ],
        "contract_kind_code": "FW",
        "field_code": "09",
        "payment_mode_code": "instalments",
        "contract_amount_cny": "100000.00",
        "technology_amount_cny": "80000.00",
        "effective_from": "2026-05-01",
        "effective_to": "2027-04-30",
    }
    with _nothing_written(market):
        for field, value in (
            ("technology_amount_cny", "100000.01"),
            ("contract_amount_cny", "-1.00"),
            ("effective_to", "2026-04-30"),
            ("contract_amount_cny", "10000000000000.00"),
        ):
            answer = filer.post("/v1/contracts", standalone | {field: value})
            problem = _problem(answer, 422)
            assert problem["errors"], "the field is named"
        wrong = _with(standalone, ("parties", 1, "credit_code"), "91640100MA00000000")
        assert "credit_code" in str(_problem(filer.post("/v1/contracts", wrong), 422)["errors"])


def test_organization_with_a_wrong_credit_code(market: Market) -> None:
    official = market.actors["official"]
    assert official is not None
    good = BODIES["POST /v1/organizations"](market)
    last = good["credit_code"][-1]
    with _nothing_written(market):
        for code in (good["credit_code"][:-1] + ("0" if last != "0" else "1"), "123", "９" * 18, "I" * 18):
            _problem(official.post("/v1/organizations", good | {"credit_code": code}), 422, "credit_code")


@pytest.mark.parametrize("value", ["0", "-1", "100001", "9" * 30, "1.5", "一", "", "\x00", "NaN", "1e3", "%00"])
@pytest.mark.parametrize("path", ["/v1/needs", "/v1/contracts", "/v1/audit", "/v1/deals"])
def test_page_that_cannot_be(market: Market, path: str, value: str) -> None:
    official = market.actors["official"]
    for name in ("page", "size"):
        answer = market.client.get(path, params={name: value}, headers=_token(official))
        _problem(answer, 422, name)


def test_query_that_nobody_would_type(market: Market) -> None:
    for params in (
        {"q": "枸" * 7_000},
        {"q": "\x00"},
        {"field": "\x00"},
        {"cursor": "bad"},
        {"cursor": "AAAA" * 2_000},
        {"cursor": "\x00"},
        {"cursor": "eyJ2IjoxfQ=="},
        {"min_trl": "10"},
        {"sort": "nonsense"},
        {"region": " "},
    ):
        (name,) = params
        _problem(market.client.get("/v1/search", params=params), 422, name)
    for q in (
        '"',
        "AND OR NOT",
        "title:*",
        "((((",
        "*" * 150,
        "-枸杞 +\\",
        "' OR 1=1 --",
        "%E5%25",
        "🌾" * 90,
        "a" * 200,
    ):
        assert market.client.get("/v1/search", params={"q": q}).status_code == 200, q
        assert market.client.get("/v1/suggestions", params={"q": q}).status_code == 200, q


@pytest.mark.parametrize("value", ["three", '"three"', '"-1"', '"99999999999"', "3", '"1", "2"', '""', "\xff", "W/"])
def test_if_match_that_is_no_version(market: Market, value: str) -> None:
    with _nothing_written(market):
        headers = {**_token(market.actors["institute"]), "If-Match": value.encode("latin-1")}
        path = f"/v1/achievements/{market.ids['achievement_id']}"
        _problem(market.client.patch(path, json={"trl": 7}, headers=headers), 422, "If-Match")


@pytest.mark.parametrize("value", ["", "x" * 256, "k\x7fy", "\xff\xfe", "键".encode().decode("latin-1")])
def test_idempotency_key_that_is_none(market: Market, value: str) -> None:
    with _nothing_written(market):
        headers = {**_token(market.actors["owner"]), "Idempotency-Key": value.encode("latin-1")}
        _problem(market.client.post("/v1/needs", json=NEED, headers=headers), 422, "Idempotency-Key")


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer \xff", "x" * 8_000])
def test_token_that_is_none(market: Market, value: str) -> None:
    answer = market.client.get("/v1/me", headers={"Authorization": value.encode("latin-1")})
    _problem(answer, 401)


_BAD_IDS = ("1", "x", "00000000-0000-0000-0000-00000000000g", "%00", "%ff", "..%2f..%2fetc", "0" * 3_000)


@pytest.mark.parametrize(
    "noun", ["achievements", "needs", "matches", "deals", "contracts", "projects", "organizations"]
)
def test_id_that_is_none(market: Market, noun: str) -> None:
    for bad in (*_BAD_IDS, "00000000-0000-0000-0000-000000000000"):
        answer = market.client.get(f"/v1/{noun}/{bad}", headers=_token(market.actors["official"]))
        _problem(answer, (404, 422))
        page = market.client.get(
            f"/{noun}/{bad}",
            headers={
                "Cookie": f"{COOKIE}={_token(market.actors['official'])['Authorization'][7:]}",
                "Accept": "text/html",
            },
        )
        _page(page, (404, 422))


def _page(response: Response, statuses: tuple[int, ...]) -> None:
    assert response.status_code in statuses, f"{response.status_code} {response.url}"
    assert response.headers["content-type"].startswith("text/html")
    assert _CHINESE.search(response.text)
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/?as_of=0",
        "/?as_of=x%00",
        "/?region=%00",
        "/?region=%20",
        "/?kind=%ff",
        "/search?q=%00",
        "/search?q=" + "长" * 2_000,
        "/search?cursor=bad",
        "/search?cursor=%00",
        "/search?field=%00",
        "/search?region=%20",
        "/search?price_max_cny=x",
        "/search?min_trl=99",
        "/search?sort=x",
        "/projects?region=%20",
        "/projects?region=%00",
        "/projects?year=99999",
        "/projects?stage=x",
        "/inbox?page=0",
        "/deals?page=" + "9" * 30,
        "/contracts?page=x",
        "/review?page=100001",
        "/registration?page=-1",
        "/registration?show=%00",
        "/sign-in?next=//evil.example",
        "/sign-in?next=%00",
        "/needs/new?x=%ff",
    ],
)
def test_page_address_that_nobody_would_type(market: Market, path: str) -> None:
    official = market.actors["official"]
    assert official is not None
    headers = {"Cookie": f"{COOKIE}={official.token}", "Accept": "text/html"}
    with _nothing_written(market):
        _page(market.client.get(path, headers=headers, follow_redirects=False), (200, 403, 404, 422))


def test_form_with_what_is_not_text(market: Market) -> None:
    owner = market.actors["owner"]
    assert owner is not None
    headers = {"Cookie": f"{COOKIE}={owner.token}", "Accept": "text/html"}
    proof = {"proof": form_proof(owner.token)}
    with _nothing_written(market):
        for form in (
            {"title": "a\x00b"},
            {"title": "x", "budget_max_cny": "-1"},
            {"title": "示范", "min_trl": "9" * 5_000},
            {"title": "示范", "needed_by": "0"},
            {"title": "示范", "indicator_name": "a\x00", "indicator_value": "x"},
            {"title": "示范", "owner_disclosure": "nonsense"},
        ):
            answer = market.client.post("/needs/new", data={**proof, **form}, headers=headers, follow_redirects=False)
            _page(answer, (422,))
        _page(market.client.post("/needs/new", data={"proof": "\xff"}, headers=headers), (403,))
        _page(market.client.post("/needs/new", content=b"\xff" * 100, headers=headers), (403,))
        _page(
            market.client.post(
                "/needs/new",
                content=b"a=b&" * 1_000,
                headers=headers | {"Content-Type": "application/x-www-form-urlencoded"},
            ),
            (400, 403),
        )
        _page(market.client.post("/needs/new", data={**proof, "problem": "x" * 10_000_000}, headers=headers), (413,))
        for path in ("deals/{deal_id}/propose", "contracts/{contract_id}/edit", "contracts/{contract_id}/income"):
            answer = market.client.post(
                "/" + path.format(**market.ids),
                data={**proof, "subject_matter": "a\x00", "name": "a\x00", "technical_income_cny": "\x00"},
                headers=headers,
                follow_redirects=False,
            )
            _page(answer, (403, 422))


def test_sign_in_form_with_what_is_not_text(market: Market) -> None:
    market.client.cookies.clear()
    for login, password in (("a\x00", "b"), ("official-two", "\x00"), ("x" * 101, "y"), ("official-two", "长" * 150)):
        answer = market.client.post(
            "/sign-in", data={"login": login, "password": password}, headers={"Accept": "text/html"}
        )
        _page(answer, (401, 422))
