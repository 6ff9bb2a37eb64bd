"""How much a word counts in which field: one place for every engine.

Both engines score with BM25 at k1 = 1.2 and b = 0.75, which tantivy fixes and Elasticsearch has by default.
"""

from collections.abc import Mapping
from types import MappingProxyType

from search.engine import TextField

K1 = 1.2
B = 0.75

FIELD_WEIGHTS: Mapping[TextField, float] = MappingProxyType(
    {TextField.TITLE: 3.0, TextField.KEYWORDS: 2.0, TextField.PUBLIC_BODY: 1.0, TextField.MEMBER_BODY: 0.8}
)
"""A word found in the title counts thrice one found in the text. `CHARS` is for matching, which weighs it itself."""

PART_WEIGHT = 0.3
"""A word found only as a part of the compound that was asked for."""

FILLER = "∅"
"""The one token of an empty field. BM25 counts documents and average lengths per field, and only one of the engines counts documents
without the field; with a token in every field both count alike. No analysis yields it, so no query finds it."""


def filled(texts: Mapping[TextField, str]) -> dict[TextField, str]:
    """The ready tokens of every field as both engines store them; an empty one holds the filler."""
    return {field: texts.get(field) or FILLER for field in TextField}
