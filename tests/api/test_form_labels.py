"""What our own forms call a field, our own importer understands: a table copied from a page must come in."""

import re
from pathlib import Path

import pytest

from api.pages import rendering
from market.kernel.outbox import Subject
from seed.importing.headers import match_column

FORM = (Path(rendering.__file__).parent.parent / "templates" / "listing_form.html").read_text(encoding="utf-8")
ONE_NOUN = {
    "problem": Subject.NEED,
    "key_technology": Subject.NEED,
    "expected_outcome": Subject.NEED,
    "background": Subject.NEED,
    "budget_min_cny": Subject.NEED,
    "budget_max_cny": Subject.NEED,
    "min_trl": Subject.NEED,
    "needed_by": Subject.NEED,
    "solver_conditions": Subject.NEED,
    "ip_terms": Subject.NEED,
    "description": Subject.ACHIEVEMENT,
    "asking_price_cny": Subject.ACHIEVEMENT,
    "available_from": Subject.ACHIEVEMENT,
    "stage": Subject.ACHIEVEMENT,
}
LABELS: dict[str, str] = dict(re.findall(r'parts\.(?:field|choice)\("(\w+)", "([^"]+)"', FORM))


@pytest.mark.parametrize(
    "name",
    [*ONE_NOUN, "title", "summary", "keywords", "field_code", "local_industry_code", "industry_code", "region_code"],
)
def test_label_is_a_known_column(name: str) -> None:
    for subject in {ONE_NOUN[name]} if name in ONE_NOUN else set(Subject):
        column = match_column(LABELS[name], subject)
        assert column is not None, LABELS[name]
        assert column.field == name
