"""Listings: reading one, writing one, one's own, and the review before publication."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Annotated, Any, cast, get_args
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.convertors import Convertor, register_url_convertor

from api.deps import ActorDep, ClockDep, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.pages.forms import CheckedForm, FormDep, command_from, errors_by_field, form_status
from api.pages.rendering import render, see_other
from api.unit_of_work import UnitOfWorkRoute
from market.achievements import queries as achievement_queries
from market.achievements import service as achievements
from market.achievements.schemas import DraftAchievement, EditAchievement
from market.kernel.actor import Actor, Permission
from market.kernel.errors import DomainError, Forbidden
from market.kernel.paging import Page, PageRequest
from market.kernel.text import Command
from market.listings.rules import STATUS_LABELS
from market.listings.schemas import ReturnListing
from market.needs import queries as need_queries
from market.needs import service as needs
from market.needs.schemas import DraftNeed, EditNeed
from market.reference.lists import code_list

router = APIRouter(route_class=UnitOfWorkRoute)


class _NounConvertor(Convertor[str]):
    """In a path, `{noun:listing_noun}` stands for one of the two nouns only, so that it takes no other desk's address."""

    regex = "achievements|needs"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("listing_noun", _NounConvertor())

Noun = Annotated[str, Path()]
ListingId = Annotated[UUID, Path()]

_INDICATOR = ("name", "operator", "value", "value_high", "unit", "text")
_COMMON = (
    "title",
    "summary",
    "field_code",
    "industry_code",
    "local_industry_code",
    "region_code",
    "confidential_detail",
)


@dataclass(frozen=True)
class Kind:
    """What differs between the two nouns on their pages."""

    label: str
    draft: type[Command]
    edit: type[Command]
    fields: tuple[str, ...]
    draft_listing: Callable[..., Any]
    edit_listing: Callable[..., Any]
    view: Callable[..., Any]
    queries: ModuleType
    find_duplicates: Callable[..., Any]
    actions: Mapping[str, Callable[..., Any]]


KINDS = {
    "achievements": Kind(
        label="成果",
        draft=DraftAchievement,
        edit=EditAchievement,
        fields=(
            "category",
            "stage",
            "trl",
            "description",
            "asking_price_cny",
            "available_from",
            "level_code",
            "form_code",
        ),
        draft_listing=achievements.draft_achievement,
        edit_listing=achievements.edit_achievement,
        view=achievements.view_achievement,
        queries=achievement_queries,
        find_duplicates=achievements.find_duplicates,
        actions={
            "submit": achievements.submit_achievement,
            "withdraw": achievements.withdraw_achievement,
            "renew": achievements.renew_achievement,
            "publish": achievements.publish_achievement,
            "return": achievements.return_achievement,
        },
    ),
    "needs": Kind(
        label="需求",
        draft=DraftNeed,
        edit=EditNeed,
        fields=(
            "problem",
            "key_technology",
            "expected_outcome",
            "background",
            "budget_min_cny",
            "budget_max_cny",
            "min_trl",
            "exclusivity",
            "needed_by",
            "solver_conditions",
            "ip_terms",
        ),
        draft_listing=needs.draft_need,
        edit_listing=needs.edit_need,
        view=needs.view_need,
        queries=need_queries,
        find_duplicates=needs.find_duplicates,
        actions={
            "submit": needs.submit_need,
            "withdraw": needs.withdraw_need,
            "renew": needs.renew_need,
            "publish": needs.publish_need,
            "return": needs.return_need,
        },
    ),
}
_NOTICES = {
    "submit": "listing_submitted",
    "withdraw": "listing_withdrawn",
    "renew": "listing_renewed",
    "publish": "listing_published",
    "return": "listing_returned",
}


def _values(kind: Kind, form: CheckedForm, listing: Any = None) -> dict[str, Any]:
    """The command's values from the form; lists come from repeated fields. What the form does not show stays as `listing` has it."""
    # A field that was emptied must empty the column, so it gets the command's own "nothing": an empty text or null.
    fields = kind.draft.model_fields
    values: dict[str, Any] = {
        name: form.text(name) if form.text(name) or fields[name].is_required() else fields[name].default
        for name in (*_COMMON, *kind.fields)
    }
    values["keywords"] = [
        word for word in form.text("keywords").replace("，", ",").replace("、", ",").split(",") if word.strip()
    ]
    values["transfer_ways"] = form.texts("transfer_ways")
    indicators = form.rows(*(f"indicator_{name}" for name in _INDICATOR))
    values["indicators"] = [
        _unshown(kind, listing, row["indicator_name"])
        | {key.removeprefix("indicator_"): cell for key, cell in row.items() if cell}
        for row in indicators
        if row["indicator_name"] or row["indicator_value"]
    ]
    if kind.draft is DraftAchievement:
        values["exclusive_only"] = form.text("exclusive_only") == "yes"
        values["wants_broker"] = form.text("wants_broker") == "yes"
    if form.text("owner_disclosure"):
        chosen = listing.disclosure if listing is not None else None
        values["disclosure"] = {**(chosen or {}), "owner": form.text("owner_disclosure")}
    return values


