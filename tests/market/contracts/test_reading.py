"""Who sees what: nothing leaks to strangers, texts stay with the parties and the office; the certificate."""

from dataclasses import asdict
from decimal import Decimal

import pytest
from sqlmodel import Session

from market.contracts import queries, service
from market.contracts.models import Contract, ContractStatus
from market.contracts.rules import ContractAction
from market.contracts.schemas import ChangeContract, ContractFilter, EndContract
from market.kernel.actor import ANONYMOUS, Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.errors import Conflict, Forbidden, NotFound, Unauthenticated
from market.kernel.ids import new_id
from market.kernel.paging import PageRequest
from market.parties.models import Origin
from tests.factories.contracts import clerks_of, draft_command, make_contract, member_of
from tests.factories.parties import make_broker

PAGE = PageRequest()


def _acquirer(session: Session, contract: Contract) -> Actor:
    party_id = queries.parties_of(session, contract.id)[1].party_id
    assert party_id is not None
    return member_of(party_id)


_STRANGER = Actor(user_id=new_id(), role=Role.ENTERPRISE, party_id=new_id())
_OTHER_BROKER = Actor(user_id=new_id(), role=Role.BROKER, broker_id=new_id())


@pytest.mark.parametrize("actor", [ANONYMOUS, _STRANGER, _OTHER_BROKER], ids=["anonymous", "stranger", "broker"])
def test_contract_does_not_exist_for_strangers(session: Session, clock: FixedClock, actor: Actor) -> None:
    contract = make_contract(session, clock)
    for read in (service.view_contract, service.precheck_contract, service.certificate_of):
        with pytest.raises(NotFound):
            read(session, actor, contract.id, clock=clock)


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.ADMINISTRATOR])
def test_other_authorities_read_facts_but_no_texts(session: Session, clock: FixedClock, role: Role) -> None:
    contract = make_contract(session, clock, ContractStatus.RETURNED)
    actor = Actor(user_id=new_id(), role=role, office_code="640201")
    view = service.view_contract(session, actor, contract.id, clock=clock)
    assert (view.subject_matter, view.ip_terms, view.acceptance_terms, view.return_note) == (None,) * 4
    assert set(view.hidden_fields) == {"subject_matter", "ip_terms", "acceptance_terms", "return_note"}
    assert contract.subject_matter not in view.model_dump_json()
    assert view.allowed_actions == []
    with pytest.raises(NotFound):
        service.precheck_contract(session, actor, contract.id, clock=clock)


def test_parties_and_office_read_everything(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.SUBMITTED)
    for actor in (member_of(contract.filed_by_party_id), _acquirer(session, contract), clerks_of().first):
        view = service.view_contract(session, actor, contract.id, clock=clock)
        assert (view.subject_matter, view.hidden_fields) == (contract.subject_matter, [])


def test_broker_of_the_deal_reads_and_files(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.DRAFT)
    broker_id = make_broker(session, clock).id
    contract.broker_id = broker_id
    session.flush()
    broker = Actor(user_id=new_id(), role=Role.BROKER, broker_id=broker_id)
    view = service.view_contract(session, broker, contract.id, clock=clock)
    assert view.allowed_actions == [ContractAction.EDIT, ContractAction.SUBMIT]
    assert service.submit_contract(session, broker, contract.id, clock=clock).status == ContractStatus.SUBMITTED


def test_draft_is_its_filers_business_alone(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.DRAFT)
    for actor in (_acquirer(session, contract), clerks_of().first, Actor(user_id=new_id(), role=Role.ADMINISTRATOR)):
        with pytest.raises(NotFound):
            service.view_contract(session, actor, contract.id, clock=clock)
    assert service.view_contract(session, member_of(contract.filed_by_party_id), contract.id, clock=clock)


def test_allowed_actions_respect_four_eyes(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.ACCEPTED)
    clerks = clerks_of()

    def actions(actor: Actor) -> list[ContractAction]:
        return service.view_contract(session, actor, contract.id, clock=clock).allowed_actions

    assert actions(clerks.first) == [ContractAction.RETURN]
    assert actions(clerks.second) == [ContractAction.RETURN, ContractAction.REGISTER, ContractAction.REFUSE]
    assert actions(member_of(contract.filed_by_party_id)) == []


