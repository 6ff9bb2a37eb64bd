"""Generated load data: it has the shapes it promises, and every row is one that the use-cases could have made."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import exp, log, sqrt
from pathlib import Path
from statistics import median, pstdev, quantiles
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlmodel import Session, SQLModel, col, func, select
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from market.achievements import service as achievements
from market.achievements.models import Achievement
from market.achievements.schemas import DraftAchievement
from market.contracts import service as contracts
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
from market.contracts.schemas import (
    ChangeContract,
    ContractPartyInput,
    DraftContract,
    EditContract,
    EndContract,
    RecordIncome,
    RefuseContract,
    ReturnContract,
)
from market.kernel import audit
from market.kernel.actor import SYSTEM, Actor, Role
from market.kernel.calendar import is_working_day
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.kernel.errors import Conflict, Invalid
from market.kernel.settings import Settings
from market.listings.models import LIVE, ListingStatus
from market.needs import service as needs
from market.needs.models import Need
from market.needs.schemas import DraftNeed
from market.parties.models import Origin, Party, PartyKind, User
from market.parties.rules import check_credit_code
from market.targets import queries as targets
from market.targets import service as target_service
from search import indexer
from search.tantivy_engine import TantivyEngine
from seed.generating.making import Batch, Maker, Part, made_beside, made_here
from seed.generating.plan import Plan, Run
from seed.generating.service import Effort, generate
from seed.generating.shapes import figures
from seed.generating.wording import words
from tests.factories.needs import make_need
from tests.factories.parties import make_party
from tests.schema import make_tables

CLOCK = FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))
YEAR = 2025
FULL = Plan(listings=2_200, contracts=3_000, seed=7, year=YEAR, today=CLOCK.today())
SMALL = Plan(listings=44, contracts=60, seed=3, year=2026, today=CLOCK.today())


def password() -> str:
    return "not-the-same-everywhere-8741"


def run_generate(database: Database, plan: Plan, **options: Any) -> Any:
    return generate(database, plan, clock=CLOCK, make_password=password, **options)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A whole year on SQLite, made once; nobody writes to it."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('generated') / 'market.db'}", pool_size=4)
    make_tables(database)
    run_generate(database, FULL)
    yield database
    database.dispose()


def _all(database: Database, model: type[SQLModel], *where: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.exec(select(model).where(*where)).all())


def _is_near(found: int, total: int, share: float) -> bool:
    """Within four standard deviations of what chance would bring."""
    return abs(found - total * share) <= 4 * sqrt(total * share * (1 - share)) + 1


def test_every_row_is_marked_as_generated(full: Database) -> None:
    for model in (Party, Achievement, Need, Contract):
        assert {row.origin for row in _all(full, model)} == {Origin.GENERATED}
    assert all("生成" in party.name for party in _all(full, Party))
    assert all("生成" in party.name for party in _all(full, ContractParty))


def test_ten_achievements_stand_against_one_need(full: Database) -> None:
    assert (len(_all(full, Achievement)), len(_all(full, Need))) == (2_000, 200)


def test_months_follow_the_season_and_december_is_the_peak(full: Database) -> None:
    registered = _all(full, Contract, col(Contract.registered_on).is_not(None))
    by_month = Counter(row.registered_on.month for row in registered)
    for month, percent in enumerate(figures()["month_percent"]["value"], 1):
        assert _is_near(by_month[month], len(registered), percent / 100), month
    assert max(by_month, key=by_month.__getitem__) == 12
    assert all(is_working_day(row.registered_on) for row in registered)


def test_kinds_sellers_and_regions_have_their_shares(full: Database) -> None:
    rows = _all(full, Contract)
    for kind in figures()["contract_kinds"]["items"]:
        found = sum(row.contract_kind_code == kind["code"] for row in rows)
        assert _is_near(found, len(rows), kind["count_percent"] / 100), kind["code"]
    kind_of = {party.id: party.kind for party in _all(full, Party)}
    providers = _all(
        full, ContractParty, col(ContractParty.side) == ContractSide.PROVIDER, col(ContractParty.party_id).is_not(None)
    )
    for seller in figures()["sellers"]["items"]:
        found = sum(kind_of[row.party_id] == PartyKind(seller["kind"]) for row in providers)
        assert _is_near(found, len(providers), seller["contracts_percent"] / 100), seller["kind"]
    in_yinchuan = sum((row.region_code or "").startswith("6401") for row in providers)
    assert _is_near(in_yinchuan, len(providers), figures()["region_percent"]["items"]["640100"] / 100)


def test_amounts_are_log_normal_around_the_median(full: Database) -> None:
    rows = _all(full, Contract, col(Contract.contract_kind_code) == "KF")
    logs = [log(float(row.contract_amount_cny)) for row in rows if row.version < 5]
    assert 180_000 * 0.842 * 0.85 < exp(median(logs)) < 180_000 * 0.842 * 1.18
    assert 1.7 < pstdev(logs) < 2.0
    assert all(Decimal(700) <= row.contract_amount_cny <= Decimal(2_400_000_000) for row in rows)


def test_technology_amount_is_the_whole_in_its_share_of_contracts(full: Database) -> None:
    rows = _all(full, Contract)
    assert _is_near(sum(row.technology_amount_cny == row.contract_amount_cny for row in rows), len(rows), 0.55)
    assert all(0 < row.technology_amount_cny <= row.contract_amount_cny for row in rows)


def test_outcomes_have_their_shares(full: Database) -> None:
    rows = _all(full, Contract)
    status = Counter(row.status for row in rows)
    assert _is_near(status[ContractStatus.REFUSED], len(rows), 0.04)
    assert _is_near(sum(row.return_note.startswith("请补充") for row in rows), len(rows), 0.18 * 0.95)
    registered = len(rows) - status[ContractStatus.REFUSED]
    assert _is_near(status[ContractStatus.DEREGISTERED], registered, 0.01)
    assert _is_near(len(_all(full, ContractChange)), registered, 0.06)
    assert _is_near(sum(row.technical_income_cny > 0 for row in rows), registered, 0.2)


def test_decisions_take_their_time_and_are_seldom_late(full: Database) -> None:
    rows = [row for row in _all(full, Contract) if row.decided_at is not None]
    taken = [
        sum(is_working_day(row.accepted_at.date() + timedelta(days=number)) for number in range(1, days + 1))
        for row in rows
        for days in [(row.decided_at.date() - row.accepted_at.date()).days]
    ]
    assert median(taken) == 4
    assert 12 <= quantiles(taken, n=20)[-1] <= 16
    assert _is_near(sum(row.decided_at.date() > row.decide_by for row in rows), len(rows), 0.005)


def test_some_sellers_sell_much_more_than_most(full: Database) -> None:
    sold = Counter(row.filed_by_party_id for row in _all(full, Contract)).most_common()
    assert sold[0][1] > 4 * sold[len(sold) // 2][1]
    assert 8 < sum(number for _, number in sold) / len(sold) < 22


def test_texts_are_long_enough_and_words_follow_zipf(full: Database) -> None:
    rows = _all(full, Achievement)
    lengths = [len(row.title + row.summary + row.description) for row in rows]
    assert 200 <= median(lengths) <= 400
    texts = [row.title + row.summary + row.description for row in rows]
    methods = words()["methods"].split()
    counts = sorted((sum(method in text for text in texts) for method in methods), reverse=True)
    assert counts[0] > 4 * counts[-1] > 0
    assert counts[0] < len(texts) * 0.5


def test_ledger_sums_are_the_boards_and_the_contracts(full: Database) -> None:
    entries = _all(full, LedgerEntry)
    standing = [row for row in _all(full, Contract) if row.status is ContractStatus.REGISTERED]
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
    assert sorted(one.seq for one in _all(full, LedgerEntry)) == list(range(1, len(_all(full, LedgerEntry)) + 1))
    by_office: dict[str, list[str]] = {}
    for row in sorted(_all(full, Contract), key=lambda row: row.registration_no or ""):
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
    rows = _all(full, Contract, col(Contract.decided_by).is_not(None))
    assert all(row.accepted_by != row.decided_by for row in rows)
    officials = {user.id: user for user in _all(full, User)}
    assert {officials[row.decided_by].office_code == row.office_code for row in rows} == {True}
    assert not any(user.is_active for user in officials.values())


def test_party_codes_pass_the_check(full: Database) -> None:
    codes = [party.credit_code for party in _all(full, Party)]
    assert len(set(codes)) == len(codes)
    assert [check_credit_code(code) for code in codes] == codes


def test_audit_chain_holds_and_names_every_row(full: Database) -> None:
    with full.reading() as session:
        assert [item for item in audit.verify(session) if isinstance(item, audit.ChainFault)] == []
        named = dict(session.exec(select(audit.AuditEntry.tag, func.count()).group_by(audit.AuditEntry.tag)).all())
    assert named["achievement.generated"] == 2_000
    assert named["need.generated"] == 200
    assert named["contract.generated"] == 3_000


# -- what the use-cases would have made --------------------------------------------------------------------------------

_OWN = {"id", "source_ref", "registration_no", "contract_id", "seq", "by_user_id"}


def _values(row: SQLModel, *without: str) -> dict[str, Any]:
    return {name: value for name, value in row.model_dump().items() if name not in _OWN and name not in without}


@pytest.mark.parametrize(
    "status", [ListingStatus.PUBLISHED, ListingStatus.SUBMITTED, ListingStatus.WITHDRAWN, ListingStatus.EXPIRED]
)
@pytest.mark.parametrize("noun", [(achievements, Achievement, DraftAchievement), (needs, Need, DraftNeed)])
def test_a_listing_is_what_the_use_cases_make(full: Database, session: Session, noun: Any, status: Any) -> None:
    service, model, draft_type = noun
    name = model.__tablename__
    rows = _all(full, model, col(model.status) == status)
    row = rows[0]
    for party in _all(full, Party, col(Party.id) == row.owner_party_id):
        session.add(Party(**party.model_dump()))
    session.flush()
    clock = FixedClock(row.created_at)
    fields = {one: getattr(row, one) for one in draft_type.model_fields if hasattr(row, one)}
    draft = draft_type(**fields)
    made = getattr(service, f"draft_{name}")(session, SYSTEM, draft, clock=clock, origin=Origin.GENERATED)
    session.flush()
    clock.instant = row.submitted_at
    getattr(service, f"submit_{name}")(session, SYSTEM, made.id, clock=clock)
    session.flush()
    if row.published_at is not None:
        clock.instant = row.published_at
        getattr(service, f"publish_{name}")(session, SYSTEM, made.id, clock=clock)
        session.flush()
    clock.instant = row.updated_at
    if status is ListingStatus.WITHDRAWN:
        getattr(service, f"withdraw_{name}")(session, SYSTEM, made.id, clock=clock)
    if status is ListingStatus.EXPIRED:
        assert service.expire_due(session, clock=clock) == 1
    session.flush()
    session.refresh(made)
    assert _values(made) == _values(row)


FATES = {
    "registered": lambda row, _changed: row.version == 4 and row.status is ContractStatus.REGISTERED,
    "corrected": lambda row, _changed: row.version == 7 and row.status is ContractStatus.REGISTERED,
    "refused": lambda row, _changed: row.version == 4 and row.status is ContractStatus.REFUSED,
    "changed": lambda row, changed: row.version == 5 and row.id in changed,
    "deregistered": lambda row, _changed: row.version == 5 and row.status is ContractStatus.DEREGISTERED,
    "with_income": lambda row, _changed: row.version == 5 and row.technical_income_cny > 0,
}


@pytest.mark.parametrize("fate", FATES)
def test_a_contract_is_what_the_use_cases_make(full: Database, session: Session, fate: str) -> None:
    changes = {change.contract_id: change for change in _all(full, ContractChange)}
    row = next(row for row in _all(full, Contract) if FATES[fate](row, changes) and row.contract_kind_code == "KF")
    change = changes.get(row.id)
    made = _walk(full, session, row, change)
    assert _values(made) == _values(row)
    generated = _all(full, LedgerEntry, col(LedgerEntry.contract_id) == row.id)
    posted = session.exec(select(LedgerEntry).where(col(LedgerEntry.contract_id) == made.id)).all()
    assert sorted(map(_entry_values, posted)) == sorted(map(_entry_values, generated))
    if change is not None:
        told = session.exec(select(ContractChange).where(col(ContractChange.contract_id) == made.id)).one()
        assert _values(told) == _values(change)


def _entry_values(entry: LedgerEntry) -> str:
    return json.dumps(_values(entry), default=str, sort_keys=True)


def _walk(full: Database, session: Session, row: Contract, change: ContractChange | None) -> Contract:
    """The generated contract's way, taken with the use-cases at the same instants."""
    parties = _all(full, ContractParty, col(ContractParty.contract_id) == row.id)
    for model, ids in ((Party, {one.party_id for one in parties}), (User, {row.accepted_by, row.decided_by})):
        session.add_all(model(**one.model_dump()) for one in _all(full, model, col(model.id).in_(ids - {None})))
    session.flush()
    first, second = (
        Actor(user_id=user_id, role=Role.OFFICIAL, office_code=row.office_code)
        for user_id in (row.accepted_by, row.decided_by)
    )
    clock = FixedClock(row.created_at)
    amounts = {name: Decimal(text) for name, text in change.before.items()} if change else {}
    fields = {name: getattr(row, name) for name in DraftContract.model_fields if hasattr(row, name)} | amounts
    sides = [
        ContractPartyInput(side=one.side, party_id=one.party_id)
        for one in sorted(parties, key=lambda one: one.side, reverse=True)
    ]
    draft = DraftContract(**fields | {"parties": sides})
    made = contracts.draft_contract(session, SYSTEM, draft, clock=clock, origin=Origin.GENERATED)
    clock.instant = row.submitted_at
    contracts.submit_contract(session, SYSTEM, made.id, clock=clock)
    if row.version == 7:
        clock.instant = row.submitted_at - timedelta(hours=2)
        contracts.return_contract(session, first, made.id, ReturnContract(note=row.return_note), clock=clock)
        clock.instant += timedelta(hours=1)
        contracts.edit_contract(session, SYSTEM, made.id, EditContract(ip_terms=row.ip_terms), clock=clock)
        clock.instant = row.submitted_at
        contracts.submit_contract(session, SYSTEM, made.id, clock=clock)
    clock.instant = row.accepted_at
    contracts.accept_contract(session, first, made.id, clock=clock)
    clock.instant = row.decided_at
    if row.status is ContractStatus.REFUSED:
        refusal = RefuseContract(reason_codes=row.refusal_reason_codes, note=row.return_note)
        contracts.refuse_contract(session, second, made.id, refusal, clock=clock)
    else:
        contracts.register_contract(session, second, made.id, clock=clock)
    clock.instant = row.updated_at
    if change is not None:
        after = {name: Decimal(text) for name, text in change.after.items()}
        contracts.change_contract(
            session, second, made.id, ChangeContract(reason_code=change.reason_code, **after), clock=clock
        )
    if row.status is ContractStatus.DEREGISTERED:
        contracts.deregister_contract(session, second, made.id, EndContract(reason=row.return_note), clock=clock)
    if row.technical_income_cny:
        income = RecordIncome(technical_income_cny=row.technical_income_cny)
        contracts.record_income(session, SYSTEM, made.id, income, clock=clock)
    session.flush()
    session.refresh(made)
    return made


