"""Drafting, editing and submitting: permissions first, then what is copied and what is refused."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session

from market.contracts import queries, service
from market.contracts.models import ContractSide, ContractStatus
from market.contracts.schemas import ContractPartyInput, DraftFromDeal, EditContract
from market.deals.models import Deal, DealStatus, Proposal
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
from market.parties.models import Party
from tests.factories.contracts import advance, clerks_of, draft_command, make_contract, member_of
from tests.factories.deals import make_deal
from tests.factories.parties import make_party


def _provider_of(session: Session, deal: Deal) -> Party:
    """The deal's provider, moved to Yinchuan, so that an office here is responsible."""
    party = session.get_one(Party, deal.provider_party_id)
    party.region_code = "640104"
    session.flush()
    return party


def test_deal_becomes_contract_without_typing_anything_twice(session: Session, clock: FixedClock) -> None:
    deal = make_deal(session, clock, agreed=True)
    provider = _provider_of(session, deal)
    actor = member_of(provider.id)

    contract = service.draft_from_deal(session, actor, DraftFromDeal(deal_id=deal.id), clock=clock)

    assert deal.agreed_proposal_id is not None
    proposal = session.get_one(Proposal, deal.agreed_proposal_id)
    copied = (
        "contract_kind_code",
        "contract_subkind_code",
        "contract_amount_cny",
        "technology_amount_cny",
        "payment_mode_code",
        "licence_mode_code",
        "subject_matter",
        "ip_terms",
        "acceptance_terms",
    )
    assert {field: getattr(contract, field) for field in copied} == {f: getattr(proposal, f) for f in copied}
    assert (contract.effective_from, contract.effective_to) == (proposal.starts_on, proposal.ends_on)
    assert (contract.need_id, contract.achievement_id) == (deal.need_id, deal.achievement_id)
    assert (contract.status, contract.plan_source_code, contract.office_code) == (
        ContractStatus.DRAFT,
        "unplanned",
        "640102",
    )
    parties = queries.parties_of(session, contract.id)
    assert [(party.side, party.party_id) for party in parties] == [
        (ContractSide.PROVIDER, deal.provider_party_id),
        (ContractSide.ACQUIRER, deal.acquirer_party_id),
    ]
    assert parties[0].name == provider.name


def test_snapshot_of_a_party_stays_when_the_party_changes(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.DRAFT)
    before = queries.parties_of(session, contract.id)[0].name
    session.get_one(Party, contract.filed_by_party_id).name = "改名后的示范企业(演示)"
    session.flush()
    assert queries.parties_of(session, contract.id)[0].name == before


def test_second_draft_of_a_deal_is_refused(session: Session, clock: FixedClock) -> None:
    deal = make_deal(session, clock, agreed=True)
    actor = member_of(_provider_of(session, deal).id)
    service.draft_from_deal(session, actor, DraftFromDeal(deal_id=deal.id), clock=clock)
    with pytest.raises(Conflict) as caught:
        service.draft_from_deal(session, actor, DraftFromDeal(deal_id=deal.id), clock=clock)
    assert caught.value.code == "contract_exists"


def test_deal_that_is_not_agreed_is_refused(session: Session, clock: FixedClock) -> None:
    deal = make_deal(session, clock, status=DealStatus.PROPOSED)
    actor = member_of(_provider_of(session, deal).id)
    with pytest.raises(Conflict) as caught:
        service.draft_from_deal(session, actor, DraftFromDeal(deal_id=deal.id), clock=clock)
    assert caught.value.code == "deal_not_agreed"


@pytest.mark.parametrize(
    ("who", "error"),
    [("anonymous", Unauthenticated), ("official", Forbidden), ("acquirer", Forbidden), ("stranger", NotFound)],
)
def test_drafting_from_a_deal_is_for_the_seller(
    session: Session, clock: FixedClock, who: str, error: type[Exception]
) -> None:
    deal = make_deal(session, clock, agreed=True)
    _provider_of(session, deal)
    actors = {
        "anonymous": ANONYMOUS,
        "official": clerks_of().first,
        "acquirer": member_of(deal.acquirer_party_id),
        "stranger": member_of(new_id()),
    }
    with pytest.raises(error):
        service.draft_from_deal(session, actors[who], DraftFromDeal(deal_id=deal.id), clock=clock)


