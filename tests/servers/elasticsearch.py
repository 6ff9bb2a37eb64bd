"""Real Elasticsearch nodes, one or a cluster, on free ports of this machine."""

import contextlib
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import httpx

from tests.servers import class_archive, jars
from tests.servers.node import CLASS_PATH_FILE
from tests.servers.plain import PLAIN
from tests.servers.processes import POLL_SECONDS, ProcessKey, ServerFailed, ServerProcess, free_ports, tail, wait_until

START_SECONDS = 120.0
_PORT_TAKEN = ("BindHttpException", "BindTransportException", "Address already in use")
_ATTEMPTS = 3
_MODULE = "transport-netty4"
_DESCRIPTOR = f"""description=Netty 4 based transport implementation
version={jars.VERSION}
name={_MODULE}
classname=org.elasticsearch.transport.netty4.Netty4Plugin
java.version=21
elasticsearch.version={jars.VERSION}
extended.plugins=
has.native.controller=false
"""


class Node:
    """One node. It keeps its folder and its ports when it is stopped or killed and started again."""

    def __init__(
        self,
        home: Path,
        *,
        name: str = "n1",
        heap: str = "512m",
        short_lived: bool = False,
        owner: ProcessKey | None = None,
        remove_home: bool = False,
        class_names: Path | None = None,
    ) -> None:
        """`home` is made where it is not there. `short_lived` starts with a third of the work and is slower at full speed: for tests, not for
        measuring. With `remove_home` it goes at `close`, or with the owner. `heap` as the JVM writes it. `class_names` is the file to write
        the names of all loaded classes to."""
        self.home = home.resolve()
        self.name = name
        self.heap = heap
        self.short_lived = short_lived
        self.http_port, self.transport_port = free_ports(2)
        self.masters: tuple[str, ...] = ()
        self.seeds: tuple[str, ...] = ()
        self._owner = owner
        self._remove_home = remove_home
        self._class_names = class_names
        self._process: ServerProcess | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def process(self) -> ServerProcess:
        if self._process is None:
            raise ServerFailed(f"Elasticsearch node {self.name} was never started")
        return self._process

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running

    @property
    def log(self) -> Path:
        return self.home / "node.log"

    def start(self, *, wait: bool = True) -> Self:
        """Start it; with `wait` until it answers and knows a master. A port that somebody took meanwhile is changed.

        Raises `ServerFailed` with the end of the log, and `jars.JarsMissing`.
        """
        self._launch()
        if not wait:
            return self
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self.wait_ready()
            except ServerFailed:
                is_taken = not self.is_running and any(word in tail(self.log) for word in _PORT_TAKEN)
                # A member of a cluster is known to the others by its ports.
                if not is_taken or self.seeds or attempt == _ATTEMPTS:
                    self.close()
                    raise
                self.http_port, self.transport_port = free_ports(2)
                self._launch()
        return self

    def _launch(self) -> None:
        class_path = _lay_out(self.home)
        self.log.unlink(missing_ok=True)
        options = ["--home", str(self.home), "--name", self.name, "--heap", self.heap]
        options += ["--http-port", str(self.http_port), "--transport-port", str(self.transport_port)]
        if self.short_lived:
            options.append("--short-lived")
        if self._class_names is not None:
            options += ["--class-names", str(self._class_names)]
        elif archive := class_archive.archive(class_path, _record_classes if self.short_lived else None):
            options += ["--class-archive", str(archive)]
        if self.seeds:
            options += ["--masters", ",".join(self.masters), "--seeds", ",".join(self.seeds)]
        self._process = ServerProcess(
            [sys.executable, "-m", "tests.servers.node", *options],
            log=self.log,
            owner=self._owner,
            remove=self.home if self._remove_home else None,
        )

    def wait_ready(self, timeout: float = START_SECONDS) -> None:
        """Until it answers over HTTP and has a master. Raises `ServerFailed`, at once where the process has ended."""
        deadline = time.monotonic() + timeout
        while self.health().get("timed_out") is not False:
            if not self.is_running:
                raise ServerFailed(f"Elasticsearch node {self.name} ended while starting\n{tail(self.log)}")
            if time.monotonic() > deadline:
                raise ServerFailed(
                    f"Elasticsearch node {self.name} did not answer within {timeout:g} s\n{tail(self.log)}"
                )
            time.sleep(POLL_SECONDS)

    def health(self, **parameters: str | int) -> dict[str, Any]:
        """Its view of the cluster's health, or an empty answer where it gives none."""
        with contextlib.suppress(httpx.HTTPError):
            answer = httpx.get(
                f"{self.url}/_cluster/health", params=parameters, timeout=5.0, trust_env=False, verify=PLAIN
            )
            if answer.status_code == httpx.codes.OK:
                return dict(answer.json())
        return {}

    def stop(self) -> None:
        """Close it in order."""
        self.process.stop()

    def kill(self) -> None:
        """SIGKILL: a crash."""
        self.process.kill()

    def freeze(self) -> None:
        """SIGSTOP: the node hangs, its connections stay open."""
        self.process.freeze()

    def thaw(self) -> None:
        self.process.thaw()

    def close(self) -> None:
        """End it at once; what it held is of no more use."""
        if self._process is not None:
            self._process.kill()
        if self._remove_home:
            shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()


