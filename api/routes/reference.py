"""Code lists over HTTP: public, and the same until the next release."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from market.kernel.text import View, WrittenDate
from market.reference.lists import CodeList, Mark, code_list, list_names

router = APIRouter(prefix="/v1/reference", tags=["reference"])

_CACHE = "public, max-age=3600"


class CodeListCard(View):
    """A code list without its codes. `mark`: sourced, unchecked (general knowledge), or a convention of ours."""

    name: str
    title: str
    source: str
    version: str
    mark: Mark
    size: int


class CodeView(View):
    code: str
    name: str
    parent: str | None
    mark: Mark
    valid_from: date | None
    valid_to: date | None
    extra: dict[str, Any]


class CodeListView(CodeListCard):
    """A code list; with `active_on`, only the codes that may be chosen on that day."""

    items: list[CodeView]


@router.get("")
async def list_code_lists(response: Response) -> list[CodeListCard]:
    """Every code list, with its source."""
    response.headers["Cache-Control"] = _CACHE
    return [CodeListCard(**_head(code_list(name))) for name in list_names()]


@router.get("/{name}")
async def get_code_list(
    response: Response,
    name: str,
    active_on: Annotated[WrittenDate | None, Query(description="只列出该日有效的代码")] = None,
) -> CodeListView:
    """The codes of one list, in their order."""
    codes = code_list(name)
    chosen = codes.items if active_on is None else codes.active(active_on)
    items = [CodeView(**item.model_dump(exclude={"mark"}), mark=codes.mark_of(item)) for item in chosen]
    response.headers["Cache-Control"] = _CACHE
    return CodeListView(**_head(codes), items=items)


def _head(codes: CodeList) -> dict[str, Any]:
    return codes.model_dump(include={"name", "title", "source", "version", "mark"}) | {"size": len(codes)}
