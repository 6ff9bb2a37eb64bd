"""Why a pair is shown, in sentences for people: the page and the API say the same.

Only what every signed-in member may read is quoted; a condition that one side keeps to itself is passed over in silence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from market.achievements.models import Achievement
from market.kernel.clock import business_date
from market.kernel.money import format_wan
from market.listings.disclosure import Viewer, visible_fields
from market.listings.models import IndicatorRow
from market.matches.models import Match
from market.needs.models import Exclusivity, Need
from market.reference.lists import code_list
from matching.closest import FindClosest, SentencePair
from matching.conditions import HIGHEST_READINESS, wanted_readiness
from matching.constraints import lies_in
from matching.indicators.comparing import Comparison, Verdict
from matching.indicators.model import Relation
from matching.indicators.tables import Row, table
from matching.lexicon import lexicon
from matching.lifts import Standing, lifts
from matching.profiles import AchievementProfile, NeedProfile, profile_achievement, profile_need
from matching.solution import compared

PART_LABELS = {
    "characters": "全文用字",
    "title": "标题相近",
    "words": "共同用词",
    "meaning": "语义相近",
    "field": "技术领域",
    "industry": "行业",
    "readiness": "技术成熟度",
    "price": "价格与预算",
    "region": "地区相近",
    "ways": "转化方式",
    "freshness": "发布时间",
    "capacity": "承接余力",
    "kind": "方案类型",
    "lexicon": "同义概念",
    "indicators": "技术指标",
    "learned": "对接经验",
}
"""How each part of a score is called on pages."""

_QUOTED_TERMS = 6
_QUOTED_JOINS = 3
_TELLING_SHARE = 0.25
"""From this share of the score on, meaning is a reason that people want to see (ours)."""


@dataclass(frozen=True)
class Explanation:
    """Why a pair is shown: sentences for people, and each wanted indicator against the offered one.

    `closest`: the two sentences nearest in meaning, where meaning carries the score and they were looked for.
    """

    sentences: list[str]
    indicators: list[Row]
    closest: SentencePair | None = None


@dataclass(frozen=True)
class Around:
    """What surrounds a pair: the scores of all pairs of its need, and how many achievements of the offer's owner stand in talks."""

    rivals: Sequence[float] = ()
    talks: int = 0


_NOTHING_AROUND = Around()


def explain(
    match: Match,
    need: Need,
    achievement: Achievement,
    *,
    need_indicators: Sequence[IndicatorRow] | None = None,
    achievement_indicators: Sequence[IndicatorRow] | None = None,
    around: Around = _NOTHING_AROUND,
    find_closest: FindClosest | None = None,
) -> Explanation:
    """Sentences in the order of their weight: what the texts share, the conditions that were checked, what would lift the pair.

    Only what members may read goes in. `find_closest` embeds sentences: for one pair, not for a list.
    """
    shown_need = visible_fields(need, Viewer.MEMBER)
    shown_achievement = visible_fields(achievement, Viewer.MEMBER)
    asked, offered = (
        profile_need(need, need_indicators or ()),
        profile_achievement(achievement, achievement_indicators or ()),
    )
    rows = table(_worth_showing(compared(asked, offered)))
    closest = find_closest(asked, offered) if find_closest and _rests_on_meaning(match) else None
    sentences = [_terms_sentence(match.terms)]
    sentences.extend(_joined_sentences(asked, offered))
    if closest is not None:
        sentences.append(f"意思最接近的两句:需求“{closest.need}”,成果“{closest.achievement}”。")
    sentences.extend(_subject_sentences(need, achievement, shown_need, shown_achievement))
    sentences.extend(_condition_sentences(need, achievement, shown_need, shown_achievement))
    if around.talks and "owner" in shown_achievement:
        sentences.append(f"成果方现有 {around.talks} 项成果正在洽谈,请先了解其人员和时间安排。")
    sentences.extend(_indicator_sentences(rows))
    wishes = _wishes(need, achievement, shown_need, shown_achievement, business_date(match.computed_at))
    sentences.extend(lifts(Standing(match.score, match.parts, around.rivals), wishes))
    sentences.extend(_advice(match, achievement, shown_achievement, achievement_indicators))
    return Explanation(sentences, rows, closest)


