"""Training a ranker on what people decided: learn from the earlier, measure on the later, use it only where it is better.

What was known by a day is learned from; the needs about which people decided after it are ranked with and without the ranker. It is
adopted where the mean gain in nDCG@10 is above 0 with 95 % certainty (one-sided paired bootstrap over the needs), and where nobody is
left with less than half of the attention that the shipped weights give him: a loop must not starve an institute or a field.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.matches import outcome_queries, rankers
from market.matches.outcome_queries import Listed, Unacted
from market.matches.rankers import TrainedRanker
from matching.learning.examples import IGNORED_AFTER, Example, decided, learnable, scored_by, untouched
from matching.learning.exposure import FIRST_PLACES, attention, starved_by
from matching.learning.ranker import Ranker, current_ranker, fit
from matching.ranking_figures import gain, paired_lower_bound
from matching.report_queries import owners_and_fields
from matching.weights import MODEL_VERSION

DECISIONS_NEEDED = 200
"""Fewer decisions than this teach nothing that could be trusted (ours)."""

NEEDS_COMPARED = 20
"""On fewer later needs than this no comparison is made (ours)."""

_LEARNED_SHARE = 0.7
_INNER_SHARE = 0.75
_RIDGES = (0.03, 0.3, 3.0, 30.0)
_STEPS = 4

Progress = Callable[[int, int | None], None]
Measured = Mapping[UUID, float]


class Verdict(StrEnum):
    """What came of a training."""

    TOO_FEW_DECISIONS = "too_few_decisions"
    TOO_FEW_NEEDS = "too_few_needs"
    NOT_BETTER = "not_better"
    STARVING = "starving"
    ADOPTED = "adopted"


@dataclass(frozen=True)
class Comparison:
    """nDCG@10 on the later needs, over the pairs that people decided about or left untouched.

    `standing` is the ranking as it is now (the shipped weights, with the ranker in force, if any); `shipped` without any ranker;
    `low` is the lower 95 % bound of the gain over both. `starved_institutes` and `starved_fields` are how many would keep less than half
    of the attention that the shipped weights give them.
    """

    needs: int
    shipped: float
    standing: float
    learned: float
    low: float
    starved_institutes: int = 0
    starved_fields: int = 0

    @property
    def starves(self) -> bool:
        """Whether somebody would lose too much."""
        return bool(self.starved_institutes or self.starved_fields)


@dataclass(frozen=True)
class TrainingReport:
    """What was trained from, and what came of it; `number` is the version that was recorded, if any."""

    verdict: Verdict
    decisions: int
    needed: int
    examples: int
    trained_until: datetime | None
    comparison: Comparison | None
    number: int | None


def train_from_decisions(
    database: Database,
    actor: Actor,
    *,
    clock: Clock,
    needed: int = DECISIONS_NEEDED,
    until: datetime | None = None,
    progress: Progress | None = None,
) -> TrainingReport:
    """Train and measure in a reading transaction, record in a short writing one; a ranker that is better is then in force.

    `until`: what was known by this instant is learned from; without it, the instant by which 70 % of the decisions had been taken.
    With too little to go by nothing is recorded, and what stands goes on standing. Stopped half-way, nothing has changed.
    Raises `Conflict` where another training has changed what stands meanwhile.
    """
    actor.require(Permission.OPERATE)
    now = clock.now()
    with database.reading() as session:
        report, ranker, standing = _trained(session, now, needed, until, progress or (lambda _done, _total: None))
    if ranker is None or report.comparison is None or report.trained_until is None:
        return report
    return record(database, actor, report, ranker, standing, clock=clock)


def record(
    database: Database, actor: Actor, report: TrainingReport, ranker: Ranker, standing: int | None, *, clock: Clock
) -> TrainingReport:
    """Keep what was measured against number `standing`; where it is to be adopted, it is in force from now on. Raises `Conflict`."""
    if report.comparison is None or report.trained_until is None:
        raise ValueError("only what was measured is recorded")
    trained = TrainedRanker(
        model_version=MODEL_VERSION,
        coefficients=ranker.coefficients(),
        decisions=report.decisions,
        figures=_rounded(asdict(report.comparison)),
        trained_until=report.trained_until,
        measured_until=clock.now(),
        measured_against=standing,
        is_better=report.verdict is Verdict.ADOPTED,
    )
    with database.writing() as session:
        number = rankers.record_ranker(session, actor, trained, clock=clock).number
    return replace(report, number=number)


def _trained(
    session: Session, now: datetime, needed: int, until: datetime | None, show: Progress
) -> tuple[TrainingReport, Ranker | None, int | None]:
    """The report, the ranker where there was enough to go by, and the number of the one in force."""
    later = examples_until(session, now)
    show(1, _STEPS)
    decisions = sorted(one.at for one in later if one.is_decision)
    report = TrainingReport(Verdict.TOO_FEW_DECISIONS, len(decisions), needed, len(later), None, None, None)
    if len(decisions) < needed:
        return report, None, None
    cut = until or decisions[int(_LEARNED_SHARE * len(decisions))]
    earlier = examples_until(session, cut)
    show(2, _STEPS)
    ranker = learn(earlier)
    show(3, _STEPS)
    needs = later_needs(earlier, later, cut)
    comparison = compare(needs, ranker, current_ranker(session))
    comparison = with_starved(session, comparison, _whole_lists(session, needs, now), ranker)
    show(_STEPS, _STEPS)
    report = replace(report, trained_until=cut, comparison=comparison, verdict=verdict_on(comparison))
    if report.verdict is Verdict.TOO_FEW_NEEDS:
        return report, None, None
    return report, ranker, number_in_force(session)


def verdict_on(comparison: Comparison) -> Verdict:
    """What is to become of a ranker that compares so."""
    if comparison.needs < NEEDS_COMPARED:
        return Verdict.TOO_FEW_NEEDS
    if comparison.low <= 0:
        return Verdict.NOT_BETTER
    return Verdict.STARVING if comparison.starves else Verdict.ADOPTED


def number_in_force(session: Session) -> int | None:
    """The number of the ranker that stands; None where the shipped weights stand alone."""
    standing = outcome_queries.ranker_in_force(session)
    return standing.number if standing else None


def with_starved(
    session: Session, comparison: Comparison, lists: Iterable[Sequence[Example]], ranker: Ranker
) -> Comparison:
    """The comparison with those whom the ranker would leave with too little of what these lists give them.

    The lists are read once, one by one; of each are kept the first places.
    """
    ids: set[UUID] = set()
    before, after = [], []
    for examples in lists:
        ids.update(one.achievement_id for one in examples)
        before.append(_first_places(examples, None))
        after.append(_first_places(examples, ranker))
    known = owners_and_fields(session, ids)
    institutes = {one: owner for one, (owner, _) in known.items()}
    fields = {one: field for one, (_, field) in known.items()}
    return replace(
        comparison,
        starved_institutes=_starved(before, after, institutes),
        starved_fields=_starved(before, after, fields),
    )


def lists_of_today(session: Session) -> Iterator[list[Example]]:
    """The list of every need on the market as it stands today; to be looked at, not to be learned from.

    People need not have done anything with it. Pairs that another scoring computed are left out.
    """
    for _, pairs in groupby(outcome_queries.iter_listed(session), key=lambda one: one.need_id):
        yield [_seen(pair, pair.computed_at) for pair in pairs if scored_by(pair.model_version) == MODEL_VERSION]


def _whole_lists(session: Session, needs: Mapping[UUID, Sequence[Example]], now: datetime) -> list[list[Example]]:
    """What these needs are shown: what people decided about, and what they have left alone so far."""
    lists = {need: {one.achievement_id: one for one in examples} for need, examples in needs.items()}
    for pair in outcome_queries.iter_unacted(session, now, now):
        if pair.need_id in lists and scored_by(pair.model_version) == MODEL_VERSION:
            lists[pair.need_id].setdefault(pair.achievement_id, _seen(pair, pair.shown_at))
    return [list(one.values()) for one in lists.values()]


def _seen(pair: Unacted | Listed, at: datetime) -> Example:
    return Example(pair.need_id, pair.achievement_id, at, 0, 0.0, learnable(pair.parts), is_decision=False)


def _first_places(examples: Sequence[Example], ranker: Ranker | None) -> list[UUID]:
    return [one.achievement_id for one in _ordered(examples, ranker)[:FIRST_PLACES]]


def _starved(before: Sequence[Sequence[UUID]], after: Sequence[Sequence[UUID]], key_of: Mapping[UUID, Hashable]) -> int:
    given, left = (
        attention([key_of[one] for one in order if one in key_of] for order in way) for way in (before, after)
    )
    return len(starved_by(given, left, Counter(key_of.values())))


def examples_until(session: Session, until: datetime) -> list[Example]:
    """Everything that could be learned by this instant, and nothing that was only known later."""
    found = list(decided(outcome_queries.iter_acts(session, until), MODEL_VERSION))
    shown = outcome_queries.iter_unacted(session, until - IGNORED_AFTER, until)
    known = {(one.need_id, one.achievement_id) for one in found}
    weak = untouched(shown, until, MODEL_VERSION)
    return [*found, *(one for one in weak if (one.need_id, one.achievement_id) not in known)]


def learn(examples: Sequence[Example]) -> Ranker:
    """The ranker of these examples; how strongly it is held back is chosen on the last quarter of them, by date."""
    ordered = sorted(examples, key=lambda one: (one.at, one.need_id.int, one.achievement_id.int))
    cut = int(_INNER_SHARE * len(ordered))
    inner, checked = ordered[:cut], by_need(ordered[cut:])

    def quality(ridge: float) -> float:
        return _mean(measure(checked, fit(inner, ridge)).values())

    return fit(ordered, max(_RIDGES, key=lambda ridge: (round(quality(ridge), 6), ridge)))


def later_needs(earlier: Iterable[Example], later: Iterable[Example], cut: datetime) -> dict[UUID, list[Example]]:
    """The needs about which somebody decided after the cut, with their pairs, without what had already been decided by then."""
    known = {(one.need_id, one.achievement_id) for one in earlier if one.is_decision}
    needs = by_need(one for one in later if (one.need_id, one.achievement_id) not in known)
    return {need: pairs for need, pairs in needs.items() if any(one.is_decision and one.at > cut for one in pairs)}


def by_need(examples: Iterable[Example]) -> dict[UUID, list[Example]]:
    """The examples of each need."""
    found: dict[UUID, list[Example]] = {}
    for one in examples:
        found.setdefault(one.need_id, []).append(one)
    return found


def compare(needs: Mapping[UUID, Sequence[Example]], ranker: Ranker, standing: Ranker | None) -> Comparison:
    """The ranker against the shipped weights and, where one is in force, against that."""
    shipped, learned = measure(needs, None), measure(needs, ranker)
    stood = measure(needs, standing) if standing is not None else shipped
    bounds = [paired_lower_bound([learned[need] - other[need] for need in learned]) for other in (shipped, stood)]
    return Comparison(
        needs=len(learned),
        shipped=_mean(shipped.values()),
        standing=_mean(stood.values()),
        learned=_mean(learned.values()),
        low=min(bounds),
    )


def measure(needs: Mapping[UUID, Sequence[Example]], ranker: Ranker | None) -> dict[UUID, float]:
    """nDCG@10 of each need that has pairs of different grades; the score alone where there is no ranker."""
    return {
        need: _ndcg(examples, ranker) for need, examples in needs.items() if len({one.grade for one in examples}) > 1
    }


def _ndcg(examples: Sequence[Example], ranker: Ranker | None) -> float:
    best = gain(sorted((one.grade for one in examples), reverse=True))
    return gain([one.grade for one in _ordered(examples, ranker)]) / best


def _ordered(examples: Sequence[Example], ranker: Ranker | None) -> list[Example]:
    """As the need's list shows them, best first."""

    def score(one: Example) -> float:
        return sum(one.parts.values()) + (ranker.learned_adjustment(one.parts) if ranker else 0.0)

    return sorted(examples, key=lambda one: (-score(one), one.achievement_id.int))


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def _rounded(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()}