# -- running -----------------------------------------------------------------------------------------------------------


def _fingerprint(database: Database) -> dict[str, Any]:
    """Every generated row but the accounts, whose hashed passwords have a salt."""
    with database.reading() as session:
        return {
            str(table.name): sorted(map(repr, session.execute(sa.select(table)).all()))
            for table in all_tables().sorted_tables
            if table.name not in ("audit_entry", "user_account")
        }


def test_a_run_that_was_stopped_goes_on_and_ends_with_the_same_rows(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seed.generating.making._BATCH", 20)
    told: list[int] = []

    def stop_in_the_middle(done: int, total: int) -> None:
        told.append(done)
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_generate(database, SMALL, effort=Effort(progress=stop_in_the_middle))
    rest = run_generate(database, SMALL)
    assert rest.already == told[-1] > 0
    assert rest.stored > 0
    assert run_generate(database, SMALL).stored == 0

    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    make_tables(other)
    run_generate(other, SMALL)
    assert _fingerprint(database) == _fingerprint(other)
    other.dispose()
    with database.reading() as session:
        assert [item for item in audit.verify(session) if isinstance(item, audit.ChainFault)] == []


def test_another_seed_makes_other_rows(full: Database) -> None:
    run = Run(1, 0, SMALL)
    other = Run(1, 0, Plan(SMALL.listings, SMALL.contracts, SMALL.seed + 1, SMALL.year, SMALL.today))
    batch = Batch(Part.ACHIEVEMENTS, range(3))
    made, again, otherwise = (Maker(one, {}, full.engine.dialect).make(batch) for one in (run, run, other))
    assert made == again != otherwise


def test_processes_beside_make_the_same_rows(full: Database) -> None:
    run = Run(1, 0, SMALL)
    maker = Maker(run, {}, full.engine.dialect)
    batches = [batch for batch in maker.batches() if batch.part is not Part.CONTRACTS]
    with made_beside(run, {}, full.engine.url.drivername, batches, 1) as beside:
        assert list(beside) == list(made_here(maker, batches))


def test_two_runs_stand_beside_each_other(database: Database) -> None:
    run_generate(database, SMALL)
    again = run_generate(database, Plan(22, 30, SMALL.seed, SMALL.year, SMALL.today))
    assert again.stored > 52
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Contract)).one() == 90
        board = targets.progress(session, 2026, as_of=CLOCK.today())
        entries = session.exec(select(LedgerEntry).where(col(LedgerEntry.provider_in_region).is_(True))).all()
        assert board.contract_amount_cny == sum(one.contract_amount_delta_cny for one in entries)


