"""After registration: changes, income, endings, and what each does to the ledger."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session

from market.achievements.models import IntellectualProperty, IpStatus
from market.contracts import queries, service
from market.contracts.ledger import month_in
from market.contracts.models import ContractStatus, LedgerKind
from market.contracts.schemas import ChangeContract, EndContract, RecordIncome
from market.kernel.clock import FixedClock
from market.kernel.errors import Forbidden, IllegalTransition, Invalid
from market.targets.models import ClosedYear
from tests.factories.achievements import make_achievement
from tests.factories.contracts import clerks_of, make_contract, member_of

OFFICIAL = clerks_of().first
REASON = EndContract(reason="双方协议解除合同")


def test_change_is_for_the_office(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock)
    command = ChangeContract(reason_code="amount_changed", contract_amount_cny=Decimal(1500000))
    for actor in (member_of(contract.filed_by_party_id), clerks_of("640201").first):
        with pytest.raises(Forbidden):
            service.change_contract(session, actor, contract.id, command, clock=clock)


def test_change_keeps_before_and_after_and_posts_the_difference(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock)
    clock.advance(timedelta(days=40))
    command = ChangeContract(
        reason_code="amount_changed",
        contract_amount_cny=Decimal("1100000.01"),
        technology_amount_cny=Decimal("1000000.00"),
        name=contract.name,
    )
    service.change_contract(session, OFFICIAL, contract.id, command, clock=clock)
    (change,) = queries.changes_of(session, contract.id)
    assert change.before == {"contract_amount_cny": "1200000.00"}
    assert change.after == {"contract_amount_cny": "1100000.01"}
    entry = queries.ledger_of(session, contract.id)[-1]
    assert (entry.kind, entry.count_delta) == (LedgerKind.CHANGE, 0)
    assert entry.contract_amount_delta_cny == Decimal("-99999.99")
    assert entry.technology_amount_delta_cny == Decimal("0.00")
    assert (entry.effective_on, entry.month) == (date(2026, 5, 18), 5)


def test_change_of_the_name_alone_moves_no_figure(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock)
    command = ChangeContract(reason_code="renamed", name="更名后的技术开发合同")
    service.change_contract(session, OFFICIAL, contract.id, command, clock=clock)
    assert len(queries.ledger_of(session, contract.id)) == 1


@pytest.mark.parametrize(
    "command",
    [
        ChangeContract(reason_code="whim", name="别的名称"),
        ChangeContract(reason_code="other"),
        ChangeContract(reason_code="other", contract_amount_cny=Decimal("999999.99")),
        ChangeContract(reason_code="other", technology_amount_cny=Decimal("1200000.01")),
        ChangeContract(reason_code="other", effective_to=date(2020, 1, 1)),
        ChangeContract(reason_code="other", technology_amount_cny=Decimal("399999.99")),
    ],
)
def test_impossible_change_is_refused(session: Session, clock: FixedClock, command: ChangeContract) -> None:
    contract = make_contract(session, clock)
    income = RecordIncome(technical_income_cny=Decimal("400000.00"))
    service.record_income(session, OFFICIAL, contract.id, income, clock=clock)
    with pytest.raises(Invalid):
        service.change_contract(session, OFFICIAL, contract.id, command, clock=clock)


def test_income_is_recorded_by_the_filer_up_to_the_technology_amount(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock)
    filer = member_of(contract.filed_by_party_id)
    income = RecordIncome(technical_income_cny=contract.technology_amount_cny)
    service.record_income(session, filer, contract.id, income, clock=clock)
    assert contract.technical_income_cny == contract.technology_amount_cny
    too_much = RecordIncome(technical_income_cny=contract.technology_amount_cny + Decimal("0.01"))
    with pytest.raises(Invalid) as caught:
        service.record_income(session, filer, contract.id, too_much, clock=clock)
    assert caught.value.fields[0].field == "technical_income_cny"
    assert len(queries.ledger_of(session, contract.id)) == 1


def test_income_is_not_recorded_by_the_other_side(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock)
    acquirer_id = queries.parties_of(session, contract.id)[1].party_id
    assert acquirer_id is not None
    income = RecordIncome(technical_income_cny=Decimal(1))
    with pytest.raises(Forbidden):
        service.record_income(session, member_of(acquirer_id), contract.id, income, clock=clock)


@pytest.mark.parametrize("ending", [ContractStatus.DEREGISTERED, ContractStatus.REVOKED])
def test_ending_takes_off_what_the_contract_stands_at_and_keeps_its_number(
    session: Session, clock: FixedClock, ending: ContractStatus
) -> None:
    contract = make_contract(session, clock)
    command = ChangeContract(reason_code="amount_changed", contract_amount_cny=Decimal("1300000.00"))
    service.change_contract(session, OFFICIAL, contract.id, command, clock=clock)
    end = service.deregister_contract if ending == ContractStatus.DEREGISTERED else service.revoke_contract
    end(session, OFFICIAL, contract.id, REASON, clock=clock)
    entries = queries.ledger_of(session, contract.id)
    assert contract.status == ending
    assert sum(entry.count_delta for entry in entries) == 0
    assert sum(entry.contract_amount_delta_cny for entry in entries) == 0
    assert sum(entry.technology_amount_delta_cny for entry in entries) == 0
    assert make_contract(session, clock).registration_no != contract.registration_no
    with pytest.raises(IllegalTransition):
        end(session, OFFICIAL, contract.id, REASON, clock=clock)


def test_closed_year_is_changed_only_by_an_adjustment_in_the_next(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock)
    clock.advance(timedelta(days=300))
    session.add(ClosedYear(year=2026, closed_at=clock.now()))
    session.flush()
    service.deregister_contract(session, OFFICIAL, contract.id, REASON, clock=clock)
    first, last = queries.ledger_of(session, contract.id)
    assert (first.year, first.is_adjustment) == (2026, False)
    assert (last.year, last.month, last.is_adjustment) == (2027, 2, True)


def test_year_that_is_still_open_takes_late_entries(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock)
    clock.advance(timedelta(days=300))
    service.revoke_contract(session, OFFICIAL, contract.id, REASON, clock=clock)
    last = queries.ledger_of(session, contract.id)[-1]
    assert (last.year, last.month, last.is_adjustment) == (2026, 12, False)
    assert last.effective_on == date(2027, 2, 2)


def test_registration_into_a_year_closed_early_counts_in_the_next(session: Session, clock: FixedClock) -> None:
    session.add(ClosedYear(year=2026, closed_at=clock.now()))
    session.flush()
    (entry,) = queries.ledger_of(session, make_contract(session, clock).id)
    assert (entry.year, entry.month, entry.is_adjustment) == (2027, 1, True)
    assert month_in(2026, date(2026, 7, 1)) == 7


def test_licence_is_not_prolonged_past_the_patent(session: Session, clock: FixedClock) -> None:
    achievement = make_achievement(session, clock)
    expiry = clock.today() + timedelta(days=500)
    patent = {"kind_code": "patent_invention", "status": IpStatus.GRANTED, "expires_on": expiry}
    session.add(IntellectualProperty(achievement_id=achievement.id, position=0, **patent))
    licence = {"contract_kind_code": "XK", "contract_subkind_code": "XK1", "licence_mode_code": "ordinary"}
    contract = make_contract(session, clock, achievement_id=achievement.id, **licence)

    def prolong(until: date) -> None:
        command = ChangeContract(reason_code="term_changed", effective_to=until)
        service.change_contract(session, OFFICIAL, contract.id, command, clock=clock)

    with pytest.raises(Invalid) as refusal:
        prolong(expiry + timedelta(days=1))
    assert [error.field for error in refusal.value.fields] == ["effective_to"]
    prolong(expiry)
