"""`techmarket match --all`: every live need against every achievement."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import typer

from api.commands.terminal import console, opened_database, opened_engine, progress_bar, settings
from market.kernel.clock import SystemClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from matching import bulk
from search.engine import SearchEngine


def match(
    everything: Annotated[bool, typer.Option("--all", help="为所有已发布需求重新计算对接")] = False,
    processes: Annotated[int, typer.Option(min=1, help="并行计算的进程数,默认与处理器核数相同")] = os.cpu_count() or 1,
    anew: Annotated[bool, typer.Option("--restart", help="不接着上次未完成的计算,从头开始")] = False,
) -> None:
    """重新计算对接推荐;可随时停止,再次运行同一命令即继续。"""
    if not everything:
        console.print("请加 --all。")
        raise typer.Exit(2)
    chosen = settings()
    with _opened(chosen) as (database, engine):
        try:
            with progress_bar("计算对接") as show:
                effort = bulk.Effort(processes=processes, progress=show, anew=anew)
                done = bulk.match_all(partial(_opened, chosen), database, engine, clock=SystemClock(), effort=effort)
        except KeyboardInterrupt:
            console.print("已停止。已算好的推荐完好,再次运行同一命令即继续。")
            raise typer.Exit(130) from None
    console.print(f"已为 {done} 条需求重新计算对接。")


@contextmanager
def _opened(chosen: Settings) -> Iterator[tuple[Database, SearchEngine]]:
    with opened_database(chosen) as database, opened_engine(chosen, writable=False) as engine:
        engine.prepare()
        yield database, engine
