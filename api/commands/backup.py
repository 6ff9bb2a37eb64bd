"""`techmarket backup` and `techmarket verify-backup`."""

import signal
from pathlib import Path
from typing import Annotated

import typer

from api.commands.terminal import console, opened_database, progress_bar, settings
from market.kernel.clock import SystemClock
from market.transfer import backup as backups
from market.transfer.archive import Archive, Manifest
from market.transfer.verification import verify


def backup(
    path: Annotated[Path, typer.Argument(help="备份文件,须不存在;或一个已有的文件夹,文件名由时间而定")],
    keep: Annotated[int | None, typer.Option(min=1, help="备份到文件夹时,只保留最新的这么多份,其余删除")] = None,
) -> None:
    """在线备份:服务照常运行,得到某一时刻的全部数据,一个文件。

    文件含口令散列、个人信息与合同正文,仅本用户可读,请妥善保管。不含登录会话:恢复后须重新登录。
    """
    if keep is not None and not path.is_dir():
        raise typer.BadParameter("--keep 只用于备份到文件夹", param_hint="--keep")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stopped container leaves no half file either
    file = backups.path_in_folder(path, SystemClock()) if path.is_dir() else path
    with opened_database(settings()) as database, progress_bar("备份") as show:
        manifest = backups.back_up(database, file, clock=SystemClock(), progress=show)
    _tell(manifest)
    if keep is not None:
        gone = backups.keep_newest(path, keep)
        if gone:
            console.print(f"已删除较早的备份 {len(gone)} 份。")
    typer.echo(str(file))


def verify_backup(
    file: Annotated[Path, typer.Argument(help="备份文件")],
) -> None:
    """核验备份文件:逐字节的校验值、行数、审计链与台账合计;不需要数据库,也不写入任何数据。"""
    with Archive(file) as archive, progress_bar("核验备份") as show:
        done, total = 0, archive.manifest.rows

        def advance(rows: int) -> None:
            nonlocal done
            done += rows
            show(done, total)

        manifest = verify(archive, advance)
    console.print("备份文件完好。")
    _tell(manifest)


def _tell(manifest: Manifest) -> None:
    console.print(f"时刻:{manifest.made_at:%Y-%m-%d %H:%M:%S} UTC;共 {manifest.rows} 行。", highlight=False)
    console.print(f"登记台账合计:{manifest.figures.ledger_sum_cny:,} 元。", highlight=False)
    # The head is what `techmarket audit verify --known-head` takes: kept elsewhere, it proves that no tail was cut off.
    console.print(f"审计链头:{manifest.audit_seq}:{manifest.audit_hash}", highlight=False)
