"""The pre-check: one fault at a time against a contract that passes."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from market.contracts import precheck
from market.contracts.models import Contract, ContractParty, ContractSide
from market.contracts.precheck import Dossier, office_covers, office_for
from market.contracts.schemas import Severity

TODAY = date(2026, 4, 8)
PROVIDER, ACQUIRER = UUID(int=1), UUID(int=2)


def _party(side: ContractSide, party_id: UUID, **overrides: Any) -> ContractParty:
    values: dict[str, Any] = {
        "contract_id": UUID(int=9),
        "side": side,
        "party_id": party_id,
        "name": f"示范主体{party_id.int}(演示)",
        "credit_code": f"CODE{party_id.int}",
        "party_type_code": "150",
        "region_code": "640104",
    }
    return ContractParty(**{**values, **overrides})


def _contract(**overrides: Any) -> Contract:
    values: dict[str, Any] = {
        "id": UUID(int=9),
        "filed_by_party_id": PROVIDER,
        "name": "葡萄枝条粉碎还田装备开发合同",
        "contract_kind_code": "KF",
        "contract_subkind_code": "KF1",
        "field_code": "09",
        "industry_code": "A",
        "objective_code": "09",
        "plan_source_code": "unplanned",
        "payment_mode_code": "lump_sum",
        "subject_matter": "开发作业幅宽1.8米的葡萄枝条粉碎还田装备,粉碎长度不大于5厘米。",
        "ip_terms": "成果归双方共有。",
        "acceptance_terms": "按约定指标田间实测验收。",
        "signed_on": TODAY - timedelta(days=10),
        "effective_from": TODAY,
        "effective_to": TODAY + timedelta(days=300),
        "contract_amount_cny": Decimal("300000.00"),
        "technology_amount_cny": Decimal("300000.00"),
        "office_code": "640102",
    }
    return Contract(**{**values, **overrides})


def _dossier(contract: Contract | None = None, **overrides: Any) -> Dossier:
    values: dict[str, Any] = {
        "contract": contract or _contract(),
        "parties": (_party(ContractSide.PROVIDER, PROVIDER), _party(ContractSide.ACQUIRER, ACQUIRER)),
        "patent_expiries": (),
        "similar": (),
        "today": TODAY,
    }
    return Dossier(**{**values, **overrides})


def test_complete_contract_has_no_finding() -> None:
    assert precheck.find(_dossier()) == []


@pytest.mark.parametrize(
    ("changes", "rule", "field", "severity"),
    [
        ({"subject_matter": "开发装备"}, "text.goal", "subject_matter", "error"),
        ({"ip_terms": " "}, "text.ip_terms", "ip_terms", "error"),
        ({"acceptance_terms": ""}, "text.acceptance_terms", "acceptance_terms", "error"),
        ({"contract_subkind_code": None}, "kind.subkind", "contract_subkind_code", "error"),
        ({"licence_mode_code": "ordinary"}, "kind.licence_mode", "licence_mode_code", "warning"),
        ({"signed_on": None}, "date.signed_on", "signed_on", "error"),
        ({"signed_on": TODAY + timedelta(days=1)}, "date.signed_on", "signed_on", "error"),
        ({"signed_on": TODAY - timedelta(days=91)}, "filer.period", "signed_on", "warning"),
        ({"effective_from": TODAY - timedelta(days=11)}, "date.term", "effective_from", "warning"),
        ({"contract_amount_cny": Decimal(0), "technology_amount_cny": Decimal(0)}, "money.price", "contract_amount_cny", "error"),
        (
            {"contract_amount_cny": Decimal(0), "technology_amount_cny": Decimal(0), "payment_mode_code": "royalty"},
            "money.price",
            "contract_amount_cny",
            "warning",
        ),
        ({"technology_amount_cny": Decimal(0)}, "money.technology_amount", "technology_amount_cny", "error"),
        ({"technology_amount_cny": Decimal("1.00")}, "money.technology_amount", "technology_amount_cny", "warning"),
        ({"is_related_party": True}, "money.related_party", "is_related_party", "warning"),
        ({"objective_code": None}, "form.objective", "objective_code", "warning"),
        ({"industry_code": None}, "form.industry", "industry_code", "warning"),
        ({"filed_by_party_id": ACQUIRER}, "filer.seller", "filed_by_party_id", "error"),
        ({"office_code": "640201"}, "filer.territory", "office_code", "error"),
    ],
)  # fmt: skip
def test_fault_is_found_with_its_field(changes: dict[str, Any], rule: str, field: str, severity: str) -> None:
    findings = precheck.find(_dossier(_contract(**changes)))
    assert [(found.rule, found.field, found.severity) for found in findings] == [(rule, field, severity)]
    assert findings[0].message
    assert findings[0].remedy
    assert findings[0].basis


@pytest.mark.parametrize("amount", ["4999999.99", "5000000.00"])
def test_large_contract_is_flagged_for_experts_from_five_million_on(amount: str) -> None:
    contract = _contract(contract_amount_cny=Decimal(amount), technology_amount_cny=Decimal(amount))
    rules = {found.rule for found in precheck.find(_dossier(contract))}
    assert ("money.large" in rules) == (amount == "5000000.00")


@pytest.mark.parametrize("kind", ["ZR", "XK"])
def test_transfer_and_licence_need_rights_and_their_clause(kind: str) -> None:
    contract = _contract(contract_kind_code=kind, contract_subkind_code=f"{kind}1", ip_terms="", ip_kind_codes=["none"])
    rules = {found.rule for found in precheck.errors_in(precheck.find(_dossier(contract)))}
    assert {"text.ip_terms", "kind.ip"} <= rules
    assert ("kind.licence_mode" in rules) == (kind == "XK")


@pytest.mark.parametrize(
    ("first", "last", "severity"),
    [(100, 200, "error"), (100, None, "warning"), (100, 900, "warning"), (400, 900, None), (None, None, None)],
)
def test_patent_licence_must_end_with_the_longest_lived_patent(
    first: int | None, last: int | None, severity: str | None
) -> None:
    """As deals have it: what two sides could agree on can be registered. A patent not yet granted (None) sets no bound."""
    expiries = tuple(None if days is None else TODAY + timedelta(days=days) for days in (first, last))
    contract = _contract(
        contract_kind_code="XK",
        contract_subkind_code="XK1",
        licence_mode_code="ordinary",
        ip_kind_codes=["patent_invention"],
    )
    found = precheck.find(_dossier(contract, patent_expiries=expiries))
    assert [(finding.rule, finding.severity) for finding in found] == (
        [("kind.patent_term", severity)] if severity else []
    )


def test_same_contract_filed_twice_is_an_error_and_a_similar_one_a_warning() -> None:
    contract = _contract()
    twin, similar = _contract(id=UUID(int=10)), _contract(id=UUID(int=11), name="另一份合同")
    found = precheck.find(_dossier(contract, similar=(similar, twin)))
    assert [(finding.rule, finding.severity) for finding in found] == [
        ("filer.duplicate", Severity.ERROR),
        ("filer.duplicate", Severity.WARNING),
    ]


def test_office_is_that_of_the_seller_who_files_not_of_a_fellow_seller() -> None:
    fellow = UUID(int=77)
    parties = (
        _party(ContractSide.PROVIDER, PROVIDER, region_code="640221"),
        _party(ContractSide.PROVIDER, fellow),
        _party(ContractSide.ACQUIRER, ACQUIRER),
    )
    assert [found.rule for found in precheck.find(_dossier(parties=parties))] == ["filer.territory"]
    assert precheck.find(_dossier(_contract(filed_by_party_id=fellow), parties=parties)) == []


def test_import_is_filed_by_the_domestic_buyer() -> None:
    parties = (
        _party(ContractSide.PROVIDER, PROVIDER, country_code="276", region_code=None, credit_code=None),
        _party(ContractSide.ACQUIRER, ACQUIRER),
    )
    assert precheck.find(_dossier(_contract(filed_by_party_id=ACQUIRER), parties=parties)) == []
    seller_filed = precheck.find(_dossier(_contract(filed_by_party_id=PROVIDER), parties=parties))
    assert [found.rule for found in seller_filed] == ["filer.seller"]


def test_missing_side_and_contract_with_oneself_are_errors() -> None:
    provider = _party(ContractSide.PROVIDER, PROVIDER)
    alone = precheck.find(_dossier(parties=(provider,)))
    assert [found.rule for found in alone] == ["number.sides"]
    oneself = precheck.find(_dossier(parties=(provider, _party(ContractSide.ACQUIRER, PROVIDER))))
    assert [found.rule for found in oneself] == ["party.same"]


def test_particulars_of_a_party_are_asked_without_naming_it() -> None:
    provider = _party(ContractSide.PROVIDER, PROVIDER, credit_code=None, region_code=None)
    found = precheck.find(_dossier(parties=(provider, _party(ContractSide.ACQUIRER, ACQUIRER))))
    assert [(finding.rule, finding.severity) for finding in found] == [
        ("party.region", Severity.ERROR),
        ("party.credit_code", Severity.WARNING),
    ]
    assert not any(provider.name in finding.message for finding in found)


@pytest.mark.parametrize(
    ("region", "office"),
    [("640104", "640102"), ("640221", "640201"), ("NX-NINGDONG", "640101"), ("640000", "640101"), ("310000", None), (None, None)],
)  # fmt: skip
def test_office_is_the_nearest_that_covers_the_region(region: str | None, office: str | None) -> None:
    assert office_for(region) == office
    assert office is None or office_covers(office, region)
