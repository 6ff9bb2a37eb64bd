"""The use-cases of targets: administrators set them and close years; progress is read through `queries.progress`."""

from datetime import date

from sqlmodel import Session

from market.contracts.queries import hold_ledger
from market.kernel import audit
from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.errors import Conflict
from market.kernel.paging import Page, PageRequest
from market.projects.queries import lock_year
from market.targets import queries, rules
from market.targets.models import ClosedYear, Target
from market.targets.schemas import BoardFilter, ContractBehind, Direction, SetTarget


def set_target(session: Session, actor: Actor, command: SetTarget, *, clock: Clock) -> Target:
    """A new version of the year's target, in force from its day on; boards of earlier days keep the earlier one."""
    actor.require(Permission.SET_TARGETS)
    lock_year(session, command.year)
    if queries.is_closed(session, command.year):
        raise Conflict("year_closed", f"{command.year} 年度已关账,不能再调整目标。")
    last = queries.last_target(session, command.year)
    rules.check_next_version(last, command.valid_from)
    target = Target(
        **command.model_dump(),
        target_version=last.target_version + 1 if last else 1,
        set_at=clock.now(),
        set_by=actor.user_id,
    )
    session.add(target)
    session.flush()  # UNIQUE(year, target_version) speaks now
    facts = command.model_dump(mode="json", exclude={"source"}) | {"target_version": target.target_version}
    audit.record(session, actor, "target.set", target.id, clock, facts)
    return target


def close_year(session: Session, actor: Actor, year: int, *, clock: Clock) -> ClosedYear:
    """Settle the year (关账): later corrections become adjustment entries of the year in which they are made."""
    actor.require(Permission.SET_TARGETS)
    lock_year(session, year)  # no project is confirmed, no target set,
    hold_ledger(session)  # and no entry posted into the year while it closes
    rules.check_closable(year, clock.today(), is_closed=queries.is_closed(session, year))
    closed = ClosedYear(year=year, closed_at=clock.now(), closed_by=actor.user_id)
    session.add(closed)
    session.flush()  # UNIQUE(year) speaks now
    output, intake = (queries.year_sums(session, year, direction) for direction in Direction)
    facts = {
        "year": year,
        "ledger_seq": queries.ledger_head(session)[0].seq,
        "output": {"count": output[0], "contract_amount_cny": str(output[1])},
        "intake": {"count": intake[0], "contract_amount_cny": str(intake[1])},
    }
    audit.record(session, actor, "year.closed", closed.id, clock, facts)
    return closed


def view_contracts_behind(
    session: Session, actor: Actor, year: int, wanted: BoardFilter, page: PageRequest, *, as_of: date
) -> Page[ContractBehind]:
    """The contracts that add up to a figure of the board. Names of contracts and parties are not for the public."""
    actor.require(Permission.EXPORT)
    return queries.contracts_behind(session, year, wanted, page, as_of=as_of)
