"""Pages of hits in exact ranking, which tantivy alone does not give: it breaks ties by place on disk.

More is fetched than is shown, until nothing unseen can belong before what is shown. A cursor on a number narrows the search to what
does not come before it; a cursor on a score has to skip.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import tantivy
from tantivy import FieldType, Occur, Order, Query

from market.kernel.outbox import Subject
from search.engine import AnyOf, CodeField, EngineHit, EngineQuery, NumberField, Sort
from search.tantivy_queries import id_halves, id_of_halves

KEY, SUBJECT = "key", "subject_stored"
ID_HIGH, ID_LOW = "id_high", "id_low"
# Sorting by a number that a document lacks: such documents come last, and the value still fits a double exactly.
_LAST_LOW = 2**53 - 1
_LAST_HIGH = -1
SORT_FIELDS: Mapping[Sort, tuple[str, NumberField, int]] = {
    Sort.NEWEST: ("newest_order", NumberField.PUBLISHED_AT, _LAST_HIGH),
    Sort.PRICE_LOW: ("price_low_order", NumberField.PRICE_FEN, _LAST_LOW),
    Sort.PRICE_HIGH: ("price_high_order", NumberField.PRICE_FEN, _LAST_HIGH),
}
"""For each sort by a number: the index field that always has a value, where it comes from, and the value that means none."""

_SLACK = 8
_GROWTH = 4

Rank = tuple[float, int, int]


@dataclass(frozen=True)
class _Ranking:
    """By which index field (None: by score), in which direction, and whether the value is part of the cursor."""

    field: str | None
    ascending: bool
    is_keyed: bool

    def rank(self, value: float, high: int, low: int) -> Rank:
        return (value if self.ascending else -value, high, low)


def _ranking_of(query: EngineQuery) -> _Ranking:
    if query.sort is not Sort.RELEVANCE:
        return _Ranking(SORT_FIELDS[query.sort][0], query.sort is Sort.PRICE_LOW, is_keyed=True)
    if query.required or query.optional:
        return _Ranking(None, ascending=False, is_keyed=True)
    return _Ranking(ID_HIGH, ascending=True, is_keyed=False)  # no word asked for: every score is equal, the id decides


def page_of_hits(
    searcher: Any, schema: tantivy.Schema, query: EngineQuery, built: Query
) -> tuple[list[EngineHit], int]:
    """The hits after the query's cursor, at most `size`, and the number of all hits."""
    ranking = _ranking_of(query)
    after = _after(ranking, query)
    narrowed = built if after is None else _narrowed(schema, ranking, built, after)
    first = searcher.search(built, 1, count=True) if narrowed is not built or query.size < 1 else None
    total: int | None = None if first is None else first.count
    if query.size < 1:
        return [], total or 0
    options = {} if ranking.field is None else {"order_by_field": ranking.field, "order": _direction(ranking)}
    limit, subject = query.size + _SLACK, _only_subject(query)
    while True:
        result = searcher.search(narrowed, limit, count=total is None, **options)
        total = result.count if total is None else total
        values = [value for value, _ in result.hits]
        addresses = [address for _, address in result.hits]
        ranks = _ranks(searcher, ranking, values, addresses)
        places = sorted(range(len(ranks)), key=ranks.__getitem__)
        page = [place for place in places if after is None or ranks[place] > after][: query.size]
        is_complete = len(values) < limit
        if is_complete or (len(page) == query.size and values[page[-1]] != values[-1]):
            hits = []
            for place in page:
                kind = subject or Subject(searcher.doc(addresses[place]).get_first(SUBJECT))
                hits.append(_hit(kind, ranks[place], values[place], ranking, query.sort))
            return hits, total or 0
        limit *= _GROWTH


def _after(ranking: _Ranking, query: EngineQuery) -> Rank | None:
    if query.after is None:
        return None
    value, subject_id = query.after
    high, low = id_halves(UUID(subject_id))
    return ranking.rank(value if ranking.is_keyed else high, high, low)


def _narrowed(schema: tantivy.Schema, ranking: _Ranking, built: Query, after: Rank) -> Query:
    if ranking.field is None:
        return built
    value = int(after[0])
    low, high = (value, None) if ranking.ascending else (None, -value)
    bound = Query.range_query(schema, ranking.field, FieldType.Integer, low, high)
    return Query.boolean_query([(Occur.Must, built), (Occur.Must, bound)])


def _direction(ranking: _Ranking) -> Order:
    return Order.Asc if ranking.ascending else Order.Desc


def _ranks(searcher: Any, ranking: _Ranking, values: list[float], addresses: list[Any]) -> list[Rank]:
    highs = searcher.fast_field_values(ID_HIGH, addresses)
    lows = searcher.fast_field_values(ID_LOW, addresses)
    return [ranking.rank(value, high, low) for value, high, low in zip(values, highs, lows, strict=True)]


def _only_subject(query: EngineQuery) -> Subject | None:
    """The kind of every hit where the query asks for one: reading it from each stored document would cost more than the search."""
    for condition in query.filters:
        if isinstance(condition, AnyOf) and condition.field is CodeField.SUBJECT and len(condition.values) == 1:
            return Subject(condition.values[0])
    return None


def _hit(subject: Subject, rank: Rank, value: float, ranking: _Ranking, sort: Sort) -> EngineHit:
    subject_id = id_of_halves(rank[1], rank[2])
    score = float(value) if sort is Sort.RELEVANCE and ranking.is_keyed else 0.0
    return EngineHit(subject, subject_id, score, float(value) if ranking.is_keyed else 0.0)
