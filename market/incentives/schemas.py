"""What an estimate is asked for, and what it answers. Amounts are yuan."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from market.kernel.money import ZERO_CNY, Cny
from market.kernel.text import Code, Command, View
from market.reference.lists import HOME_REGION, Mark


class SellerKind(StrEnum):
    """What the seller is, as far as the rules tell sellers apart."""

    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    OTHER = "other"


class Beneficiary(StrEnum):
    SELLER = "seller"
    BUYER = "buyer"
    REGISTRY = "registry"
    INVENTORS = "inventors"


class Effect(StrEnum):
    """A tax saved, a grant paid, a reward owed to the inventors by the seller."""

    SAVING = "saving"
    GRANT = "grant"
    REWARD = "reward"


class EstimateIncentives(Command):
    """One contract, as of a day, with what the year has brought already.

    `paid_…` and `received_…` default to the whole technology amount. `transfer_income_so_far_cny`: the seller's other transfer
    income of the tax year, since the exemption is per year. `licence_years` is needed for licences.
    `is_related_service`: consulting or service that belongs to a transfer or development. `is_wholly_owned`: buyer and seller
    are 100% related. `net_income_cny` defaults to the technology amount less cost and taxes.
    """

    on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31), examples=["2026-04-08"])]
    contract_kind_code: Code
    technology_amount_cny: Cny
    seller_kind: SellerKind
    seller_region_code: Code = HOME_REGION
    buyer_region_code: Code = HOME_REGION
    buyer_is_enterprise: bool = True
    ip_kind_codes: Annotated[list[Code], Field(max_length=12)] = Field(default_factory=list)
    licence_years: Annotated[int, Field(ge=0, le=100)] | None = None
    is_related_service: bool = False
    is_wholly_owned: bool = False
    transfer_cost_cny: Cny = ZERO_CNY
    related_taxes_cny: Cny = ZERO_CNY
    transfer_income_so_far_cny: Cny = ZERO_CNY
    paid_technology_amount_cny: Cny | None = None
    received_technology_amount_cny: Cny | None = None
    buyer_subsidy_so_far_cny: Cny = ZERO_CNY
    seller_subsidy_so_far_cny: Cny = ZERO_CNY
    net_income_cny: Cny | None = None
    registry_last_year_amount_cny: Cny | None = None


class EstimateLine(View):
    """One rule applied: `amount_cny` is 0 where it does not apply, and `reason` says why in either case.

    `is_upper_bound`: the rule says 最高, the authority may grant less. `mark` tells how far the rule's text was checked.
    """

    rule: str
    version: str
    title: str
    beneficiary: Beneficiary
    effect: Effect
    applies: bool
    reason: str
    base_cny: Decimal
    amount_cny: Decimal
    is_upper_bound: bool
    formula: str
    citation: str
    mark: Mark
    mark_label: str
    valid_from: date
    valid_to: date | None
    note: str


class Estimate(View):
    """The lines in the order of the rules, with totals; rewards are no gain of the seller's and stand apart."""

    on: date
    lines: list[EstimateLine]
    seller_total_cny: Decimal
    buyer_total_cny: Decimal
    disclaimer: str
