"""The report of quality for officials: what came of the suggestions, why they were refused, and where nothing fits.

What people did counts up to the end of the day asked for. What is on the market is asked now, of the listings published by that day:
past states of listings are not kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from market.kernel.actor import Actor, Permission
from market.kernel.clock import SHANGHAI, Clock
from market.kernel.text import View
from market.matches.models import Side
from market.matches.rules import SIDE_LABELS, MatchAction
from market.parties import queries as parties
from market.reference.lists import code_list
from matching import report_queries as queries
from matching.constraints import achievement_terms, need_terms, violations
from matching.learning import exposure
from matching.learning.exposure import Exposure
from matching.report_queries import IndustryList, LiveNeed, PlaceSums, RefusalSums, Span

FEASIBLE_SCORE = 40.0
"""From this score a stored pair counts as an offer that may meet the need (ours); officials may ask with another."""

LISTED_PLACES = 20
_UNNAMED = "未填写"
_REASON_LISTS = {MatchAction.DECLINE: "match_decline_reasons", MatchAction.CLOSE_DEAL: "deal_close_reasons"}
_STAGES = {MatchAction.DECLINE: "对接", MatchAction.CLOSE_DEAL: "洽谈"}
_INSTITUTES_SHOWN = 20
_MOST_INSTITUTES_SHOWN = 100


class PlaceRow(View):
    """What came of the pairs at one place of the needs' lists; `place` is null for pairs outside the lists, a broker's for one."""

    place: int | None
    shown: int
    interested: int
    consented: int
    in_talks: int
    agreed: int
    declined: int
    acceptance: float
    """Share of the pairs shown to which both sides consented."""


class RefusalRow(View):
    """How often pairs were declined (对接) or talks ended (洽谈) for one reason, by one side."""

    stage: str
    reason_code: str
    reason: str
    side: str
    number: int
    share: float


class CoverageRow(View):
    """One industry or county: its needs, those with a feasible offer, and its achievements."""

    code: str
    label: str
    needs: int
    covered: int
    achievements: int
    share: float


class GapCell(View):
    """The needs of one industry in one county, and how many of them have no feasible offer."""

    industry_code: str
    industry: str
    region_code: str
    region: str
    needs: int
    without_offer: int


class ExposureRow(View):
    """One institute or field: its share of the achievements on the market, and of the first ten places of the needs' lists."""

    code: str
    label: str
    listings: int
    shown: int
    expected: float
    ratio: float
    is_starved: bool


class MatchingReport(View):
    """The whole report. `min_score`: from which score a pair counts as feasible; it must also break no hard constraint of either side."""

    as_of: date
    min_score: float
    industry_list: IndustryList
    needs: int
    without_offer: int
    by_place: tuple[PlaceRow, ...]
    refusals: tuple[RefusalRow, ...]
    by_industry: tuple[CoverageRow, ...]
    by_region: tuple[CoverageRow, ...]
    gaps: tuple[GapCell, ...]
    exposure_of_fields: tuple[ExposureRow, ...]
    exposure_of_institutes: tuple[ExposureRow, ...]


class Question(NamedTuple):
    """What officials ask; `as_of` None: today. A day to come is answered as today."""

    as_of: date | None = None
    min_score: float = FEASIBLE_SCORE
    industry_list: IndustryList = IndustryList.LOCAL


def view_matching_report(session: Session, actor: Actor, question: Question, *, clock: Clock) -> MatchingReport:
    """The report at the end of the day asked for; for officials and administrators."""
    actor.require(Permission.EXPORT)
    day = min(question.as_of or clock.today(), clock.today())
    span = span_of(day, clock)
    needs = queries.live_needs(session, question.industry_list, span)
    fed = needs_with_offer(session, needs, question.min_score, span)
    offers = queries.live_achievements(session, question.industry_list, span)
    by_industry = Counter[str | None]()
    by_region = Counter[str | None]()
    for (industry_code, region_code), number in offers.items():
        by_industry[industry_code] += number
        by_region[region_code] += number
    industry_list = question.industry_list.value
    by_institute, by_field = exposure.exposure_of_institutes_and_fields(session, span)
    return MatchingReport(
        as_of=day,
        min_score=question.min_score,
        industry_list=question.industry_list,
        needs=len(needs),
        without_offer=len(needs) - len(fed),
        by_place=_place_rows(queries.sums_by_place(session, span.end)),
        refusals=_refusal_rows(queries.sums_by_reason(session, span.end)),
        by_industry=_coverage(((one.industry_code, one.id in fed) for one in needs), by_industry, industry_list),
        by_region=_coverage(((one.region_code, one.id in fed) for one in needs), by_region, "regions"),
        gaps=_gaps(needs, fed, industry_list),
        exposure_of_fields=_field_rows(by_field),
        exposure_of_institutes=_institute_rows(session, by_institute),
    )


