from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from market.achievements.models import IntellectualProperty, IpStatus
from market.deals.schemas import ProposeTerms
from market.deals.terms import check_terms
from market.kernel.errors import Invalid

TERMS: dict[str, Any] = {
    "contract_kind_code": "KF",
    "contract_subkind_code": "KF1",
    "contract_amount_cny": "1200000.00",
    "technology_amount_cny": "1000000.00",
    "payment_mode_code": "instalments",
    "starts_on": "2026-05-01",
    "ends_on": "2027-04-30",
    "subject_matter": "演示:干燥工艺开发",
}
LICENCE = {"contract_kind_code": "XK", "contract_subkind_code": "XK1", "licence_mode_code": "ordinary"}
PATENT = IntellectualProperty(
    achievement_id=UUID(int=1),
    position=0,
    kind_code="patent_invention",
    status=IpStatus.GRANTED,
    expires_on=date(2030, 6, 30),
)
SECRET = IntellectualProperty(achievement_id=UUID(int=1), position=1, kind_code="trade_secret", status=IpStatus.GRANTED)


def test_complete_terms_stand() -> None:
    check_terms(ProposeTerms(**TERMS), [])
    check_terms(ProposeTerms(**TERMS | LICENCE), [PATENT])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contract_kind_code": "QT"}, "contract_kind_code"),
        ({"contract_kind_code": "KF1"}, "contract_kind_code"),
        ({"contract_subkind_code": "XK1"}, "contract_subkind_code"),
        ({"contract_subkind_code": "KF9"}, "contract_subkind_code"),
        ({"contract_kind_code": "ZX"}, "contract_subkind_code"),
        ({"payment_mode_code": "barter"}, "payment_mode_code"),
        ({"technology_amount_cny": "1200000.01"}, "technology_amount_cny"),
        ({"ends_on": "2026-04-30"}, "ends_on"),
        ({"licence_mode_code": "ordinary"}, "licence_mode_code"),
        (LICENCE | {"licence_mode_code": None}, "licence_mode_code"),
        (LICENCE | {"licence_mode_code": "forever"}, "licence_mode_code"),
        (LICENCE | {"ends_on": "2030-07-01"}, "ends_on"),
    ],
)
def test_bad_terms_name_the_field_and_the_remedy(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_terms(ProposeTerms(**TERMS | change), [PATENT])
    assert [error.field for error in refused.value.fields] == [field]
    assert refused.value.fields[0].remedy


def test_every_wrong_field_is_named_at_once() -> None:
    change = {"technology_amount_cny": "9999999.00", "ends_on": "2020-01-01", "licence_mode_code": "sole"}
    with pytest.raises(Invalid) as refused:
        check_terms(ProposeTerms(**TERMS | change), [])
    assert {error.field for error in refused.value.fields} == set(change)


def test_patent_licence_is_bounded_though_a_secret_has_no_end() -> None:
    with pytest.raises(Invalid):
        check_terms(ProposeTerms(**TERMS | LICENCE | {"ends_on": "2031-01-01"}), [PATENT, SECRET])
    secret_licence = LICENCE | {"contract_subkind_code": "XK2", "ends_on": "2031-01-01"}
    check_terms(ProposeTerms(**TERMS | secret_licence), [PATENT, SECRET])


@given(st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2))
def test_technology_amount_is_part_of_the_contract_amount(contract: Decimal, technology: Decimal) -> None:
    command = ProposeTerms(**TERMS | {"contract_amount_cny": contract, "technology_amount_cny": technology})
    if technology <= contract:
        check_terms(command, [])
    else:
        with pytest.raises(Invalid):
            check_terms(command, [])


@pytest.mark.parametrize(
    "change",
    [
        {"contract_amount_cny": "-1"},
        {"contract_amount_cny": "1.005"},
        {"contract_amount_cny": "NaN"},
        {"subject_matter": "工艺\x00"},
        {"subject_matter": ""},
        {"discount": "5%"},
        {"starts_on": "2026-02-30"},
    ],
)
def test_malformed_terms_do_not_come_in(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ProposeTerms(**TERMS | change)
