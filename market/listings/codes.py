"""Checks the codes of a listing against the reference lists and names every wrong one at once."""

from collections.abc import Iterable, Mapping
from datetime import date

from market.kernel.errors import FieldError, Invalid
from market.reference.lists import code_list

COMMON_LISTS: Mapping[str, str] = {
    "field_code": "technology_fields",
    "industry_code": "industries",
    "local_industry_code": "local_industries",
    "region_code": "regions",
    "transfer_ways": "transfer_ways",
}
"""Field name -> name of its code list, for what both nouns share."""


def code_errors(values: Mapping[str, object], lists: Mapping[str, str], today: date) -> list[FieldError]:
    """What is wrong with the codes among `values` (a code, a list of codes or None per field)."""
    errors: list[FieldError] = []
    for field, name in lists.items():
        value = values.get(field)
        if isinstance(value, str):
            errors += _check(name, value, field, today)
        elif isinstance(value, Iterable):
            for position, code in enumerate(value):
                errors += _check(name, str(code), f"{field}.{position}", today)
    return errors


def _check(name: str, code: str, field: str, today: date) -> list[FieldError]:
    codes = code_list(name)
    try:
        item = codes.require(code, field)
    except Invalid as error:
        return list(error.fields)
    if not item.is_active(today):
        return [FieldError(field, f"代码“{item.name}”已停用。", f"请从 /v1/reference/{name} 中选择现行代码。")]
    return []
