"""Templates: Jinja2 with autoescaping, undefined names are errors, money and dates as people read them.

Nothing here loads anything from outside: styles, scripts and charts (inline SVG) come from this package.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from api.pages.notices import NOTICES
from api.problem_document import Problem
from api.runtime import runtime_of
from api.security import COOKIE, SAFE_METHODS, form_proof
from api.unit_of_work import UnitOfWork
from market.kernel.actor import ANONYMOUS, Actor, Permission, Role
from market.kernel.clock import SHANGHAI
from market.kernel.money import format_wan, format_yi
from market.matches.notices import MOST_COUNTED, count_unread
from market.reference.lists import CodeItem, code_list
from matching import service as matching

_TEMPLATES = Path(__file__).parent.parent / "templates"
SEE_OTHER = 303

ROLE_NAMES = {
    Role.ENTERPRISE: "企业",
    Role.INSTITUTE: "高校院所",
    Role.BROKER: "技术经理人",
    Role.OFFICIAL: "登记人员",
    Role.ADMINISTRATOR: "管理员",
}


def _label(code: str | None, list_name: str) -> str:
    return code_list(list_name).label(code)


def _labels(codes: list[str], list_name: str) -> str:
    return "、".join(code_list(list_name).label(code) for code in codes)


def _day(value: date | datetime | None) -> str:
    if value is None:
        return "—"
    return (value.astimezone(SHANGHAI) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


def _moment(value: datetime | None) -> str:
    return "—" if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _wan(amount: Decimal | None) -> str:
    return "面议" if amount is None else f"{format_wan(amount)} 万元"


def _yuan(amount: Decimal | None) -> str:
    return "—" if amount is None else f"{amount:,.2f} 元"


def _codes(list_name: str) -> list[CodeItem]:
    """What a form offers: the codes that have no end of validity."""
    return [item for item in code_list(list_name).items if item.valid_to is None]


def _marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """The text with the found words marked; everything is escaped piece by piece."""
    pieces, place = [], 0
    for start, end in spans:
        pieces.append(escape(text[place:start]) + Markup("<mark>") + escape(text[start:end]) + Markup("</mark>"))
        place = end
    return Markup("").join([*pieces, escape(text[place:])])


def _pairs(items: Iterable[CodeItem]) -> list[tuple[str, str]]:
    return [(item.code, item.name) for item in items]


def _with_parent(items: Iterable[CodeItem]) -> list[CodeItem]:
    return [item for item in items if item.parent]


def _without_parent(items: Iterable[CodeItem]) -> list[CodeItem]:
    return [item for item in items if not item.parent]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "marked": _marked,
        "map_pairs": _pairs,
        "with_parent": _with_parent,
        "without_parent": _without_parent,
        "label": _label,
        "labels": _labels,
        "day": _day,
        "moment": _moment,
        "wan": _wan,
        "yuan": _yuan,
        "yi": format_yi,
    }
    environment.globals |= {
        "Permission": Permission,
        "Role": Role,
        "ROLE_NAMES": ROLE_NAMES,
        "codes": _codes,
        "MOST_COUNTED": MOST_COUNTED,
    }
    return environment


_ENVIRONMENT = _environment()


def _actor_of(request: Request) -> Actor:
    unit = getattr(request.state, "unit", None)
    return unit.actor if isinstance(unit, UnitOfWork) else ANONYMOUS


def _unread_of(request: Request) -> int:
    """How many new pairs the header tells of."""
    unit = getattr(request.state, "unit", None)
    if not isinstance(unit, UnitOfWork) or unit.actor.party_id is None:
        return 0
    return count_unread(unit.session, unit.actor, clock=runtime_of(request).clock, from_score=matching.NOTICE_SCORE)


def render(
    request: Request, template: str, *, status: int = 200, unread: int | None = None, **context: Any
) -> HTMLResponse:
    """The page. Templates also get `actor`, `path`, `proof` (the form proof) and `notice` (a message from the page before).

    `unread` new pairs are told of in the header: asked of the database, unless the caller knows.
    """
    token = request.cookies.get(COOKIE, "")
    html = _ENVIRONMENT.get_template(template).render(
        actor=_actor_of(request),
        path=request.url.path,
        query=request.query_params,
        proof=form_proof(token) if token else "",
        notice=NOTICES.get(request.query_params.get("notice", ""), ""),
        unread=_unread_of(request) if unread is None else unread,
        **context,
    )
    return HTMLResponse(html, status_code=status)


def render_problem(request: Request, problem: Problem, headers: Mapping[str, str]) -> Response:
    """An error as a page; whoever is not signed in is led to the sign-in and back."""
    if problem.status == 401:  # noqa: PLR2004
        asked = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        back = asked if request.method in SAFE_METHODS else "/"  # a form's address shows no page
        return RedirectResponse(f"/sign-in?next={quote(back)}", SEE_OTHER)
    # Without asking the database, which may be the problem.
    response = render(request, "problem.html", status=problem.status, unread=0, problem=problem)
    response.headers.update({k: v for k, v in headers.items() if k.lower() != "content-length"})
    return response


def see_other(location: str) -> RedirectResponse:
    """After a form: lead on, so that reloading sends nothing twice."""
    return RedirectResponse(location, SEE_OTHER)
