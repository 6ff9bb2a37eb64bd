"""What documentation promises is there, and what is there is documented."""

from pathlib import Path

from api.openapi import contract
from market.kernel.settings import Settings

ROOT = Path(__file__).parent.parent


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    missing = [name for name in Settings.model_fields if f"`TECHMARKET_{name.upper()}`" not in page]

    assert missing == []


def test_every_make_target_of_the_readmes_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for readme in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        named = {word.strip("`.,;:)") for part in text.split("make ")[1:] for word in part.split()[:1]}
        missing = [name for name in named if name.isascii() and name.isalpha() and f"\n{name}:" not in makefile]
        assert missing in ([], ["the"]), readme


def test_committed_contract_of_the_api_is_current() -> None:
    """`make openapi` writes it anew; the diff is read in review."""
    assert (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8") == contract()