def span_of(day: date, clock: Clock) -> Span:
    """Everything up to the end of this business day, which is not after today."""
    return Span(datetime.combine(day + timedelta(days=1), time(), SHANGHAI), clock.now())


def needs_with_offer(session: Session, needs: Iterable[LiveNeed], min_score: float, span: Span) -> set[UUID]:
    """The needs that have a feasible offer: a stored pair of this score that breaks no hard constraint as both listings are today.

    Nearly always a need's best pair settles it; only where that one has become impossible are the others looked at.
    """
    wanted = {one.id for one in needs}
    best = [(need, offer) for need, offer in queries.best_offers(session, min_score, span).items() if need in wanted]
    fed = _feasible(session, best, span)
    rest = [need for need, _ in best if need not in fed]
    further = list(queries.further_offers(session, rest, min_score, span))
    return fed | _feasible(session, further, span)


def _feasible(session: Session, pairs: list[tuple[UUID, UUID]], span: Span) -> set[UUID]:
    needs = {row_id: need_terms(row) for row_id, row in queries.terms_of_needs(session, {n for n, _ in pairs}).items()}
    offers = {
        row_id: achievement_terms(row)
        for row_id, row in queries.terms_of_achievements(session, {offer for _, offer in pairs}).items()
    }
    return {need for need, offer in pairs if not violations(needs[need], offers[offer], now=span.now)}


def _place_rows(sums: list[PlaceSums]) -> tuple[PlaceRow, ...]:
    outside = PlaceSums(None, 0, 0, 0, 0, 0, 0)
    listed = []
    for one in sums:
        if one.place is not None and one.place <= LISTED_PLACES:
            listed.append(one)
        else:
            outside = PlaceSums(None, *(a + b for a, b in zip(outside[1:], one[1:], strict=True)))
    listed.sort(key=lambda one: one.place or 0)
    shown = [*listed, outside] if outside.shown else listed
    return tuple(PlaceRow(**one._asdict(), acceptance=_share(one.consented, one.shown)) for one in shown)


def _refusal_rows(sums: list[RefusalSums]) -> tuple[RefusalRow, ...]:
    total = sum(one.number for one in sums)
    rows = []
    for one in sums:
        action = MatchAction(one.action)
        rows.append(
            RefusalRow(
                stage=_STAGES[action],
                reason_code=one.reason_code,
                reason=code_list(_REASON_LISTS[action]).label(one.reason_code),
                side=SIDE_LABELS[Side(one.side)] if one.side else "",
                number=one.number,
                share=_share(one.number, total),
            )
        )
    return tuple(rows)


def _coverage(
    needs: Iterable[tuple[str | None, bool]], achievements: Mapping[str | None, int], list_name: str
) -> tuple[CoverageRow, ...]:
    asked, covered = Counter[str | None](), Counter[str | None]()
    for code, is_fed in needs:
        asked[code] += 1
        covered[code] += is_fed
    rows = [
        CoverageRow(
            code=code or "",
            label=_label(code, list_name),
            needs=asked[code],
            covered=covered[code],
            achievements=achievements.get(code, 0),
            share=_share(covered[code], asked[code]),
        )
        for code in asked.keys() | achievements.keys()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.needs, -row.achievements, row.code)))


def _gaps(needs: list[LiveNeed], fed: set[UUID], list_name: str) -> tuple[GapCell, ...]:
    asked, without = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in needs:
        cell = (one.region_code or "", one.industry_code or "")
        asked[cell] += 1
        without[cell] += one.id not in fed
    return tuple(
        GapCell(
            industry_code=industry,
            industry=_label(industry, list_name),
            region_code=region,
            region=_label(region, "regions"),
            needs=asked[region, industry],
            without_offer=without[region, industry],
        )
        for region, industry in sorted(asked)
    )


def _field_rows(found: list[Exposure[str]]) -> tuple[ExposureRow, ...]:
    return tuple(_exposure_row(one, one.key, _label(one.key, "technology_fields")) for one in found)


def _institute_rows(session: Session, found: list[Exposure[UUID]]) -> tuple[ExposureRow, ...]:
    """Those who are starved, up to a hundred, and of the others the least shown, up to twenty in all."""
    starved = sum(one.is_starved for one in found)
    listed = found[: min(max(starved, _INSTITUTES_SHOWN), _MOST_INSTITUTES_SHOWN)]
    names = parties.party_names(session, {one.key for one in listed})
    return tuple(_exposure_row(one, str(one.key), names.get(one.key, "")) for one in listed)


def _exposure_row(one: Exposure[str] | Exposure[UUID], code: str, label: str) -> ExposureRow:
    return ExposureRow(
        code=code,
        label=label,
        listings=one.listings,
        shown=one.shown,
        expected=round(one.expected, 1),
        ratio=round(one.ratio, 3),
        is_starved=one.is_starved,
    )


def _label(code: str | None, list_name: str) -> str:
    return code_list(list_name).label(code) if code else _UNNAMED


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
