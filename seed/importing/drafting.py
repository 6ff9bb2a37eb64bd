"""From a row of the file to the command that a use-case takes, with everything that is wrong in it named at once."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from market.achievements.schemas import DraftAchievement
from market.kernel.errors import FieldError
from market.kernel.outbox import Subject
from market.listings.duplicates import fold
from market.needs.schemas import DraftNeed
from market.reference.lists import code_list
from seed.importing import values
from seed.importing.guessing import guess_field
from seed.importing.headers import IGNORED, LABELS, Column
from seed.importing.sections import split_need
from seed.importing.tables import Cell, SourceRow
from seed.importing.values import CellFault

_MAX_SUMMARY = 1000
_MAX_KEYWORDS = 10
_MAX_ID = 60
_LISTS = {
    "field_code": "technology_fields",
    "industry_code": "industries",
    "local_industry_code": "local_industries",
    "region_code": "regions",
    "activity_type_code": "activity_types",
}
_SETS = {
    "mode_codes": "cooperation_modes",
    "transfer_ways": "transfer_ways",
    "accepted_region_codes": "regions",
    "offered_region_codes": "regions",
}
_DATES = frozenset({"needed_by", "registered_on", "available_from", "evaluated_on"})
_REPLIES: Mapping[str, tuple[str, str]] = {
    "missing": ("没有填写。", "请补填。"),
    "string_too_short": ("没有填写,或太短。", "请补填完整。"),
    "string_too_long": ("太长。", "请缩短。"),
    "too_long": ("项数太多。", "请只保留最重要的几项。"),
}


@dataclass(frozen=True)
class Note:
    """Something taken otherwise than it stood there, or filled in: for the person to look over."""

    row: int
    field: str
    text: str


@dataclass(frozen=True)
class RowDraft:
    """A row as a command, or the faults that keep it from being one. `owner` is a credit code named in the row."""

    row: SourceRow
    title: str
    text: str
    source_key: str
    command: DraftNeed | DraftAchievement | None
    owner: str | None
    faults: tuple[FieldError, ...]
    notes: tuple[Note, ...]


class RowReader:
    """Reads rows of one file: knows the meaning of its columns."""

    def __init__(self, columns: tuple[Column, ...], subject: Subject) -> None:
        first: dict[str, Column] = {}
        for column in columns:
            first.setdefault(column.field, column)
        self._columns = {field: column for field, column in first.items() if field != IGNORED}
        self._subject = subject

    def read(self, row: SourceRow, owner_of: Callable[[str], UUID | None]) -> RowDraft:
        """The row as a command. `owner_of` finds the party of a credit code."""
        faults: list[FieldError] = [row.fault] if row.fault else []
        notes: list[Note] = []
        found = self._values(row, faults, notes)
        owner = found.pop("owner", None)
        if owner and (party_id := self._owner(owner, owner_of, faults)):
            found["owner_party_id"] = party_id
        source_id = found.pop("source_id", "")
        title = str(found.get("title", ""))
        text = self._place_text(found)
        if "field_code" not in found and not any(fault.field == "field_code" for fault in faults) and title:
            self._guess(row, found, title, text, notes)
        command = None if faults else self._command(found, faults)
        return RowDraft(row, title, text, _key(source_id, title, text), command, owner, tuple(faults), tuple(notes))

    def _values(self, row: SourceRow, faults: list[FieldError], notes: list[Note]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field, column in self._columns.items():
            cell = row.cells.get(column.name)
            if cell is None or (isinstance(cell, str) and not cell.strip()):
                continue
            try:
                found |= self._one(column, cell, row.number, notes)
            except CellFault as fault:
                faults.append(FieldError(field, f"{column.name}:{fault.problem}", fault.remedy))
        low, high = found.get("budget_min_cny"), found.get("budget_max_cny")
        if low is not None and high is not None and low > high:
            faults.append(FieldError("budget_min_cny", "预算下限高于上限。", "请对调两个数。"))
        return found

    def _one(self, column: Column, cell: Cell, number: int, notes: list[Note]) -> dict[str, Any]:  # noqa: PLR0911  one return per kind of field
        field = column.field
        if field in _LISTS:
            code = values.code_of(cell, _LISTS[field])
            return {} if code is None else {field: code}
        if field in _SETS:
            return {field: values.codes_of(cell, _SETS[field])}
        if field in _DATES:
            return {field: values.date_of(cell)}
        if field in ("budget", "budget_min_cny", "budget_max_cny", "asking_price_cny"):
            return _money(column, cell)
        if field in ("stage", "trl", "min_trl"):
            return _readiness(column, cell, number, notes)
        if field == "keywords":
            return {field: _keywords(cell, number, notes)}
        if field == "completers":
            return {field: values.words_of(cell)}
        if field == "indicators":
            return {field: values.indicators_of(cell)}
        if field == "ip_numbers":
            return {"intellectual_property": values.patents_of(cell)}
        return {field: values.text_of(cell)}

    def _owner(self, code: str, owner_of: Callable[[str], UUID | None], faults: list[FieldError]) -> UUID | None:
        try:
            party_id = owner_of(code)
        except CellFault as fault:
            faults.append(FieldError("owner", fault.problem, fault.remedy))
            return None
        if party_id is None:
            faults.append(
                FieldError(
                    "owner", "这个统一社会信用代码的单位还没有登记。", "请先登记该单位,或清空这一格由导入单位发布。"
                )
            )
        return party_id

    def _place_text(self, found: dict[str, Any]) -> str:
        """Put a running text into the fields of the form; returns what duplicates are told by."""
        text = str(found.pop("text", ""))
        if self._subject is Subject.ACHIEVEMENT:
            if text:
                found["description"] = "\n".join(part for part in (found.get("description", ""), text) if part)
            return str(found.get("description") or found.get("summary", ""))
        for part, content in split_need(text).items():
            if content:
                found[part] = "\n".join(piece for piece in (found.get(part, ""), content) if piece)
        parts = [str(found.get(part, "")) for part in ("problem", "key_technology", "expected_outcome")]
        return "\n".join(part for part in parts if part) or str(found.get("summary", ""))

    def _guess(self, row: SourceRow, found: dict[str, Any], title: str, text: str, notes: list[Note]) -> None:
        guess = guess_field(title, text)
        found["field_code"] = guess.code
        label = code_list("technology_fields").label(guess.code)
        why = f"依据:{'、'.join(guess.words)}" if guess.is_sure else "没有可依据的词,务必核对"
        notes.append(Note(row.number, "field_code", f"没有技术领域,暂定为“{label}”({why})。"))

    def _command(self, found: dict[str, Any], faults: list[FieldError]) -> DraftNeed | DraftAchievement | None:
        model = DraftNeed if self._subject is Subject.NEED else DraftAchievement
        try:
            return model.model_validate(found)
        except ValidationError as error:
            faults.extend(_fault(item) for item in error.errors(include_url=False))
            return None


def _fault(item: Any) -> FieldError:
    field = str(item["loc"][0]) if item["loc"] else "row"
    label = LABELS.get(field, field)
    if item["type"] == "value_error":
        return FieldError(field, f"{label}:{item['ctx']['error']}。", "")
    problem, remedy = _REPLIES.get(item["type"], ("内容不符合要求。", "请按填写说明改正。"))
    limit = item.get("ctx", {}).get("max_length")
    return FieldError(field, f"{label}{problem}", f"{remedy.removesuffix('。')}到 {limit} 以内。" if limit else remedy)


def _money(column: Column, cell: Cell) -> dict[str, Any]:
    money = values.money_of(cell, column.yuan_per_unit)
    if column.field == "budget":
        low = None if money.low == money.high else money.low
        return {"budget_min_cny": low, "budget_max_cny": money.high}
    if column.field == "asking_price_cny" and money.low != money.high:
        raise CellFault("价格应是一个数,不能是区间。", "请写一个挂牌价,或写“面议”。")
    return {column.field: money.high if money.high is not None else money.low}


def _readiness(column: Column, cell: Cell, number: int, notes: list[Note]) -> dict[str, Any]:
    if column.field == "min_trl":
        level = values.level_of(cell)
        if level is None:
            return {}
        if level[1]:
            notes.append(Note(number, "min_trl", f"成熟度要求“{values.text_of(cell)[:30]}”按第 {level[0]} 级理解。"))
        return {"min_trl": level[0]}
    stage = values.stage_of(cell)
    if stage is None:
        return {}
    return {"stage": stage[0]} | ({"trl": stage[1]} if stage[1] is not None else {})


def _keywords(cell: Cell, number: int, notes: list[Note]) -> list[str]:
    words = values.words_of(cell)
    if len(words) > _MAX_KEYWORDS:
        notes.append(Note(number, "keywords", f"关键词超过 {_MAX_KEYWORDS} 个,只取前 {_MAX_KEYWORDS} 个。"))
    return words[:_MAX_KEYWORDS]


def _key(source_id: str, title: str, text: str) -> str:
    """What makes the row itself again on a second run: its own number in the file, or else its words."""
    if source_id and len(source_id) <= _MAX_ID:
        return f"id:{source_id.strip()}"
    return f"text:{hashlib.sha256(f'{source_id}|{fold(title)}|{fold(text)}'.encode()).hexdigest()[:40]}"
