"""Role by route: who may use what, on the rows of one journey. A route that the table does not name fails the test."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from starlette.routing import compile_path

from api.security import COOKIE, form_proof
from tests.contract.bodies import BODIES, FORMS
from tests.contract.market import Market, row_counts
from tests.contract.permissions import COLUMNS, ROWS, Row

_REFUSED = frozenset({401, 403, 404})
_DOCUMENTATION = frozenset({"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"})
_STALE = 999
_OTHERS = {"name": "regions", "year": "2025", "position": "1"}


def _send(market: Market, row: Row, column: str, version: int | None) -> Response:
    """The row's request as this actor's; with a stale version it changes nothing even where it is allowed."""
    person = market.actors[column]
    market.client.cookies.clear()
    path = row.path.format(**market.ids, **_OTHERS)
    name = f"{row.method} {row.path}"
    if path.startswith("/v1/"):
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        headers |= {"Authorization": f"Bearer {person.token}"} if person else {}
        body = BODIES[name](market) if name in BODIES else None
        return market.client.request(row.method, path, json=body, headers=headers, follow_redirects=False)
    headers = {"Cookie": f"{COOKIE}={person.token}"} if person else {}
    if row.method == "GET":
        return market.client.get(path, headers=headers, follow_redirects=False)
    form: dict[str, Any] = dict(FORMS[name](market)) if name in FORMS else {}
    form |= {} if version is None else {"version": str(version)}
    form |= {"proof": form_proof(person.token)} if person else {}
    return market.client.post(path, data=form, headers=headers, follow_redirects=False)


def _routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path that the application serves, files and its own documentation aside."""
    return [
        (method, route.path)
        for route in iter_route_contexts(app.routes)
        for method in sorted((route.methods or set()) - {"HEAD"})
        if route.path not in _DOCUMENTATION
    ]


def _route_of(row: Row, routes: list[tuple[str, str]]) -> tuple[str, str] | None:
    path = row.path.replace("{", "").replace("}", "")
    found = [route for route in routes if route[0] == row.method and compile_path(route[1])[0].fullmatch(path)]
    exact = [route for route in found if route[1] == row.path]
    return next(iter(exact or found), None)


def test_table_and_application_name_the_same_routes(app: FastAPI) -> None:
    routes = _routes(app)
    answered = {row: _route_of(row, routes) for row in ROWS}

    assert [row for row, route in answered.items() if route is None] == [], "rows that no route answers"
    assert [route for route in routes if route not in answered.values()] == [], "routes that permissions.py must name"


def test_each_actor_gets_what_the_table_says(market: Market) -> None:
    wrong = []
    before = row_counts(market.database)
    for row in ROWS:
        for column in COLUMNS:
            if column not in row.allowed:
                status = _send(market, row, column, None).status_code
                wrong += [f"{row.method} {row.path}: {column} got {status}"] if status not in _REFUSED else []
    assert wrong == [], "whoever is not allowed is turned away, whatever version is named"
    assert row_counts(market.database) == before, "a refusal leaves nothing behind"

    for row in ROWS:
        for column in COLUMNS:
            if column in row.allowed:
                status = _send(market, row, column, _STALE).status_code
                wrong += [f"{row.method} {row.path}: {column} got {status}"] if status in _REFUSED else []
    assert wrong == [], "whoever is allowed is not turned away"
