"""Targets and ledger entries for tests."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session, func, select

from market.contracts.models import Contract, LedgerEntry, LedgerKind
from market.kernel.actor import SYSTEM
from market.kernel.clock import Clock
from market.targets import service
from market.targets.models import Target
from market.targets.schemas import SetTarget
from tests.factories.parties import make_party


def make_target(session: Session, clock: Clock, **overrides: Any) -> Target:
    """30 亿元 and 100 projects for the clock's year, valid from its first day."""
    year = overrides.get("year", clock.today().year)
    values: dict[str, Any] = {
        "year": year,
        "contract_amount_cny": Decimal("3000000000.00"),
        "project_count": 100,
        "valid_from": date(year, 1, 1),
        "source": "年度任务清单(演示)",
    }
    return service.set_target(session, SYSTEM, SetTarget(**values | overrides), clock=clock)


def make_bare_contract(session: Session, clock: Clock) -> Contract:
    """A contract row for ledger entries to point at; it has gone through no use-case."""
    contract = Contract(
        created_at=clock.now(),
        updated_at=clock.now(),
        filed_by_party_id=make_party(session, clock).id,
        name="台账测试合同(演示)",
        contract_kind_code="FW",
        field_code="05",
        plan_source_code="none",
        payment_mode_code="lump_sum",
        effective_from=clock.today(),
        effective_to=clock.today(),
        contract_amount_cny=Decimal(0),
        technology_amount_cny=Decimal(0),
        office_code="640102",
    )
    session.add(contract)
    session.flush()
    return contract


def make_entry(session: Session, clock: Clock, contract_id: UUID, **overrides: Any) -> LedgerEntry:
    """The ledger's next entry: a registration of 120 万元 from Yinchuan to Wuzhong, unless told otherwise."""
    seq = (session.exec(select(func.max(LedgerEntry.seq))).one() or 0) + 1
    effective_on = overrides.get("effective_on", clock.today())
    values: dict[str, Any] = {
        "seq": seq,
        "contract_id": contract_id,
        "kind": LedgerKind.REGISTRATION,
        "year": effective_on.year,
        "month": effective_on.month,
        "effective_on": effective_on,
        "recorded_at": clock.now(),
        "count_delta": 1,
        "contract_amount_delta_cny": Decimal("1200000.00"),
        "technology_amount_delta_cny": Decimal("1000000.00"),
        "contract_kind_code": "FW",
        "field_code": "05",
        "industry_code": "C",
        "provider_region_code": "640104",
        "acquirer_region_code": "640302",
        "provider_in_region": True,
        "acquirer_in_region": True,
        "office_code": "640102",
    }
    entry = LedgerEntry(**values | overrides)
    session.add(entry)
    session.flush()
    return entry
