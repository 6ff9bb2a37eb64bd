"""Generated load data has the shapes it promises, and no row that could not be."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from math import exp, log, sqrt
from statistics import median, pstdev, quantiles

from sqlmodel import col, func, select

from market.achievements.models import Achievement
from market.contracts.drafting import findings_of
from market.contracts.models import (
    Contract,
    ContractChange,
    ContractParty,
    ContractSide,
    ContractStatus,
    LedgerEntry,
    LedgerKind,
)
from market.contracts.precheck import errors_in
from market.kernel import audit
from market.kernel.calendar import is_working_day
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.needs.models import Need
from market.parties.models import Origin, Party, PartyKind, User
from market.parties.rules import check_credit_code
from market.targets import queries as targets
from seed.generating.shapes import figures
from seed.generating.wording import words
from tests.seed.generated import CLOCK, YEAR, rows_of


def _is_near(found: int, total: int, share: float) -> bool:
    """Within four standard deviations of what chance would bring."""
    return abs(found - total * share) <= 4 * sqrt(total * share * (1 - share)) + 1


def test_every_row_is_marked_as_generated(full: Database) -> None:
    for model in (Party, Achievement, Need, Contract):
        assert {row.origin for row in rows_of(full, model)} == {Origin.GENERATED}
    assert all("生成" in party.name for party in rows_of(full, Party))
    assert all("生成" in party.name for party in rows_of(full, ContractParty))


def test_ten_achievements_stand_against_one_need(full: Database) -> None:
    assert (len(rows_of(full, Achievement)), len(rows_of(full, Need))) == (2_000, 200)


def test_months_follow_the_season_and_december_is_the_peak(full: Database) -> None:
    registered = rows_of(full, Contract, col(Contract.registered_on).is_not(None))
    by_month = Counter(row.registered_on.month for row in registered)
    for month, percent in enumerate(figures()["month_percent"]["value"], 1):
        assert _is_near(by_month[month], len(registered), percent / 100), month
    assert max(by_month, key=by_month.__getitem__) == 12
    assert all(is_working_day(row.registered_on) for row in registered)


def test_kinds_sellers_and_regions_have_their_shares(full: Database) -> None:
    rows = rows_of(full, Contract)
    for kind in figures()["contract_kinds"]["items"]:
        found = sum(row.contract_kind_code == kind["code"] for row in rows)
        assert _is_near(found, len(rows), kind["count_percent"] / 100), kind["code"]
    kind_of = {party.id: party.kind for party in rows_of(full, Party)}
    providers = rows_of(
        full, ContractParty, col(ContractParty.side) == ContractSide.PROVIDER, col(ContractParty.party_id).is_not(None)
    )
    for seller in figures()["sellers"]["items"]:
        found = sum(kind_of[row.party_id] == PartyKind(seller["kind"]) for row in providers)
        assert _is_near(found, len(providers), seller["contracts_percent"] / 100), seller["kind"]
    in_yinchuan = sum((row.region_code or "").startswith("6401") for row in providers)
    assert _is_near(in_yinchuan, len(providers), figures()["region_percent"]["items"]["640100"] / 100)


def test_amounts_are_log_normal_around_the_median(full: Database) -> None:
    rows = rows_of(full, Contract, col(Contract.contract_kind_code) == "KF")
    logs = [log(float(row.contract_amount_cny)) for row in rows if row.version < 5]
    assert 180_000 * 0.842 * 0.85 < exp(median(logs)) < 180_000 * 0.842 * 1.18
    assert 1.7 < pstdev(logs) < 2.0
    assert all(Decimal(700) <= row.contract_amount_cny <= Decimal(2_400_000_000) for row in rows)


def test_technology_amount_is_the_whole_in_its_share_of_contracts(full: Database) -> None:
    rows = rows_of(full, Contract)
    assert _is_near(sum(row.technology_amount_cny == row.contract_amount_cny for row in rows), len(rows), 0.55)
    assert all(0 < row.technology_amount_cny <= row.contract_amount_cny for row in rows)


def test_outcomes_have_their_shares(full: Database) -> None:
    rows = rows_of(full, Contract)
    status = Counter(row.status for row in rows)
    assert _is_near(status[ContractStatus.REFUSED], len(rows), 0.04)
    assert _is_near(sum(row.return_note.startswith("请补充") for row in rows), len(rows), 0.18 * 0.95)
    registered = len(rows) - status[ContractStatus.REFUSED]
    assert _is_near(status[ContractStatus.DEREGISTERED], registered, 0.01)
    assert _is_near(len(rows_of(full, ContractChange)), registered, 0.06)
    assert _is_near(sum(row.technical_income_cny > 0 for row in rows), registered, 0.2)


def test_decisions_take_their_time_and_are_seldom_late(full: Database) -> None:
    rows = [row for row in rows_of(full, Contract) if row.decided_at is not None]
    taken = [
        sum(is_working_day(row.accepted_at.date() + timedelta(days=number)) for number in range(1, days + 1))
        for row in rows
        for days in [(row.decided_at.date() - row.accepted_at.date()).days]
    ]
    assert median(taken) == 4
    assert 12 <= quantiles(taken, n=20)[-1] <= 16
    assert _is_near(sum(row.decided_at.date() > row.decide_by for row in rows), len(rows), 0.005)


def test_some_sellers_sell_much_more_than_most(full: Database) -> None:
    sold = Counter(row.filed_by_party_id for row in rows_of(full, Contract)).most_common()
    assert sold[0][1] > 4 * sold[len(sold) // 2][1]
    assert 8 < sum(number for _, number in sold) / len(sold) < 22


def test_texts_are_long_enough_and_words_follow_zipf(full: Database) -> None:
    rows = rows_of(full, Achievement)
    lengths = [len(row.title + row.summary + row.description) for row in rows]
    assert 200 <= median(lengths) <= 400
    texts = [row.title + row.summary + row.description for row in rows]
    methods = words()["methods"].split()
    counts = sorted((sum(method in text for text in texts) for method in methods), reverse=True)
    assert counts[0] > 4 * counts[-1] > 0
    assert counts[0] < len(texts) * 0.5


def test_ledger_sums_are_the_boards_and_the_contracts(full: Database) -> None:
    entries = rows_of(full, LedgerEntry)
    standing = [row for row in rows_of(full, Contract) if row.status is ContractStatus.REGISTERED]
    assert sum(one.contract_amount_delta_cny for one in entries) == sum(row.contract_amount_cny for row in standing)
    assert sum(one.technology_amount_delta_cny for one in entries) == sum(row.technology_amount_cny for row in standing)
    assert sum(one.count_delta for one in entries) == len(standing)
    assert {one.kind for one in entries} >= {LedgerKind.REGISTRATION, LedgerKind.CHANGE, LedgerKind.DEREGISTRATION}
    with full.reading() as session:
        board = targets.progress(session, YEAR, as_of=CLOCK.today())
    in_region = [one for one in entries if one.provider_in_region]
    assert board.contract_amount_cny == sum(one.contract_amount_delta_cny for one in in_region)
    assert board.count == sum(one.count_delta for one in in_region)


def test_numbers_run_without_a_gap(full: Database) -> None:
    assert sorted(one.seq for one in rows_of(full, LedgerEntry)) == list(range(1, len(rows_of(full, LedgerEntry)) + 1))
    by_office: dict[str, list[str]] = {}
    for row in sorted(rows_of(full, Contract), key=lambda row: row.registration_no or ""):
        if row.registration_no is not None:
            by_office.setdefault(row.office_code, []).append(row.registration_no)
    for office, numbers in by_office.items():
        assert numbers == [f"{YEAR}{office}{serial:06d}" for serial in range(1, len(numbers) + 1)]


def test_the_precheck_would_let_every_contract_pass(full: Database) -> None:
    with full.reading() as session:
        rows = session.exec(select(Contract).order_by(col(Contract.id)).limit(150)).all()
        for row in rows:
            filed = FixedClock(row.submitted_at or row.created_at)
            assert [finding.rule for finding in errors_in(findings_of(session, row, clock=filed))] == []


def test_four_eyes_and_closed_accounts(full: Database) -> None:
    rows = rows_of(full, Contract, col(Contract.decided_by).is_not(None))
    assert all(row.accepted_by != row.decided_by for row in rows)
    officials = {user.id: user for user in rows_of(full, User)}
    assert {officials[row.decided_by].office_code == row.office_code for row in rows} == {True}
    assert not any(user.is_active for user in officials.values())


def test_party_codes_pass_the_check(full: Database) -> None:
    codes = [party.credit_code for party in rows_of(full, Party)]
    assert len(set(codes)) == len(codes)
    assert [check_credit_code(code) for code in codes] == codes


def test_audit_chain_holds_and_names_every_row(full: Database) -> None:
    with full.reading() as session:
        assert [item for item in audit.verify(session) if isinstance(item, audit.ChainFault)] == []
        named = dict(session.exec(select(audit.AuditEntry.tag, func.count()).group_by(audit.AuditEntry.tag)).all())
    assert named["achievement.generated"] == 2_000
    assert named["need.generated"] == 200
    assert named["contract.generated"] == 3_000
