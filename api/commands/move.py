"""`techmarket move`: from the embedded size to the office, or back, in one command."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from api.commands.terminal import console, opened_database, opened_engine, progress_bar, settings
from market.kernel.clock import SystemClock
from market.kernel.settings import Settings
from market.transfer import move as moves
from search import indexer
from search.engine import IndexOutdated

_DRIVERS = ("sqlite", "postgresql+psycopg")


def move(
    to_database: Annotated[str, typer.Option(help="目标数据库:postgresql+psycopg://… 或 sqlite:///…,须为空")] = "",
    to_database_password_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="存有目标数据库口令的文件")
    ] = None,
    to_search: Annotated[
        str,
        typer.Option(
            help="目标检索引擎 Elasticsearch 的地址;不填为内置引擎。其口令与证书取自 TECHMARKET_SEARCH_* 设置"
        ),
    ] = "",
    reopen: Annotated[bool, typer.Option("--reopen", help="放弃已完成的搬迁:让现在的数据库重新接受写入")] = False,
) -> None:
    """把全部数据从现在的数据库搬到另一个,并在新的检索引擎里建好索引。

    搬迁期间查询照常,写入等待(等不到则答复 503)。中途可停止,再运行即接着搬。搬完后原数据库只读,以免有人继续写入旧库;按提示改设置并重启服务。
    """
    chosen = settings()
    if reopen:
        _reopen(chosen)
        return
    target = _target(chosen, to_database, to_database_password_file, to_search)
    _check_engine(target)
    with opened_database(chosen) as here, opened_database(target) as there:
        with progress_bar("搬迁并核对") as show:
            report = moves.move(here, there, progress=show)
        if report.rows_before:
            console.print(f"接着上次的搬迁,此前已有 {report.rows_before} 行。")
        console.print(
            f"已搬 {report.rows} 行,逐行核对一致;审计链完好,台账合计 {report.figures.ledger_sum_cny:,} 元。",
            highlight=False,
        )
        if chosen.search_url or target.search_url or chosen.index_dir != target.index_dir:
            total = indexer.live_count(there)
            with opened_engine(target) as engine, progress_bar("建立索引") as show:
                indexer.rebuild(there, engine, clock=SystemClock(), progress=lambda done: show(done, total))
    _tell(target)


def _reopen(chosen: Settings) -> None:
    with opened_database(chosen) as database:
        was_closed = moves.reopen(database)
    console.print("现在的数据库已重新接受写入。" if was_closed else "现在的数据库本来就接受写入。")


def _target(chosen: Settings, url: str, password_file: Path | None, search_url: str) -> Settings:
    try:
        parts = make_url(url)
    except ArgumentError as error:
        raise typer.BadParameter("请给出目标数据库的地址", param_hint="--to-database") from error
    if parts.drivername not in _DRIVERS:
        raise typer.BadParameter(f"只支持 {'、'.join(_DRIVERS)}", param_hint="--to-database")
    # The embedded size is one folder: the index goes beside the database file.
    data_dir = Path(str(parts.database)).parent if parts.drivername == "sqlite" else chosen.data_dir
    return chosen.model_copy(
        update={
            "data_dir": data_dir,
            "database_url": url,
            "database_password_file": password_file,
            "database_replica_url": "",
            "search_url": search_url,
        }
    )


def _check_engine(target: Settings) -> None:
    """Find out before the first row whether the new engine answers; raises `EngineUnavailable`."""
    if not target.search_url:
        return
    with opened_engine(target) as engine:
        try:
            engine.prepare()
        except IndexOutdated:
            return  # it will be rebuilt


def _tell(target: Settings) -> None:
    console.print("请把设置改为(其余不变),再启动服务:")
    lines = {
        "TECHMARKET_DATA_DIR": str(target.data_dir),
        "TECHMARKET_DATABASE_URL": make_url(target.database_url).render_as_string(hide_password=True),
        "TECHMARKET_DATABASE_PASSWORD_FILE": str(target.database_password_file or ""),
        "TECHMARKET_SEARCH_URL": target.search_url,
    }
    for name, value in lines.items():
        typer.echo(f"{name}={value}")
    console.print("原数据库已不再接受写入,可查询;若要放弃搬迁,请在原设置下运行 techmarket move --reopen。")
