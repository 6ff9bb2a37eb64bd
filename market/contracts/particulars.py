"""Checking what a contract says against the code lists and against itself, and taking snapshots of its parties."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.achievements.models import Achievement
from market.contracts.models import ContractParty, ContractSide
from market.contracts.schemas import ContractPartyInput
from market.kernel.db import get_row
from market.kernel.errors import FieldError, Invalid, NotFound
from market.needs.models import Need
from market.parties.models import Party
from market.parties.rules import CHINA, NATURAL_PERSON_TYPE, check_credit_code
from market.projects.models import Project
from market.reference.lists import code_list

_CODE_LISTS = {
    "contract_kind_code": "contract_kinds",
    "contract_subkind_code": "contract_kinds",
    "field_code": "technology_fields",
    "industry_code": "industries",
    "local_industry_code": "local_industries",
    "objective_code": "objectives",
    "plan_source_code": "plan_sources",
    "licence_mode_code": "licence_modes",
    "payment_mode_code": "payment_modes",
    "office_code": "registration_offices",
}


def require_codes(values: Mapping[str, Any]) -> None:
    """Every code among the fields is one of its list; raises `Invalid` that names all fields that are wrong."""
    found: list[FieldError] = []
    for field, list_name in _CODE_LISTS.items():
        if values.get(field) is not None:
            found += _unknown(list_name, values[field], field)
    for number, code in enumerate(values.get("ip_kind_codes") or []):
        found += _unknown("ip_kinds", code, f"ip_kind_codes.{number}")
    found += _kind_faults(values.get("contract_kind_code"), values.get("contract_subkind_code"))
    _raise(found)


def require_consistent(
    contract_amount_cny: Decimal, technology_amount_cny: Decimal, effective_from: date, effective_to: date
) -> None:
    """技术交易额 within 成交额, and an end that is not before the start."""
    found = []
    if technology_amount_cny > contract_amount_cny:
        found.append(
            FieldError("technology_amount_cny", "技术交易额高于成交额。", "请核对两个金额,技术交易额不得超过成交额。")
        )
    if effective_to < effective_from:
        found.append(FieldError("effective_to", "有效期截止日早于起始日。", "请核对有效期的起止日期。"))
    _raise(found)


def require_linked(session: Session, links: Mapping[str, UUID | None]) -> None:
    """The need, achievement and project that the contract names are there."""
    tables: dict[str, type[Need | Achievement | Project]] = {
        "need_id": Need,
        "achievement_id": Achievement,
        "project_id": Project,
    }
    _raise(
        [
            FieldError(field, "没有找到所关联的记录。", "请核对编号,或清空此项。")
            for field, table in tables.items()
            if links.get(field) is not None and session.get(table, links[field]) is None
        ]
    )


def party_rows(session: Session, inputs: Sequence[ContractPartyInput]) -> list[ContractParty]:
    """Snapshots of the parties in the order given, numbered within each side; `contract_id` is still to be set."""
    rows: list[ContractParty] = []
    for number, given in enumerate(inputs):
        row = _from_market(session, given, number) if given.party_id is not None else _from_particulars(given, number)
        row.position = sum(other.side == row.side for other in rows)
        rows.append(row)
    return rows


def snapshot(party: Party, side: ContractSide) -> ContractParty:
    """The party as it stands today."""
    return ContractParty(
        contract_id=party.id,  # replaced by the contract's id before it is stored
        side=side,
        position=0,
        party_id=party.id,
        name=party.name,
        credit_code=party.credit_code,
        party_type_code=party.party_type_code,
        region_code=party.region_code,
        country_code=party.country_code,
        address=party.address,
        legal_representative=party.legal_representative,
    )


def _from_market(session: Session, given: ContractPartyInput, number: int) -> ContractParty:
    assert given.party_id is not None  # noqa: S101  asked by the only caller
    if given.name is not None or given.credit_code is not None:
        message, remedy = (
            "已选择市场内的主体,又另填了名称或代码。",
            "请只保留 party_id,或清空 party_id 后填写各项信息。",
        )
        raise Invalid("party_given_twice", message + remedy, [FieldError(f"parties.{number}", message, remedy)])
    try:
        party = get_row(session, Party, given.party_id, "主体")
    except NotFound:
        message, remedy = "没有找到这个主体。", "请核对编号,或填写其名称等信息。"
        field = f"parties.{number}.party_id"
        raise Invalid("unknown_party", message + remedy, [FieldError(field, message, remedy)]) from None
    return snapshot(party, given.side)


def _from_particulars(given: ContractPartyInput, number: int) -> ContractParty:
    at = f"parties.{number}"
    found: list[FieldError] = []
    if given.name is None:
        found.append(FieldError(f"{at}.name", "没有名称。", "请填写名称,或用 party_id 选择市场内的主体。"))
    if given.party_type_code is None:
        found.append(FieldError(f"{at}.party_type_code", "没有买卖方性质。", "请从买卖方性质代码表中选择。"))
    else:
        found += _unknown("party_types", given.party_type_code, f"{at}.party_type_code")
    if given.region_code is not None:
        found += _unknown("regions", given.region_code, f"{at}.region_code")
    credit_code = given.credit_code
    if credit_code is not None and given.country_code == CHINA and given.party_type_code != NATURAL_PERSON_TYPE:
        try:
            credit_code = check_credit_code(credit_code)
        except Invalid as error:
            found += [FieldError(f"{at}.credit_code", fault.message, fault.remedy) for fault in error.fields]
    elif credit_code is not None:
        found.append(FieldError(f"{at}.credit_code", "自然人和境外主体没有统一社会信用代码。", "请清空此项。"))
    _raise(found)
    return ContractParty(
        contract_id=UUID(int=0),  # replaced by the contract's id before it is stored
        side=given.side,
        name=given.name or "",
        credit_code=credit_code,
        party_type_code=given.party_type_code or "",
        region_code=given.region_code,
        country_code=given.country_code,
        address=given.address,
        legal_representative=given.legal_representative,
    )


def _kind_faults(kind: str | None, subkind: str | None) -> list[FieldError]:
    kinds = code_list("contract_kinds")
    found = []
    item = kinds.get(kind)
    if item is not None and item.parent is not None:
        found.append(FieldError("contract_kind_code", "这是子类代码。", "请选择主类,子类填入 contract_subkind_code。"))
    sub_item = kinds.get(subkind)
    if sub_item is not None and sub_item.parent != kind:
        choice = "、".join(f"{child.code}({child.name})" for child in kinds.children(kind)) if kind else ""
        remedy = f"请从以下子类中选择:{choice}。" if choice else "该主类没有子类,请清空此项。"
        found.append(FieldError("contract_subkind_code", "子类不属于所选主类。", remedy))
    return found


def _unknown(list_name: str, code: str, field: str) -> list[FieldError]:
    try:
        code_list(list_name).require(code, field)
    except Invalid as error:
        return list(error.fields)
    return []


def _raise(found: Sequence[FieldError]) -> None:
    if found:
        raise Invalid("invalid_contract", "".join(f"{fault.message}{fault.remedy}" for fault in found[:3]), found)
