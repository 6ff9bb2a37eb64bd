import subprocess
import sys

import pytest

from matching.indicators.numerals import fold
from matching.indicators.spelling import UNIT, spell
from matching.indicators.units import TEMPERATURE, TIME, base, convert, dimension
from tests.servers.processes import ROOT


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("立方米每小时", "m^3/h"), ("m3/h", "m^3/h"), ("克/立方厘米", "g/cm^3"), ("KWh/吨", "kW·h/t"), ("转/分", "rpm"), ("r/min", "rpm"), ("g/(m²·24h)", "g/(m^2·24h)"),
        ("W/(m·K)", "W/(m·K)"), ("ＭＰａ", "MPa"), ("µm", "μm"), ("°C", "℃"), ("㎡", "m^2"), ("dB(A)", "dB"), ("个月", "月"), ("mAh/g", "mA·h/g"), ("mg/100g", "mg/100g"),
    ],
)  # fmt: skip
def test_unit_has_one_spelling_however_it_is_written(written, spelled):
    match = UNIT.fullmatch(fold(written))
    assert match
    assert spell(match[0]) == spelled


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1.80, "g/cm^3", "kg/m^3", 1800), (5, "‰", "%", 0.5), (25, "℃", "K", 298.15), (24, "t/d", "kg/h", 1000), (3.6, "MJ", "kW·h", 1), (1, "亩", "m^2", 2000 / 3), (65, "bar", "MPa", 6.5),
        (1.5, "元/kg", "元/t", 1500), (10, "g/(m^2·24h)", "g/(m^2·d)", 10), (200, "mg/100g", "g/kg", 2), (1, "Nm^3/h", "m^3/h", 1), (1000, "ppm", "%", 0.1),
    ],
)  # fmt: skip
def test_value_is_converted_when_units_measure_the_same(value, unit, to, expected):
    assert convert(value, unit, to) == pytest.approx(expected)


@pytest.mark.parametrize(("unit", "to"), [("m", "s"), ("目", "μm"), ("台", "个"), ("%", "倍"), ("百分点", "%"), ("kW·h/t", "元/t"), ("", "mm"), ("(/^", "m"), ("²³", "kg"), ("import os", "m"), ("__import__", "m"), ("9" * 400 + "m", "m"), ("m^9/(0s)", "s")])  # fmt: skip
def test_nothing_is_converted_when_units_differ_or_are_not_known(unit, to):
    assert convert(1.0, unit, to) is None


def test_counts_stay_themselves():
    assert convert(3, "台", "台") == 3
    assert dimension("台") == "台"
    assert base(2, "CFU/g") is None


def test_written_down_dimensions_are_those_of_their_units():
    assert (dimension("h"), dimension("℃")) == (TIME, TEMPERATURE)


@pytest.mark.slow
@pytest.mark.once
def test_program_starts_without_building_the_registry():
    """Each command and each process of several would wait for it, whether it reads indicators or not."""
    source = (
        "import api.cli; from matching.indicators import units; raise SystemExit(units.registry.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", source], check=False, cwd=ROOT).returncode == 0
