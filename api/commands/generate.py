"""`techmarket generate`: load data with the shapes of a real market, marked as generated throughout."""

import os
import secrets
from typing import Annotated

import typer

from api.commands.reindex import MANY
from api.commands.terminal import console, opened_database, opened_engine, progress_bar, settings
from market.kernel.clock import SystemClock
from search import indexer
from seed.generating.plan import Plan
from seed.generating.service import Effort
from seed.generating.service import generate as generate_rows


def generate(
    listings: Annotated[int, typer.Option(min=0, help="成果与需求的条数(十比一)")] = 10_000,
    contracts: Annotated[int, typer.Option(min=0, help="技术合同的份数")] = 4_000,
    seed: Annotated[int, typer.Option(help="随机种子;同样的种子与数量得到同样的数据")] = 1,
    year: Annotated[int | None, typer.Option(min=2004, help="合同所在的年度(默认今年)")] = None,
    is_confirmed: Annotated[bool, typer.Option("--yes", help="数据库中已有真实数据时也照样生成")] = False,
    with_index: Annotated[bool, typer.Option("--index/--no-index", help="完成后重建检索索引")] = True,
) -> None:
    """生成压力测试数据(全部标有“生成”);可随时停止,再次运行同一命令即继续。"""
    chosen, clock = settings(), SystemClock()
    today = clock.today()
    plan = Plan(listings=listings, contracts=contracts, seed=seed, year=year or today.year, today=today)
    with opened_database(chosen) as database:
        try:
            with progress_bar("生成数据") as show:
                report = generate_rows(
                    database,
                    plan,
                    clock=clock,
                    make_password=lambda: secrets.token_urlsafe(24),
                    effort=Effort(processes=os.cpu_count() or 1, progress=show),
                    is_confirmed=is_confirmed,
                )
            console.print(report.summary(), highlight=False)
            if not with_index:
                console.print("索引尚未更新,请运行 techmarket reindex。")
                return
            total = indexer.live_count(database)
            with opened_engine(chosen) as engine, progress_bar("重建索引") as show:
                count = indexer.rebuild(
                    database,
                    engine,
                    clock=clock,
                    progress=lambda done: show(done, total),
                    processes=(os.cpu_count() or 1) if total > MANY else 1,
                )
        except KeyboardInterrupt:
            console.print("已停止。已写入的数据完好,再次运行同一命令即继续。")
            raise typer.Exit(130) from None
    console.print(f"索引已重建,共 {count} 条。")
