"""Posting to the ledger (登记台账): append-only, one writer, exact to the fen; every published figure is a sum over its entries."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from market.contracts import queries
from market.contracts.models import Contract, ContractParty, ContractSide, LedgerEntry, LedgerKind
from market.kernel.clock import Clock
from market.kernel.money import ZERO_CNY
from market.reference.lists import is_in_home_region

_DECEMBER = 12


@dataclass(frozen=True)
class Movement:
    """What an entry adds; negative where it takes off."""

    kind: LedgerKind
    count: int
    contract_amount_cny: Decimal
    technology_amount_cny: Decimal


def registration_of(contract: Contract) -> Movement:
    """The whole contract comes in."""
    return Movement(LedgerKind.REGISTRATION, 1, contract.contract_amount_cny, contract.technology_amount_cny)


def removal_of(contract: Contract, kind: LedgerKind) -> Movement:
    """The whole contract, as it stands now, goes out."""
    return Movement(kind, -1, -contract.contract_amount_cny, -contract.technology_amount_cny)


def correction(contract_amount_delta_cny: Decimal, technology_amount_delta_cny: Decimal) -> Movement:
    """The amounts move, the count does not."""
    return Movement(LedgerKind.CHANGE, 0, contract_amount_delta_cny + ZERO_CNY, technology_amount_delta_cny + ZERO_CNY)


def post(session: Session, contract: Contract, movement: Movement, *, clock: Clock) -> LedgerEntry:
    """Append one entry for a contract that has been registered (`registered_on` is set).

    It counts in the year of registration while that is open, otherwise, as an adjustment, in the year it is made; from `effective_on`
    (today) on, so that a figure as of an earlier day stays what it was.
    """
    if contract.registered_on is None:
        raise ValueError("contract has no registration date")
    queries.hold_ledger(session)
    today = clock.today()
    year = _statistics_year(session, contract.registered_on.year, today)
    parties = queries.parties_of(session, contract.id)
    provider, acquirer = lead(parties, ContractSide.PROVIDER), lead(parties, ContractSide.ACQUIRER)
    entry = LedgerEntry(
        seq=queries.last_ledger_seq(session) + 1,
        contract_id=contract.id,
        kind=movement.kind,
        year=year,
        month=month_in(year, today),
        effective_on=today,
        recorded_at=clock.now(),
        is_adjustment=year != contract.registered_on.year,
        count_delta=movement.count,
        contract_amount_delta_cny=movement.contract_amount_cny,
        technology_amount_delta_cny=movement.technology_amount_cny,
        contract_kind_code=contract.contract_kind_code,
        field_code=contract.field_code,
        industry_code=contract.industry_code,
        local_industry_code=contract.local_industry_code,
        provider_region_code=provider.region_code,
        acquirer_region_code=acquirer.region_code,
        provider_in_region=is_in_home_region(provider.region_code),
        acquirer_in_region=is_in_home_region(acquirer.region_code),
        office_code=contract.office_code,
    )
    session.add(entry)
    session.flush()  # the next entry of this transaction must see this one's number
    return entry


def lead(parties: list[ContractParty], side: ContractSide) -> ContractParty:
    """The first-named party of a side: its region is the contract's, as on the national form."""
    return next(party for party in parties if party.side == side)


def month_in(year: int, day: date) -> int:
    """The month under which an entry made on `day` stands in the statistics of `year`: the last, where made after its end."""
    if day.year == year:
        return day.month
    return _DECEMBER if day.year > year else 1


def _statistics_year(session: Session, registration_year: int, today: date) -> int:
    year = registration_year
    if queries.is_year_closed(session, year):
        year = max(today.year, year + 1)
        while queries.is_year_closed(session, year):
            year += 1
    return year
