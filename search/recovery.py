"""When the index has been lost while SQL holds listings: a deleted folder, a wiped cluster, an index that somebody emptied.

An empty index would answer every search with nothing and nobody would notice. So a lost one is not made anew empty: search answers from
SQL and says so, until the relay has rebuilt it.
"""

from market.kernel.db import Database
from search import queries
from search.engine import SearchEngine


def is_lost(database: Database, engine: SearchEngine) -> bool:
    """Whether the engine answers but holds nothing of what it ought to hold. A market without listings has lost nothing."""
    if not _holds_nothing(engine):
        return False
    with database.reading() as session:
        ought_to_hold = queries.has_settled_live(session)
    return ought_to_hold and _holds_nothing(engine)  # another relay may have brought the first listings in meanwhile


def open_index(database: Database, engine: SearchEngine) -> bool:
    """Open the index, making an empty one for a new market; returns False, and makes none, where it has been lost.

    Raises `IndexOutdated` and `EngineUnavailable`.
    """
    if is_lost(database, engine):
        return False
    engine.prepare()
    return True


def _holds_nothing(engine: SearchEngine) -> bool:
    health = engine.health()
    return health.is_missing or (health.is_up and health.documents == 0)
