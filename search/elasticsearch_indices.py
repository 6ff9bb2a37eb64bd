"""Numbered indices behind aliases: which one is searched, which one is being built, which one was before.

`<name>` is the alias that is searched, `<name>-building` that of an index being filled, `<name>-previous` that of the one before; the
indices are `<name>-000001` and so on. Aliases change in one step of the cluster's state, so a search sees the old index or the new one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from search.elasticsearch_client import Cluster, Request, RequestRefused
from search.elasticsearch_documents import INDEX_VERSION, SIMILARITY, mappings
from search.engine import EngineUnavailable, IndexMissing, IndexOutdated, NoPreviousIndex

_ADMINISTRATION_SECONDS = 30.0
_ACTIVE_SECONDS = 600.0
_POLL_SECONDS = 1.0
_QUIET_POLLS = 3
_EXISTS = "resource_already_exists_exception"


@dataclass(frozen=True)
class IndexState:
    """One index: its own name, the analysis and mapping it was made under, its primary shards."""

    name: str
    version: str
    shards: int

    def require_current(self) -> None:
        """Raises `IndexOutdated` where this program would neither find nor write rightly in it."""
        if self.version != INDEX_VERSION:
            raise IndexOutdated(
                f"the index {self.name} was built under {self.version or 'another program'}, "
                f"this program needs {INDEX_VERSION}: run `techmarket reindex`"
            )


@dataclass(frozen=True)
class Standing:
    """What stands behind the three aliases now."""

    live: IndexState | None = None
    building: IndexState | None = None
    previous: IndexState | None = None


@dataclass(frozen=True)
class Layout:
    """How a new index is laid out: primary shards, and copies of each as a number (``1``) or a range (``0-1``)."""

    shards: int = 1
    replicas: str = "0-1"

    def copies(self) -> dict[str, Any]:
        """The index settings that ask for the copies."""
        if "-" in self.replicas:
            return {"auto_expand_replicas": self.replicas}
        return {"auto_expand_replicas": False, "number_of_replicas": int(self.replicas)}


@dataclass
class Indices:
    """The indices of one name on one cluster. Whoever builds or swaps holds the turn for it; anybody may look."""

    cluster: Cluster
    name: str
    layout: Layout = field(default_factory=Layout)

    @property
    def building_name(self) -> str:
        """The alias that writes go to as well while an index is built."""
        return f"{self.name}-building"

    @property
    def _previous_name(self) -> str:
        return f"{self.name}-previous"

    def standing(self, *, as_read: bool = False) -> Standing:
        """What stands behind the aliases, answered by any node from its copy of the cluster's state.

        `as_read`: within a search's time, and not at all while the breaker is open. Raises `EngineUnavailable`.
        """
        names = f"{self.name},{self.building_name},{self._previous_name}"
        path = (
            f"/{names}?ignore_unavailable=true&features=aliases,mappings,settings"
            "&filter_path=*.aliases,*.mappings._meta,*.settings.index.number_of_shards"
        )
        found = self.cluster.read(path, None, "GET") if as_read else self._ask("GET", path)
        return Standing(
            live=_only(found, self.name),
            building=_only(found, self.building_name),
            previous=_only(found, self._previous_name),
        )

    def live(self, *, as_read: bool = False) -> IndexState:
        """The index that is searched. Raises `IndexMissing` where there is none, `IndexOutdated`, `EngineUnavailable`."""
        live = self.standing(as_read=as_read).live
        if live is None:
            raise no_index(self.name)
        live.require_current()
        return live

    def create_first(self) -> None:
        """An empty index behind the searched alias, if nothing is there. Several processes may try at once: one makes it."""
        if self.standing().live is None:
            settings = {"refresh_interval": "1s", **self.layout.copies()}
            try:
                self._create(self._next_number(), self.name, settings)
            except RequestRefused as refusal:
                if refusal.kind != _EXISTS:
                    raise

    def begin(self) -> str:
        """A new empty index behind the building alias, laid out for fast filling; leftovers of builds cut off are swept away."""
        index = self._next_number()  # taken before sweeping, so that it has not just named another index
        self.sweep()
        return self._create(index, self.building_name, {"refresh_interval": "-1", "number_of_replicas": 0})

    def refresh(self, index: str) -> None:
        """Let searches see what has been written."""
        self._ask("POST", f"/{index}/_refresh", seconds=_ACTIVE_SECONDS)

    def make_ready(self, index: str) -> None:
        """Give a filled index its copies, and wait until as many are there as the nodes can hold now."""
        self._ask("PUT", f"/{index}/_settings", {"index": {"refresh_interval": "1s", **self.layout.copies()}})
        self.refresh(index)
        end = self.cluster.clock() + _ACTIVE_SECONDS
        quiet = 0
        while self.cluster.clock() < end:
            health = self._ask("GET", f"/_cluster/health/{index}?wait_for_status=green&timeout={_POLL_SECONDS:.0f}s")
            if health["status"] == "green":
                return
            # Yellow without anything going on: there are not enough nodes for all the copies.
            quiet = quiet + 1 if health["status"] == "yellow" and not health["initializing_shards"] else 0
            if quiet == _QUIET_POLLS:
                return
            self.cluster.sleep(_POLL_SECONDS / 10)
        raise EngineUnavailable(f"the shards of {index} do not become active")

    def activate(self, index: str) -> None:
        """Search this index from now on; what was searched before is kept as the previous one, older ones go."""
        standing = self.standing()
        actions = [_add(self.name, index), _remove(self.building_name, index)]
        if standing.live is not None:
            actions += [_remove(self.name, standing.live.name), _add(self._previous_name, standing.live.name)]
        if standing.previous is not None:
            actions.append(_remove(self._previous_name, standing.previous.name))
        self._move(actions)
        self.sweep()

    def rollback(self) -> None:
        """Let the searched index and the previous one change places. Raises `NoPreviousIndex`, `IndexOutdated`."""
        standing = self.standing()
        live, previous = standing.live, standing.previous
        if live is None or previous is None:
            raise NoPreviousIndex
        previous.require_current()
        self._move(
            [
                _remove(self.name, live.name),
                _remove(self._previous_name, previous.name),
                _add(self.name, previous.name),
                _add(self._previous_name, live.name),
            ]
        )

    def drop(self, index: str) -> None:
        """Delete an index; it may be gone already."""
        self._ask("DELETE", f"/{index}?ignore_unavailable=true")

    def sweep(self) -> None:
        """Delete the indices of this name that are neither searched nor kept for a rollback."""
        found = self._all()
        for index, aliases in found.items():
            if not {self.name, self._previous_name} & set(aliases):
                self.drop(index)

    def _all(self) -> dict[str, Mapping[str, Any]]:
        """Every numbered index of this name with its aliases; names that only begin alike are left alone."""
        answer = self._ask("GET", f"/{self.name}-*?ignore_unavailable=true&features=aliases&expand_wildcards=all")
        numbered = re.compile(rf"{re.escape(self.name)}-\d{{6}}")
        return {index: found.get("aliases", {}) for index, found in answer.items() if numbered.fullmatch(index)}

    def _next_number(self) -> str:
        numbers = [int(index.rpartition("-")[2]) for index in self._all()]
        return f"{self.name}-{max(numbers, default=0) + 1:06d}"

    def _create(self, index: str, alias: str, settings: Mapping[str, Any]) -> str:
        own = {"number_of_shards": self.layout.shards, "similarity": SIMILARITY, **settings}
        body = {"aliases": {alias: {}}, "settings": {"index": own}, "mappings": mappings()}
        answer = self._ask("PUT", f"/{index}", body)
        if not (answer.get("acknowledged") and answer.get("shards_acknowledged")):
            raise EngineUnavailable(f"not all nodes have taken note of the new index {index}")
        return index

    def _move(self, actions: list[dict[str, Any]]) -> None:
        answer = self._ask("POST", "/_aliases", {"actions": actions})
        if not answer.get("acknowledged"):
            raise EngineUnavailable("not all nodes have taken note of the new aliases")

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, seconds: float = _ADMINISTRATION_SECONDS
    ) -> Mapping[str, Any]:
        return self.cluster.call(Request(method, path, body), seconds)


def no_index(name: str) -> IndexMissing:
    """What to say where nothing stands behind the searched alias."""
    return IndexMissing(f"Elasticsearch has no index behind {name}; run `techmarket reindex`")


def _only(found: Mapping[str, Any], alias: str) -> IndexState | None:
    behind = [(index, one) for index, one in found.items() if alias in one.get("aliases", {})]
    if not behind:
        return None
    if len(behind) > 1:
        raise EngineUnavailable(f"the alias {alias} stands for several indices; leave it only one")
    index, one = behind[0]
    meta = one.get("mappings", {}).get("_meta", {})
    shards = one.get("settings", {}).get("index", {}).get("number_of_shards", 1)
    return IndexState(index, str(meta.get("index_version", "")), int(shards))


def _add(alias: str, index: str) -> dict[str, Any]:
    return {"add": {"alias": alias, "index": index}}


def _remove(alias: str, index: str) -> dict[str, Any]:
    return {"remove": {"alias": alias, "index": index, "must_exist": True}}
