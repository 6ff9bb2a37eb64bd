"""The writers: people who post, edit, publish, withdraw and renew listings, all at once and often the same ones.

Each step is a use-case in a transaction of its own; the journal is told after the commit, never before.
"""

import random
import signal
import string
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

import market.tables  # noqa: F401  registers every table
from market.achievements import service as achievements
from market.achievements.models import Achievement
from market.achievements.schemas import DraftAchievement, EditAchievement
from market.kernel.actor import Actor, Role
from market.kernel.clock import FixedClock, SystemClock
from market.kernel.db import Database
from market.kernel.errors import DomainError
from market.kernel.outbox import Subject
from market.listings.models import Listing, ListingStatus
from market.listings.rules import LIFETIME_DAYS
from market.needs import service as needs
from market.needs.models import Need
from market.needs.schemas import DraftNeed, EditNeed
from market.parties.models import Origin, Party, PartyKind
from tests.faults.chance import chance_of
from tests.faults.journal import Journal, Kind

POISON = "zzpoison"
"""A keyword that makes a listing's document one that the search node refuses."""

_HOT = 8
"""So many listings are fought over by all writers."""

_AGAIN_SHARE = 0.5
_AGAIN_SECONDS = 0.6

_NAMESPACE = UUID("2d1f8a52-6f0e-4c39-9a55-1c0b7e5f4d21")
_REVIEWER = Actor(user_id=uuid5(_NAMESPACE, "reviewer"), role=Role.OFFICIAL, name="示范审核")
_TOPICS = (
    "枸杞冻干与在线分选",
    "煤化工废水零排放",
    "酿酒葡萄水肥一体化",
    "光伏组件清洗",
    "奶牛精准饲喂",
    "铝镁合金压铸",
)
_NOT_OVER = timedelta(days=LIFETIME_DAYS - 20)
_OVERDUE = timedelta(days=LIFETIME_DAYS + 20)


@dataclass(frozen=True)
class WritersPlan:
    """`writers` threads that together take `steps_per_second`; `poison_share` of all texts they write are poison."""

    database_url: str
    journal: Path
    owners: tuple[UUID, ...]
    seed: int
    writers: int
    steps_per_second: float
    poison_share: float
    most_listings: int


@dataclass(frozen=True)
class _Noun:
    subject: Subject
    service: Any
    draft: Callable[..., Any]
    edit: Callable[..., Any]

    def step(self, name: str) -> Callable[..., Listing]:
        return getattr(self.service, f"{name}_{self.subject}")  # type: ignore[no-any-return]


_NOUNS = {
    Subject.ACHIEVEMENT: _Noun(Subject.ACHIEVEMENT, achievements, DraftAchievement, EditAchievement),
    Subject.NEED: _Noun(Subject.NEED, needs, DraftNeed, EditNeed),
}
_MODELS: dict[Subject, type[Achievement] | type[Need]] = {Subject.ACHIEVEMENT: Achievement, Subject.NEED: Need}


@dataclass(frozen=True)
class _Known:
    """A listing that writers know of."""

    subject: Subject
    id: UUID
    owner: UUID


class Pool:
    """The listings that may be changed, shared by the writers of a process."""

    def __init__(self, database: Database) -> None:
        self._lock = threading.Lock()
        self._known: list[_Known] = []
        with database.reading() as session:
            for subject, model in _MODELS.items():
                rows = session.exec(select(model.id, model.owner_party_id).order_by(col(model.id)))
                self._known.extend(_Known(subject, row_id, owner) for row_id, owner in rows)
        self._known.sort(key=lambda known: known.id)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, known: _Known) -> None:
        with self._lock:
            self._known.append(known)

    def choose(self, chance: random.Random) -> _Known | None:
        """One of the few that all fight over, or any."""
        with self._lock:
            if not self._known:
                return None
            return chance.choice(self._known[:_HOT] if chance.random() < 0.5 else self._known)


