"""`techmarket dead-letters`: what the search engine would not take, why, and sending it again."""

from typing import Annotated

import typer

from api.commands.terminal import console, opened_database, settings
from market.kernel import outbox
from market.kernel.actor import SYSTEM
from market.kernel.clock import SHANGHAI, SystemClock
from market.kernel.db import Database
from market.kernel.paging import PageRequest
from search.dead_letters import NOUNS, DeadLetterView, ReplayDeadLetters, list_dead_letters, replay_dead_letters

_SHOWN = 100
_MOST_IDS = 1000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dead-letters")(dead_letters)


def dead_letters(
    ids: Annotated[list[int] | None, typer.Argument(help="记录号;不写则为全部", metavar="ID")] = None,
    replay: Annotated[bool, typer.Option("--replay", help="重新投递这些记录(不写记录号则全部)")] = False,
) -> None:
    """查看未能编入检索的记录、原因与处理办法,或重新投递。"""
    if ids and (not replay or len(ids) > _MOST_IDS or min(ids) < 1 or max(ids) >= 2**63):
        console.print(f"记录号只与 --replay 一起使用,为正整数,一次至多 {_MOST_IDS} 个。")
        raise typer.Exit(2)
    with opened_database(settings()) as database:
        if replay:
            with database.writing() as session:
                command = ReplayDeadLetters(ids=ids or None)
                count = replay_dead_letters(session, SYSTEM, command, clock=SystemClock())
            console.print(f"已重新投递 {count} 条,后台任务随即处理;仍失败的会再次出现在这里。")
        else:
            _show(database)


def _show(database: Database) -> None:
    with database.reading() as session:
        waiting, _ = outbox.backlog(session)
        found = list_dead_letters(session, SYSTEM, PageRequest(size=_SHOWN), clock=SystemClock())
    for letter in found.items:
        typer.echo(_described(letter))
    more = f",以上为最近 {_SHOWN} 条" if found.total > _SHOWN else ""
    console.print(f"等待编入检索 {waiting} 条,未能编入 {found.total} 条{more}。", highlight=False)


def _described(letter: DeadLetterView) -> str:
    title = letter.title or "(不在市场上)"
    lines = (
        f"[{letter.id}] {NOUNS[letter.subject]} {title} {letter.subject_id}",
        f"    {letter.dead_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 放弃,尝试 {letter.attempts} 次",
        f"    原因:{letter.reason}",
        f"    处理:{letter.advice}",
    )
    return "\n".join(lines)
