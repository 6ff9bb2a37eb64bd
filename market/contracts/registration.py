"""Use-cases of the office: accepting, returning, registering and refusing. Four eyes: who accepted does not decide."""

from uuid import UUID

from sqlmodel import Session

from market.contracts import access, ledger, numbering
from market.contracts.drafting import findings_of, require_no_errors
from market.contracts.models import Contract
from market.contracts.rules import ContractAction, next_status, rule_book
from market.contracts.schemas import RefuseContract, ReturnContract
from market.kernel import audit
from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.kernel.errors import Forbidden
from market.reference.lists import code_list


def accept_contract(
    session: Session, actor: Actor, contract_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Contract:
    """受理: the office's period begins, under the rule set in force today, whose version is kept."""
    contract = access.lock_for_office(session, actor, contract_id, expected_version)
    contract.status = next_status(contract.status, ContractAction.ACCEPT)
    rules = rule_book().in_force(clock.today())
    contract.rule_version = rules.version
    contract.decide_by = rules.decide_by(clock.today(), contract.technology_amount_cny)
    contract.accepted_at = contract.updated_at = clock.now()
    contract.accepted_by = actor.user_id
    session.add(contract)
    session.flush()
    facts = {"rule_version": contract.rule_version, "decide_by": contract.decide_by}
    audit.record(session, actor, "contract.accepted", contract.id, clock, facts)
    return contract


def return_contract(
    session: Session,
    actor: Actor,
    contract_id: UUID,
    command: ReturnContract,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Contract:
    """退回补正: the filer corrects and submits again; the office's period begins anew with the next acceptance."""
    contract = access.lock_for_office(session, actor, contract_id, expected_version)
    contract.status = next_status(contract.status, ContractAction.RETURN)
    contract.return_note = command.note
    contract.accepted_at = contract.accepted_by = contract.decide_by = None
    contract.updated_at = clock.now()
    session.add(contract)
    session.flush()
    audit.record(session, actor, "contract.returned", contract.id, clock)
    return contract


def register_contract(
    session: Session, actor: Actor, contract_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Contract:
    """认定登记: gives the number, freezes the amounts and posts them to the ledger.

    Raises `Forbidden` (four_eyes) to the official who accepted it, `Invalid` where the pre-check finds an error by now.
    """
    contract = access.lock_for_office(session, actor, contract_id, expected_version)
    status = next_status(contract.status, ContractAction.REGISTER)
    _require_four_eyes(actor, contract)
    require_no_errors(findings_of(session, contract, clock=clock))
    today = clock.today()
    contract.registration_no = numbering.allocate(session, contract.office_code, today.year)
    contract.registered_on = today
    contract.status = status
    _decide(contract, actor, clock)
    session.add(contract)
    session.flush()
    ledger.post(session, contract, ledger.registration_of(contract), clock=clock)
    facts = {
        "registration_no": contract.registration_no,
        "contract_amount_cny": contract.contract_amount_cny,
        "technology_amount_cny": contract.technology_amount_cny,
        "rule_version": contract.rule_version,
    }
    audit.record(session, actor, "contract.registered", contract.id, clock, facts)
    return contract


def refuse_contract(
    session: Session,
    actor: Actor,
    contract_id: UUID,
    command: RefuseContract,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Contract:
    """不予登记, with coded reasons. Final; the filer may file a new contract."""
    contract = access.lock_for_office(session, actor, contract_id, expected_version)
    status = next_status(contract.status, ContractAction.REFUSE)
    _require_four_eyes(actor, contract)
    reasons = code_list("refusal_reasons")
    for number, code in enumerate(command.reason_codes):
        reasons.require(code, f"reason_codes.{number}")
    contract.status = status
    contract.refusal_reason_codes = list(dict.fromkeys(command.reason_codes))
    contract.return_note = command.note
    _decide(contract, actor, clock)
    session.add(contract)
    session.flush()
    audit.record(
        session, actor, "contract.refused", contract.id, clock, {"reason_codes": contract.refusal_reason_codes}
    )
    return contract


def _require_four_eyes(actor: Actor, contract: Contract) -> None:
    # Two steps of the system itself (no user) are the same eyes too: a decision is always a second person's.
    if contract.accepted_by == actor.user_id:
        raise Forbidden("four_eyes", "受理人不能作出登记决定,请由本机构另一位登记人员办理。")


def _decide(contract: Contract, actor: Actor, clock: Clock) -> None:
    contract.decided_at = contract.updated_at = clock.now()
    contract.decided_by = actor.user_id
