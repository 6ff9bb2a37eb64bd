"""Whatever people do, in whatever order: the ledger's sum is the sum of the registered contracts, to the fen."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, func, select

from market.contracts import service
from market.contracts.models import Contract, ContractStatus, LedgerEntry
from market.contracts.rules import ContractAction, actions_from
from market.contracts.schemas import ChangeContract, EndContract, RefuseContract, ReturnContract
from market.kernel.actor import SYSTEM
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.targets.models import ClosedYear
from tests.factories.contracts import clerks_of, make_contract

pytestmark = pytest.mark.slow


FEN = st.integers(min_value=1, max_value=10**13).map(lambda fen: Decimal(fen) / 100)
ACTIVE = frozenset(ContractAction) - {ContractAction.EDIT, ContractAction.RECORD_INCOME}
STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 11), FEN, FEN, st.integers(0, 60)),
    min_size=1,
    max_size=20,
)


def _amounts(contract: Decimal, technology: Decimal) -> dict[str, Decimal]:
    return {"contract_amount_cny": max(contract, technology), "technology_amount_cny": min(contract, technology)}


def _act(
    session: Session, contract: Contract, action: ContractAction, amounts: dict[str, Decimal], clock: FixedClock
) -> None:
    clerks = clerks_of()
    if action == ContractAction.SUBMIT:
        service.submit_contract(session, SYSTEM, contract.id, clock=clock)
    elif action == ContractAction.ACCEPT:
        service.accept_contract(session, clerks.first, contract.id, clock=clock)
    elif action == ContractAction.RETURN:
        service.return_contract(session, clerks.first, contract.id, ReturnContract(note="请补正"), clock=clock)
    elif action == ContractAction.REGISTER:
        service.register_contract(session, clerks.second, contract.id, clock=clock)
    elif action == ContractAction.REFUSE:
        refusal = RefuseContract(reason_codes=["other"])
        service.refuse_contract(session, clerks.second, contract.id, refusal, clock=clock)
    elif action == ContractAction.CHANGE and amounts["contract_amount_cny"] != contract.contract_amount_cny:
        change = ChangeContract(reason_code="amount_changed", **amounts)
        service.change_contract(session, clerks.first, contract.id, change, clock=clock)
    elif action == ContractAction.DEREGISTER:
        service.deregister_contract(session, clerks.first, contract.id, EndContract(reason="解除"), clock=clock)
    elif action == ContractAction.REVOKE:
        service.revoke_contract(session, clerks.first, contract.id, EndContract(reason="欺骗"), clock=clock)


def _sums(session: Session) -> tuple[tuple[object, ...], tuple[object, ...]]:
    ledger = session.exec(
        select(
            func.coalesce(func.sum(col(LedgerEntry.count_delta)), 0),
            func.sum(col(LedgerEntry.contract_amount_delta_cny)),
            func.sum(col(LedgerEntry.technology_amount_delta_cny)),
        )
    ).one()
    rows = session.exec(select(Contract).where(col(Contract.status) == ContractStatus.REGISTERED)).all()
    zero = Decimal(0)
    contracts = (
        len(rows),
        sum((row.contract_amount_cny for row in rows), zero),
        sum((row.technology_amount_cny for row in rows), zero),
    )
    return (ledger[0], ledger[1] or zero, ledger[2] or zero), contracts


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.tuples(FEN, FEN), steps=STEPS)
def test_ledger_equals_the_registered_contracts_at_every_step(
    database: Database, first: tuple[Decimal, Decimal], steps: list[tuple[int, int, Decimal, Decimal, int]]
) -> None:
    with database.write_session() as session:  # rolled back at the end of each example
        clock = FixedClock(datetime(2026, 4, 8, 2, tzinfo=UTC))
        contracts = [
            make_contract(session, clock, status, **_amounts(*first))
            for status in (ContractStatus.SUBMITTED, ContractStatus.ACCEPTED, ContractStatus.REGISTERED) * 2
        ][:4]
        seen: list[int] = []
        for which, choice, contract_amount, technology_amount, days in steps:
            clock.advance(timedelta(days=days))
            if days > 50 and not session.exec(select(ClosedYear).where(col(ClosedYear.year) == 2026)).first():
                session.add(ClosedYear(year=2026, closed_at=clock.now()))
                session.flush()
            possible = [action for action in ContractAction if action in actions_from(contracts[which].status) & ACTIVE]
            if possible:
                action = possible[choice % len(possible)]
                _act(session, contracts[which], action, _amounts(contract_amount, technology_amount), clock)
            ledger, registered = _sums(session)
            assert ledger == registered
            seen = list(session.exec(select(LedgerEntry.seq).order_by(col(LedgerEntry.seq))))
        assert seen == list(range(1, len(seen) + 1))
        session.rollback()
