"""`techmarket restore`."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.terminal import console, opened_database, opened_engine, progress_bar, settings
from market.kernel.clock import SystemClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from market.transfer.archive import Archive
from market.transfer.restore import restore as restore_archive
from search import indexer

_WORD = "全部替换"


def restore(
    file: Annotated[Path, typer.Argument(help="备份文件")],
    replace: Annotated[bool, typer.Option("--replace", help="目标数据库里已有的数据全部作废")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="与 --replace 同用:不再询问")] = False,
    index: Annotated[bool, typer.Option("--index/--no-index", help="恢复后重建检索索引")] = True,
) -> None:
    """从备份恢复到空的数据库(SQLite 或 PostgreSQL),要么全部,要么没有;随后升级结构、核对并重建索引。

    请先停止服务。中途被打断时,数据库仍是原来的样子,再运行一次即可。
    """
    chosen = settings()
    with Archive(file) as archive, opened_database(chosen) as database:
        if replace and not yes:
            answer = typer.prompt(f"数据库里的现有数据将全部消失。确认请输入“{_WORD}”")
            if answer.strip() != _WORD:
                console.print("没有确认,什么也没有改变。")
                raise typer.Exit(1)
        with progress_bar("恢复并核对") as show:
            manifest = restore_archive(database, archive, replace=replace, progress=show)
        console.print(
            f"已恢复到 {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC 的状态,共 {manifest.rows} 行;"
            f"审计链与台账合计 {manifest.figures.ledger_sum_cny:,} 元核对无误。所有用户须重新登录。",
            highlight=False,
        )
        if index:
            _rebuild_index(chosen, database)
        else:
            console.print("检索索引尚未重建:请运行 techmarket reindex。")


def _rebuild_index(chosen: Settings, database: Database) -> None:
    total = indexer.live_count(database)
    with opened_engine(chosen) as engine, progress_bar("重建索引") as show:
        count = indexer.rebuild(database, engine, clock=SystemClock(), progress=lambda done: show(done, total))
    console.print(f"索引已重建,共 {count} 条。")
