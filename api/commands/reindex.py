"""`techmarket reindex`: build the index anew beside the present one, go back to the one before, or compare with SQL."""

import os
from typing import Annotated

import typer

from api.commands.terminal import console, opened_database, opened_engine, progress_bar, settings
from market.kernel.clock import SystemClock
from market.kernel.db import Database
from search import indexer
from search.engine import NoPreviousIndex, SearchEngine

MANY = 20_000  # below, starting processes takes longer than cutting the texts


def reindex(
    rollback: Annotated[bool, typer.Option("--rollback", help="立即换回上一份索引,之后的变化自动补上")] = False,
    processes: Annotated[int, typer.Option(min=1, help="并行分词的进程数,默认与处理器核数相同")] = os.cpu_count() or 1,
    check: Annotated[bool, typer.Option("--check", help="只比对索引与数据库,有差异则以退出码 1 结束")] = False,
) -> None:
    """按数据库重建检索索引,期间检索照常;完成并比对无误后才切换。"""
    chosen = settings()
    with opened_database(chosen) as database, opened_engine(chosen, writable=not check) as engine:
        if check:
            _check(database, engine)
        elif rollback:
            _rollback(database, engine)
        else:
            _rebuild(database, engine, processes)


def _rebuild(database: Database, engine: SearchEngine, processes: int) -> None:
    total = indexer.live_count(database)
    with progress_bar("重建索引") as show:
        count = indexer.rebuild(
            database,
            engine,
            clock=SystemClock(),
            progress=lambda done: show(done, total),
            processes=processes if total > MANY else 1,
        )
    console.print(f"索引已重建,共 {count} 条。")


def _rollback(database: Database, engine: SearchEngine) -> None:
    try:
        indexer.rollback(database, engine, clock=SystemClock())
    except NoPreviousIndex as error:
        console.print("没有可换回的上一份索引。")
        raise typer.Exit(1) from error
    console.print("已换回上一份索引,期间的变化正在补上。")


def _check(database: Database, engine: SearchEngine) -> None:
    found = indexer.drift(database, engine)
    console.print(f"缺少 {len(found.missing)} 条,过时 {len(found.stale)} 条,多余 {len(found.surplus)} 条。")
    if found.size:
        console.print("若服务正在运行,稍候再查;仍有差异请运行 techmarket reindex。")
        raise typer.Exit(1)
