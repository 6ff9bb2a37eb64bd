"""Engine queries in tantivy's terms. Filters and exclusions never change a score."""

from functools import cached_property
from uuid import UUID

import tantivy
from tantivy import FieldType, Occur, Query

from market.kernel.outbox import Subject
from search.engine import ANY, CONSTRAINT_FIELDS, AnyOf, CodeField, EngineQuery, Filter, NoneOf, Term, Within

_HALF = 64
_SIGN = 1 << (_HALF - 1)
_Clause = tuple[Occur, Query]


def id_halves(subject_id: UUID) -> tuple[int, int]:
    """The id as two signed numbers that sort as its text does."""
    return (subject_id.int >> _HALF) - _SIGN, (subject_id.int & ((1 << _HALF) - 1)) - _SIGN


def id_of_halves(high: int, low: int) -> UUID:
    """The id that `id_halves` split."""
    return UUID(int=((high + _SIGN) << _HALF) | (low + _SIGN))


_OTHER_THAN_ANY = "([^A].*|A|A[^N].*|AN|AN[^Y].*|ANY.+)"
"""Every code but `ANY`."""


class QueryBuilder:
    """Builds queries for one schema; `removed_field` marks tombstones, which no query may find."""

    def __init__(self, schema: tantivy.Schema, removed_field: str) -> None:
        self.schema = schema
        self._removed = Query.term_query(schema, removed_field, "yes", "basic")

    @cached_property
    def _restricted(self) -> dict[CodeField, Query]:
        """By field, what is restricted to something. Six milliseconds, which an index that pairs nothing need not wait for."""
        return {field: Query.regex_query(self.schema, field.value, _OTHER_THAN_ANY) for field in CONSTRAINT_FIELDS}

    def build(self, query: EngineQuery) -> Query:
        clauses: list[_Clause] = [(Occur.Must, self._any_term(group)) for group in query.required]
        if not clauses:
            # Tombstones have no text, so they need excluding only where no word is required. The constant keeps every score equal.
            clauses.append((Occur.Must, Query.const_score_query(Query.all_query(), 0.0)))
            clauses.append((Occur.MustNot, self._removed))
        for condition in query.filters:
            if query.required and isinstance(condition, AnyOf) and condition.field is CodeField.SUBJECT:
                # A document with words is of one kind. Half of the market is left out faster than the other half is gathered.
                others = tuple(one for one in Subject if one not in condition.values)
                clauses.extend(self._filter(NoneOf(CodeField.SUBJECT, others)))
            else:
                clauses.extend(self._filter(condition))
        clauses.extend((Occur.Should, self._term(term)) for term in query.optional)
        return Query.boolean_query(clauses)

    def _term(self, term: Term) -> Query:
        found = Query.term_query(self.schema, term.field.value, term.token, "freq")
        return found if term.boost == 1.0 else Query.boost_query(found, term.boost)

    def _any_term(self, group: tuple[Term, ...]) -> Query:
        if not group:
            return Query.empty_query()
        if len(group) == 1:
            return self._term(group[0])
        return Query.boolean_query([(Occur.Should, self._term(term)) for term in group])

    def _filter(self, condition: Filter) -> list[_Clause]:
        if isinstance(condition, Within):
            return self._within(condition)
        if isinstance(condition, AnyOf) and condition.field in CONSTRAINT_FIELDS and ANY in condition.values:
            return self._unrestricted(condition)
        values = self._values(condition)
        if isinstance(condition, NoneOf):
            return [(Occur.MustNot, values)] if condition.values else []
        return [(Occur.Must, Query.const_score_query(values, 0.0))]

    def _unrestricted(self, condition: AnyOf) -> list[_Clause]:
        """What restricts itself to others is left out: to gather all that does not would cost more than to look for the words."""
        own = tuple(value for value in condition.values if value != ANY)
        clauses = [(Occur.Must, self._restricted[condition.field])]
        if own:
            clauses.append((Occur.MustNot, self._values(AnyOf(condition.field, own))))
        return [(Occur.MustNot, Query.boolean_query(clauses))]

    def _values(self, condition: AnyOf | NoneOf) -> Query:
        if not condition.values:
            return Query.empty_query()
        if len(condition.values) == 1:
            return Query.term_query(self.schema, condition.field.value, condition.values[0], "basic")
        return Query.term_set_query(self.schema, condition.field.value, list(condition.values))

    def _within(self, condition: Within) -> list[_Clause]:
        low, high = condition.low, condition.high
        if low is None and high is None:
            if condition.or_missing:
                return []
            return [(Occur.Must, Query.const_score_query(Query.exists_query(condition.field.value), 0.0))]
        if not condition.or_missing:
            return [(Occur.Must, Query.const_score_query(self._range(condition, low, high), 0.0))]
        outside = []
        if low is not None:
            outside.append(self._range(condition, None, low - 1))
        if high is not None:
            outside.append(self._range(condition, high + 1, None))
        return [(Occur.MustNot, beyond) for beyond in outside]

    def _range(self, condition: Within, low: int | None, high: int | None) -> Query:
        return Query.range_query(self.schema, condition.field.value, FieldType.Integer, low, high)
