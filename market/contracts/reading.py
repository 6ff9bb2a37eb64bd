"""Use-cases that only read: a contract for one viewer, tables, the pre-check, the certificate."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.contracts import access, queries
from market.contracts.drafting import findings_of
from market.contracts.models import Contract, ContractChange, ContractParty, ContractSide, ContractStatus
from market.contracts.rules import NUMBERED, STATUS_LABELS, rule_book
from market.contracts.schemas import (
    Certificate,
    ContractCard,
    ContractChangeView,
    ContractFilter,
    ContractPartyView,
    ContractView,
    Finding,
)
from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.errors import Conflict
from market.kernel.paging import Page, PageRequest
from market.parties.models import Origin
from market.reference.lists import code_list

SIDE_LABELS = {
    ContractSide.PROVIDER: "卖方(技术提供方)",
    ContractSide.ACQUIRER: "买方(技术受让方)",
    ContractSide.INTERMEDIARY: "中介方",
}
_LABELLED = {
    "contract_kind": "contract_kinds",
    "contract_subkind": "contract_kinds",
    "field": "technology_fields",
    "industry": "industries",
    "local_industry": "local_industries",
    "objective": "objectives",
    "plan_source": "plan_sources",
    "licence_mode": "licence_modes",
    "payment_mode": "payment_modes",
    "office": "registration_offices",
}
_UNDER_DECISION = frozenset({ContractStatus.SUBMITTED, ContractStatus.ACCEPTED})
_CODE_GROUP = 4
_CODE_LENGTH = 16


def view_contract(session: Session, actor: Actor, contract_id: UUID, *, clock: Clock) -> ContractView:
    """The contract as this actor may see it; `NotFound` to whom it is none of their business."""
    contract, parties, held = access.readable(session, actor, contract_id)
    values: dict[str, Any] = contract.model_dump()
    hidden = [] if held.may_read_texts else [field for field in access.TEXT_FIELDS if values[field]]
    values.update(dict.fromkeys(hidden))
    for field, list_name in _LABELLED.items():
        values[f"{field}_label"] = code_list(list_name).label(values[f"{field}_code"])
    rules = rule_book().get(contract.rule_version)
    threshold = rule_book().review_threshold_cny()
    values.update(
        status_label=STATUS_LABELS[contract.status],
        ip_kind_labels=_labels("ip_kinds", contract.ip_kind_codes),
        refusal_reason_labels=_labels("refusal_reasons", contract.refusal_reason_codes),
        rule_title=rules.title if rules else "",
        is_overdue=is_overdue(contract, clock.today()),
        needs_expert_review=threshold is not None and contract.technology_amount_cny >= threshold,
        parties=[_party_view(party) for party in parties],
        changes=[_change_view(change) for change in queries.changes_of(session, contract.id)],
        hidden_fields=hidden,
        allowed_actions=access.allowed_actions(actor, contract, held),
    )
    return ContractView.model_validate(values)


def list_visible(
    session: Session, actor: Actor, wanted: ContractFilter, page: PageRequest, *, clock: Clock
) -> Page[ContractCard]:
    """The contracts that the actor may read, newest first: traders their own, officials and administrators all but drafts."""
    if actor.is_system:
        found = queries.list_contracts(session, wanted, page)
    elif actor.may(Permission.REGISTER_CONTRACTS) or actor.may(Permission.EXPORT):
        found = queries.list_for_outsiders(session, wanted, page)
    else:
        actor.require(Permission.FILE_CONTRACTS)
        found = queries.list_of_trader(session, wanted, page, party_id=actor.party_id, broker_id=actor.broker_id)
    return _cards(session, found, clock)


def desk(session: Session, actor: Actor, page: PageRequest, *, clock: Clock) -> Page[ContractCard]:
    """What waits at the official's office, the nearest deadline first."""
    actor.require(Permission.REGISTER_CONTRACTS)
    found = queries.desk_of_office(session, actor.office_code or "", page)
    return _cards(session, found, clock)


def precheck_contract(session: Session, actor: Actor, contract_id: UUID, *, clock: Clock) -> list[Finding]:
    """预审 for everybody who may read the contract's texts; to others the contract does not exist."""
    contract, _, held = access.readable(session, actor, contract_id)
    if not held.may_read_texts:
        raise access.not_found()
    return findings_of(session, contract, clock=clock)