def test_a_year_that_is_not_over_has_contracts_under_way_and_none_in_the_future(database: Database) -> None:
    run_generate(database, Plan(0, 400, 1, 2026, CLOCK.today()))
    rows = _all(database, Contract)
    open_ones = [row for row in rows if row.decided_at is None]
    assert len(open_ones) == 12
    assert all(row.registered_on is None or row.registered_on <= CLOCK.today() for row in rows)
    assert {row.registered_on.year for row in rows if row.registered_on} == {2026}


def test_real_rows_refuse_generated_ones_unless_confirmed(database: Database) -> None:
    with database.writing() as session:
        make_need(session, CLOCK, owner=make_party(session, CLOCK))
    with pytest.raises(Conflict, match="holds_real_data"):
        run_generate(database, SMALL)
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Contract)).one() == 0
    assert run_generate(database, SMALL, is_confirmed=True).stored > 0


def test_a_closed_or_coming_year_takes_no_contracts(database: Database) -> None:
    administrator = Actor(role=Role.ADMINISTRATOR, is_system=True)
    with database.writing() as session:
        target_service.close_year(session, administrator, 2025, clock=CLOCK)
    with pytest.raises(Conflict, match="year_closed"):
        run_generate(database, Plan(0, 10, 1, 2025, CLOCK.today()))
    with pytest.raises(Invalid):
        run_generate(database, Plan(0, 10, 1, 2027, CLOCK.today()))


