"""Strings from outside: cleaned once, bounded, without control characters.

Prose keeps its Chinese punctuation (NFKC would turn ``，`` into ``,`` and ``m³`` into ``m3`` in front of readers), so only
composition and the width of letters and digits are normalised; identifiers take full NFKC; the analysis for search folds further.
"""

import re
import unicodedata
from datetime import date
from typing import Annotated, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationInfo, field_validator

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_BLANKS = re.compile(r"[^\S\n]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}


def _refuse_control(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("含有不可见的控制字符,请删除后重新填写")
    return text


def clean_prose(value: object) -> object:
    """NFC, half-width letters and digits, line feeds as line ends, no control characters; other types pass untouched."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    text = unicodedata.normalize("NFC", _refuse_control(text)).translate(_FULL_WIDTH)
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip()


def clean_line(value: object) -> object:
    """Like `clean_prose`, on a single line."""
    cleaned = clean_prose(value)
    return cleaned.replace("\n", " ") if isinstance(cleaned, str) else cleaned


def clean_code(value: object) -> object:
    """Identifiers (codes, numbers, sign-in names): NFKC and no blanks at the ends."""
    if not isinstance(value, str):
        return value
    return unicodedata.normalize("NFKC", _refuse_control(value)).strip()


def written_date(value: object) -> object:
    """Refuses a date that is not written out: pydantic would read a number as seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and _DATE.fullmatch(value.strip()) is None):
        raise ValueError("不是有效的日期,请按 2026-01-31 的格式填写")
    return value.strip() if isinstance(value, str) else value


WrittenDate = Annotated[date, BeforeValidator(written_date)]
Code = Annotated[str, BeforeValidator(clean_code), StringConstraints(min_length=1, max_length=40)]
Keyword = Annotated[str, BeforeValidator(clean_line), StringConstraints(min_length=1, max_length=30)]
Name = Annotated[str, BeforeValidator(clean_line), StringConstraints(min_length=1, max_length=100)]
Title = Annotated[str, BeforeValidator(clean_line), StringConstraints(min_length=2, max_length=120)]
Phrase = Annotated[str, BeforeValidator(clean_line), StringConstraints(max_length=200)]
Paragraph = Annotated[str, BeforeValidator(clean_prose), StringConstraints(max_length=1000)]
Prose = Annotated[str, BeforeValidator(clean_prose), StringConstraints(max_length=20000)]


class Command(BaseModel):
    """Base of everything that comes in: unknown fields are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=20000)

    @field_validator("*", mode="before")
    @classmethod
    def _read_dates(cls, value: object, info: ValidationInfo) -> object:
        annotation = cls.model_fields[info.field_name or ""].annotation
        return written_date(value) if date in (annotation, *get_args(annotation)) else value


class View(BaseModel):
    """Base of everything that goes out: no defaults in subclasses, built from rows by attribute."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
