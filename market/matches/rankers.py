"""Use-cases of rankers: recording one that was trained, adopting it, taking it back. The one in force is the one `adopted` row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from market.kernel import audit
from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.errors import Conflict, IllegalTransition
from market.matches import outcome_queries as queries
from market.matches.outcome_models import RankerStatus, RankerVersion


class RankerAction(StrEnum):
    """What moves a ranker from one status to another."""

    SUPERSEDE = "supersede"
    ROLL_BACK = "roll_back"
    RESTORE = "restore"


_TRANSITIONS: dict[tuple[RankerStatus, RankerAction], RankerStatus] = {
    (RankerStatus.ADOPTED, RankerAction.SUPERSEDE): RankerStatus.SUPERSEDED,
    (RankerStatus.ADOPTED, RankerAction.ROLL_BACK): RankerStatus.ROLLED_BACK,
    (RankerStatus.SUPERSEDED, RankerAction.RESTORE): RankerStatus.ADOPTED,
}


@dataclass(frozen=True)
class TrainedRanker:
    """A ranker as the training hands it over; `is_better` (than number `measured_against`) says whether it is to be used."""

    model_version: str
    coefficients: Mapping[str, Any]
    decisions: int
    figures: Mapping[str, Any]
    trained_until: datetime
    measured_until: datetime
    measured_against: int | None
    is_better: bool


def next_ranker_status(current: RankerStatus, action: RankerAction) -> RankerStatus:
    """The status after the action; raises `IllegalTransition` where the current one does not allow it."""
    try:
        return _TRANSITIONS[current, action]
    except KeyError:
        raise IllegalTransition("illegal_ranker_transition", "排序模型的状态已经变化,请重新查看后再操作。") from None


def record_ranker(session: Session, actor: Actor, trained: TrainedRanker, *, clock: Clock) -> RankerVersion:
    """Keep a trained ranker; one that is better comes into force at once, in place of the one before.

    Raises `Conflict` where it was measured against another than the one that is in force now.
    """
    actor.require(Permission.OPERATE)
    known = queries.lock_rankers(session)
    standing = _in_force(known)
    if (standing.number if standing else None) != trained.measured_against:
        raise Conflict("ranker_changed", "训练期间启用的排序模型已经变化,本次结果未保存,请重新训练。")
    if trained.is_better and standing is not None:
        standing.status = next_ranker_status(standing.status, RankerAction.SUPERSEDE)
    version = RankerVersion(
        number=known[0].number + 1 if known else 1,
        model_version=trained.model_version,
        coefficients=dict(trained.coefficients),
        decisions=trained.decisions,
        figures=dict(trained.figures),
        status=RankerStatus.ADOPTED if trained.is_better else RankerStatus.REJECTED,
        superseded_number=standing.number if trained.is_better and standing is not None else None,
        trained_at=clock.now(),
        trained_until=trained.trained_until,
        measured_until=trained.measured_until,
    )
    session.add(version)
    session.flush()
    facts = {"number": version.number, "status": version.status, "decisions": version.decisions}
    audit.record(session, actor, "ranker.trained", version.id, clock, facts)
    return version


def roll_back_ranker(session: Session, actor: Actor, *, clock: Clock) -> RankerVersion | None:
    """Take the ranker in force back; the one before it, if any, is in force again and returned. None: the shipped weights stand alone.

    Raises `Conflict` where none is in force.
    """
    actor.require(Permission.OPERATE)
    known = queries.lock_rankers(session)
    standing = _in_force(known)
    if standing is None:
        raise Conflict("no_ranker_in_force", "当前没有启用学习得到的排序模型,使用的就是随软件发布的权重,无需回退。")
    standing.status = next_ranker_status(standing.status, RankerAction.ROLL_BACK)
    session.flush()
    before = next((one for one in known if one.number == standing.superseded_number), None)
    if before is not None:
        before.status = next_ranker_status(before.status, RankerAction.RESTORE)
        session.flush()
    facts = {"number": standing.number, "in_force": before.number if before else None}
    audit.record(session, actor, "ranker.rolled_back", standing.id, clock, facts)
    return before


def _in_force(known: list[RankerVersion]) -> RankerVersion | None:
    return next((one for one in known if one.status is RankerStatus.ADOPTED), None)
