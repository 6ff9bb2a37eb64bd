"""Use-cases of the filer: drafting a contract from a deal or on its own, editing, submitting."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.achievements.models import Achievement, IntellectualProperty, IpStatus
from market.achievements.queries import intellectual_property_of
from market.contracts import access, precheck, queries
from market.contracts.models import Contract, ContractParty, ContractSide, ContractStatus
from market.contracts.particulars import party_rows, require_codes, require_consistent, require_linked, snapshot
from market.contracts.rules import ContractAction, next_status
from market.contracts.schemas import DraftContract, DraftFromDeal, EditContract, Finding
from market.deals.models import Deal, DealStatus, Proposal
from market.kernel import audit
from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.db import get_row, lock_row
from market.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, invalid_field
from market.needs.models import Need
from market.parties.models import Broker, Origin, Party
from market.parties.rules import CHINA
from market.reference.lists import code_list

UNPLANNED = "unplanned"
_PATENTS = frozenset({"patent_invention", "utility_model", "design_patent"})
_MAX_NAME = 120
_CLEARABLE = frozenset(
    {
        "contract_subkind_code",
        "industry_code",
        "local_industry_code",
        "objective_code",
        "licence_mode_code",
        "signed_on",
        "project_id",
    }
)


def draft_from_deal(
    session: Session, actor: Actor, command: DraftFromDeal, *, clock: Clock, origin: Origin = Origin.ENTERED
) -> Contract:
    """Draft the contract of an agreed deal: parties, kind, amounts, term, texts, field and rights are copied, nothing is typed twice.

    The provider files (the acquirer, where the provider is foreign), or the deal's broker for it. Raises `Conflict` where the deal
    is not agreed or has its contract already.
    """
    actor.require(Permission.FILE_CONTRACTS)
    deal = lock_row(session, Deal, command.deal_id, "洽谈")
    provider = get_row(session, Party, deal.provider_party_id, "主体")
    acquirer = get_row(session, Party, deal.acquirer_party_id, "主体")
    filer = _filer_of(actor, deal, provider, acquirer)
    if deal.status != DealStatus.AGREED or deal.agreed_proposal_id is None:
        raise Conflict("deal_not_agreed", "洽谈尚未成交,不能起草合同。请双方先确认同一份方案。")
    if queries.contract_of_deal(session, deal.id) is not None:
        raise Conflict("contract_exists", "这项成交已经起草过合同,请打开已有的合同继续办理。")
    proposal = get_row(session, Proposal, deal.agreed_proposal_id, "方案")
    achievement = get_row(session, Achievement, deal.achievement_id, "科技成果")
    need = get_row(session, Need, deal.need_id, "技术需求")
    values: dict[str, Any] = {
        **_copied(proposal, achievement, need),
        **command.model_dump(exclude={"deal_id"}),
        "name": command.name or _default_name(proposal, achievement),
        "plan_source_code": command.plan_source_code or achievement.plan_source_code or UNPLANNED,
        "office_code": command.office_code or _office_of(filer),
        "deal_id": deal.id,
        "broker_id": deal.broker_id,
        "filed_by_party_id": filer.id,
        "ip_kind_codes": _ip_kinds(intellectual_property_of(session, achievement.id)),
        "origin": origin,
    }
    parties = [snapshot(provider, ContractSide.PROVIDER), snapshot(acquirer, ContractSide.ACQUIRER)]
    parties += _intermediary(session, deal)
    return _add(session, actor, values, parties, clock=clock)


def draft_contract(
    session: Session, actor: Actor, command: DraftContract, *, clock: Clock, origin: Origin = Origin.ENTERED
) -> Contract:
    """Draft a contract that did not come from a deal here. The actor's party must be on the side that files."""
    actor.require(Permission.FILE_CONTRACTS)
    parties = party_rows(session, command.parties)
    filer = _filer_among(session, actor, parties)
    values: dict[str, Any] = {
        **command.model_dump(exclude={"parties"}),
        "plan_source_code": command.plan_source_code or UNPLANNED,
        "office_code": command.office_code or _office_of(filer),
        "filed_by_party_id": filer.id,
        "origin": origin,
    }
    return _add(session, actor, values, parties, clock=clock)


