"""Hits as their viewer may read them: rows read afresh, texts marked, codes counted with labels."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from market.achievements.models import Achievement, AchievementStage
from market.kernel.outbox import Subject
from market.listings.disclosure import Viewer, visible_fields
from market.listings.rules import is_shown
from market.needs.models import Need
from market.parties.models import Origin
from market.reference.lists import code_list
from search.documents import indicator_text
from search.engine import HIDDEN, CodeField, EngineHit, EngineResult
from search.highlighting import excerpt, spans
from search.queries import Material, material_of
from search.schemas import FacetName, FacetValue, FoundListing, Snippet, SnippetField

MAX_SNIPPETS = 3
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


def present(
    session: Session, hits: Sequence[EngineHit], tokens: Collection[str], *, viewer: Viewer, now: datetime
) -> list[FoundListing]:
    """The hits in their order, without those that are no longer shown."""
    material = {
        subject: material_of(session, subject, [hit.subject_id for hit in hits if hit.subject is subject])
        for subject in Subject
    }
    rows: dict[UUID, Achievement | Need] = {row.id: row for found in material.values() for row in found.rows}
    return [
        _listing(row, material[hit.subject], tokens, viewer, hit.score)
        for hit in hits
        if (row := rows.get(hit.subject_id)) is not None and is_shown(row.status, row.expires_at, now)
    ]


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


def _listing(
    row: Achievement | Need, material: Material, tokens: Collection[str], viewer: Viewer, score: float
) -> FoundListing:
    visible = visible_fields(row, viewer)
    achievement = row if isinstance(row, Achievement) else None
    return FoundListing(
        subject=Subject(str(row.__tablename__)),
        id=row.id,
        title=row.title,
        title_spans=spans(row.title, tokens),
        summary=row.summary if "summary" in visible else None,
        snippets=_snippets(row, material, tokens, visible),
        status=row.status,
        field_code=row.field_code,
        local_industry_code=row.local_industry_code if "local_industry_code" in visible else None,
        industry_code=row.industry_code if "industry_code" in visible else None,
        region_code=row.region_code if "region_code" in visible else None,
        stage=achievement.stage if achievement is not None and "stage" in visible else None,
        trl=achievement.trl if achievement is not None and "trl" in visible else None,
        owner_name=material.owner_names.get(row.owner_party_id) if "owner" in visible else None,
        published_at=row.published_at,
        expires_at=row.expires_at,
        origin=row.origin,
        is_demo=row.origin in {Origin.DEMO, Origin.GENERATED},
        score=score,
    )


def _snippets(
    row: Achievement | Need, material: Material, tokens: Collection[str], visible: Collection[str]
) -> list[Snippet]:
    if not tokens:
        return []
    texts: list[tuple[SnippetField, str]] = [
        (name, getattr(row, name)) for name in _TEXT_FIELDS[Subject(str(row.__tablename__))]
    ]
    texts.append((SnippetField.KEYWORDS, "、".join(row.keywords)))
    texts.extend((SnippetField.INDICATORS, indicator_text(one)) for one in material.indicators.get(row.id, ()))
    texts.append((SnippetField.OWNER, material.owner_names.get(row.owner_party_id, "")))
    snippets = []
    for name, text in texts:
        found = excerpt(text, tokens) if name in visible else None
        if found is not None:
            snippets.append(Snippet(field=name, text=found.text, spans=list(found.spans)))
        if len(snippets) == MAX_SNIPPETS:
            break
    return snippets
