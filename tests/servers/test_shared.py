"""The servers of a run: started once, shared, and never left behind."""

import subprocess
import sys

import psutil

from tests.servers import shared
from tests.servers.processes import ROOT, ProcessKey, wait_until

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
    return run, shared._ALL_RUNS / str(ProcessKey.of(run.pid))


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
