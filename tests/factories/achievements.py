"""Achievements in any state, made without the services."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from market.achievements.models import Achievement, AchievementIndicator, AchievementStage
from market.kernel.clock import Clock
from market.listings import duplicates, rules
from market.listings.models import IndicatorOperator, ListingStatus
from tests.factories.listings import make_owner, next_number


def make_achievement(session: Session, clock: Clock, **overrides: Any) -> Achievement:
    """A published achievement of an owner of its own; `owner`, `status` and any column may be given."""
    number = next_number()
    owner = overrides.pop("owner", None)
    if owner is None and "owner_party_id" not in overrides:
        owner = make_owner(session, clock)
    now = clock.now()
    published_at = overrides.get("published_at", now)
    values = {
        "title": f"枸杞鲜果冻干与在线分选成套技术(演示{number})",
        "summary": "鲜果真空冷冻干燥,复水率与色泽保持率高,配套机器视觉分选。",
        "keywords": ["枸杞", "冻干", "机器视觉"],
        "field_code": "07",
        "industry_code": "C",
        "region_code": "640521",
        "description": f"第 {number} 套示范线:冻干温度分段控制,单批 300 千克,含水率不高于 5%,分选准确率 98%。",
        "stage": AchievementStage.PILOT,
        "trl": 7,
        "transfer_ways": ["licence", "transfer"],
        "status": ListingStatus.PUBLISHED,
        "submitted_at": now,
        "published_at": published_at,
        "expires_at": published_at + timedelta(days=rules.LIFETIME_DAYS) if published_at else None,
        "created_at": now,
        "updated_at": now,
    } | overrides
    if owner is not None:
        values["owner_party_id"] = owner.id
    achievement = Achievement(**values)
    achievement.content_hash = duplicates.content_hash(
        achievement.title, [achievement.description or achievement.summary]
    )
    session.add(achievement)
    session.flush()
    return achievement


def make_achievement_indicator(session: Session, achievement: Achievement, **overrides: Any) -> AchievementIndicator:
    """One numeric indicator of an achievement."""
    values = {
        "achievement_id": achievement.id,
        "position": 0,
        "name": "含水率",
        "operator": IndicatorOperator.AT_MOST,
        "value": "5",
        "unit": "%",
    } | overrides
    indicator = AchievementIndicator.model_validate(values)
    session.add(indicator)
    session.flush()
    return indicator
