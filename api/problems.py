"""Every error leaves as RFC 9457 problem+json (English `code`, Chinese `title` and `detail`), or as a page for people.

One table says which domain error travels under which status; a failure that nobody foresaw says nothing about its insides.
"""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from api.problem_document import FieldProblem, Problem
from market.kernel import errors

log = logging.getLogger("techmarket.problems")

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = 2
_QUERY_CANCELED = "57014"
_IN_EACH_OTHERS_WAY = frozenset({"55P03", "40P01", "40001"})  # lock not available, deadlock, serialization failure
_READ_ONLY = "25006"  # behind the address stands a replica, as long as a failover lasts

STATUS: dict[type[errors.DomainError], int] = {
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.StaleVersion: 412,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooManyAttempts: 429,
    errors.Unavailable: 503,
}

_HTTP_TITLES = {
    400: ("bad_request", "请求无法读取", "请求内容无法解析,请检查格式。"),
    404: ("not_found", "未找到", "没有这个地址或内容。"),
    405: ("method_not_allowed", "不支持的操作", "该地址不支持这种请求方式。"),
    413: ("body_too_large", "内容过大", "提交的内容超过大小限制,请拆分或精简后再提交。"),
    415: ("unsupported_media_type", "不支持的格式", "请以 application/json 提交。"),
}

_PYDANTIC_MESSAGES = {
    "missing": ("此项必填", "请填写。"),
    "extra_forbidden": ("不认识的字段", "请删除该字段或核对名称。"),
    "string_too_short": ("内容过短", "请补充填写。"),
    "string_too_long": ("内容过长", "请精简到允许的长度。"),
    "decimal_max_places": ("金额最多两位小数", "请以元为单位,精确到分。"),
    "decimal_max_digits": ("数字过大", "请核对单位,应以元填写。"),
    "decimal_parsing": ("不是有效的数字", "请只填数字,不带逗号和单位。"),
    "greater_than_equal": ("数值低于允许的下限", "请核对后重新填写。"),
    "less_than_equal": ("数值超过允许的上限", "请核对后重新填写。"),
    "greater_than": ("数值过小", "请核对后重新填写。"),
    "date_from_datetime_parsing": ("不是有效的日期", "请按 2026-01-31 的格式填写。"),
    "date_parsing": ("不是有效的日期", "请按 2026-01-31 的格式填写。"),
    "date_type": ("不是有效的日期", "请按 2026-01-31 的格式填写。"),
    "enum": ("不在可选范围内", "请从给定选项中选择。"),
    "literal_error": ("不在可选范围内", "请从给定选项中选择。"),
    "uuid_parsing": ("编号格式不正确", "请使用系统给出的编号。"),
    "uuid_type": ("编号格式不正确", "请使用系统给出的编号。"),
    "int_parsing": ("应为整数", "请填写整数。"),
    "bool_parsing": ("应为是或否", "请填写 true 或 false。"),
    "string_type": ("应为文字", "请填写文字。"),
    "json_invalid": ("不是有效的 JSON", "请检查括号、引号和逗号。"),
    "model_attributes_type": ("应为 JSON 对象", "请以 JSON 对象提交。"),
    "too_long": ("条目过多", "请减少条目。"),
    "list_type": ("应为列表", "请以列表提交。"),
    "too_short": ("条目过少", "请至少填写一项。"),
}


