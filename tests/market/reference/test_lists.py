"""The code lists: whole, consistent, and honest about where they come from."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.errors import Invalid, NotFound
from market.reference.lists import code_list, is_in_home_region, list_names, region_path, regions_within

# The widest column that stores a code of the list; wider codes would be cut or refused by the database.
WIDTHS = {
    "technology_fields": 8, "industries": 8, "local_industries": 8, "contract_kinds": 8, "objectives": 8, "party_types": 8,
    "match_decline_reasons": 32, "deal_close_reasons": 32, "refusal_reasons": 32, "change_reasons": 32, "transfer_ways": 32,
}  # fmt: skip


@pytest.mark.parametrize("name", list_names())
class TestEveryList:
    def test_says_where_it_comes_from(self, name):
        codes = code_list(name)

        assert codes.name == name
        assert codes.title
        assert codes.source
        assert codes.version
        assert codes.mark

    def test_has_unique_codes_and_known_parents(self, name):
        codes = code_list(name)

        assert len({item.code for item in codes.items}) == len(codes) > 0
        assert all(item.parent is None or item.parent in codes for item in codes.items)
        assert all(item.name.strip() == item.name != "" for item in codes.items)

    def test_fits_the_columns_that_store_it(self, name):
        assert max(map(len, code_list(name).codes())) <= WIDTHS.get(name, 16)

    def test_finds_each_item_by_its_code(self, name):
        codes = code_list(name)

        assert [codes.find(f" {item.code.lower()} ") for item in codes.items] == list(codes.items)

    def test_has_periods_that_do_not_end_before_they_begin(self, name):
        for item in code_list(name).items:
            assert item.valid_from is None or item.valid_to is None or item.valid_from <= item.valid_to


def test_a_list_is_not_found_when_its_name_is_a_path():
    with pytest.raises(NotFound):
        code_list("../lists")


@given(st.text(max_size=30))
def test_find_and_label_take_any_text(text):
    regions = code_list("regions")

    assert regions.find(text) is None or regions.find(text) in regions.items
    assert isinstance(regions.label(text), str)


def test_require_names_field_and_choices_when_the_code_is_unknown():
    with pytest.raises(Invalid) as caught:
        code_list("technology_fields").require("99", "field_code")

    assert caught.value.fields[0].field == "field_code"
    assert "01(电子信息)" in caught.value.fields[0].remedy
    assert code_list("technology_fields").require("05", "field_code").name == "新材料及其应用"


def test_label_of_nothing_is_empty_and_of_an_unknown_code_itself():
    fields = code_list("technology_fields")

    assert [fields.label(None), fields.label("06"), fields.label("77")] == ["", "新能源与高效节能", "77"]


class TestRegions:
    def test_hold_every_division_of_ningxia_and_every_province(self):
        regions = code_list("regions")
        cities = regions.children("640000")
        counties = [county for city in cities for county in regions.children(city.code)]

        assert len(regions.children(None)) == 34
        assert [city.name for city in cities] == [
            "银川市", "石嘴山市", "吴忠市", "固原市", "中卫市", "宁东能源化工基地",
        ]  # fmt: skip
        assert len(counties) == 22

    def test_path_leads_up_to_the_region(self):
        assert region_path("640104") == ("640104", "640100", "640000")
        assert region_path("NX-NINGDONG") == ("NX-NINGDONG", "640000")
        assert region_path("nowhere") == ("nowhere",)

    def test_within_a_city_lie_its_counties(self):
        assert regions_within("640200") == ("640200", "640202", "640205", "640221")
        assert len(regions_within("640000")) == 1 + 5 + 22 + 1
        assert regions_within("nowhere") == ("nowhere",)

    @pytest.mark.parametrize(
        ("code", "expected"),
        [("640000", True), ("640522", True), ("NX-NINGDONG", True), ("610000", False), (None, False), ("", False)],
    )
    def test_home_is_ningxia_and_what_lies_in_it(self, code, expected):
        assert is_in_home_region(code) is expected

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("银川", "640100"),
            ("宁夏银川市兴庆区", "640104"),
            ("宁夏回族自治区 盐池县", "640323"),
            ("吴忠市盐池县", "640323"),
            ("宁东", "NX-NINGDONG"),
            ("640181", "640181"),
            ("陕西", "610000"),
            ("火星", None),
        ],
    )
    def test_are_found_as_people_write_them(self, text, code):
        found = code_list("regions").find(text)

        assert (found.code if found else None) == code


def test_local_industries_mean_the_list_in_force_when_both_lists_know_the_name():
    industries = code_list("local_industries")

    assert industries.find("枸杞").code == "SPC02"
    assert {item.extra["group"] for item in industries.active(date(2022, 3, 1))} == {"nine_key"}
    assert len(industries.active(date(2026, 4, 8))) == 18
    for item in industries.items:
        assert all(code in industries for code in item.extra.get("succeeded_by", ()))


def test_offices_make_registration_numbers_of_their_city():
    offices = code_list("registration_offices")

    assert len(offices) == 6
    assert all(len(item.code) == 6 and item.code[:4] + "00" in code_list("regions") for item in offices.items)
    assert all(item.extra["region_code"] in code_list("regions") for item in offices.items)


def test_contract_kinds_are_the_five_of_the_civil_code():
    assert [item.code for item in code_list("contract_kinds").children(None)] == ["KF", "ZR", "XK", "ZX", "FW"]
