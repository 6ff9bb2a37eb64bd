"""What goes in and out of matches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from market.achievements.schemas import AchievementCard
from market.kernel.outbox import Subject
from market.kernel.text import Code, Command, Paragraph, View
from market.matches.models import MatchSource, MatchStatus, Side
from market.needs.schemas import NeedCard


def _in_utc(instant: datetime) -> datetime:
    """Refuses the few instants at either end of the calendar that no zone but their own can name."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("不是有效的时间,请填写提醒的 created_at") from None


@dataclass(frozen=True)
class ComputedMatch:
    """One pair as the matching computed it; `parts` sum to `score`, `terms` stand in both texts."""

    need_id: UUID
    achievement_id: UUID
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)
    terms: Sequence[str] = ()


class ExpressInterest(Command):
    """`side` is asked for only where a broker looks after both listings."""

    side: Side | None = None


class DeclineMatch(Command):
    """Why the pair does not fit (match_decline_reasons); both sides read it. `side` as in `ExpressInterest`."""

    reason_code: Code
    note: Paragraph = ""
    side: Side | None = None


class AssignBroker(Command):
    """The broker who is to look after the pair."""

    broker_id: UUID


class SuggestMatch(Command):
    """A pair that a broker puts forward; both owners read the note."""

    need_id: UUID
    achievement_id: UUID
    note: Paragraph = ""


class NoteMatch(Command):
    """A line for the record, read by everyone who sees the match."""

    note: Annotated[Paragraph, Field(min_length=1)]


class ReadNotices(Command):
    """Up to which instant the notices have been seen: what has come since stays unread. None marks all."""

    up_to: Annotated[AwareDatetime, AfterValidator(_in_utc)] | None = None


class MatchEventView(View):
    at: datetime
    side: Side | None
    action: str
    action_label: str
    note: str


class MatchView(View):
    """A match as one viewer may see it: what a card may not show is None there.

    `viewer_side` is None for the broker of the match, for a broker of both listings, and for officials.
    `decline_advice` tells the lister what would help the next time.
    """

    id: UUID
    version: int
    need: NeedCard
    achievement: AchievementCard
    score: float
    parts: dict[str, float]
    terms: list[str]
    model_version: str
    computed_at: datetime
    source: MatchSource
    status: MatchStatus
    status_label: str
    broker_id: UUID | None
    broker_name: str | None
    first_interest: Side | None
    respond_by: date | None
    is_overdue: bool
    escalated_at: datetime | None
    declined_by: Side | None
    decline_reason_code: str | None
    decline_reason: str
    decline_advice: str
    decline_note: str
    viewer_side: Side | None
    allowed_actions: list[str]
    events: list[MatchEventView]


class ListingRef(View):
    """A listing by its title, which is public."""

    id: UUID
    title: str


class NoticeView(View):
    """A new pair with one of the reader's listings: `own` is that listing, of the kind `subject`; `other` the one that fits."""

    id: UUID
    subject: Subject
    own: ListingRef
    other: ListingRef
    match_id: UUID
    score: float
    created_at: datetime
    read_at: datetime | None
