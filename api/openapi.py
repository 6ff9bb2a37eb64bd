"""The API's contract. Corrects what FastAPI writes into the OpenAPI document: problems travel as application/problem+json, and any route may answer them."""

import json
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI

_COMMON = {
    "400": "请求无法读取",
    "401": "需要登录",
    "403": "没有权限",
    "404": "未找到",
    "409": "当前状态不允许",
    "412": "版本已不是最新",
    "413": "内容过大",
    "415": "不支持的格式",
    "422": "填写有误",
    "429": "请求过于频繁",
    "503": "服务暂时不可用",
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_METHODS = frozenset({"get", "post", "patch", "put", "delete"})


def describe_problems(app: FastAPI) -> None:
    """Wrap `app.openapi` so that every operation names the problems it may answer, and the two ways to sign in."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = original()
            document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    if method in _METHODS:
                        _describe(path, operation)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _describe(path: str, operation: dict[str, Any]) -> None:
    for status, description in _COMMON.items():
        has_own_body = status in operation["responses"] and status != "422"
        if not has_own_body:
            operation["responses"][status] = {"description": description, "content": _PROBLEM}
    if path.startswith("/v1/"):
        operation["security"] = [{}, {"token": []}]


def contract() -> str:
    """The OpenAPI document as it is committed in docs/openapi.json, so that a change of the API shows in review."""
    from api.app import create_app  # noqa: PLC0415  the application imports this module
    from market.kernel.settings import Settings  # noqa: PLC0415

    return json.dumps(create_app(Settings()).openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(contract(), encoding="utf-8")
