"""The board equals the ledger: at any day, in any part, however the entries came in."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market.contracts.models import ContractStatus
from market.contracts.schemas import EndContract
from market.contracts.service import deregister_contract
from market.kernel.errors import Invalid
from market.kernel.paging import PageRequest
from market.reference.lists import is_in_home_region, region_path
from market.targets import queries
from market.targets.schemas import BoardFilter, Direction
from tests.factories.contracts import clerks_of, make_contract
from tests.factories.targets import make_bare_contract, make_entry, make_target

YEAR = 2026
REGIONS = ["640104", "640122", "640302", "640000", "NX-NINGDONG", "110000", None]
KINDS = ["KF", "FW", "ZX"]
DAYS = st.dates(date(YEAR - 1, 11, 1), date(YEAR + 1, 2, 1))
CENTS = st.integers(-50_000_000_000_000, 50_000_000_000_000)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "year": st.sampled_from([YEAR, YEAR, YEAR - 1]),
            "month": st.integers(1, 12),
            "effective_on": DAYS,
            "count_delta": st.sampled_from([1, 1, 0, -1]),
            "contract_amount_delta_cny": CENTS.map(lambda fen: Decimal(fen) / 100),
            "technology_amount_delta_cny": CENTS.map(lambda fen: Decimal(fen) / 100),
            "contract_kind_code": st.sampled_from(KINDS),
            "field_code": st.sampled_from(["01", "05", "09"]),
            "local_industry_code": st.sampled_from([None, "JZ01", "JZ02"]),
            "provider_region_code": st.sampled_from(REGIONS),
            "acquirer_region_code": st.sampled_from(REGIONS),
        }
    ),
    max_size=10,
)


@given(
    entries=ENTRIES,
    later=ENTRIES,
    as_of=DAYS,
    direction=st.sampled_from(Direction),
    region=st.sampled_from([None, "640000", "640100", "640104"]),
    kind=st.sampled_from([None, *KINDS]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_progress_is_the_sum_over_the_ledger(  # noqa: PLR0917  drawn by name
    session, clock, entries, later, as_of, direction, region, kind
):
    # What is rolled back at the end was on the board meanwhile: the next example's ledger must not remember it.
    with session.begin_nested() as savepoint:
        contract_id = make_bare_contract(session, clock).id
        wanted = BoardFilter(direction=direction, region_code=region, contract_kind_code=kind)
        posted = []
        for batch in (entries, later):
            for values in batch:
                posted.append(_completed(values))
                make_entry(session, clock, contract_id, **posted[-1])

            shown = queries.progress_of(session, YEAR, wanted, as_of=as_of)

            counted = [entry for entry in posted if _counts(entry, wanted, as_of)]
            assert _totals(shown) == _sums(counted)
            assert _slices(shown.by_kind) == _by(counted, lambda entry: entry["contract_kind_code"])
            assert _slices(shown.by_local_industry) == _by(counted, lambda entry: entry["local_industry_code"] or "")
            assert _slices(shown.by_region) == _by(counted, _place_in(direction))
            for parts in (shown.by_field, shown.by_industry, shown.by_prefecture, shown.by_month):
                assert _added(parts) == _sums(counted)
        savepoint.rollback()


def _place_in(direction):
    place = "provider_region_code" if direction is Direction.OUTPUT else "acquirer_region_code"
    return lambda entry: entry[place] or ""


def _completed(values):
    return values | {
        "provider_in_region": is_in_home_region(values["provider_region_code"]),
        "acquirer_in_region": is_in_home_region(values["acquirer_region_code"]),
    }


def _counts(entry, wanted, as_of):
    side = "provider" if wanted.direction is Direction.OUTPUT else "acquirer"
    region = entry[f"{side}_region_code"]
    return (
        entry["year"] == YEAR
        and entry["effective_on"] <= as_of
        and entry[f"{side}_in_region"]
        and (wanted.region_code is None or wanted.region_code in region_path(region or ""))
        and wanted.contract_kind_code in {None, entry["contract_kind_code"]}
    )


def _sums(entries):
    return (
        sum(entry["count_delta"] for entry in entries),
        sum(entry["contract_amount_delta_cny"] for entry in entries),
        sum(entry["technology_amount_delta_cny"] for entry in entries),
    )


def _by(entries, key):
    groups = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return {code: _sums(group) for code, group in groups.items() if any(_sums(group))}


def _totals(shown):
    return (shown.count, shown.contract_amount_cny, shown.technology_amount_cny)


def _slices(parts):
    return {part.code: _totals(part) for part in parts}


def _added(parts):
    return (
        sum(part.count for part in parts),
        sum(part.contract_amount_cny for part in parts),
        sum(part.technology_amount_cny for part in parts),
    )


def test_output_and_intake_are_kept_apart(session, clock):
    contract_id = make_bare_contract(session, clock).id
    make_entry(session, clock, contract_id, acquirer_region_code="110000", acquirer_in_region=False)
    make_entry(session, clock, contract_id, provider_region_code="110000", provider_in_region=False)
    make_entry(session, clock, contract_id)

    output, intake = (
        queries.progress(session, YEAR, as_of=clock.today(), direction=direction) for direction in Direction
    )

    assert (output.count, intake.count) == (2, 2)
    assert [part.code for part in output.by_region] == ["640104"]
    assert [part.code for part in intake.by_region] == ["640302"]


def test_counties_add_up_to_their_prefecture(session, clock):
    contract_id = make_bare_contract(session, clock).id
    for region in ("640104", "640122", "640302"):
        make_entry(session, clock, contract_id, provider_region_code=region)

    whole = queries.progress(session, YEAR, as_of=clock.today())
    yinchuan = queries.progress(session, YEAR, as_of=clock.today(), region_code="640100")

    assert {part.label: part.count for part in whole.by_prefecture} == {"银川市": 2, "吴忠市": 1}
    assert {part.label: part.count for part in yinchuan.by_region} == {"兴庆区": 1, "贺兰县": 1}


def test_share_and_plan_are_told_for_the_whole_output(session, clock):
    make_target(session, clock)
    make_entry(session, clock, make_bare_contract(session, clock).id, contract_amount_delta_cny=Decimal(300_000_000))

    shown = queries.progress(session, YEAR, as_of=date(YEAR, 6, 30))
    intake = queries.progress(session, YEAR, as_of=date(YEAR, 6, 30), direction=Direction.INTAKE)

    assert shown.share == Decimal("0.1000")
    assert shown.planned_to_date_cny == Decimal("990000000.00")  # 33 % by the end of June
    assert [point.contract_amount_cny for point in shown.cumulative] == [Decimal(0)] * 3 + [Decimal(300_000_000)] * 3
    assert (intake.share, intake.planned_to_date_cny) == (None, None)


def test_unknown_code_names_its_field(session, clock):
    with pytest.raises(Invalid) as caught:
        queries.progress(session, YEAR, as_of=clock.today(), region_code="999999")

    assert [error.field for error in caught.value.fields] == ["region_code"]


def test_deregistered_contract_leaves_the_board_but_not_its_past(session, clock):
    kept, gone = (make_contract(session, clock, ContractStatus.REGISTERED) for _ in range(2))
    registered = clock.today()
    clock.advance(timedelta(days=30))
    deregister_contract(session, clerks_of().first, gone.id, EndContract(reason="双方协议解除合同"), clock=clock)

    before = queries.progress(session, YEAR, as_of=registered)
    after = queries.progress(session, YEAR, as_of=clock.today())

    assert (before.count, after.count) == (2, 1)
    assert after.contract_amount_cny == kept.contract_amount_cny


def test_contracts_behind_a_figure_add_up_to_it(session, clock):
    for _ in range(3):
        make_contract(session, clock, ContractStatus.REGISTERED)
    gone = make_contract(session, clock, ContractStatus.REGISTERED)
    deregister_contract(session, clerks_of().first, gone.id, EndContract(reason="双方协议解除合同"), clock=clock)
    wanted = BoardFilter(region_code="640100", contract_kind_code="KF")

    shown = queries.progress_of(session, YEAR, wanted, as_of=clock.today())
    pages = [
        queries.contracts_behind(session, YEAR, wanted, PageRequest(page=page, size=2), as_of=clock.today())
        for page in (1, 2)
    ]

    listed = [item for page in pages for item in page.items]
    assert pages[0].total == len(listed) == 3
    assert _added(listed) == _totals(shown)
    assert gone.id not in {item.contract_id for item in listed}
    assert Counter(bool(item.provider_name and item.acquirer_name) for item in listed) == {True: 3}


def test_board_is_exact_while_entries_are_posted_and_read_side_by_side(database, clock):
    def register(_):
        with database.writing() as session:
            make_entry(session, clock, contract_id)

    def read(_):
        with database.reading() as session:
            shown = queries.progress(session, YEAR, as_of=clock.today())
            return shown.contract_amount_cny == 1_200_000 * shown.count

    with database.writing() as session:
        contract_id = make_bare_contract(session, clock).id
    with ThreadPoolExecutor(4) as pool:
        reads = pool.map(read, range(24))
        for number in range(12):  # seq is given by max + 1: one writer, as the ledger's lock has it
            register(number)
        assert all(reads)

    with database.reading() as session:
        assert queries.progress(session, YEAR, as_of=clock.today()).count == 12


def test_entry_that_was_rolled_back_leaves_no_trace(database, clock):
    with database.writing() as session:
        contract_id = make_bare_contract(session, clock).id
    with database.write_session() as session:
        make_entry(session, clock, contract_id)
        assert queries.progress(session, YEAR, as_of=clock.today()).count == 1
        session.rollback()

    with database.writing() as session:
        make_entry(session, clock, contract_id, contract_kind_code="ZX")

    with database.reading() as session:
        shown = queries.progress(session, YEAR, as_of=clock.today())
    assert {part.code: part.count for part in shown.by_kind} == {"ZX": 1}
