"""The state machine, the office's periods, and the rule book as data."""

import ast
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from market.contracts import precheck
from market.contracts.models import ContractStatus
from market.contracts.rules import STATUS_LABELS, TRANSITIONS, ContractAction, next_status, rule_book
from market.kernel.errors import IllegalTransition

_LEGAL = {
    "draft": {"edit": "draft", "submit": "submitted"},
    "submitted": {"accept": "accepted", "return": "returned"},
    "accepted": {"return": "returned", "register": "registered", "refuse": "refused"},
    "returned": {"edit": "returned", "submit": "submitted"},
    "registered": {
        "change": "registered",
        "record_income": "registered",
        "deregister": "deregistered",
        "revoke": "revoked",
    },
    "refused": {},
    "deregistered": {},
    "revoked": {},
}


@pytest.mark.parametrize(("status", "action"), list(product(ContractStatus, ContractAction)))
def test_transition_is_legal_only_where_the_law_knows_it(status: ContractStatus, action: ContractAction) -> None:
    wanted = _LEGAL[status].get(action)
    if wanted is None:
        with pytest.raises(IllegalTransition) as caught:
            next_status(status, action)
        assert STATUS_LABELS[status] in caught.value.detail
    else:
        assert next_status(status, action) == wanted


def test_table_holds_nothing_besides() -> None:
    assert len(TRANSITIONS) == sum(map(len, _LEGAL.values()))


def test_period_counts_thirty_calendar_days_under_the_measures_in_force() -> None:
    rules = rule_book().in_force(date(2026, 4, 8))
    assert rules.version == "2000-63"
    assert rules.decide_by(date(2026, 4, 8), Decimal("9000000.00")) == date(2026, 5, 8)


@pytest.mark.parametrize(
    ("amount", "last_day"),
    [("4999999.99", date(2026, 4, 29)), ("5000000.00", date(2026, 5, 22))],
)
def test_draft_counts_working_days_and_gives_large_contracts_longer(amount: str, last_day: date) -> None:
    draft = rule_book().get("2024-draft")
    assert draft is not None
    # Labour Day 2026: 1 to 5 May off, Saturday 9 May worked.
    assert draft.decide_by(date(2026, 4, 8), Decimal(amount)) == last_day


def test_draft_of_the_law_is_never_in_force() -> None:
    assert all(rule_book().in_force(date(year, 1, 1)).state == "in_force" for year in range(2001, 2100))
    with pytest.raises(LookupError):
        rule_book().in_force(date(1999, 12, 31))


def test_every_finding_names_a_rule_with_its_source() -> None:
    source = Path(precheck.__file__).read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in {"_error", "_warning", "_finding"}
        and isinstance(call.args[0], ast.Constant)
    } | {"text.goal", "text.subject_matter"}
    assert named == set(rule_book().finding_rules)
    assert all(rule.citation and rule.mark in {"sourced", "ours"} for rule in rule_book().finding_rules.values())
