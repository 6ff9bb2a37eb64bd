"""Hits as their viewer may read them: rows read afresh, texts marked, codes counted with labels."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.achievements.models import Achievement, AchievementStage
from market.kernel.outbox import Subject
from market.listings.disclosure import Viewer, visible_fields
from market.listings.models import IndicatorRow
from market.listings.rules import is_shown
from market.needs.models import Need
from market.parties.models import Origin
from market.reference.lists import code_list
from search.documents import indicator_text
from search.engine import HIDDEN, CodeField, EngineHit, EngineResult
from search.highlighting import CutText, excerpt, spans
from search.queries import Standing, indicators_of, rows_of, standings
from search.recent import Recent
from search.schemas import FacetName, FacetValue, FoundListing, Snippet, SnippetField

MAX_SNIPPETS = 3
_REMEMBERED = 4_000
_LISTS = {
    FacetName.FIELD: "technology_fields",
    FacetName.LOCAL_INDUSTRY: "local_industries",
    FacetName.REGION: "regions",
}
_LABELS: Mapping[str, str] = {
    Subject.ACHIEVEMENT: "科技成果",
    Subject.NEED: "技术需求",
    AchievementStage.EARLY: "初期阶段",
    AchievementStage.PILOT: "中期阶段",
    AchievementStage.MATURE: "成熟应用阶段",
}
_TEXT_FIELDS: Mapping[Subject, tuple[SnippetField, ...]] = {
    Subject.ACHIEVEMENT: (SnippetField.SUMMARY, SnippetField.DESCRIPTION),
    Subject.NEED: (
        SnippetField.SUMMARY,
        SnippetField.KEY_TECHNOLOGY,
        SnippetField.PROBLEM,
        SnippetField.EXPECTED_OUTCOME,
        SnippetField.BACKGROUND,
    ),
}


@dataclass(frozen=True)
class _Prepared:
    """A listing as one kind of viewer may read it: everything about a hit that does not depend on the question."""

    fields: Mapping[str, Any]
    title: CutText
    texts: tuple[tuple[SnippetField, CutText], ...]


_prepared: Recent[_Prepared] = Recent(_REMEMBERED)


def present(
    session: Session, hits: Sequence[EngineHit], tokens: AbstractSet[str], *, viewer: Viewer, now: datetime
) -> list[FoundListing]:
    """The hits in their order, without those that are no longer shown."""
    shown: dict[UUID, _Prepared] = {}
    missing: dict[Subject, list[UUID]] = {subject: [] for subject in Subject}
    standing = standings(session, [hit.subject_id for hit in hits])
    for hit in hits:
        now_is = standing.get(hit.subject_id)
        if now_is is None or not is_shown(now_is.status, now_is.expires_at, now):
            continue
        prepared = _prepared.get((hit.subject_id, viewer, now_is))
        if prepared is None:
            missing[hit.subject].append(hit.subject_id)
        else:
            shown[hit.subject_id] = prepared
    for subject, ids in missing.items():
        for row, visible, indicators in _readable(session, subject, ids, viewer):
            now_is = standing[row.id]
            shown[row.id] = _prepare(row, now_is, visible, indicators)
            _prepared.put((row.id, viewer, now_is), shown[row.id])
    return [_listing(shown[hit.subject_id], tokens, hit.score) for hit in hits if hit.subject_id in shown]


def facets_of(result: EngineResult, fields: Mapping[FacetName, CodeField]) -> dict[FacetName, list[FacetValue]]:
    """Counts with labels, the largest first; what is hidden is not counted."""
    return {name: _facet(name, result.facets.get(field, {})) for name, field in fields.items()}


def _facet(name: FacetName, counts: Mapping[str, int]) -> list[FacetValue]:
    listed = code_list(_LISTS[name]) if name in _LISTS else None
    values = []
    for code, count in counts.items():
        if code == HIDDEN:
            continue
        item = listed.get(code) if listed is not None else None
        label = item.name if item is not None else _LABELS.get(code, code)
        values.append(FacetValue(code=code, label=label, parent=item.parent if item else None, count=count))
    return sorted(values, key=lambda value: (-value.count, value.code))


def _listing(prepared: _Prepared, tokens: AbstractSet[str], score: float) -> FoundListing:
    snippets = []
    for name, text in prepared.texts if tokens else ():
        found = excerpt(text, tokens)
        if found is not None:
            snippets.append(Snippet(field=name, text=found.text, spans=list(found.spans)))
        if len(snippets) == MAX_SNIPPETS:
            break
    return FoundListing(**prepared.fields, title_spans=spans(prepared.title, tokens), snippets=snippets, score=score)


def _readable(
    session: Session, subject: Subject, ids: Sequence[UUID], viewer: Viewer
) -> Iterator[tuple[Achievement | Need, frozenset[str], Sequence[IndicatorRow]]]:
    """Each listing with the fields that the viewer may read; its indicators only where these are among them."""
    rows = [(row, visible_fields(row, viewer)) for row in rows_of(session, subject, ids)]
    indicators = indicators_of(session, subject, [row.id for row, visible in rows if "indicators" in visible])
    for row, visible in rows:
        yield row, visible, indicators.get(row.id, ())


def _prepare(
    row: Achievement | Need, standing: Standing, visible: frozenset[str], indicators: Sequence[IndicatorRow]
) -> _Prepared:
    achievement = row if isinstance(row, Achievement) else None
    fields = {
        "subject": Subject(str(row.__tablename__)),
        "id": row.id,
        "title": row.title,
        "summary": row.summary if "summary" in visible else None,
        "status": row.status,
        "field_code": row.field_code,
        "local_industry_code": row.local_industry_code if "local_industry_code" in visible else None,
        "industry_code": row.industry_code if "industry_code" in visible else None,
        "region_code": row.region_code if "region_code" in visible else None,
        "stage": achievement.stage if achievement is not None and "stage" in visible else None,
        "trl": achievement.trl if achievement is not None and "trl" in visible else None,
        "owner_name": standing.owner_name if "owner" in visible else None,
        "published_at": row.published_at,
        "expires_at": row.expires_at,
        "origin": row.origin,
        "is_demo": row.origin in {Origin.DEMO, Origin.GENERATED},
    }
    texts: list[tuple[SnippetField, str]] = [
        (name, getattr(row, name)) for name in _TEXT_FIELDS[Subject(str(row.__tablename__))]
    ]
    texts.append((SnippetField.KEYWORDS, "、".join(row.keywords)))
    texts.extend((SnippetField.INDICATORS, indicator_text(one)) for one in indicators)
    texts.append((SnippetField.OWNER, standing.owner_name))
    readable = tuple((name, CutText(text)) for name, text in texts if text and name in visible)
    return _Prepared(fields, CutText(row.title), readable)
