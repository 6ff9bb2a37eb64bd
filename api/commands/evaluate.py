"""`techmarket evaluate`: how good the matching is on a judged set, over all and by technology field."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from api.commands.terminal import console, progress_bar, settings
from market.kernel.errors import Invalid
from matching.embedding.embedder import open_embedder
from matching.evaluation import Report, field_label
from matching.evaluation import evaluate as measure
from matching.judged_files import read_grades, read_kinds, require_writable
from matching.ranking_figures import kind_figures

_LISTINGS = "JSON Lines(UTF-8),每行 id、title、text, 可另有 keywords、field_code"


def evaluate(
    needs: Annotated[Path, typer.Option(exists=True, dir_okay=False, help=f"需求,{_LISTINGS}")],
    achievements: Annotated[Path, typer.Option(exists=True, dir_okay=False, help=f"成果,{_LISTINGS}")],
    qrels: Annotated[
        Path,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="评判,TSV(UTF-8): 需求编号、成果编号、等级 0-3。 表头可有可无: 首行第三列是数字即按评判计",
        ),
    ],
    run_out: Annotated[Path | None, typer.Option(help="排序结果另存为 TSV")] = None,
    condensed: Annotated[bool, typer.Option("--condensed", help="只排已评判的成果")] = False,
    kinds: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="成果种类表:另报“换个说法”与“差一项指标”两项")
    ] = None,
    by_field: Annotated[
        bool, typer.Option("--by-field", help="另按技术领域分列。 需求须带 field_code, 不足 5 条的领域并入“其他”")
    ] = False,
) -> None:
    """在评判集上度量对接质量:nDCG@10、MRR、P@1、recall@50 与置信区间。文件有误则在评测前指出,退出码 2。"""
    try:
        if run_out is not None:
            require_writable(run_out, [one for one in (needs, achievements, qrels, kinds) if one])
        grades = read_grades(qrels)
        kinds_by_need = read_kinds(kinds, grades) if kinds else None
        embedder = open_embedder(settings())
        with progress_bar("评测") as show:
            report = measure(
                needs, achievements, qrels, condensed=condensed, run_out=run_out, embedder=embedder, progress=show
            )
    except Invalid as error:
        # Names and ids of users' files are no markup, and a sentence broken at 80 columns is hard to search for.
        console.print(error.detail, markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from error
    result = report.as_dict()
    if kinds_by_need is not None:
        scores = {need: dict(ranking) for need, ranking in report.rankings.items()}
        result["kinds"] = asdict(kind_figures(grades, scores, kinds_by_need))
    if by_field:
        result["fields"] = report.fields_as_dict()
        console.print(_table(report))
    typer.echo(json.dumps(result, ensure_ascii=False))


def _table(report: Report) -> Table:
    """For the terminal; the JSON line on standard output has every figure with its interval."""
    names = ("技术领域", "需求数", "nDCG@10", "95% 区间", "MRR", "P@1", "recall@50")
    table = Table(*(Column(name, no_wrap=True) for name in names), box=None, padding=(0, 2, 0, 0))  # 80 columns hold it
    for code, one in report.by_field.items():
        low, high = one.interval
        figures = (one.ndcg_at_10, one.mrr, one.p_at_1, one.recall_at_50)
        ndcg, *others = (f"{figure:.3f}" for figure in figures)
        table.add_row(field_label(code), str(one.needs), ndcg, f"{low:.3f}-{high:.3f}", *others)
    return table
