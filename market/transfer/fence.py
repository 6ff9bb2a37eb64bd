"""Closing a database for writing after its market has moved away, so that nothing acknowledged there is lost, and opening it again.

Every change records an audit entry in its own transaction, so a trigger on that one table stops them all, in every process, at once.
It fails as a database that is down does: whoever writes gets a 503, whoever reads goes on.
"""

import sqlalchemy as sa

_NAME = "market_has_moved"


def close(connection: sa.Connection) -> None:
    """Refuse changes from the commit of this transaction on; does nothing where they are refused already."""
    if is_closed(connection):
        return
    if connection.dialect.name == "sqlite":
        # RAISE() would count as broken data (409); a table that is not there counts as a database that cannot answer.
        connection.exec_driver_sql(
            f"CREATE TRIGGER {_NAME} BEFORE INSERT ON audit_entry BEGIN SELECT 1 FROM the_{_NAME}; END"  # noqa: S608
        )
        return
    connection.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION {_NAME}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the market has moved to another database' USING ERRCODE = 'cannot_connect_now'; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {_NAME} BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION {_NAME}()"
    )


def reopen(connection: sa.Connection) -> bool:
    """Allow changes again; returns whether they were refused."""
    if not is_closed(connection):
        return False
    is_sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql(f"DROP TRIGGER {_NAME}" + ("" if is_sqlite else " ON audit_entry"))
    if not is_sqlite:
        connection.exec_driver_sql(f"DROP FUNCTION {_NAME}()")
    return True


def is_closed(connection: sa.Connection) -> bool:
    """Whether changes are refused."""
    if connection.dialect.name == "sqlite":
        statement = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = :name"
    else:
        statement = "SELECT 1 FROM pg_trigger WHERE tgname = :name AND tgrelid = to_regclass('audit_entry')"
    return connection.scalar(sa.text(statement), {"name": _NAME}) is not None
