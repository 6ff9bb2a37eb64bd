"""The engine Protocol: what finding and matching ask of an index. Two engines stand behind it, fed with the same ready tokens.

An engine knows fields, tokens, filters and versions; it knows neither Chinese nor who may read what. The analysis
(`search/analysis.py`) cuts text before it comes here, and `search/documents.py` decides what a document holds.
It must stay inside what both tantivy and a plain Elasticsearch offer: bool/term/range queries, terms aggregations, external
versions, sort with a unique last key.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable
from uuid import UUID

from market.kernel.outbox import Subject


class TextField(StrEnum):
    """Fields of ready tokens. `MEMBER_BODY` and `CHARS` hold what only members may read: anonymous queries never touch them."""

    TITLE = "title"
    KEYWORDS = "keywords"
    PUBLIC_BODY = "public_body"
    MEMBER_BODY = "member_body"
    CHARS = "chars"


class CodeField(StrEnum):
    """Fields of exact codes, for filters and facets; several values each.

    Every document has a value in each of the `CONSTRAINT_FIELDS`; `ANY` there means: no restriction.
    """

    SUBJECT = "subject"
    STATUS = "status"
    TECHNOLOGY_FIELD = "field_code"
    INDUSTRY = "industry_code"
    LOCAL_INDUSTRY = "local_industry_code"
    REGION = "region_code"
    STAGE = "stage"
    ORIGIN = "origin"
    OWNER = "owner_party_id"
    TRANSFER_WAY = "transfer_way"
    ALLOWED_REGION = "allowed_region"
    EXCLUSIVITY = "exclusivity"


class NumberField(StrEnum):
    """Whole-number fields for ranges and sorting. Money in fen, instants in epoch seconds, days as ordinals; a document may lack any."""

    READINESS = "trl"
    PRICE_FEN = "price_fen"
    PUBLISHED_AT = "published_at"
    EXPIRES_AT = "expires_at"
    DAY = "day"


ANY = "ANY"
CONSTRAINT_FIELDS = frozenset({CodeField.ALLOWED_REGION, CodeField.TRANSFER_WAY})

HIDDEN = "HIDDEN"
"""Stands in a code field for a value that not everybody may know: the index holds nothing that a filter or facet could give away."""


@dataclass(frozen=True)
class Meaning:
    """What the serving model made of a listing's text: the model's id, and the vector as it is stored (`market.matches.vector_bytes`)."""

    model_id: int
    vector: bytes


@dataclass(frozen=True)
class IndexDocument:
    """One listing as the index holds it. `version` is the row's: an older one never replaces a newer one.

    A text is ready tokens separated by blanks.
    """

    subject: Subject
    subject_id: UUID
    version: int
    texts: Mapping[TextField, str]
    codes: Mapping[CodeField, Sequence[str]]
    numbers: Mapping[NumberField, int]
    meaning: Meaning | None = None


@dataclass(frozen=True)
class Removal:
    """The listing must not be found any more; `version` is the row's at that moment."""

    subject: Subject
    subject_id: UUID
    version: int


Change = IndexDocument | Removal


class Outcome(StrEnum):
    """What became of one change. STALE: the index already holds something newer, which is fine."""

    APPLIED = "applied"
    STALE = "stale"
    RETRY = "retry"
    REJECTED = "rejected"


@dataclass(frozen=True)
class ChangeResult:
    """The outcome of one change, with the engine's reason where it was not applied."""

    change: Change
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class Term:
    """One token in one field; its BM25 score is multiplied by `boost`."""

    field: TextField
    token: str
    boost: float = 1.0


@dataclass(frozen=True)
class AnyOf:
    """The document has at least one of the values in the field."""

    field: CodeField
    values: tuple[str, ...]


@dataclass(frozen=True)
class NoneOf:
    """The document has none of the values in the field."""

    field: CodeField
    values: tuple[str, ...]


@dataclass(frozen=True)
class Within:
    """The number lies in [low, high]; with `or_missing`, a document without the field passes too."""

    field: NumberField
    low: int | None = None
    high: int | None = None
    or_missing: bool = False


Filter = AnyOf | NoneOf | Within


