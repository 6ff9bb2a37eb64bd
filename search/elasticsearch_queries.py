"""Engine queries in Elasticsearch's terms, and its answers as results. Pure. Filters and exclusions never change a score."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from market.kernel.outbox import Subject
from search.elasticsearch_documents import (
    KEY,
    KIND,
    LONGEST_TOKEN,
    MEANING,
    MEANING_MODEL,
    REMOVED,
    ROW_VERSION,
    TITLE_TOKENS,
)
from search.engine import (
    MOST_NEAREST,
    AnyOf,
    CodeField,
    EngineHit,
    EngineQuery,
    EngineResult,
    Filter,
    NearestQuery,
    NoneOf,
    NumberField,
    Sort,
    Term,
    TextField,
    Within,
)

Clause = dict[str, Any]

IS_REMOVED: Clause = {"term": {REMOVED: True}}
_NOTHING: Clause = {"match_none": {}}
_LARGEST = 2**63 - 1

_MAX_BUCKETS = 10_000
_SUGGESTION_BUCKETS = 500

# Sorting by a number that a document lacks: such documents come last, and the value still fits a double exactly.
_LAST_LOW, _LAST_HIGH = 2**53 - 1, -1
_SORTS: Mapping[Sort, tuple[NumberField, str, int]] = {
    Sort.NEWEST: (NumberField.PUBLISHED_AT, "desc", _LAST_HIGH),
    Sort.PRICE_LOW: (NumberField.PRICE_FEN, "asc", _LAST_LOW),
    Sort.PRICE_HIGH: (NumberField.PRICE_FEN, "desc", _LAST_HIGH),
}
_REGEX_SIGNS = re.compile(r'[.?+*|{}\[\]()"\\#@&<>~^$\-]')

FOUND = "timed_out,hits.total.value,hits.hits.sort,hits.hits.fields,aggregations.*.buckets.key,aggregations.*.buckets.doc_count"
"""The parts of an answer that are read."""


def search_body(query: EngineQuery) -> dict[str, Any]:
    """The search for the first page of hits, with their facets; for a later one see `after`."""
    body: dict[str, Any] = {
        "query": _query(query),
        "size": query.size,
        "track_total_hits": True,
        "stored_fields": "_none_",
        "docvalue_fields": [KIND],
        "sort": _sort(query),
    }
    if query.facets:
        body["aggs"] = {
            facet.value: {"terms": {"field": facet.value, "size": _MAX_BUCKETS, "shard_size": _MAX_BUCKETS}}
            for facet in query.facets
        }
    return body


def after(query: EngineQuery) -> list[Any]:
    """The query's cursor as sort values, to be given as `search_after`."""
    value, subject_id = query.after or (0.0, "")
    if query.sort in _SORTS:
        return [int(value), subject_id]
    return [value, subject_id] if _is_scored(query) else [subject_id]


def result_of(query: EngineQuery, answer: Mapping[str, Any]) -> EngineResult:
    """What the answer to `search_body` says."""
    found = answer.get("hits", {})
    buckets = answer.get("aggregations", {})
    facets = {
        facet: {one["key"]: one["doc_count"] for one in buckets.get(facet.value, {}).get("buckets", ())}
        for facet in query.facets
    }
    hits = tuple(_hit(query, hit) for hit in found.get("hits", ()))
    return EngineResult(hits, found.get("total", {}).get("value", 0), facets)


def nearest_body(query: NearestQuery) -> dict[str, Any]:
    """The search for the nearest by meaning; every vector that passes the filters is compared."""
    filters = _of_meaning(query.subject, query.model_id)
    excluded = [IS_REMOVED]
    for condition in query.filters:
        _add_filter(condition, filters, excluded)
    size = min(query.size, MOST_NEAREST)
    nearest = {
        "field": MEANING,
        "query_vector": list(query.vector),
        "k": size,
        "num_candidates": size,
        "filter": {"bool": {"filter": filters, "must_not": excluded}},
    }
    return {
        "query": {"knn": nearest},
        "size": size,
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": [KIND],
        "sort": [{"_score": "desc"}, {KEY: "asc"}],
    }


def nearest_of(answer: Mapping[str, Any]) -> list[EngineHit]:
    """The answer to `nearest_body`. Elasticsearch gives half of one more than the cosine."""
    hits = []
    for hit in answer.get("hits", {}).get("hits", ()):
        value, key = hit["sort"]
        hits.append(EngineHit(Subject(hit["fields"][KIND][0]), UUID(key), 2 * value - 1, value))
    return hits


def meanings_body(subject: Subject, model_id: int) -> dict[str, Any]:
    """Counts documents that hold a vector of the model: `hits.total.value`."""
    found = {"bool": {"filter": _of_meaning(subject, model_id), "must_not": [IS_REMOVED]}}
    return {"query": found, "size": 0, "track_total_hits": True}


def _of_meaning(subject: Subject, model_id: int) -> list[Clause]:
    return [{"term": {CodeField.SUBJECT.value: subject.value}}, {"term": {MEANING_MODEL: str(model_id)}}]


def versions_body(size: int, after: Sequence[Any] | None) -> dict[str, Any]:
    """One page of keys and versions of all that is not removed, in order of the key."""
    body: dict[str, Any] = {
        "query": {"bool": {"must_not": [IS_REMOVED]}},
        "size": size,
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": [KIND, ROW_VERSION],
        "sort": [{KEY: "asc"}],
    }
    if after is not None:
        body["search_after"] = after
    return body