def certificate_of(session: Session, actor: Actor, contract_id: UUID, *, clock: Clock) -> Certificate:
    """All that the printed certificate shows. Raises `Conflict` where the contract has not been registered."""
    contract, parties, _ = access.readable(session, actor, contract_id)
    if contract.status not in NUMBERED or contract.registration_no is None or contract.registered_on is None:
        raise Conflict("not_registered", "合同尚未登记,没有登记证明。请在登记后再打印。")
    rules = rule_book().get(contract.rule_version)
    names = {side: tuple(party.name for party in parties if party.side == side) for side in ContractSide}
    kinds = code_list("contract_kinds")
    return Certificate(
        contract_id=contract.id,
        registration_no=contract.registration_no,
        name=contract.name,
        kind_label=kinds.label(contract.contract_kind_code),
        subkind_label=kinds.label(contract.contract_subkind_code),
        field_label=code_list("technology_fields").label(contract.field_code),
        providers=names[ContractSide.PROVIDER],
        acquirers=names[ContractSide.ACQUIRER],
        intermediaries=names[ContractSide.INTERMEDIARY],
        contract_amount_cny=contract.contract_amount_cny,
        technology_amount_cny=contract.technology_amount_cny,
        technical_income_cny=contract.technical_income_cny,
        signed_on=contract.signed_on,
        effective_from=contract.effective_from,
        effective_to=contract.effective_to,
        office_code=contract.office_code,
        office_label=code_list("registration_offices").label(contract.office_code),
        registered_on=contract.registered_on,
        change_count=len(queries.changes_of(session, contract.id)),
        rule_title=rules.title if rules else "",
        status=contract.status,
        status_label=STATUS_LABELS[contract.status],
        is_valid=contract.status == ContractStatus.REGISTERED,
        is_demo=contract.origin in {Origin.DEMO, Origin.GENERATED},
        verification_code=verification_code(contract, parties),
        printed_on=clock.today(),
    )


def verification_code(contract: Contract, parties: Iterable[ContractParty]) -> str:
    """Sixteen hexadecimal digits over the number and the registered facts, in groups of four; changes with any of them."""
    facts = (
        contract.registration_no or "",
        str(contract.id),
        contract.name,
        contract.contract_kind_code,
        f"{contract.contract_amount_cny:.2f}",
        f"{contract.technology_amount_cny:.2f}",
        str(contract.effective_to),
        str(contract.registered_on),
        *(f"{party.side}:{party.name}" for party in parties),
    )
    digester = hashlib.sha256()
    for fact in facts:
        data = fact.encode()
        digester.update(len(data).to_bytes(4, "big") + data)
    digits = digester.hexdigest()[:_CODE_LENGTH].upper()
    return "-".join(digits[start : start + _CODE_GROUP] for start in range(0, _CODE_LENGTH, _CODE_GROUP))


def is_overdue(contract: Contract, today: date) -> bool:
    """Whether the office has let its period pass."""
    return contract.status in _UNDER_DECISION and contract.decide_by is not None and contract.decide_by < today


def _cards(session: Session, found: Page[Contract], clock: Clock) -> Page[ContractCard]:
    parties = queries.parties_of_many(session, [contract.id for contract in found.items])
    cards = [_card(contract, parties.get(contract.id, []), clock.today()) for contract in found.items]
    return Page(items=cards, page=found.page, size=found.size, total=found.total)


def _card(contract: Contract, parties: list[ContractParty], today: date) -> ContractCard:
    def name_of(side: ContractSide) -> str:
        return next((party.name for party in parties if party.side == side), "")

    values = contract.model_dump()
    values.update(
        status_label=STATUS_LABELS[contract.status],
        contract_kind_label=code_list("contract_kinds").label(contract.contract_kind_code),
        office_label=code_list("registration_offices").label(contract.office_code),
        provider_name=name_of(ContractSide.PROVIDER),
        acquirer_name=name_of(ContractSide.ACQUIRER),
        is_overdue=is_overdue(contract, today),
    )
    return ContractCard.model_validate(values)


def _party_view(party: ContractParty) -> ContractPartyView:
    values = party.model_dump()
    values.update(
        side_label=SIDE_LABELS[party.side],
        party_type_label=code_list("party_types").label(party.party_type_code),
        region_label=code_list("regions").label(party.region_code),
    )
    return ContractPartyView.model_validate(values)


def _change_view(change: ContractChange) -> ContractChangeView:
    values = change.model_dump()
    values["reason_label"] = code_list("change_reasons").label(change.reason_code)
    return ContractChangeView.model_validate(values)


def _labels(list_name: str, codes: Iterable[str]) -> list[str]:
    return [code_list(list_name).label(code) for code in codes]
