"""The command line `techmarket`: everything an operator does. Long work shows a bar, can be stopped, and is taken up again."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from api import undisturbed
from api.commands import dead_letters, lexicon, model, train, worker
from api.commands.backup import backup, verify_backup
from api.commands.evaluate import evaluate
from api.commands.generate import generate
from api.commands.match import match
from api.commands.migrate import migrate
from api.commands.move import move
from api.commands.reindex import reindex
from api.commands.restore import restore
from api.commands.serve import serve
from api.commands.terminal import console, opened_database, opened_engine, progress_bar, settings
from market.kernel import audit
from market.kernel.actor import SYSTEM, Role
from market.kernel.clock import SystemClock
from market.kernel.errors import DomainError
from market.kernel.outbox import Subject
from search.engine import EngineUnavailable, IndexOutdated

log = logging.getLogger("techmarket.cli")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="技术市场:成果、需求、对接、成交与技术合同认定登记。"
)
audit_app = typer.Typer(no_args_is_help=True, help="审计链。")
user_app = typer.Typer(no_args_is_help=True, help="用户。")
app.add_typer(audit_app, name="audit")
app.add_typer(user_app, name="user")
app.command()(migrate)
app.command()(reindex)
app.command()(serve)
for command in (dead_letters, lexicon, model, train, worker):
    command.register(app)
app.command()(backup)
app.command()(verify_backup)
app.command()(restore)
app.command()(move)
app.command()(match)
app.command()(generate)
app.command()(evaluate)


def main() -> None:
    """Entry point of the `techmarket` script: a domain error ends with its Chinese sentence and exit code 1."""
    try:
        app()
    except DomainError as error:
        console.print(f"[red]{error.title}[/red]:{error.detail}", highlight=False)
        for field in error.fields:
            console.print(f"  {field.field}:{field.message}{field.remedy}", highlight=False)
        sys.exit(1)
    except (EngineUnavailable, IndexOutdated) as error:
        console.print(
            f"[red]检索引擎不可用[/red]:{error}。若服务正在运行,请先停止它,或由它自己重建索引。", highlight=False
        )
        sys.exit(1)
    except OperationalError as error:
        # Without the driver's words, which may name the user and the host. The settings say what was asked for.
        log.debug("the database does not answer", exc_info=error)
        console.print(
            "[red]数据库无法连接或中断了操作[/red]:请确认数据库正在运行、TECHMARKET_DATABASE_URL 与口令文件正确,然后重试。",
            highlight=False,
        )
        sys.exit(1)


@app.command()
def demo() -> None:
    """装入演示数据(可重复运行,已装入则不变)。"""
    from seed.demo.story import load_demo  # noqa: PLC0415  brings all demo content into memory

    chosen = settings()
    with opened_database(chosen) as database, opened_engine(chosen) as engine, progress_bar("装入演示数据") as show:
        report = load_demo(database, engine, clock=SystemClock(), progress=show)
    console.print(report.summary(), highlight=False)


@app.command("import")
def import_file(
    subject: Annotated[str, typer.Argument(help="needs 或 achievements")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV、Excel(xlsx)或 JSON Lines 文件")],
    owner: Annotated[str, typer.Option(help="发布单位的统一社会信用代码;不填则用导入专用单位")] = "",
    publish: Annotated[bool, typer.Option("--publish", help="导入后直接发布(默认为待审核)")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查,不写入")] = False,
    rejected: Annotated[Path | None, typer.Option(help="有问题的行另存为此文件,改好后可再次导入")] = None,
) -> None:
    """导入需求或成果,逐行报告问题与改法;可重复运行。"""
    from seed.importing.service import ImportOptions, import_listings  # noqa: PLC0415

    subjects = {"needs": Subject.NEED, "achievements": Subject.ACHIEVEMENT}
    if subject not in subjects:
        console.print("请写明导入 needs(需求)还是 achievements(成果)。")
        raise typer.Exit(2)
    options = ImportOptions(owner_credit_code=owner or None, publish=publish, dry_run=dry_run, rejected_file=rejected)
    with opened_database(settings()) as database, progress_bar("导入") as show:
        report = import_listings(
            database, subjects[subject], file, options, actor=SYSTEM, clock=SystemClock(), progress=show
        )
    console.print(report.summary(), highlight=False)
    if report.bad_rows:
        raise typer.Exit(1)


@audit_app.command("verify")
def verify_audit(
    known_head: Annotated[str, typer.Option(help="此前导出的链头,形如 120:9f…;用于发现尾部被截断")] = "",
) -> None:
    """核验审计链,发现任何篡改即以退出码 1 结束。"""
    head = None
    if known_head:
        seq, _, digest = known_head.partition(":")
        head = (int(seq), digest)
    faults = []
    with opened_database(settings()) as database, database.reading() as session, progress_bar("核验审计链") as show:
        for item in audit.verify(session, known_head=head):
            if isinstance(item, audit.ChainFault):
                faults.append(item)
            else:
                show(item, None)
        last_seq, last_hash = audit.head(session)
    for fault in faults[:20]:
        console.print(f"[red]第 {fault.seq} 条:{fault.fault}[/red]")
    typer.echo(f"{last_seq}:{last_hash}")
    if faults:
        raise typer.Exit(1)


@user_app.command("create")
def create_user(
    login: str,
    role: Annotated[Role, typer.Option(help="角色")],
    name: Annotated[str, typer.Option(help="显示名")],
    office: Annotated[str, typer.Option(help="登记机构代码(登记人员必填)")] = "",
    party: Annotated[str, typer.Option(help="所属单位的统一社会信用代码")] = "",
) -> None:
    """新建用户,密码从终端读入。"""
    from api.pages.forms import command_from  # noqa: PLC0415
    from market.parties import queries, service  # noqa: PLC0415
    from market.parties.schemas import UserDraft  # noqa: PLC0415

    password = typer.prompt("密码", hide_input=True, confirmation_prompt=True)
    with opened_database(settings()) as database, database.writing() as session:
        owner = queries.find_party_by_credit_code(session, party) if party else None
        values = {
            "login": login,
            "password": password,
            "display_name": name,
            "role": role,
            "office_code": office or None,
            "party_id": owner.id if owner else None,
        }
        service.create_user(session, SYSTEM, command_from(UserDraft, values), clock=SystemClock())
    console.print(f"用户 {login} 已建立。")


undisturbed.end()

if __name__ == "__main__":
    main()
