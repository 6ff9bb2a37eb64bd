"""The parts of the use-cases that achievements and needs share: who may act, what a step writes, what is checked on the way.

The nouns' own services are the use-cases; these functions never load by themselves more than the row they are asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from market.kernel import audit, outbox
from market.kernel.actor import SYSTEM, Actor, Permission
from market.kernel.clock import Clock
from market.kernel.db import lock_row
from market.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, StaleVersion, invalid_field
from market.kernel.paging import Page, PageRequest
from market.listings import queries, rules
from market.listings.disclosure import Viewer, subject_of
from market.listings.models import LIVE, Listing, ListingStatus
from market.listings.rules import ListingAction
from market.listings.schemas import ListScope
from market.matches import queries as match_queries
from market.parties import queries as party_queries
from market.parties.models import Origin

L = TypeVar("L", bound=Listing)

NOUNS = {outbox.Subject.ACHIEVEMENT: "科技成果", outbox.Subject.NEED: "技术需求"}
LISTING_PERMISSIONS = {
    outbox.Subject.ACHIEVEMENT: Permission.LIST_ACHIEVEMENT,
    outbox.Subject.NEED: Permission.POST_NEED,
}

_AUDIT_TAGS = {
    ListingAction.SUBMIT: "submitted",
    ListingAction.PUBLISH: "published",
    ListingAction.RETURN: "returned",
    ListingAction.WITHDRAW: "withdrawn",
    ListingAction.RENEW: "renewed",
    ListingAction.EXPIRE: "expired",
    ListingAction.START_TALKS: "talks_started",
    ListingAction.RELEASE: "released",
    ListingAction.SIGN: "signed",
}
_EXPIRE_BATCH = 100


def not_found(listing_or_subject: Listing | outbox.Subject) -> NotFound:
    """The same answer whether a listing is not there or not for the asker's eyes."""
    subject = subject_of(listing_or_subject) if isinstance(listing_or_subject, Listing) else listing_or_subject
    return NotFound("not_found", f"没有找到这条{NOUNS[subject]},可能已被撤下或链接有误。")


def manages(actor: Actor, listing: Listing) -> bool:
    """Whether the actor acts for the lister: a user of the owner, the listing's broker, the official who entered it, the system."""
    if actor.is_system:
        return True
    if actor.may(Permission.REVIEW_LISTINGS):
        return actor.user_id is not None and listing.created_by == actor.user_id
    if not actor.may(LISTING_PERMISSIONS[subject_of(listing)]):
        return False
    return actor.acts_for(listing.owner_party_id) or (
        listing.broker_id is not None and listing.broker_id == actor.broker_id
    )


def viewer_of(session: Session, actor: Actor, listing: Listing) -> Viewer:
    """In whose eyes the actor sees the listing."""
    viewer = list_viewer_of(actor, listing)
    if viewer is Viewer.MEMBER and actor.party_id is not None and _has_consent(session, actor.party_id, listing):
        return Viewer.CONSENTED
    return viewer


def list_viewer_of(actor: Actor, listing: Listing) -> Viewer:
    """Like `viewer_of`, without asking for consents: in lists everybody else is a member or anonymous."""
    if actor.may(Permission.REVIEW_LISTINGS) and not actor.is_system:
        return Viewer.REVIEWER
    if manages(actor, listing):
        return Viewer.OWNER
    return Viewer.MEMBER if actor.may(Permission.READ_MEMBER_FIELDS) else Viewer.ANONYMOUS


def is_visible(listing: Listing, viewer: Viewer, now: datetime) -> bool:
    """Whether the listing exists for this viewer at all: others see it while it is live; who talks or signed, also later."""
    if viewer in (Viewer.OWNER, Viewer.REVIEWER):
        return True
    if viewer is Viewer.CONSENTED and listing.published_at is not None:
        return True
    return rules.is_shown(listing.status, listing.expires_at, now)


