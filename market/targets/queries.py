"""Every SELECT about targets and the board. The board reads the ledger and nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from market.contracts.models import Contract, ContractParty, ContractSide, LedgerEntry
from market.kernel.money import ZERO_CNY
from market.kernel.paging import Page, PageRequest
from market.projects.queries import transferred_count
from market.reference.lists import code_list, regions_within
from market.targets import board
from market.targets.cube import EMPTY_LEDGER, Cubes, Entry, Head, Totals
from market.targets.models import ClosedYear, Target
from market.targets.schemas import BoardFilter, ContractBehind, Direction, Progress

_FILTER_LISTS = (
    ("region_code", "regions"),
    ("contract_kind_code", "contract_kinds"),
    ("field_code", "technology_fields"),
    ("local_industry_code", "local_industries"),
)
_CUBES_KEPT = 64

cubes = Cubes(_CUBES_KEPT)
"""The boards of this process; see `cube.py` for why they stay exact."""


def target_of(session: Session, year: int, as_of: date) -> Target | None:
    """The version in force on this day."""
    return session.exec(
        select(Target)
        .where(col(Target.year) == year, col(Target.valid_from) <= as_of)
        .order_by(col(Target.target_version).desc())
        .limit(1)
    ).first()


def last_target(session: Session, year: int) -> Target | None:
    """The newest version, also one that is not yet in force."""
    return session.exec(
        select(Target).where(col(Target.year) == year).order_by(col(Target.target_version).desc()).limit(1)
    ).first()


def targets_of(session: Session, year: int) -> list[Target]:
    """Every version, the newest first."""
    return list(
        session.exec(select(Target).where(col(Target.year) == year).order_by(col(Target.target_version).desc())).all()
    )


def is_closed(session: Session, year: int) -> bool:
    """Whether the year's figures are settled; its later corrections count in the year in which they are made."""
    return session.exec(select(ClosedYear.id).where(col(ClosedYear.year) == year)).first() is not None


def progress(  # noqa: PLR0913  each filter is named where it is asked for
    session: Session,
    year: int,
    *,
    as_of: date,
    direction: Direction = Direction.OUTPUT,
    region_code: str | None = None,
    contract_kind_code: str | None = None,
    field_code: str | None = None,
    local_industry_code: str | None = None,
) -> Progress:
    """Where the year stood at the end of this day; raises `Invalid` for a code that its list does not hold."""
    wanted = BoardFilter(
        direction=direction,
        region_code=region_code,
        contract_kind_code=contract_kind_code,
        field_code=field_code,
        local_industry_code=local_industry_code,
    )
    return progress_of(session, year, wanted, as_of=as_of)


def progress_of(session: Session, year: int, wanted: BoardFilter, *, as_of: date) -> Progress:
    """Like `progress`, with the filters in one piece."""
    _check_codes(wanted)
    return board.compose(
        board.Question(year, as_of, wanted),
        _totals(session, year, wanted, as_of),
        target=target_of(session, year, as_of),
        is_closed=is_closed(session, year),
        projects_transferred=transferred_count(session, year, as_of),
    )


def warm(session: Session, year: int) -> None:
    """Fill the year's two unfiltered cubes, so that nobody waits for a process that has just started."""
    for direction in Direction:
        _totals(session, year, BoardFilter(direction=direction), date(year, 12, 31))


def contracts_behind(
    session: Session, year: int, wanted: BoardFilter, page: PageRequest, *, as_of: date
) -> Page[ContractBehind]:
    """The contracts whose entries add up to the figure of the same question, the largest first."""
    _check_codes(wanted)
    sums = _contract_sums(year, wanted, as_of).subquery()
    total = session.exec(select(func.count()).select_from(sums)).one()
    rows = session.execute(
        sa.select(Contract, sums.c.count, sums.c.contract_amount_cny, sums.c.technology_amount_cny)
        .join(sums, sums.c.contract_id == col(Contract.id))
        .order_by(sums.c.contract_amount_cny.desc(), col(Contract.id))
        .offset(page.offset)
        .limit(page.size)
    ).all()
    names = _party_names(session, [row[0].id for row in rows])
    items = [_behind(*row, names=names) for row in rows]
    return Page(items=items, page=page.page, size=page.size, total=total)


def contracts_of_year(session: Session, year: int) -> list[tuple[Contract, int, Decimal, Decimal]]:
    """Every contract that stands in the year's 输出 figure, by number, with the count, 成交额 and 技术交易额 that it adds there.

    These are the ledger's amounts, so they sum to the board also where a closed year's contract was changed later.
    """
    sums = _contract_sums(year, BoardFilter(), date.max).subquery()
    rows = session.execute(
        sa.select(Contract, sums.c.count, sums.c.contract_amount_cny, sums.c.technology_amount_cny)
        .join(sums, sums.c.contract_id == col(Contract.id))
        .order_by(col(Contract.registration_no))
    )
    return [(contract, int(count), amount, technology) for contract, count, amount, technology in rows]


def ledger_head(session: Session, known_seq: int = 0) -> tuple[Head, Head]:
    """The ledger's last entry, and the entry with this number (the empty head where there is none), as of one moment."""
    last = select(func.max(LedgerEntry.seq)).scalar_subquery()
    rows = session.exec(
        select(LedgerEntry.seq, LedgerEntry.id, LedgerEntry.recorded_at).where(
            col(LedgerEntry.seq).in_([last, known_seq])
        )
    ).all()
    heads = sorted(Head(*row) for row in rows)
    known = next((head for head in heads if head.seq == known_seq), EMPTY_LEDGER)
    return (heads[-1] if heads else EMPTY_LEDGER), known


