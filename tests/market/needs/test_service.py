"""What only needs have: budget, deadline, indicators with how they are tested."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import Session

from market.kernel.actor import ANONYMOUS
from market.kernel.clock import FixedClock
from market.kernel.errors import Invalid
from market.listings.models import IndicatorOperator, ListingStatus
from market.needs import queries, service
from market.needs.rules import completeness
from market.needs.schemas import DraftNeed, EditNeed, NeedIndicatorInput
from tests.factories.listings import make_owner, user_of
from tests.factories.needs import make_need, make_need_indicator


@pytest.mark.parametrize(
    "fields",
    [
        {"operator": "between", "value": "5"},
        {"operator": "between", "value": "5", "value_high": "3"},
        {"operator": "ge"},
        {"operator": "ge", "value": "5", "value_high": "6"},
        {"operator": "text"},
        {"operator": "text", "text": "无异味", "value": "1"},
        {"operator": "ge", "value": "NaN"},
        {"operator": "ge", "value": "1e30"},
        {"operator": "ge", "value": "0.0000000001"},
        {"operator": "ge", "value": "5", "name": "含\x00水率"},
        {"operator": "ge", "value": "5", "tolerance": "1"},
    ],
)
def test_indicator_is_refused_when_its_values_do_not_fit_the_operator(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NeedIndicatorInput.model_validate({"name": "含水率"} | fields)


def test_indicators_keep_their_order_and_exact_values(session: Session, clock: FixedClock) -> None:
    indicators = [
        {
            "name": "氢气纯度",
            "operator": "ge",
            "value": "99.999",
            "unit": "%",
            "current_value": "99.9",
            "test_method": "色谱",
        },
        {"name": "温度", "operator": "between", "value": "-20", "value_high": "60", "unit": "℃"},
        {"name": "气味", "operator": "text", "text": "无异味"},
    ]
    command = DraftNeed.model_validate({"title": "示范需求", "field_code": "04", "indicators": indicators})

    need = service.draft_need(session, user_of(make_owner(session, clock)), command, clock=clock)
    session.expire_all()

    stored = queries.indicators_of(session, [need.id])[need.id]
    assert [row.name for row in stored] == ["氢气纯度", "温度", "气味"]
    assert stored[0].value == Decimal("99.999")
    assert (stored[0].current_value, stored[0].test_method) == ("99.9", "色谱")
    assert (stored[1].value, stored[1].value_high) == (Decimal(-20), Decimal(60))


def test_budget_is_refused_when_its_ends_are_crossed_also_by_an_edit_of_one_end(
    session: Session, clock: FixedClock
) -> None:
    owner = make_owner(session, clock)
    crossed = DraftNeed(title="示范需求", field_code="04", budget_min_cny=Decimal(5), budget_max_cny=Decimal(3))
    with pytest.raises(Invalid):
        service.draft_need(session, user_of(owner), crossed, clock=clock)
    need = make_need(session, clock, owner=owner, budget_min_cny="100.00", budget_max_cny="500.00")

    with pytest.raises(Invalid) as caught:
        service.edit_need(session, user_of(owner), need.id, EditNeed(budget_max_cny=Decimal(99)), clock=clock)

    assert caught.value.fields[0].field == "budget_min_cny"
    assert need.budget_max_cny == Decimal("500.00")


@pytest.mark.parametrize("amount", ["-1", "0.001", "1,000", "99999999999999", "NaN"])
def test_budget_is_refused_when_it_is_no_amount(amount: str) -> None:
    with pytest.raises(ValidationError):
        DraftNeed.model_validate({"title": "示范需求", "field_code": "04", "budget_max_cny": amount})


def test_need_is_not_handed_in_or_renewed_past_its_deadline(session: Session, clock: FixedClock) -> None:
    owner = make_owner(session, clock)
    yesterday = clock.today() - timedelta(days=1)
    draft = make_need(session, clock, owner=owner, status=ListingStatus.DRAFT, needed_by=yesterday)
    expired = make_need(session, clock, owner=owner, status=ListingStatus.EXPIRED, needed_by=yesterday)

    for step, need in ((service.submit_need, draft), (service.renew_need, expired)):
        with pytest.raises(Invalid) as caught:
            step(session, user_of(owner), need.id, clock=clock)
        assert caught.value.fields[0].field == "needed_by"
    service.edit_need(session, user_of(owner), draft.id, EditNeed(needed_by=clock.today()), clock=clock)
    service.submit_need(session, user_of(owner), draft.id, clock=clock)

    assert draft.status is ListingStatus.SUBMITTED


def test_live_need_does_not_get_a_deadline_in_the_past(session: Session, clock: FixedClock) -> None:
    owner = make_owner(session, clock)
    need = make_need(session, clock, owner=owner)

    with pytest.raises(Invalid):
        service.edit_need(session, user_of(owner), need.id, EditNeed(needed_by=date(2020, 1, 1)), clock=clock)


def test_public_sees_the_indicators_and_not_the_problem(session: Session, clock: FixedClock) -> None:
    need = make_need(session, clock)
    make_need_indicator(session, need)

    view = service.view_need(session, ANONYMOUS, need.id, clock=clock)

    assert view.indicators is not None
    assert [(row.name, row.operator, row.value) for row in view.indicators] == [
        ("多糖保留率", IndicatorOperator.AT_LEAST, Decimal(90))
    ]
    assert view.problem is None
    assert "problem" in view.hidden_fields


def test_advice_asks_for_figures_when_all_indicators_are_words(session: Session, clock: FixedClock) -> None:
    need = make_need(session, clock)
    words = make_need_indicator(session, need, operator=IndicatorOperator.TEXT, value=None, text="无异味")

    assert "indicators" in {hint.field for hint in completeness(need, [words])}
