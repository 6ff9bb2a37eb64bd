"""Who stands how to a contract: its filer and broker, its parties, its office, other authorities, everybody else.

To those who may not read it a contract does not exist; those who may read but not act are told why not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from market.contracts import queries
from market.contracts.models import Contract, ContractParty, ContractStatus
from market.contracts.rules import FILER_ACTIONS, OFFICE_ACTIONS, ContractAction, actions_from
from market.kernel.actor import Actor, Permission
from market.kernel.db import lock_row
from market.kernel.errors import Forbidden, NotFound, StaleVersion

TEXT_FIELDS = ("subject_matter", "ip_terms", "acceptance_terms", "return_note")
_DECISIONS = frozenset({ContractAction.REGISTER, ContractAction.REFUSE})


@dataclass(frozen=True)
class Standing:
    """`may_read_texts`: the parties, their broker and the office; other authorities read the registered facts only."""

    may_file: bool
    is_office: bool
    may_read: bool
    may_read_texts: bool


def standing(actor: Actor, contract: Contract, parties: Sequence[ContractParty]) -> Standing:
    """How the actor stands to the contract. A draft is known to its filer, its broker and the other side of its deal."""
    if actor.is_system:
        return Standing(may_file=True, is_office=True, may_read=True, may_read_texts=True)
    is_draft = contract.status == ContractStatus.DRAFT
    is_broker = actor.broker_id is not None and actor.broker_id == contract.broker_id
    is_filer = actor.acts_for(contract.filed_by_party_id)
    is_named = any(actor.acts_for(party.party_id) for party in parties)
    is_party = is_filer or is_broker or (is_named and (not is_draft or contract.deal_id is not None))
    is_registrar = actor.may(Permission.REGISTER_CONTRACTS) and not is_draft
    is_office = is_registrar and actor.office_code == contract.office_code
    is_authority = is_registrar or (actor.may(Permission.EXPORT) and not is_draft)
    return Standing(
        may_file=(is_filer or is_broker) and actor.may(Permission.FILE_CONTRACTS),
        is_office=is_office,
        may_read=is_party or is_authority,
        may_read_texts=is_party or is_office,
    )


def allowed_actions(actor: Actor, contract: Contract, held: Standing) -> list[ContractAction]:
    """What this actor may do with the contract now, in a fixed order."""
    allowed = actions_from(contract.status)
    mine = (FILER_ACTIONS if held.may_file else frozenset()) | (OFFICE_ACTIONS if held.is_office else frozenset())
    if held.is_office and contract.accepted_by == actor.user_id:
        mine -= _DECISIONS
    return [action for action in ContractAction if action in allowed & mine]


def readable(session: Session, actor: Actor, contract_id: UUID) -> tuple[Contract, list[ContractParty], Standing]:
    """The contract, its parties and the actor's standing; `NotFound` to whom it is none of their business."""
    if not actor.is_signed_in:
        raise not_found()
    contract = queries.get_contract(session, contract_id)
    parties = queries.parties_of(session, contract_id)
    held = standing(actor, contract, parties)
    if not held.may_read:
        raise not_found()
    return contract, parties, held


def lock_for_filing(session: Session, actor: Actor, contract_id: UUID, expected_version: int | None) -> Contract:
    """The contract, locked for a step of its filer (or the broker of its deal)."""
    actor.require(Permission.FILE_CONTRACTS)
    contract, held = _lock(session, actor, contract_id)
    if not held.may_file:
        raise Forbidden("not_filer", "只有申请登记的一方或其技术经理人可以进行此操作。")
    return _current(contract, expected_version)


def lock_for_office(session: Session, actor: Actor, contract_id: UUID, expected_version: int | None) -> Contract:
    """The contract, locked for a step of an official of its office."""
    actor.require(Permission.REGISTER_CONTRACTS)
    contract, held = _lock(session, actor, contract_id)
    if not held.is_office:
        raise Forbidden("other_office", "这份合同由另一登记机构办理,您只能查看。")
    return _current(contract, expected_version)


def lock_for_income(session: Session, actor: Actor, contract_id: UUID, expected_version: int | None) -> Contract:
    """The contract, locked for recording income: its filer reports it, its office may correct it."""
    if not actor.may(Permission.REGISTER_CONTRACTS):
        actor.require(Permission.FILE_CONTRACTS)
    contract, held = _lock(session, actor, contract_id)
    if not (held.may_file or held.is_office):
        raise Forbidden("not_filer", "只有申请登记的一方、其技术经理人或登记机构可以登记技术性收入。")
    return _current(contract, expected_version)


def _lock(session: Session, actor: Actor, contract_id: UUID) -> tuple[Contract, Standing]:
    # The version is compared only afterwards: to a stranger the row must not exist, whatever version they name.
    contract = lock_row(session, Contract, contract_id, "技术合同")
    held = standing(actor, contract, queries.parties_of(session, contract_id))
    if not held.may_read:
        raise not_found()
    return contract, held


def _current(contract: Contract, expected_version: int | None) -> Contract:
    if expected_version is not None and contract.version != expected_version:
        raise StaleVersion
    return contract


def not_found() -> NotFound:
    """The one answer to everybody who may not know of the contract."""
    return NotFound("not_found", "没有找到这条技术合同,可能已被撤下或链接有误。")
