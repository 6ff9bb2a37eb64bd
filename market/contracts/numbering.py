"""Registration numbers: 16 digits = year 4 + province 2 + city 2 + registration point 2 + serial 6; never reused."""

from sqlmodel import Session

from market.contracts import queries
from market.kernel.errors import Conflict

LAST_SERIAL = 999_999
_OFFICE_DIGITS = 6


def allocate(session: Session, office_code: str, year: int) -> str:
    """The next number of the office in the year. The sequence row stays locked until the transaction ends.

    A transaction that rolls back gives its serial back, so the committed numbers have no gap.
    """
    return allocate_many(session, office_code, year, 1)[0]


def allocate_many(session: Session, office_code: str, year: int, count: int) -> list[str]:
    """The next `count` numbers, in order, as `allocate` gives them one by one."""
    if len(office_code) != _OFFICE_DIGITS or not office_code.isdecimal():
        raise Conflict(
            "office_without_number", "该登记机构没有六位数字编码,不能编排登记编号。请联系管理员核对登记机构目录。"
        )
    sequence = queries.lock_sequence(session, office_code, year)
    if sequence.last_serial + count > LAST_SERIAL:
        raise Conflict("numbers_exhausted", "该登记机构本年度的登记编号已用完,请联系管理员。")
    first = sequence.last_serial + 1
    sequence.last_serial += count
    session.add(sequence)
    session.flush()
    return [f"{year:04d}{office_code}{serial:06d}" for serial in range(first, first + count)]