class Cluster:
    """Several nodes that form one cluster; each may become its master."""

    def __init__(
        self,
        folder: Path,
        *,
        nodes: int = 3,
        heap: str = "512m",
        short_lived: bool = False,
        remove_homes: bool = False,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.nodes = [
            Node(folder / name, name=name, heap=heap, short_lived=short_lived, remove_home=remove_homes)
            for name in (f"n{number}" for number in range(1, nodes + 1))
        ]
        ports = free_ports(2 * nodes)  # asked for together, so that no two nodes get the same
        for number, node in enumerate(self.nodes):
            node.http_port, node.transport_port = ports[2 * number : 2 * number + 2]
            node.masters = tuple(one.name for one in self.nodes)
        for node in self.nodes:
            node.seeds = tuple(f"127.0.0.1:{one.transport_port}" for one in self.nodes)

    @property
    def urls(self) -> str:
        """All nodes' addresses, comma separated, as TECHMARKET_SEARCH_URL takes them."""
        return ",".join(node.url for node in self.nodes)

    def start(self) -> Self:
        """Start all nodes at once and wait until they have found one another. Raises `ServerFailed`."""
        try:
            for node in self.nodes:
                node.start(wait=False)
            for node in self.nodes:
                node.wait_ready()
            self.wait_for(nodes=len(self.nodes))
        except BaseException:
            self.close()
            raise
        return self

    def node(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)

    def health(self) -> dict[str, Any]:
        """The health as the first node that answers sees it; empty where none does."""
        return next((health for node in self.nodes if node.is_running and (health := node.health(timeout="1s"))), {})

    def master(self, timeout: float = 30.0) -> Node:
        """The elected master, waiting for an election that is under way. Raises `ServerFailed`."""
        found: list[Node] = []

        def ask() -> bool:
            found.extend(self._master_of(node) for node in self.nodes if node.is_running and not found)
            found[:] = [node for node in found if node is not None]
            return bool(found)

        wait_until(ask, timeout, "an elected master")
        return found[0]

    def _master_of(self, node: Node) -> Any:
        with contextlib.suppress(httpx.HTTPError):
            path = f"{node.url}/_cat/master?h=node&master_timeout=1s"
            answer = httpx.get(path, timeout=3.0, trust_env=False, verify=PLAIN)
            if answer.status_code == httpx.codes.OK:
                return next((one for one in self.nodes if one.name == answer.text.strip()), None)
        return None

    def wait_for(self, *, nodes: int | None = None, status: str = "", timeout: float = START_SECONDS) -> dict[str, Any]:
        """Until so many nodes are members and the health is `status` (yellow counts as reached when it is green). Raises `ServerFailed`."""
        wanted = {"yellow": ("yellow", "green"), "": ("red", "yellow", "green")}.get(status, (status,))
        seen: dict[str, Any] = {}

        def reached() -> bool:
            seen.clear()
            seen.update(self.health())
            members = seen.get("number_of_nodes")
            return seen.get("status") in wanted and (nodes is None or members == nodes)

        wait_until(
            reached, timeout, f"a cluster of {nodes or 'any'} nodes, {status or 'any health'}", self.nodes[0].log
        )
        return seen

    def close(self) -> None:
        """End all nodes at once."""
        for node in self.nodes:
            node.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()


def _record_classes(names: Path) -> None:
    """Let a node do a little of everything that nodes do, and write down what it needed for it."""
    with tempfile.TemporaryDirectory() as home, Node(Path(home), short_lived=True, class_names=names) as node:
        httpx.put(
            f"{node.url}/one/_doc/1?wait_for_active_shards=1&refresh=true",
            json={"a": "1"},
            trust_env=False,
            verify=PLAIN,
        )
        httpx.get(f"{node.url}/one/_search?q=a:1", trust_env=False, verify=PLAIN)
        node.stop()


def _lay_out(home: Path) -> list[Path]:
    """Write the folders that a node expects, and the class path, which it returns: everything that is not the transport module."""
    files = jars.fetch()
    module = home / "modules" / _MODULE
    for folder in (module, home / "config", home / "plugins", home / "lib"):
        folder.mkdir(parents=True, exist_ok=True)
    transport = [file for file in files if file.name.startswith(("netty-", _MODULE))]
    for file in transport:
        link = module / file.name
        if not link.exists():
            link.unlink(missing_ok=True)
            link.symlink_to(file)
    (module / "plugin-descriptor.properties").write_text(_DESCRIPTOR, encoding="utf-8")
    class_path = [file for file in files if file not in transport]
    (home / CLASS_PATH_FILE).write_text("\n".join(map(str, class_path)), encoding="utf-8")
    return class_path
