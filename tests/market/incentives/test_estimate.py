"""The estimator: its thresholds to the fen, the worked example, validity, and why a rule does not apply."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.incentives.calculation import CALCULATIONS
from market.incentives.rules import incentive_book
from market.incentives.schemas import EstimateIncentives, EstimateLine
from market.incentives.service import estimate
from market.kernel.errors import Invalid
from market.reference.lists import Mark, code_list


def _asked(**overrides: Any) -> EstimateIncentives:
    values: dict[str, Any] = {
        "on": date(2026, 4, 8),
        "contract_kind_code": "ZR",
        "technology_amount_cny": "9000000.00",
        "seller_kind": "enterprise",
        "ip_kind_codes": ["patent_invention"],
    }
    return EstimateIncentives(**{**values, **overrides})


def _line(rule: str, **overrides: Any) -> EstimateLine:
    return next(line for line in estimate(_asked(**overrides)).lines if line.rule == rule)


@pytest.mark.parametrize(
    ("income", "saved"),
    [
        ("0.00", "0.00"),
        ("4999999.99", "1250000.00"),
        ("5000000.00", "1250000.00"),
        ("5000000.01", "1250000.00"),
        ("5000000.08", "1250000.01"),
        ("7000000.00", "1500000.00"),
    ],
)
def test_transfer_income_is_free_up_to_five_million_and_half_above(income: str, saved: str) -> None:
    line = _line("income_tax_on_transfer", technology_amount_cny=income)
    assert (line.applies, line.amount_cny) == (True, Decimal(saved))


def test_worked_example_saves_161_25_wan() -> None:
    line = _line("income_tax_on_transfer", transfer_cost_cny="1000000.00", related_taxes_cny="100000.00")
    assert (line.base_cny, line.amount_cny) == (Decimal("7900000.00"), Decimal("1612500.00"))


def test_exemption_is_one_for_the_year() -> None:
    line = _line("income_tax_on_transfer", technology_amount_cny="2000000.00", transfer_income_so_far_cny="4000000.00")
    assert line.amount_cny == Decimal("375000.00")
    used_up = _line("income_tax_on_transfer", technology_amount_cny="800.00", transfer_income_so_far_cny="6000000.00")
    assert used_up.amount_cny == Decimal("100.00")


def test_loss_saves_nothing() -> None:
    line = _line("income_tax_on_transfer", technology_amount_cny="10.00", transfer_cost_cny="11.00")
    assert (line.base_cny, line.amount_cny) == (0, 0)


@pytest.mark.parametrize(
    "overrides",
    [
        {"seller_kind": "university"},
        {"contract_kind_code": "KF"},
        {"contract_kind_code": "FW", "is_related_service": True},
        {"is_wholly_owned": True},
        {"ip_kind_codes": ["trade_secret"]},
        {"ip_kind_codes": []},
        {"contract_kind_code": "XK"},
        {"contract_kind_code": "XK", "licence_years": 4},
    ],
)
def test_income_tax_relief_says_why_it_does_not_apply(overrides: dict[str, Any]) -> None:
    line = _line("income_tax_on_transfer", **overrides)
    assert (line.applies, line.amount_cny) == (False, 0)
    assert line.reason


def test_five_year_licence_has_the_relief() -> None:
    assert _line("income_tax_on_transfer", contract_kind_code="XK", licence_years=5).applies


@pytest.mark.parametrize(
    ("kind", "is_related", "applies"),
    [
        ("KF", False, True),
        ("ZR", False, True),
        ("XK", False, True),
        ("FW", False, False),
        ("FW", True, True),
        ("ZX", False, False),
        ("ZX", True, True),
    ],
)
def test_vat_is_exempt_for_transfer_development_and_what_belongs_to_them(
    kind: str, is_related: bool, applies: bool
) -> None:
    line = _line(
        "vat_exemption", contract_kind_code=kind, is_related_service=is_related, technology_amount_cny="1060000.00"
    )
    assert (line.applies, line.amount_cny) == (applies, Decimal("60000.00") if applies else 0)


def test_vat_exemption_after_the_new_law_is_marked_unchecked() -> None:
    before, after = (_line("vat_exemption", on=day) for day in (date(2025, 12, 31), date(2026, 1, 1)))
    assert (before.mark, after.mark, after.mark_label) == (Mark.SOURCED, Mark.UNCHECKED, "未核实")
    assert before.version != after.version


@pytest.mark.parametrize(
    ("paid", "so_far", "granted"),
    [
        ("0.00", "0.00", "0.00"),
        ("4999999.99", "0.00", "1500000.00"),
        ("5000000.00", "0.00", "1500000.00"),
        ("5000000.01", "0.00", "1500000.00"),
        ("16666666.66", "0.00", "5000000.00"),
        ("20000000.00", "0.00", "5000000.00"),
        ("20000000.00", "4000000.00", "1000000.00"),
        ("20000000.00", "6000000.00", "0.00"),
    ],
)
def test_buyer_gets_up_to_thirty_percent_of_what_is_paid(paid: str, so_far: str, granted: str) -> None:
    line = _line(
        "buyer_subsidy",
        technology_amount_cny="30000000.00",
        paid_technology_amount_cny=paid,
        buyer_subsidy_so_far_cny=so_far,
    )
    assert (line.applies, line.is_upper_bound, line.amount_cny) == (True, True, Decimal(granted))


@pytest.mark.parametrize(
    "overrides",
    [{"buyer_region_code": "310000"}, {"buyer_is_enterprise": False}, {"contract_kind_code": "KF"}],
)
def test_buyer_subsidy_is_for_enterprises_of_the_region_that_take_over_technology(overrides: dict[str, Any]) -> None:
    assert not _line("buyer_subsidy", **overrides).applies


@pytest.mark.parametrize(
    ("seller_kind", "rule"),
    [
        ("enterprise", "seller_subsidy_enterprise"),
        ("university", "seller_subsidy_institute"),
        ("institute", "seller_subsidy_institute"),
    ],
)
def test_seller_gets_up_to_five_percent_by_its_own_rule(seller_kind: str, rule: str) -> None:
    answer = estimate(_asked(seller_kind=seller_kind, technology_amount_cny="30000000.00"))
    granted = {line.rule: line.amount_cny for line in answer.lines if line.rule.startswith("seller_") and line.applies}
    assert granted == {rule: Decimal("1000000.00")}
    assert not _line(rule, seller_kind=seller_kind, seller_region_code="110000").applies


@pytest.mark.parametrize(
    ("registered", "granted"), [("4788000.00", "2394.00"), ("200000000.00", "100000.00"), ("900000000.00", "100000.00")]
)
def test_registry_gets_half_a_thousandth_up_to_ten_wan(registered: str, granted: str) -> None:
    assert _line("registry_subsidy", registry_last_year_amount_cny=registered).amount_cny == Decimal(granted)
    assert not _line("registry_subsidy").applies


def test_inventors_get_at_least_half_of_the_net_income() -> None:
    line = _line("inventor_reward", seller_kind="institute", transfer_cost_cny="1000000.00")
    assert line.amount_cny == Decimal("4000000.00")
    assert "不得低于" in line.reason
    assert _line("inventor_reward", net_income_cny="100.00").amount_cny == Decimal("50.00")


def test_rewards_are_no_gain_of_the_seller() -> None:
    answer = estimate(_asked(seller_kind="institute"))
    gains = [line for line in answer.lines if line.beneficiary == "seller"]
    assert answer.seller_total_cny == sum(line.amount_cny for line in gains)
    assert "以税务机关认定为准" in answer.disclaimer


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"contract_kind_code": "ZR1"}, "contract_kind_code"),
        ({"contract_kind_code": "??"}, "contract_kind_code"),
        ({"ip_kind_codes": ["patent_invention", "x"]}, "ip_kind_codes.1"),
        ({"buyer_region_code": "999999"}, "buyer_region_code"),
        ({"paid_technology_amount_cny": "9000000.01"}, "paid_technology_amount_cny"),
    ],
)
def test_bad_question_is_refused_by_field(overrides: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        estimate(_asked(**overrides))
    assert [fault.field for fault in caught.value.fields] == [field]


def test_rules_are_sourced_and_never_overlap() -> None:
    rules = incentive_book().rules
    assert {rule.id for rule in rules} == set(CALCULATIONS)
    assert all(rule.citation for rule in rules)
    assert all(code in code_list("ip_kinds") for rule in rules for code in rule.ip_kinds)
    for year in range(2000, 2040):
        ids = [rule.id for rule in incentive_book().in_force(date(year, 7, 1))]
        assert len(ids) == len(set(ids))


@given(
    fen=st.integers(min_value=0, max_value=10**15 - 1),
    kind=st.sampled_from(["KF", "ZR", "XK", "ZX", "FW"]),
    seller=st.sampled_from(["enterprise", "university", "institute", "other"]),
)
def test_no_line_is_negative_or_above_what_it_is_based_on(fen: int, kind: str, seller: str) -> None:
    amount = Decimal(fen) / 100
    answer = estimate(
        _asked(technology_amount_cny=amount, contract_kind_code=kind, seller_kind=seller, licence_years=9)
    )
    assert all(0 <= line.amount_cny <= line.base_cny for line in answer.lines)
    assert all(line.amount_cny == line.amount_cny.quantize(Decimal("0.01")) for line in answer.lines)
