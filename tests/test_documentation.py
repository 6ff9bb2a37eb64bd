"""What documentation promises is there, and what is there is documented."""

import re
from pathlib import Path

import pytest

from api.openapi import contract
from market.kernel.settings import Settings

ROOT = Path(__file__).parent.parent


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
