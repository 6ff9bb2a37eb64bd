"""Tables without the guards that only migrations set, so that a test's database can be emptied: made in no time, marked as current."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from market import migrations
from market.kernel.db import Database, all_tables


def make_tables(database: Database) -> None:
    """Every table there is, in a database at the newest revision."""
    all_tables().create_all(database.engine)
    with database.engine.begin() as connection:
        MigrationContext.configure(connection).stamp(ScriptDirectory.from_config(migrations.config()), "head")
