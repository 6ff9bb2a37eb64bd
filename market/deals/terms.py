"""Whether proposed terms can stand: codes, amounts, dates, and how long a licence may run. Pure."""

from collections.abc import Sequence

from market.achievements.models import IntellectualProperty, IpStatus
from market.deals.rules import LICENCE_KIND, licence_must_end_by
from market.deals.schemas import ProposeTerms
from market.kernel.errors import FieldError, Invalid
from market.reference.lists import code_list

PATENT_LICENCE = "XK1"
NO_IP_KIND = "none"


def check_terms(command: ProposeTerms, rights: Sequence[IntellectualProperty]) -> None:
    """Raise `Invalid` naming each field that cannot stand, with the remedy. `rights` are those of the achievement."""
    errors = [
        *_kind_errors(command),
        *_amount_errors(command),
        *_licence_errors(command),
        *_date_errors(command, rights),
    ]
    if errors:
        raise Invalid("invalid_terms", ";".join(f"{error.message}{error.remedy}" for error in errors), errors)


def _kind_errors(command: ProposeTerms) -> list[FieldError]:
    kinds = code_list("contract_kinds")
    errors = []
    if kinds.require(command.contract_kind_code, "contract_kind_code").parent is not None:
        errors.append(
            FieldError("contract_kind_code", "这是子类代码。", "请在此填写主类,子类填在 contract_subkind_code。")
        )
    elif command.contract_subkind_code is not None:
        subkind = kinds.require(command.contract_subkind_code, "contract_subkind_code")
        if subkind.parent != command.contract_kind_code:
            allowed = "、".join(f"{item.code}({item.name})" for item in kinds.children(command.contract_kind_code))
            remedy = f"请从以下子类中选择:{allowed}。" if allowed else "这一类别没有子类,请留空。"
            errors.append(FieldError("contract_subkind_code", "子类不属于所选合同类别。", remedy))
    code_list("payment_modes").require(command.payment_mode_code, "payment_mode_code")
    return errors


def _amount_errors(command: ProposeTerms) -> list[FieldError]:
    if command.technology_amount_cny <= command.contract_amount_cny:
        return []
    return [
        FieldError(
            "technology_amount_cny",
            "技术交易额大于合同成交额。",
            "技术交易额是成交额扣除设备、材料等非技术费用后的部分,请核对两个金额。",
        )
    ]


def _licence_errors(command: ProposeTerms) -> list[FieldError]:
    if command.contract_kind_code == LICENCE_KIND:
        if command.licence_mode_code is None:
            return [FieldError("licence_mode_code", "技术许可必须约定许可方式。", "请选择独占、排他或普通许可。")]
        code_list("licence_modes").require(command.licence_mode_code, "licence_mode_code")
    elif command.licence_mode_code is not None:
        return [
            FieldError("licence_mode_code", "只有技术许可才约定许可方式。", "请留空,或把合同类别改为 XK(技术许可)。")
        ]
    return []


def _date_errors(command: ProposeTerms, rights: Sequence[IntellectualProperty]) -> list[FieldError]:
    if command.starts_on > command.ends_on:
        return [FieldError("ends_on", "结束日期早于开始日期。", "请核对起止日期。")]
    if command.contract_kind_code != LICENCE_KIND:
        return []
    last_day = licence_must_end_by(right.expires_on for right in _licensed_rights(command, rights))
    if last_day is None or command.ends_on <= last_day:
        return []
    message = f"许可期限超过知识产权有效期({last_day})。"
    return [FieldError("ends_on", message, f"许可只在权利存续期内有效(民法典第 865 条),请改为不晚于 {last_day}。")]


def _licensed_rights(command: ProposeTerms, rights: Sequence[IntellectualProperty]) -> list[IntellectualProperty]:
    """The rights that bound the licence: all that are alive; for a patent licence only those with a legal term."""
    kinds = code_list("ip_kinds")
    alive = [right for right in rights if right.status is not IpStatus.LAPSED and right.kind_code != NO_IP_KIND]
    if command.contract_subkind_code != PATENT_LICENCE:
        return alive
    return [right for right in alive if (kind := kinds.get(right.kind_code)) and "term_years" in kind.extra]
