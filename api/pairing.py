"""Pairing what has become searchable, listing by listing, beside the relay: a burst that takes minutes to pair is found at once."""

import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from api.metrics import Metrics
from api.turns import KeptTurn
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.errors import DomainError
from market.matches import pairing_queue
from market.matches.pairing_queue import Claim
from matching import upkeep
from search.engine import EngineUnavailable, IndexOutdated, SearchEngine

log = logging.getLogger("techmarket.worker")


class Pairing:
    """Takes one listing at a time from the queue in the database, which several workers share on PostgreSQL."""

    def __init__(self, database: Database, engine: SearchEngine, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._metrics = metrics
        self._newest = False
        self._turn = KeptTurn(database, "pairing")

    def take_turn(self) -> bool:
        """Whether this process may pair now. On SQLite, which locks no rows, one does at a time."""
        if not self._database.is_sqlite:
            return True
        return self._turn.keep()

    def give_back(self) -> None:
        """Let another process pair."""
        self._turn.give_back()

    def step(self) -> bool:
        """Score what a broker has put together, and pair one listing; returns whether there was one.

        Raises `EngineUnavailable` and what the database raises; the listing then waits where it was.
        """
        upkeep.score_suggestions(self._database, self._engine, clock=self._clock)
        self._newest = not self._newest
        if self._database.is_sqlite:
            with self._database.reading() as session:  # ranking must not hold the single writer position
                claim = self._claim(session)
            if claim is None:
                return False
            is_done = self._pair(claim)
            with self._database.writing() as session:
                self._settle(session, claim, is_done=is_done)
            return True
        with self._database.writing() as session:  # the locks on the entries keep other workers off them
            claim = self._claim(session)
            if claim is not None:
                self._settle(session, claim, is_done=self._pair(claim))
        return claim is not None

    def _claim(self, session: Session) -> Claim | None:
        return pairing_queue.claim(session, self._clock, newest=self._newest)

    def _pair(self, claim: Claim) -> bool:
        """Returns False where it failed in a way that lies in this listing alone, so that the others need not wait."""
        try:
            upkeep.pair_listing(self._database, self._engine, claim.subject, claim.subject_id, clock=self._clock)
        except DomainError as error:
            log.info("not paired: %s %s", claim.subject, error.code)
        except (SQLAlchemyError, EngineUnavailable, IndexOutdated, OSError):
            raise
        except Exception:
            log.exception("pairing failed: %s %s", claim.subject, claim.subject_id)
            self._metrics.pairing_failed.inc()
            return False
        return True

    def _settle(self, session: Session, claim: Claim, *, is_done: bool) -> None:
        if is_done:
            pairing_queue.settle(session, claim)
        elif not pairing_queue.postpone(session, claim, self._clock):
            log.error("given up after %d tries: pairing %s %s", claim.attempts + 1, claim.subject, claim.subject_id)
