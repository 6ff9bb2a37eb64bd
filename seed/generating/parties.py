"""Generated organisations: who sells, who buys, and how often each is drawn.

Everybody is worked out from the run alone, so that a batch needs nobody from the database.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from stdnum.cn import uscc

from market.contracts.precheck import office_for
from market.parties.models import Origin, PartyKind
from market.reference.lists import code_list, regions_within
from seed.generating.plan import Run, id_at, midnight
from seed.generating.shapes import Weighted, figures, share, zipf_weights
from seed.generating.wording import lexicon

_CODE_BODY = "99640000"
"""As for demo parties (`seed/credit_codes.py`): of registration 9 (other), category 9, region 640000; the organisation code reads
GEN, five hexadecimal digits and an X in the place of its check digit, which no real code has there."""

MOST_PARTIES = 16**5
_BUYERS_PER_SELLER = 1
_HIGH_TECH_SHARE = 0.25

_PARTY_TYPES: Mapping[PartyKind, Weighted[str]] = {
    PartyKind.ENTERPRISE: Weighted.of({"150": 58, "160": 22, "170": 12, "110": 8}),
    PartyKind.UNIVERSITY: Weighted.of({"022": 1}),
    PartyKind.INSTITUTE: Weighted.of({"021": 1}),
    PartyKind.OTHER_ORGANIZATION: Weighted.of({"024": 70, "030": 30}),
}
_NOUNS: Mapping[PartyKind, str] = {
    PartyKind.ENTERPRISE: "企业",
    PartyKind.UNIVERSITY: "大学",
    PartyKind.INSTITUTE: "研究院",
    PartyKind.OTHER_ORGANIZATION: "服务中心",
}
_SCALES = Weighted.of({"micro": 30, "small": 45, "medium": 18, "large": 7})
_PROVINCES = ("610000", "620000", "150000", "110000", "310000", "320000", "440000", "370000", "510000", "330000")


@dataclass(frozen=True)
class Member:
    """A generated organisation; `office_code` registers what it files, None outside of the region."""

    id: UUID
    kind: PartyKind
    name: str
    credit_code: str
    party_type_code: str
    region_code: str
    industry_code: str
    office_code: str | None
    serial: int


class Members:
    """Everybody of a run. Sellers are drawn by kind and city first, so that those shares hold, then by Zipf's law."""

    def __init__(self, run: Run) -> None:
        self._run = run
        chance = run.chance("members")
        self._serial = run.first_serial
        sellers = figures()["sellers"]["items"]
        cities: dict[str, float] = figures()["region_percent"]["items"]
        self._kinds = Weighted(
            [PartyKind(one["kind"]) for one in sellers], [one["contracts_percent"] for one in sellers]
        )
        self._cities = Weighted.of(cities)
        self.everybody: list[Member] = []
        self._sellers: dict[tuple[PartyKind, str], Weighted[Member]] = {}
        for one in sellers:
            kind = PartyKind(one["kind"])
            for city, percent in cities.items():
                number = max(1, round(run.sellers * one["sellers_percent"] / 100 * percent / 100))
                self._sellers[kind, city] = self._drawn(self._make(chance, kind, city, number))
        buyers = max(len(cities), round(len(self.everybody) * _BUYERS_PER_SELLER))
        at_home = {
            city: self._make(chance, PartyKind.ENTERPRISE, city, max(1, round(buyers * percent / 100)))
            for city, percent in cities.items()
        }
        self._buyers_at_home = self._drawn([member for members in at_home.values() for member in members], chance)
        outside = [
            member
            for province in _PROVINCES
            for member in self._make(
                chance,
                PartyKind.ENTERPRISE,
                province,
                max(1, round(buyers * share("acquirer_outside_percent") / len(_PROVINCES))),
            )
        ]
        self._buyers_outside = self._drawn(outside, chance)

    def seller(self, chance: Random) -> Member:
        """Who files a contract as its provider, or owns an achievement."""
        return self._sellers[self._kinds.pick(chance), self._cities.pick(chance)].pick(chance)

    def buyer(self, chance: Random) -> Member:
        """Who acquires: an enterprise here or, less often, elsewhere."""
        outside = chance.random() < share("acquirer_outside_percent")
        return (self._buyers_outside if outside else self._buyers_at_home).pick(chance)

    def buyer_at_home(self, chance: Random) -> Member:
        """An enterprise of the region: who posts needs, and who imports technology."""
        return self._buyers_at_home.pick(chance)

    def rows(self, members: Iterable[Member]) -> Iterator[dict[str, Any]]:
        """The columns of `Party` that differ from its defaults."""
        for member in members:
            chance = self._run.chance("party", member.serial)
            is_firm = member.kind is PartyKind.ENTERPRISE
            instant = self._entered(member.serial)
            yield {
                "id": member.id,
                "created_at": instant,
                "updated_at": instant,
                "kind": member.kind,
                "name": member.name,
                "credit_code": member.credit_code,
                "party_type_code": member.party_type_code,
                "region_code": member.region_code,
                "industry_code": member.industry_code,
                "scale": _SCALES.pick(chance) if is_firm else None,
                "is_research_body": member.kind in (PartyKind.UNIVERSITY, PartyKind.INSTITUTE),
                "is_high_tech_enterprise": is_firm and chance.random() < _HIGH_TECH_SHARE,
                "origin": Origin.GENERATED,
            }

    def _make(self, chance: Random, kind: PartyKind, region: str, number: int) -> list[Member]:
        counties = [code for code in regions_within(region) if code != region] or [region]
        made = []
        for _ in range(number):
            serial = self._serial
            self._serial += 1
            code = chance.choice(counties)
            topic = lexicon().topics.pick(chance)
            name = f"生成·{_place(code)}{topic.things.pick(chance)}{_NOUNS[kind]}{serial}号"
            made.append(
                Member(
                    id=id_at(self._entered(serial), chance),
                    kind=kind,
                    name=name,
                    credit_code=credit_code(serial),
                    party_type_code=_PARTY_TYPES[kind].pick(chance),
                    region_code=code,
                    industry_code="M" if kind is not PartyKind.ENTERPRISE else topic.industries.pick(chance),
                    office_code=office_for(code),
                    serial=serial,
                )
            )
        self.everybody += made
        return made

    def _entered(self, serial: int) -> datetime:
        """When the party was entered: one a minute, before anything it lists or files."""
        today = self._run.plan.today
        return midnight(date(min(today.year, self._run.plan.year) - 3, 1, 1)) + timedelta(minutes=serial)

    def _drawn(self, members: list[Member], chance: Random | None = None) -> Weighted[Member]:
        if chance is not None:
            chance.shuffle(members)
        return Weighted(members, zipf_weights(len(members), figures()["contracts_per_seller"]["zipf_exponent"]))


def credit_code(serial: int) -> str:
    """The valid code of the generated party with this running number."""
    if not 0 <= serial < MOST_PARTIES:
        raise ValueError("serial out of range")
    body = f"{_CODE_BODY}GEN{serial:05X}X"
    return f"{body}{uscc.calc_check_digit(body)}"


@cache
def _place(region_code: str) -> str:
    name = code_list("regions").label(region_code)
    return name.removesuffix("市").removesuffix("省").removesuffix("自治区")