def problem_response(
    request: Request,
    status: int,
    code: str,
    title: str,
    detail: str,
    fields: Sequence[errors.FieldError] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """The error as problem+json, or as a page where a person asked for one."""
    problem = Problem(
        type=f"urn:techmarket:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        instance=request.url.path,
        code=code,
        errors=[FieldProblem(field=e.field, message=e.message, remedy=e.remedy) for e in fields],
    )
    if _wants_page(request):
        from api.pages.rendering import render_problem  # noqa: PLC0415  the templates are needed by pages only

        return render_problem(request, problem, headers or {})
    return JSONResponse(problem.model_dump(), status_code=status, media_type=PROBLEM_JSON, headers=headers)


def _wants_page(request: Request) -> bool:
    path = request.url.path
    is_machine_path = path.startswith("/v1/") or path in {"/health", "/ready", "/metrics", "/openapi.json"}
    return not is_machine_path and "text/html" in request.headers.get("accept", "")


def status_of(error: errors.DomainError) -> int:
    """The status of the error's nearest class in the table."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def _domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.DomainError)  # noqa: S101  registered for this class only
    headers = {}
    if isinstance(error, errors.TooManyAttempts):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, errors.Unavailable):
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return problem_response(request, status_of(error), error.code, error.title, error.detail, error.fields, headers)


def field_errors(details: Sequence[Any]) -> list[errors.FieldError]:
    """Pydantic's findings as named fields with a Chinese message and remedy; the input itself is not repeated."""
    found = []
    for detail in details:
        location = [str(part) for part in detail["loc"] if part not in ("body", "query", "path", "header")]
        message, remedy = _PYDANTIC_MESSAGES.get(detail["type"], ("填写有误", "请核对后重新填写。"))
        if detail["type"] == "value_error":
            message, remedy = str(detail["msg"]).removeprefix("Value error, "), ""
        found.append(errors.FieldError(".".join(location) or "body", message, remedy))
    return found


def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    fields = field_errors(error.errors())
    summary = ";".join(f"{e.field}:{e.message}" for e in fields[:3])
    return problem_response(request, 422, "invalid_input", "填写有误", f"{summary}。", fields)


def http_problem(request: Request, error: Exception) -> Response:
    """What the framework refused, under its own status."""
    assert isinstance(error, HTTPException)  # noqa: S101
    fallback = (HTTPStatus(error.status_code).name.lower(), "请求无法完成", "请求无法完成,请检查后重试。")
    code, title, detail = _HTTP_TITLES.get(error.status_code, fallback)
    return problem_response(request, error.status_code, code, title, detail, headers=dict(error.headers or {}))


def _integrity_error(request: Request, error: Exception) -> Response:
    log.info("integrity refused on %s: %s", request.url.path, type(getattr(error, "orig", error)).__name__)
    return problem_response(
        request, 409, "conflicting_data", "与已有数据冲突", "提交的内容与已有记录重复或冲突,请刷新后核对再提交。"
    )


def _stale_error(request: Request, _error: Exception) -> Response:
    return _domain_error(request, errors.StaleVersion())


def database_down(request: Request, error: Exception | None = None) -> Response:
    """503: the database does not answer, or has broken off. Whether a change was committed just before that, nobody here can know."""
    if error is not None:
        log.error("database unavailable: %s", type(error).__name__)
    detail = "数据库暂时无法连接,请稍后重试。若刚才提交了内容,请先刷新核对是否已经生效。"
    return _busy(request, "database_unavailable", "服务暂时不可用", detail)


def _database_refused(request: Request, error: Exception) -> Response:
    """What the database broke off, by the reason that it gives: https://www.postgresql.org/docs/current/errcodes-appendix.html."""
    reason = getattr(getattr(error, "orig", None), "sqlstate", None)
    if reason == _QUERY_CANCELED:
        log.error("statement timeout on %s", request.url.path)
        detail = "查询耗时过长,已被中止,操作没有生效。请缩小范围或稍后重试。"
        return _busy(request, "statement_timeout", "处理超时", detail)
    if reason in _IN_EACH_OTHERS_WAY or _is_locked_sqlite(error):
        log.warning("locked out on %s: %s", request.url.path, reason or "SQLite is locked")
        detail = "他人正在修改相关内容,您的操作没有生效,请稍后重试。"
        return _busy(request, "database_busy", "内容正被他人修改", detail)
    if isinstance(error, OperationalError) or reason == _READ_ONLY or getattr(error, "connection_invalidated", False):
        return database_down(request, error)
    return _unforeseen(request, error)


def _is_locked_sqlite(error: Exception) -> bool:
    return getattr(getattr(error, "orig", None), "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _busy(request: Request, code: str, title: str, detail: str) -> Response:
    return problem_response(request, 503, code, title, detail, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _unforeseen(request: Request, error: Exception) -> Response:
    log.error("unforeseen failure on %s %s", request.method, request.url.path, exc_info=error)
    return problem_response(
        request, 500, "internal_error", "系统内部错误", "系统出现内部错误,操作没有生效,已记录待查。"
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Register the one place where errors become answers."""
    app.add_exception_handler(errors.DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(IntegrityError, _integrity_error)
    app.add_exception_handler(StaleDataError, _stale_error)
    app.add_exception_handler(DBAPIError, _database_refused)
    app.add_exception_handler(PoolTimeoutError, database_down)
    app.add_exception_handler(Exception, _unforeseen)
