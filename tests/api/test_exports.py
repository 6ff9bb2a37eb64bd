"""Exports: for spreadsheets, and harmless in them."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from api.spreadsheets import safe_cell
from market.contracts.models import ContractStatus
from market.contracts.schemas import ChangeContract
from market.contracts.service import change_contract
from market.kernel.actor import SYSTEM, Role
from market.targets.service import close_year
from tests.factories.contracts import clerks_of, make_contract

PATH = "/v1/exports/contracts.csv"


def test_export_is_for_officials_and_administrators(client, headers_of):
    assert client.get(PATH).status_code == 401
    for role in (Role.ENTERPRISE, Role.INSTITUTE, Role.BROKER):
        assert client.get(PATH, headers=headers_of(role)).status_code == 403
    for role in (Role.OFFICIAL, Role.ADMINISTRATOR):
        assert client.get(PATH, headers=headers_of(role)).status_code == 200


def test_file_holds_the_years_registered_contracts(client, headers_of, database, clock):
    with database.writing() as session:
        contract = make_contract(session, clock, ContractStatus.REGISTERED, name='=HYPERLINK("http://x")合同')
        make_contract(session, clock, ContractStatus.ACCEPTED)

    answer = client.get(PATH, params={"year": 2026}, headers=headers_of(Role.OFFICIAL))
    other_year = client.get(PATH, params={"year": 2025}, headers=headers_of(Role.OFFICIAL))

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="contracts-2026.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["登记编号"] for row in rows] == [contract.registration_no]
    assert rows[0]["合同名称"].startswith("'=HYPERLINK")
    assert rows[0]["成交额(元)"] == "1200000.00"
    assert rows[0]["卖方"]
    assert len(other_year.content.decode("utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1"])
def test_formulas_become_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["枸杞干燥", "2026-01-05", 12, None, "a=b"])
def test_plain_values_stay(value):
    assert safe_cell(value) == ("" if value is None else str(value))


def test_columns_add_up_to_the_board_after_a_closed_years_contract_was_changed(client, headers_of, database, clock):
    with database.writing() as session:
        contract = make_contract(session, clock, ContractStatus.REGISTERED)
        make_contract(session, clock, ContractStatus.REGISTERED)
        office = contract.office_code
    clock.advance(timedelta(days=300))
    with database.writing() as session:
        close_year(session, SYSTEM, 2026, clock=clock)
        command = ChangeContract(
            reason_code="amount_changed", contract_amount_cny="1000000.00", technology_amount_cny="900000.00"
        )
        change_contract(session, clerks_of(office).second, contract.id, command, clock=clock)
    headers = headers_of(Role.OFFICIAL)

    for year, count in ((2026, 2), (2027, 0)):
        exported = client.get(PATH, params={"year": year}, headers=headers).content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(exported)))
        board = client.get(f"/v1/targets/{year}", params={"as_of": "2027-12-31"}, headers=headers).json()
        assert sum(int(row["计入份数"]) for row in rows) == board["count"] == count
        assert sum(Decimal(row["成交额(元)"]) for row in rows) == Decimal(board["contract_amount_cny"])
        assert sum(Decimal(row["技术交易额(元)"]) for row in rows) == Decimal(board["technology_amount_cny"])
    assert [row["成交额(元)"] for row in rows] == ["-200000.00"], "the correction stands in the year it was made"
