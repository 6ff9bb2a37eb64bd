"""`techmarket serve`: the pages and the JSON API, with one or several processes."""

import os
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from api.commands.terminal import console, opened_database, settings
from market import migrations
from market.kernel.db import BACKGROUND_CONNECTIONS, Database
from market.kernel.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听端口;0 为任选空闲端口")] = 8000,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="服务进程数,缺省取 TECHMARKET_WORKERS(1)")] = None,
    reuse_port: Annotated[bool, typer.Option("--reuse-port", help="允许另一个 serve 同时监听同一端口")] = False,
) -> None:
    """启动服务(网页与接口)。"""
    from api.serving import serve as serve_until_stopped  # noqa: PLC0415  the application imports every route

    if workers is not None:
        os.environ["TECHMARKET_WORKERS"] = str(workers)
    chosen = settings()
    with opened_database(chosen) as database:
        _require_fitting_pool(chosen, database)
        require_current_schema(database)
    try:
        code = serve_until_stopped(chosen, host, port, reuse_port=reuse_port)
    except OSError as error:
        console.print(f"[red]无法监听 {host}:{port}[/red]:{error.strerror}。请换一个端口,或先停止占用它的程序。")
        raise typer.Exit(1) from error
    raise typer.Exit(code)


def _require_fitting_pool(chosen: Settings, database: Database) -> None:
    """Refuse more handlers than connections: the others would only wait for one, and get a 503. Warn of more than the server grants."""
    if chosen.threads > chosen.pool_size:
        console.print(
            f"[red]TECHMARKET_THREADS({chosen.threads})大于 TECHMARKET_POOL_SIZE({chosen.pool_size})[/red]:"
            "每个并行请求需要一个数据库连接,请减小前者或增大后者。"
        )
        raise typer.Exit(1)
    try:
        granted = database.max_connections()
    except SQLAlchemyError:
        return  # down just now; it will be waited for
    wanted = chosen.workers * (chosen.pool_size + BACKGROUND_CONNECTIONS)
    if granted is not None and wanted > granted:
        console.print(
            f"[yellow]{chosen.workers} 个进程最多需要 {wanted} 个数据库连接,服务器只允许 {granted} 个[/yellow]:"
            "请减小 TECHMARKET_WORKERS 或 TECHMARKET_POOL_SIZE,或增大 PostgreSQL 的 max_connections。"
        )


def require_current_schema(database: Database) -> None:
    """Refuse to work on a schema that is not ours. A database that is down just now is waited for: requests get 503 until then."""
    try:
        is_current = migrations.is_current(database)
    except SQLAlchemyError as error:
        console.print(f"[yellow]数据库暂时无法连接[/yellow]({type(error).__name__}),服务先行启动,恢复后自动可用。")
        return
    if not is_current:
        console.print("[red]数据库结构不是最新[/red],请先运行 techmarket migrate。")
        raise typer.Exit(1)
