"""Use-cases of technology contracts, by who acts: filers (drafting), offices (registration, changes), readers (reading)."""

from market.contracts.changes import change_contract, deregister_contract, record_income, revoke_contract
from market.contracts.drafting import draft_contract, draft_from_deal, edit_contract, submit_contract
from market.contracts.reading import certificate_of, desk, list_visible, precheck_contract, view_contract
from market.contracts.registration import accept_contract, refuse_contract, register_contract, return_contract

__all__ = [
    "accept_contract",
    "certificate_of",
    "change_contract",
    "deregister_contract",
    "desk",
    "draft_contract",
    "draft_from_deal",
    "edit_contract",
    "list_visible",
    "precheck_contract",
    "record_income",
    "refuse_contract",
    "register_contract",
    "return_contract",
    "revoke_contract",
    "submit_contract",
    "view_contract",
]
