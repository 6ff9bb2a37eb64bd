"""Domain errors: an English code for machines, a Chinese detail for people. The edge decides how they travel.

DomainError
├── Unauthenticated      nobody is signed in, or the sign-in is over
├── Forbidden            signed in, but not allowed
├── NotFound             not there, or its existence is none of the asker's business
├── Invalid              the input breaks a rule; names each field and the remedy
├── Conflict             the state does not allow it (any more)
│   ├── StaleVersion     somebody else changed it first
│   └── IllegalTransition
├── TooManyAttempts      slow down
└── Unavailable          a part of the system does not answer just now; nothing was changed
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field, and how to mend it. `field` is the path in the input, e.g. ``indicators.0.unit``."""

    field: str
    message: str
    remedy: str = ""


class DomainError(Exception):
    """A refusal that a user can understand. `detail` must hold no secret, personal data or contract text."""

    title = "请求无法完成"

    def __init__(self, code: str, detail: str, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.fields = tuple(fields)


class Unauthenticated(DomainError):
    title = "请先登录"


class Forbidden(DomainError):
    title = "没有权限"


class NotFound(DomainError):
    title = "未找到"


class Invalid(DomainError):
    title = "填写有误"


class Conflict(DomainError):
    title = "当前状态不允许此操作"


class StaleVersion(Conflict):
    title = "内容已被他人修改"

    def __init__(self) -> None:
        super().__init__("stale_version", "您看到的版本已不是最新,请刷新后核对再提交。")


class IllegalTransition(Conflict):
    title = "当前状态不允许此操作"


class TooManyAttempts(DomainError):
    title = "操作过于频繁"

    def __init__(self, code: str, detail: str, retry_after_seconds: int) -> None:
        super().__init__(code, detail)
        self.retry_after_seconds = retry_after_seconds


def invalid_field(field: str, message: str, remedy: str, code: str = "invalid_field") -> Invalid:
    """An `Invalid` about a single field."""
    return Invalid(code, f"{message}{remedy}", [FieldError(field, message, remedy)])


class Unavailable(DomainError):
    title = "暂时不可用"
