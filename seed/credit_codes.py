"""Unified social credit codes for demo parties: they pass the check of GB 32100-2015, yet are nobody's."""

from stdnum.cn import uscc

_BODY = "99640000"
"""登记管理部门 9, 类别 9 (other), region 640000. The nine characters behind it are DEM, a running number and X in place of the
organisation code's own check digit, which no real code has there."""


def demo_credit_code(serial: int) -> str:
    """The valid code of the demo party with this running number, 0 to 99,999."""
    if not 0 <= serial <= 99_999:  # noqa: PLR2004  five digits
        raise ValueError("serial out of range")
    body = f"{_BODY}DEM{serial:05d}X"
    return f"{body}{uscc.calc_check_digit(body)}"
