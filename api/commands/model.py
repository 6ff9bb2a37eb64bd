"""`techmarket model`: the embedding model of this machine."""

import logging
import time
from pathlib import Path
from typing import Annotated

import typer

from api.commands.serve import require_current_schema
from api.commands.terminal import Show, console, opened_database, opened_engine, progress_bar, settings
from api.embedding import TURN
from market.kernel.clock import SystemClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from matching.embedding import model_files, upkeep
from matching.embedding.embedder import Embedder, EmbedderUnavailable, open_embedder
from matching.embedding.install import ModelNotFetched
from matching.embedding.install import install as install_model
from search.engine import MeaningEngine

log = logging.getLogger("techmarket.cli")

_FOLLOW_SECONDS = 1.0

model_app = typer.Typer(no_args_is_help=True, help="语义模型(按意思对接)。")


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(model_app, name="model")


@model_app.command("install")
def install(
    jar: Annotated[
        Path | None, typer.Option("--from", exists=True, dir_okay=False, help="从此 jar 文件安装,供没有网络的机器使用")
    ] = None,
    optional: Annotated[bool, typer.Option("--optional", help="装不上时只提示,退出码仍为 0")] = False,
) -> None:
    """安装语义模型(16 MB,只在此时下载,校验 SHA-256)。可重复运行,已装好则不变。"""
    try:
        files = install_model(Settings().effective_model_dir, jar=jar)
    except (ModelNotFetched, OSError) as error:
        log.debug("the model was not installed", exc_info=error)
        console.print(
            f"[bold red]语义模型没有装上[/bold red]:{error}\n"
            "[bold red]对接将只按词语计算,不理解同义的说法。[/bold red]"
            "联网后运行 techmarket model install;没有网络时,先在别处取得该 jar,再用 --from 安装。",
            highlight=False,
        )
        raise typer.Exit(0 if optional else 1) from error
    console.print(f"语义模型已就绪:{files.graph.parent}", highlight=False)


@model_app.command("status")
def status() -> None:
    """查看语义模型;没有可用的模型时退出码为 1。"""
    chosen = Settings()
    folder = chosen.effective_model_dir
    if not chosen.embedding_url and not model_files.is_installed(folder):
        console.print(f"没有语义模型:{folder}。请运行 techmarket model install。", highlight=False)
        raise typer.Exit(1)
    embedder = open_embedder(chosen)
    if embedder is None:
        console.print("[red]语义模型文件已损坏[/red]。请运行 techmarket model install。", highlight=False)
        raise typer.Exit(1)
    embedder.close()
    console.print(f"语义模型:{embedder.version}({embedder.dimensions} 维)", highlight=False)


@model_app.command("embed")
def embed() -> None:
    """在前台为所有条目计算语义向量。可随时用 Ctrl-C 停下,再次运行会接着做;后台任务也会自动计算。"""
    chosen = settings()
    embedder = open_embedder(chosen)
    if embedder is None:
        console.print("没有可用的语义模型,请运行 techmarket model install。")
        raise typer.Exit(1)
    with opened_database(chosen) as database, opened_engine(chosen, writable=False) as engine:
        require_current_schema(database)
        try:
            with progress_bar("计算语义向量") as show:
                upkeep.retry_refused(database, embedder)
                _embed_or_follow(database, embedder, show, into_index=isinstance(engine, MeaningEngine))
            _tell_refused(database, embedder)
        except EmbedderUnavailable as error:
            console.print(
                f"[red]语义模型暂时不可用[/red]:{error}。已算好的都在,原有的向量继续使用。"
                "请检查 TECHMARKET_EMBEDDING_URL、TECHMARKET_EMBEDDING_MODEL 与密钥,或稍后再次运行。",
                highlight=False,
            )
            raise typer.Exit(1) from error
        except KeyboardInterrupt:
            console.print("已停下,已算好的都在;再次运行会接着做。")
            raise typer.Exit(130) from None
        finally:
            embedder.close()


def _tell_refused(database: Database, embedder: Embedder) -> None:
    """Raises `typer.Exit` where the model has refused so much that it is not used."""
    count, is_unused = upkeep.refused(database, embedder)
    if is_unused:
        console.print(
            f"[red]语义模型拒绝了 {count} 条条目的文字,多于十分之一,因此没有启用[/red];原有的向量继续使用。"
            "请检查 TECHMARKET_EMBEDDING_MODEL 等设置,改正后再次运行 techmarket model embed。",
            highlight=False,
        )
        raise typer.Exit(1)
    if count:
        console.print(
            f"语义模型拒绝了 {count} 条条目的文字(见日志),它们只按词语对接;再次运行 techmarket model embed 会重试。",
            highlight=False,
        )


def _embed_or_follow(database: Database, embedder: Embedder, show: Show, *, into_index: bool) -> None:
    """Embed, or show how far the worker is that is at it; where that one ends, go on in its place."""
    while True:
        with database.turn(TURN) as mine:
            if mine:
                upkeep.embed_all(database, embedder, clock=SystemClock(), progress=show, into_index=into_index)
                return
        missing, live = upkeep.waiting(database, embedder)
        show(live - missing, live)
        if not missing:
            return
        time.sleep(_FOLLOW_SECONDS)
