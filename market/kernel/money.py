"""Money is `Decimal` yuan with two places, exact to the fen; 万元 and 亿元 exist only where people read."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import Field

FEN = Decimal("0.01")
ZERO_CNY = Decimal("0.00")
CNY_PER_WAN = Decimal(10_000)
CNY_PER_YI = Decimal(100_000_000)
# The largest amount that the national form can print and that NUMERIC(18,2) and a 64-bit count of fen both hold.
MAX_CNY = Decimal("9999999999999.99")

Cny = Annotated[
    Decimal,
    Field(max_digits=18, decimal_places=2, ge=0, le=MAX_CNY, description="人民币元,两位小数", examples=["1200000.00"]),
]


def round_cny(amount: Decimal) -> Decimal:
    """Round to the fen, halves away from zero, as invoices do."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def to_fen(amount: Decimal) -> int:
    """An exact count of fen; raises ValueError where the amount has a fraction of one."""
    fen = amount / FEN
    if fen != fen.to_integral_value():
        raise ValueError("amount has a fraction of a fen")
    return int(fen)


def from_fen(fen: int) -> Decimal:
    """Yuan with two places from a count of fen."""
    return (Decimal(fen) * FEN).quantize(FEN)


def format_wan(amount: Decimal, places: int = 2) -> str:
    """The amount in 万元 for people, e.g. ``1,234.50``."""
    return f"{(amount / CNY_PER_WAN).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,}"


def format_yi(amount: Decimal, places: int = 2) -> str:
    """The amount in 亿元 for people, e.g. ``30.00``."""
    return f"{(amount / CNY_PER_YI).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,}"
