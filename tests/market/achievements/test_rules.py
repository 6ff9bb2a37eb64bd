"""Rights and dates of achievements."""

from datetime import date

import pytest

from market.achievements.models import Achievement
from market.achievements.rules import completeness, content_errors, default_expiry
from market.listings.schemas import HintKind


@pytest.mark.parametrize(
    ("kind", "filed_on", "expires_on"),
    [
        ("patent_invention", date(2020, 3, 1), date(2040, 3, 1)),
        ("patent_invention", date(2024, 2, 29), date(2044, 2, 29)),
        ("utility_model", date(2024, 2, 29), date(2034, 2, 28)),
        ("design_patent", date(2021, 5, 31), date(2031, 5, 31)),
        ("design_patent", date(2021, 6, 1), date(2036, 6, 1)),
        ("trade_secret", date(2021, 6, 1), None),
        ("patent_invention", None, None),
    ],
)
def test_right_ends_after_its_legal_term(kind: str, filed_on: date | None, expires_on: date | None) -> None:
    assert default_expiry(kind, filed_on) == expires_on


def test_dates_after_today_and_unknown_rights_are_named_with_their_place() -> None:
    right = {"kind_code": "patent_invention", "filed_on": date(2026, 4, 9)}
    values = {
        "registered_on": date(2027, 1, 1),
        "evaluated_on": date(2026, 4, 8),
        "intellectual_property": [right, {"kind_code": "专利", "filed_on": None}],
    }

    errors = content_errors(values, date(2026, 4, 8))

    assert [error.field for error in errors] == [
        "registered_on",
        "intellectual_property.0.filed_on",
        "intellectual_property.1.kind_code",
    ]
    assert all(error.remedy for error in errors)


def test_advice_names_what_is_missing_and_stops_when_nothing_is() -> None:
    bare = Achievement(title="示范", transfer_ways=[], keywords=[])
    full = Achievement(
        title="示范",
        summary="简介",
        description="介绍",
        keywords=["枸杞"],
        trl=6,
        transfer_ways=["licence"],
        asking_price_cny="1",
    )

    assert {hint.field for hint in completeness(bare, indicators=0, rights=0)} >= {"summary", "indicators", "trl"}
    assert all(hint.kind is HintKind.MISSING for hint in completeness(bare, indicators=0, rights=0))
    assert completeness(full, indicators=1, rights=1) == []
