"""The servers of a run: started once, shared, and never left behind."""

import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from tests.servers import shared
from tests.servers.processes import ROOT, ProcessKey, ServerFailed, wait_until

pytestmark = pytest.mark.once

RUN = """
import os, sys, time
from tests.servers import shared
shared.begin()
print(shared.postgres_url(), flush=True)
time.sleep(600)
"""


def begun_run():
    """Another run in a process of its own, and the folder of its servers."""
    run = subprocess.Popen([sys.executable, "-c", RUN], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    run.stdout.readline()
    run.stdout.close()
    return run, shared._all_runs() / str(ProcessKey.of(run.pid))


def processes_in(folder):
    return [one for one in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(one.info["cmdline"] or [])]


def test_servers_end_when_their_run_was_killed():
    run, folder = begun_run()
    assert processes_in(folder)

    run.kill()
    run.wait()

    wait_until(lambda: not processes_in(folder) and not (folder / "postgres").exists(), 20, "an end of all servers")


def test_a_frozen_server_ends_when_its_run_was_killed():
    run, folder = begun_run()
    for process in processes_in(folder):
        if "keeper" not in " ".join(process.cmdline()):
            process.suspend()

    run.kill()
    run.wait()

    wait_until(lambda: not processes_in(folder), 20, "an end of all servers")


def test_a_server_that_is_there_is_used(monkeypatch):
    monkeypatch.setenv("TECHMARKET_TEST_SEARCH_URL", "https://search.example:9200")
    monkeypatch.setenv("TECHMARKET_TEST_DATABASE_URL", "postgresql://postgres@db.example/postgres")
    assert shared.elasticsearch_url() == "https://search.example:9200"
    assert shared.postgres_url() == "postgresql://postgres@db.example/postgres"


def test_a_server_that_cannot_start_fails_everybody_with_the_reason():
    starts = []

    def start(folder, _owner):
        starts.append(folder)
        raise ServerFailed("no memory")

    for _ in range(2):
        with pytest.raises(ServerFailed, match="no memory"):
            shared._server("broken", start)
    assert len(starts) == 1, "a second test does not wait for the same failure"
    (shared._folder(shared._owner()) / "broken.json").unlink()


@pytest.mark.parametrize(("room", "is_in_memory"), [(7 * 2**30, True), (5 * 2**30, False)])
def test_files_stand_in_memory_when_there_is_plenty(room, is_in_memory, tmp_path, monkeypatch):
    monkeypatch.setattr(shared, "_MEMORY", tmp_path)
    monkeypatch.setattr(shared.shutil, "disk_usage", lambda _: SimpleNamespace(free=room))
    monkeypatch.setattr(shared.psutil, "virtual_memory", lambda: SimpleNamespace(available=7 * 2**30))

    assert (shared._roomy_folder() == tmp_path) is is_in_memory


def test_files_stand_on_the_disk_when_there_is_no_folder_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(shared, "_MEMORY", tmp_path / "missing")

    assert shared._roomy_folder() == Path(tempfile.gettempdir())
