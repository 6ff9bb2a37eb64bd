"""What documentation promises is there, and what is there is documented."""

import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import typer
import yaml  # type: ignore[import-untyped]

from api.cli import app
from api.metrics import Metrics
from api.openapi import contract
from market.kernel.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = (
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "docker-compose.yml",
    "docs/operations.md",
    "docs/cluster.md",
    "docs/settings.md",
)
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

_CODE = re.compile(r"```.*?\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_COMMAND = re.compile(r"(?:\btechmarket|docker compose run .*?\bworker) +([a-z][^|;&()#\n]*)")
_FOR_DEVELOPERS = {"evaluate"}


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    missing = [name for name in Settings.model_fields if f"`TECHMARKET_{name.upper()}`" not in page]

    assert missing == []


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_exists(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = (ROOT / page).read_text(encoding="utf-8")
    named = {target for code in re.findall(r"(?:`|^)make ([a-z ]+)", text, re.MULTILINE) for target in code.split()}

    assert named
    assert [target for target in named if f"\n{target}:" not in makefile] == []


def test_committed_contract_of_the_api_is_current() -> None:
    """`make openapi` writes it anew; the diff is read in review."""
    assert (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8") == contract()


def commands_on(page: str) -> list[list[str]]:
    """What follows `techmarket` in the page's code, or what is run in a container of it, word by word."""
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\\n", " ")
    code = [block or span for block, span in _CODE.findall(text)] if page.endswith(".md") else [text]
    return [found.split() for part in code for found in _COMMAND.findall(part)]


def unknown_part(words: list[str]) -> str | None:
    """The first word that the program would not know: a command of a group, or an option."""
    command: Any = typer.main.get_command(app)
    for word in words:
        if hasattr(command, "commands"):
            if word not in command.commands:
                return word
            command = command.commands[word]
        elif word.startswith("--"):
            name = word.split("=")[0]
            if name not in {
                option for parameter in command.params for option in parameter.opts + parameter.secondary_opts
            }:
                return name
    return None


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_that_is_named_exists(page: str) -> None:
    wrong = [(" ".join(words), unknown_part(words)) for words in commands_on(page)]

    assert [found for found in wrong if found[1]] == []


def test_every_command_has_a_place_in_operations_or_the_readme() -> None:
    named = {words[0] for page in PAGES for words in commands_on(page)}
    program: Any = typer.main.get_command(app)

    assert set(program.commands) - named == _FOR_DEVELOPERS


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_is_named_exists(page: str) -> None:
    named = set(re.findall(r"TECHMARKET_(?!TEST_)[A-Z_]*[A-Z]", (ROOT / page).read_text(encoding="utf-8")))

    assert named - {f"TECHMARKET_{name.upper()}" for name in Settings.model_fields} - {"TECHMARKET_SEARCH"} == set()


def test_operations_name_every_figure_and_none_that_is_not_there() -> None:
    kept = {family.name + ("_total" if family.type == "counter" else "") for family in Metrics().registry.collect()}
    of_histograms = re.compile(r"_(?:bucket|sum|count)$")
    tables = set(re.findall(r"techmarket_(?:backups|default|office)\b", OPERATIONS))
    named = set(re.findall(r"\btechmarket_[a-z_]+", OPERATIONS)) - tables

    assert {of_histograms.sub("", name) for name in named} == kept


def test_every_alert_is_well_formed_and_has_a_section_that_says_what_to_do() -> None:
    (rules,) = (found for found in re.findall(r"```yaml\n(.*?)```", OPERATIONS, re.DOTALL) if "groups:" in found)
    alerts = [rule for group in yaml.safe_load(rules)["groups"] for rule in group["rules"]]
    sections = re.findall(r"^### (\w+)\n(.+)", OPERATIONS, re.MULTILINE)

    assert [alert["alert"] for alert in alerts] == [name for name, _ in sections]
    for alert in alerts:
        promql_parser.parse(alert["expr"])  # raises ValueError where Prometheus would refuse the rule


@pytest.mark.parametrize("page", [page for page in PAGES if page.endswith(".md")])
def test_every_page_that_is_linked_exists(page: str) -> None:
    place = ROOT / page
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", place.read_text(encoding="utf-8"))

    assert [link for link in links if not (place.parent / link).exists()] == []
