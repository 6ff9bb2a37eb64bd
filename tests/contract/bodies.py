"""A valid body for every write that needs one, so that what answers is the permission and not the validation."""

from collections.abc import Callable
from typing import Any

from tests.contract.market import PROJECT, Market, make_credit_code
from tests.flows.journey import ACHIEVEMENT, NEED, TERMS
from tests.flows.people import OFFICE, PASSWORD

Body = Callable[[Market], dict[str, Any]]

_REASON = "材料不齐,请补充后再交(演示)。"


def _organization(_market: Market) -> dict[str, Any]:
    return {
        "kind": "enterprise",
        "name": "示范新入驻企业(演示)",
        "credit_code": make_credit_code(990),
        "party_type_code": "150",
        "region_code": "640104",
    }


def _user(_market: Market) -> dict[str, Any]:
    return {
        "login": "matrix-user",
        "password": PASSWORD,
        "display_name": "新用户(演示)",
        "role": "official",
        "office_code": OFFICE,
    }


def _contract(_market: Market) -> dict[str, Any]:
    party = {"name": "示范外部单位(演示)", "party_type_code": "150", "region_code": "640104"}
    return {
        "name": "枸杞冻干工艺技术服务(演示)",
        "parties": [{"side": "provider", **party}, {"side": "acquirer", **party}],
        "contract_kind_code": "FW",
        "field_code": "09",
        "payment_mode_code": "instalments",
        "contract_amount_cny": "100000.00",
        "technology_amount_cny": "80000.00",
        "effective_from": "2026-05-01",
        "effective_to": "2027-04-30",
    }


def _incentives(_market: Market) -> dict[str, Any]:
    return {
        "on": "2026-04-08",
        "contract_kind_code": "XK",
        "technology_amount_cny": "1000000.00",
        "seller_kind": "institute",
    }


def _texts(command: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in command.items() if isinstance(value, str)}


BODIES: dict[str, Body] = {
    "POST /v1/sessions": lambda _: {"login": "official-one", "password": PASSWORD},
    "POST /v1/me/password": lambda _: {"current_password": "wrong lantern 00", "new_password": "another lantern 48"},
    "POST /v1/organizations": _organization,
    "PATCH /v1/organizations/{party_id}": lambda _: {"address": "银川市示范路 1 号(演示)"},
    "POST /v1/users": _user,
    "PATCH /v1/users/{user_id}": lambda _: {"display_name": "改名(演示)"},
    "POST /v1/brokers": lambda market: {"user_id": market.ids["user_id"], "qualification_code": "junior"},
    "PATCH /v1/brokers/{broker_id}": lambda _: {"max_load": 21},
    "POST /v1/achievements": lambda _: ACHIEVEMENT,
    "PATCH /v1/achievements/{achievement_id}": lambda _: {"trl": 8},
    "POST /v1/achievements/{achievement_id}/return": lambda _: {"reason": _REASON},
    "POST /v1/needs": lambda _: NEED,
    "PATCH /v1/needs/{need_id}": lambda _: {"min_trl": 6},
    "POST /v1/needs/{need_id}/return": lambda _: {"reason": _REASON},
    "POST /v1/matches": lambda market: {key: market.ids[key] for key in ("need_id", "achievement_id")},
    "POST /v1/matches/{match_id}/decline": lambda _: {"reason_code": "price"},
    "POST /v1/matches/{match_id}/assign": lambda market: {"broker_id": market.ids["broker_id"]},
    "POST /v1/matches/{match_id}/notes": lambda _: {"note": "已电话沟通(演示)。"},
    "POST /v1/deals": lambda market: {"match_id": market.ids["match_id"]},
    "POST /v1/deals/{deal_id}/propose": lambda _: TERMS,
    "POST /v1/deals/{deal_id}/close": lambda _: {"reason_code": "price"},
    "POST /v1/deals/{deal_id}/assign": lambda market: {"broker_id": market.ids["broker_id"]},
    "POST /v1/deals/{deal_id}/notes": lambda _: {"text": "已电话沟通(演示)。"},
    "POST /v1/contracts": lambda market: {"deal_id": market.ids["deal_id"]},
    "PATCH /v1/contracts/{contract_id}": lambda _: {"is_related_party": False},
    "POST /v1/contracts/{contract_id}/return": lambda _: {"note": _REASON},
    "POST /v1/contracts/{contract_id}/refuse": lambda _: {"reason_codes": ["not_technical"]},
    "POST /v1/contracts/{contract_id}/change": lambda _: {
        "reason_code": "amount_changed",
        "name": "变更后的名称(演示)",
    },
    "POST /v1/contracts/{contract_id}/income": lambda _: {"technical_income_cny": "0.00"},
    "POST /v1/contracts/{contract_id}/deregister": lambda _: {"reason": _REASON},
    "POST /v1/contracts/{contract_id}/revoke": lambda _: {"reason": _REASON},
    "POST /v1/projects": lambda market: {**PROJECT, "enterprise_party_id": market.ids["party_id"]},
    "PATCH /v1/projects/{project_id}": lambda _: {"title": PROJECT["title"]},
    "POST /v1/projects/{project_id}/transfer": lambda _: {},
    "POST /v1/projects/{project_id}/terminate": lambda _: {"note": _REASON},
    "POST /v1/projects/{project_id}/milestones/{position}/assess": lambda _: {"status": "met"},
    "POST /v1/targets": lambda _: {
        "year": 2026,
        "contract_amount_cny": "3000000000.00",
        "project_count": 100,
        "valid_from": "2026-04-08",
        "source": "演示目标文件",
    },
    "POST /v1/incentives/estimate": _incentives,
    "POST /v1/dead-letters/replay": lambda _: {"ids": [1]},
}
FORMS: dict[str, Body] = {
    "POST /dead-letters/replay": lambda _: {"ids": "1"},
    "POST /sign-in": lambda _: {"login": "official-one", "password": PASSWORD},
    "POST /matches/{match_id}/decline": lambda _: {"reason_code": "price"},
    "POST /matches/{match_id}/assign": lambda market: {"broker_id": market.ids["broker_id"]},
    "POST /needs/{need_id}/return": lambda _: {"reason": _REASON},
    "POST /achievements/{achievement_id}/return": lambda _: {"reason": _REASON},
    "POST /needs/new": lambda _: _texts(NEED),
    "POST /achievements/new": lambda _: _texts(ACHIEVEMENT),
    "POST /needs/{need_id}/edit": lambda _: _texts(NEED),
    "POST /achievements/{achievement_id}/edit": lambda _: _texts(ACHIEVEMENT),
    "POST /deals": lambda market: {"match_id": market.ids["match_id"]},
    "POST /deals/{deal_id}/propose": lambda _: TERMS,
    "POST /deals/{deal_id}/close": lambda _: {"reason_code": "price"},
    "POST /deals/{deal_id}/notes": lambda _: {"text": "已电话沟通(演示)。"},
    "POST /contracts/{contract_id}/edit": lambda _: {"name": "新的名称(演示)"},
    "POST /contracts/{contract_id}/income": lambda _: {"technical_income_cny": "0.00"},
    "POST /registration/{contract_id}/return": lambda _: {"note": _REASON},
    "POST /registration/{contract_id}/refuse": lambda _: {"reason_codes": "not_technical"},
    "POST /registration/{contract_id}/revoke": lambda _: {"reason": _REASON},
    "POST /registration/{contract_id}/deregister": lambda _: {"reason": _REASON},
    "POST /registration/{contract_id}/change": lambda _: {
        "reason_code": "amount_changed",
        "name": "变更后的名称(演示)",
    },
}
