"""`techmarket lexicon`: checking a spreadsheet of concepts before it is added, and writing one to begin from."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from api.commands.terminal import console
from matching.lexicon import check_files, shipped_files
from matching.lexicon.rows import COLUMNS

_SHOWN = 200


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(no_args_is_help=True, help="词库:同义词、缩写、中英文对照与上位概念。")
    commands.command("check")(check)
    commands.command("export")(export)
    app.add_typer(commands, name="lexicon")


def check(
    files: Annotated[list[Path], typer.Argument(help="词库文件(CSV)", metavar="FILE", exists=True, dir_okay=False)],
) -> None:
    """检查词库文件,逐行指出错误;没有错误的文件可放入 TECHMARKET_LEXICON_DIR。"""
    problems = check_files({str(file): file.read_bytes() for file in files})
    for problem in problems[:_SHOWN]:
        place = f"{problem.file} 第 {problem.line} 行" if problem.line else problem.file
        typer.echo(f"{place}:{problem.sentence}。")
    if problems:
        more = f",以上为前 {_SHOWN} 处" if len(problems) > _SHOWN else ""
        console.print(f"共 {len(problems)} 处错误{more}。", highlight=False)
        raise typer.Exit(1)
    console.print(f"{len(files)} 个文件没有错误。", highlight=False)


def export(
    file: Annotated[Path, typer.Argument(help="写到哪里(CSV,可用表格软件打开)", metavar="FILE")],
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
) -> None:
    """把随系统提供的全部概念写成一个表格文件,便于查阅与增补。"""
    if file.exists() and not force:
        console.print(f"{file} 已存在;要覆盖请加 --force。", highlight=False)
        raise typer.Exit(2)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    count = 0
    for content in shipped_files().values():
        for row in list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]:
            writer.writerow(row)
            count += 1
    # With a byte order mark: without one, spreadsheets on Chinese systems take the file for GBK.
    file.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    console.print(f"已写出 {count} 个概念。", highlight=False)