class Sort(StrEnum):
    """Order of the hits; ties are always broken by subject id, so that a cursor neither repeats nor skips."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    PRICE_LOW = "price_low"
    PRICE_HIGH = "price_high"


@dataclass(frozen=True)
class EngineQuery:
    """What to find.

    A document must match at least one term of each group in `required`; terms in `optional` only add to the score. Without either,
    everything that passes the filters is a hit. `after` is the `sort_key` of the last hit of the page before.
    """

    required: tuple[tuple[Term, ...], ...] = ()
    optional: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    sort: Sort = Sort.RELEVANCE
    size: int = 20
    after: tuple[float, str] | None = None
    facets: tuple[CodeField, ...] = ()


class EngineHit(NamedTuple):
    """A found document, and the value by which it was sorted."""

    subject: Subject
    subject_id: UUID
    score: float
    sort_value: float

    @property
    def sort_key(self) -> tuple[float, str]:
        """(sort value, subject id): serves as a cursor."""
        return self.sort_value, str(self.subject_id)


MOST_NEAREST = 10_000
"""What a `NearestQuery` may ask for at most; more than that is answered with so many."""


@dataclass(frozen=True)
class NearestQuery:
    """Which listings of this kind, with a vector of this model, are nearest to the vector (of length 1)."""

    subject: Subject
    model_id: int
    vector: Sequence[float]
    size: int
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True)
class EngineResult:
    """One page of hits, the number of all, and per facet field the counts of its values among all hits."""

    hits: tuple[EngineHit, ...]
    total: int
    facets: Mapping[CodeField, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class EngineHealth:
    """Whether the engine answers, how many documents it holds, and under which analysis they were cut."""

    is_up: bool
    documents: int
    analysis_version: str
    detail: str = ""
    is_missing: bool = False
    """The engine answers but holds no index: none was ever made, or it has been lost."""


class EngineUnavailable(Exception):
    """The engine does not answer; callers fall back to SQL and say that the answer is degraded."""


class IndexMissing(EngineUnavailable):
    """The engine answers, but there is no index: none was ever made, or it has been lost. `SearchEngine.prepare` makes an empty one."""


class IndexOutdated(Exception):
    """The index was built under another analysis or schema; `techmarket reindex` rebuilds it."""


class NoPreviousIndex(Exception):
    """There is nothing to roll back to: no rebuild has kept an earlier index."""


Key = tuple[Subject, UUID]
"""What a document is known by."""

CurrentChanges = Callable[[Sequence[Key]], Sequence[Change]]
"""Reads what these listings are now, from the truth."""


class IndexBuild(Protocol):
    """A new index beside the present one: filled, brought up to date and compared before anybody searches it.

    While it is open, whatever `SearchEngine.apply` writes in any process either reaches it as well or is remembered for `activate`.
    """

    def add(self, documents: Sequence[IndexDocument]) -> list[ChangeResult]:
        """Write documents read from the truth; returns those known not to have been applied (STALE: a newer one came in meanwhile).

        What is still under way may be named by a later call, or not at all: `versions` tells what is there.
        """
        ...

    def apply(self, changes: Sequence[Change]) -> list[ChangeResult]:
        """As `SearchEngine.apply`, on this index: for catching up. Visible to `versions` when this returns."""
        ...

    def versions(self) -> Iterator[tuple[Subject, UUID, int]]:
        """Every document's key and version, as far as written."""
        ...

    def activate(self, current: CurrentChanges) -> None:
        """Take this index into use; the one before is kept for `SearchEngine.rollback`, older ones go.

        What reached only the present index is asked of `current` and written before, so that not one id is missing at any moment.
        """
        ...


class SearchEngine(Protocol):
    """An index of listings."""

    has_single_writer: bool
    """Whether only one process may write at a time: then only the holder of the relay's turn does."""

    def prepare(self) -> None:
        """Open the index, creating an empty one if there is none. Raises `IndexOutdated` and `EngineUnavailable`."""
        ...

    def apply(self, changes: Sequence[Change]) -> list[ChangeResult]:
        """Write changes; visible to searches when this returns. One result per change, in order. Raises `EngineUnavailable`."""
        ...

    def search(self, query: EngineQuery) -> EngineResult:
        """Find. Raises `EngineUnavailable`."""
        ...

    def document_frequencies(self, text_field: TextField, tokens: Sequence[str]) -> dict[str, int]:
        """In how many documents each token stands in the field; 0 where in none. Documents replaced or removed lately may still count."""
        ...

    def title_tokens_with_prefix(self, prefix: str, limit: int) -> list[str]:
        """Tokens of titles that begin with the prefix, most frequent first: for suggestions while typing."""
        ...

    def versions(self) -> Iterator[tuple[Subject, UUID, int]]:
        """Every document's key and version: for comparing the index with SQL."""
        ...

    def building(self) -> AbstractContextManager[IndexBuild]:
        """A new index beside the present one; without `activate` it is dropped at the end. Searches and writes go on meanwhile.

        One at a time in all processes: the caller holds the turn for it (`indexer.rebuild` does), so leftovers of an earlier
        build that was cut off are swept away first.
        """
        ...

    def rollback(self) -> None:
        """Take the index before the present one into use again, in an instant; the present one becomes the one before.

        It lacks what was written since: the caller compares afterwards. Raises `NoPreviousIndex`, and `IndexOutdated` where this
        program cannot search it.
        """
        ...

    def health(self) -> EngineHealth:
        """Never raises."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...


@runtime_checkable
class MeaningEngine(Protocol):
    """An engine that also holds the vectors of its documents, and searches them exactly."""

    def nearest(self, query: NearestQuery) -> list[EngineHit]:
        """The nearest, best first, with the cosine as score; ties by subject id. Raises `EngineUnavailable`."""
        ...

    def count_meanings(self, subject: Subject, model_id: int) -> int:
        """How many documents of the kind hold a vector of the model. Raises `EngineUnavailable`."""
        ...
