"""Contracts for tests, brought to any state through the use-cases, with invented parties."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.contracts import service
from market.contracts.models import Contract, ContractSide, ContractStatus
from market.contracts.schemas import (
    ContractPartyInput,
    DraftContract,
    EndContract,
    RefuseContract,
    ReturnContract,
)
from market.kernel.actor import SYSTEM, Actor, Role
from market.kernel.clock import Clock
from market.kernel.ids import new_id
from tests.factories.parties import make_party

_number = count(1)

YINCHUAN_OFFICE = "640102"
FIRST_OFFICIAL = UUID(int=0xA1)
SECOND_OFFICIAL = UUID(int=0xA2)


@dataclass(frozen=True)
class Clerks:
    """Two officials of one office: one accepts, the other decides."""

    first: Actor
    second: Actor


def clerks_of(office_code: str = YINCHUAN_OFFICE) -> Clerks:
    def official(user_id: UUID) -> Actor:
        return Actor(user_id=user_id, role=Role.OFFICIAL, office_code=office_code)

    return Clerks(official(FIRST_OFFICIAL), official(SECOND_OFFICIAL))


def member_of(party_id: UUID, role: Role = Role.ENTERPRISE, **overrides: Any) -> Actor:
    """Somebody who acts for the party."""
    return Actor(**{"user_id": new_id(), "role": role, "party_id": party_id, **overrides})


def draft_command(session: Session, clock: Clock, **overrides: Any) -> DraftContract:
    """A complete development contract of 120 万元 between two enterprises of Yinchuan; passes the pre-check."""
    number = next(_number)
    values: dict[str, Any] = {
        "name": f"枸杞干燥工艺技术开发合同{number}",
        "contract_kind_code": "KF",
        "contract_subkind_code": "KF1",
        "field_code": "09",
        "industry_code": "A",
        "objective_code": "09",
        "payment_mode_code": "instalments",
        "ip_kind_codes": ["patent_invention"],
        "subject_matter": "开发枸杞鲜果热泵变温干燥工艺,含水率降至13%以下,能耗较热风干燥下降30%。",
        "ip_terms": "成果归双方共有,买方享有免费使用权。",
        "acceptance_terms": "连续三批中试样品经第三方检测达到约定指标。",
        "signed_on": clock.today() - timedelta(days=7),
        "effective_from": clock.today(),
        "effective_to": clock.today() + timedelta(days=365),
        "contract_amount_cny": Decimal("1200000.00"),
        "technology_amount_cny": Decimal("1000000.00"),
    }
    if "parties" not in overrides:
        provider, acquirer = (make_party(session, clock) for _ in range(2))
        values["parties"] = [
            ContractPartyInput(side=ContractSide.PROVIDER, party_id=provider.id),
            ContractPartyInput(side=ContractSide.ACQUIRER, party_id=acquirer.id),
        ]
    return DraftContract(**{**values, **overrides})


def make_contract(
    session: Session, clock: Clock, status: ContractStatus = ContractStatus.REGISTERED, **overrides: Any
) -> Contract:
    """A contract in this state; `overrides` are fields of `DraftContract`."""
    contract = service.draft_contract(session, SYSTEM, draft_command(session, clock, **overrides), clock=clock)
    advance(session, contract, status, clock)
    return contract


def advance(session: Session, contract: Contract, status: ContractStatus, clock: Clock) -> None:
    """Take a draft to the state by the shortest way."""
    clerks = clerks_of(contract.office_code)
    s = service
    accepted: list[Callable[[], Contract]] = [
        lambda: s.submit_contract(session, SYSTEM, contract.id, clock=clock),
        lambda: s.accept_contract(session, clerks.first, contract.id, clock=clock),
    ]
    registered = [*accepted, lambda: s.register_contract(session, clerks.second, contract.id, clock=clock)]
    note, reason = ReturnContract(note="请补充验收标准"), EndContract(reason="双方协议解除合同")
    refusal = RefuseContract(reason_codes=["not_technical"])
    ways: dict[ContractStatus, list[Callable[[], Contract]]] = {
        ContractStatus.DRAFT: [],
        ContractStatus.SUBMITTED: accepted[:1],
        ContractStatus.ACCEPTED: accepted,
        ContractStatus.RETURNED: [
            *accepted,
            lambda: s.return_contract(session, clerks.first, contract.id, note, clock=clock),
        ],
        ContractStatus.REGISTERED: registered,
        ContractStatus.REFUSED: [
            *accepted,
            lambda: s.refuse_contract(session, clerks.second, contract.id, refusal, clock=clock),
        ],
        ContractStatus.DEREGISTERED: [
            *registered,
            lambda: s.deregister_contract(session, clerks.second, contract.id, reason, clock=clock),
        ],
        ContractStatus.REVOKED: [
            *registered,
            lambda: s.revoke_contract(session, clerks.second, contract.id, reason, clock=clock),
        ],
    }
    for step in ways[status]:
        step()