def _rests_on_meaning(match: Match) -> bool:
    return match.score > 0 and match.parts.get("meaning", 0.0) >= _TELLING_SHARE * match.score


def _terms_sentence(terms: Sequence[str]) -> str:
    if not terms:
        return "双方文字没有共同的专业词语,仅用字相近,请人工判断是否相关。"
    quoted = "、".join(f"“{term}”" for term in terms[:_QUOTED_TERMS])
    more = f"等 {len(terms)} 个词语" if len(terms) > _QUOTED_TERMS else ""
    return f"需求与成果都提到{quoted}{more}。"


def _subject_sentences(
    need: Need, achievement: Achievement, shown_need: frozenset[str], shown_achievement: frozenset[str]
) -> Iterable[str]:
    if need.field_code and need.field_code == achievement.field_code:
        yield f"同属技术领域“{code_list('technology_fields').label(need.field_code)}”。"
    both = shown_need & shown_achievement
    local = need.local_industry_code
    if "local_industry_code" in both and local and local == achievement.local_industry_code:
        yield f"同属产业“{code_list('local_industries').label(local)}”。"
    elif "industry_code" in both and need.industry_code and need.industry_code == achievement.industry_code:
        yield f"同属行业“{code_list('industries').label(need.industry_code)}”。"


def _condition_sentences(
    need: Need, achievement: Achievement, shown_need: frozenset[str], shown_achievement: frozenset[str]
) -> Iterable[str]:
    if "asking_price_cny" in shown_achievement and "budget_max_cny" in shown_need:
        yield from _price_sentence(achievement.asking_price_cny, need.budget_max_cny)
    if "trl" in shown_achievement and "min_trl" in shown_need:
        yield from _readiness_sentence(achievement.trl, need.min_trl)
    yield from _region_sentences(need, achievement, shown_need, shown_achievement)
    if "transfer_ways" in shown_need and "transfer_ways" in shown_achievement:
        common = [way for way in achievement.transfer_ways if way in need.transfer_ways]
        if common:
            ways = "、".join(code_list("transfer_ways").label(way) for way in common)
            yield f"双方都接受的转化方式:{ways}。"
    if "exclusivity" in shown_need and need.exclusivity is Exclusivity.EXCLUSIVE:
        yield "需求方要求独占权利,请在洽谈中确认权利范围。"
    if "exclusive_only" in shown_achievement and achievement.exclusive_only:
        yield "成果只以独占方式转化。"
    available, needed_by = achievement.available_from, need.needed_by
    if needed_by and available and "needed_by" in shown_need and "available_from" in shown_achievement:
        fits = "可以赶上" if available <= needed_by else "注意:晚于"
        yield f"成果自 {available.isoformat()} 起可提供,{fits}需求要求的 {needed_by.isoformat()}。"


def _price_sentence(price: Decimal | None, budget: Decimal | None) -> Iterable[str]:
    if price is None:
        yield "成果价格面议" + (f",需求预算上限 {format_wan(budget)} 万元。" if budget is not None else "。")
    elif budget is None:
        yield f"成果报价 {format_wan(price)} 万元,需求方未填写预算。"
    elif price <= budget:
        yield f"成果报价 {format_wan(price)} 万元,在需求预算上限 {format_wan(budget)} 万元以内。"
    else:
        yield f"注意:成果报价 {format_wan(price)} 万元,已超出需求预算上限 {format_wan(budget)} 万元。"


def _readiness_sentence(reached: int | None, wanted: int | None) -> Iterable[str]:
    if wanted is None:
        return
    if reached is None:
        yield f"需求要求技术成熟度不低于 {wanted} 级,成果未填写,请向成果方核实。"
    elif reached >= wanted:
        yield f"成果技术成熟度 {reached} 级,满足需求要求的 {wanted} 级。"
    else:
        yield f"注意:成果技术成熟度 {reached} 级,现已低于需求要求的 {wanted} 级。"


