"""The pages: who is shown what, forms that come back, and addresses with odd questions in them."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from api.pages import rendering
from api.pages.notices import NOTICES
from market.contracts.models import Contract, ContractSide, ContractStatus
from market.contracts.schemas import ContractPartyInput, DraftFromDeal
from market.contracts.service import draft_from_deal
from market.kernel.actor import Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.listings.models import ListingStatus
from market.matches.models import MatchStatus
from market.needs.models import Need
from market.needs.queries import indicators_of
from tests.api.browser import Browser
from tests.factories.contracts import make_contract
from tests.factories.deals import make_deal
from tests.factories.needs import make_need, make_need_indicator
from tests.factories.parties import actor_of, make_party, make_user
from tests.factories.projects import make_project
from tests.factories.scenes import make_scene


@pytest.mark.parametrize("code", ["%00", "%20", "%01", "no-such-code"])
@pytest.mark.parametrize("path", ["/?region=", "/?kind=", "/?field=", "/?industry=", "/projects?region="])
def test_code_that_is_no_code_is_refused_on_a_page(visitor: Browser, path: str, code: str) -> None:
    answer = visitor.get(path + code)
    assert answer.status_code in (200, 422)
    assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize(
    "path",
    [
        "/?year=2000&as_of=0001-01-01",
        "/?year=2100&as_of=9999-12-31",
        "/?year=&as_of=",
        "/?year=2026&as_of=",
        "/projects?year=2000&page=99999",
        "/search?q=" + "井" * 200,
        "/search?q=%00&sort=no",
    ],
)
def test_odd_question_gets_a_page(visitor: Browser, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code in (200, 422)
    assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize("path", ["/?year=&as_of=&direction=output", "/projects?year=&stage=&status="])
def test_field_left_empty_is_no_question(visitor: Browser, path: str) -> None:
    assert visitor.get(path).status_code == 200


def test_proof_that_is_not_ascii_is_refused(
    browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock
) -> None:
    with database.writing() as session:
        actor = actor_of(make_user(session, clock))
    assert browser_of(actor).post("/needs/new", {"proof": "证明"}).status_code == 403


def test_project_page_names_contracts_to_those_only_who_may_read_them(
    visitor: Browser, browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock
) -> None:
    with database.writing() as session:
        project = make_project(session, clock)
        provider, acquirer = (make_party(session, clock) for _ in range(2))
        contract = make_contract(
            session,
            clock,
            project_id=project.id,
            parties=[
                ContractPartyInput(side=ContractSide.PROVIDER, party_id=provider.id),
                ContractPartyInput(side=ContractSide.ACQUIRER, party_id=acquirer.id),
            ],
        )
        party = actor_of(make_user(session, clock, party_id=acquirer.id))
        stranger = actor_of(make_user(session, clock))
        official = actor_of(make_user(session, clock, role=Role.OFFICIAL))
        path, name, number = f"/projects/{project.id}", contract.name, contract.registration_no or "?"
    for reader in (visitor, browser_of(stranger)):
        page = reader.get(path)
        assert page.status_code == 200
        assert name not in page.text
        assert number not in page.text
    for reader in (browser_of(party), browser_of(official)):
        assert name in reader.get(path).text


def _need_form(need: Need) -> dict[str, str]:
    return {
        "title": need.title,
        "summary": need.summary,
        "field_code": need.field_code,
        "region_code": need.region_code or "",
        "problem": need.problem,
        "exclusivity": "any",
        "owner_disclosure": "members",
        "version": str(need.version),
    }


def test_editing_on_the_page_keeps_what_the_form_does_not_show(
    browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock
) -> None:
    """Levels of disclosure and the particulars of indicators have no field on the form; saving it must not loosen or drop them."""
    with database.writing() as session:
        actor = actor_of(make_user(session, clock))
        need = make_need(
            session,
            clock,
            owner_party_id=actor.party_id,
            status=ListingStatus.DRAFT,
            disclosure={"problem": "consent", "budget_max_cny": "consent", "owner": "consent"},
        )
        make_need_indicator(session, need, current_value="现为 75%", test_method="GB/T 18672")
        form, need_id = _need_form(need), need.id
    indicator = {
        "indicator_name": "多糖保留率",
        "indicator_operator": "ge",
        "indicator_value": "92",
        "indicator_value_high": "",
        "indicator_unit": "%",
        "indicator_text": "",
    }
    answer = browser_of(actor).post(f"/needs/{need_id}/edit", form | indicator)
    assert answer.status_code == 303, answer.text
    with database.reading() as session:
        need = session.get_one(Need, need_id)
        assert need.disclosure == {"problem": "consent", "budget_max_cny": "consent", "owner": "members"}
        [row] = indicators_of(session, [need_id])[need_id]
        assert (row.value, row.current_value, row.test_method) == (Decimal(92), "现为 75%", "GB/T 18672")


def _drafted(database: Database, clock: FixedClock, **overrides: Any) -> tuple[UUID, Actor]:
    with database.writing() as session:
        contract = make_contract(session, clock, ContractStatus.DRAFT, **overrides)
        return contract.id, actor_of(make_user(session, clock, party_id=contract.filed_by_party_id))


def test_contract_form_comes_back_when_fields_are_missing(
    browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock
) -> None:
    contract_id, filer = _drafted(database, clock)
    answer = browser_of(filer).post(f"/contracts/{contract_id}/edit", {"contract_amount_cny": "一百万"})
    assert answer.status_code == 422
    assert "一百万" in answer.text


def test_contract_form_clears_what_was_emptied(
    browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock
) -> None:
    contract_id, filer = _drafted(database, clock, licence_mode_code="exclusive")
    fields = {
        "contract_kind_code": "ZX",
        "contract_subkind_code": "",
        "licence_mode_code": "",
        "acceptance_terms": "",
        "ip_kind_codes": "",
        "version": "1",
    }
    answer = browser_of(filer).post(f"/contracts/{contract_id}/edit", fields)
    assert answer.status_code == 303, answer.text
    with database.reading() as session:
        contract = session.get_one(Contract, contract_id)
        assert (contract.contract_kind_code, contract.contract_subkind_code, contract.licence_mode_code) == (
            "ZX",
            None,
            None,
        )
        assert (contract.acceptance_terms, contract.ip_kind_codes) == ("", [])
        assert contract.subject_matter  # was not on the form


def test_note_can_be_added_in_the_deal_room(
    browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock
) -> None:
    with database.writing() as session:
        scene = make_scene(session, clock, status=MatchStatus.CONSENTED)
        deal_id = make_deal(session, clock, match=scene.match).id
        acquirer = scene.acquirer
    browser = browser_of(acquirer)
    path = f"/deals/{deal_id}"
    assert f'action="{path}/notes"' in browser.get(path).text
    assert browser.post(f"{path}/notes", {"text": "约定下周看现场"}).status_code == 303
    assert "约定下周看现场" in browser.get(path).text


def test_hidden_price_is_not_called_negotiable(
    browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock
) -> None:
    with database.writing() as session:
        scene = make_scene(session, clock)
        scene.need.disclosure = {"budget_max_cny": "consent"}
        scene.need.budget_max_cny = Decimal("7654321.00")
        session.add(scene.need)
        match_id, provider = scene.match.id, scene.provider
    page = browser_of(provider).get(f"/matches/{match_id}").text
    assert "765.43" not in page, "the hidden budget, in 万元"
    assert "7654321" not in page
    assert "预算 面议" not in page


def test_broker_who_hands_a_pair_on_lands_on_a_page(
    browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock
) -> None:
    with database.writing() as session:
        scene = make_scene(session, clock)
        match_id, broker, other = scene.match.id, scene.broker, scene.idle_broker.broker_id
    browser = browser_of(broker)
    answer = browser.post(f"/matches/{match_id}/assign", {"broker_id": str(other)})
    assert answer.status_code == 303, answer.text
    assert browser.get(answer.headers["location"]).status_code == 200


def test_board_of_a_part_leads_to_the_contracts_of_that_part(
    browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock
) -> None:
    with database.writing() as session:
        contract = make_contract(session, clock)
        region = "640100"
        official = actor_of(make_user(session, clock, role=Role.OFFICIAL))
        kind = contract.contract_kind_code
    page = browser_of(official).get(f"/?region={region}").text
    links = [part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:]]
    drills = [link for link in links if link.startswith("/board/contracts?")]
    assert any(f"kind={kind}" in link for link in drills)
    assert all("region=" in link for link in drills)


def test_a_notice_is_one_of_our_own(client):
    ours = client.get("/sign-in?notice=saved").text
    foreign = client.get("/sign-in?notice=请把密码发到某处").text

    assert "已保存。" in ours
    assert "请把密码发到某处" not in foreign


def test_every_notice_that_pages_lead_to_exists():
    pages = Path(rendering.__file__).parent
    named = {
        code for page in pages.glob("*.py") for code in re.findall(r"\?notice=(\w+)", page.read_text(encoding="utf-8"))
    }

    assert named <= set(NOTICES)
    assert named


def test_draft_contract_is_named_to_its_parties_only(
    browser_of: Callable[[Actor], Browser], database: Database, clock: FixedClock
) -> None:
    with database.writing() as session:
        scene = make_scene(session, clock, status=MatchStatus.CONSENTED)
        deal = make_deal(session, clock, match=scene.match, agreed=True)
        contract = draft_from_deal(
            session, scene.provider, DraftFromDeal(deal_id=deal.id, name="保密的合同名称"), clock=clock
        )
        path, status = f"/deals/{deal.id}", contract.status

    assert status == ContractStatus.DRAFT
    assert "保密的合同名称" in browser_of(scene.provider).get(path).text
    assert "保密的合同名称" not in browser_of(scene.official).get(path).text
