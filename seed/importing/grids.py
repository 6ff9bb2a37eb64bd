"""From a grid of cells (CSV, Excel) to a table: finds the header, which need not be the first row and may span two."""

from collections.abc import Iterator, Sequence
from itertools import chain

from market.kernel.outbox import Subject
from seed.importing.headers import has_title, match_column, recognised
from seed.importing.tables import MAX_ROWS, Cell, SourceRow, Table, refuse_file, shown

_HEADER_WITHIN = 20
_BLANK_ROWS_AT_END = 1_000

GridRow = Sequence[Cell]


def to_table(grid: Iterator[GridRow], subject: Subject, total: int | None = None) -> Table:
    """Cut the grid at its header. Raises `Invalid` where no row names the title column."""
    head = [row for _, row in zip(range(_HEADER_WITHIN + 1), grid, strict=False)]
    texts = [[shown(cell).strip() for cell in row] for row in head]
    at = _header_at(texts, subject)
    names, depth = _header_names(texts, at, subject)
    columns, warnings = _columns(names)
    body = chain(head[at + depth :], grid)
    first_number = at + depth + 1
    rest = None if total is None else max(0, total - at - depth)
    return Table(tuple(name for name in columns if name), _rows(body, columns, first_number), rest, tuple(warnings))


def _header_at(texts: list[list[str]], subject: Subject) -> int:
    scored = [(recognised(row, subject), -at) for at, row in enumerate(texts) if has_title(row, subject)]
    if not scored:
        seen = "、".join(name for name in (texts[0] if texts else []) if name)[:120] or "空行"
        raise refuse_file(
            "header_not_found",
            f"前 {_HEADER_WITHIN} 行没有找到表头(读到的第一行:{seen})。",
            "请保留一行列名,其中要有“名称”(或“需求名称”“成果名称”“title”)。",
        )
    return -max(scored)[1]


def _header_names(texts: list[list[str]], at: int, subject: Subject) -> tuple[list[str], int]:
    """The names, and over how many rows they stand: below a merged 预算 there may be 下限 and 上限."""
    upper = texts[at]
    lower = texts[at + 1] if at + 1 < len(texts) else []
    width = max(len(upper), len(lower))
    upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
    titles = [i for i, name in enumerate(upper) if name and has_title([name], subject)]
    if not any(lower) or any(lower[i] for i in titles):
        return upper, 1
    groups = _filled_to_the_right(upper, lower)
    joined = [f"{group}{below}" if below else above for group, above, below in zip(groups, upper, lower, strict=True)]
    if all(match_column(name, subject) is None for name, below in zip(joined, lower, strict=True) if below):
        return upper, 1
    return joined, 2


def _filled_to_the_right(upper: list[str], lower: list[str]) -> list[str]:
    groups, last = [], ""
    for above, below in zip(upper, lower, strict=True):
        last = above or (last if below else "")
        groups.append(last)
    return groups


def _columns(names: list[str]) -> tuple[list[str], list[str]]:
    """Unique names; a name that repeats is told apart by a number."""
    seen: dict[str, int] = {}
    columns, warnings = [], []
    for position, name in enumerate(names, 1):
        if not name:
            columns.append("")
            continue
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            warnings.append(f"第 {position} 列与前面的列重名(“{name}”),只导入第一列。")
        columns.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return columns, warnings


def _rows(body: Iterator[GridRow], columns: list[str], first_number: int) -> Iterator[SourceRow]:
    blank = 0
    for number, cells in enumerate(body, first_number):
        row = SourceRow(number, {name: cell for name, cell in zip(columns, cells, strict=False) if name})
        if row.is_blank():
            blank += 1
            if blank > _BLANK_ROWS_AT_END:
                return
            continue
        blank = 0
        if number > MAX_ROWS:
            raise refuse_file("too_many_rows", f"文件超过 {MAX_ROWS} 行。", "请拆成几个文件分次导入。")
        yield row
