"""Forms from our own pages: their proof is checked, empty fields mean 'not given', and errors come back into the form."""

from collections.abc import Mapping
from http import HTTPStatus
from itertools import zip_longest
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, BeforeValidator, ValidationError
from starlette.datastructures import FormData, UploadFile

from api.problems import field_errors, status_of
from api.security import check_form_proof
from market.kernel.errors import DomainError, Invalid

C = TypeVar("C", bound=BaseModel)
MAX_FIELDS = 400


class CheckedForm:
    """The text fields of a posted form whose proof has been checked."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def text(self, name: str) -> str:
        """The field's text, stripped; empty if it was not sent."""
        value = self._data.get(name, "")
        return "" if isinstance(value, UploadFile) else value.strip()

    def has(self, name: str) -> bool:
        """Whether the field was on the form at all, filled in or not."""
        return name in self._data

    def texts(self, name: str) -> list[str]:
        """All values of a field that may be sent several times, without the empty ones."""
        return [v.strip() for v in self._data.getlist(name) if isinstance(v, str) and v.strip()]

    def rows(self, *names: str) -> list[dict[str, str]]:
        """Rows of a repeated group of fields, cell by cell; rows without any text are left out."""
        columns = [
            [value.strip() if isinstance(value, str) else "" for value in self._data.getlist(name)] for name in names
        ]
        rows = [dict(zip(names, cells, strict=True)) for cells in zip_longest(*columns, fillvalue="")]
        return [row for row in rows if any(row.values())]

    def given(self, *names: str) -> dict[str, str]:
        """Those of the fields that were filled in."""
        return {name: self.text(name) for name in names if self.text(name)}

    def version(self) -> int | None:
        """The version of the row that the form was made from."""
        text = self.text("version")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004

    def as_dict(self) -> dict[str, str]:
        """All text fields, for showing the form again."""
        return {key: value for key, value in self._data.items() if isinstance(value, str) and key != "proof"}


async def _checked_form(request: Request) -> CheckedForm:
    data = await request.form(max_fields=MAX_FIELDS, max_files=1)
    proof = data.get("proof", "")
    check_form_proof(request, proof if isinstance(proof, str) else "")
    return CheckedForm(data)


# In an address that a form made (method get), a field left empty is no question.
EmptyIsNone = BeforeValidator(lambda value: None if value == "" else value)
FormDep = Annotated[CheckedForm, Depends(_checked_form)]


def command_from(kind: type[C], values: Mapping[str, Any]) -> C:
    """The command (or filter) made of a form's or an address's values; raises `Invalid` with the same field errors as the JSON API."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        fields = field_errors(error.errors())
        raise Invalid("invalid_input", ";".join(f"{e.field}:{e.message}" for e in fields[:3]), fields) from error


def form_status(error: DomainError | None) -> int:
    """The status of a form that is shown, or shown again because of an error."""
    return HTTPStatus.OK if error is None else status_of(error)


def errors_by_field(error: DomainError | None) -> dict[str, str]:
    """Messages for the form's fields; what belongs to no field stands under the empty name."""
    if error is None:
        return {}
    if not error.fields:
        return {"": error.detail}
    return {field.field: f"{field.message}{field.remedy}" for field in error.fields}
