"""Documents as tantivy holds them: the schema, a listing, a tombstone."""

import tantivy

from search.analysis import ANALYSIS_VERSION
from search.engine import Change, CodeField, IndexDocument, NumberField, TextField
from search.tantivy_paging import ID_HIGH, ID_LOW, KEY, SORT_FIELDS, SUBJECT
from search.tantivy_queries import id_halves
from search.weights import filled

VERSION, REMOVED = "version", "removed"
_SCHEMA_REVISION = "2"
INDEX_VERSION = f"{ANALYSIS_VERSION}/{_SCHEMA_REVISION}"


def schema() -> tantivy.Schema:
    """The fields of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(KEY, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(SUBJECT, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(REMOVED, tokenizer_name="raw", index_option="basic")
    # Signed throughout: tantivy-py writes every whole number as signed, and an unsigned field would kill the writer.
    for name in (VERSION, ID_HIGH, ID_LOW):
        builder.add_integer_field(name, stored=name == VERSION, fast=True)
    for text_field in TextField:
        builder.add_text_field(text_field.value, tokenizer_name="whitespace", index_option="freq")
    for code_field in CodeField:
        builder.add_text_field(code_field.value, tokenizer_name="raw", index_option="basic", fast=True)
    for number_field in NumberField:
        builder.add_integer_field(number_field.value, fast=True)
    for name, _, _ in SORT_FIELDS.values():
        builder.add_integer_field(name, fast=True)
    return builder.build()


def to_tantivy(change: Change) -> tantivy.Document:
    """A listing, or the tombstone of one. Raises `ValueError`, `TypeError` or `OverflowError` for what tantivy cannot hold."""
    document = _keyed(change)
    if not isinstance(change, IndexDocument):
        document.add_text(REMOVED, "yes")
        return document
    for code_field, values in change.codes.items():
        for value in values:
            document.add_text(code_field.value, value)
    for number_field, number in change.numbers.items():
        document.add_integer(number_field.value, number)
    for name, number_field, absent in SORT_FIELDS.values():
        document.add_integer(name, change.numbers.get(number_field, absent))
    return document


def _keyed(change: Change) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text(KEY, str(change.subject_id))
    document.add_text(SUBJECT, change.subject.value)
    document.add_integer(VERSION, change.version)
    high, low = id_halves(change.subject_id)
    document.add_integer(ID_HIGH, high)
    document.add_integer(ID_LOW, low)
    texts = change.texts if isinstance(change, IndexDocument) else {}
    for text_field, text in filled(texts).items():
        document.add_text(text_field.value, text)
    return document
