"""The pre-check (预审): what stands in the way of registration, before anybody has to look. Pure; the rules' sources are data.

An error stops the submission; a warning is for the filer and the office to consider. Messages name fields, never contract texts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from market.contracts.models import Contract, ContractParty, ContractSide
from market.contracts.rules import rule_book
from market.contracts.schemas import Finding, Severity
from market.deals.rules import licence_must_end_by
from market.kernel.money import format_wan
from market.parties.rules import CHINA, NATURAL_PERSON_TYPE
from market.reference.lists import code_list, region_path

_TERRITORY_REMEDY = "请改选卖方所在地的登记机构;卖方在区外的,应向其所在地的登记机构申请。"
_LEAST_SUBJECT_LENGTH = 10
_ROYALTY_MODES = frozenset({"royalty", "entry_royalty"})
_NO_IP = "none"
_PATENT_SUBKINDS = frozenset({"XK1"})
_INTERMEDIARY_SUBKIND = "FW3"
_KINDS_WITH_SUBKINDS = frozenset({"KF", "ZR", "XK", "FW"})


@dataclass(frozen=True)
class Dossier:
    """All that the pre-check looks at.

    `patent_expiries`: of the patents that the linked achievement rests on; None where one's end is not known (not granted yet).
    """

    contract: Contract
    parties: tuple[ContractParty, ...]
    patent_expiries: tuple[date | None, ...]
    similar: tuple[Contract, ...]
    today: date

    def on_side(self, side: ContractSide) -> list[ContractParty]:
        return [party for party in self.parties if party.side == side]

    @property
    def filer_side(self) -> ContractSide:
        """The seller files; where all sellers are foreign (import of technology), the domestic buyer."""
        return filer_side(self.parties)


def filer_side(parties: tuple[ContractParty, ...]) -> ContractSide:
    """Which side has to file: the providers, or the acquirers where every provider is foreign."""
    providers = [party for party in parties if party.side == ContractSide.PROVIDER]
    if providers and all(party.country_code != CHINA for party in providers):
        return ContractSide.ACQUIRER
    return ContractSide.PROVIDER


def find(dossier: Dossier) -> list[Finding]:
    """Everything that the rules find, errors first, in a stable order."""
    findings = [finding for check in _CHECKS for finding in check(dossier)]
    return sorted(findings, key=lambda finding: finding.severity != Severity.ERROR)


def errors_in(findings: list[Finding]) -> list[Finding]:
    """The findings that stop the submission."""
    return [finding for finding in findings if finding.severity == Severity.ERROR]


def office_covers(office_code: str, region_code: str | None) -> bool:
    """Whether the region lies where the office registers."""
    office = code_list("registration_offices").get(office_code)
    return office is not None and region_code is not None and office.extra["region_code"] in region_path(region_code)


def office_for(region_code: str | None) -> str | None:
    """The office nearest to the region: the city's before the autonomous region's; None outside of Ningxia."""
    if region_code is None:
        return None
    offices = {office.extra["region_code"]: office.code for office in reversed(code_list("registration_offices").items)}
    return next((offices[region] for region in region_path(region_code) if region in offices), None)


def _error(rule: str, field: str, message: str, remedy: str) -> Finding:
    return _finding(rule, Severity.ERROR, field, message, remedy)


def _warning(rule: str, field: str, message: str, remedy: str) -> Finding:
    return _finding(rule, Severity.WARNING, field, message, remedy)


def _finding(rule: str, severity: Severity, field: str, message: str, remedy: str) -> Finding:
    basis = rule_book().finding_rules[rule].citation
    return Finding(rule=rule, severity=severity, field=field, message=message, remedy=remedy, basis=basis)


def _check_sides(dossier: Dossier) -> Iterator[Finding]:
    providers, acquirers = dossier.on_side(ContractSide.PROVIDER), dossier.on_side(ContractSide.ACQUIRER)
    if not providers:
        yield _error("number.sides", "parties", "没有卖方(技术提供方)。", "请填写至少一个卖方。")
    if not acquirers:
        yield _error("number.sides", "parties", "没有买方(技术受让方)。", "请填写至少一个买方。")
    keys = {_identity(party) for party in providers}
    if any(_identity(party) in keys for party in acquirers):
        yield _error("party.same", "parties", "卖方和买方是同一主体。", "请核对当事人,自己与自己的合同不能登记。")


def _identity(party: ContractParty) -> str:
    return party.credit_code or str(party.party_id or party.name)


def _check_particulars(dossier: Dossier) -> Iterator[Finding]:
    for number, party in enumerate(dossier.parties):
        if party.country_code != CHINA:
            continue
        if party.party_type_code != NATURAL_PERSON_TYPE and party.credit_code is None:
            yield _warning(
                "party.credit_code",
                f"parties.{number}.credit_code",
                f"第 {number + 1} 个当事人没有统一社会信用代码。",
                "请补填 18 位统一社会信用代码。",
            )
        if party.region_code is None:
            severity = Severity.ERROR if party.side == dossier.filer_side else Severity.WARNING
            yield _finding(
                "party.region",
                severity,
                f"parties.{number}.region_code",
                f"第 {number + 1} 个当事人没有所属行政区划。",
                "请选择其注册地的行政区划。",
            )


def _check_filer(dossier: Dossier) -> Iterator[Finding]:
    side = dossier.filer_side
    filers = dossier.on_side(side)
    if dossier.contract.filed_by_party_id not in {party.party_id for party in filers}:
        who = "卖方" if side == ContractSide.PROVIDER else "境内买方(卖方在境外)"
        yield _error(
            "filer.seller", "filed_by_party_id", "申请登记的不是应当申请的一方。", f"应由{who}申请,请由其登录后提交。"
        )
    own = [party for party in filers if party.party_id == dossier.contract.filed_by_party_id] or filers
    located = [party for party in own if party.region_code is not None]
    if located and not any(office_covers(dossier.contract.office_code, party.region_code) for party in located):
        yield _error("filer.territory", "office_code", "申请方不在所选登记机构的地域内。", _TERRITORY_REMEDY)


def _check_texts(dossier: Dossier) -> Iterator[Finding]:
    contract = dossier.contract
    kind = contract.contract_kind_code
    if len(contract.subject_matter.strip()) < _LEAST_SUBJECT_LENGTH:
        rule = "text.goal" if kind == "KF" else "text.subject_matter"
        wanted = "研究开发的目标、内容和主要技术指标" if kind == "KF" else "合同标的的技术内容、范围和要求"
        yield _error(rule, "subject_matter", "合同标的没有写清。", f"请写明{wanted}(不少于 10 个字)。")
    if kind in {"KF", "ZR", "XK"} and not contract.ip_terms.strip():
        yield _error(
            "text.ip_terms", "ip_terms", "没有成果和知识产权归属条款。", "请写明成果归属、使用权和收益分配的约定。"
        )
    if kind == "KF" and not contract.acceptance_terms.strip():
        yield _error(
            "text.acceptance_terms", "acceptance_terms", "没有验收标准和方法。", "请写明量化的验收指标和方法。"
        )
    elif kind == "FW" and not contract.acceptance_terms.strip():
        yield _warning(
            "text.acceptance_terms", "acceptance_terms", "没有验收标准和方法。", "技术服务应有可衡量的质量或数量结果。"
        )


def _check_kind(dossier: Dossier) -> Iterator[Finding]:
    contract = dossier.contract
    kind = contract.contract_kind_code
    if kind in _KINDS_WITH_SUBKINDS and contract.contract_subkind_code is None:
        yield _error("kind.subkind", "contract_subkind_code", "没有选择合同子类。", "请选择与约定权利义务相符的子类。")
    has_ip = bool(set(contract.ip_kind_codes) - {_NO_IP})
    if kind in {"ZR", "XK"} and not has_ip:
        yield _error(
            "kind.ip", "ip_kind_codes", "转让、许可合同没有涉及的知识产权。", "请选择所转让或许可的知识产权类型。"
        )
    if kind == "XK" and contract.licence_mode_code is None:
        yield _error(
            "kind.licence_mode", "licence_mode_code", "没有许可方式。", "请选择独占、排他或普通;没有约定的选普通许可。"
        )
    if kind != "XK" and contract.licence_mode_code is not None:
        yield _warning("kind.licence_mode", "licence_mode_code", "只有许可合同才有许可方式。", "请清空许可方式。")
    yield from _check_patent_term(dossier)
    is_mediation = contract.contract_subkind_code == _INTERMEDIARY_SUBKIND
    if is_mediation and not dossier.on_side(ContractSide.INTERMEDIARY):
        yield _warning("kind.intermediary", "parties", "技术中介合同没有列出中介方。", "请补充中介方。")


def _check_patent_term(dossier: Dossier) -> Iterator[Finding]:
    contract = dossier.contract
    first = min((day for day in dossier.patent_expiries if day is not None), default=None)
    if contract.contract_kind_code != "XK" or first is None or contract.effective_to <= first:
        return
    last = licence_must_end_by(dossier.patent_expiries)
    if contract.contract_subkind_code in _PATENT_SUBKINDS and last is not None and contract.effective_to > last:
        yield _error(
            "kind.patent_term",
            "effective_to",
            f"合同期限超过专利权的存续期({last.isoformat()})。",
            f"请将合同终止日期改为 {last.isoformat()} 或更早。",
        )
    else:
        yield _warning(
            "kind.patent_term",
            "effective_to",
            f"合同期限超过其中一项专利权的存续期({first.isoformat()})。",
            "请核对许可的各项专利在合同期限内是否有效。",
        )


def _check_money(dossier: Dossier) -> Iterator[Finding]:
    contract = dossier.contract
    if contract.contract_amount_cny == 0:
        if contract.payment_mode_code in _ROYALTY_MODES:
            yield _warning(
                "money.price", "contract_amount_cny", "成交额为零。", "提成支付的合同先按零登记,收到提成后办理变更。"
            )
        else:
            yield _error("money.price", "contract_amount_cny", "成交额为零,价款不明确。", "请按合同填写成交总额(元)。")
    elif contract.technology_amount_cny == 0:
        yield _error(
            "money.technology_amount",
            "technology_amount_cny",
            "技术交易额为零。",
            "请填写成交额扣除设备、原材料等非技术性费用后的金额。",
        )
    elif contract.technology_amount_cny < contract.contract_amount_cny:
        yield _warning(
            "money.technology_amount",
            "technology_amount_cny",
            "技术交易额低于成交额。",
            "请备好设备、仪器、原材料等非技术性费用的明细供核定。",
        )
    threshold = rule_book().review_threshold_cny()
    if threshold is not None and contract.technology_amount_cny >= threshold:
        yield _warning(
            "money.large",
            "technology_amount_cny",
            f"技术交易额达到 {format_wan(threshold, 0)} 万元。",
            "登记机构可能组织专家评审,请备好论证材料。",
        )
    if contract.is_related_party:
        yield _warning(
            "money.related_party",
            "is_related_party",
            "当事人之间有关联关系。",
            "请备好定价依据;100%持股的关联方转让不享受所得税优惠。",
        )


def _check_dates(dossier: Dossier) -> Iterator[Finding]:
    contract, today = dossier.contract, dossier.today
    if contract.signed_on is None:
        yield _error("date.signed_on", "signed_on", "没有签订日期。", "请按合同填写签订日期。")
    elif contract.signed_on > today:
        yield _error("date.signed_on", "signed_on", "签订日期晚于今天。", "合同成立后才能申请登记,请核对签订日期。")
    else:
        window = rule_book().in_force(today).filing.warn_after_days
        if (today - contract.signed_on).days > window:
            yield _warning(
                "filer.period", "signed_on", f"合同签订已超过 {window} 天。", "请尽快提交,并向登记机构说明原因。"
            )
        if contract.effective_from < contract.signed_on:
            yield _warning("date.term", "effective_from", "有效期起始日早于签订日期。", "请核对两个日期。")
    if contract.effective_to < today:
        yield _warning("date.term", "effective_to", "合同有效期已过。", "请核对有效期;新办法拟要求在有效期内申请。")


def _check_form(dossier: Dossier) -> Iterator[Finding]:
    contract = dossier.contract
    if contract.objective_code is None:
        yield _warning("form.objective", "objective_code", "没有社会经济目标。", "请选择一项,登记表需要。")
    if contract.industry_code is None:
        yield _warning("form.industry", "industry_code", "没有服务的国民经济行业。", "请选择门类,登记表需要。")


def _check_duplicates(dossier: Dossier) -> Iterator[Finding]:
    contract = dossier.contract
    for other in dossier.similar:
        number = f"(登记编号 {other.registration_no})" if other.registration_no else ""
        if (other.name, other.signed_on) == (contract.name, contract.signed_on):
            yield _error(
                "filer.duplicate",
                "name",
                f"同一合同已在登记或已登记{number}。",
                "一份合同只登记一次,请核对,不要重复提交。",
            )
        else:
            yield _warning(
                "filer.duplicate",
                "contract_amount_cny",
                f"双方之间已有一份金额相同的合同{number}。",
                "请核对是否为同一份合同。",
            )


_CHECKS: tuple[Callable[[Dossier], Iterator[Finding]], ...] = (
    _check_sides,
    _check_particulars,
    _check_filer,
    _check_texts,
    _check_kind,
    _check_money,
    _check_dates,
    _check_form,
    _check_duplicates,
)