def _region_sentences(
    need: Need, achievement: Achievement, shown_need: frozenset[str], shown_achievement: frozenset[str]
) -> Iterable[str]:
    regions = code_list("regions")
    accepted, offered = tuple(need.accepted_region_codes), tuple(achievement.offered_region_codes)
    if accepted and "accepted_region_codes" in shown_need and "region_code" in shown_achievement:
        place = regions.label(achievement.region_code)
        if lies_in(achievement.region_code, accepted):
            yield f"成果所在地{place}在需求方可接受的地区内。"
    if offered and "offered_region_codes" in shown_achievement and "region_code" in shown_need:
        place = regions.label(need.region_code)
        if lies_in(need.region_code, offered):
            yield f"需求方所在地{place}在成果的转化地区内。"


def _joined_sentences(need: NeedProfile, achievement: AchievementProfile) -> Iterable[str]:
    """What the two texts call by different names; each name stands in its text as quoted."""
    for joined in lexicon().joining(need.raw, achievement.raw)[:_QUOTED_JOINS]:
        yield (
            f"需求说的“{joined.need_surface}”与成果说的“{joined.achievement_surface}”是同一回事"
            f"(词库条目“{joined.concept}”)。"
        )


def _worth_showing(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """What is judged, and of what the offer does not say only the bounds that are asked for: a bare figure of the need may tell about its plant."""
    judged = [one for one in comparisons if one.verdict is not Verdict.UNKNOWN]
    names = {one.wanted.name for one in judged}
    return judged + [
        one
        for one in comparisons
        if one.verdict is Verdict.UNKNOWN
        and one.wanted.name
        and one.wanted.name not in names
        and one.wanted.relation not in {Relation.EQUALS, Relation.ABOUT}
    ]


def _indicator_sentences(rows: Sequence[Row]) -> Iterable[str]:
    for row in rows:
        if row.verdict is Verdict.MISSED:
            yield f"注意:“{row.name}”需求 {row.wanted},成果 {row.offered},{row.conclusion}。"
    met = [row.name for row in rows if row.verdict is Verdict.MET]
    unknown = [row.name for row in rows if row.verdict is Verdict.UNKNOWN]
    if met:
        yield f"成果达到需求的指标:{'、'.join(dict.fromkeys(met))}。"
    if unknown:
        yield f"成果没有说明需求要求的:{'、'.join(dict.fromkeys(unknown))},请向成果方核实。"


def _wishes(
    need: Need,
    achievement: Achievement,
    shown_need: frozenset[str],
    shown_achievement: frozenset[str],
    computed_on: date,
) -> list[tuple[str, str]]:
    """What the achievement's side could reach or state, by the part of the score that it would raise."""
    wishes = []
    if "trl" in shown_achievement and "min_trl" in shown_need:
        wanted = wanted_readiness(need.min_trl, need.needed_by if "needed_by" in shown_need else None, computed_on)
        if wanted is not None and (achievement.trl is None or achievement.trl < wanted):
            wishes.append(("readiness", f"若技术成熟度达到 {wanted} 级"))
        elif wanted is None and (achievement.trl or 0) < HIGHEST_READINESS:
            wishes.append(("readiness", f"若技术成熟度达到 {HIGHEST_READINESS} 级"))
    if "asking_price_cny" in shown_achievement and "budget_max_cny" in shown_need:
        budget, price = need.budget_max_cny, achievement.asking_price_cny
        if budget and price is None:
            wishes.append(("price", f"若给出不高于预算 {format_wan(budget)} 万元、与之相当的报价"))
    if (
        "local_industry_code" in shown_need & shown_achievement
        and need.local_industry_code
        and not achievement.local_industry_code
    ):
        label = code_list("local_industries").label(need.local_industry_code)
        wishes.append(("industry", f"若成果确实用于“{label}”并补填该产业"))
    return wishes


def _advice(
    match: Match, achievement: Achievement, shown_achievement: frozenset[str], indicators: Sequence[IndicatorRow] | None
) -> Iterable[str]:
    """What the achievement's side could add so that the pair can be judged better."""
    missing = []
    if not achievement.summary and not achievement.description:
        missing.append("成果简介")
    if "trl" in shown_achievement and achievement.trl is None:
        missing.append("技术成熟度")
    if indicators is not None and not indicators and "indicators" in shown_achievement:
        missing.append("技术指标")
    if missing and match.score:
        yield f"成果方补充{'、'.join(missing)}后,匹配判断会更准确。"