def test_lists_show_each_what_it_may_see(session: Session, clock: FixedClock) -> None:
    draft = make_contract(session, clock, ContractStatus.DRAFT)
    mine = make_contract(session, clock, ContractStatus.SUBMITTED)
    make_contract(session, clock)

    def seen(actor: Actor, **wanted: object) -> set[object]:
        page = service.list_visible(session, actor, ContractFilter(**wanted), PAGE, clock=clock)
        assert page.total == len(page.items)
        return {card.id for card in page.items}

    assert seen(member_of(draft.filed_by_party_id)) == {draft.id}
    assert seen(_acquirer(session, draft)) == set()
    assert seen(_acquirer(session, mine)) == {mine.id}
    assert seen(_STRANGER) == set()
    assert seen(_OTHER_BROKER) == set()
    assert len(seen(clerks_of().first)) == 2
    assert seen(clerks_of().first, status="submitted") == {mine.id}
    assert len(seen(Actor(user_id=new_id(), role=Role.ADMINISTRATOR), year=2026)) == 1
    with pytest.raises(Unauthenticated):
        seen(ANONYMOUS)


def test_desk_puts_the_nearest_deadline_first(session: Session, clock: FixedClock) -> None:
    waiting = make_contract(session, clock, ContractStatus.SUBMITTED)
    accepted = make_contract(session, clock, ContractStatus.ACCEPTED)
    make_contract(session, clock)
    cards = service.desk(session, clerks_of().first, PAGE, clock=clock).items
    assert [card.id for card in cards] == [accepted.id, waiting.id]
    assert service.desk(session, clerks_of("640201").first, PAGE, clock=clock).items == []
    with pytest.raises(Forbidden):
        service.desk(session, _STRANGER, PAGE, clock=clock)


def test_certificate_shows_the_registered_facts(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock)
    certificate = service.certificate_of(session, _acquirer(session, contract), contract.id, clock=clock)
    assert certificate.registration_no == contract.registration_no
    assert (certificate.kind_label, certificate.subkind_label) == ("技术开发", "委托开发")
    assert certificate.is_valid
    assert len(certificate.providers) == len(certificate.acquirers) == 1
    assert contract.subject_matter not in str(asdict(certificate))


def test_verification_code_changes_with_the_facts_and_stays_with_them(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock)
    clerk = clerks_of().first

    def code() -> str:
        return service.certificate_of(session, clerk, contract.id, clock=clock).verification_code

    first = code()
    assert code() == first
    command = ChangeContract(reason_code="amount_changed", contract_amount_cny=Decimal("1200000.01"))
    service.change_contract(session, clerk, contract.id, command, clock=clock)
    assert code() != first


def test_certificate_of_a_revoked_contract_says_so_and_a_pending_one_has_none(
    session: Session, clock: FixedClock
) -> None:
    contract = make_contract(session, clock)
    clerk = clerks_of().first
    service.revoke_contract(session, clerk, contract.id, EndContract(reason="以欺骗手段取得登记"), clock=clock)
    certificate = service.certificate_of(session, clerk, contract.id, clock=clock)
    assert (certificate.is_valid, certificate.status_label) == (False, "已撤销")
    pending = make_contract(session, clock, ContractStatus.ACCEPTED)
    with pytest.raises(Conflict):
        service.certificate_of(session, clerk, pending.id, clock=clock)


def test_demo_contract_is_marked_on_its_certificate(session: Session, clock: FixedClock) -> None:
    command = draft_command(session, clock)
    provider_id = command.parties[0].party_id
    assert provider_id is not None
    contract = service.draft_contract(session, member_of(provider_id), command, clock=clock, origin=Origin.DEMO)
    service.submit_contract(session, member_of(provider_id), contract.id, clock=clock)
    clerks = clerks_of()
    service.accept_contract(session, clerks.first, contract.id, clock=clock)
    service.register_contract(session, clerks.second, contract.id, clock=clock)
    assert service.certificate_of(session, clerks.first, contract.id, clock=clock).is_demo
