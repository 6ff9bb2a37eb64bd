"""Every SELECT on contracts, their parties, changes, numbers and the ledger."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from market.contracts.models import (
    Contract,
    ContractChange,
    ContractParty,
    ContractSide,
    ContractStatus,
    LedgerEntry,
    RegistrationSequence,
)
from market.contracts.schemas import ContractFilter
from market.kernel.db import get_row
from market.kernel.ids import new_id
from market.kernel.paging import Page, PageRequest
from market.targets.models import ClosedYear

T = TypeVar("T")

_LEDGER_LOCK = 7_306_002  # any constant of our own; it only has to be the same in every process
_LIVE = (ContractStatus.SUBMITTED, ContractStatus.ACCEPTED, ContractStatus.REGISTERED)
_OPEN_AT_OFFICE = (ContractStatus.SUBMITTED, ContractStatus.ACCEPTED)


def get_contract(session: Session, contract_id: UUID) -> Contract:
    """The contract, or `NotFound`."""
    return get_row(session, Contract, contract_id, "技术合同")


def contract_of_deal(session: Session, deal_id: UUID) -> Contract | None:
    """The contract drafted from this deal; there is at most one."""
    return session.exec(select(Contract).where(col(Contract.deal_id) == deal_id)).one_or_none()


def contract_by_number(session: Session, registration_no: str) -> Contract | None:
    """The contract that carries this registration number."""
    return session.exec(select(Contract).where(col(Contract.registration_no) == registration_no)).one_or_none()


def list_contracts(session: Session, wanted: ContractFilter, page: PageRequest) -> Page[Contract]:
    """Contracts, newest first."""
    statement = _filtered(select(Contract), wanted).order_by(col(Contract.created_at).desc(), col(Contract.id).desc())
    return _page(session, statement, page)


def list_for_outsiders(session: Session, wanted: ContractFilter, page: PageRequest) -> Page[Contract]:
    """Contracts, newest first, without drafts: those are nobody's business but their filer's."""
    statement = (
        _filtered(select(Contract), wanted)
        .where(col(Contract.status) != ContractStatus.DRAFT)
        .order_by(col(Contract.created_at).desc(), col(Contract.id).desc())
    )
    return _page(session, statement, page)


def list_of_trader(
    session: Session, wanted: ContractFilter, page: PageRequest, *, party_id: UUID | None, broker_id: UUID | None
) -> Page[Contract]:
    """The contracts a trader may see: filed by the party, naming it, or credited to the broker; drafts by others only from deals."""
    named = sa.exists().where(
        col(ContractParty.contract_id) == col(Contract.id), col(ContractParty.party_id) == party_id
    )
    is_out = sa.or_(col(Contract.status) != ContractStatus.DRAFT, col(Contract.deal_id).is_not(None))
    own: list[sa.ColumnElement[bool]] = []
    if party_id is not None:
        own += [col(Contract.filed_by_party_id) == party_id, sa.and_(named, is_out)]
    if broker_id is not None:
        own.append(col(Contract.broker_id) == broker_id)
    statement = (
        _filtered(select(Contract), wanted)
        .where(sa.or_(sa.false(), *own))
        .order_by(col(Contract.created_at).desc(), col(Contract.id).desc())
    )
    return _page(session, statement, page)


def desk_of_office(session: Session, office_code: str, page: PageRequest) -> Page[Contract]:
    """What waits at an office: the nearest deadline first, contracts without one (not accepted yet) by their submission."""
    statement = (
        select(Contract)
        .where(col(Contract.office_code) == office_code, col(Contract.status).in_(_OPEN_AT_OFFICE))
        .order_by(
            col(Contract.decide_by).is_(None), col(Contract.decide_by), col(Contract.submitted_at), col(Contract.id)
        )
    )
    return _page(session, statement, page)


def parties_of(session: Session, contract_id: UUID) -> list[ContractParty]:
    """The contract's parties: providers, acquirers, intermediaries, each in their order."""
    return parties_of_many(session, [contract_id]).get(contract_id, [])


def parties_of_many(session: Session, contract_ids: Iterable[UUID]) -> dict[UUID, list[ContractParty]]:
    """The parties of several contracts by contract id, in the order of `parties_of`."""
    rank = sa.case({side.value: number for number, side in enumerate(ContractSide)}, value=col(ContractParty.side))
    statement = (
        select(ContractParty)
        .where(col(ContractParty.contract_id).in_(list(contract_ids)))
        .order_by(rank, col(ContractParty.position), col(ContractParty.id))
    )
    found: dict[UUID, list[ContractParty]] = {}
    for party in session.exec(statement):
        found.setdefault(party.contract_id, []).append(party)
    return found


