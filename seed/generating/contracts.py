"""Generated technology contracts: rows such as filing, deciding, changing and ending them leave, told contract by contract.

Registration numbers and ledger numbers belong to the database, so they are given when the rows are stored (`service.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from math import log
from random import Random
from typing import Any
from uuid import UUID

from market.contracts.ledger import month_in
from market.contracts.models import ContractSide, ContractStatus, LedgerKind
from market.contracts.rules import RuleSet, rule_book
from market.kernel.money import round_cny
from market.parties.models import Origin
from market.reference.lists import code_list, is_in_home_region
from seed.generating.parties import Member, Members
from seed.generating.plan import Run, id_at, office_hours
from seed.generating.shapes import Weighted, WorkingDays, figures, share
from seed.generating.wording import Writer, lexicon, words

Values = dict[str, Any]
Officials = Mapping[str, tuple[UUID, UUID]]
"""For each office who accepts and who decides: never the same."""

_P95 = 1.645
_PERIOD_DAYS = 29
"""An office that is not late decides within so many calendar days of accepting."""

_TERMS_DAYS = (180, 365, 540, 730)
_FOREIGN_COUNTRIES = ("276", "392", "840", "528", "826")
_RIGHTS = Weighted.of({"patent_invention": 40, "utility_model": 25, "software": 25, "trade_secret": 10})
_LICENCE_MODES = Weighted.of({"ordinary": 70, "sole": 20, "exclusive": 10})
_REFUSALS = Weighted.of({"not_technical": 40, "name_content_mismatch": 30, "subject_unclear": 20, "proof_missing": 10})


class Fate(StrEnum):
    """What becomes of a contract, in the end."""

    REGISTERED = "registered"
    REFUSED = "refused"
    CHANGED = "changed"
    DEREGISTERED = "deregistered"
    REVOKED = "revoked"
    WITH_INCOME = "with_income"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


_IN_FLIGHT = Weighted.of({Fate.SUBMITTED: 35, Fate.ACCEPTED: 40, Fate.RETURNED: 15, Fate.DRAFT: 10})
_STATUSES = {
    Fate.REFUSED: ContractStatus.REFUSED,
    Fate.DEREGISTERED: ContractStatus.DEREGISTERED,
    Fate.REVOKED: ContractStatus.REVOKED,
    Fate.DRAFT: ContractStatus.DRAFT,
    Fate.SUBMITTED: ContractStatus.SUBMITTED,
    Fate.RETURNED: ContractStatus.RETURNED,
    Fate.ACCEPTED: ContractStatus.ACCEPTED,
}
_UNDECIDED = frozenset({Fate.DRAFT, Fate.SUBMITTED, Fate.RETURNED, Fate.ACCEPTED})
_STEPS = {Fate.DRAFT: 1, Fate.SUBMITTED: 2, Fate.ACCEPTED: 3, Fate.RETURNED: 3, Fate.REFUSED: 4, Fate.REGISTERED: 4}
_CORRECTION_STEPS = 3
"""Returned, edited, submitted again: so many versions more."""

_ENTRY_MARKS = {kind: 0x10 + number for number, kind in enumerate(LedgerKind)}
_ENDINGS = {Fate.DEREGISTERED: LedgerKind.DEREGISTRATION, Fate.REVOKED: LedgerKind.REVOCATION}


@dataclass
class ContractRows:
    """The rows of some contracts by table; `numbered` are those contracts that get a registration number, in order."""

    contracts: list[Values] = field(default_factory=list)
    parties: list[Values] = field(default_factory=list)
    changes: list[Values] = field(default_factory=list)
    entries: list[Values] = field(default_factory=list)

    @property
    def numbered(self) -> list[Values]:
        return [row for row in self.contracts if row["registered_on"] is not None]


@dataclass(frozen=True)
class _Kind:
    code: str
    subkinds: Weighted[str] | None
    amount_factor: float
    """How much larger than the average such contracts are."""


@dataclass(frozen=True)
class _Dates:
    """The days of one contract's way; None where it has not come so far."""

    signed: date
    drafted: date
    submitted: date | None
    accepted: date | None
    decided: date | None
    afterwards: date | None
    is_corrected: bool
    """Whether it was returned, corrected and handed in again before."""


