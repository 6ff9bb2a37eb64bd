"""The use-cases of achievements; the only writer of their tables."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from market.achievements import queries, rules
from market.achievements.models import Achievement, AchievementIndicator, IntellectualProperty
from market.achievements.schemas import (
    AchievementCard,
    AchievementView,
    DraftAchievement,
    EditAchievement,
    IpInput,
    IpView,
)
from market.kernel import outbox
from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.kernel.errors import Conflict, FieldError
from market.kernel.ids import new_id
from market.kernel.outbox import Subject
from market.kernel.paging import Page, PageRequest
from market.listings import comparison, duplicates, views
from market.listings import rules as listing_rules
from market.listings import service as listings
from market.listings.disclosure import Viewer, disclosure_errors
from market.listings.models import LIVE, ListingStatus
from market.listings.rules import ListingAction
from market.listings.schemas import DuplicateHint, Hint, IndicatorInput, IndicatorView, ListScope, ReturnListing
from market.parties import queries as party_queries
from market.parties.models import Origin

_PARTS = {"indicators", "intellectual_property"}
_COMPARED = frozenset({"description"})


def draft_achievement(
    session: Session,
    actor: Actor,
    command: DraftAchievement,
    *,
    clock: Clock,
    origin: Origin = Origin.ENTERED,
    source_ref: str | None = None,
) -> Achievement:
    """A new draft, seen by its lister and reviewers only.

    Raises `Unauthenticated`, `Forbidden`, `Invalid`, `NotFound` (owner), `Conflict` (`source_ref` or registration number taken).
    """
    [achievement] = _new(session, actor, [(command, source_ref)], origin, clock=clock)
    _add(session, [(achievement, command)])
    facts = {"owner_party_id": achievement.owner_party_id}
    listings.note(session, actor, achievement, "drafted", clock=clock, facts=facts)
    return achievement


def enter_achievements(
    session: Session,
    actor: Actor,
    entries: Sequence[tuple[DraftAchievement, str]],
    *,
    until: ListingStatus,
    clock: Clock,
    origin: Origin = Origin.IMPORTED,
) -> list[Achievement]:
    """Draft, hand in and publish many in one step, as far as `until` says (draft, submitted, published): for imports.

    `entries`: what to enter, each with its own `source_ref`. Either all come in or, where one is refused, none; raises what the
    single steps raise. Publishing needs a reviewer or the system. What they share is asked once, and all are written together.
    """
    found = _new(session, actor, entries, origin, clock=clock)
    for achievement in found:
        listings.enter(session, Achievement, actor, achievement, until, clock=clock)
    _add(session, [(achievement, command) for achievement, (command, _) in zip(found, entries, strict=True)])
    fields = ("owner_party_id", "status", "origin")
    listings.note_many(session, actor, found, "entered", clock=clock, fields=fields)
    outbox.put_many(
        session, Subject.ACHIEVEMENT, [achievement.id for achievement in found if achievement.status in LIVE], clock
    )
    return found


def edit_achievement(
    session: Session,
    actor: Actor,
    achievement_id: UUID,
    command: EditAchievement,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Achievement:
    """Change the fields that were sent; a live achievement is indexed anew.

    Raises besides the usual `Conflict` under review, after signing, and where it would repeat another listing of the owner.
    """
    achievement = _lock(session, actor, achievement_id, clock, expected_version)
    listing_rules.check_editable(achievement.status)
    if not command.model_fields_set:
        return achievement
    values = command.model_dump(include=command.model_fields_set)
    _check(values, clock)
    if values.get("registration_no") not in (None, achievement.registration_no):
        _check_free(session, [values["registration_no"]])
    if "broker_id" in values:
        listings.check_broker(session, actor, achievement.owner_party_id, command.broker_id)
    for field in values.keys() - _PARTS:
        setattr(achievement, field, values[field])
    achievement.content_hash = _content_hash(achievement)
    listings.touch(session, achievement, clock=clock)
    _flush(session)
    if "indicators" in values:
        queries.clear_indicators(session, achievement.id)
        _add_indicators(session, [(achievement.id, command.indicators)])
    if "intellectual_property" in values:
        queries.clear_intellectual_property(session, achievement.id)
        _add_rights(session, achievement.id, command.intellectual_property)
    if achievement.status in LIVE:
        listings.refuse_duplicate(session, Achievement, achievement)
        outbox.put(session, Subject.ACHIEVEMENT, achievement.id, clock)
    listings.note(session, actor, achievement, "edited", clock=clock, facts={"fields": sorted(values)})
    return achievement


def submit_achievement(
    session: Session, actor: Actor, achievement_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Achievement:
    """Hand it in for review. An exact duplicate of the owner's own live listing is refused (`Conflict`)."""
    achievement = _lock(session, actor, achievement_id, clock, expected_version)
    return listings.submit(session, Achievement, actor, achievement, clock=clock)


