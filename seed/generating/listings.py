"""Generated achievements and needs: rows such as drafting, submitting and publishing leave them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from market.achievements.models import AchievementStage, IpStatus
from market.achievements.rules import default_expiry
from market.listings.duplicates import content_hash
from market.listings.models import IndicatorOperator, ListingStatus
from market.listings.rules import LIFETIME_DAYS, expiry
from market.needs.models import Exclusivity
from market.parties.models import Origin
from seed.generating.parties import Member, Members
from seed.generating.plan import Run, id_at, midnight
from seed.generating.shapes import Weighted, figures
from seed.generating.wording import Indicator, Lexicon, Writer, lexicon

Values = dict[str, Any]

_WINDOW_DAYS, _LAST_DAYS = 170, 6
"""Listings are drafted over these days up to some days ago, so that every published one is still valid."""

_STEPS = {ListingStatus.SUBMITTED: 2, ListingStatus.PUBLISHED: 3, ListingStatus.WITHDRAWN: 4, ListingStatus.EXPIRED: 4}
"""The row's version: one for the draft and one more for each step."""

_STAGES = Weighted.of({AchievementStage.EARLY: 30, AchievementStage.PILOT: 40, AchievementStage.MATURE: 30})
_READINESS = {AchievementStage.EARLY: (2, 4), AchievementStage.PILOT: (5, 6), AchievementStage.MATURE: (7, 9)}
_TRANSFER_WAYS = Weighted[list[str]](
    [[], ["licence"], ["transfer"], ["transfer", "licence"], ["joint_implementation"], ["licence", "equity"]],
    [25, 25, 15, 20, 10, 5],
)
_MODES = Weighted[list[str]](
    [["commissioned"], ["joint"], ["service"], ["transfer", "licence"], []], [35, 25, 20, 10, 10]
)
_REGIONS = Weighted[list[str]]([[], ["640000"], ["640100"], ["640100", "640200"]], [80, 14, 4, 2])
_FORMS = Weighted.of({"technology": 40, "process": 22, "product": 18, "equipment": 12, "material": 6, "variety": 2})
_ATTRIBUTES = Weighted.of({"original": 55, "redeveloped": 35, "assimilated": 10})
_LEVELS = Weighted.of({"unrated": 45, "cn_advanced": 25, "cn_leading": 20, "intl_advanced": 8, "intl_leading": 2})
_RIGHTS = Weighted.of(
    {"patent_invention": 48, "utility_model": 34, "software": 12, "trade_secret": 4, "plant_variety": 2}
)
_RIGHT_STATES = Weighted.of({IpStatus.GRANTED: 70, IpStatus.PUBLISHED: 18, IpStatus.FILED: 12})
_EXCLUSIVITY = Weighted.of({Exclusivity.ANY: 78, Exclusivity.REGIONAL: 16, Exclusivity.EXCLUSIVE: 6})
_ACTIVITIES = Weighted.of({"rd_application": 50, "experimental": 25, "applied_research": 15, "tech_services": 10})
_OFFERED_DISCLOSURE = Weighted[dict[str, str]](
    [{}, {"asking_price_cny": "consent"}, {"summary": "members"}, {"owner": "members"}], [92, 4, 2, 2]
)
_ASKED_DISCLOSURE = Weighted[dict[str, str]](
    [{}, {"owner": "members"}, {"budget_max_cny": "consent", "budget_min_cny": "consent"}, {"indicators": "members"}],
    [86, 8, 4, 2],
)
_RIGHT_SHARE, _NAMED_PRICE_SHARE, _REGISTERED_SHARE, _SECRET_SHARE, _EXCLUSIVE_SHARE = 0.7, 0.6, 0.3, 0.2, 0.06
_PRICE = (12.6, 1.1)
_CHARACTERS_KEPT = 120


@dataclass
class ListingRows:
    """The rows of some listings of one noun, by table."""

    listings: list[Values] = field(default_factory=list)
    indicators: list[Values] = field(default_factory=list)
    rights: list[Values] = field(default_factory=list)