class Writer:
    """One person's steps, one after another."""

    def __init__(self, plan: WritersPlan, number: int, database: Database, pool: Pool, journal: Journal) -> None:
        self._plan = plan
        self._database = database
        self._pool = pool
        self._journal = journal
        self._chance = chance_of(plan.seed, "writer", number)
        self._owner = plan.owners[number % len(plan.owners)]
        self._clock = SystemClock()

    def run(self, stopped: threading.Event) -> None:
        mean = self._plan.writers / self._plan.steps_per_second
        while not stopped.wait(self._chance.expovariate(1 / mean)):
            self.step(stopped)

    def step(self, stopped: threading.Event) -> None:
        """Post something new, or take some step that the state of a chosen listing seems to allow."""
        known = self._pool.choose(self._chance)
        room = len(self._pool) < self._plan.most_listings
        if known is None or (room and self._chance.random() < 0.25):
            self._post()
            return
        self._change(known)
        # People correct themselves at once: two relays then carry two states of one listing at the same time.
        while self._chance.random() < _AGAIN_SHARE and not stopped.wait(self._chance.uniform(0, _AGAIN_SECONDS)):
            self._change(known)

    def _post(self) -> None:
        noun = self._chance.choice(list(_NOUNS.values()))
        actor = _lister(self._owner)
        mark = self._mark()
        command = noun.draft(**self._texts(mark), field_code="07", region_code="640100")

        def hand_in(session: Session) -> Listing:
            row = noun.step("draft")(session, actor, command, clock=self._clock)
            return noun.step("submit")(session, actor, row.id, clock=self._clock)

        posted = self._try("posted", noun, mark, hand_in)
        if posted is None:
            return
        clock = FixedClock(self._clock.now() - self._chance.choice((timedelta(), timedelta(), _NOT_OVER, _OVERDUE)))
        self._try(
            "published", noun, "", lambda session: noun.step("publish")(session, _REVIEWER, posted.id, clock=clock)
        )
        self._pool.add(_Known(noun.subject, posted.id, self._owner))

    def _change(self, known: _Known) -> None:
        noun, actor = _NOUNS[known.subject], _lister(known.owner)
        with self._database.reading() as session:
            row = session.get(_MODELS[known.subject], known.id)
        if row is None:
            return
        seen = row.version if self._chance.random() < 0.3 else None
        step = self._chance.choice(_STEPS[row.status])
        if step == "edit":
            mark = self._mark()
            command = noun.edit(**self._texts(mark))
            self._try(
                "edited",
                noun,
                mark,
                lambda session: noun.step("edit")(
                    session, actor, known.id, command, clock=self._clock, expected_version=seen
                ),
            )
            return
        doer = _REVIEWER if step == "publish" else actor
        self._try(
            step,
            noun,
            "",
            lambda session: noun.step(step)(session, doer, known.id, clock=self._clock, expected_version=seen),
        )

    def _try(self, action: str, noun: _Noun, mark: str, act: Callable[[Session], Listing]) -> Listing | None:
        """Take the step in a transaction; tell the journal what came of it."""
        try:
            with self._database.writing() as session:
                row = act(session)
        except DomainError as error:
            self._journal.note(Kind.REFUSED, error=error.code)
            return None
        except OperationalError as error:  # a lock that was not had in time, a connection that was cut
            self._journal.note(Kind.REFUSED, error=type(error.orig).__name__)
            return None
        except Exception as error:  # noqa: BLE001  the run must tell of it and go on
            self._journal.note(Kind.FAILED, error=f"{action}: {type(error).__name__}: {error}"[:300])
            return None
        facts = {"version": row.version, "status": row.status, "mark": mark, "action": action}
        self._journal.note(Kind.ACKNOWLEDGED, id=row.id, subject=noun.subject, **facts)
        return row

    def _mark(self) -> str:
        """A word that no other text has; letters only, so that the analysis leaves it whole."""
        return "mk" + "".join(self._chance.choices(string.ascii_lowercase, k=14))

    def _texts(self, mark: str) -> dict[str, Any]:
        topic = self._chance.choice(_TOPICS)
        is_poison = self._chance.random() < self._plan.poison_share
        return {
            "title": f"{topic}技术与设备 {mark}",
            "summary": f"{topic}的示范应用,节能降耗,运行稳定。",
            "keywords": [topic, "节能", *([POISON] if is_poison else [])],
        }


_STEPS: dict[ListingStatus, tuple[str, ...]] = {
    ListingStatus.SUBMITTED: ("publish",),
    ListingStatus.PUBLISHED: ("edit", "edit", "edit", "edit", "withdraw", "renew"),
    ListingStatus.WITHDRAWN: ("submit",),
    ListingStatus.EXPIRED: ("renew", "renew", "withdraw"),
}


def make_owners(database: Database, count: int) -> tuple[UUID, ...]:
    """Enterprises in whose name the writers act."""
    now = SystemClock().now()
    owners = [
        Party(
            kind=PartyKind.ENTERPRISE,
            name=f"示范企业{number}号(测试)",
            party_type_code="150",
            region_code="640104",
            origin=Origin.GENERATED,
            created_at=now,
            updated_at=now,
        )
        for number in range(1, count + 1)
    ]
    with database.writing() as session:
        session.add_all(owners)
    return tuple(owner.id for owner in owners)


def write(plan: WritersPlan) -> None:
    """The process of the writers; SIGTERM ends it after the steps that are under way."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    database = Database(plan.database_url, pool_size=plan.writers)
    journal = Journal(plan.journal)
    pool = Pool(database)
    writers = [Writer(plan, number, database, pool, journal) for number in range(plan.writers)]
    threads = [threading.Thread(target=writer.run, args=(stopped,)) for writer in writers]
    for thread in threads:
        thread.start()
    while not stopped.wait(1):  # a signal reaches only a main thread that wakes now and then
        pass
    for thread in threads:
        thread.join()
    database.dispose()
    journal.close()


def _lister(owner: UUID) -> Actor:
    return Actor(user_id=uuid5(owner, "lister"), role=Role.ENTERPRISE, party_id=owner, name="示范用户")
