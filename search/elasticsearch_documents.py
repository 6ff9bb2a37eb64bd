"""Documents as Elasticsearch holds them, and the mapping that says how.

Texts are ready tokens joined by blanks, cut at the blanks and scored with the same BM25 as the embedded engine's. Nothing is stored to be
read back: a hit needs its key and its kind, which come from doc values; the truth is in SQL.
"""

import hashlib
import json
from typing import Any

from market.matches import vector_bytes
from search.analysis import ANALYSIS_VERSION
from search.engine import Change, CodeField, IndexDocument, Meaning, NumberField, TextField
from search.weights import FILLER, K1, B, filled

KEY, KIND, ROW_VERSION, REMOVED, TITLE_TOKENS = "key", "kind", "row_version", "removed", "title_tokens"
MEANING, MEANING_MODEL = "meaning", "meaning_model"

DIMENSIONS = 512
"""Of the vectors that the mapping has room for: those of the model that techmarket brings. Others stay out of the index."""

_DECIMALS = 7

LONGEST_TOKEN = 255
"""In UTF-16 units: the whitespace analyser splits a longer one. The analysis yields at most `analysis.MAX_TOKEN` characters."""

_LARGEST_VERSION = 2**63 - 1

SIMILARITY = {"default": {"type": "BM25", "k1": K1, "b": B}}


def _properties() -> dict[str, dict[str, object]]:
    ready_tokens: dict[str, object] = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
    return {
        KEY: {"type": "keyword"},
        KIND: {"type": "keyword", "index": False},
        ROW_VERSION: {"type": "long", "index": False},
        REMOVED: {"type": "boolean"},
        TITLE_TOKENS: {"type": "keyword"},
        MEANING: {
            "type": "dense_vector",
            "dims": DIMENSIONS,
            "index": True,
            "similarity": "dot_product",
            "index_options": {"type": "flat"},  # compared with each one: the same answer as the embedded engine's
        },
        MEANING_MODEL: {"type": "keyword"},
        **{field.value: ready_tokens for field in TextField},
        **{field.value: {"type": "keyword"} for field in CodeField},
        **{field.value: {"type": "long"} for field in NumberField},
    }


def _index_version() -> str:
    ingredients = json.dumps([_properties(), SIMILARITY, FILLER], sort_keys=True)
    return f"{ANALYSIS_VERSION}/{hashlib.sha256(ingredients.encode()).hexdigest()[:12]}"


INDEX_VERSION = _index_version()
"""Names the analysis and the mapping together: an index made under another one asks to be rebuilt."""


def mappings() -> dict[str, Any]:
    """The mapping of a new index: nothing but the fields named here is taken."""
    return {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "_meta": {"index_version": INDEX_VERSION},
        "properties": _properties(),
    }


def source_of(change: Change) -> bytes:
    """The document's body, one line of JSON; of a removal, a tombstone that no search finds.

    Raises `ValueError` for what no index can hold: text that is not valid Unicode, a version below zero or too large.
    """
    if not 0 <= change.version <= _LARGEST_VERSION:
        raise ValueError("the version is out of range")
    body: dict[Any, object] = {
        KEY: str(change.subject_id),
        KIND: change.subject.value,
        ROW_VERSION: change.version,
    }
    if isinstance(change, IndexDocument):
        body.update(filled(change.texts))
        body.update(change.codes)
        body.update(change.numbers)
        body |= _meaning(change.meaning)
        body[TITLE_TOKENS] = list(dict.fromkeys(change.texts.get(TextField.TITLE, "").split()))
    else:
        body.update(filled({}))
        body[REMOVED] = True
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _meaning(meaning: Meaning | None) -> dict[str, object]:
    if meaning is None or len(meaning.vector) != vector_bytes.size_of(DIMENSIONS):
        return {}
    (vector,) = vector_bytes.decode([meaning.vector], DIMENSIONS).astype(float).round(_DECIMALS).tolist()
    return {MEANING: vector, MEANING_MODEL: str(meaning.model_id)}