def achievements(run: Run, members: Members, numbers: range) -> ListingRows:
    """The achievements with these running numbers."""
    chance, made, words = run.chance("achievements", numbers.start), ListingRows(), lexicon()
    for number in numbers:
        writer = Writer(chance, number)
        owner = members.seller(chance)
        life = _life(run, chance, (number + chance.random()) / run.plan.achievements)
        row = _common(chance, writer, owner, life)
        title = writer.title(words.achievement_titles)[:_CHARACTERS_KEPT]
        summary = writer.title(words.summaries)
        description = writer.text(words.achievement_sentences, 4 + int(chance.random() * 4))
        stage = _STAGES.pick(chance)
        row |= {
            "title": title,
            "summary": summary,
            "description": description,
            "confidential_detail": _secret(chance, writer),
            "content_hash": content_hash(title, [description]),
            "stage": stage,
            "trl": _between(chance, *_READINESS[stage]),
            "form_code": _FORMS.pick(chance),
            "attribute_code": _ATTRIBUTES.pick(chance),
            "level_code": _LEVELS.pick(chance),
            "offered_region_codes": _REGIONS.pick(chance),
            "exclusive_only": chance.random() < _EXCLUSIVE_SHARE,
            "asking_price_cny": _price(chance) if chance.random() < _NAMED_PRICE_SHARE else None,
            "disclosure": _OFFERED_DISCLOSURE.pick(chance),
        }
        if chance.random() < _REGISTERED_SHARE:
            row["registration_no"] = f"SC{run.number}-{number:08d}"
            row["registered_on"] = (life.created_at - timedelta(days=30)).date()
        made.listings.append(row)
        made.indicators += _indicators(chance, words, "achievement_id", row["id"], _between(chance, 1, 3))
        if chance.random() < _RIGHT_SHARE:
            made.rights.append(_right(chance, run, row, number))
    return made


def needs(run: Run, members: Members, numbers: range) -> ListingRows:
    """The needs with these running numbers."""
    chance, made, words = run.chance("needs", numbers.start), ListingRows(), lexicon()
    for number in numbers:
        writer = Writer(chance, run.plan.achievements + number)
        life = _life(run, chance, (number + chance.random()) / run.plan.needs)
        row = _common(chance, writer, members.buyer_at_home(chance), life)
        title = writer.title(words.need_titles)[:_CHARACTERS_KEPT]
        texts = [writer.text(words.need_sentences, part) for part in (3, 2, 1, 2)]
        high = _price(chance) if chance.random() < _NAMED_PRICE_SHARE else None
        row |= {
            "title": title,
            "summary": writer.title(words.summaries),
            "problem": texts[0],
            "key_technology": texts[1],
            "expected_outcome": texts[2],
            "background": texts[3],
            "confidential_detail": _secret(chance, writer),
            "content_hash": content_hash(title, ["\n".join(texts[:3])]),
            "activity_type_code": _ACTIVITIES.pick(chance),
            "mode_codes": _MODES.pick(chance),
            "budget_min_cny": high / 2 if high is not None and chance.random() < _NAMED_PRICE_SHARE else None,
            "budget_max_cny": high,
            "min_trl": chance.choice((None, None, 4, 5, 6, 7)),
            "exclusivity": _EXCLUSIVITY.pick(chance),
            "accepted_region_codes": _REGIONS.pick(chance),
            "needed_by": run.plan.today + timedelta(days=_between(chance, 60, 700)),
            "disclosure": _ASKED_DISCLOSURE.pick(chance),
        }
        made.listings.append(row)
        made.indicators += _indicators(chance, words, "need_id", row["id"], _between(chance, 1, 4))
    return made


@dataclass(frozen=True)
class _Life:
    """How far a listing has come, and when."""

    status: ListingStatus
    created_at: datetime
    submitted_at: datetime
    published_at: datetime | None
    updated_at: datetime


