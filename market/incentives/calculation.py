"""How each rule is applied to one contract: pure, exact to the fen, with the reason and the formula in words."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from market.incentives.rules import IncentiveRule
from market.incentives.schemas import EstimateIncentives, SellerKind
from market.kernel.money import ZERO_CNY, round_cny
from market.reference.lists import code_list, is_in_home_region


@dataclass(frozen=True)
class Outcome:
    """What a rule gives. An amount of None: the rule does not apply, for the reason given."""

    reason: str
    base_cny: Decimal = ZERO_CNY
    amount_cny: Decimal | None = None
    formula: str = ""
    is_upper_bound: bool = False


Calculation = Callable[[IncentiveRule, EstimateIncentives], Outcome]


def vat_exemption(rule: IncentiveRule, asked: EstimateIncentives) -> Outcome:
    """Output tax that an exempt technology price would otherwise contain."""
    kind = asked.contract_kind_code
    if kind in rule.related_kinds and not asked.is_related_service:
        return Outcome("单独的技术咨询、技术服务不免税;与转让、开发相关且开在同一张发票上的除外。")
    if kind not in (*rule.kinds, *rule.related_kinds):
        return Outcome("该类合同不在免税范围内。")
    base = asked.technology_amount_cny
    amount = round_cny(base / (1 + rule.tax_rate) * rule.tax_rate)
    rate = _percent(rule.tax_rate)
    return Outcome(
        "技术转让(含许可)、技术开发及与之相关的咨询、服务免征增值税,须先经认定登记。",
        base,
        amount,
        f"技术交易额 {base:,.2f} ÷ (1 + {rate}) × {rate} = {amount:,.2f} 元",
    )


def income_tax_on_transfer(rule: IncentiveRule, asked: EstimateIncentives) -> Outcome:
    """Tax saved on the transfer income of this contract, after what the year's other transfers used of the exemption."""
    obstacle = _income_tax_obstacle(rule, asked)
    if obstacle:
        return Outcome(obstacle)
    income = _net(asked)
    free_left = max(ZERO_CNY, rule.free_cny - asked.transfer_income_so_far_cny)
    exempt = min(income, free_left)
    above = income - exempt
    amount = round_cny((income - above * rule.share_above) * rule.tax_rate)
    return Outcome(
        "居民企业的技术转让所得,年度500万元以内免征,超过部分减半征收企业所得税。",
        income,
        amount,
        f"所得 {income:,.2f} = 收入 {asked.technology_amount_cny:,.2f} - 成本 {asked.transfer_cost_cny:,.2f}"
        f" - 税费 {asked.related_taxes_cny:,.2f};免征部分 {exempt:,.2f},减半部分 {above:,.2f};"
        f"节税 = ({exempt:,.2f} + {above:,.2f} × {_percent(1 - rule.share_above)}) × {_percent(rule.tax_rate)} = {amount:,.2f} 元",
    )


def _income_tax_obstacle(rule: IncentiveRule, asked: EstimateIncentives) -> str:
    if asked.seller_kind != SellerKind.ENTERPRISE:
        return "只适用于居民企业。"
    if asked.contract_kind_code not in rule.kinds:
        return "只适用于技术转让和符合条件的技术许可,开发、咨询、服务合同的所得不适用。"
    if asked.is_wholly_owned:
        return "直接或间接持股合计100%的关联方之间的转让不享受。"
    if not set(asked.ip_kind_codes) & set(rule.ip_kinds):
        return "限于专利、软件著作权、布图设计、植物新品种、生物医药新品种;技术秘密不在范围内。"
    is_licence = asked.contract_kind_code == "XK"
    if is_licence and (asked.licence_years is None or asked.licence_years < rule.least_licence_years):
        return f"许可使用权须不少于 {rule.least_licence_years} 年。"
    return ""