def _unshown(kind: Kind, listing: Any, name: str) -> dict[str, Any]:
    """What the listing's indicator of this name holds besides the cells of the form."""
    [row_type] = get_args(kind.draft.model_fields["indicators"].annotation)
    row = next((row for row in listing.indicators or () if row.name == name), None) if listing is not None else None
    return {} if row is None else row.model_dump(include=row_type.model_fields.keys() - set(_INDICATOR))


def _blank() -> dict[str, Any]:
    return {"indicators": [], "keywords": [], "transfer_ways": [], "disclosure": {}}


def _form_page(
    request: Request,
    noun: str,
    given: Mapping[str, Any],
    *,
    listing: Any = None,
    error: DomainError | None = None,
) -> Response:
    return render(
        request,
        "listing_form.html",
        status=form_status(error),
        noun=noun,
        kind=KINDS[noun],
        given=given,
        listing=listing,
        errors=errors_by_field(error),
        regions=[(item.code, item.name) for item in code_list("regions").items if item.code.startswith(("64", "NX"))],
    )


@router.get("/{noun:listing_noun}/new")
def new_page(request: Request, actor: MemberDep, noun: Noun) -> Response:
    actor.require(Permission.POST_NEED if noun == "needs" else Permission.LIST_ACHIEVEMENT)
    return _form_page(request, noun, _blank())


@router.post("/{noun:listing_noun}/new")
def create(
    request: Request, session: WriteSessionDep, actor: MemberDep, clock: ClockDep, noun: Noun, form: FormDep
) -> Response:
    kind = KINDS[noun]
    values = _values(kind, form)
    try:
        listing = kind.draft_listing(session, actor, command_from(kind.draft, values), clock=clock)
    except DomainError as error:
        session.rollback()
        return _form_page(request, noun, _blank() | values, error=error)
    return see_other(f"/{noun}/{listing.id}?notice=draft_saved")


@router.get("/{noun:listing_noun}/{listing_id}/edit")
def edit_page(
    request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, noun: Noun, listing_id: ListingId
) -> Response:
    listing = KINDS[noun].view(session, actor, listing_id, clock=clock)
    if "edit" not in listing.allowed_actions:
        raise Forbidden("not_editable", "您不能修改这条信息,或它当前的状态不允许修改。")
    return _form_page(request, noun, listing.model_dump(mode="json"), listing=listing)


@router.post("/{noun:listing_noun}/{listing_id}/edit")
def edit(
    request: Request,
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    noun: Noun,
    listing_id: ListingId,
    form: FormDep,
) -> Response:
    kind = KINDS[noun]
    values = _values(kind, form, kind.view(session, actor, listing_id, clock=clock))
    try:
        command = command_from(kind.edit, values)
        kind.edit_listing(session, actor, listing_id, command, clock=clock, expected_version=form.version())
    except DomainError as error:
        session.rollback()
        listing = kind.view(session, actor, listing_id, clock=clock)
        return _form_page(request, noun, listing.model_dump(mode="json") | values, listing=listing, error=error)
    return see_other(f"/{noun}/{listing_id}?notice=saved")


@router.get("/{noun:listing_noun}/{listing_id}")
def listing_page(
    request: Request, session: ReadSessionDep, actor: ActorDep, clock: ClockDep, noun: Noun, listing_id: ListingId
) -> Response:
    kind = KINDS[noun]
    listing = kind.view(session, actor, listing_id, clock=clock)
    is_before_publication = bool({"submit", "publish"} & set(listing.allowed_actions))
    duplicates = kind.find_duplicates(session, actor, listing_id) if is_before_publication else []
    return render(
        request, "listing.html", noun=noun, kind=kind, listing=listing, duplicates=duplicates, statuses=STATUS_LABELS
    )


@router.post("/{noun:listing_noun}/{listing_id}/{action}")
def act(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    noun: Noun,
    listing_id: ListingId,
    action: Annotated[str, Path(pattern="^(submit|withdraw|renew|publish|return)$")],
    form: FormDep,
) -> Response:
    command = [command_from(ReturnListing, form.given("reason"))] if action == "return" else []
    use_case = KINDS[noun].actions[action]
    use_case(session, actor, listing_id, *command, clock=clock, expected_version=form.version())
    return see_other(f"/{noun}/{listing_id}?notice={_NOTICES[action]}")


@router.get("/my/listings")
def my_listings_page(request: Request, session: ReadSessionDep, actor: MemberDep, page: PageDep) -> Response:
    own = {noun: _own(kind, session, actor, page) for noun, kind in KINDS.items()}
    return render(request, "my_listings.html", own=own, kinds=KINDS, statuses=STATUS_LABELS)


def _own(kind: Kind, session: Session, actor: Actor, page: PageRequest) -> Page[Any]:
    if actor.broker_id is not None:
        return cast("Page[Any]", kind.queries.list_of_broker(session, actor.broker_id, page))
    if actor.party_id is None:
        return Page(items=[], page=page.page, size=page.size, total=0)
    return cast("Page[Any]", kind.queries.list_own(session, actor.party_id, page))


@router.get("/review")
def review_page(request: Request, session: ReadSessionDep, actor: MemberDep, page: PageDep) -> Response:
    actor.require(Permission.REVIEW_LISTINGS)
    waiting = {noun: kind.queries.list_for_review(session, page) for noun, kind in KINDS.items()}
    return render(request, "review.html", waiting=waiting, kinds=KINDS, statuses=STATUS_LABELS)