def lock_managed(
    session: Session, model: type[L], actor: Actor, listing_id: UUID, *, clock: Clock, expected_version: int | None
) -> L:
    """The listing, locked, for a step of its lister.

    Raises `Unauthenticated`, `NotFound` (also where the actor may not know of it), `Forbidden`, `StaleVersion`.
    """
    actor.require(Permission.READ_MEMBER_FIELDS)
    # Who may not act learns nothing of versions: the right is checked before the version.
    listing = lock_row(session, model, listing_id, NOUNS[outbox.Subject(str(model.__tablename__))])
    if not manages(actor, listing):
        if not is_visible(listing, viewer_of(session, actor, listing), clock.now()):
            raise not_found(listing)
        raise Forbidden("not_lister", "只有发布单位或其技术经理人可以进行此操作。")
    _check_version(listing, expected_version)
    return listing


def lock_reviewed(
    session: Session, model: type[L], actor: Actor, listing_id: UUID, *, expected_version: int | None
) -> L:
    """The listing, locked, for a step of a reviewer. Raises `Unauthenticated`, `Forbidden`, `NotFound`, `StaleVersion`."""
    actor.require(Permission.REVIEW_LISTINGS)
    noun = NOUNS[outbox.Subject(str(model.__tablename__))]
    return lock_row(session, model, listing_id, noun, expected_version=expected_version)


def lock_for_withdrawal(
    session: Session, model: type[L], actor: Actor, listing_id: UUID, *, clock: Clock, expected_version: int | None
) -> L:
    """The listing, locked, for taking it down: by its lister, or by a reviewer where it should not stand in public."""
    if actor.may(Permission.REVIEW_LISTINGS):
        return lock_reviewed(session, model, actor, listing_id, expected_version=expected_version)
    return lock_managed(session, model, actor, listing_id, clock=clock, expected_version=expected_version)


def resolve_owner(session: Session, actor: Actor, subject: outbox.Subject, owner_party_id: UUID | None) -> UUID:
    """For whom a new listing is entered: the actor's own party, or one that a broker, an official or the system names.

    Raises `Unauthenticated`, `Forbidden`, `Invalid`, `NotFound`.
    """
    if not actor.may(Permission.REVIEW_LISTINGS):
        actor.require(LISTING_PERMISSIONS[subject])
    if owner_party_id is None:
        if actor.party_id is None:
            raise invalid_field("owner_party_id", "没有指明发布单位。", "请填写发布单位的编号。", "owner_required")
        return actor.party_id
    is_agent = actor.broker_id is not None or actor.may(Permission.REVIEW_LISTINGS)
    if not actor.acts_for(owner_party_id) and not is_agent:
        raise Forbidden("not_lister", "只能以本单位的名义发布;替其他单位发布请由技术经理人或主管部门办理。")
    return party_queries.get_party(session, owner_party_id).id


def resolve_owners(
    session: Session, actor: Actor, subject: outbox.Subject, wanted: Iterable[tuple[UUID | None, UUID | None]]
) -> dict[UUID | None, UUID]:
    """`resolve_owner` and `check_broker` for many new listings, each (owner, broker) looked at once; owners by what was asked."""
    pairs = dict.fromkeys(wanted)
    owners = {
        asked: resolve_owner(session, actor, subject, asked) for asked in dict.fromkeys(pair[0] for pair in pairs)
    }
    for asked, broker_id in pairs:
        check_broker(session, actor, owners[asked], broker_id)
    return owners


def check_sources(session: Session, model: type[L], source_refs: Sequence[str]) -> None:
    """Raise `Conflict` where one of the sources has been imported before, or stands here twice."""
    if len(set(source_refs)) < len(source_refs) or queries.taken_source_refs(session, model, source_refs):
        raise already_imported()


def list_page(
    session: Session, model: type[L], actor: Actor, scope: ListScope, page: PageRequest, *, clock: Clock
) -> Page[L]:
    """One page of a scope. Raises `Unauthenticated` or `Forbidden` where the scope is not the actor's."""
    if scope is ListScope.PUBLISHED:
        return queries.published_page(session, model, page, now=clock.now())
    if scope is ListScope.REVIEW:
        actor.require(Permission.REVIEW_LISTINGS)
        return queries.review_page(session, model, page)
    actor.require(Permission.READ_MEMBER_FIELDS)
    if scope is ListScope.OWN and actor.party_id is not None:
        return queries.own_page(session, model, actor.party_id, page)
    if scope is ListScope.BROKERED and actor.broker_id is not None:
        return queries.broker_page(session, model, actor.broker_id, page)
    return Page(items=[], page=page.page, size=page.size, total=0)


