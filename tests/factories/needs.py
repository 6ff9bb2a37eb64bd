"""Needs in any state, made without the services."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from market.kernel.clock import Clock
from market.listings import duplicates, rules
from market.listings.models import IndicatorOperator, ListingStatus
from market.needs.models import Need, NeedIndicator
from market.needs.rules import compared_text
from tests.factories.listings import make_owner, next_number


def make_need(session: Session, clock: Clock, **overrides: Any) -> Need:
    """A published need of an owner of its own; `owner`, `status` and any column may be given."""
    number = next_number()
    owner = overrides.pop("owner", None)
    if owner is None and "owner_party_id" not in overrides:
        owner = make_owner(session, clock)
    now = clock.now()
    published_at = overrides.get("published_at", now)
    values = {
        "title": f"枸杞干燥能耗降低与品质保持(演示{number})",
        "summary": "寻求枸杞鲜果低能耗干燥工艺与成套设备。",
        "keywords": ["枸杞", "干燥", "节能"],
        "field_code": "07",
        "industry_code": "C",
        "region_code": "640521",
        "problem": f"第 {number} 条示范线热风干燥每吨耗电 900 千瓦时,果实褐变严重。",
        "key_technology": "低温分段干燥与含水率在线检测。",
        "expected_outcome": "单位能耗下降三成,多糖保留率不低于 90%。",
        "status": ListingStatus.PUBLISHED,
        "submitted_at": now,
        "published_at": published_at,
        "expires_at": published_at + timedelta(days=rules.LIFETIME_DAYS) if published_at else None,
        "created_at": now,
        "updated_at": now,
    } | overrides
    if owner is not None:
        values["owner_party_id"] = owner.id
    need = Need(**values)
    need.content_hash = duplicates.content_hash(need.title, [compared_text(need)])
    session.add(need)
    session.flush()
    return need


def make_need_indicator(session: Session, need: Need, **overrides: Any) -> NeedIndicator:
    """One numeric indicator of a need."""
    values = {
        "need_id": need.id,
        "position": 0,
        "name": "多糖保留率",
        "operator": IndicatorOperator.AT_LEAST,
        "value": "90",
        "unit": "%",
    } | overrides
    indicator = NeedIndicator.model_validate(values)
    session.add(indicator)
    session.flush()
    return indicator
