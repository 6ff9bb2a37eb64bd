"""Estimating what a registered contract brings: pure, nothing is stored, nothing is promised."""

from market.incentives.calculation import CALCULATIONS, kind_is_main
from market.incentives.rules import IncentiveRule, incentive_book
from market.incentives.schemas import Beneficiary, Effect, Estimate, EstimateIncentives, EstimateLine
from market.kernel.errors import FieldError, Invalid
from market.kernel.money import ZERO_CNY
from market.reference.lists import Mark, code_list

_MARK_LABELS = {Mark.SOURCED: "有出处", Mark.UNCHECKED: "未核实", Mark.OURS: "本平台约定"}


def estimate(asked: EstimateIncentives) -> Estimate:
    """One line for each rule in force on the day asked for, whether it applies or not. Raises `Invalid` by field."""
    _require_sound(asked)
    book = incentive_book()
    lines = [_line(rule, asked) for rule in book.in_force(asked.on)]
    gains = [line for line in lines if line.effect != Effect.REWARD]
    return Estimate(
        on=asked.on,
        lines=lines,
        seller_total_cny=sum((g.amount_cny for g in gains if g.beneficiary == Beneficiary.SELLER), ZERO_CNY),
        buyer_total_cny=sum((g.amount_cny for g in gains if g.beneficiary == Beneficiary.BUYER), ZERO_CNY),
        disclaimer=book.disclaimer,
    )


def _line(rule: IncentiveRule, asked: EstimateIncentives) -> EstimateLine:
    outcome = CALCULATIONS[rule.id](rule, asked)
    return EstimateLine(
        rule=rule.id,
        version=rule.version,
        title=rule.title,
        beneficiary=rule.beneficiary,
        effect=rule.effect,
        applies=outcome.amount_cny is not None,
        reason=outcome.reason,
        base_cny=outcome.base_cny,
        amount_cny=ZERO_CNY if outcome.amount_cny is None else outcome.amount_cny,
        is_upper_bound=outcome.is_upper_bound,
        formula=outcome.formula,
        citation=rule.citation,
        mark=rule.mark,
        mark_label=_MARK_LABELS[rule.mark],
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        note=rule.note,
    )


def _require_sound(asked: EstimateIncentives) -> None:
    found: list[FieldError] = []
    code_list("contract_kinds").require(asked.contract_kind_code, "contract_kind_code")
    if not kind_is_main(asked.contract_kind_code):
        found.append(FieldError("contract_kind_code", "这是子类代码。", "请选择主类(KF、ZR、XK、ZX、FW)。"))
    for field in ("seller_region_code", "buyer_region_code"):
        code_list("regions").require(getattr(asked, field), field)
    for number, code in enumerate(asked.ip_kind_codes):
        code_list("ip_kinds").require(code, f"ip_kind_codes.{number}")
    for field in ("paid_technology_amount_cny", "received_technology_amount_cny"):
        part = getattr(asked, field)
        if part is not None and part > asked.technology_amount_cny:
            found.append(FieldError(field, "高于技术交易额。", "请核对金额,已付或已收的金额不得超过技术交易额。"))
    if found:
        detail = "".join(f"{fault.field}:{fault.message}{fault.remedy}" for fault in found)
        raise Invalid("invalid_estimate", detail, found)