def check_broker(session: Session, actor: Actor, owner_party_id: UUID, broker_id: UUID | None) -> None:
    """Raise `Invalid` unless the broker named on a listing works, and a broker who acts for the owner names itself."""
    acts_as_broker = actor.broker_id is not None and not actor.acts_for(owner_party_id)
    if acts_as_broker and broker_id not in (None, actor.broker_id):
        raise invalid_field("broker_id", "只有发布单位可以更换技术经理人。", "请留空,或由发布单位修改。")
    if broker_id is None:
        return
    try:
        is_active = party_queries.get_broker(session, broker_id).is_active
    except NotFound:
        is_active = False
    if not is_active:
        raise invalid_field("broker_id", "没有这位在册的技术经理人。", "请从技术经理人名录中选择,或留空。")


def check_may_compare(actor: Actor, listing: Listing) -> bool:
    """Whether the actor compares as a reviewer; raises unless it is one, or the lister."""
    actor.require(Permission.READ_MEMBER_FIELDS)
    if actor.may(Permission.REVIEW_LISTINGS):
        return True
    if not manages(actor, listing):
        raise not_found(listing)
    return False


def asking_broker(actor: Actor, listing: Listing) -> UUID | None:
    """The broker who acts for the listing's owner; None for the owner's own people and everybody else."""
    return None if actor.acts_for(listing.owner_party_id) else actor.broker_id


def already_imported() -> Conflict:
    """What an import is told that brings a source again."""
    return Conflict("already_imported", "这条来源已经导入过,没有重复导入。")


def raise_for(errors: Iterable[FieldError]) -> None:
    """Raise one `Invalid` that names everything that is wrong, if anything is."""
    found = list(errors)
    if not found:
        return
    detail = f"{found[0].message}{found[0].remedy}"
    if len(found) > 1:
        detail = f"有 {len(found)} 处填写有误:{detail}"
    raise Invalid("invalid_listing", detail, found)


def refuse_duplicate(session: Session, model: type[L], listing: L) -> None:
    """Raise `Conflict` with the other's id where the same owner already has the very same listing live or under review.

    Not for imported ones: an import brings what an authority collected from many enterprises under one name, so two that read the
    same may well be two enterprises' own; the reviewer is shown what they repeat.
    """
    if listing.origin is Origin.IMPORTED:
        return
    other = queries.find_same_content(session, model, listing)
    if other is not None:
        detail = f"贵单位已发布或提交了内容完全相同的{NOUNS[subject_of(listing)]}(编号 {other.id})。"
        remedy = "请修改内容后再提交,或改为更新、续期原有的那一条。"
        raise Conflict("duplicate_listing", detail + remedy, [FieldError("title", detail, remedy)])


def touch(session: Session, listing: Listing, *, clock: Clock) -> None:
    """Raise the row's version though none of its own columns changed: indicators count as part of the listing."""
    listing.updated_at = clock.now()
    flag_modified(listing, "updated_at")
    session.add(listing)