class ContractMaker:
    """Makes the contracts of one run."""

    def __init__(self, run: Run, members: Members, officials: Officials) -> None:
        self._run = run
        self._members = members
        self._officials = officials
        self._days = WorkingDays(run.plan.year, run.plan.today)
        is_open = run.plan.last_day == run.plan.today
        waiting = round(run.plan.contracts * share("in_flight_percent")) if is_open else 0
        self._decided = run.plan.contracts - waiting

    def make(self, numbers: range) -> ContractRows:
        """The contracts with these running numbers, in the order of their decisions."""
        chance, made = self._run.chance("contracts", numbers.start), ContractRows()
        for number in numbers:
            self._make_one(chance, number, made)
        return made

    def _make_one(self, chance: Random, number: int, made: ContractRows) -> None:
        fate, dates = self._course(chance, number)
        kind = _kinds().pick(chance)
        is_import = chance.random() < share("imported_percent")
        acquirer = self._members.buyer_at_home(chance) if is_import else self._members.buyer(chance)
        provider = None if is_import else self._members.seller(chance)
        filer = acquirer if provider is None else provider
        row = self._particulars(chance, number, kind, dates)
        row |= _steps(chance, row, fate, dates, self._officials[filer.office_code or ""])
        row |= {"filed_by_party_id": filer.id, "office_code": filer.office_code}
        made.contracts.append(row)
        seller = _foreign(chance, number) if provider is None else _snapshot(provider)
        sides = {ContractSide.PROVIDER: seller, ContractSide.ACQUIRER: _snapshot(acquirer)}
        for position, (side, party) in enumerate(sides.items(), 1):
            made.parties.append(
                {"id": UUID(int=row["id"].int ^ position), "contract_id": row["id"], "side": side, **party}
            )
        if row["registered_on"] is not None:
            regions = (seller["region_code"], acquirer.region_code)
            _post(chance, row, fate, dates, regions, made)

    def _course(self, chance: Random, number: int) -> tuple[Fate, _Dates]:
        if number >= self._decided:
            return self._waiting(chance)
        decided = self._days.in_season((number + chance.random()) / self._decided)
        accepted = self._accepted_before(chance, decided)
        submitted = self._days.before(accepted, int(chance.random() * 3))
        is_corrected = chance.random() < share("returned_percent")
        drafted = self._days.before(submitted, int(chance.random() * 4) + (8 if is_corrected else 0))
        signed = drafted - timedelta(days=int(chance.random() ** 2 * 60))
        later = self._days.after(decided, 15 + int(chance.random() * 25))
        fate = _fates().pick(chance)
        if later is None and fate not in (Fate.REGISTERED, Fate.REFUSED):
            fate = Fate.REGISTERED  # what happens to it afterwards lies ahead
        return fate, _Dates(signed, drafted, submitted, accepted, decided, later, is_corrected)

    def _accepted_before(self, chance: Random, decided: date) -> date:
        """The day of acceptance from which the office took its usual time, or now and then too long."""
        decision = figures()["decision"]
        if chance.random() < decision["late_percent"] / 100:
            return self._days.before(decided, 24 + int(chance.random() * 10))
        sigma = log(decision["p95_working_days"] / decision["median_working_days"]) / _P95
        taken = max(1, round(chance.lognormvariate(log(decision["median_working_days"]), sigma)))
        accepted = self._days.before(decided, taken)
        while (decided - accepted).days > _PERIOD_DAYS:
            taken -= 1
            accepted = self._days.before(decided, taken)
        return accepted

    def _waiting(self, chance: Random) -> tuple[Fate, _Dates]:
        fate = _IN_FLIGHT.pick(chance)
        submitted = self._days.before(self._run.plan.today, 2 + int(chance.random() * 7))
        drafted = self._days.before(submitted, int(chance.random() * 4))
        accepted = self._days.before(self._run.plan.today, 1) if fate is Fate.ACCEPTED else None
        signed = drafted - timedelta(days=int(chance.random() ** 2 * 60))
        is_handed_in = fate is not Fate.DRAFT
        return fate, _Dates(
            signed, drafted, submitted if is_handed_in else None, accepted, None, None, is_corrected=False
        )

    def _particulars(self, chance: Random, number: int, kind: _Kind, dates: _Dates) -> Values:
        """What the filer wrote."""
        year = self._run.plan.year
        writer, terms = Writer(chance, number), words()["contract_terms"][kind.code]
        subkind = kind.subkinds.pick(chance) if kind.subkinds else None
        payment = _payment_modes().pick(chance)
        field_code = writer.topic.fields.pick(chance)
        created_at = office_hours(dates.drafted, chance)
        amount = _amount(chance, kind)
        label = code_list("contract_kinds").label(kind.code)
        name = writer.title(lexicon().contract_names)[:80]
        return {
            "id": id_at(created_at, chance),
            "created_at": created_at,
            "name": f"{name}{label}合同({year}-{self._run.number}-{number + 1})",
            "contract_kind_code": kind.code,
            "contract_subkind_code": subkind,
            "field_code": field_code,
            "industry_code": writer.topic.industries.pick(chance),
            "local_industry_code": writer.topic.local_industries.pick(chance),
            "objective_code": words()["objectives"][field_code],
            "plan_source_code": _plan_sources().pick(chance),
            "ip_kind_codes": _rights(chance, subkind, kind.code),
            "licence_mode_code": _LICENCE_MODES.pick(chance) if kind.code == "XK" else None,
            "payment_mode_code": payment,
            "is_related_party": chance.random() < share("related_party_percent"),
            "subject_matter": writer.title(Weighted([terms["subject"]], [1])),
            "ip_terms": terms["rights"],
            "acceptance_terms": terms["acceptance"],
            "signed_on": dates.signed,
            "effective_from": dates.signed,
            "effective_to": dates.signed + timedelta(days=chance.choice(_TERMS_DAYS)),
            "contract_amount_cny": amount,
            "technology_amount_cny": _technology_amount(chance, amount, kind.code),
            "origin": Origin.GENERATED,
        }


