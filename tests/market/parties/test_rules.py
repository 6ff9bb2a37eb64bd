"""Credit codes by GB 32100-2015, identities, passwords, locks and the validity of a sign-in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc

from market.kernel.actor import Role
from market.kernel.errors import Invalid
from market.parties import rules
from market.parties.models import PartyKind

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NOW = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)


@st.composite
def credit_codes(draw):
    body = "".join(draw(st.lists(st.sampled_from("0123456789"), min_size=8, max_size=8)))
    body += "".join(draw(st.lists(st.sampled_from(ALPHABET), min_size=9, max_size=9)))
    return body + uscc.calc_check_digit(body)


def refused(code):
    with pytest.raises(Invalid) as caught:
        rules.check_credit_code(code)
    assert caught.value.fields[0].field == "credit_code"
    assert caught.value.fields[0].remedy
    return True


class TestCreditCode:
    @given(credit_codes())
    def test_passes_in_standard_form_when_valid(self, code):
        assert rules.check_credit_code(f" {code[:8].lower()} {code[8:].lower()}") == code

    @given(credit_codes(), st.integers(0, 17), st.sampled_from(ALPHABET))
    def test_is_refused_when_any_one_character_is_wrong(self, code, place, wrong):
        assume(code[place] != wrong)

        assert refused(code[:place] + wrong + code[place + 1 :])

    @given(credit_codes(), st.integers(0, 17), st.integers(0, 17))
    def test_is_refused_when_any_two_characters_are_swapped(self, code, one, other):
        first, second = sorted((one, other))
        assume(code[first] != code[second])
        # The first character and the check digit carry the same weight: the standard cannot see them swapped.
        assume((first, second) != (0, 17))
        swapped = code[:first] + code[second] + code[first + 1 : second] + code[first] + code[second + 1 :]

        assert refused(swapped)

    @given(st.text(max_size=40))
    def test_is_valid_or_refused_with_a_remedy_when_it_is_any_text(self, text):
        assert uscc.is_valid(text) or refused(text)

    @pytest.mark.parametrize(
        ("code", "part"),
        [("9164010012345", "18 位"), ("91640100I00000000X", "不含 I"), ("916401000000000000", "校验不通过")],
    )
    def test_says_what_is_wrong(self, code, part):
        with pytest.raises(Invalid, match="invalid_credit_code") as caught:
            rules.check_credit_code(code)

        assert part in caught.value.detail


def identity(**overrides):
    values = {
        "kind": PartyKind.ENTERPRISE,
        "country_code": "156",
        "credit_code": "91110000600037341L",
        "party_type_code": "150",
        "region_code": "640104",
    }
    return rules.PartyIdentity(**values | overrides)


class TestIdentity:
    @pytest.mark.parametrize(
        "overrides",
        [
            {},
            {"kind": PartyKind.NATURAL_PERSON, "credit_code": None, "party_type_code": "900", "region_code": None},
            {"country_code": "276", "credit_code": None, "party_type_code": "920", "region_code": None},
        ],
    )
    def test_holds_for_organisations_persons_and_foreigners(self, overrides):
        assert rules.check_identity(identity(**overrides)) == identity(**overrides)

    @pytest.mark.parametrize(
        ("overrides", "fields"),
        [
            ({"credit_code": None}, {"credit_code"}),
            ({"credit_code": "916401000000000000"}, {"credit_code"}),
            ({"region_code": None}, {"region_code"}),
            ({"party_type_code": "900"}, {"party_type_code"}),
            ({"kind": PartyKind.NATURAL_PERSON, "party_type_code": "900"}, {"credit_code"}),
            ({"country_code": "276"}, {"credit_code", "region_code"}),
        ],
    )
    def test_is_refused_with_every_field_that_does_not_fit(self, overrides, fields):
        with pytest.raises(Invalid) as caught:
            rules.check_identity(identity(**overrides))

        assert {error.field for error in caught.value.fields} == fields


class TestPassword:
    @pytest.mark.parametrize(
        "password",
        ["short", "123456789", "Password1234", "aaaaaaaaaaaa", "1212121212", "lab.yinchuan", "LAB.Yinchuan2026", "techmarket"],
    )  # fmt: skip
    def test_is_refused_when_short_common_or_like_the_login(self, password):
        with pytest.raises(Invalid):
            rules.check_password(password, "lab.yinchuan")

    @pytest.mark.parametrize("password", ["贺兰山下种葡萄酿好酒", "correct horse battery", "8264019375"])
    @pytest.mark.parametrize("login", ["lab.yinchuan", "13900000000"])
    def test_passes_when_long_and_its_own(self, password, login):
        rules.check_password(password, login)


@pytest.mark.parametrize(
    ("role", "has_party", "office", "good"),
    [
        (Role.ENTERPRISE, True, None, True),
        (Role.ENTERPRISE, False, None, False),
        (Role.INSTITUTE, False, None, False),
        (Role.INSTITUTE, True, "640101", False),
        (Role.BROKER, False, None, True),
        (Role.BROKER, True, None, True),
        (Role.OFFICIAL, False, "640101", True),
        (Role.OFFICIAL, False, None, False),
        (Role.OFFICIAL, True, "640101", False),
        (Role.ADMINISTRATOR, False, None, True),
        (Role.ADMINISTRATOR, True, None, False),
    ],
)
def test_a_user_has_the_place_that_fits_the_role(role, has_party, office, good):
    if good:
        rules.check_role(role, has_party=has_party, office_code=office)
    else:
        with pytest.raises(Invalid):
            rules.check_role(role, has_party=has_party, office_code=office)


@given(st.integers(1, 12))
def test_the_lock_falls_at_every_fifth_failure(attempts):
    failures, locks = 0, 0
    for _ in range(attempts):
        failures, until = rules.after_failure(failures, NOW)
        locks += until is not None

    assert locks == attempts // 5
    assert failures == attempts % 5


@given(
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.booleans(),
)
def test_a_sign_in_holds_only_within_both_limits(used_before, left, revoked):
    times = rules.SignInTimes(NOW - used_before, NOW + left, NOW if revoked else None)

    valid = rules.is_sign_in_valid(times, now=NOW, idle=timedelta(hours=2))

    assert valid == (not revoked and left > timedelta(0) and used_before < timedelta(hours=2))


def test_a_certificate_holds_on_its_last_day():
    assert rules.is_qualified(date(2026, 4, 8), date(2026, 4, 8))
    assert not rules.is_qualified(date(2026, 4, 8), date(2026, 4, 9))
    assert rules.is_qualified(None, date(2026, 4, 9))
