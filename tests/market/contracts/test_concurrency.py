"""Two clicks at the same time: one number, one ledger entry, one winner."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlmodel import col, select

from market.contracts import queries, service
from market.contracts.models import Contract, ContractStatus, LedgerEntry
from market.contracts.schemas import DraftFromDeal
from market.kernel.actor import Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.errors import Conflict, IllegalTransition, StaleVersion
from market.kernel.ids import new_id
from market.parties.models import Party
from tests.factories.contracts import YINCHUAN_OFFICE, make_contract, member_of
from tests.factories.deals import make_deal

pytestmark = pytest.mark.slow


def _official(office_code: str = YINCHUAN_OFFICE) -> Actor:
    return Actor(user_id=new_id(), role=Role.OFFICIAL, office_code=office_code)


@pytest.mark.parametrize("names_version", [True, False])
def test_two_officials_register_one_contract_and_one_wins(
    database: Database, clock: FixedClock, names_version: bool
) -> None:
    with database.writing() as session:
        contract = make_contract(session, clock, ContractStatus.ACCEPTED)
        contract_id, version = contract.id, contract.version if names_version else None
    start = Barrier(2)

    def register() -> str:
        start.wait()
        try:
            with database.writing() as session:
                service.register_contract(session, _official(), contract_id, clock=clock, expected_version=version)
        except (IllegalTransition, StaleVersion) as error:
            return type(error).__name__
        return "won"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [task.result() for task in [pool.submit(register) for _ in range(2)]]

    assert Counter(outcomes) == {"won": 1, "StaleVersion" if names_version else "IllegalTransition": 1}
    with database.reading() as session:
        assert [entry.count_delta for entry in queries.ledger_of(session, contract_id)] == [1]
        assert queries.get_contract(session, contract_id).registration_no == "2026640102000001"


def test_sixty_four_registrations_from_eight_threads_leave_no_gap(database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        # Two offices, so that one office's sequence does not serialise what the ledger has to.
        filed = [
            (make_contract(session, clock, ContractStatus.ACCEPTED, office_code=office).id, office)
            for office in (YINCHUAN_OFFICE, "640101") * 32
        ]

    def register(contract_id: UUID, office: str) -> None:
        with database.writing() as session:
            service.register_contract(session, _official(office), contract_id, clock=clock)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(register, *zip(*filed, strict=True)))

    with database.reading() as session:
        numbers = session.exec(select(Contract.registration_no).order_by(col(Contract.registration_no))).all()
        seqs = session.exec(select(LedgerEntry.seq).order_by(col(LedgerEntry.seq))).all()
    assert list(numbers) == [f"2026{office}{serial:06d}" for office in ("640101", "640102") for serial in range(1, 33)]
    assert list(seqs) == list(range(1, 65))


def test_two_drafts_of_one_deal_at_once_leave_one_contract(database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        deal = make_deal(session, clock, agreed=True)
        session.get_one(Party, deal.provider_party_id).region_code = "640104"
        deal_id, actor = deal.id, member_of(deal.provider_party_id)
    start = Barrier(2)

    def draft() -> str:
        start.wait()
        try:
            with database.writing() as session:
                service.draft_from_deal(session, actor, DraftFromDeal(deal_id=deal_id), clock=clock)
        except Conflict as error:
            return error.code
        return "won"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [task.result() for task in [pool.submit(draft) for _ in range(2)]]

    assert Counter(outcomes) == {"won": 1, "contract_exists": 1}
