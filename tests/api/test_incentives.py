"""The estimator over HTTP: open to all, exact, and clear about what it does not know."""

from typing import Any

from fastapi.testclient import TestClient

BODY: dict[str, Any] = {
    "on": "2026-04-08",
    "contract_kind_code": "ZR",
    "technology_amount_cny": "9000000.00",
    "transfer_cost_cny": "1000000.00",
    "related_taxes_cny": "100000.00",
    "seller_kind": "enterprise",
    "ip_kind_codes": ["patent_invention"],
}


def test_estimate_needs_no_sign_in_and_shows_the_worked_example(client: TestClient) -> None:
    answer = client.post("/v1/incentives/estimate", json=BODY)
    assert answer.status_code == 200
    lines = {line["rule"]: line for line in answer.json()["lines"]}
    assert lines["income_tax_on_transfer"]["amount_cny"] == "1612500.00"
    assert lines["vat_exemption"]["mark"] == "unchecked"
    assert all(line["citation"] and line["reason"] for line in lines.values())
    assert "以税务机关认定为准" in answer.json()["disclaimer"]


BAD_QUESTIONS: list[tuple[dict[str, Any], str]] = [
    ({"technology_amount_cny": "-0.01"}, "technology_amount_cny"),
    ({"technology_amount_cny": "1e30"}, "technology_amount_cny"),
    ({"technology_amount_cny": "NaN"}, "technology_amount_cny"),
    ({"seller_kind": "wizard"}, "seller_kind"),
    ({"contract_kind_code": "QQ"}, "contract_kind_code"),
    ({"ip_kind_codes": ["x"]}, "ip_kind_codes.0"),
    ({"on": "2026-02-30"}, "on"),
    ({"on": "1900-01-01"}, "on"),
    ({"extra": True}, "extra"),
]


def test_bad_question_is_422_by_field(client: TestClient) -> None:
    for change, field in BAD_QUESTIONS:
        answer = client.post("/v1/incentives/estimate", json=BODY | change)
        assert answer.status_code == 422, change
        assert field in [error["field"] for error in answer.json()["errors"]], change
