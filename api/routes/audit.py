"""The audit log over HTTP, for officials and administrators."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import MemberDep, PageDep, ReadSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.kernel import audit
from market.kernel.actor import Permission
from market.kernel.paging import Page
from market.kernel.text import View

router = APIRouter(prefix="/v1/audit", tags=["audit"], route_class=UnitOfWorkRoute)


class AuditEntryView(View):
    """One fact; `hash` covers it and, through `prev_hash`, everything before it."""

    seq: int
    at: datetime
    actor_id: UUID | None
    actor_role: str
    tag: str
    subject_id: UUID | None
    facts: dict[str, Any]
    hash_alg: str
    prev_hash: str
    hash: str


class AuditHead(View):
    """The end of the chain; kept elsewhere, it shows later whether a tail was cut off."""

    seq: int
    hash: str


@router.get("")
def list_audit_entries(
    session: ReadSessionDep,
    actor: MemberDep,
    page: PageDep,
    subject: Annotated[UUID | None, Query(description="只看这一对象的记录")] = None,
    tag: Annotated[str | None, Query(max_length=64, description="只看这一类记录,如 contract.registered")] = None,
) -> Page[AuditEntryView]:
    """The audit log, newest first."""
    actor.require(Permission.READ_AUDIT)
    found = audit.list_entries(session, page, subject_id=subject, tag=tag)
    items = [
        AuditEntryView(**entry.model_dump(exclude={"facts"}), facts=json.loads(entry.facts)) for entry in found.items
    ]
    return Page(items=items, page=found.page, size=found.size, total=found.total)


@router.get("/head")
def get_audit_head(session: ReadSessionDep, actor: MemberDep) -> AuditHead:
    """The chain's last entry, to be kept outside of this system."""
    actor.require(Permission.READ_AUDIT)
    seq, digest = audit.head(session)
    return AuditHead(seq=seq, hash=digest)
