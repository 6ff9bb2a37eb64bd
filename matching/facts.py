"""What is read out of an achievement's readable text, in the form in which it is kept beside the listing.

Cutting a text and reading its figures, concepts and kind takes about two milliseconds, and every need asks for those of hundreds of
achievements. What the cheap comparison of many needs stands first, as plain numbers; figures and names, which are looked at for few
pairs, stand behind, packed. Pure but for the rules' own version.
"""

import json
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cache, cached_property, lru_cache
from hashlib import blake2b, sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from sys import intern
from typing import Any, NamedTuple

import numpy as np

from matching.indicators.model import Change, Indicator, Relation, Role
from matching.intent import OfferingKind
from matching.lexicon import Names, lexicon
from matching.tokens import COUNT, NUMBER, Tokens

_RULES = {
    "matching": (
        "facts.py",
        "folding.py",
        "indicators",
        "intent.py",
        "intent_cues.py",
        "lexicon",
        "profiles.py",
        "sections.py",
        "tokens.py",
    ),
    "search": ("analysis.py",),
}
"""Whatever decides what is read out of a text: files, and folders with all their modules."""
_HEAD = struct.Struct("<IIIi")
_KINDS = len(OfferingKind)
KIND = np.dtype("<f8")
_QUICK = 1
_MARK = 16
_CACHED_NAMES = 65_536


@cache
def reader() -> str:
    """The version of the rules: that of the lexicon, and of all modules that read. What was read by others is read again."""
    digest = sha256(f"{lexicon().version} {unicodedata.unidata_version}".encode())
    for package, names in _RULES.items():
        for name in names:
            for module in _modules(files(package) / name):
                digest.update(module.name.encode() + module.read_bytes())
    return digest.hexdigest()[:32]


def _modules(place: Traversable) -> Iterator[Traversable]:
    if place.is_file():
        yield place
        return
    for one in sorted(place.iterdir(), key=lambda one: one.name):
        if one.name.endswith(".py"):
            yield one


def hash_of(title: str, body: str) -> bytes:
    """The mark of a text: facts hold for no other."""
    return blake2b(f"{title}\0{body}".encode(), digest_size=_MARK).digest()


@dataclass(frozen=True)
class Facts:
    """Facts as they are stored; taken apart when they are first asked for."""

    content: bytes

    @property
    def length(self) -> int:
        """Characters and Latin words of the text, the title twice."""
        length: int = _HEAD.unpack_from(self.content)[0]
        return length

    @property
    def kinds(self) -> bytes:
        """How much of each `OfferingKind`, in its order, it is: numbers of `KIND`."""
        return self.content[_HEAD.size : _HEAD.size + _KINDS * KIND.itemsize]

    @property
    def tokens(self) -> Tokens:
        """The text's characters and words as numbers."""
        content = self.content
        _, count, of_title, has_letters = _HEAD.unpack_from(content)
        start = _HEAD.size + _KINDS * KIND.itemsize
        title = start + count * NUMBER.itemsize
        counts = title + of_title * NUMBER.itemsize
        end = counts + count * COUNT.itemsize
        return Tokens(content[start:title], content[counts:end], content[title:counts], bool(has_letters))

    @cached_property
    def told(self) -> "Told":
        """Figures and names."""
        _, count, of_title, _ = _HEAD.unpack_from(self.content)
        start = _HEAD.size + _KINDS * KIND.itemsize + (count + of_title) * NUMBER.itemsize + count * COUNT.itemsize
        packed: dict[str, Any] = json.loads(zlib.decompress(memoryview(self.content)[start:]))
        names = {intern(concept): _shared(frozenset(names)) for concept, names in packed["names"].items()}
        return Told(tuple(map(_figure, packed["figures"])), names)


class Told(NamedTuple):
    """The indicators that a text states, in its order, and the concepts that it speaks of, each with the names that it uses, folded."""

    figures: tuple[Indicator, ...]
    names: Names


def pack(*, length: int, tokens: Tokens, kinds: bytes, figures: tuple[Indicator, ...], names: Names) -> Facts:
    """Facts in the form in which they are stored; read back they are the same."""
    told = {"figures": [astuple(one) for one in figures], "names": {name: sorted(used) for name, used in names.items()}}
    parts = (
        _HEAD.pack(
            length,
            len(tokens.numbers) // NUMBER.itemsize,
            len(tokens.title) // NUMBER.itemsize,
            tokens.has_letters,
        ),
        kinds,
        tokens.numbers,
        tokens.title,
        tokens.counts,
        zlib.compress(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), _QUICK),
    )
    return Facts(b"".join(parts))


def _figure(values: list[Any]) -> Indicator:
    name, relation, low, high, unit, quote, start, end, change, origin, of, tolerance, role, demanded, beside = values
    return Indicator(
        intern(name), Relation(relation), low, high, intern(unit), quote, start, end,
        None if change is None else Change(change), origin, of, tolerance, Role(role), demanded, beside,
    )  # fmt: skip


@lru_cache(maxsize=_CACHED_NAMES)
def _shared(names: frozenset[str]) -> frozenset[str]:
    """The same names come in text after text; they are kept once."""
    return names