def publish_achievement(
    session: Session, actor: Actor, achievement_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Achievement:
    """A reviewer puts it on the market for 180 days."""
    achievement = listings.lock_reviewed(session, Achievement, actor, achievement_id, expected_version=expected_version)
    return listings.publish(session, actor, achievement, clock=clock)


def return_achievement(
    session: Session,
    actor: Actor,
    achievement_id: UUID,
    command: ReturnListing,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Achievement:
    """A reviewer sends it back with a reason."""
    achievement = listings.lock_reviewed(session, Achievement, actor, achievement_id, expected_version=expected_version)
    return listings.send_back(session, actor, achievement, command.reason, clock=clock)


def withdraw_achievement(
    session: Session, actor: Actor, achievement_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Achievement:
    """Its lister, or a reviewer, takes it down; it may be handed in again later."""
    achievement = listings.lock_for_withdrawal(
        session, Achievement, actor, achievement_id, clock=clock, expected_version=expected_version
    )
    listings.move(session, actor, achievement, ListingAction.WITHDRAW, clock=clock)
    return achievement


def renew_achievement(
    session: Session, actor: Actor, achievement_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Achievement:
    """One click for another 180 days from now, within 30 days before the end or any time after it."""
    achievement = _lock(session, actor, achievement_id, clock, expected_version)
    return listings.renew(session, Achievement, actor, achievement, clock=clock)


def mark_in_talks(session: Session, achievement_id: UUID, *, clock: Clock) -> Achievement:
    """A deal has been opened about it; several may be, so the second changes nothing."""
    return listings.take_system_step(session, Achievement, achievement_id, ListingAction.START_TALKS, clock=clock)


def release_from_talks(session: Session, achievement_id: UUID, *, clock: Clock) -> Achievement:
    """No deal about it is open any more; one that is not in talks stays as it is."""
    return listings.take_system_step(session, Achievement, achievement_id, ListingAction.RELEASE, clock=clock)


def mark_signed(session: Session, achievement_id: UUID, *, clock: Clock) -> Achievement:
    """It has been transferred, or licensed exclusively: off the market. Raises `IllegalTransition` where it already was."""
    return listings.take_system_step(session, Achievement, achievement_id, ListingAction.SIGN, clock=clock)


def expire_due(session: Session, *, clock: Clock) -> int:
    """Expire achievements whose validity is over, a batch at most; returns how many. Commit and call again until it is none."""
    return listings.expire_due(session, Achievement, clock=clock)


def view_achievement(session: Session, actor: Actor, achievement_id: UUID, *, clock: Clock) -> AchievementView:
    """The achievement as this actor may read it; raises `NotFound` where it is not for the actor's eyes."""
    achievement = queries.get_achievement(session, achievement_id)
    viewer = listings.viewer_of(session, actor, achievement)
    if not listings.is_visible(achievement, viewer, clock.now()):
        raise listings.not_found(achievement)
    indicators = queries.indicators_of(session, [achievement.id])[achievement.id]
    rights = queries.intellectual_property_of(session, achievement.id)
    owner_name = party_queries.party_names(session, [achievement.owner_party_id]).get(achievement.owner_party_id, "")
    parts = {
        "indicators": [IndicatorView.model_validate(indicator) for indicator in indicators],
        "intellectual_property": [IpView.model_validate(right) for right in rights],
    }
    hints = rules.completeness(achievement, indicators=len(indicators), rights=len(rights))
    is_lister = listings.manages(actor, achievement)
    around = views.Surroundings(owner_name, parts, hints, is_lister, clock.today())
    return views.view(AchievementView, achievement, viewer, around)


def list_achievements(
    session: Session, actor: Actor, scope: ListScope, page: PageRequest, *, clock: Clock
) -> Page[AchievementCard]:
    """One page of short forms, each as this actor may read it."""
    found = listings.list_page(session, Achievement, actor, scope, page, clock=clock)
    return Page(
        items=achievement_cards(session, actor, found.items), page=found.page, size=found.size, total=found.total
    )


def achievement_cards(session: Session, actor: Actor, achievements: Sequence[Achievement]) -> list[AchievementCard]:
    """The short forms as this actor may read them, in the given order; the caller has decided that they may be shown."""
    names = party_queries.party_names(session, [row.owner_party_id for row in achievements])
    return [
        views.card(AchievementCard, row, listings.list_viewer_of(actor, row), names.get(row.owner_party_id, ""))
        for row in achievements
    ]


def achievement_card(achievement: Achievement, viewer: Viewer, owner_name: str) -> AchievementCard:
    """The short form in the eyes of a given viewer: for matches and deals, which know who has consented."""
    return views.card(AchievementCard, achievement, viewer, owner_name)


def find_duplicates(session: Session, actor: Actor, achievement_id: UUID) -> list[DuplicateHint]:
    """Listings that read much the same, the most alike first; for its lister and reviewers, before publication."""
    achievement = queries.get_achievement(session, achievement_id)
    is_reviewer = listings.check_may_compare(actor, achievement)
    return comparison.find_near(
        session,
        Achievement,
        achievement,
        rules.compared_text,
        _COMPARED,
        is_reviewer=is_reviewer,
        broker_id=listings.asking_broker(actor, achievement),
    )


def completeness_of(session: Session, achievement: Achievement) -> list[Hint]:
    """What would help others to find and to judge the achievement."""
    indicators = queries.indicators_of(session, [achievement.id])[achievement.id]
    rights = queries.intellectual_property_of(session, achievement.id)
    return rules.completeness(achievement, indicators=len(indicators), rights=len(rights))


def _new(
    session: Session,
    actor: Actor,
    entries: Sequence[tuple[DraftAchievement, str | None]],
    origin: Origin,
    *,
    clock: Clock,
) -> list[Achievement]:
    """The checked rows of new drafts, not yet in the session: nothing is written before everything has been checked."""
    wanted = [(command.owner_party_id, command.broker_id) for command, _ in entries]
    owners = listings.resolve_owners(session, actor, Subject.ACHIEVEMENT, wanted)
    rows = [
        _row(actor, command, owners[command.owner_party_id], (origin, source_ref), clock=clock)
        for command, source_ref in entries
    ]
    listings.check_sources(session, Achievement, [source_ref for _, source_ref in entries if source_ref is not None])
    _check_free(session, [command.registration_no for command, _ in entries if command.registration_no is not None])
    return rows


def _row(
    actor: Actor, command: DraftAchievement, owner_party_id: UUID, source: tuple[Origin, str | None], *, clock: Clock
) -> Achievement:
    """The draft's row; raises `Invalid` for what the draft itself shows to be wrong."""
    values = command.model_dump(exclude={"owner_party_id"})
    _check(values, clock)
    now = clock.now()
    achievement = Achievement(
        **{field: value for field, value in values.items() if field not in _PARTS},
        owner_party_id=owner_party_id,
        created_by=actor.user_id,
        origin=source[0],
        source_ref=source[1],
        created_at=now,
        updated_at=now,
    )
    if achievement.broker_id is None and not actor.acts_for(owner_party_id):
        achievement.broker_id = actor.broker_id
    achievement.content_hash = _content_hash(achievement)
    return achievement


def _add(session: Session, drafted: Sequence[tuple[Achievement, DraftAchievement]]) -> None:
    session.add_all(achievement for achievement, _ in drafted)
    _flush(session)
    _add_indicators(session, [(achievement.id, command.indicators) for achievement, command in drafted])
    for achievement, command in drafted:
        _add_rights(session, achievement.id, command.intellectual_property)


def _lock(
    session: Session, actor: Actor, achievement_id: UUID, clock: Clock, expected_version: int | None
) -> Achievement:
    return listings.lock_managed(
        session, Achievement, actor, achievement_id, clock=clock, expected_version=expected_version
    )


def _check(values: dict[str, Any], clock: Clock) -> None:
    errors = rules.content_errors(values, clock.today())
    errors += disclosure_errors(Subject.ACHIEVEMENT, values.get("disclosure") or {})
    listings.raise_for(errors)


def _check_free(session: Session, registration_nos: Sequence[str]) -> None:
    is_repeated = len(set(registration_nos)) < len(registration_nos)
    if is_repeated or queries.taken_registration_nos(session, registration_nos):
        raise _registration_no_taken()


def _registration_no_taken() -> Conflict:
    message, remedy = "这个成果登记号已用于另一条成果。", "请核对登记证书上的登记号,或留空。"
    return Conflict("registration_no_taken", message + remedy, [FieldError("registration_no", message, remedy)])


def _flush(session: Session) -> None:
    try:
        session.flush()  # the parts refer to the row; the unique constraints have the last word
    except sa.exc.IntegrityError as error:
        raise Conflict("already_exists", "登记号或来源编号刚刚被另一条成果使用,请刷新后核对。") from error


def _content_hash(achievement: Achievement) -> str:
    return duplicates.content_hash(achievement.title, [rules.compared_text(achievement)])


def _add_indicators(session: Session, lists: Iterable[tuple[UUID, Sequence[IndicatorInput]]]) -> None:
    rows = [
        {"id": new_id(), "achievement_id": achievement_id, "position": position, **indicator.model_dump()}
        for achievement_id, indicators in lists
        for position, indicator in enumerate(indicators)
    ]
    if rows:
        session.execute(sa.insert(AchievementIndicator), rows)  # one statement: an import brings thousands


def _add_rights(session: Session, achievement_id: UUID, rights: Sequence[IpInput]) -> None:
    for position, right in enumerate(rights):
        values = right.model_dump()
        values["expires_on"] = right.expires_on or rules.default_expiry(right.kind_code, right.filed_on)
        session.add(IntellectualProperty(achievement_id=achievement_id, position=position, **values))
