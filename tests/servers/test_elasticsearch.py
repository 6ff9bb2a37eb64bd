"""Nodes that tests start, kill and start again; and what a person is told where one cannot start."""

import socket

import httpx
import pytest
from jgo.maven import MavenContext

from tests.servers import jars
from tests.servers.elasticsearch import Node
from tests.servers.plain import PLAIN
from tests.servers.processes import ServerFailed, wait_until

pytestmark = pytest.mark.once


@pytest.mark.slow
def test_a_node_keeps_what_it_acknowledged_over_a_crash(tmp_path):
    node = Node(tmp_path / "n1", short_lived=True)
    with socket.socket() as somebody_else:
        somebody_else.bind(("127.0.0.1", node.http_port))
        taken = node.http_port
        with node:
            assert node.http_port != taken, "a port that somebody took meanwhile is changed"
            written = httpx.put(
                f"{node.url}/kept/_doc/1?wait_for_active_shards=1", json={"a": 1}, timeout=30, verify=PLAIN
            )
            assert written.status_code == 201

            node.kill()
            assert not node.is_running
            node.start()

            # The node has a master before it has opened the shard again.
            wait_until(lambda: httpx.get(f"{node.url}/kept/_doc/1", verify=PLAIN).status_code == 200, 30, "the shard")
            node.freeze()
            assert node.health() == {}, "frozen: nobody answers"
            node.thaw()
            wait_until(lambda: node.health() != {}, 30, "an answer after the thaw")
    assert not node.is_running


def test_a_node_that_cannot_start_says_why(tmp_path):
    with pytest.raises(ServerFailed, match="heap"), Node(tmp_path / "n1", heap="1k"):
        pytest.fail("a heap of one kilobyte is none")


def test_a_jar_that_cannot_be_had_is_named(tmp_path, monkeypatch):
    """Neither a missing jar nor one with other bytes than those pinned is used."""
    (tmp_path / "pins.txt").write_text(f"org.example:missing:1.0 {'0' * 64}\norg.example:forged:1.0 {'0' * 64}\n")
    forged = tmp_path / "repository/org/example/forged/1.0/forged-1.0.jar"
    forged.parent.mkdir(parents=True)
    forged.write_bytes(b"not what was pinned")
    monkeypatch.setattr(jars, "PINS", tmp_path / "pins.txt")
    monkeypatch.setattr(jars, "_context", lambda: MavenContext(repo_cache=tmp_path / "repository", offline=True))

    with pytest.raises(jars.JarsMissing) as failure:
        jars.fetch()

    assert "org.example:missing:1.0" in str(failure.value)
    assert "org.example:forged:1.0" in str(failure.value)
    assert "://" not in str(failure.value)
