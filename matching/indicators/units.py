"""Units as quantities: conversion by pint, in the project's spelling (`spelling.spell`)."""

import re
from functools import lru_cache

import pint

_PINT = {
    "%": "percent", "‰": "permille_", "ppm": "ppm", "ppb": "ppb_", "℃": "degC", "℉": "degF", "K": "kelvin", "年": "year", "a": "year", "月": "month", "周": "week", "d": "day",
    "百分点": "percent", "rpm": "revolutions_per_minute", "元": "CNY", "亩": "mu_area", "hm^2": "hectare", "斤": "jin", "Nm^3": "meter**3", "Ω": "ohm", "kΩ": "kiloohm", "MΩ": "megaohm", "mΩ": "milliohm", "GΩ": "gigaohm", "μΩ": "microohm",
    "度": "", "mmHg": "mmHg", "Gs": "gauss", "°": "degree", "kVA": "kilovolt*ampere", "VA": "volt*ampere", "MVA": "megavolt*ampere", "t": "metric_ton", "eV": "eV", "h": "hour", "dtex": "decitex", "kgf": "kilogram_force", "马力": "metric_horsepower",
    "B": "byte", "KB": "kilobyte", "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte", "cP": "centipoise", "cSt": "centistokes", "CFU": "", "pH": "",
    "A": "ampere", "g": "gram", "s": "second", "min": "minute", "L": "liter", "m": "meter", "N": "newton", "V": "volt", "W": "watt", "J": "joule", "Pa": "pascal", "T": "tesla", "F": "farad", "S": "siemens", "Hz": "hertz", "bar": "bar", "atm": "atm", "psi": "psi",
}  # fmt: skip
_DEFINITIONS = (
    "permille_ = 0.001",
    "ppb_ = 1e-9",
    "CNY = [money]",
    "mu_area = 2000 / 3 * meter ** 2",
    "jin = 0.5 * kilogram",
)
_SEPARATE = {
    "百分点",
    "dB",
    "倍",
    "数量级",
    "目",
    "度",
    "HRC",
    "HB",
    "HV",
    "HBW",
    "NTU",
    "邵A",
    "°Bx",
    "dBm",
    "C",
    "U",
    "IU",
    "CFU",
    "rpm",
}
"""Units that mean something only by themselves; they compare with the same unit alone."""
TIME, TEMPERATURE = "[time]", "[temperature]"
"""What `dimension` says of h and of ℃; written down, for asking at import would build the registry in every process."""
_LONGEST = 40
"""Characters; the field of a row holds no longer unit either."""
_ATOM = re.compile(r"(?P<count>\d{1,9}(?:\.\d{1,9})?)?(?P<unit>[^\d^·/()]+)(?:\^(?P<power>-?\d))?")


@lru_cache(maxsize=1)
def registry() -> "pint.UnitRegistry[float]":
    """The one registry, built when first asked for: that takes a tenth of a second."""
    units: pint.UnitRegistry[float] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True, cache_folder=None)
    for definition in _DEFINITIONS:
        units.define(definition)
    return units


def convert(value: float, unit: str, to: str) -> float | None:
    """The value in another unit; None where the units measure different things or one is not known."""
    if unit == to:
        return value
    first, second = _linear(unit), _linear(to)
    if first is None or second is None or first[2] != second[2]:
        return None
    return (value * first[0] + first[1] - second[1]) / second[0]


def base(value: float, unit: str) -> tuple[float, str] | None:
    """The value in base units and the dimension, e.g. 1.8 g/cm^3 → 1800, "[mass] / [length] ** 3"; None for units that are not known."""
    line = _linear(unit)
    return None if line is None else (value * line[0] + line[1], line[2])


def dimension(unit: str) -> str:
    """A name for what the unit measures: equal for units that convert into each other. A unit that is not known is its own dimension."""
    line = _linear(unit)
    return unit if line is None else line[2]


def scale(value: float, unit: str) -> float:
    """A difference in base units: 5 K and 5 ℃ are the same. The value itself for units that are not known."""
    line = _linear(unit)
    return value if line is None else value * line[0]


@lru_cache(maxsize=4096)
def _linear(unit: str) -> tuple[float, float, str] | None:
    """Factor and offset to base units, and the dimension."""
    if unit in _SEPARATE:
        return 1.0, 0.0, unit
    if not unit:
        return 1.0, 0.0, "dimensionless"
    read = _expression(unit) if len(unit) <= _LONGEST else None
    if read is None:
        return None
    factor, expression = read
    try:
        one = registry().Quantity(1.0, expression).to_base_units()
        zero = float(registry().Quantity(0.0, expression).to_base_units().magnitude)
        return (float(one.magnitude) - zero) * factor, zero, f"{one.dimensionality}"
    except (pint.PintError, ArithmeticError, AttributeError, TypeError, ValueError, KeyError, AssertionError):
        # pint raises all of these for what it cannot read; a unit that it cannot read compares with itself alone.
        return None


def _expression(unit: str) -> tuple[float, str] | None:
    """The unit in pint's language, and what the numbers in it multiply by (g/100g). Each `/` divides by all up to the next one."""
    factor, parts = 1.0, ""
    for place, part in enumerate(re.split(r"/(?![^(]*\))", unit.replace("Nm^3", "m^3"))):
        if part and not any(one.isalnum() or one in "%‰℃℉°Ω" for one in part):
            return None
        for match in _ATOM.finditer(part.strip("()")):
            name = _pint_name(match["unit"])
            if name is None:
                return None
            count = float(match["count"] or 1)
            if not count:
                return None
            factor *= 1 / count if place else count
            power = match["power"]
            if name in {"degC", "degF"} and unit in {"℃", "℉"}:
                return factor, name
            name = {"degC": "kelvin", "degF": "delta_degF"}.get(name, name)
            parts += f"{'/' if place else '*'}({name})" + (f"**({power})" if power else "")
    return (factor, "1" + parts) if parts else None


def _pint_name(atom: str) -> str | None:
    name = _PINT.get(atom)
    if name is not None:
        return name or None
    return atom if atom.isidentifier() and not any("\u4e00" <= one <= "\u9fff" for one in atom) else None