def changes_of(session: Session, contract_id: UUID) -> list[ContractChange]:
    """The registered changes in order."""
    statement = select(ContractChange).where(col(ContractChange.contract_id) == contract_id)
    return list(session.exec(statement.order_by(col(ContractChange.number))))


def ledger_of(session: Session, contract_id: UUID) -> list[LedgerEntry]:
    """The contract's ledger entries in order."""
    statement = select(LedgerEntry).where(col(LedgerEntry.contract_id) == contract_id)
    return list(session.exec(statement.order_by(col(LedgerEntry.seq))))


def registered_of_project(session: Session, project_id: UUID) -> list[Contract]:
    """The registered contracts that belong to a major project."""
    statement = select(Contract).where(
        col(Contract.project_id) == project_id, col(Contract.status) == ContractStatus.REGISTERED
    )
    return list(session.exec(statement.order_by(col(Contract.registered_on), col(Contract.id))))


def likely_duplicates(
    session: Session, contract: Contract, provider: ContractParty, acquirer: ContractParty
) -> list[Contract]:
    """Other contracts at the offices or registered, between the same two, of the same amount."""
    provider_row, acquirer_row = aliased(ContractParty), aliased(ContractParty)
    statement = (
        select(Contract)
        .join(provider_row, col(provider_row.contract_id) == col(Contract.id))
        .join(acquirer_row, col(acquirer_row.contract_id) == col(Contract.id))
        .where(
            col(Contract.id) != contract.id,
            col(Contract.status).in_(_LIVE),
            col(Contract.contract_amount_cny) == contract.contract_amount_cny,
            col(provider_row.side) == ContractSide.PROVIDER,
            col(provider_row.name) == provider.name,
            col(acquirer_row.side) == ContractSide.ACQUIRER,
            col(acquirer_row.name) == acquirer.name,
        )
        .order_by(col(Contract.id))
        .limit(10)
    )
    return list(session.exec(statement).unique())


def lock_sequence(session: Session, office_code: str, year: int) -> RegistrationSequence:
    """The office's sequence of the year, locked; made where it is missing, however many ask for it at once."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(RegistrationSequence)
        .values(id=new_id(), office_code=office_code, year=year, last_serial=0)
        .on_conflict_do_nothing(index_elements=["office_code", "year"])
    )
    statement = (
        select(RegistrationSequence)
        .where(col(RegistrationSequence.office_code) == office_code, col(RegistrationSequence.year) == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.exec(statement).one()


def hold_ledger(session: Session) -> None:
    """Take the ledger's one writer position until the transaction ends (SQLite has one writer anyway).

    Whoever closes a year takes it too, so that no entry slips into a year while it closes.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LEDGER_LOCK})


def last_ledger_seq(session: Session) -> int:
    """The ledger's last sequence number; 0 while it is empty."""
    return session.exec(select(func.max(LedgerEntry.seq))).one() or 0


def is_year_closed(session: Session, year: int) -> bool:
    """Whether the year's books are closed; to be asked while the ledger is held."""
    return session.exec(select(ClosedYear.id).where(col(ClosedYear.year) == year)).first() is not None


def _filtered(statement: SelectOfScalar[Contract], wanted: ContractFilter) -> SelectOfScalar[Contract]:
    conditions: list[sa.ColumnElement[bool]] = []
    for column, value in (
        (col(Contract.status), wanted.status),
        (col(Contract.office_code), wanted.office_code),
        (col(Contract.broker_id), wanted.broker_id),
        (col(Contract.project_id), wanted.project_id),
        (col(Contract.contract_kind_code), wanted.kind_code),
        (col(Contract.registration_no), wanted.registration_no),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.party_id is not None:
        conditions.append(
            sa.exists().where(
                col(ContractParty.contract_id) == col(Contract.id), col(ContractParty.party_id) == wanted.party_id
            )
        )
    if wanted.year is not None:
        conditions.append(col(Contract.registered_on).between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    if wanted.overdue_on is not None:
        conditions += [col(Contract.status).in_(_OPEN_AT_OFFICE), col(Contract.decide_by) < wanted.overdue_on]
    return statement.where(*conditions)


def _page(session: Session, statement: SelectOfScalar[Contract], page: PageRequest) -> Page[Contract]:
    total = session.exec(select(func.count()).select_from(statement.order_by(None).subquery())).one()
    items: Sequence[Contract] = session.exec(statement.offset(page.offset).limit(page.size)).all()
    return Page(items=list(items), page=page.page, size=page.size, total=total)