def move(
    session: Session,
    actor: Actor,
    listing: Listing,
    action: ListingAction,
    *,
    clock: Clock,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Take one step of the life cycle: state, the `changes` that go with it, one audit entry and, where the index may
    differ afterwards, an outbox entry. Where the step is illegal, nothing of it is written.
    """
    before = listing.status
    listing.status = rules.next_status(before, action)
    for field, value in (changes or {}).items():
        setattr(listing, field, value)
    touch(session, listing, clock=clock)
    note(session, actor, listing, _AUDIT_TAGS[action], clock=clock, facts={"status": listing.status})
    if before in LIVE or listing.status in LIVE:
        outbox.put(session, subject_of(listing), listing.id, clock)


def note(
    session: Session,
    actor: Actor,
    listing: Listing,
    what: str,
    *,
    clock: Clock,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """One audit entry about a listing; `what` is a past participle. Facts: ids, states and field names, never texts."""
    audit.record(session, actor, f"{subject_of(listing)}.{what}", listing.id, clock, facts)


def note_many(
    session: Session, actor: Actor, rows: Sequence[Listing], what: str, *, clock: Clock, fields: Sequence[str]
) -> None:
    """One audit entry for each listing as `note` writes it, with these of its fields as facts (ids and states only)."""
    facts = [
        audit.Fact(f"{subject_of(row)}.{what}", row.id, {field: getattr(row, field) for field in fields})
        for row in rows
    ]
    audit.record_many(session, actor, facts, clock)


def enter(session: Session, model: type[L], actor: Actor, listing: L, until: ListingStatus, *, clock: Clock) -> None:
    """Walk a new row, not yet in the session, to `until` (draft, submitted or published): for imports, where one audit entry
    tells the whole walk. The same steps and checks as one by one; publishing needs a reviewer or the system. An imported
    listing may repeat another (`refuse_duplicate` tells why).
    """
    if until is ListingStatus.DRAFT:
        return
    refuse_duplicate(session, model, listing)
    listing.status = rules.next_status(listing.status, ListingAction.SUBMIT)
    listing.submitted_at = clock.now()
    if until is ListingStatus.PUBLISHED:
        actor.require(Permission.REVIEW_LISTINGS)
        listing.status = rules.next_status(listing.status, ListingAction.PUBLISH)
        listing.published_at = clock.now()
        listing.expires_at = rules.expiry(clock.now())
    if listing.status is not until:
        raise ValueError("a listing is entered as draft, submitted or published")


def submit(session: Session, model: type[L], actor: Actor, listing: L, *, clock: Clock) -> L:
    """Hand a listing in for review. Raises `IllegalTransition`, `Conflict` for an exact duplicate."""
    rules.next_status(listing.status, ListingAction.SUBMIT)  # the wrong state is the first thing to hear of
    refuse_duplicate(session, model, listing)
    move(session, actor, listing, ListingAction.SUBMIT, clock=clock, changes={"submitted_at": clock.now()})
    return listing


def publish(session: Session, actor: Actor, listing: L, *, clock: Clock) -> L:
    """Put a reviewed listing on the market; its validity begins."""
    now = clock.now()
    changes = {"published_at": now, "expires_at": rules.expiry(now), "return_reason": ""}
    move(session, actor, listing, ListingAction.PUBLISH, clock=clock, changes=changes)
    return listing


def send_back(session: Session, actor: Actor, listing: L, reason: str, *, clock: Clock) -> L:
    """Return a listing to its lister with the reviewer's reason (which the audit log does not hold)."""
    move(session, actor, listing, ListingAction.RETURN, clock=clock, changes={"return_reason": reason})
    return listing


def renew(session: Session, model: type[L], actor: Actor, listing: L, *, clock: Clock) -> L:
    """Begin a new validity from now. Raises `IllegalTransition`, `Conflict` before the window or for an exact duplicate."""
    rules.check_renewable(listing.status, listing.expires_at, clock.today())
    if listing.status not in LIVE:
        refuse_duplicate(session, model, listing)
    now = clock.now()
    changes = {"renewed_at": now, "expires_at": rules.expiry(now)}
    move(session, actor, listing, ListingAction.RENEW, clock=clock, changes=changes)
    return listing


def take_system_step(session: Session, model: type[L], listing_id: UUID, action: ListingAction, *, clock: Clock) -> L:
    """A step that follows from a deal. One that is already taken, or a release of what is not in talks, changes nothing."""
    listing = lock_row(session, model, listing_id, NOUNS[outbox.Subject(str(model.__tablename__))])
    is_idle = action is ListingAction.RELEASE and (listing.status, action) not in rules.TRANSITIONS
    if is_idle or rules.next_status(listing.status, action) is listing.status:
        return listing
    move(session, SYSTEM, listing, action, clock=clock)
    return listing


def expire_due(session: Session, model: type[L], *, clock: Clock) -> int:
    """Expire published listings whose validity is over, a batch at most; returns how many. Commit and call again until it is none.

    All locks come before the first audit entry, whose chain lock is held to the end of the transaction.
    """
    due = queries.lock_due(session, model, clock.now(), _EXPIRE_BATCH)
    for listing in due:
        move(session, SYSTEM, listing, ListingAction.EXPIRE, clock=clock)
    return len(due)


def _has_consent(session: Session, party_id: UUID, listing: Listing) -> bool:
    if subject_of(listing) is outbox.Subject.NEED:
        return match_queries.has_consent(session, party_id, need_id=listing.id)
    return match_queries.has_consent(session, party_id, achievement_id=listing.id)


def _check_version(listing: Listing, expected_version: int | None) -> None:
    if expected_version is not None and listing.version != expected_version:
        raise StaleVersion
