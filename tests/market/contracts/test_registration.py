"""The office: permissions first, four eyes, the period, numbers, refusal."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from market.contracts import numbering, queries, service
from market.contracts.models import ContractStatus, LedgerKind
from market.contracts.schemas import EditContract, RefuseContract, ReturnContract
from market.kernel.actor import ANONYMOUS, SYSTEM, Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    StaleVersion,
    Unauthenticated,
)
from market.kernel.ids import new_id
from tests.factories.contracts import advance, clerks_of, draft_command, make_contract, member_of


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (ANONYMOUS, Unauthenticated),
        (Actor(user_id=new_id(), role=Role.ENTERPRISE, party_id=new_id()), Forbidden),
        (Actor(user_id=new_id(), role=Role.BROKER, broker_id=new_id()), Forbidden),
        (Actor(user_id=new_id(), role=Role.ADMINISTRATOR), Forbidden),
        (clerks_of("640201").first, Forbidden),
        (Actor(user_id=new_id(), role=Role.OFFICIAL), Forbidden),
    ],
)
def test_accepting_is_for_officials_of_the_office(
    session: Session, clock: FixedClock, actor: Actor, error: type[Exception]
) -> None:
    contract = make_contract(session, clock, ContractStatus.SUBMITTED)
    with pytest.raises(error):
        service.accept_contract(session, actor, contract.id, clock=clock)
    assert contract.status == ContractStatus.SUBMITTED


def test_filer_cannot_register_its_own_contract(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.ACCEPTED)
    with pytest.raises(Forbidden):
        service.register_contract(session, member_of(contract.filed_by_party_id), contract.id, clock=clock)


def test_draft_does_not_exist_for_the_office(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.DRAFT)
    with pytest.raises(NotFound):
        service.accept_contract(session, clerks_of().first, contract.id, clock=clock)


def test_official_who_accepted_does_not_decide(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.ACCEPTED)
    first, refusal = clerks_of().first, RefuseContract(reason_codes=["not_technical"])
    with pytest.raises(Forbidden) as caught:
        service.register_contract(session, first, contract.id, clock=clock)
    assert caught.value.code == "four_eyes"
    with pytest.raises(Forbidden) as caught:
        service.refuse_contract(session, first, contract.id, refusal, clock=clock)
    assert caught.value.code == "four_eyes"
    assert contract.registration_no is None


def test_system_cannot_be_both_pairs_of_eyes(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.SUBMITTED)
    service.accept_contract(session, SYSTEM, contract.id, clock=clock)
    with pytest.raises(Forbidden):
        service.register_contract(session, SYSTEM, contract.id, clock=clock)


def test_acceptance_keeps_the_rules_and_starts_the_period(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.ACCEPTED)
    assert (contract.rule_version, contract.decide_by) == ("2000-63", date(2026, 5, 8))


def test_period_begins_anew_after_a_return(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.RETURNED)
    assert (contract.decide_by, contract.accepted_by) == (None, None)
    service.edit_contract(
        session, member_of(contract.filed_by_party_id), contract.id, EditContract(name="补正后的合同"), clock=clock
    )
    clock.advance(timedelta(days=20))
    service.submit_contract(session, SYSTEM, contract.id, clock=clock)
    service.accept_contract(session, clerks_of().second, contract.id, clock=clock)
    assert contract.decide_by == date(2026, 5, 28)
    service.register_contract(session, clerks_of().first, contract.id, clock=clock)
    assert contract.status == ContractStatus.REGISTERED


def test_return_works_before_acceptance_too(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.SUBMITTED)
    command = ReturnContract(note="请补充卖方的法人证书")
    service.return_contract(session, clerks_of().first, contract.id, command, clock=clock)
    assert (contract.status, contract.return_note) == (ContractStatus.RETURNED, "请补充卖方的法人证书")


def test_registration_gives_number_date_and_one_ledger_entry(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock)
    assert contract.registration_no == "2026640102000001"
    assert contract.registered_on == date(2026, 4, 8)
    (entry,) = queries.ledger_of(session, contract.id)
    assert (entry.kind, entry.count_delta, entry.year, entry.month) == (LedgerKind.REGISTRATION, 1, 2026, 4)
    assert entry.contract_amount_delta_cny == contract.contract_amount_cny
    assert entry.technology_amount_delta_cny == contract.technology_amount_cny
    assert (entry.effective_on, entry.provider_in_region, entry.acquirer_in_region) == (date(2026, 4, 8), True, True)


def test_numbers_run_by_office_and_year(session: Session, clock: FixedClock) -> None:
    first, second = make_contract(session, clock), make_contract(session, clock)
    elsewhere = make_contract(session, clock, office_code="640101")
    clock.advance(timedelta(days=300))
    next_year = make_contract(session, clock)
    assert [c.registration_no for c in (first, second, elsewhere, next_year)] == [
        "2026640102000001",
        "2026640102000002",
        "2026640101000001",
        "2027640102000001",
    ]


def test_numbers_end_with_a_clear_conflict(session: Session) -> None:
    sequence = queries.lock_sequence(session, "640102", 2026)
    sequence.last_serial = numbering.LAST_SERIAL - 1
    session.flush()
    assert numbering.allocate(session, "640102", 2026) == "2026640102999999"
    with pytest.raises(Conflict):
        numbering.allocate(session, "640102", 2026)


def test_refusal_needs_reasons_of_the_list_and_is_final(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.ACCEPTED)
    second = clerks_of().second
    with pytest.raises(Invalid) as caught:
        service.refuse_contract(
            session, second, contract.id, RefuseContract(reason_codes=["duplicate", "whim"]), clock=clock
        )
    assert caught.value.fields[0].field == "reason_codes.1"
    service.refuse_contract(session, second, contract.id, RefuseContract(reason_codes=["duplicate"]), clock=clock)
    assert (contract.status, contract.refusal_reason_codes) == (ContractStatus.REFUSED, ["duplicate"])
    assert queries.ledger_of(session, contract.id) == []
    with pytest.raises(IllegalTransition):
        service.submit_contract(session, SYSTEM, contract.id, clock=clock)


def test_stale_version_is_refused(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.ACCEPTED)
    with pytest.raises(StaleVersion):
        service.register_contract(
            session, clerks_of().second, contract.id, clock=clock, expected_version=contract.version - 1
        )


def test_twin_that_was_registered_meanwhile_stops_the_registration(session: Session, clock: FixedClock) -> None:
    command = draft_command(session, clock)
    contract = service.draft_contract(session, SYSTEM, command, clock=clock)
    advance(session, contract, ContractStatus.ACCEPTED, clock)
    twin = service.draft_contract(session, SYSTEM, command.model_copy(update={"name": "另一个名称"}), clock=clock)
    advance(session, twin, ContractStatus.REGISTERED, clock)
    twin.name = contract.name
    session.flush()
    with pytest.raises(Invalid) as caught:
        service.register_contract(session, clerks_of().second, contract.id, clock=clock)
    assert caught.value.code == "precheck_failed"
    assert twin.registration_no is not None
    assert twin.registration_no in caught.value.detail
