"""PostgreSQL servers that tests kill, freeze and start again."""

import psycopg
import pytest

from tests.servers import shared
from tests.servers.postgres import Postgres, private_server

pytestmark = pytest.mark.once


@pytest.mark.slow
def test_a_server_keeps_what_was_committed_over_a_crash():
    with private_server() as server:
        server.create_database("kept")
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
            server.kill()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        assert not server.answers

        server.start()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)

        server.freeze()
        assert not server.answers
        server.thaw()
        assert server.answers
    assert not server.folder.exists()


def test_a_long_path_gets_a_short_socket():
    # Not in `tmp_path`: another run that begins meanwhile shuts the folder above it to the user whom the server runs as.
    server = Postgres(shared.run_folder() / ("long" * 30) / "data", remove_folder=True)
    with server:
        assert server.answers
