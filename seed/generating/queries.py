"""What generating asks the database for beyond the nouns' own queries."""

from typing import Any

from sqlmodel import Session, col, func, select

from market.achievements.models import Achievement
from market.contracts.models import Contract
from market.kernel.audit import AuditEntry
from market.needs.models import Need
from market.parties.models import Origin, Party
from market.projects.models import Project

RUN_TAG = "generated.run_begun"
BATCH_TAG = "generated.batch_stored"

_MADE_UP = (Origin.DEMO, Origin.GENERATED)
# `Any`, because of five tables only their common part would be left to the type checker.
_WITH_ORIGIN: tuple[Any, ...] = (Party, Achievement, Need, Contract, Project)


def holds_real_rows(session: Session) -> bool:
    """Whether anything was entered or imported by people."""
    return any(
        session.exec(select(model.id).where(col(model.origin).not_in(_MADE_UP)).limit(1)).first() is not None
        for model in _WITH_ORIGIN
    )


def facts_of(session: Session, tag: str) -> list[str]:
    """The facts of all audit entries under a tag, in order."""
    statement = select(AuditEntry.facts).where(col(AuditEntry.tag) == tag).order_by(col(AuditEntry.seq))
    return list(session.exec(statement).all())


def generated_parties(session: Session) -> int:
    """How many generated parties there are."""
    statement = select(func.count()).select_from(Party).where(col(Party.origin) == Origin.GENERATED)
    return session.exec(statement).one()
