"""Use-cases after registration: changes of the registered facts, income received, deregistration, revocation.

The contract row shows how things stand; the ledger keeps every step, so no figure of an earlier day moves.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.contracts import access, ledger, queries
from market.contracts.drafting import findings_of, require_no_errors
from market.contracts.models import Contract, ContractChange, LedgerKind
from market.contracts.particulars import require_consistent
from market.contracts.rules import ContractAction, next_status
from market.contracts.schemas import ChangeContract, EndContract, RecordIncome
from market.kernel import audit
from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.kernel.errors import Invalid, invalid_field
from market.reference.lists import code_list


def change_contract(
    session: Session,
    actor: Actor,
    contract_id: UUID,
    command: ChangeContract,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Contract:
    """变更登记 by an official of the office: a coded reason, what was and what is, and the difference in the ledger."""
    contract = access.lock_for_office(session, actor, contract_id, expected_version)
    contract.status = next_status(contract.status, ContractAction.CHANGE)
    code_list("change_reasons").require(command.reason_code, "reason_code")
    wanted = command.model_dump(exclude={"reason_code"}, exclude_none=True)
    after = {field: value for field, value in wanted.items() if getattr(contract, field) != value}
    if not after:
        raise Invalid("nothing_changed", "没有任何变化。请填写变更后的金额、期限或名称。")
    before = {field: getattr(contract, field) for field in after}
    old_amounts = (contract.contract_amount_cny, contract.technology_amount_cny)
    for field, value in after.items():
        setattr(contract, field, value)
    require_consistent(
        contract.contract_amount_cny, contract.technology_amount_cny, contract.effective_from, contract.effective_to
    )
    _require_income_within(contract.technical_income_cny, contract.technology_amount_cny, "technology_amount_cny")
    contract.updated_at = clock.now()
    session.add(contract)
    if "effective_to" in after:
        found = findings_of(session, contract, clock=clock)
        require_no_errors([finding for finding in found if finding.rule == "kind.patent_term"])
    session.add(_change_row(session, actor, contract, command.reason_code, before, after, clock))
    session.flush()
    deltas = (
        contract.contract_amount_cny - old_amounts[0],
        contract.technology_amount_cny - old_amounts[1],
    )
    if any(deltas):
        ledger.post(session, contract, ledger.correction(*deltas), clock=clock)
    facts = {
        "reason_code": command.reason_code,
        "contract_amount_cny": contract.contract_amount_cny,
        "technology_amount_cny": contract.technology_amount_cny,
        "fields": sorted(after),
    }
    audit.record(session, actor, "contract.changed", contract.id, clock, facts)
    return contract


def record_income(
    session: Session,
    actor: Actor,
    contract_id: UUID,
    command: RecordIncome,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Contract:
    """The technical income received so far, in all: never above the technology amount. No published figure moves."""
    contract = access.lock_for_income(session, actor, contract_id, expected_version)
    contract.status = next_status(contract.status, ContractAction.RECORD_INCOME)
    _require_income_within(command.technical_income_cny, contract.technology_amount_cny, "technical_income_cny")
    before = contract.technical_income_cny
    contract.technical_income_cny = command.technical_income_cny
    contract.updated_at = clock.now()
    session.add(contract)
    session.flush()
    facts = {"before_cny": before, "after_cny": contract.technical_income_cny}
    audit.record(session, actor, "contract.income_recorded", contract.id, clock, facts)
    return contract


def deregister_contract(
    session: Session,
    actor: Actor,
    contract_id: UUID,
    command: EndContract,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Contract:
    """注销: the contract was rescinded or annulled. Its number stays taken, its amounts leave the ledger."""
    return _end(session, actor, contract_id, command, ContractAction.DEREGISTER, clock, expected_version)


def revoke_contract(
    session: Session,
    actor: Actor,
    contract_id: UUID,
    command: EndContract,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Contract:
    """撤销 by the office, e.g. after fraud. Its number stays taken, its amounts leave the ledger."""
    return _end(session, actor, contract_id, command, ContractAction.REVOKE, clock, expected_version)


_ENDINGS = {
    ContractAction.DEREGISTER: (LedgerKind.DEREGISTRATION, "contract.deregistered"),
    ContractAction.REVOKE: (LedgerKind.REVOCATION, "contract.revoked"),
}


def _end(
    session: Session,
    actor: Actor,
    contract_id: UUID,
    command: EndContract,
    action: ContractAction,
    clock: Clock,
    expected_version: int | None,
) -> Contract:
    contract = access.lock_for_office(session, actor, contract_id, expected_version)
    contract.status = next_status(contract.status, action)
    ledger_kind, tag = _ENDINGS[action]
    contract.return_note = command.reason
    contract.updated_at = clock.now()
    session.add(contract)
    session.flush()
    ledger.post(session, contract, ledger.removal_of(contract, ledger_kind), clock=clock)
    facts = {"registration_no": contract.registration_no, "contract_amount_cny": contract.contract_amount_cny}
    audit.record(session, actor, tag, contract.id, clock, facts)
    return contract


def _require_income_within(income_cny: Decimal, technology_amount_cny: Decimal, field: str) -> None:
    if income_cny > technology_amount_cny:
        raise invalid_field(
            field, "技术性收入高于技术交易额。", "请核对金额;技术交易额有变的,请先办理变更登记。", "income_above_amount"
        )


def _change_row(
    session: Session,
    actor: Actor,
    contract: Contract,
    reason_code: str,
    before: dict[str, Any],
    after: dict[str, Any],
    clock: Clock,
) -> ContractChange:
    return ContractChange(
        contract_id=contract.id,
        number=len(queries.changes_of(session, contract.id)) + 1,
        reason_code=reason_code,
        before={field: str(value) for field, value in before.items()},
        after={field: str(value) for field, value in after.items()},
        at=clock.now(),
        by_user_id=actor.user_id,
    )
