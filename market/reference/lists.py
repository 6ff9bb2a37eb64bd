"""Code lists (代码表): divisions, fields, industries, contract kinds and the rest, read from the JSON files beside this module.

Marks say how far a name can be trusted: `sourced` was seen in the source that the list names, `unchecked` is general knowledge,
`ours` is a convention of this system. An item's mark, where it has one, overrides its list's.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from market.kernel.errors import FieldError, Invalid, NotFound

HOME_REGION = "640000"
"""宁夏回族自治区: what lies in it counts as 区内."""

_NAMED_IN_REMEDY = 20


class Mark(StrEnum):
    """How far a list or an item can be trusted."""

    SOURCED = "sourced"
    UNCHECKED = "unchecked"
    OURS = "ours"


class CodeItem(BaseModel):
    """One code. `mark` None: that of the list. `valid_to` is the last day on which it may be newly chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: str
    parent: str | None = None
    mark: Mark | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    extra: dict[str, Any] = Field(default_factory=dict)

    def is_active(self, on: date) -> bool:
        """Whether the code is in force on this day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other Chinese names by which forms and spreadsheets call it."""
        return tuple(self.extra.get("aliases", ()))


class CodeList(BaseModel):
    """A code list. Old codes stay in it with their validity, so that old rows keep their labels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    source: str
    version: str
    mark: Mark
    valid_from: date | None = None
    valid_to: date | None = None
    items: tuple[CodeItem, ...]

    @cached_property
    def _by_code(self) -> dict[str, CodeItem]:
        return {item.code: item for item in self.items}

    @cached_property
    def _by_text(self) -> dict[str, CodeItem]:
        # Codes still in force come first: where an old and a new list share a name, the name means the new one.
        found: dict[str, CodeItem] = {}
        for item in sorted(self.items, key=lambda item: item.valid_to is not None):
            for text in (item.code, *self._full_names(item)):
                found.setdefault(_fold(text), item)
        return found

    def _full_names(self, item: CodeItem) -> list[str]:
        """The item's names behind any of its ancestors' or none: 盐池县, 吴忠市盐池县, 宁夏盐池县, 宁夏吴忠市盐池."""
        return [f"{lead}{name}" for lead in self._leads(self.get(item.parent)) for name in (item.name, *item.aliases)]

    def _leads(self, item: CodeItem | None) -> list[str]:
        if item is None:
            return [""]
        names = ("", item.name, *item.aliases)
        return [f"{lead}{name}" for lead in self._leads(self.get(item.parent)) for name in names]

    def __len__(self) -> int:
        return len(self.items)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def codes(self) -> Iterator[str]:
        """Every code, in the order of the list."""
        return (item.code for item in self.items)

    def get(self, code: str | None) -> CodeItem | None:
        """The item, or None."""
        return None if code is None else self._by_code.get(code)

    def require(self, code: str, field: str) -> CodeItem:
        """The item; raises `Invalid` that names the field and the values to choose from."""
        item = self._by_code.get(code)
        if item is None:
            choice = "、".join(f"{item.code}({item.name})" for item in self.items[:_NAMED_IN_REMEDY])
            more = (
                ""
                if len(self.items) <= _NAMED_IN_REMEDY
                else f" 等 {len(self.items)} 项,全部见 /v1/reference/{self.name}"
            )
            message, remedy = f"“{self.title}”中没有这个代码。", f"请从以下代码中选择:{choice}{more}。"
            raise Invalid("unknown_code", message + remedy, [FieldError(field, message, remedy)])
        return item

    def label(self, code: str | None) -> str:
        """The Chinese name; "" for None, the code itself where the list does not know it."""
        if code is None:
            return ""
        item = self._by_code.get(code)
        return item.name if item else code

    def children(self, code: str | None) -> tuple[CodeItem, ...]:
        """The items directly below; those at the top for None."""
        return tuple(item for item in self.items if item.parent == code)

    def active(self, on: date) -> tuple[CodeItem, ...]:
        """The items that may be newly chosen on this day."""
        return tuple(item for item in self.items if item.is_active(on))

    def find(self, text: str) -> CodeItem | None:
        """The item that a person means: by code, Chinese name or alias, regions also with their ancestors before them."""
        return self._by_text.get(_fold(text))

    def mark_of(self, item: CodeItem) -> Mark:
        """How far this item can be trusted."""
        return item.mark or self.mark


@cache
def list_names() -> tuple[str, ...]:
    """The names of all code lists, in alphabetical order."""
    return tuple(sorted(file.name.removesuffix(".json") for file in _data().iterdir() if file.name.endswith(".json")))


def code_list(name: str) -> CodeList:
    """The code list; raises `NotFound` where there is none of this name."""
    if name not in list_names():
        raise NotFound("code_list_not_found", "没有这个代码表,全部代码表见 /v1/reference。")
    return _load(name)


@lru_cache(maxsize=1024)  # bounded: codes may come from a query string
def region_path(code: str) -> tuple[str, ...]:
    """The region itself and all regions that contain it, the smallest first; the code alone where it is unknown."""
    path, regions = [code], code_list("regions")
    item = regions.get(code)
    while item is not None and item.parent is not None:
        path.append(item.parent)
        item = regions.get(item.parent)
    return tuple(path)


@lru_cache(maxsize=1024)
def regions_within(code: str) -> tuple[str, ...]:
    """The region and all regions inside it, for filters; the code alone where it is unknown."""
    inside = tuple(region for region in code_list("regions").codes() if code in region_path(region))
    return inside or (code,)


def is_in_home_region(code: str | None) -> bool:
    """Whether the region is Ningxia or lies in it; None (abroad, unknown) does not."""
    return code is not None and HOME_REGION in region_path(code)


@cache
def _load(name: str) -> CodeList:
    return CodeList.model_validate_json((_data() / f"{name}.json").read_bytes())


def _data() -> Traversable:
    return resources.files("market.reference") / "data"


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
