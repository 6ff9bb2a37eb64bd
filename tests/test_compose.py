"""docker-compose.yml against the program it starts: no Docker engine is asked, so what can be compared is compared here."""

import re
import shlex
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped]

from api.cli import app
from market.kernel.db import Database
from market.kernel.settings import Settings

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
SERVING = ("serve-1", "serve-2")
_INTERPOLATED = re.compile(r"\$\{[A-Z_]+:-([^}]*)\}")


def defaulted(value: object) -> str:
    """The value where the operator sets no variable of Compose's own."""
    return _INTERPOLATED.sub(r"\1", str(value))


def commands_of(service: dict[str, Any]) -> list[list[str]]:
    """The techmarket commands that a service runs, each with its arguments."""
    if "entrypoint" not in service:
        return [[str(part) for part in service["command"]]]
    return [shlex.split(found) for found in re.findall(r"techmarket ([^;|&]+)", " ".join(service["command"]))]


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_ours_is_a_setting_with_a_value_it_takes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {key: defaulted(value) for key, value in SERVICES[name]["environment"].items()}
    unknown = set(variables) - {f"TECHMARKET_{field.upper()}" for field in Settings.model_fields}
    for key, value in variables.items():
        monkeypatch.setenv(key, value)

    assert unknown == set()
    assert Settings().search_url
    assert not Settings().relay_in_process


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_the_program_takes(name: str) -> None:
    program = typer.main.get_command(app)
    commands = commands_of(SERVICES[name])

    assert commands
    for command, *arguments in commands:
        program.commands[command].make_context(command, arguments)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_pinned_limited_and_watched(name: str) -> None:
    service = SERVICES[name]

    assert "build" in service or re.search(r":\d+\.\d+", service["image"])
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert service["restart"] == "no" or service["healthcheck"]["test"]


def test_no_password_stands_in_the_file_and_every_secret_comes_from_one() -> None:
    inline = [
        key
        for service in SERVICES.values()
        for key in service.get("environment", {})
        if "PASSWORD" in key and not key.endswith("_FILE")
    ]
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}

    assert inline == []
    assert used == set(COMPOSE["secrets"])
    assert all(Path(secret["file"]).parts[0] == "secrets" for secret in COMPOSE["secrets"].values())
    assert "secrets" in (ROOT / ".dockerignore").read_text(encoding="utf-8").split()


def test_all_processes_together_fit_the_databases_connections() -> None:
    pool = Database("postgresql+psycopg://nobody@nowhere/nothing").engine.pool
    allowed = int(next(part for part in SERVICES["postgres"]["command"] if "max_connections" in part).split("=")[1])
    watch = 1
    others = 10  # one for the backup, one to migrate, three that PostgreSQL keeps for its superuser, and some by hand

    assert len([*SERVING, "worker"]) * (pool.size() + pool._max_overflow + watch) + others <= allowed  # type: ignore[attr-defined]


def test_proxy_is_believed_and_shares_out_to_all_serving_processes() -> None:
    network = SERVICES["serve-1"]["environment"]["TECHMARKET_TRUSTED_PROXIES"]
    subnets = [part["subnet"] for part in COMPOSE["networks"]["office"]["ipam"]["config"]]
    site = COMPOSE["configs"]["proxy"]["content"]

    assert [ip_network(network)] == [ip_network(subnet) for subnet in subnets]
    assert sorted(re.findall(r"server ([a-z0-9-]+):8000", site)) == list(SERVING)
    assert "office" in SERVICES["proxy"]["networks"]
    assert not re.search(r"(?<!\$)\$(?!\$)", site)  # a single dollar would be Compose's own variable


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["office"]["internal"]
    assert all(service["networks"] == ["office"] for name, service in SERVICES.items() if name != "proxy")


def test_backup_is_watched_for_longer_than_it_takes_until_the_next() -> None:
    backup = SERVICES["backup"]
    (pause,) = re.findall(r"keep \d+; then sleep (\d+)", backup["command"][0])
    (minutes,) = re.findall(r"-mmin -(\d+)", backup["healthcheck"]["test"][1])

    assert int(pause) < int(minutes) * 60