def test_only_one_process_generates_at_a_time(database: Database) -> None:
    with database.turn("generate") as is_ours:
        assert is_ours
        with pytest.raises(Conflict, match="generating_already"):
            run_generate(database, SMALL)


# -- what people see of it ---------------------------------------------------------------------------------------------


@pytest.fixture
def client(full: Database, tmp_path: Path) -> Iterator[TestClient]:
    engine = TantivyEngine(tmp_path / "index")
    engine.prepare()
    indexer.rebuild(full, engine, clock=CLOCK, progress=lambda _done: None)
    settings = Settings(data_dir=tmp_path, relay_in_process=False)
    with TestClient(create_app(settings, clock=CLOCK, database=full, engine=engine)) as client:
        yield client
    engine.close()


def test_pages_and_api_work_on_generated_data(full: Database, client: TestClient) -> None:
    found = client.get("/v1/search", params={"q": "枸杞"}).raise_for_status().json()
    assert found["total"] > 0
    assert found["facets"]["field"]
    assert all(hit["is_demo"] for hit in found["hits"])
    live = _all(full, Achievement, col(Achievement.status).in_(LIVE))
    for path in (
        f"/v1/achievements/{live[0].id}",
        f"/achievements/{live[0].id}",
        "/search?q=枸杞",
        f"/?year={YEAR}",
        "/v1/needs",
    ):
        assert client.get(path).status_code == 200, path
    assert "演示" in client.get("/search?q=枸杞").text


def test_the_command_generates_indexes_and_leaves_a_chain_that_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TECHMARKET_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("TECHMARKET_SEARCH_URL", raising=False)
    monkeypatch.delenv("TECHMARKET_DATABASE_URL", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    runner = CliRunner()
    assert runner.invoke(command_line, ["migrate"]).exit_code == 0
    words = ["generate", "--listings", "44", "--contracts", "50", "--year", "2025"]
    assert runner.invoke(command_line, words).exit_code == 0
    assert runner.invoke(command_line, ["reindex", "--check"]).exit_code == 0
    assert runner.invoke(command_line, ["audit", "verify"]).exit_code == 0
    again = runner.invoke(command_line, [*words, "--no-index"])
    assert again.exit_code == 0
