"""What goes in and out of finding listings."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from market.achievements.models import AchievementStage
from market.kernel.money import Cny
from market.kernel.outbox import Subject
from market.kernel.text import Code, Command, Phrase, View, clean_line
from market.listings.models import ListingStatus
from market.parties.models import Origin
from search.engine import Sort

CursorText = Annotated[str, BeforeValidator(clean_line), StringConstraints(max_length=400)]


class FindListings(Command):
    """What to look for. Without `q` the newest come first; `price_max_cny` and sorting by price are for members."""

    q: Annotated[Phrase, Field(description="关键词,空格分开", examples=["枸杞 冻干"])] = ""
    kind: Annotated[Subject | None, Field(description="成果或需求")] = None
    field: Annotated[Code | None, Field(description="技术领域代码")] = None
    local_industry: Annotated[Code | None, Field(description="重点产业代码")] = None
    industry: Annotated[Code | None, Field(description="国民经济行业门类")] = None
    region: Annotated[Code | None, Field(description="地区代码,含下级地区")] = None
    stage: Annotated[AchievementStage | None, Field(description="成果所处阶段")] = None
    min_trl: Annotated[int | None, Field(ge=1, le=9, description="技术成熟度下限")] = None
    price_max_cny: Annotated[Cny | None, Field(description="报价或预算上限,登录后可用")] = None
    sort: Annotated[Sort, Field(description="排序")] = Sort.RELEVANCE
    cursor: Annotated[CursorText, Field(description="上一页返回的 next_cursor")] = ""
    size: Annotated[int, Field(ge=1, le=100)] = 20


class SnippetField(StrEnum):
    """Which text a snippet is from."""

    SUMMARY = "summary"
    KEYWORDS = "keywords"
    DESCRIPTION = "description"
    PROBLEM = "problem"
    KEY_TECHNOLOGY = "key_technology"
    EXPECTED_OUTCOME = "expected_outcome"
    BACKGROUND = "background"
    INDICATORS = "indicators"
    OWNER = "owner"


class Snippet(View):
    """A piece of text in which words were found; `spans` are [start, end) in `text`."""

    field: SnippetField
    text: str
    spans: list[tuple[int, int]]


class FoundListing(View):
    """A hit as its viewer may read it; what may not be read is null."""

    subject: Subject
    id: UUID
    title: str
    title_spans: list[tuple[int, int]]
    summary: str | None
    snippets: list[Snippet]
    status: ListingStatus
    field_code: str
    local_industry_code: str | None
    industry_code: str | None
    region_code: str | None
    stage: AchievementStage | None
    trl: int | None
    owner_name: str | None
    published_at: datetime | None
    expires_at: datetime | None
    origin: Origin
    is_demo: bool
    score: float


class FacetName(StrEnum):
    """What the hits are counted by."""

    KIND = "kind"
    FIELD = "field"
    LOCAL_INDUSTRY = "local_industry"
    REGION = "region"
    STAGE = "stage"


class FacetValue(View):
    """How many of all hits have this code; `parent` is the region above a region."""

    code: str
    label: str
    parent: str | None
    count: int


class FoundListings(View):
    """One page of hits.

    `relaxed`: nothing held all words, so these hold at least one. `degraded`: the engine did not answer, SQL did: newest first, titles
    and public summaries only, no facets.
    """

    hits: list[FoundListing]
    total: int
    facets: dict[FacetName, list[FacetValue]]
    next_cursor: str | None
    relaxed: bool
    degraded: bool


class Suggestions(View):
    """What may be meant while someone is still typing: completed words, and titles that contain the text."""

    words: list[str]
    titles: list[str]
