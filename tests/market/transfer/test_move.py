"""A move brings everything, can be stopped at any point and taken up again, and never are two databases open for changes."""

import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from market import migrations
from market.kernel import audit
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.errors import Conflict, Unavailable
from market.transfer import move as moves
from market.transfer import schema
from market.transfer.move import move
from tests.market.transfer.content import add_audited, fill, rows_of
from tests.market.transfer.interrupted import kill_half_way


@pytest.fixture
def impatient(market: Database) -> Iterator[Database]:
    """The market's database as a service sees it that waits for 0.1 s only."""
    database = Database(market.url, lock_timeout_ms=100)
    yield database
    database.dispose()


def test_everything_is_the_same_after_moving_there_and_back(
    market: Database, clock: FixedClock, empty_of: Callable[[str], Database], kind: str, other_kind: str
) -> None:
    there, back = empty_of(other_kind), empty_of(kind)
    before, sign_ins = rows_of(market), _sign_ins(market)

    report = move(market, there)
    move(there, back)

    assert rows_of(there) == rows_of(back) == before
    assert _sign_ins(there) == _sign_ins(back) == sign_ins, "whoever is signed in stays so"
    one_model_one_vector_and_facts = 3
    assert report.rows == sum(map(len, before.values())) + len(sign_ins) + one_model_one_vector_and_facts
    assert migrations.is_current(back)
    add_audited(back, clock, 1)  # and work goes on
    with back.reading() as session:
        assert audit.head(session)[0] == report.figures.audit_head[0] + 1


def test_reads_go_on_and_writes_wait_while_rows_are_carried(
    market: Database, impatient: Database, clock: FixedClock, target: Database
) -> None:
    seen: list[int] = []

    def look_in(done: int, _total: int | None) -> None:
        if not 10 < done < 100 or seen:
            return
        with impatient.reading() as session:
            seen.append(audit.head(session)[0])
        with pytest.raises(sa.exc.OperationalError):
            add_audited(impatient, clock, 1)

    move(market, target, progress=look_in)

    assert seen


def test_waiting_writer_is_refused_once_the_market_has_moved(
    market: Database, clock: FixedClock, target: Database
) -> None:
    """Its change would be in the old database only: better an error than an answer that turns out untrue."""
    errors: list[Exception] = []

    def write() -> None:
        try:
            add_audited(market, clock, 1)
        except sa.exc.OperationalError as error:
            errors.append(error)

    writer = threading.Thread(target=write)

    def begin_to_write(done: int, _total: int | None) -> None:
        if done > 10 and writer.ident is None:
            writer.start()

    move(market, target, progress=begin_to_write)
    writer.join(timeout=20)

    assert len(errors) == 1
    assert rows_of(market) == rows_of(target)


def test_source_is_closed_for_changes_until_it_is_reopened(
    market: Database, clock: FixedClock, target: Database, empty_of: Callable[[str], Database], kind: str
) -> None:
    move(market, target)

    with pytest.raises(sa.exc.OperationalError):
        add_audited(market, clock, 1)
    with market.reading() as session:
        assert audit.head(session)[0]
    with pytest.raises(Conflict, match="already_moved"):
        move(market, empty_of(kind))

    assert moves.reopen(market)
    assert not moves.reopen(market)
    add_audited(market, clock, 1)


@pytest.mark.slow
@pytest.mark.parametrize("at", [0.1, 0.3, 0.9])
def test_killed_move_is_taken_up_where_it_was(market: Database, clock: FixedClock, target: Database, at: float) -> None:
    add_audited(market, clock, 100)
    kill_half_way("move", market.url, target.url, at)
    _assert_nobody_serves(target)
    report = move(market, target)

    assert report.rows_before > 0
    assert rows_of(target) == rows_of(market)
    assert migrations.is_current(target)


def test_stopped_move_begins_anew_where_the_source_has_changed_since(market: Database, target: Database) -> None:
    _stop_half_way(market, target)
    with market.writing() as session:
        session.execute(sa.text("UPDATE party SET name = '改名后的单位'"))

    report = move(market, target)

    assert report.rows_before == 0
    assert rows_of(target) == rows_of(market)


def test_unfinished_target_is_refused_to_another_source(
    market: Database, clock: FixedClock, target: Database, empty_of: Callable[[str], Database]
) -> None:
    other = empty_of("sqlite")
    migrations.upgrade(other)
    fill(other, clock)
    _stop_half_way(market, target)

    with pytest.raises(Conflict, match="other_move_unfinished"):
        move(other, target)


def test_move_stopped_between_closing_the_source_and_opening_the_target_is_completed(
    market: Database, clock: FixedClock, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_connection: sa.Connection) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(schema, "unmark", killed)
        with pytest.raises(KeyboardInterrupt):
            move(market, target)
    _assert_nobody_serves(target)
    with pytest.raises(sa.exc.OperationalError):
        add_audited(market, clock, 1)

    move(market, target)

    assert rows_of(target) == rows_of(market)
    add_audited(target, clock, 1)


def test_filled_target_is_refused_and_stays_as_it_is(market: Database, clock: FixedClock, target: Database) -> None:
    migrations.upgrade(target)
    add_audited(target, clock, 1)
    before = rows_of(target)

    with pytest.raises(Conflict, match="database_not_empty"):
        move(market, target)

    assert rows_of(target) == before
    add_audited(market, clock, 1)


def test_same_database_is_refused(market: Database, impatient: Database) -> None:
    with pytest.raises(Conflict, match="same_database"):
        move(market, impatient)


def test_target_that_does_not_answer_is_named_before_anything_happens(market: Database, clock: FixedClock) -> None:
    for url in ("postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:////no/such/folder/market.db"):
        with pytest.raises(Unavailable, match="target_unavailable"):
            move(market, Database(url))

    add_audited(market, clock, 1)


def test_row_that_is_lost_on_the_way_is_noticed(
    market: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison at the end rests on what the target gives back, not on what was sent to it."""
    from market.transfer import streaming  # noqa: PLC0415

    insert = streaming.insert

    def lossy(connection: sa.Connection, table: object, rows: list[object]) -> None:
        insert(connection, table, rows[:-1] if table.name == "need_indicator" else rows)  # type: ignore[attr-defined, arg-type]

    monkeypatch.setattr(streaming, "insert", lossy)
    with pytest.raises(Conflict, match="move_differs"):
        move(market, target)

    _assert_nobody_serves(target)


def _stop_half_way(source: Database, target: Database) -> None:
    def stop(done: int, total: int | None) -> None:
        if total and done > total * 0.2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(source, target, progress=stop)


def _assert_nobody_serves(target: Database) -> None:
    assert not migrations.is_current(target)


def _sign_ins(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT token_hash FROM sign_in ORDER BY id")]
