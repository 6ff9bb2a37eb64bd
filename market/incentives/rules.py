"""The incentive rules as data, each with version, validity, source and mark; amounts and shares are never literals in code."""

from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from market.incentives.schemas import Beneficiary, Effect, SellerKind
from market.reference.lists import Mark


class IncentiveRule(BaseModel):
    """One version of one rule. Which of the parameters are set depends on the rule (`id`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    title: str
    beneficiary: Beneficiary
    effect: Effect
    valid_from: date
    valid_to: date | None
    mark: Mark
    citation: str
    note: str
    kinds: tuple[str, ...] = ()
    related_kinds: tuple[str, ...] = ()
    ip_kinds: tuple[str, ...] = ()
    seller_kinds: tuple[SellerKind, ...] = ()
    binding_seller_kinds: tuple[SellerKind, ...] = ()
    least_licence_years: int = 0
    tax_rate: Decimal = Decimal(0)
    free_cny: Decimal = Decimal(0)
    share_above: Decimal = Decimal(0)
    share: Decimal = Decimal(0)
    cap_cny: Decimal = Decimal(0)
    cap_per: str = ""

    def is_in_force(self, on: date) -> bool:
        """Whether it applies on this day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class IncentiveBook(BaseModel):
    """All rules in all versions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    disclaimer: str
    rules: tuple[IncentiveRule, ...]

    def in_force(self, on: date) -> tuple[IncentiveRule, ...]:
        """The rules of a day, in the order of the file."""
        return tuple(rule for rule in self.rules if rule.is_in_force(on))


@cache
def incentive_book() -> IncentiveBook:
    """The rules as shipped."""
    text = files("market.incentives").joinpath("data/rules.json").read_text(encoding="utf-8")
    return IncentiveBook.model_validate_json(text)
