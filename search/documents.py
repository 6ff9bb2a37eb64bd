"""From rows to index documents: which field goes where. Pure, and the only place that decides what the index may hold.

Public text goes to `PUBLIC_BODY` and `KEYWORDS`, what only members may read to `MEMBER_BODY`, what needs consent nowhere; `CHARS` holds
the characters of all that members may read. A code that is not public is replaced by `HIDDEN` (or by `ANY` in a constraint field, which
matching checks again on the row), a price that members may not read is left out, and so is a number that is not public.
Names of people never enter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from market.achievements.models import Achievement, IntellectualProperty
from market.kernel.money import to_fen
from market.kernel.outbox import Subject
from market.listings.disclosure import levels
from market.listings.models import LIVE, Disclosure, IndicatorOperator, IndicatorRow, Listing, ListingStatus
from market.needs.models import Need
from market.reference.lists import code_list, region_path
from search.analysis import chars, words
from search.engine import ANY, HIDDEN, Change, CodeField, IndexDocument, NumberField, Removal, TextField

_OPERATORS = {IndicatorOperator.AT_LEAST: "≥", IndicatorOperator.AT_MOST: "≤", IndicatorOperator.EQUAL: "="}


@dataclass
class _Texts:
    """Collects texts by the level at which they may be read."""

    levels: Mapping[str, Disclosure]
    public: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)

    def add(self, name: str, texts: Iterable[str]) -> None:
        level = self.levels[name]
        if level is Disclosure.PUBLIC:
            self.public.extend(texts)
        elif level is Disclosure.MEMBERS:
            self.members.extend(texts)


def from_achievement(
    row: Achievement,
    indicators: Sequence[IndicatorRow],
    intellectual_property: Sequence[IntellectualProperty] = (),
    *,
    owner_name: str = "",
) -> Change:
    """The document of a live achievement; a `Removal` for any other."""
    if row.status not in LIVE:
        return removal_of(row)
    texts = _Texts(levels(row))
    texts.add("summary", [row.summary])
    texts.add("description", [row.description])
    texts.add("evaluator", [row.evaluator])
    texts.add("indicators", [indicator_text(one) for one in indicators])
    texts.add("intellectual_property", [f"{one.title} {one.number}" for one in intellectual_property])
    codes = _codes(row, row.offered_region_codes, "offered_region_codes", row.transfer_ways)
    codes[CodeField.STAGE] = _public(texts.levels["stage"], [row.stage])
    codes[CodeField.EXCLUSIVITY] = _public(
        texts.levels["exclusive_only"], ["exclusive" if row.exclusive_only else "any"]
    )
    numbers = _numbers(row, texts.levels, "asking_price_cny", row.asking_price_cny)
    _add_public(numbers, NumberField.READINESS, texts.levels["trl"], row.trl)
    _add_public(numbers, NumberField.DAY, texts.levels["available_from"], _day(row.available_from))
    return _document(row, texts, owner_name, codes, numbers)


def from_need(row: Need, indicators: Sequence[IndicatorRow], *, owner_name: str = "") -> Change:
    """The document of a live need; a `Removal` for any other."""
    if row.status not in LIVE:
        return removal_of(row)
    texts = _Texts(levels(row))
    for name in ("summary", "problem", "key_technology", "expected_outcome", "background", "solver_conditions"):
        texts.add(name, [getattr(row, name)])
    texts.add("indicators", [indicator_text(one) for one in indicators])
    codes = _codes(row, row.accepted_region_codes, "accepted_region_codes", row.transfer_ways)
    codes[CodeField.EXCLUSIVITY] = _public(texts.levels["exclusivity"], [row.exclusivity])
    numbers = _numbers(row, texts.levels, "budget_max_cny", row.budget_max_cny)
    _add_public(numbers, NumberField.READINESS, texts.levels["min_trl"], row.min_trl)
    _add_public(numbers, NumberField.DAY, texts.levels["needed_by"], _day(row.needed_by))
    return _document(row, texts, owner_name, codes, numbers)


def removal_of(row: Listing) -> Removal:
    """What takes the row's document out of the index."""
    return Removal(Subject(str(row.__tablename__)), row.id, row.version)