def _steps(chance: Random, row: Values, fate: Fate, dates: _Dates, officials: tuple[UUID, UUID]) -> Values:
    """What the office, and later the filer, made of it."""
    notes = words()["notes"]
    found: Values = {
        "status": _STATUSES.get(fate, ContractStatus.REGISTERED),
        "version": _STEPS.get(fate, _STEPS[Fate.REGISTERED] + 1) + (_CORRECTION_STEPS if dates.is_corrected else 0),
        "updated_at": row["created_at"],
        "registered_on": None,
        "return_note": notes["return"] if dates.is_corrected or fate is Fate.RETURNED else "",
    }
    if dates.submitted is not None:
        found["submitted_at"] = found["updated_at"] = max(office_hours(dates.submitted, chance), row["created_at"])
    if fate is Fate.RETURNED:
        found["updated_at"] += timedelta(hours=1)
    if dates.accepted is not None:
        accepted_at = max(office_hours(dates.accepted, chance), found["submitted_at"])
        rules = _rules_on(dates.accepted)
        found |= {
            "accepted_at": accepted_at,
            "updated_at": accepted_at,
            "accepted_by": officials[0],
            "rule_version": rules.version,
            "decide_by": rules.decide_by(dates.accepted, row["technology_amount_cny"]),
        }
    if dates.decided is None:
        return found
    decided_at = max(office_hours(dates.decided, chance), found["accepted_at"])
    found |= {"decided_at": decided_at, "updated_at": decided_at, "decided_by": officials[1]}
    if fate is Fate.REFUSED:
        found |= {"refusal_reason_codes": [_REFUSALS.pick(chance)], "return_note": notes["refusal"]}
    else:
        found["registered_on"] = dates.decided
    if fate in _ENDINGS:
        found["return_note"] = notes["deregistration" if fate is Fate.DEREGISTERED else "revocation"]
    if fate is Fate.WITH_INCOME:
        found["technical_income_cny"] = _hundreds(row["technology_amount_cny"] * Decimal("0.6"))
    if fate in (*_ENDINGS, Fate.CHANGED, Fate.WITH_INCOME) and dates.afterwards is not None:
        found["updated_at"] = office_hours(dates.afterwards, chance)
    return found


def _post(
    chance: Random, row: Values, fate: Fate, dates: _Dates, regions: tuple[str | None, str | None], made: ContractRows
) -> None:
    """The ledger entries of a registered contract, and its change where there is one."""
    amounts = (row["contract_amount_cny"], row["technology_amount_cny"])
    made.entries.append(_entry(row, LedgerKind.REGISTRATION, (1, *amounts), row["decided_at"], regions))
    if dates.afterwards is None:
        return
    if fate in _ENDINGS:
        taken_off = (-1, -amounts[0], -amounts[1])
        made.entries.append(_entry(row, _ENDINGS[fate], taken_off, row["updated_at"], regions))
    elif fate is Fate.CHANGED:
        made.changes.append(_change(chance, row))
        moved = (0, row["contract_amount_cny"] - amounts[0], row["technology_amount_cny"] - amounts[1])
        made.entries.append(_entry(row, LedgerKind.CHANGE, moved, row["updated_at"], regions))


def _change(chance: Random, row: Values) -> Values:
    """Changes the row's amounts by some share, and says so."""
    amounts = ("contract_amount_cny", "technology_amount_cny")
    factor = Decimal(f"{chance.choice((0.7, 0.8, 0.9, 1.1, 1.2)):.1f}")
    before = {name: str(row[name]) for name in amounts}
    for name in amounts:
        row[name] = round_cny(row[name] * factor)
    return {
        "id": UUID(int=row["id"].int ^ 0xFF),
        "contract_id": row["id"],
        "number": 1,
        "reason_code": "amount_changed",
        "before": before,
        "after": {name: str(row[name]) for name in amounts},
        "at": row["updated_at"],
        "by_user_id": row["decided_by"],
    }


