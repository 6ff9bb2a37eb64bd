"""`techmarket migrate`: the schema, brought up to this program's version."""

from api.commands.terminal import console, opened_database, settings
from market import migrations
from market.kernel.db import Database
from market.kernel.errors import Conflict
from market.transfer import schema


def migrate() -> None:
    """建立或升级数据库结构。"""
    with opened_database(settings()) as database:
        _require_known_schema(database)
        migrations.upgrade(database)
    console.print("数据库结构已是最新。")


def _require_known_schema(database: Database) -> None:
    """Raise `Conflict` for a schema that this program must not touch."""
    revision = migrations.current(database)
    if revision == schema.UNFINISHED:
        detail = "有一次迁移(techmarket move)尚未完成,请先再次运行它,完成后再升级。"
        raise Conflict("move_unfinished", detail)
    if revision is not None and not schema.is_known(revision):
        raise Conflict("schema_unknown", "数据库结构由更新的程序版本建立,请用那个版本操作。")
