"""What a problem looks like on the wire (RFC 9457); how errors become one is decided in `api/problems.py`."""

from pydantic import BaseModel


class FieldProblem(BaseModel):
    """One field that is wrong, and how to mend it."""

    field: str
    message: str
    remedy: str


class Problem(BaseModel):
    """RFC 9457 problem details with a stable code."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[FieldProblem]
