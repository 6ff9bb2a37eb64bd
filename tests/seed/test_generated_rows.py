"""Every generated row is one that the use-cases make, step by step, at the same instants."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from market.achievements import service as achievements
from market.achievements.models import Achievement
from market.achievements.schemas import DraftAchievement
from market.contracts import service as contracts
from market.contracts.models import (
    Contract,
    ContractChange,
    ContractParty,
    ContractStatus,
    LedgerEntry,
)
from market.contracts.schemas import (
    ChangeContract,
    ContractPartyInput,
    DraftContract,
    EditContract,
    EndContract,
    RecordIncome,
    RefuseContract,
    ReturnContract,
)
from market.kernel.actor import SYSTEM, Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.listings.models import ListingStatus
from market.needs import service as needs
from market.needs.models import Need
from market.needs.schemas import DraftNeed
from market.parties.models import Origin, Party, User
from tests.seed.generated import rows_of

_OWN = {"id", "source_ref", "registration_no", "contract_id", "seq", "by_user_id"}


def _values(row: SQLModel, *without: str) -> dict[str, Any]:
    return {name: value for name, value in row.model_dump().items() if name not in _OWN and name not in without}


@pytest.mark.parametrize(
    "status", [ListingStatus.PUBLISHED, ListingStatus.SUBMITTED, ListingStatus.WITHDRAWN, ListingStatus.EXPIRED]
)
@pytest.mark.parametrize("noun", [(achievements, Achievement, DraftAchievement), (needs, Need, DraftNeed)])
def test_a_listing_is_what_the_use_cases_make(full: Database, session: Session, noun: Any, status: Any) -> None:
    service, model, draft_type = noun
    name = model.__tablename__
    rows = rows_of(full, model, col(model.status) == status)
    row = rows[0]
    for party in rows_of(full, Party, col(Party.id) == row.owner_party_id):
        session.add(Party(**party.model_dump()))
    session.flush()
    clock = FixedClock(row.created_at)
    fields = {one: getattr(row, one) for one in draft_type.model_fields if hasattr(row, one)}
    draft = draft_type(**fields)
    made = getattr(service, f"draft_{name}")(session, SYSTEM, draft, clock=clock, origin=Origin.GENERATED)
    session.flush()
    clock.instant = row.submitted_at
    getattr(service, f"submit_{name}")(session, SYSTEM, made.id, clock=clock)
    session.flush()
    if row.published_at is not None:
        clock.instant = row.published_at
        getattr(service, f"publish_{name}")(session, SYSTEM, made.id, clock=clock)
        session.flush()
    clock.instant = row.updated_at
    if status is ListingStatus.WITHDRAWN:
        getattr(service, f"withdraw_{name}")(session, SYSTEM, made.id, clock=clock)
    if status is ListingStatus.EXPIRED:
        assert service.expire_due(session, clock=clock) == 1
    session.flush()
    session.refresh(made)
    assert _values(made) == _values(row)


FATES = {
    "registered": lambda row, _changed: row.version == 4 and row.status is ContractStatus.REGISTERED,
    "corrected": lambda row, _changed: row.version == 7 and row.status is ContractStatus.REGISTERED,
    "refused": lambda row, _changed: row.version == 4 and row.status is ContractStatus.REFUSED,
    "changed": lambda row, changed: row.version == 5 and row.id in changed,
    "deregistered": lambda row, _changed: row.version == 5 and row.status is ContractStatus.DEREGISTERED,
    "with_income": lambda row, _changed: row.version == 5 and row.technical_income_cny > 0,
}


@pytest.mark.parametrize("fate", FATES)
def test_a_contract_is_what_the_use_cases_make(full: Database, session: Session, fate: str) -> None:
    changes = {change.contract_id: change for change in rows_of(full, ContractChange)}
    row = next(row for row in rows_of(full, Contract) if FATES[fate](row, changes) and row.contract_kind_code == "KF")
    change = changes.get(row.id)
    made = _walk(full, session, row, change)
    assert _values(made) == _values(row)
    generated = rows_of(full, LedgerEntry, col(LedgerEntry.contract_id) == row.id)
    posted = session.exec(select(LedgerEntry).where(col(LedgerEntry.contract_id) == made.id)).all()
    assert sorted(map(_entry_values, posted)) == sorted(map(_entry_values, generated))
    if change is not None:
        told = session.exec(select(ContractChange).where(col(ContractChange.contract_id) == made.id)).one()
        assert _values(told) == _values(change)


def _entry_values(entry: LedgerEntry) -> str:
    return json.dumps(_values(entry), default=str, sort_keys=True)


def _walk(full: Database, session: Session, row: Contract, change: ContractChange | None) -> Contract:
    """The generated contract's way, taken with the use-cases at the same instants."""
    parties = rows_of(full, ContractParty, col(ContractParty.contract_id) == row.id)
    for model, ids in ((Party, {one.party_id for one in parties}), (User, {row.accepted_by, row.decided_by})):
        session.add_all(model(**one.model_dump()) for one in rows_of(full, model, col(model.id).in_(ids - {None})))
    session.flush()
    first, second = (
        Actor(user_id=user_id, role=Role.OFFICIAL, office_code=row.office_code)
        for user_id in (row.accepted_by, row.decided_by)
    )
    clock = FixedClock(row.created_at)
    amounts = {name: Decimal(text) for name, text in change.before.items()} if change else {}
    fields = {name: getattr(row, name) for name in DraftContract.model_fields if hasattr(row, name)} | amounts
    sides = [
        ContractPartyInput(side=one.side, party_id=one.party_id)
        for one in sorted(parties, key=lambda one: one.side, reverse=True)
    ]
    draft = DraftContract(**fields | {"parties": sides})
    made = contracts.draft_contract(session, SYSTEM, draft, clock=clock, origin=Origin.GENERATED)
    clock.instant = row.submitted_at
    contracts.submit_contract(session, SYSTEM, made.id, clock=clock)
    if row.version == 7:
        clock.instant = row.submitted_at - timedelta(hours=2)
        contracts.return_contract(session, first, made.id, ReturnContract(note=row.return_note), clock=clock)
        clock.instant += timedelta(hours=1)
        contracts.edit_contract(session, SYSTEM, made.id, EditContract(ip_terms=row.ip_terms), clock=clock)
        clock.instant = row.submitted_at
        contracts.submit_contract(session, SYSTEM, made.id, clock=clock)
    clock.instant = row.accepted_at
    contracts.accept_contract(session, first, made.id, clock=clock)
    clock.instant = row.decided_at
    if row.status is ContractStatus.REFUSED:
        refusal = RefuseContract(reason_codes=row.refusal_reason_codes, note=row.return_note)
        contracts.refuse_contract(session, second, made.id, refusal, clock=clock)
    else:
        contracts.register_contract(session, second, made.id, clock=clock)
    clock.instant = row.updated_at
    if change is not None:
        after = {name: Decimal(text) for name, text in change.after.items()}
        contracts.change_contract(
            session, second, made.id, ChangeContract(reason_code=change.reason_code, **after), clock=clock
        )
    if row.status is ContractStatus.DEREGISTERED:
        contracts.deregister_contract(session, second, made.id, EndContract(reason=row.return_note), clock=clock)
    if row.technical_income_cny:
        income = RecordIncome(technical_income_cny=row.technical_income_cny)
        contracts.record_income(session, SYSTEM, made.id, income, clock=clock)
    session.flush()
    session.refresh(made)
    return made
