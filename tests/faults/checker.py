"""What must hold at rest, whatever has happened before. Each rule that does not is told with the listings it concerns."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, func, select

from market.achievements.models import Achievement
from market.kernel import audit
from market.kernel.audit import AuditEntry
from market.kernel.clock import SystemClock
from market.kernel.db import Database
from market.kernel.outbox import OutboxEntry, Subject
from market.listings.models import LIVE
from market.listings.rules import is_shown
from market.matches.models import Match
from market.needs.models import Need
from search.engine import EngineQuery, Key, SearchEngine, Sort, Term, TextField
from tests.faults.journal import Hold, Story
from tests.faults.writers import POISON

_PAGE = 200
_MODELS: tuple[tuple[Subject, type[Achievement] | type[Need]], ...] = (
    (Subject.ACHIEVEMENT, Achievement),
    (Subject.NEED, Need),
)


class Rule(StrEnum):
    """What is promised."""

    NOTHING_LOST = "every live listing is in the index"
    NOTHING_STALE = "under its version and with its present text"
    NOTHING_RISEN = "and no other listing is"
    NOTHING_FORGOTTEN = "every acknowledged commit is in the database, and none took another's place"
    ONLY_POISON_IS_DEAD = "the dead letters are exactly the poison"
    ALL_PAIRED = "every live listing has been paired after its last change"
    ONE_HOLDER = "no outbox entry is relayed by two at once"
    CHAIN_HOLDS = "the audit chain verifies"
    WRITERS_UNHARMED = "no writer met an error that is not a refusal"


@dataclass
class Verdict:
    """The faults found, by rule."""

    faults: dict[Rule, list[str]] = field(default_factory=dict)

    @property
    def is_green(self) -> bool:
        return not self.faults

    def blame(self, rule: Rule, what: str) -> None:
        self.faults.setdefault(rule, []).append(what)

    def __str__(self) -> str:
        lines = [f"BROKEN: {rule} ({len(found)} times): {'; '.join(found[:5])}" for rule, found in self.faults.items()]
        return "\n".join(lines) or "everything holds"


@dataclass(frozen=True)
class Listed:
    """A listing as SQL has it."""

    version: int
    status: str
    title: str
    is_live: bool
    is_shown: bool
    is_poison: bool


def check(database: Database, engine: SearchEngine, story: Story, *, is_poison_cured: bool) -> Verdict:
    """Look at everything. The run must be at rest: no process writes, and nothing waits in the outbox."""
    verdict = Verdict()
    with database.reading() as session:
        listed = _listed(session)
        _check_truth(session, listed, story, verdict)
        _check_dead_letters(session, listed, verdict, is_poison_cured=is_poison_cured)
        _check_pairs(session, listed, story, verdict, is_poison_cured=is_poison_cured)
        for fault in audit.verify(session):
            if isinstance(fault, audit.ChainFault):
                verdict.blame(Rule.CHAIN_HOLDS, f"{fault.fault} at {fault.seq}")
    live = {key: row for key, row in listed.items() if row.is_live}
    # A refused document leaves what the index held of the listing before, until its dead letter is replayed.
    refused = set() if is_poison_cured else {key for key, row in live.items() if row.is_poison}
    wanted = {key: row for key, row in live.items() if key not in refused}
    _check_index(engine, wanted, refused, verdict)
    _check_words(engine, wanted, refused, story, verdict)
    for what in held_twice(story.holds):
        verdict.blame(Rule.ONE_HOLDER, what)
    for error in story.failed:
        verdict.blame(Rule.WRITERS_UNHARMED, error)
    return verdict


def held_twice(holds: Sequence[Hold]) -> Iterator[str]:
    """Entries that a relay held while another one did, too."""
    by_entry: dict[int, list[Hold]] = {}
    for hold in holds:
        for entry in hold.entries:
            by_entry.setdefault(entry, []).append(hold)
    for entry, found in by_entry.items():
        found.sort(key=lambda hold: hold.start)
        for first, second in itertools.pairwise(found):
            if second.start < first.end and second.pid != first.pid:
                yield f"entry {entry} by {first.pid} and {second.pid} for {first.end - second.start:.3f} s"


def _listed(session: Session) -> dict[Key, Listed]:
    now = SystemClock().now()
    return {
        (subject, row.id): Listed(
            version=row.version,
            status=row.status,
            title=row.title,
            is_live=row.status in LIVE,
            is_shown=is_shown(row.status, row.expires_at, now),
            is_poison=POISON in row.keywords,
        )
        for subject, model in _MODELS
        for row in session.exec(select(model))
    }


def _check_truth(session: Session, listed: dict[Key, Listed], story: Story, verdict: Verdict) -> None:
    rule = Rule.NOTHING_FORGOTTEN
    audited = dict(session.exec(select(AuditEntry.subject_id, func.count()).group_by(col(AuditEntry.subject_id))).all())
    told = Counter((one.id, one.version) for one in story.acknowledged)
    for (listing_id, version), times in told.items():
        if times > 1:
            verdict.blame(rule, f"{listing_id}: {times} writers were told that version {version} is theirs")
    for listing_id, times in Counter(one.id for one in story.acknowledged).items():
        if audited.get(UUID(listing_id), 0) < times:
            verdict.blame(rule, f"{listing_id}: {times} steps acknowledged, fewer in the audit log")
    for one in story.acknowledged:
        row = listed.get((Subject(one.subject), UUID(one.id)))
        if row is None or row.version < one.version:
            verdict.blame(rule, f"{one.id}: {one.action} as version {one.version} is gone")
        elif row.version == one.version and (row.status != one.status or one.mark not in row.title):
            verdict.blame(rule, f"{one.id}: {one.action} as version {one.version} reads otherwise")


def _check_dead_letters(
    session: Session, listed: dict[Key, Listed], verdict: Verdict, *, is_poison_cured: bool
) -> None:
    letters = session.exec(select(OutboxEntry).where(col(OutboxEntry.dead_at).is_not(None))).all()
    reasons = {(entry.subject, entry.subject_id): entry.last_error for entry in letters}
    dead = Counter((entry.subject, entry.subject_id) for entry in letters)
    poison = Counter({key: 1 for key, row in listed.items() if row.is_live and row.is_poison and not is_poison_cured})
    for key in (dead - poison).elements():
        verdict.blame(Rule.ONLY_POISON_IS_DEAD, f"dead, though not poison: {key[1]} ({reasons[key]})")
    for key in (poison - dead).elements():
        verdict.blame(Rule.ONLY_POISON_IS_DEAD, f"poison, but not dead: {key[1]}")


def _check_pairs(
    session: Session, listed: dict[Key, Listed], story: Story, verdict: Verdict, *, is_poison_cured: bool
) -> None:
    """Every shown listing was ranked as it now reads, and the matches are there. What is overdue for expiring is not shown."""
    stored = Counter(session.exec(select(Match.need_id)).all()) + Counter(
        session.exec(select(Match.achievement_id)).all()
    )
    for key, row in listed.items():
        if not row.is_shown or (row.is_poison and not is_poison_cured):  # what is not searchable is not paired
            continue
        pairs = story.paired.get(str(key[1]), {}).get(row.version)
        if pairs is None:
            verdict.blame(Rule.ALL_PAIRED, f"{key[0]} {key[1]} version {row.version}")
        elif stored[key[1]] < pairs:
            verdict.blame(
                Rule.ALL_PAIRED, f"{key[0]} {key[1]}: {pairs} matches were found, {stored[key[1]]} are stored"
            )


def _check_index(engine: SearchEngine, wanted: dict[Key, Listed], refused: set[Key], verdict: Verdict) -> None:
    held = {(subject, subject_id): version for subject, subject_id, version in engine.versions()}
    found = set(_everything_found(engine))
    for key, row in wanted.items():
        if key not in held or key not in found:
            verdict.blame(Rule.NOTHING_LOST, f"{key[1]} version {row.version}")
        elif held[key] != row.version:
            verdict.blame(Rule.NOTHING_STALE, f"{key[1]}: {held[key]} in the index, {row.version} in the database")
    for key in (held.keys() | found) - wanted.keys() - refused:
        verdict.blame(Rule.NOTHING_RISEN, f"{key[1]}")


def _everything_found(engine: SearchEngine) -> Iterator[Key]:
    after = None
    while True:
        page = engine.search(EngineQuery(sort=Sort.NEWEST, size=_PAGE, after=after)).hits
        yield from ((hit.subject, hit.subject_id) for hit in page)
        if len(page) < _PAGE:
            return
        after = page[-1].sort_key


def _check_words(
    engine: SearchEngine, wanted: dict[Key, Listed], refused: set[Key], story: Story, verdict: Verdict
) -> None:
    """The words of the present titles find their listings, and the words of earlier titles find nothing."""
    present = {row.title.rsplit(" ", 1)[-1]: key for key, row in wanted.items()}
    earlier = [one.mark for one in story.acknowledged if one.mark and one.mark not in present]
    for mark, key in present.items():
        if _found_by(engine, mark) != [key]:
            verdict.blame(Rule.NOTHING_STALE, f"{key[1]} is not found by its title")
    for mark in earlier[-_PAGE:]:
        for key in _found_by(engine, mark):
            if key not in refused:
                verdict.blame(Rule.NOTHING_STALE, f"{key[1]} is found by a title it had before")


def _found_by(engine: SearchEngine, mark: str) -> list[Key]:
    hits = engine.search(EngineQuery(required=((Term(TextField.TITLE, mark),),), size=2)).hits
    return [(hit.subject, hit.subject_id) for hit in hits]
