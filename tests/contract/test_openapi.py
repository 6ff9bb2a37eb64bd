"""The API keeps its own contract: whatever schemathesis invents, the answer is one that openapi.json announces."""

import os
from collections.abc import Iterable

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis import checks as known
from schemathesis.schemas import APIOperation

from tests.contract.market import Market, examples

_CHECKS = [
    known.not_a_server_error,
    known.status_code_conformance,
    known.content_type_conformance,
    known.response_headers_conformance,
    known.response_schema_conformance,
    known.negative_data_rejection,
]
_ACTORS = ("anonymous", "owner", "institute", "broker", "official", "administrator")
_ACTORS_AGAIN = ("owner", "official")
"""Asked once more on PostgreSQL: what is announced to whom is no matter of the database, what a value does in a statement is."""
_END_SIGN_INS = ("/v1/sessions/current", "/v1/me/password")
_MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def _operations(app: FastAPI) -> Iterable[APIOperation]:
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    found = [result.ok() for result in schema.get_all_operations()]
    return sorted(found, key=lambda operation: operation.path in _END_SIGN_INS)


def _ask(market: Market, case: Case, actor: str) -> None:
    person = market.actors[actor]
    sent = case.as_transport_kwargs(
        base_url="http://testserver", headers={"Authorization": f"Bearer {person.token}"} if person else {}
    )
    sent.pop("cookies", None)
    if "data" in sent:
        sent["content"] = sent.pop("data")
    response = market.client.request(follow_redirects=False, **sent)
    try:
        case.validate_response(response, checks=_CHECKS)
    except BaseException as failure:
        failure.add_note(f"asked by {actor}")
        raise


def _try(market: Market, operation: APIOperation, actors: Iterable[str]) -> None:
    """Some requests that fit the schema, half of them for real rows, and some that do not; each asked by every actor."""
    positive, negative = (operation.as_strategy(generation_mode=mode) for mode in _MODES)
    can_be_wrong = operation.body or operation.query or operation.path_parameters
    known_ids = {p.name: market.ids[p.name] for p in operation.path_parameters or () if p.name in market.ids}
    cases = st.one_of(positive, negative) if can_be_wrong else positive

    @given(case=cases, is_real=st.booleans())
    @hypothesis_settings(
        max_examples=examples(3),
        deadline=None,
        database=None,
        derandomize="TECHMARKET_TEST_EXAMPLES" not in os.environ,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def ask_all(case: Case, is_real: bool) -> None:
        if case.meta and case.meta.generation.mode.is_positive and is_real:
            case.path_parameters = {**(case.path_parameters or {}), **known_ids}
        for actor in actors:
            _ask(market, case, actor)

    ask_all()


@pytest.mark.slow
def test_every_answer_is_one_that_is_announced(app: FastAPI, market: Market, database_kind: str) -> None:
    usual = _ACTORS if database_kind == "sqlite" else _ACTORS_AGAIN
    actors = os.environ.get("TECHMARKET_TEST_ACTORS", ",".join(usual)).split(",")
    failures = []
    for operation in _operations(app):
        try:
            _try(market, operation, actors)
        except BaseExceptionGroup as group:
            failures.extend(f"{operation.label}: {error!r}" for error in group.exceptions)
        except Exception as error:  # noqa: BLE001  all operations are tried before the test fails
            notes = " ".join(getattr(error, "__notes__", ()))
            failures.append(f"{operation.label}: {error!r} {notes}"[:1500])
    assert not failures, "\n\n".join(failures)
