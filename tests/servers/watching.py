"""The terminal of the trial: the nodes and how search fares, renewed while one looks on, and keys that kill a node and bring it back."""

import collections
import select
import sys
import termios
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import httpx
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tests.servers.elasticsearch import Node
from tests.servers.plain import PLAIN
from tests.servers.processes import ServerFailed

if TYPE_CHECKING:
    from tests.servers.office import Office

_QUESTION = "/v1/search?q=枸杞&size=5"
_PROBE_SECONDS = 0.1
_RENEWAL_SECONDS = 0.5
_WINDOW_SECONDS = 5.0


class Probe:
    """Asks the market the same question ten times a second through its port, and counts what comes back."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=10.0, trust_env=False, verify=PLAIN)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="probe", daemon=True)
        self._answers: collections.deque[tuple[float, float]] = collections.deque(maxlen=1000)
        self.failed = 0
        self.degraded = 0
        self.slowest_ms = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        while not self._ended.wait(_PROBE_SECONDS):
            began = time.monotonic()
            try:
                answer = self._client.get(_QUESTION)
                answer.raise_for_status()
                self.degraded += bool(answer.json()["degraded"])
            except httpx.HTTPError:
                self.failed += 1
                continue
            took_ms = (time.monotonic() - began) * 1000
            self.slowest_ms = max(self.slowest_ms, took_ms)
            self._answers.append((began, took_ms))

    def recent(self) -> tuple[float, float]:
        """Answers per second and their median milliseconds over the last seconds."""
        now = time.monotonic()
        times = sorted(took for at, took in list(self._answers) if at > now - _WINDOW_SECONDS)
        return len(times) / _WINDOW_SECONDS, times[len(times) // 2] if times else 0.0


def watch(office: "Office", console: Console) -> None:
    """Show the market until q or Ctrl+C. Without a terminal: say the address and wait."""
    console.print(f"[green]已就绪[/green]:{office.url}(数据:{office.folder})", highlight=False)
    if not sys.stdin.isatty():
        threading.Event().wait()
    with Probe(office.url) as probe, _single_keys() as keys, Live(console=console, auto_refresh=False) as live:
        while True:
            live.update(_view(office, probe), refresh=True)
            key = keys(_RENEWAL_SECONDS)
            if key == "q":
                return
            if key.isdigit() and len(office.cluster.nodes) > 1:
                for node in office.cluster.nodes[int(key) - 1 : int(key)] if key != "0" else []:
                    _kill_or_start(node)


def _kill_or_start(node: Node) -> None:
    if node.is_running:
        node.kill()
    else:
        node.start(wait=False)


@contextmanager
def _single_keys() -> Iterator[Any]:
    """A function that waits so many seconds for one key and returns it, or nothing; Ctrl+C stays what it is."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)

    def next_key(seconds: float) -> str:
        return sys.stdin.read(1) if select.select([sys.stdin], [], [], seconds)[0] else ""

    try:
        yield next_key
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _view(office: "Office", probe: Probe) -> Group:
    health = office.cluster.health()
    return Group(_nodes(office, health), _figures(office, probe, health), Text(_keys(len(office.cluster.nodes))))


def _nodes(office: "Office", health: dict[str, Any]) -> Table:
    table = Table("键", "检索节点", "进程", "状态", "主节点")
    try:
        master = office.cluster.master(timeout=0.0).name if health else ""
    except ServerFailed:  # an election is under way
        master = ""
    for number, node in enumerate(office.cluster.nodes, 1):
        if not node.is_running:
            state = "[red]已终止[/red]"
        elif node.health(timeout="1s").get("timed_out") is False:
            state = "[green]正常[/green]"
        else:
            state = "[yellow]启动中[/yellow]"
        table.add_row(str(number), node.name, str(node.pid), state, "★" if node.name == master else "")
    return table


def _figures(office: "Office", probe: Probe, health: dict[str, Any]) -> Table:
    per_second, median_ms = probe.recent()
    colours = {"green": "green(副本齐全)", "yellow": "yellow(可用,副本不全)", "red": "red(部分不可用)"}
    table = Table(show_header=False)
    table.add_row(
        "集群", f"{colours.get(health.get('status', ''), '无应答')},{health.get('number_of_nodes', 0)} 个节点"
    )
    table.add_row("可检索条目", _documents(office.url))
    table.add_row("检索应答", f"{per_second:.1f} 次/秒,中位 {median_ms:.0f} 毫秒,最慢 {probe.slowest_ms:.0f} 毫秒")
    table.add_row("检索失败", f"{probe.failed} 次,由数据库代答 {probe.degraded} 次")
    running = [f"{name}{'' if process.is_running else '(已终止)'}" for name, process in office.processes.items()]
    table.add_row("进程", "、".join(running))
    table.add_row("网址", office.url)
    return table


def _documents(url: str) -> str:
    try:
        return str(httpx.get(f"{url}/health", timeout=3.0, trust_env=False, verify=PLAIN).json()["index_documents"])
    except (httpx.HTTPError, ValueError, KeyError):
        return "无应答"


def _keys(nodes: int) -> str:
    if nodes == 1:
        return "按 q 或 Ctrl+C 全部结束"
    return f"按 1-{nodes} 杀死(kill -9)该节点,再按一次重新启动;按 q 或 Ctrl+C 全部结束"
