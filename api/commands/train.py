"""`techmarket train`: learning from what people decided or from judged clusters, adopting what is better, and taking it back in one step."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from api.commands.terminal import console, opened_database, progress_bar, settings
from market.kernel.actor import SYSTEM
from market.kernel.clock import SHANGHAI, SystemClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from market.matches import rankers
from matching.embedding import model_files
from matching.embedding.embedder import EmbedderUnavailable, TextRefused, open_embedder
from matching.learning.training import Comparison, TrainingReport, Verdict, train_from_decisions
from matching.training.ranking import train_from_corpus

_EARLIEST = date(2000, 1, 1)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(
    decisions: Annotated[bool, typer.Option("--decisions", help="从意向、同意、洽谈、成交与婉拒中学习排序")] = False,
    corpus: Annotated[bool, typer.Option("--corpus", help="从训练语料(需求与成果的判例组)中学习排序")] = False,
    clusters: Annotated[
        Path | None,
        typer.Option("--clusters", exists=True, file_okay=False, help="与 --corpus 同用:自编判例组所在文件夹"),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", dir_okay=False, help="由训练语料重新调校语义模型,写入此文件(需 train 附加依赖)"),
    ] = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="一步退回到上一个排序模型(或随软件发布的权重)")] = False,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="用到这一天为止的数据训练,其后的数据评测;缺省按七三分;不得晚于今天"),
    ] = None,
) -> None:
    """由真实对接结果或判例组训练排序,只有在未学过的数据上显著更好才启用;可一步回退。"""
    chosen_ways = (decisions, corpus, rollback, model is not None).count(True)
    if chosen_ways != 1 or (until and not decisions) or (clusters and not corpus):
        console.print(
            "请加 --decisions(由对接结果训练,可另加 --until 日期)、--corpus(由判例组训练,可另加 --clusters 文件夹)、"
            "--rollback(回退)或 --model 文件(调校语义模型),四者选一。"
        )
        raise typer.Exit(2)
    _require_day_with_decisions(until)
    chosen = settings()
    if model is not None:
        _tune(chosen, model)
        return
    with opened_database(chosen) as database:
        if rollback:
            _roll_back(database)
        elif corpus:
            _train_on_corpus(database, chosen, clusters)
        else:
            _train(database, chosen, until)


def _require_day_with_decisions(until: datetime | None) -> None:
    """Days at the ends of the calendar, from which no span can be counted, are among those refused."""
    today = SystemClock().today()
    if until and not _EARLIEST <= until.date() <= today:
        console.print(
            f"--until 应在 {_EARLIEST} 与今天({today})之间,其外没有对接结果;请改正 {until.date()}。",
            highlight=False,
            soft_wrap=True,
        )
        raise typer.Exit(2)


def _tune(chosen: Settings, out: Path) -> None:
    try:
        from matching.training.run import tune_model  # noqa: PLC0415  torch, which only this needs
    except ImportError as error:
        console.print("调校需要附加依赖:pip install 'techmarket[train]'(约数 GB)。")
        raise typer.Exit(2) from error
    try:
        files = model_files.installed(chosen.effective_model_dir)
    except model_files.ModelDamaged as error:
        console.print("语义模型没有安装或已损坏,请先运行 techmarket model install。")
        raise typer.Exit(2) from error
    with progress_bar("调校语义模型") as show:
        tune_model(files, out, progress=lambda done: show(done.step, done.steps))
    console.print(f"已写入 {out};随软件使用需放到 matching/training/model/tuned.npz,之后所有条目会在后台重新向量化。")


def _train(database: Database, chosen: Settings, until: datetime | None) -> None:
    end = datetime.combine(until.date() + timedelta(days=1), time(), SHANGHAI) if until else None
    with progress_bar("学习排序") as show:
        report = train_from_decisions(
            database, SYSTEM, clock=SystemClock(), needed=chosen.training_decisions, until=end, progress=show
        )
    console.print(_summary(report), highlight=False)


def _train_on_corpus(database: Database, chosen: Settings, folder: Path | None) -> None:
    embedder = open_embedder(chosen)
    try:
        with progress_bar("学习判例") as show:
            report = train_from_corpus(database, SYSTEM, embedder, clock=SystemClock(), folder=folder, progress=show)
    except EmbedderUnavailable as error:
        console.print(f"[red]语义模型暂时不可用[/red]:{error}。什么都没有改变,请稍后再次运行。", highlight=False)
        raise typer.Exit(1) from error
    except TextRefused as error:
        console.print("语义模型不接受其中一段文字(多为过长),请缩短后再试;什么都没有改变。")
        raise typer.Exit(2) from error
    except ValueError as error:
        console.print(f"判例组文件有误,请按 matching/training/corpus/README.md 的格式改正:{error}", highlight=False)
        raise typer.Exit(2) from error
    finally:
        if embedder is not None:
            embedder.close()
    if report.verdict is Verdict.TOO_FEW_NEEDS:
        held_out = report.comparison.needs if report.comparison else 0
        console.print(f"留作评测的需求只有 {held_out} 条,不足以下结论(每五组留一组);现用的排序保持不变。")
        return
    console.print(_summary(report), highlight=False)


def _roll_back(database: Database) -> None:
    with database.writing() as session:
        before = rankers.roll_back_ranker(session, SYSTEM, clock=SystemClock())
    standing = f"第 {before.number} 版排序模型" if before else "随软件发布的权重"
    console.print(f"已回退,现在使用{standing};重新计算对接后生效(techmarket match --all)。", highlight=False)


def _summary(report: TrainingReport) -> str:
    if report.verdict is Verdict.TOO_FEW_DECISIONS:
        return f"共有 {report.decisions} 项可学习的决定,不足 {report.needed} 项,未训练;现用的排序保持不变。"
    assert report.comparison is not None  # noqa: S101  with enough decisions there is a comparison
    measured = _measured(report.comparison)
    if report.verdict is Verdict.TOO_FEW_NEEDS:
        return f"训练之后只有 {report.comparison.needs} 条需求可供评测,不足以下结论;现用的排序保持不变。"
    if report.verdict is Verdict.NOT_BETTER:
        return f"{measured} 没有达到 95% 的把握,第 {report.number} 版未启用,现用的排序保持不变。"
    if report.verdict is Verdict.STARVING:
        found = report.comparison
        return (
            f"{measured} 但会使 {found.starved_institutes} 家单位、{found.starved_fields} 个技术领域得到的关注减少一半以上,"
            f"第 {report.number} 版未启用,现用的排序保持不变。"
        )
    return f"{measured} 第 {report.number} 版已启用;重新计算对接后生效(techmarket match --all),可用 --rollback 回退。"


def _measured(comparison: Comparison) -> str:
    return (
        f"在未学过的 {comparison.needs} 条需求上 nDCG@10:发布的权重 {comparison.shipped:.3f},现用 {comparison.standing:.3f},"
        f"学习后 {comparison.learned:.3f},提升的 95% 单侧下限 {comparison.low:+.3f}。"
    )