def _entry(
    row: Values,
    kind: LedgerKind,
    deltas: tuple[int, Decimal, Decimal],
    at: datetime,
    regions: tuple[str | None, str | None],
) -> Values:
    """As `market.contracts.ledger.post` writes it, but for its number."""
    day = _day(at)
    year = row["registered_on"].year
    provider_region, acquirer_region = regions
    return {
        "id": UUID(int=row["id"].int ^ _ENTRY_MARKS[kind]),
        "contract_id": row["id"],
        "kind": kind,
        "year": year,
        "month": month_in(year, day),
        "effective_on": day,
        "recorded_at": at,
        "count_delta": deltas[0],
        "contract_amount_delta_cny": deltas[1],
        "technology_amount_delta_cny": deltas[2],
        "contract_kind_code": row["contract_kind_code"],
        "field_code": row["field_code"],
        "industry_code": row["industry_code"],
        "local_industry_code": row["local_industry_code"],
        "provider_region_code": provider_region,
        "acquirer_region_code": acquirer_region,
        "provider_in_region": is_in_home_region(provider_region),
        "acquirer_in_region": is_in_home_region(acquirer_region),
        "office_code": row["office_code"],
    }


def _snapshot(member: Member) -> Values:
    return {
        "party_id": member.id,
        "name": member.name,
        "credit_code": member.credit_code,
        "party_type_code": member.party_type_code,
        "region_code": member.region_code,
    }


def _foreign(chance: Random, number: int) -> Values:
    return {
        "party_id": None,
        "name": f"生成·境外技术公司{number + 1}号",
        "credit_code": None,
        "party_type_code": "920",
        "region_code": None,
        "country_code": chance.choice(_FOREIGN_COUNTRIES),
    }


def _rights(chance: Random, subkind: str | None, kind_code: str) -> list[str]:
    fixed = words()["subkind_rights"].get(subkind)
    if fixed is not None:
        return [fixed]
    if kind_code in ("ZR", "XK") or chance.random() < share("with_rights_percent"):
        return [_RIGHTS.pick(chance)]
    return []


def _amount(chance: Random, kind: _Kind) -> Decimal:
    """Whole hundreds of yuan, log-normal, within the bounds."""
    shape = figures()["amount"]
    drawn = chance.lognormvariate(log(shape["median_cny"]), shape["sigma"]) * kind.amount_factor
    return _hundreds(Decimal(min(max(drawn, shape["least_cny"]), shape["most_cny"])))


def _technology_amount(chance: Random, amount: Decimal, kind_code: str) -> Decimal:
    shape = figures()["technology_amount"]
    if chance.random() < shape["whole_percent"] / 100:
        return amount
    part = chance.betavariate(*shape["service_beta" if kind_code == "FW" else "beta"])
    return max(_hundreds(amount * Decimal(f"{part:.3f}")), Decimal("100.00"))


def _hundreds(amount: Decimal) -> Decimal:
    return (amount / 100).to_integral_value() * 100 + Decimal("0.00")


def _day(at: datetime) -> date:
    return (
        at + timedelta(hours=8)
    ).date()  # office hours: the business date in Asia/Shanghai, cheaper than a time zone


@lru_cache(maxsize=1024)
def _rules_on(day: date) -> RuleSet:
    return rule_book().in_force(day)


@cache
def _kinds() -> Weighted[_Kind]:
    items = figures()["contract_kinds"]["items"]
    kinds = [
        _Kind(
            one["code"],
            Weighted.of(one["subkinds"]) if one["subkinds"] else None,
            one["value_percent"] / one["count_percent"],
        )
        for one in items
    ]
    return Weighted(kinds, [one["count_percent"] for one in items])


@cache
def _fates() -> Weighted[Fate]:
    """What becomes of a contract that is decided; the shares of what follows are shares of those registered."""
    refused = share("refused_percent")
    registered = 1 - refused
    followed = {
        Fate.CHANGED: share("changed_percent"),
        Fate.DEREGISTERED: share("deregistered_percent"),
        Fate.REVOKED: share("revoked_percent"),
        Fate.WITH_INCOME: share("income_percent"),
    }
    rest = 1 - sum(followed.values())
    weights = {Fate.REFUSED: refused, Fate.REGISTERED: registered * rest}
    return Weighted.of(weights | {fate: registered * part for fate, part in followed.items()})


@cache
def _plan_sources() -> Weighted[str]:
    return Weighted.of(figures()["plan_sources"]["items"])


@cache
def _payment_modes() -> Weighted[str]:
    return Weighted.of(figures()["payment_modes"]["items"])