def edit_contract(
    session: Session,
    actor: Actor,
    contract_id: UUID,
    command: EditContract,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Contract:
    """Change a draft, or a contract that was returned for correction. Fields that are not given stay."""
    contract = access.lock_for_filing(session, actor, contract_id, expected_version)
    contract.status = next_status(contract.status, ContractAction.EDIT)
    changes = command.model_dump(exclude_unset=True, exclude={"parties"})
    _refuse_emptied(changes)
    merged = {**contract.model_dump(), **changes}
    require_codes(merged)
    require_linked(session, {"project_id": changes.get("project_id")})
    require_consistent(
        merged["contract_amount_cny"],
        merged["technology_amount_cny"],
        merged["effective_from"],
        merged["effective_to"],
    )
    for field, value in changes.items():
        setattr(contract, field, value)
    if command.parties is not None:
        _replace_parties(session, actor, contract, party_rows(session, command.parties))
    contract.updated_at = clock.now()
    session.add(contract)
    session.flush()
    audit.record(session, actor, "contract.edited", contract.id, clock, {"fields": sorted(command.model_fields_set)})
    return contract


def submit_contract(
    session: Session, actor: Actor, contract_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Contract:
    """Hand the contract to its office. Raises `Invalid` with every error of the pre-check; warnings do not stop it."""
    contract = access.lock_for_filing(session, actor, contract_id, expected_version)
    status = next_status(contract.status, ContractAction.SUBMIT)
    require_no_errors(findings_of(session, contract, clock=clock))
    contract.status = status
    contract.submitted_at = contract.updated_at = clock.now()
    session.add(contract)
    session.flush()
    audit.record(session, actor, "contract.submitted", contract.id, clock, {"office_code": contract.office_code})
    return contract


def findings_of(session: Session, contract: Contract, *, clock: Clock) -> list[Finding]:
    """What the pre-check finds in the contract as it stands."""
    parties = queries.parties_of(session, contract.id)
    sides = {side: [party for party in parties if party.side == side] for side in ContractSide}
    providers, acquirers = sides[ContractSide.PROVIDER], sides[ContractSide.ACQUIRER]
    similar: Sequence[Contract] = ()
    if providers and acquirers:
        similar = queries.likely_duplicates(session, contract, providers[0], acquirers[0])
    rights = intellectual_property_of(session, contract.achievement_id) if contract.achievement_id else []
    dossier = precheck.Dossier(
        contract=contract,
        parties=tuple(parties),
        patent_expiries=tuple(
            right.expires_on for right in rights if right.kind_code in _PATENTS and right.status != IpStatus.LAPSED
        ),
        similar=tuple(similar),
        today=clock.today(),
    )
    return precheck.find(dossier)


def require_no_errors(findings: list[Finding]) -> None:
    """Raise `Invalid` that names every field with an error, its remedy and the rule."""
    errors = precheck.errors_in(findings)
    if errors:
        fields = [FieldError(error.field, error.message, f"{error.remedy}(依据:{error.basis})") for error in errors]
        detail = "预审未通过:" + "".join(f"{error.message}{error.remedy}" for error in errors[:3])
        raise Invalid("precheck_failed", detail, fields)


def _filer_of(actor: Actor, deal: Deal, provider: Party, acquirer: Party) -> Party:
    filer = provider if provider.country_code == CHINA else acquirer
    is_broker = actor.broker_id is not None and actor.broker_id == deal.broker_id
    if actor.is_system or is_broker or actor.acts_for(filer.id):
        return filer
    if actor.acts_for(provider.id) or actor.acts_for(acquirer.id):
        raise Forbidden("seller_files", "技术合同由卖方(卖方在境外时由境内买方)申请登记,请由对方或技术经理人起草。")
    raise NotFound("not_found", "没有找到这条洽谈,可能已被撤下或链接有误。")


def _filer_among(session: Session, actor: Actor, parties: list[ContractParty]) -> Party:
    side = precheck.filer_side(tuple(parties))
    candidates = [party.party_id for party in parties if party.side == side and party.party_id is not None]
    filer_id = next((id_ for id_ in candidates if actor.is_system or actor.acts_for(id_)), None)
    if filer_id is None:
        raise Forbidden(
            "seller_files",
            "技术合同由卖方(卖方在境外时由境内买方)申请登记,您的单位须是该方当事人,并以 party_id 填写。",
        )
    return get_row(session, Party, filer_id, "主体")


def _default_name(proposal: Proposal, achievement: Achievement) -> str:
    suffix = f"{code_list('contract_kinds').label(proposal.contract_kind_code)}合同"
    return f"{achievement.title[: _MAX_NAME - len(suffix)]}{suffix}"


def _copied(proposal: Proposal, achievement: Achievement, need: Need) -> dict[str, Any]:
    return {
        "need_id": need.id,
        "achievement_id": achievement.id,
        "field_code": achievement.field_code,
        "industry_code": need.industry_code or achievement.industry_code,
        "local_industry_code": need.local_industry_code or achievement.local_industry_code,
        "contract_kind_code": proposal.contract_kind_code,
        "contract_subkind_code": proposal.contract_subkind_code,
        "licence_mode_code": proposal.licence_mode_code,
        "payment_mode_code": proposal.payment_mode_code,
        "contract_amount_cny": proposal.contract_amount_cny,
        "technology_amount_cny": proposal.technology_amount_cny,
        "effective_from": proposal.starts_on,
        "effective_to": proposal.ends_on,
        "subject_matter": proposal.subject_matter,
        "ip_terms": proposal.ip_terms,
        "acceptance_terms": proposal.acceptance_terms,
    }


def _office_of(filer: Party) -> str:
    office_code = precheck.office_for(filer.region_code)
    if office_code is None:
        raise invalid_field(
            "office_code",
            "申请方所在地不在本市场登记机构的地域内。",
            "请向申请方所在地的登记机构申请;确属本地的,请补全其行政区划或指定登记机构。",
            "no_office",
        )
    return office_code


def _ip_kinds(rights: Sequence[IntellectualProperty]) -> list[str]:
    return list(dict.fromkeys(right.kind_code for right in rights if right.status != IpStatus.LAPSED))


def _intermediary(session: Session, deal: Deal) -> list[ContractParty]:
    if deal.broker_id is None:
        return []
    broker = get_row(session, Broker, deal.broker_id, "技术经理人")
    if broker.party_id is None or broker.party_id in {deal.provider_party_id, deal.acquirer_party_id}:
        return []
    return [snapshot(get_row(session, Party, broker.party_id, "主体"), ContractSide.INTERMEDIARY)]


def _add(
    session: Session, actor: Actor, values: dict[str, Any], parties: list[ContractParty], *, clock: Clock
) -> Contract:
    require_codes(values)
    require_linked(session, values)
    require_consistent(
        values["contract_amount_cny"],
        values["technology_amount_cny"],
        values["effective_from"],
        values["effective_to"],
    )
    now = clock.now()
    contract = Contract(**values, status=ContractStatus.DRAFT, created_at=now, updated_at=now)
    session.add(contract)
    session.flush()
    _store_parties(session, contract, parties)
    facts = {
        "deal_id": contract.deal_id,
        "contract_amount_cny": contract.contract_amount_cny,
        "office_code": contract.office_code,
    }
    audit.record(session, actor, "contract.drafted", contract.id, clock, facts)
    return contract


def _replace_parties(session: Session, actor: Actor, contract: Contract, parties: list[ContractParty]) -> None:
    if contract.deal_id is not None:
        raise invalid_field(
            "parties", "合同由成交生成,当事人不能修改。", "如当事人有变,请关闭原成交,由正确的双方重新洽谈。"
        )
    side = precheck.filer_side(tuple(parties))
    if contract.filed_by_party_id not in {party.party_id for party in parties if party.side == side}:
        contract.filed_by_party_id = _filer_among(session, actor, parties).id
    for party in queries.parties_of(session, contract.id):
        session.delete(party)
    session.flush()
    _store_parties(session, contract, parties)


def _store_parties(session: Session, contract: Contract, parties: list[ContractParty]) -> None:
    for party in parties:
        party.contract_id = contract.id
        session.add(party)
    session.flush()


def _refuse_emptied(changes: dict[str, Any]) -> None:
    emptied = [field for field, value in changes.items() if value is None and field not in _CLEARABLE]
    if emptied:
        faults = [FieldError(field, "此项不能清空。", "请填写新的值,或不提交此项。") for field in emptied]
        raise Invalid("field_required", "有不能清空的项:" + "、".join(emptied) + "。请填写新的值。", faults)
