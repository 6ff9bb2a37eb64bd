"""Dead letters: changes that the engine would not take, for people who run the market to see, understand and send again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import Session

from market.kernel import audit, outbox
from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.outbox import OutboxEntry, Subject
from market.kernel.paging import Page, PageRequest
from market.kernel.text import Command, View
from market.listings.rules import is_shown
from search import queries
from search.queries import Standing

NOUNS = {Subject.ACHIEVEMENT: "科技成果", Subject.NEED: "技术需求"}
_LARGEST_ID = 2**63 - 1
_NAMED_IN_AUDIT = 100


class DeadLetterView(View):
    """One change that did not reach the index: of which listing, since when, why, and what to do (in Chinese).

    `title` is null where the listing is not on the market (any more). `reason` is the engine's, without the listing's text.
    """

    id: int
    subject: Subject
    subject_id: UUID
    title: str | None
    created_at: datetime
    dead_at: datetime
    attempts: int
    reason: str
    advice: str


class ReplayDeadLetters(Command):
    """Which dead letters to send again; without `ids`, all."""

    ids: Annotated[list[Annotated[int, Field(ge=1, le=_LARGEST_ID)]] | None, Field(min_length=1, max_length=1000)] = (
        None
    )


def list_dead_letters(session: Session, actor: Actor, page: PageRequest, *, clock: Clock) -> Page[DeadLetterView]:
    """What the engine would not take, the latest first."""
    actor.require(Permission.OPERATE)
    found = outbox.dead_letters(session, page)
    standings = queries.standings(session, [entry.subject_id for entry in found.items])
    items = [_view(entry, standings.get(entry.subject_id), clock.now()) for entry in found.items]
    return Page(items=items, page=found.page, size=found.size, total=found.total)


def replay_dead_letters(session: Session, actor: Actor, command: ReplayDeadLetters, *, clock: Clock) -> int:
    """Give dead letters another round; returns how many there were. Ids that are settled meanwhile are passed over."""
    actor.require(Permission.OPERATE)
    count = outbox.replay(session, command.ids)
    if count:
        facts = {"count": count, "ids": "all" if command.ids is None else command.ids[:_NAMED_IN_AUDIT]}
        audit.record(session, actor, "dead_letter.replayed", None, clock, facts)
    return count


def _view(entry: OutboxEntry, standing: Standing | None, now: datetime) -> DeadLetterView:
    is_public = standing is not None and is_shown(standing.status, standing.expires_at, now)
    return DeadLetterView(
        id=entry.id or 0,
        subject=entry.subject,
        subject_id=entry.subject_id,
        title=standing.title if standing is not None and is_public else None,
        created_at=entry.created_at,
        dead_at=entry.dead_at or now,
        attempts=entry.attempts,
        reason=entry.last_error,
        advice=_advice(entry, is_public=is_public),
    )


def _advice(entry: OutboxEntry, *, is_public: bool) -> str:
    if entry.attempts >= outbox.MAX_ATTEMPTS:
        return "检索引擎屡次没有收下这一条。请确认引擎各节点正常、磁盘未满,然后重新投递。"
    noun = NOUNS[entry.subject]
    if not is_public:
        return f"这条{noun}已不在市场上,检索中却可能还有它。请按原因处理检索引擎,然后重新投递。"
    return f"检索引擎不接受这条{noun}的内容。请发布方按原因修改并保存,系统会自动重新编入;若原因在程序或索引,处理后重新投递。"
