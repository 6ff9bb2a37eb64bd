"""The use-cases of needs; the only writer of their tables."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from market.kernel import outbox
from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.kernel.errors import Conflict
from market.kernel.ids import new_id
from market.kernel.outbox import Subject
from market.kernel.paging import Page, PageRequest
from market.listings import comparison, duplicates, views
from market.listings import rules as listing_rules
from market.listings import service as listings
from market.listings.disclosure import Viewer, disclosure_errors
from market.listings.models import LIVE, ListingStatus
from market.listings.rules import ListingAction
from market.listings.schemas import DuplicateHint, Hint, ListScope, ReturnListing
from market.needs import queries, rules
from market.needs.models import Need, NeedIndicator
from market.needs.schemas import (
    DraftNeed,
    EditNeed,
    NeedCard,
    NeedIndicatorInput,
    NeedIndicatorView,
    NeedView,
)
from market.parties import queries as party_queries
from market.parties.models import Origin

_PARTS = {"indicators"}
_COMPARED = frozenset({"problem", "key_technology", "expected_outcome"})


def draft_need(
    session: Session,
    actor: Actor,
    command: DraftNeed,
    *,
    clock: Clock,
    origin: Origin = Origin.ENTERED,
    source_ref: str | None = None,
) -> Need:
    """A new draft, seen by its lister and reviewers only.

    Raises `Unauthenticated`, `Forbidden`, `Invalid`, `NotFound` (owner), `Conflict` (`source_ref` taken).
    """
    [need] = _new(session, actor, [(command, source_ref)], origin, clock=clock)
    _add(session, [(need, command)])
    facts = {"owner_party_id": need.owner_party_id}
    listings.note(session, actor, need, "drafted", clock=clock, facts=facts)
    return need


def enter_needs(
    session: Session,
    actor: Actor,
    entries: Sequence[tuple[DraftNeed, str]],
    *,
    until: ListingStatus,
    clock: Clock,
    origin: Origin = Origin.IMPORTED,
) -> list[Need]:
    """Draft, hand in and publish many in one step, as far as `until` says (draft, submitted, published): for imports.

    `entries`: what to enter, each with its own `source_ref`. Either all come in or, where one is refused, none; raises what the
    single steps raise. Publishing needs a reviewer or the system. What they share is asked once, and all are written together.
    """
    found = _new(session, actor, entries, origin, clock=clock)
    for need in found:
        if until is not ListingStatus.DRAFT:
            listings.raise_for(rules.deadline_errors(need.needed_by, clock.today()))
        listings.enter(session, Need, actor, need, until, clock=clock)
    _add(session, [(need, command) for need, (command, _) in zip(found, entries, strict=True)])
    fields = ("owner_party_id", "status", "origin")
    listings.note_many(session, actor, found, "entered", clock=clock, fields=fields)
    outbox.put_many(session, Subject.NEED, [need.id for need in found if need.status in LIVE], clock)
    return found


def edit_need(
    session: Session,
    actor: Actor,
    need_id: UUID,
    command: EditNeed,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Need:
    """Change the fields that were sent; a live need is indexed anew.

    Raises besides the usual `Conflict` under review, after signing, and where it would repeat another listing of the owner.
    """
    need = _lock(session, actor, need_id, clock, expected_version)
    listing_rules.check_editable(need.status)
    if not command.model_fields_set:
        return need
    values = command.model_dump(include=command.model_fields_set)
    _check(values, {**need.model_dump(include={"budget_min_cny", "budget_max_cny"}), **values}, clock)
    if need.status in LIVE:
        listings.raise_for(rules.deadline_errors(values.get("needed_by"), clock.today()))
    if "broker_id" in values:
        listings.check_broker(session, actor, need.owner_party_id, command.broker_id)
    for field in values.keys() - _PARTS:
        setattr(need, field, values[field])
    need.content_hash = _content_hash(need)
    listings.touch(session, need, clock=clock)
    _flush(session)
    if "indicators" in values:
        queries.clear_indicators(session, need.id)
        _add_indicators(session, [(need.id, command.indicators)])
    if need.status in LIVE:
        listings.refuse_duplicate(session, Need, need)
        outbox.put(session, Subject.NEED, need.id, clock)
    listings.note(session, actor, need, "edited", clock=clock, facts={"fields": sorted(values)})
    return need


def submit_need(
    session: Session, actor: Actor, need_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Need:
    """Hand it in for review. `Invalid` where its deadline has passed; an exact duplicate of the owner's own live listing is refused (`Conflict`)."""
    need = _lock(session, actor, need_id, clock, expected_version)
    listings.raise_for(rules.deadline_errors(need.needed_by, clock.today()))
    return listings.submit(session, Need, actor, need, clock=clock)


