"""Cursors: where the next page begins, opaque to callers, bound to the question they came from, checked when they come back."""

import base64
import binascii
import hashlib
import json
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from market.kernel.errors import Invalid, invalid_field

_FORM = "1"
_MAX_LENGTH = 400
_PARTS = 5
# Beyond this a double no longer holds every whole number, and nothing that is sorted by is so large.
_LARGEST = 2**53


class Mode(StrEnum):
    """How the page before was found; the next one must be found the same way."""

    ALL_WORDS = "a"
    ANY_WORD = "o"
    PLAIN = "p"


@dataclass(frozen=True)
class Cursor:
    """The last hit of a page."""

    mode: Mode
    value: float
    subject_id: UUID


def question_mark(*question: Any) -> str:
    """A short fingerprint of what was asked."""
    return hashlib.sha256(json.dumps(question, default=str, ensure_ascii=False).encode()).hexdigest()[:12]


def encode(cursor: Cursor, mark: str) -> str:
    """The cursor as a string for addresses."""
    parts = [_FORM, mark, cursor.mode, cursor.value, str(cursor.subject_id)]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode(text: str, mark: str) -> Cursor:
    """The cursor back from its string; raises `Invalid` where it is damaged or belongs to another question."""
    if len(text) > _MAX_LENGTH:
        raise _unusable()
    try:
        parts = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
        if not isinstance(parts, list) or len(parts) != _PARTS or parts[:2] != [_FORM, mark]:
            raise _unusable()
        mode, value, subject_id = Mode(parts[2]), float(parts[3]), UUID(parts[4])
    except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise _unusable() from error
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise _unusable()
    return Cursor(mode, value, subject_id)


def _unusable() -> Invalid:
    return invalid_field(
        "cursor", "翻页标记无效,或不属于这次检索。", "请去掉 cursor 参数,从第一页重新检索。", code="invalid_cursor"
    )
