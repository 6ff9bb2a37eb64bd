"""The trial of the office size, as a person without Docker starts it."""

import csv
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from tests.servers.plain import PLAIN
from tests.servers.processes import ROOT, free_ports, tail, wait_until

pytestmark = pytest.mark.once

ROW = {"编号": "O1", "成果名称": "枸杞真空冷冻干燥工艺", "摘要": "鲜枸杞真空冷冻干燥制粉。", "技术领域": "农业"}


def environment_of(folder: Path) -> dict[str, str]:
    text = (folder / "environment").read_text(encoding="utf-8")
    return dict(re.fullmatch(r"(\w+)='?(.*?)'?", line).groups() for line in text.splitlines())


def processes_of(folder: Path) -> list[psutil.Process]:
    """Whoever names the folder in its command line or its environment."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if process.pid != os.getpid() and any(str(folder) in word for word in words):
            found.append(process)
    return found


@pytest.mark.slow
def test_an_office_finds_what_was_imported_and_leaves_nothing_behind(tmp_path):
    folder = tmp_path / "office"
    [port] = free_ports(1)
    command = [sys.executable, "-m", "tests.servers.office", "--folder", str(folder), "--port", str(port)]
    with (tmp_path / "terminal").open("w") as terminal:
        office = subprocess.Popen(
            [*command, "--without-demo"], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal
        )
        try:
            _wait_for_the_address(office, port, tmp_path / "terminal")
            assert sum("serve" in process.cmdline() for process in processes_of(folder) if _is_command(process)) == 2
            _import_one(folder, tmp_path / "achievements.csv")

            def is_found() -> bool:
                with httpx.Client(trust_env=False, timeout=10, verify=PLAIN) as client:
                    answer = client.get(f"http://127.0.0.1:{port}/v1/search", params={"q": "冷冻干燥"}).json()
                return not answer["degraded"] and answer["total"] == 1

            wait_until(is_found, 60, "the imported listing in the search", folder / "worker.log")
        finally:
            office.send_signal(signal.SIGINT)
            office.wait(60)

    assert office.returncode == 0
    assert processes_of(folder) == []


def _is_command(process: psutil.Process) -> bool:
    return "api.cli" in process.cmdline() and "--owner" not in process.cmdline()


def _wait_for_the_address(office: subprocess.Popen, port: int, terminal: Path) -> None:
    def says_the_address() -> bool:
        assert office.poll() is None, tail(terminal)
        return f"http://127.0.0.1:{port}" in terminal.read_text(encoding="utf-8")

    wait_until(says_the_address, 180, "a ready office", terminal)


def _import_one(folder: Path, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, ROW)
        writer.writeheader()
        writer.writerow(ROW)
    subprocess.run(
        [sys.executable, "-m", "api.cli", "import", "achievements", str(file), "--publish"],
        cwd=ROOT,
        env={**os.environ, **environment_of(folder)},
        check=True,
        capture_output=True,
    )
