"""Finding listings: words to an engine query, hits back to rows, and only what the viewer may read.

Anonymous visitors search title, keywords and public text; members also the members' text. Nobody's search touches more. Hits are read
from SQL again before they are shown, so what was withdrawn a moment ago does not appear while the index still lags.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.errors import Unauthenticated
from market.kernel.money import to_fen
from market.kernel.outbox import Subject
from market.listings.disclosure import Viewer
from search import cursors, degraded
from search.analysis import ANALYSIS_VERSION, fold, parts, query_words
from search.cursors import Cursor, Mode
from search.engine import (
    AnyOf,
    CodeField,
    EngineQuery,
    EngineResult,
    EngineUnavailable,
    Filter,
    IndexOutdated,
    NumberField,
    SearchEngine,
    Sort,
    Term,
    TextField,
    Within,
)
from search.presentation import facets_of, present
from search.queries import titles_containing
from search.schemas import FacetName, FindListings, FoundListings, Suggestions
from search.weights import FIELD_WEIGHTS, PART_WEIGHT

FACET_FIELDS = {
    FacetName.KIND: CodeField.SUBJECT,
    FacetName.FIELD: CodeField.TECHNOLOGY_FIELD,
    FacetName.LOCAL_INDUSTRY: CodeField.LOCAL_INDUSTRY,
    FacetName.REGION: CodeField.REGION,
    FacetName.STAGE: CodeField.STAGE,
}
PUBLIC_FIELDS = (TextField.TITLE, TextField.KEYWORDS, TextField.PUBLIC_BODY)
MEMBER_FIELDS = (*PUBLIC_FIELDS, TextField.MEMBER_BODY)
_BY_PRICE = (Sort.PRICE_LOW, Sort.PRICE_HIGH)
_MAX_PREFIX = 30


@dataclass(frozen=True)
class _Question:
    """A command made ready: its words, its fingerprint, and where the page begins."""

    command: FindListings
    words: tuple[str, ...]
    fields: tuple[TextField, ...]
    mark: str
    cursor: Cursor | None


def find_listings(
    session: Session, engine: SearchEngine, actor: Actor, command: FindListings, *, clock: Clock
) -> FoundListings:
    """One page of live listings. Raises `Unauthenticated` for prices without sign-in, `Invalid` for a bad cursor."""
    is_member = actor.may(Permission.READ_MEMBER_FIELDS)
    if not is_member and (command.price_max_cny is not None or command.sort in _BY_PRICE):
        raise Unauthenticated("sign_in_required", "报价与预算仅对登录用户公开,请登录后再按价格筛选或排序。")
    question = _question(command, is_member=is_member)
    viewer = Viewer.MEMBER if is_member else Viewer.ANONYMOUS
    now = clock.now()
    if question.cursor is not None and question.cursor.mode is Mode.PLAIN:
        return degraded.find(session, command, question.words, question.mark, question.cursor, now=now, viewer=viewer)
    try:
        result, mode = _ask(engine, question, now)
    except (EngineUnavailable, IndexOutdated):
        if question.cursor is not None:
            question = replace(question, cursor=None)  # the order of the index is lost with it: begin anew
        return degraded.find(session, command, question.words, question.mark, None, now=now, viewer=viewer)
    tokens = _marked_tokens(question.words)
    next_cursor = None
    if len(result.hits) == command.size:
        last = result.hits[-1]
        next_cursor = cursors.encode(Cursor(mode, last.sort_key[0], last.subject_id), question.mark)
    return FoundListings(
        hits=present(session, result.hits, tokens, viewer=viewer, now=now),
        total=result.total,
        facets=facets_of(result, FACET_FIELDS),
        next_cursor=next_cursor,
        relaxed=mode is Mode.ANY_WORD,
        degraded=False,
    )


def suggest(engine: SearchEngine, text: str, *, limit: int = 8) -> list[str]:
    """Completions of the last word, from titles alone; empty where the engine does not answer."""
    typed = fold(text).strip()[-_MAX_PREFIX:]
    head, _, prefix = typed.rpartition(" ")
    if not prefix:
        return []
    try:
        found = engine.title_tokens_with_prefix(prefix, limit + 1)
    except (EngineUnavailable, IndexOutdated):
        return []
    return [f"{head} {token}".strip() for token in found if token != prefix][:limit]


def suggestions(session: Session, engine: SearchEngine, text: str, *, clock: Clock, limit: int = 8) -> Suggestions:
    """Completed words, and titles of live listings that contain what was typed."""
    typed = text.strip()[:_MAX_PREFIX]
    titles = titles_containing(session, typed, now=clock.now(), limit=limit) if typed else []
    return Suggestions(words=suggest(engine, typed, limit=limit), titles=titles)


def _question(command: FindListings, *, is_member: bool) -> _Question:
    words = tuple(query_words(command.q))
    asked = command.model_dump(mode="json", exclude={"cursor", "size"})
    mark = cursors.question_mark(asked, is_member, ANALYSIS_VERSION)
    cursor = cursors.decode(command.cursor, mark) if command.cursor else None
    return _Question(command, words, MEMBER_FIELDS if is_member else PUBLIC_FIELDS, mark, cursor)


def _ask(engine: SearchEngine, question: _Question, now: datetime) -> tuple[EngineResult, Mode]:
    """All words first; if nothing holds them all, any of them."""
    groups = tuple(_group(word, question.fields) for word in question.words)
    base = _base_query(question, now)
    if question.cursor is not None and question.cursor.mode is Mode.ANY_WORD:
        return engine.search(_relaxed(base, groups)), Mode.ANY_WORD
    result = engine.search(replace(base, required=groups))
    if result.total or len(groups) < 2 or question.cursor is not None:  # noqa: PLR2004
        return result, Mode.ALL_WORDS
    return engine.search(_relaxed(base, groups)), Mode.ANY_WORD


def _relaxed(base: EngineQuery, groups: tuple[tuple[Term, ...], ...]) -> EngineQuery:
    return replace(base, required=(tuple(term for group in groups for term in group),))


def _group(word: str, fields: Sequence[TextField]) -> tuple[Term, ...]:
    """The word in any of the fields, or a part of it for less."""
    whole = [Term(field, word, FIELD_WEIGHTS[field]) for field in fields]
    inside = [Term(field, part, FIELD_WEIGHTS[field] * PART_WEIGHT) for part in parts(word) for field in fields]
    return (*whole, *inside)


def _base_query(question: _Question, now: datetime) -> EngineQuery:
    command = question.command
    sort = command.sort
    if sort is Sort.RELEVANCE and not question.words:
        sort = Sort.NEWEST
    cursor = question.cursor
    return EngineQuery(
        filters=_filters(command, now),
        sort=sort,
        size=command.size,
        after=None if cursor is None else (cursor.value, str(cursor.subject_id)),
        facets=tuple(FACET_FIELDS.values()),
    )


def _filters(command: FindListings, now: datetime) -> tuple[Filter, ...]:
    filters: list[Filter] = [Within(NumberField.EXPIRES_AT, low=int(now.timestamp()) + 1, or_missing=True)]
    chosen = (
        (CodeField.SUBJECT, command.kind),
        (CodeField.TECHNOLOGY_FIELD, command.field),
        (CodeField.LOCAL_INDUSTRY, command.local_industry),
        (CodeField.INDUSTRY, command.industry),
        (CodeField.REGION, command.region),
        (CodeField.STAGE, command.stage),
    )
    filters.extend(AnyOf(field, (value,)) for field, value in chosen if value is not None)
    if command.min_trl is not None:  # what a need requires is no readiness that it has
        filters.append(AnyOf(CodeField.SUBJECT, (Subject.ACHIEVEMENT,)))
        filters.append(Within(NumberField.READINESS, low=command.min_trl))
    if command.price_max_cny is not None:
        filters.append(Within(NumberField.PRICE_FEN, high=to_fen(command.price_max_cny)))
    return tuple(filters)


def _marked_tokens(words: Sequence[str]) -> frozenset[str]:
    return frozenset({*words, *(part for word in words for part in parts(word))})