def test_provider_outside_of_the_region_is_sent_to_its_own_office(session: Session, clock: FixedClock) -> None:
    deal = make_deal(session, clock, agreed=True)
    provider = _provider_of(session, deal)
    provider.region_code = "310000"
    session.flush()
    with pytest.raises(Invalid) as caught:
        service.draft_from_deal(session, member_of(provider.id), DraftFromDeal(deal_id=deal.id), clock=clock)
    assert caught.value.fields[0].field == "office_code"


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"field_code": "99"}, "field_code"),
        ({"contract_kind_code": "KF1"}, "contract_kind_code"),
        ({"contract_subkind_code": "ZR1"}, "contract_subkind_code"),
        ({"ip_kind_codes": ["none", "nonsense"]}, "ip_kind_codes.1"),
        ({"payment_mode_code": "cash"}, "payment_mode_code"),
        ({"office_code": "110101"}, "office_code"),
        ({"technology_amount_cny": Decimal("1200000.01")}, "technology_amount_cny"),
        ({"effective_to": "2020-01-01"}, "effective_to"),
        ({"project_id": "00000000-0000-0000-0000-000000000001"}, "project_id"),
    ],
)
def test_bad_draft_is_refused_by_field(
    session: Session, clock: FixedClock, overrides: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        service.draft_contract(session, SYSTEM, draft_command(session, clock, **overrides), clock=clock)
    assert field in [fault.field for fault in caught.value.fields]
    assert all(fault.remedy for fault in caught.value.fields)


@pytest.mark.parametrize(
    ("particulars", "field"),
    [
        ({"name": "甲"}, "parties.1.party_type_code"),
        ({"party_type_code": "150"}, "parties.1.name"),
        ({"name": "甲", "party_type_code": "150", "credit_code": "91640100MA00000000"}, "parties.1.credit_code"),
        ({"name": "甲", "party_type_code": "150", "region_code": "999999"}, "parties.1.region_code"),
        ({"party_id": "00000000-0000-0000-0000-000000000001"}, "parties.1.party_id"),
    ],
)
def test_bad_party_is_refused_by_field(
    session: Session, clock: FixedClock, particulars: dict[str, Any], field: str
) -> None:
    provider = make_party(session, clock)
    parties = [
        ContractPartyInput(side=ContractSide.PROVIDER, party_id=provider.id),
        ContractPartyInput(side=ContractSide.ACQUIRER, **particulars),
    ]
    with pytest.raises(Invalid) as caught:
        service.draft_contract(session, SYSTEM, draft_command(session, clock, parties=parties), clock=clock)
    assert field in [fault.field for fault in caught.value.fields]


def test_standalone_draft_is_for_the_seller_only(session: Session, clock: FixedClock) -> None:
    command = draft_command(session, clock)
    provider_id, acquirer_id = (party.party_id for party in command.parties)
    assert provider_id is not None
    assert acquirer_id is not None
    with pytest.raises(Forbidden):
        service.draft_contract(session, member_of(acquirer_id), command, clock=clock)
    contract = service.draft_contract(session, member_of(provider_id), command, clock=clock)
    assert contract.filed_by_party_id == provider_id


def test_edit_changes_only_what_is_given(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.DRAFT)
    actor = member_of(contract.filed_by_party_id)
    version, subject = contract.version, contract.subject_matter
    service.edit_contract(session, actor, contract.id, EditContract(name="改后的合同名称"), clock=clock)
    assert (contract.name, contract.subject_matter) == ("改后的合同名称", subject)
    with pytest.raises(StaleVersion):
        service.edit_contract(
            session, actor, contract.id, EditContract(name="又一个名称"), clock=clock, expected_version=version
        )


@pytest.mark.parametrize(
    "status", [s for s in ContractStatus if s not in {ContractStatus.DRAFT, ContractStatus.RETURNED}]
)
def test_edit_is_refused_once_the_office_has_it(session: Session, clock: FixedClock, status: ContractStatus) -> None:
    contract = make_contract(session, clock, status)
    with pytest.raises(IllegalTransition):
        service.edit_contract(
            session, member_of(contract.filed_by_party_id), contract.id, EditContract(name="改名"), clock=clock
        )


def test_required_field_cannot_be_emptied(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.DRAFT)
    with pytest.raises(Invalid) as caught:
        service.edit_contract(session, SYSTEM, contract.id, EditContract(field_code=None, signed_on=None), clock=clock)
    assert [fault.field for fault in caught.value.fields] == ["field_code"]


def test_submission_with_an_error_names_every_one_and_changes_nothing(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.DRAFT, ip_terms="", signed_on=None)
    with pytest.raises(Invalid) as caught:
        service.submit_contract(session, member_of(contract.filed_by_party_id), contract.id, clock=clock)
    assert {fault.field for fault in caught.value.fields} == {"ip_terms", "signed_on"}
    assert contract.status == ContractStatus.DRAFT


def test_broker_of_the_deal_files_for_the_seller_and_others_do_not(session: Session, clock: FixedClock) -> None:
    contract = make_contract(session, clock, ContractStatus.DRAFT)
    stranger = Actor(user_id=new_id(), role=Role.BROKER, broker_id=new_id(), party_id=new_id())
    with pytest.raises(NotFound):
        service.submit_contract(session, stranger, contract.id, clock=clock)
    acquirer = queries.parties_of(session, contract.id)[1].party_id
    assert acquirer is not None
    advance(session, contract, ContractStatus.SUBMITTED, clock)
    with pytest.raises(Forbidden) as caught:
        service.submit_contract(session, member_of(acquirer), contract.id, clock=clock)
    assert caught.value.code == "not_filer"


def test_twin_of_a_filed_contract_is_stopped(session: Session, clock: FixedClock) -> None:
    command = draft_command(session, clock)
    first = service.draft_contract(session, SYSTEM, command, clock=clock)
    second = service.draft_contract(session, SYSTEM, command, clock=clock)
    service.submit_contract(session, SYSTEM, first.id, clock=clock)
    clock.advance(timedelta(days=1))
    with pytest.raises(Invalid) as caught:
        service.submit_contract(session, SYSTEM, second.id, clock=clock)
    assert caught.value.code == "precheck_failed"
