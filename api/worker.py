"""The worker: relays the outbox to the index, reads, embeds and pairs the listings, and does the daily duties, each in a thread of its own.

It runs inside the serving process, or alone as `techmarket worker`, any number of them. Every step may be interrupted at any point
and repeated.
"""

import logging
import random
import threading

from api.duties import DailyDuties
from api.embedding import Embedding, OpenEmbedder
from api.fact_reading import FactReading
from api.loops import Chance, Loop
from api.metrics import Metrics
from api.pairing import Pairing
from api.relay import Relay
from market.kernel.clock import Clock
from market.kernel.db import Database
from search.engine import MeaningEngine, SearchEngine

log = logging.getLogger("techmarket.worker")

_DUTIES_REST_SECONDS = 30.0
_LOOKING_REST_SECONDS = 1.0


class Worker:
    """One relay, one pairing and one round of duties over a database and an engine; texts are read for facts, and with a model embedded as well."""

    def __init__(
        self,
        database: Database,
        engine: SearchEngine,
        clock: Clock,
        metrics: Metrics,
        *,
        open_embedder: OpenEmbedder = lambda: None,
        chance: Chance = random.random,
    ) -> None:
        self._stopped = threading.Event()
        self._chance = chance
        self._relay = Relay(database, engine, clock, metrics, self._stopped)
        self._pairing = Pairing(database, engine, clock, metrics)
        self._embedding = Embedding(
            database, clock, metrics, open_embedder, into_index=isinstance(engine, MeaningEngine)
        )
        self._facts = FactReading(database, clock, metrics)
        self._duties = DailyDuties(database, clock, self._stopped)

    def run(self) -> None:
        """Work until stopped; a failure is logged and tried again after a pause."""
        loops = (
            Loop("relay", self._relay_round, self._stopped, chance=self._chance),
            Loop("pairing", self._pairing_round, self._stopped, chance=self._chance),
            Loop(
                "embedding",
                self._embedding_round,
                self._stopped,
                rest_seconds=_LOOKING_REST_SECONDS,
                chance=self._chance,
            ),
            Loop("facts", self._facts_round, self._stopped, rest_seconds=_LOOKING_REST_SECONDS, chance=self._chance),
            Loop(
                "daily duties",
                self._duties.step,
                self._stopped,
                rest_seconds=_DUTIES_REST_SECONDS,
                chance=self._chance,
            ),
        )
        threads = [threading.Thread(target=loop.run, name=loop.name, daemon=True) for loop in loops]
        for thread in threads:
            thread.start()
        log.info("worker at work; it relays %s", "by turns" if self._relay.takes_turns else "beside all others")
        try:
            for thread in threads:
                thread.join()
        finally:
            self._stopped.set()
            self._embedding.give_back()
            self._facts.give_back()
            self._pairing.give_back()
            self._relay.give_back()

    def stop(self) -> None:
        """Ask the loops to end after the step they are in."""
        self._stopped.set()

    def step(self) -> bool:
        """One round of everything in the caller's thread, for whoever is alone with the database; returns whether anything was indexed."""
        self._duties.step()
        busy = self._relay.step()
        while self._facts.step():
            pass
        while self._embedding.step():
            pass
        while self._pairing.step():
            pass
        return busy

    def _relay_round(self) -> bool:
        return self._relay.take_turn() and self._relay.step()

    def _pairing_round(self) -> bool:
        return self._pairing.take_turn() and self._pairing.step()

    def _embedding_round(self) -> bool:
        return self._embedding.take_turn() and self._embedding.step()

    def _facts_round(self) -> bool:
        return self._facts.take_turn() and self._facts.step()
