"""Steps that the tests of both nouns share."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from market.kernel.actor import Actor
from market.kernel.audit import AuditEntry
from market.kernel.clock import FixedClock
from market.kernel.outbox import OutboxEntry
from tests.market.listings.nouns import Noun


def draft_listing(noun: Noun, session: Session, actor: Actor, clock: FixedClock, **fields: Any) -> Any:
    command = {"title": "羊绒分梳落绒回收再利用(演示)", "field_code": "04"} | fields
    return noun.draft(session, actor, noun.draft_command.model_validate(command), clock=clock)


def audit_tags(session: Session, subject_id: UUID) -> list[str]:
    statement = sa.select(AuditEntry.tag).where(AuditEntry.subject_id == subject_id).order_by(AuditEntry.seq)
    return [tag.split(".")[1] for tag in session.execute(statement).scalars()]


def outbox_entries(session: Session, subject_id: UUID) -> int:
    session.flush()
    statement = sa.select(sa.func.count()).select_from(OutboxEntry).where(OutboxEntry.subject_id == subject_id)
    return session.execute(statement).scalar_one()