def indicator_text(row: IndicatorRow) -> str:
    """An indicator as people read it: ``含水率 ≤ 5 %``."""
    if row.operator is IndicatorOperator.TEXT:
        return f"{row.name} {row.text}".strip()
    if row.operator is IndicatorOperator.BETWEEN:
        return f"{row.name} {row.value:f}~{row.value_high:f} {row.unit}".strip()
    return f"{row.name} {_OPERATORS[row.operator]} {row.value:f} {row.unit}".strip()


def _document(
    row: Listing,
    texts: _Texts,
    owner_name: str,
    codes: dict[CodeField, list[str]],
    numbers: dict[NumberField, int],
) -> IndexDocument:
    keywords = list(row.keywords)
    keywords_level = texts.levels["keywords"]
    public_keywords = keywords if keywords_level is Disclosure.PUBLIC else []
    texts.add("owner", [owner_name])
    if row.region_code is not None:
        texts.add("region_code", [code_list("regions").label(code) for code in region_path(row.region_code)])
    member_keywords = keywords if keywords_level is Disclosure.MEMBERS else []
    public, members = "\n".join(texts.public), "\n".join((*texts.members, *member_keywords))
    readable = "\n".join((row.title, row.title, *public_keywords, public, members))
    return IndexDocument(
        subject=Subject(str(row.__tablename__)),
        subject_id=row.id,
        version=row.version,
        texts={
            TextField.TITLE: " ".join(words(row.title)),
            TextField.KEYWORDS: " ".join(words("\n".join(public_keywords))),
            TextField.PUBLIC_BODY: " ".join(words(public)),
            TextField.MEMBER_BODY: " ".join(words(members)),
            TextField.CHARS: " ".join(chars(readable)),
        },
        codes=codes,
        numbers=numbers,
    )


def _codes(
    row: Listing, allowed_regions: Sequence[str], allowed_field: str, transfer_ways: Sequence[str]
) -> dict[CodeField, list[str]]:
    level = levels(row)
    region = [] if row.region_code is None else list(region_path(row.region_code))
    return {
        CodeField.SUBJECT: [str(row.__tablename__)],
        CodeField.STATUS: [row.status],
        CodeField.ORIGIN: [row.origin],
        CodeField.TECHNOLOGY_FIELD: [row.field_code],
        CodeField.INDUSTRY: _public(level["industry_code"], _present(row.industry_code)),
        CodeField.LOCAL_INDUSTRY: _public(level["local_industry_code"], _present(row.local_industry_code)),
        CodeField.REGION: _public(level["region_code"], region),
        CodeField.OWNER: _public(level["owner"], [str(row.owner_party_id)]),
        CodeField.TRANSFER_WAY: _constraint(level["transfer_ways"], transfer_ways),
        CodeField.ALLOWED_REGION: _constraint(level[allowed_field], allowed_regions),
    }


def _numbers(
    row: Listing, level: Mapping[str, Disclosure], price_field: str, price: Decimal | None
) -> dict[NumberField, int]:
    numbers = {}
    if row.published_at is not None:
        numbers[NumberField.PUBLISHED_AT] = int(row.published_at.timestamp())
    if row.expires_at is not None and row.status is ListingStatus.PUBLISHED:  # what is in talks does not expire
        numbers[NumberField.EXPIRES_AT] = int(row.expires_at.timestamp())
    if price is not None and level[price_field] is not Disclosure.CONSENT:  # only members may ask for prices
        numbers[NumberField.PRICE_FEN] = to_fen(price)
    return numbers


def _present(code: str | None) -> list[str]:
    return [] if code is None else [code]


def _public(level: Disclosure, values: Sequence[str]) -> list[str]:
    """Hidden whether there is a value or not: that there is none may be telling, too."""
    return list(values) if level is Disclosure.PUBLIC else [HIDDEN]


def _constraint(level: Disclosure, values: Sequence[str]) -> list[str]:
    return list(values) if values and level is Disclosure.PUBLIC else [ANY]


def _add_public(
    numbers: dict[NumberField, int], number_field: NumberField, level: Disclosure, value: int | None
) -> None:
    if value is not None and level is Disclosure.PUBLIC:
        numbers[number_field] = value


def _day(day: date | None) -> int | None:
    return None if day is None else day.toordinal()