def year_sums(session: Session, year: int, direction: Direction) -> tuple[int, Decimal]:
    """Count and 成交额 of the whole year, straight from the ledger."""
    count, amount = session.exec(
        select(
            func.coalesce(func.sum(LedgerEntry.count_delta), 0), func.sum(LedgerEntry.contract_amount_delta_cny)
        ).where(*_conditions(year, BoardFilter(direction=direction)))
    ).one()
    return int(count), ZERO_CNY if amount is None else amount


def _totals(session: Session, year: int, wanted: BoardFilter, as_of: date) -> Totals:
    # The database belongs to the key, so that two of them in one process do not drive each other's cubes out.
    cube = cubes.get((session.get_bind().engine.url, year, wanted))
    with cube.lock:
        head, known = ledger_head(session, cube.head.seq)
        if known != cube.head:
            cube.clear()
        if head != cube.head:
            cube.add(_entries(session, year, wanted, (cube.head.seq, head.seq)), head)
        return cube.totals(as_of)


def _entries(session: Session, year: int, wanted: BoardFilter, between: tuple[int, int]) -> Iterable[Entry]:
    """The entries after one number up to another, as `cube.Entry` orders their columns."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    after, until = between
    statement = sa.select(
        col(LedgerEntry.effective_on),
        col(LedgerEntry.month),
        col(LedgerEntry.contract_kind_code),
        col(LedgerEntry.field_code),
        col(LedgerEntry.local_industry_code),
        col(LedgerEntry.industry_code),
        _region_column(wanted.direction),
        col(LedgerEntry.count_delta),
        _fen(col(LedgerEntry.contract_amount_delta_cny), is_sqlite=is_sqlite),
        _fen(col(LedgerEntry.technology_amount_delta_cny), is_sqlite=is_sqlite),
    ).where(*_conditions(year, wanted), col(LedgerEntry.seq) <= until)
    if after:
        statement = statement.where(col(LedgerEntry.seq) > after)
    return cast("Iterable[Entry]", session.execute(statement))


def _fen(column: Any, *, is_sqlite: bool) -> sa.ColumnElement[int]:
    """The amount as a whole number of fen, without a Decimal for every row."""
    if is_sqlite:
        return sa.type_coerce(column, sa.BigInteger())  # already stored so
    return sa.cast(sa.type_coerce(column, sa.Numeric()) * 100, sa.BigInteger())


def _conditions(year: int, wanted: BoardFilter) -> list[sa.ColumnElement[bool]]:
    in_region = (
        LedgerEntry.provider_in_region if wanted.direction == Direction.OUTPUT else LedgerEntry.acquirer_in_region
    )
    conditions: list[sa.ColumnElement[bool]] = [col(LedgerEntry.year) == year, col(in_region).is_(True)]
    if wanted.region_code is not None:
        conditions.append(_region_column(wanted.direction).in_(regions_within(wanted.region_code)))
    for column, code in (
        (col(LedgerEntry.contract_kind_code), wanted.contract_kind_code),
        (col(LedgerEntry.field_code), wanted.field_code),
        (col(LedgerEntry.local_industry_code), wanted.local_industry_code),
    ):
        if code is not None:
            conditions.append(column == code)
    return conditions


def _region_column(direction: Direction) -> Any:
    if direction == Direction.OUTPUT:
        return col(LedgerEntry.provider_region_code)
    return col(LedgerEntry.acquirer_region_code)


def _check_codes(wanted: BoardFilter) -> None:
    for name, list_name in _FILTER_LISTS:
        code = getattr(wanted, name)
        if code is not None:
            code_list(list_name).require(code, name)


def _contract_sums(year: int, wanted: BoardFilter, as_of: date) -> sa.Select[Any, Any, Any, Any]:
    count = func.sum(LedgerEntry.count_delta)
    contract_amount = func.sum(LedgerEntry.contract_amount_delta_cny)
    technology_amount = func.sum(LedgerEntry.technology_amount_delta_cny)
    return (
        sa.select(
            col(LedgerEntry.contract_id),
            count.label("count"),
            contract_amount.label("contract_amount_cny"),
            technology_amount.label("technology_amount_cny"),
        )
        .where(*_conditions(year, wanted), col(LedgerEntry.effective_on) <= as_of)
        .group_by(col(LedgerEntry.contract_id))
        # registered and taken off again within the question: nothing of it stands in the figure
        .having(sa.or_(count != 0, contract_amount != ZERO_CNY, technology_amount != ZERO_CNY))
    )


def _party_names(session: Session, contract_ids: Sequence[UUID]) -> dict[tuple[UUID, ContractSide], str]:
    rows = session.exec(
        select(ContractParty.contract_id, ContractParty.side, ContractParty.name)
        .where(col(ContractParty.contract_id).in_(contract_ids))
        .order_by(col(ContractParty.position).desc())  # the first of a side is written last and stays
    ).all()
    return {(contract_id, ContractSide(side)): name for contract_id, side, name in rows}


def _behind(
    contract: Contract,
    count: int,
    contract_amount_cny: Decimal,
    technology_amount_cny: Decimal,
    *,
    names: dict[tuple[UUID, ContractSide], str],
) -> ContractBehind:
    return ContractBehind(
        contract_id=contract.id,
        registration_no=contract.registration_no,
        name=contract.name,
        contract_kind_code=contract.contract_kind_code,
        registered_on=contract.registered_on,
        provider_name=names.get((contract.id, ContractSide.PROVIDER), ""),
        acquirer_name=names.get((contract.id, ContractSide.ACQUIRER), ""),
        count=count,
        contract_amount_cny=contract_amount_cny,
        technology_amount_cny=technology_amount_cny,
    )