def _life(run: Run, chance: Random, quantile: float) -> _Life:
    status = _STATUSES.pick(chance)
    begun = midnight(run.plan.today) - timedelta(days=_WINDOW_DAYS)
    created_at = begun + timedelta(days=(_WINDOW_DAYS - _LAST_DAYS) * quantile)
    if status is ListingStatus.EXPIRED:
        created_at -= timedelta(days=LIFETIME_DAYS)
    submitted_at = created_at + timedelta(minutes=_between(chance, 5, 600))
    published_at = submitted_at + timedelta(minutes=_between(chance, 60, 4_000))
    if status is ListingStatus.SUBMITTED:
        return _Life(status, created_at, submitted_at, None, submitted_at)
    ends = {
        ListingStatus.PUBLISHED: published_at,
        ListingStatus.WITHDRAWN: published_at + timedelta(minutes=_between(chance, 60, 2_000)),
        ListingStatus.EXPIRED: expiry(published_at) + timedelta(minutes=1),
    }
    return _Life(status, created_at, submitted_at, published_at, ends[status])


_STATUSES = Weighted(
    [ListingStatus(code) for code in figures()["listing_status_percent"]["items"]],
    list(figures()["listing_status_percent"]["items"].values()),
)


def _common(chance: Random, writer: Writer, owner: Member, life: _Life) -> Values:
    topic = writer.topic
    return {
        "id": id_at(life.created_at, chance),
        "version": _STEPS[life.status],
        "created_at": life.created_at,
        "updated_at": life.updated_at,
        "owner_party_id": owner.id,
        "keywords": writer.keywords(_between(chance, 3, 5)),
        "field_code": topic.fields.pick(chance),
        "industry_code": topic.industries.pick(chance),
        "local_industry_code": topic.local_industries.pick(chance),
        "region_code": owner.region_code,
        "transfer_ways": _TRANSFER_WAYS.pick(chance),
        "status": life.status,
        "submitted_at": life.submitted_at,
        "published_at": life.published_at,
        "expires_at": None if life.published_at is None else expiry(life.published_at),
        "origin": Origin.GENERATED,
    }


def _secret(chance: Random, writer: Writer) -> str:
    if chance.random() >= _SECRET_SHARE:
        return ""
    return f"以下为生成的保密内容,仅供测试:{writer.thing}与{writer.method}的工艺参数另行提供。"


def _indicators(chance: Random, words: Lexicon, owner: str, owner_id: UUID, number: int) -> Iterator[Values]:
    kinds: list[Indicator] = list(dict.fromkeys(words.indicators.pick_many(chance, number)))
    for position, kind in enumerate(kinds):
        operator = IndicatorOperator(kind.operator)
        value = _between(chance, kind.least, kind.most)
        high = None
        if operator is IndicatorOperator.BETWEEN:
            high = Decimal(_between(chance, value, kind.most))
        yield {
            "id": UUID(int=owner_id.int ^ (position + 1)),  # beside its listing's, so that both stand together
            owner: owner_id,
            "position": position,
            "name": kind.name,
            "operator": operator,
            "value": Decimal(value),
            "value_high": high,
            "unit": kind.unit,
        }


def _right(chance: Random, run: Run, row: Values, number: int) -> Values:
    kind = _RIGHTS.pick(chance)
    filed_on = (row["created_at"] - timedelta(days=_between(chance, 200, 2_500))).date()
    return {
        "id": UUID(int=row["id"].int ^ 0xFF),
        "achievement_id": row["id"],
        "position": 0,
        "kind_code": kind,
        "number": f"SCZL{run.number}-{number:08d}",
        "title": row["title"],
        "status": _RIGHT_STATES.pick(chance),
        "filed_on": filed_on,
        "expires_on": default_expiry(kind, filed_on),
    }


def _price(chance: Random) -> Decimal:
    """Whole thousands of yuan, log-normal around 300,000."""
    return Decimal(max(10, round(chance.lognormvariate(*_PRICE) / 1000)) * 1000).quantize(Decimal("0.01"))


def _between(chance: Random, low: int, high: int) -> int:
    return low + int(chance.random() * (high - low + 1))
