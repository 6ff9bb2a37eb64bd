"""`techmarket worker`: the background work alone, any number of processes of it."""

import signal
import threading
from typing import Annotated

import typer
from prometheus_client import start_http_server

from api.commands.serve import require_current_schema
from api.commands.terminal import console, opened_database, opened_engine, settings
from api.long_lived import spare_long_lived
from api.metrics import Metrics
from api.worker import Worker
from market.kernel.clock import SystemClock
from matching.embedding.embedder import open_embedder


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(
    metrics_port: Annotated[int, typer.Option(min=0, max=65535, help="在此端口公布运行指标(/metrics),0 为不公布")] = 0,
    metrics_host: Annotated[str, typer.Option(help="公布运行指标的监听地址")] = "127.0.0.1",
) -> None:
    """单独运行后台任务:转送索引、语义向量、对接推荐、每日到期与催办。可同时运行任意多个。"""
    chosen = settings()
    metrics = Metrics()
    with opened_database(chosen) as database, opened_engine(chosen) as engine:
        require_current_schema(database)
        runner = Worker(database, engine, SystemClock(), metrics, open_embedder=lambda: open_embedder(chosen))
        if threading.current_thread() is threading.main_thread():
            # The step under way is finished and the turn given back, so that another worker goes on at once.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: runner.stop())
        if metrics_port:
            _publish(metrics, metrics_host, metrics_port)
        spare_long_lived()
        runner.run()


def _publish(metrics: Metrics, host: str, port: int) -> None:
    try:
        start_http_server(port, addr=host, registry=metrics.registry)
    except OSError as error:
        console.print(f"[red]无法在 {host}:{port} 公布运行指标[/red]:{error.strerror}。请换一个端口。")
        raise typer.Exit(1) from error
