"""Write the revision that turns the newest migration's schema into that of the tables: `python -m market.migrations "message"`.

Read and correct what it writes: Alembic sees no changed CHECK, no new enum value and no data.
"""

import argparse
import logging
import tempfile
from pathlib import Path

from alembic import command

from market.kernel.db import Database
from market.migrations import config, head, upgrade

_log = logging.getLogger(__name__)


def main() -> None:
    """Compare a fresh database at the newest revision with the tables, and write the difference as a new revision."""
    parser = argparse.ArgumentParser(prog="python -m market.migrations", description=__doc__)
    parser.add_argument("message", help="what the revision does, as a sentence")
    message = parser.parse_args().message
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    newest = head()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'compared.db'}")
        if newest is not None:
            upgrade(database)
        with database.engine.connect() as connection:
            revision = f"{int(newest or 0) + 1:04d}"
            command.revision(config(connection), message, autogenerate=True, rev_id=revision)
        database.dispose()
    _log.info("written: %s", revision)


if __name__ == "__main__":
    main()