def version_of(hit: Mapping[str, Any]) -> tuple[Subject, UUID, int]:
    """One hit of `versions_body`."""
    fields = hit["fields"]
    return Subject(fields[KIND][0]), UUID(hit["sort"][0]), int(fields[ROW_VERSION][0])


def count_body() -> dict[str, Any]:
    """Counts everything and the removed, both without a walk over the documents: `count_of`."""
    return {"size": 0, "track_total_hits": True, "aggs": {REMOVED: {"filter": IS_REMOVED}}}


def count_of(answer: Mapping[str, Any]) -> int:
    """How many documents are not removed."""
    return int(answer["hits"]["total"]["value"]) - int(answer["aggregations"][REMOVED]["doc_count"])


def frequencies_body(text_field: TextField, tokens: Sequence[str]) -> dict[str, Any]:
    """In how many documents each token stands. Without a query, the index answers each filter from its term dictionary."""
    filters = {"filters": [{"term": {text_field.value: token}} for token in tokens]}
    return {"size": 0, "track_total_hits": False, "aggs": {"tokens": {"filters": filters}}}


def frequencies_of(tokens: Sequence[str], answer: Mapping[str, Any]) -> dict[str, int]:
    """The answer to `frequencies_body`, whose buckets stand in the order asked."""
    buckets = answer["aggregations"]["tokens"]["buckets"]
    return {token: bucket["doc_count"] for token, bucket in zip(tokens, buckets, strict=True)}


def title_tokens_body(prefix: str, limit: int) -> dict[str, Any] | None:
    """The most frequent tokens of titles with this prefix; None where no token can have it."""
    if len(prefix.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_TOKEN:
        return None
    terms = {
        "field": TITLE_TOKENS,
        "include": _REGEX_SIGNS.sub(r"\\\g<0>", prefix) + ".*",
        "size": limit,
        "shard_size": max(limit, _SUGGESTION_BUCKETS),
    }
    return {
        "query": {"prefix": {TITLE_TOKENS: {"value": prefix}}},
        "size": 0,
        "track_total_hits": False,
        "aggs": {TITLE_TOKENS: {"terms": terms}},
    }


def title_tokens_of(answer: Mapping[str, Any]) -> list[str]:
    """The answer to `title_tokens_body`."""
    buckets = answer.get("aggregations", {}).get(TITLE_TOKENS, {}).get("buckets", ())
    return [bucket["key"] for bucket in buckets]


def _query(query: EngineQuery) -> Clause:
    must: list[Clause] = [_any_term(group) for group in query.required]
    filters: list[Clause] = []
    excluded: list[Clause] = []
    if not must:
        # Tombstones hold no word but the filler, so they need excluding only where no word is required.
        excluded.append(IS_REMOVED)
        filters.append({"match_all": {}})
    for condition in query.filters:
        _add_filter(condition, filters, excluded)
    parts = {
        "must": must,
        "filter": filters,
        "must_not": excluded,
        "should": [_term(term) for term in query.optional],
    }
    return {"bool": {name: clauses for name, clauses in parts.items() if clauses}}


def _term(term: Term) -> Clause:
    if term.boost == 1.0:
        return {"term": {term.field.value: term.token}}
    return {"term": {term.field.value: {"value": term.token, "boost": term.boost}}}


def _any_term(group: Sequence[Term]) -> Clause:
    if not group:
        return _NOTHING
    if len(group) == 1:
        return _term(group[0])
    return {"bool": {"should": [_term(term) for term in group]}}


def _add_filter(condition: Filter, filters: list[Clause], excluded: list[Clause]) -> None:
    match condition:
        case AnyOf():
            filters.append(_values(condition) if condition.values else _NOTHING)
        case NoneOf():
            if condition.values:
                excluded.append(_values(condition))
        case Within():
            _add_range(condition, filters, excluded)


def _values(condition: AnyOf | NoneOf) -> Clause:
    return {"terms": {condition.field.value: list(condition.values)}}


def _add_range(condition: Within, filters: list[Clause], excluded: list[Clause]) -> None:
    name, low, high = condition.field.value, condition.low, condition.high
    if not condition.or_missing:
        filters.append({"exists": {"field": name}} if low is None and high is None else _range(name, low, high))
        return
    if low is not None:
        excluded.append(_range(name, None, low - 1))
    if high is not None:
        excluded.append(_range(name, high + 1, None))


def _range(name: str, low: int | None, high: int | None) -> Clause:
    """Bounds beyond what a number field can hold are as good as none, or let nothing through."""
    if (low is not None and low > _LARGEST) or (high is not None and high < -_LARGEST):
        return _NOTHING
    bounds = {}
    if low is not None:
        bounds["gte"] = max(low, -_LARGEST)
    if high is not None:
        bounds["lte"] = min(high, _LARGEST)
    return {"range": {name: bounds}}


def _sort(query: EngineQuery) -> list[Clause]:
    by_key: Clause = {KEY: "asc"}
    if query.sort in _SORTS:
        number_field, order, missing = _SORTS[query.sort]
        return [{number_field.value: {"order": order, "missing": missing}}, by_key]
    return [{"_score": "desc"}, by_key] if _is_scored(query) else [by_key]


def _is_scored(query: EngineQuery) -> bool:
    return query.sort is Sort.RELEVANCE and bool(query.required or query.optional)


def _hit(query: EngineQuery, hit: Mapping[str, Any]) -> EngineHit:
    *values, key = hit["sort"]
    value = float(values[0]) if values else 0.0
    score = value if _is_scored(query) else 0.0
    return EngineHit(Subject(hit["fields"][KIND][0]), UUID(key), score, value)