def publish_need(
    session: Session, actor: Actor, need_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Need:
    """A reviewer puts it on the market for 180 days."""
    need = listings.lock_reviewed(session, Need, actor, need_id, expected_version=expected_version)
    return listings.publish(session, actor, need, clock=clock)


def return_need(
    session: Session,
    actor: Actor,
    need_id: UUID,
    command: ReturnListing,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Need:
    """A reviewer sends it back with a reason."""
    need = listings.lock_reviewed(session, Need, actor, need_id, expected_version=expected_version)
    return listings.send_back(session, actor, need, command.reason, clock=clock)


def withdraw_need(
    session: Session, actor: Actor, need_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Need:
    """Its lister, or a reviewer, takes it down; it may be handed in again later."""
    need = listings.lock_for_withdrawal(session, Need, actor, need_id, clock=clock, expected_version=expected_version)
    listings.move(session, actor, need, ListingAction.WITHDRAW, clock=clock)
    return need


def renew_need(
    session: Session, actor: Actor, need_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Need:
    """One click for another 180 days from now, within 30 days before the end or any time after it; `Invalid` past its deadline."""
    need = _lock(session, actor, need_id, clock, expected_version)
    listings.raise_for(rules.deadline_errors(need.needed_by, clock.today()))
    return listings.renew(session, Need, actor, need, clock=clock)


def mark_in_talks(session: Session, need_id: UUID, *, clock: Clock) -> Need:
    """A deal has been opened about it; several may be, so the second changes nothing."""
    return listings.take_system_step(session, Need, need_id, ListingAction.START_TALKS, clock=clock)


def release_from_talks(session: Session, need_id: UUID, *, clock: Clock) -> Need:
    """No deal about it is open any more; one that is not in talks stays as it is."""
    return listings.take_system_step(session, Need, need_id, ListingAction.RELEASE, clock=clock)


def mark_signed(session: Session, need_id: UUID, *, clock: Clock) -> Need:
    """A deal has been agreed: off the market. Raises `IllegalTransition` where it already was."""
    return listings.take_system_step(session, Need, need_id, ListingAction.SIGN, clock=clock)


def expire_due(session: Session, *, clock: Clock) -> int:
    """Expire needs whose validity is over, a batch at most; returns how many. Commit and call again until it is none."""
    return listings.expire_due(session, Need, clock=clock)


def view_need(session: Session, actor: Actor, need_id: UUID, *, clock: Clock) -> NeedView:
    """The need as this actor may read it; raises `NotFound` where it is not for the actor's eyes."""
    need = queries.get_need(session, need_id)
    viewer = listings.viewer_of(session, actor, need)
    if not listings.is_visible(need, viewer, clock.now()):
        raise listings.not_found(need)
    indicators = queries.indicators_of(session, [need.id])[need.id]
    owner_name = party_queries.party_names(session, [need.owner_party_id]).get(need.owner_party_id, "")
    parts = {
        "indicators": [NeedIndicatorView.model_validate(indicator) for indicator in indicators],
    }
    hints = rules.completeness(need, indicators)
    is_lister = listings.manages(actor, need)
    around = views.Surroundings(owner_name, parts, hints, is_lister, clock.today())
    return views.view(NeedView, need, viewer, around)


def list_needs(session: Session, actor: Actor, scope: ListScope, page: PageRequest, *, clock: Clock) -> Page[NeedCard]:
    """One page of short forms, each as this actor may read it."""
    found = listings.list_page(session, Need, actor, scope, page, clock=clock)
    return Page(items=need_cards(session, actor, found.items), page=found.page, size=found.size, total=found.total)


def need_cards(session: Session, actor: Actor, needs: Sequence[Need]) -> list[NeedCard]:
    """The short forms as this actor may read them, in the given order; the caller has decided that they may be shown."""
    names = party_queries.party_names(session, [row.owner_party_id for row in needs])
    return [
        views.card(NeedCard, row, listings.list_viewer_of(actor, row), names.get(row.owner_party_id, ""))
        for row in needs
    ]


def need_card(need: Need, viewer: Viewer, owner_name: str) -> NeedCard:
    """The short form in the eyes of a given viewer: for matches and deals, which know who has consented."""
    return views.card(NeedCard, need, viewer, owner_name)


def find_duplicates(session: Session, actor: Actor, need_id: UUID) -> list[DuplicateHint]:
    """Listings that read much the same, the most alike first; for its lister and reviewers, before publication."""
    need = queries.get_need(session, need_id)
    is_reviewer = listings.check_may_compare(actor, need)
    broker_id = listings.asking_broker(actor, need)
    return comparison.find_near(
        session, Need, need, rules.compared_text, _COMPARED, is_reviewer=is_reviewer, broker_id=broker_id
    )


def completeness_of(session: Session, need: Need) -> list[Hint]:
    """What would help others to find and to judge the need."""
    indicators = queries.indicators_of(session, [need.id])[need.id]
    return rules.completeness(need, indicators)


def _new(
    session: Session,
    actor: Actor,
    entries: Sequence[tuple[DraftNeed, str | None]],
    origin: Origin,
    *,
    clock: Clock,
) -> list[Need]:
    """The checked rows of new drafts, not yet in the session: nothing is written before everything has been checked."""
    wanted = [(command.owner_party_id, command.broker_id) for command, _ in entries]
    owners = listings.resolve_owners(session, actor, Subject.NEED, wanted)
    rows = [
        _row(actor, command, owners[command.owner_party_id], (origin, source_ref), clock=clock)
        for command, source_ref in entries
    ]
    listings.check_sources(session, Need, [source_ref for _, source_ref in entries if source_ref is not None])
    return rows


def _row(
    actor: Actor, command: DraftNeed, owner_party_id: UUID, source: tuple[Origin, str | None], *, clock: Clock
) -> Need:
    """The draft's row; raises `Invalid` for what the draft itself shows to be wrong."""
    values = command.model_dump(exclude={"owner_party_id"})
    _check(values, values, clock)
    now = clock.now()
    need = Need(
        **{field: value for field, value in values.items() if field not in _PARTS},
        owner_party_id=owner_party_id,
        created_by=actor.user_id,
        origin=source[0],
        source_ref=source[1],
        created_at=now,
        updated_at=now,
    )
    if need.broker_id is None and not actor.acts_for(owner_party_id):
        need.broker_id = actor.broker_id
    need.content_hash = _content_hash(need)
    return need


def _add(session: Session, drafted: Sequence[tuple[Need, DraftNeed]]) -> None:
    session.add_all(need for need, _ in drafted)
    _flush(session)
    _add_indicators(session, [(need.id, command.indicators) for need, command in drafted])


def _lock(session: Session, actor: Actor, need_id: UUID, clock: Clock, expected_version: int | None) -> Need:
    return listings.lock_managed(session, Need, actor, need_id, clock=clock, expected_version=expected_version)


def _check(values: dict[str, Any], merged: dict[str, Any], clock: Clock) -> None:
    """Check what was sent (`values`), and what must hold together in the row as it will be (`merged`)."""
    errors = rules.content_errors(values, clock.today())
    errors += rules.budget_errors(merged["budget_min_cny"], merged["budget_max_cny"])
    errors += disclosure_errors(Subject.NEED, values.get("disclosure") or {})
    listings.raise_for(errors)


def _flush(session: Session) -> None:
    try:
        session.flush()  # the parts refer to the row; the unique constraints have the last word
    except sa.exc.IntegrityError as error:
        raise Conflict("already_exists", "来源编号刚刚被另一条需求使用,请刷新后核对。") from error


def _content_hash(need: Need) -> str:
    return duplicates.content_hash(need.title, [rules.compared_text(need)])


def _add_indicators(session: Session, lists: Iterable[tuple[UUID, Sequence[NeedIndicatorInput]]]) -> None:
    rows = [
        {"id": new_id(), "need_id": need_id, "position": position, **indicator.model_dump()}
        for need_id, indicators in lists
        for position, indicator in enumerate(indicators)
    ]
    if rows:
        session.execute(sa.insert(NeedIndicator), rows)  # one statement: an import brings thousands
