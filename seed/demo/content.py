"""The written content of the demo: parties, achievements and needs, read from the JSON Lines files beside this module."""

import json
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict

from market.achievements.models import AchievementStage
from market.kernel.money import CNY_PER_WAN, FEN
from market.parties.models import PartyKind


class DemoParty(BaseModel):
    """One organisation. `trades`: the local industries it works in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    login: str
    name: str
    kind: PartyKind
    party_type_code: str
    region_code: str
    trades: tuple[str, ...]


class DemoAchievement(BaseModel):
    """One achievement; money in 万元, as people write it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    title: str
    summary: str
    description: str
    keywords: list[str]
    field_code: str
    local_industry_code: str | None
    region_code: str
    stage: AchievementStage
    trl: int | None
    asking_price_wan: int | None
    transfer_ways: list[str]
    indicators: list[dict[str, Any]]


class DemoNeed(BaseModel):
    """One need; money in 万元."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    title: str
    problem: str
    key_technology: str
    expected_outcome: str
    keywords: list[str]
    field_code: str
    local_industry_code: str | None
    region_code: str
    min_trl: int | None
    budget_min_wan: int
    budget_max_wan: int
    mode_codes: list[str]
    indicators: list[dict[str, Any]]


INDUSTRY_SECTIONS = {
    "NEW01": "C",
    "NEW02": "D",
    "NEW03": "C",
    "NEW04": "I",
    "NEW05": "C",
    "NEW06": "C",
    "SPC01": "C",
    "EXC01": "R",
    "EXC02": "G",
    "EXC03": "J",
    "EXC04": "Q",
    "EXC05": "F",
    "EXC06": "L",
    None: "N",
}
"""The section of GB/T 4754-2017 that a local industry mostly falls in (ours); the farming trades are A."""


def section_of(local_industry_code: str | None) -> str:
    """The national section of a local industry."""
    return INDUSTRY_SECTIONS.get(local_industry_code, "A")


def yuan(wan: int) -> Decimal:
    """万元 in yuan."""
    return (wan * CNY_PER_WAN).quantize(FEN)


@cache
def parties() -> tuple[DemoParty, ...]:
    """All organisations, in a fixed order."""
    return tuple(DemoParty.model_validate(row) for row in _rows("parties.jsonl"))


@cache
def achievements() -> tuple[DemoAchievement, ...]:
    """All achievements, in a fixed order."""
    return tuple(DemoAchievement.model_validate(row) for name in _files("achievements") for row in _rows(name))


@cache
def needs() -> tuple[DemoNeed, ...]:
    """All needs, in a fixed order."""
    return tuple(DemoNeed.model_validate(row) for name in _files("needs") for row in _rows(name))


def _files(folder: str) -> list[str]:
    found = (resources.files("seed.demo") / "data" / folder).iterdir()
    return sorted(f"{folder}/{file.name}" for file in found if file.name.endswith(".jsonl"))


def _rows(name: str) -> list[dict[str, Any]]:
    text = (resources.files("seed.demo") / "data" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]