def buyer_subsidy(rule: IncentiveRule, asked: EstimateIncentives) -> Outcome:
    """A share of what an enterprise of the region has paid, up to the year's cap."""
    if not asked.buyer_is_enterprise or not is_in_home_region(asked.buyer_region_code):
        return Outcome("只补助区内企业。")
    if asked.contract_kind_code not in rule.kinds:
        return Outcome("只补助以许可、转让(含技术入股)方式受让技术的企业。")
    paid = _or_whole(asked.paid_technology_amount_cny, asked)
    return _capped(rule, paid, asked.buyer_subsidy_so_far_cny, "已支付的技术交易额")


def seller_subsidy(rule: IncentiveRule, asked: EstimateIncentives) -> Outcome:
    """A share of what a seller of the region has received, up to the cap."""
    if asked.seller_kind not in rule.seller_kinds:
        return Outcome("不适用于这一类转让方。")
    if not is_in_home_region(asked.seller_region_code):
        return Outcome("只补助区内转让方。")
    received = _or_whole(asked.received_technology_amount_cny, asked)
    return _capped(rule, received, asked.seller_subsidy_so_far_cny, "已收到的技术交易额")


def registry_subsidy(rule: IncentiveRule, asked: EstimateIncentives) -> Outcome:
    """A share of what the registration office registered last year."""
    if asked.registry_last_year_amount_cny is None:
        return Outcome("未填写登记机构上年度登记金额。")
    return _capped(rule, asked.registry_last_year_amount_cny, ZERO_CNY, "上年度登记金额")


def inventor_reward(rule: IncentiveRule, asked: EstimateIncentives) -> Outcome:
    """The least share of the net income that goes to the people who made the achievement."""
    if asked.contract_kind_code not in rule.kinds:
        return Outcome("只适用于职务科技成果的转让、许可(作价投资按股份计算,不在本测算内)。")
    net = _net(asked) if asked.net_income_cny is None else asked.net_income_cny
    amount = round_cny(net * rule.share)
    is_binding = asked.seller_kind in rule.binding_seller_kinds
    return Outcome(
        "高校院所的规定或约定不得低于此标准。" if is_binding else "单位没有规定或约定的,适用此标准。",
        net,
        amount,
        f"净收入 {net:,.2f} × {_percent(rule.share)} = {amount:,.2f} 元",
    )


CALCULATIONS: dict[str, Calculation] = {
    "vat_exemption": vat_exemption,
    "income_tax_on_transfer": income_tax_on_transfer,
    "buyer_subsidy": buyer_subsidy,
    "seller_subsidy_enterprise": seller_subsidy,
    "seller_subsidy_institute": seller_subsidy,
    "registry_subsidy": registry_subsidy,
    "inventor_reward": inventor_reward,
}


def _capped(rule: IncentiveRule, base: Decimal, so_far: Decimal, base_name: str) -> Outcome:
    left = max(ZERO_CNY, rule.cap_cny - so_far)
    uncapped = round_cny(base * rule.share)
    amount = min(uncapped, left)
    used = f",已享受 {so_far:,.2f} 元" if so_far else ""
    return Outcome(
        f"最高按{base_name}的 {_percent(rule.share)} 补助,{rule.cap_per}不超过 {rule.cap_cny:,.2f} 元。",
        base,
        amount,
        f"{base_name} {base:,.2f} × {_percent(rule.share)} = {uncapped:,.2f} 元{used},上限内为 {amount:,.2f} 元",
        is_upper_bound=True,
    )


def _net(asked: EstimateIncentives) -> Decimal:
    return max(ZERO_CNY, asked.technology_amount_cny - asked.transfer_cost_cny - asked.related_taxes_cny)


def _or_whole(part: Decimal | None, asked: EstimateIncentives) -> Decimal:
    return asked.technology_amount_cny if part is None else part


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def kind_is_main(code: str) -> bool:
    """Whether the code is one of the five kinds and not a sub-kind."""
    item = code_list("contract_kinds").get(code)
    return item is not None and item.parent is None
