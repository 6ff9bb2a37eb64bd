"""The office size on one machine, without Docker: PostgreSQL, Elasticsearch, two serving processes behind one port, a worker, the demo story.

    python -m tests.servers.office [--nodes 3] [--port 8000] [--folder data/office] [--without-demo]

One key (q or Ctrl+C) ends it all. Data stay in the folder; its file `environment` lets `techmarket` commands work on the same market:
`set -a; . data/office/environment; techmarket reindex`.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.console import Console

from tests.servers import watching
from tests.servers.elasticsearch import Cluster
from tests.servers.jars import JarsMissing
from tests.servers.plain import PLAIN
from tests.servers.postgres import Postgres, create_database, has_database
from tests.servers.processes import ROOT, ServerFailed, ServerProcess, wait_until

_DATABASE = "techmarket"
_READY_SECONDS = 120.0
_SERVING = ("serve-1", "serve-2")
_WORKER = "worker"


class Office:
    """All servers and processes of one market. `say` tells a person what is going on."""

    def __init__(self, folder: Path, *, nodes: int, port: int, say: Callable[[str], None]) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.postgres = Postgres(self.folder / "postgres")
        # A cluster of another size is another cluster; what is not in its index is rebuilt from the database.
        self.cluster = Cluster(self.folder / f"search-{nodes}", nodes=nodes)
        self.processes: dict[str, ServerProcess] = {}
        self._say = say

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings that differ from those of `make run`."""
        return {
            "TECHMARKET_DATA_DIR": str(self.folder),
            "TECHMARKET_DATABASE_URL": self.postgres.database_url(_DATABASE),
            "TECHMARKET_SEARCH_URL": self.cluster.urls,
            "TECHMARKET_RELAY_IN_PROCESS": "false",
            "TECHMARKET_REQUESTS_PER_MINUTE": "6000",  # the probe of the terminal asks from the same address as the visitor
        }

    def start(self, *, with_demo: bool) -> None:
        """Start everything and wait until it serves. Raises `ServerFailed` and `JarsMissing`; what was started must be closed."""
        self._refuse_a_used_port()
        self._say(f"启动 Elasticsearch({len(self.cluster.nodes)} 个节点)与 PostgreSQL…")
        for node in self.cluster.nodes:
            node.start(wait=False)
        self.postgres.start()
        if not has_database(self.postgres.url, _DATABASE):
            create_database(self.postgres.url, _DATABASE)
        self._write_environment()
        self._techmarket("migrate")
        for node in self.cluster.nodes:
            node.wait_ready()
        self.cluster.wait_for(nodes=len(self.cluster.nodes))
        if with_demo:
            self._load_demo()
        self._say("启动两个服务进程与一个后台进程…")
        figures = self.folder / "figures"
        figures.mkdir(exist_ok=True)
        for old in figures.glob("*.db"):  # figures of processes that have ended
            old.unlink()
        for name in _SERVING:
            shared = {"PROMETHEUS_MULTIPROC_DIR": str(figures)}
            self._run(name, ["serve", "--port", str(self.port), "--reuse-port"], shared)
        self._run(_WORKER, ["worker"], {})
        self._wait_for_serving()

    def close(self) -> None:
        """End everything in order: who writes before what is written to."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(ServerProcess.stop, self.processes.values()))
            servers = [node.stop for node in self.cluster.nodes if node.is_running]
            if self.postgres.is_running:
                servers.append(self.postgres.stop)
            list(pool.map(lambda stop: stop(), servers))

    def _refuse_a_used_port(self) -> None:
        try:
            httpx.get(f"{self.url}/health", timeout=1.0, trust_env=False, verify=PLAIN)
        except httpx.ConnectError:
            return
        except httpx.HTTPError:
            pass
        raise ServerFailed(f"端口 {self.port} 已被占用,请另选一个,例如 make office PORT=8010。")

    def _write_environment(self) -> None:
        lines = [f"{name}={shlex.quote(value)}" for name, value in self.environment.items()]
        (self.folder / "environment").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _load_demo(self) -> None:
        told = self.folder / "demo-loaded"
        if not told.exists():
            self._techmarket("demo")
            told.touch()

    def _techmarket(self, command: str) -> None:
        """A command that shows its own progress on this terminal."""
        answer = subprocess.run(
            [sys.executable, "-m", "api.cli", command], cwd=ROOT, env={**os.environ, **self.environment}, check=False
        )
        if answer.returncode != 0:
            raise ServerFailed(f"techmarket {command} ended with {answer.returncode}")

    def _run(self, name: str, arguments: list[str], more: dict[str, str]) -> None:
        self.processes[name] = ServerProcess(
            [sys.executable, "-m", "api.cli", *arguments],
            log=self.folder / f"{name}.log",
            environment={**self.environment, **more},
        )

    def _wait_for_serving(self) -> None:
        def has_answer() -> bool:
            for name, process in self.processes.items():
                if not process.is_running:
                    raise ServerFailed(f"{name} ended while starting; see {process.log}")
            return all("serving on" in self.processes[name].log.read_text() for name in _SERVING) and self._is_ready()

        wait_until(has_answer, _READY_SECONDS, f"an answer of {self.url}")

    def _is_ready(self) -> bool:
        try:
            return (
                httpx.get(f"{self.url}/ready", timeout=2.0, trust_env=False, verify=PLAIN).status_code == httpx.codes.OK
            )
        except httpx.HTTPError:
            return False


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends the office in order, as Ctrl+C does; both also where a shell has started it in the background, deaf to Ctrl+C."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, choices=(1, 3), default=1)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--folder", type=Path, default=ROOT / "data" / "office")
    parser.add_argument("--without-demo", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    console = Console()
    office = Office(options.folder, nodes=options.nodes, port=options.port, say=console.print)
    with _terminated_like_interrupted():
        try:
            office.start(with_demo=not options.without_demo)
            watching.watch(office, console)
        except (ServerFailed, JarsMissing) as error:
            console.print(f"[red]无法启动[/red]:{error}", highlight=False)
            return 1
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the end is under way
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            console.print("正在结束全部进程…")
            office.close()
            console.print(f"已全部结束,数据保留在 {office.folder}。", highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
