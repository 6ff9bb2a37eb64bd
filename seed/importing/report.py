"""What an import did, row by row, in words for the person who brought the file."""

from dataclasses import dataclass
from pathlib import Path

from market.kernel.errors import FieldError
from seed.importing.drafting import Note
from seed.importing.tables import SourceRow
from seed.importing.twins import Twin

_SHOWN = 20


@dataclass(frozen=True)
class BadRow:
    """A row that stays out, and everything that is wrong with it."""

    row: SourceRow
    problems: tuple[FieldError, ...]

    @property
    def problem(self) -> str:
        return ";".join(problem.message.rstrip("。;") for problem in self.problems)

    @property
    def remedy(self) -> str:
        return ";".join(problem.remedy.rstrip("。;") for problem in self.problems if problem.remedy)


@dataclass(frozen=True)
class ImportReport:
    """`good` rows came in (or would, in a dry run); `already` were there from an earlier run; `bad_rows` stay out.

    `duplicates` of the good ones came in like any other row, as two enterprises may ask for the same; `notes` name what was guessed.
    """

    read: int
    good: int
    already: int
    bad_rows: tuple[BadRow, ...]
    duplicates: tuple[Twin, ...]
    notes: tuple[Note, ...]
    warnings: tuple[str, ...]
    is_dry_run: bool
    rejected_file: Path | None

    def summary(self) -> str:
        """The report as lines of Chinese text; long lists are cut, with how many were left off."""
        verb = "可以导入" if self.is_dry_run else "已导入"
        lines = [
            (
                f"{'试导入(没有写入任何内容):' if self.is_dry_run else ''}读到 {self.read} 行,{verb} {self.good} 行,"
                f"以前已导入 {self.already} 行,有问题 {len(self.bad_rows)} 行,重复或近似 {len(self.duplicates)} 行。"
            )
        ]
        lines += self.warnings
        lines += _cut([f"第 {bad.row.number} 行:{bad.problem}。{bad.remedy}" for bad in self.bad_rows], "有问题的行")
        lines += _cut([_twin_line(twin) for twin in self.duplicates], "重复或近似(照常导入,供审核时比对)")
        lines += _cut([f"第 {note.row} 行:{note.text}" for note in self.notes], "需要核对")
        if self.rejected_file is not None:
            lines.append(f"有问题的行另存为 {self.rejected_file},按“怎么改”一列改好后可直接再次导入。")
        return "\n".join(lines)


def _twin_line(twin: Twin) -> str:
    other = "已有的" if twin.other_row is None else f"第 {twin.other_row} 行"
    how = "完全相同" if twin.is_exact else f"相似 {twin.similarity:.0%}"
    return f"第 {twin.row} 行“{twin.title[:30]}”与{other}“{twin.other_title[:30]}”{how}。"


def _cut(lines: list[str], title: str) -> list[str]:
    if not lines:
        return []
    more = [f"  …另有 {len(lines) - _SHOWN} 行"] if len(lines) > _SHOWN else []
    return [f"{title}:", *(f"  {line}" for line in lines[:_SHOWN]), *more]
