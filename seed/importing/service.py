"""Imports a file of needs or achievements through their use-cases, in batches that can be repeated without harm."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from market.achievements import queries as achievement_queries
from market.achievements import service as achievements
from market.achievements.models import Achievement
from market.achievements.rules import compared_text as achievement_text
from market.achievements.schemas import DraftAchievement
from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.errors import DomainError, FieldError, Invalid, invalid_field
from market.kernel.outbox import Subject
from market.listings.duplicates import content_hash, fold
from market.listings.models import ListingStatus
from market.needs import queries as need_queries
from market.needs import service as needs
from market.needs.models import Need
from market.needs.rules import compared_text as need_text
from market.needs.schemas import DraftNeed
from market.parties import queries as party_queries
from market.parties.rules import check_credit_code
from seed.importing.delimited import read_delimited
from seed.importing.drafting import Note, RowDraft, RowReader
from seed.importing.headers import match_column
from seed.importing.json_lines import read_json_lines
from seed.importing.owners import import_party
from seed.importing.queries import known_titles, standing_contents
from seed.importing.rejected import write_rejected
from seed.importing.report import BadRow, ImportReport
from seed.importing.tables import MAX_FILE_BYTES, SourceRow, Table, refuse_file
from seed.importing.twins import Twin, TwinFinder
from seed.importing.values import CellFault
from seed.importing.workbook import read_workbook

BATCH = 200

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class ImportOptions:
    """For whom, how far, and where the bad rows go.

    `owner_credit_code` None: the party kept for imports. `publish`: put on the market at once, else handed in for review.
    `rejected_file` None: beside the source, with “-待改正” behind its name; nothing is written where no row is bad.
    """

    owner_credit_code: str | None = None
    owner_party_id: UUID | None = None
    publish: bool = False
    dry_run: bool = False
    rejected_file: Path | None = None


@dataclass
class _Tally:
    """What has happened so far."""

    read: int = 0
    good: int = 0
    already: int = 0
    bad: list[BadRow] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    keys: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Import:
    """What stays the same from batch to batch."""

    database: Database
    subject: Subject
    options: ImportOptions
    owner_id: UUID | None
    actor: Actor
    clock: Clock
    reader: RowReader
    finder: TwinFinder
    tally: _Tally


def import_listings(
    database: Database,
    subject: Subject,
    path: Path,
    options: ImportOptions,
    *,
    actor: Actor,
    clock: Clock,
    progress: Progress = lambda _done, _total: None,
) -> ImportReport:
    """Import the file; good rows come in, bad rows go out to one file to correct. A dry run writes nothing.

    May be stopped and repeated: a row that is in already (same number in the file, else same words) is passed over.
    Raises `Invalid` where the file as a whole cannot be read, `Forbidden` or `NotFound` for the owner.
    """
    table = read_table(path, subject)
    columns = tuple(match_column(name, subject) for name in table.columns)
    tally = _Tally()
    run = _Import(
        database=database,
        subject=subject,
        options=options,
        owner_id=_owner_id(database, options),
        actor=actor,
        clock=clock,
        reader=RowReader(tuple(column for column in columns if column), subject),
        finder=TwinFinder(),
        tally=tally,
    )
    _remember_live(run)
    while batch := list(islice(table.rows, BATCH)):
        _take_batch(run, batch)
        progress(tally.read, table.total)
    progress(tally.read, tally.read)
    unknown = [name for name, column in zip(table.columns, columns, strict=True) if column is None]
    warnings = table.warnings + ((f"没有导入的列:{'、'.join(unknown)}。",) if unknown else ())
    rejected = _write_bad_rows(path, options, table, tally.bad)
    return ImportReport(
        read=tally.read,
        good=tally.good,
        already=tally.already,
        bad_rows=tuple(tally.bad),
        duplicates=tuple(tally.twins),
        notes=tuple(tally.notes),
        warnings=warnings,
        is_dry_run=options.dry_run,
        rejected_file=rejected,
    )


def read_table(path: Path, subject: Subject) -> Table:
    """The file as a table, by its suffix. Raises `Invalid`."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise refuse_file("file_too_large", f"文件超过 {MAX_FILE_BYTES // 1_000_000} MB。", "请拆成几个文件分次导入。")
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm", ".xls", ".et"):
        return read_workbook(path, subject)
    if suffix in (".jsonl", ".ndjson"):
        return read_json_lines(path, subject)
    if suffix in (".csv", ".tsv", ".txt"):
        return read_delimited(path, subject)
    raise refuse_file("unknown_format", f"不认识的文件类型“{suffix}”。", "请提供 CSV、Excel(xlsx)或 JSON Lines 文件。")


def _owner_id(database: Database, options: ImportOptions) -> UUID | None:
    """Whom the caller named; None: the party kept for imports."""
    if options.owner_party_id is not None:
        with database.reading() as session:
            return party_queries.get_party(session, options.owner_party_id).id
    if options.owner_credit_code is not None:
        code = check_credit_code(options.owner_credit_code)
        with database.reading() as session:
            party = party_queries.find_party_by_credit_code(session, code)
        if party is None:
            raise invalid_field("owner", "这个统一社会信用代码的单位还没有登记。", "请先登记该单位。", "owner_unknown")
        return party.id
    return None


def _remember_live(run: _Import) -> None:
    """Let listings that others have on the market count as twins, too; what an earlier run of this file brought does not."""
    with run.database.reading() as session:
        batches: Iterator[Sequence[Need | Achievement]]
        if run.subject is Subject.NEED:
            batches = need_queries.iter_live(session)
        else:
            batches = achievement_queries.iter_live(session)
        for batch in batches:
            for row in batch:
                if not (row.source_ref or "").startswith("import:"):
                    text = need_text(row) if isinstance(row, Need) else achievement_text(row)
                    run.finder.add(None, row.title, text)


def _take_batch(run: _Import, rows: Sequence[SourceRow]) -> None:
    with run.database.reading() as session:
        drafts = [run.reader.read(row, lambda code: _party_of(session, code)) for row in rows]
    good: list[RowDraft] = []
    for draft in drafts:
        run.tally.read += 1
        if draft.command is None:
            run.tally.bad.append(BadRow(draft.row, draft.faults))
            continue
        twin = run.finder.add(draft.row.number, draft.title, draft.text)
        if draft.source_key in run.tally.keys and draft.source_key.startswith("id:"):
            _refuse_repeated_number(run, draft, twin)
            continue
        run.tally.keys[draft.source_key] += 1
        if twin is not None:
            run.tally.twins.append(twin)
        good.append(_apart(draft, run.tally.keys[draft.source_key]))
    try:
        outcomes = _write_all(run, good)
    except (DomainError, sa.exc.IntegrityError):
        outcomes = _write_one_by_one(run, good)
    _count(run, good, outcomes)


def _apart(draft: RowDraft, occurrence: int) -> RowDraft:
    """A row without a number that reads like an earlier one of the file keeps a name of its own, the same on every run."""
    return draft if occurrence == 1 else replace(draft, source_key=f"{draft.source_key}#{occurrence}")


def _refuse_repeated_number(run: _Import, draft: RowDraft, twin: Twin | None) -> None:
    """The same number twice in one file: the same words are a repetition, other words a mistake in the number."""
    if twin is not None and twin.is_exact:
        run.tally.twins.append(twin)
        run.tally.already += 1
        return
    number = draft.source_key.removeprefix("id:")
    fault = FieldError("source_id", f"编号“{number}”在文件中出现不止一次,内容却不同。", "请给每一行不同的编号。")
    run.tally.bad.append(BadRow(draft.row, (fault,)))


def _party_of(session: Session, code: str) -> UUID | None:
    try:
        party = party_queries.find_party_by_credit_code(session, check_credit_code(code))
    except Invalid as error:
        first = error.fields[0] if error.fields else FieldError("owner", error.detail)
        raise CellFault(first.message, first.remedy) from error
    return None if party is None else party.id


_ALREADY, _WRITTEN, _REPEATED = "already", "written", "repeated"
_Outcome = str | DomainError


@dataclass(frozen=True)
class _Ready:
    """A row that is about to be written, and what it is recognised by."""

    draft: RowDraft
    command: DraftNeed | DraftAchievement
    source_ref: str
    content: tuple[str, str]


@dataclass
class _Batch:
    """Rows to write, with what the database knows of them."""

    rows: list[_Ready]
    known: dict[str, str]
    standing: set[tuple[str, str]]


def _ready(draft: RowDraft, owner_id: UUID) -> _Ready:
    command = draft.command
    if command is None:
        raise ValueError("a row with faults is never written")
    if command.owner_party_id is None:
        command = command.model_copy(update={"owner_party_id": owner_id})
    content = (str(command.owner_party_id), content_hash(command.title, [draft.text]))
    return _Ready(draft, command, f"import:{command.owner_party_id}:{draft.source_key}", content)


def _prepare(run: _Import, session: Session, good: Sequence[RowDraft]) -> _Batch:
    owner_id = run.owner_id or import_party(session, run.actor, clock=run.clock).id
    rows = [_ready(draft, owner_id) for draft in good]
    return _Batch(
        rows,
        known_titles(session, run.subject, [row.source_ref for row in rows]),
        standing_contents(session, run.subject, [row.content[1] for row in rows]),
    )


def _write_all(run: _Import, good: Sequence[RowDraft]) -> list[_Outcome]:
    """The whole batch at once; raises where a row is refused, and nothing of the batch is written."""
    with run.database.write_session() as session:
        batch = _prepare(run, session, good)
        outcomes = [_foreseen(batch, row) for row in batch.rows]
        _enter(run, session, [row for row, outcome in zip(batch.rows, outcomes, strict=True) if _is_new(outcome)])
        _finish(run, session)
    return outcomes


def _write_one_by_one(run: _Import, good: Sequence[RowDraft]) -> list[_Outcome]:
    """After a refusal in a batch: each row on its own savepoint, so that the refused ones alone stay out."""
    outcomes: list[_Outcome] = []
    with run.database.write_session() as session:
        batch = _prepare(run, session, good)
        for row in batch.rows:
            outcome = _foreseen(batch, row)
            try:
                if _is_new(outcome):
                    with session.begin_nested():
                        _enter(run, session, [row])
            except DomainError as error:
                outcome = error
            outcomes.append(outcome)
        _finish(run, session)
    return outcomes


def _finish(run: _Import, session: Session) -> None:
    if run.options.dry_run:
        session.rollback()
    else:
        session.commit()


def _foreseen(batch: _Batch, row: _Ready) -> _Outcome:
    """What becomes of the row unless the use-case refuses it."""
    known = batch.known.get(row.source_ref)
    if known is not None:
        return _known(known, row.command.title)
    return _REPEATED if row.content in batch.standing else _WRITTEN


def _is_new(outcome: _Outcome) -> bool:
    return outcome in (_WRITTEN, _REPEATED)


def _enter(run: _Import, session: Session, rows: Sequence[_Ready]) -> None:
    until = ListingStatus.PUBLISHED if run.options.publish else ListingStatus.SUBMITTED
    if run.subject is Subject.NEED:
        asked = [(row.command, row.source_ref) for row in rows if isinstance(row.command, DraftNeed)]
        needs.enter_needs(session, run.actor, asked, until=until, clock=run.clock)
    else:
        offered = [(row.command, row.source_ref) for row in rows if isinstance(row.command, DraftAchievement)]
        achievements.enter_achievements(session, run.actor, offered, until=until, clock=run.clock)


def _known(title: str, new_title: str) -> _Outcome:
    """The number is there from an earlier run: the same row again, or another row under a used number."""
    if fold(title) == fold(new_title):
        return _ALREADY
    fault = FieldError(
        "source_id",
        f"这个编号以前导入过另一条内容(“{title[:30]}”),没有覆盖。",
        "请换一个编号,或到网页上修改原有的那一条。",
    )
    return Invalid("source_taken", fault.message + fault.remedy, [fault])


def _count(run: _Import, good: Sequence[RowDraft], outcomes: Sequence[_Outcome]) -> None:
    tally = run.tally
    pointed_out = {twin.row for twin in tally.twins}
    for draft, outcome in zip(good, outcomes, strict=True):
        if isinstance(outcome, DomainError):
            faults = outcome.fields or (FieldError("row", outcome.detail),)
            tally.bad.append(BadRow(draft.row, faults))
            continue
        if outcome == _ALREADY:
            tally.already += 1
            continue
        tally.good += 1
        tally.notes.extend(draft.notes)
        if outcome == _REPEATED and draft.row.number not in pointed_out:  # it repeats what an earlier file brought
            tally.twins.append(Twin(draft.row.number, draft.title, None, draft.title, 1.0))
    tally.bad.sort(key=lambda bad: bad.row.number)


def _write_bad_rows(path: Path, options: ImportOptions, table: Table, bad: Sequence[BadRow]) -> Path | None:
    if not bad or (options.dry_run and options.rejected_file is None):
        return None
    target = options.rejected_file or path.with_name(f"{path.stem}-待改正{_suffix(path)}")
    write_rejected(target, table.columns, bad)
    return target


def _suffix(path: Path) -> str:
    return {".xlsm": ".xlsx", ".tsv": ".csv", ".txt": ".csv"}.get(path.suffix.lower(), path.suffix.lower())
