"""What a searcher gets, and above all what nobody gets who may not read it."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa

from market.kernel import outbox
from market.kernel.actor import ANONYMOUS, Role
from market.kernel.errors import Invalid, Unauthenticated
from market.kernel.outbox import Subject
from market.listings.models import Disclosure, ListingStatus
from market.needs.models import Need
from search import finding, indexer
from search.cursors import Cursor, Mode, encode
from search.engine import EngineUnavailable, Sort, TextField
from search.queries import is_browsed
from search.schemas import FacetName, FindListings
from tests.factories.achievements import make_achievement, make_achievement_indicator
from tests.factories.listings import make_owner, user_of
from tests.factories.needs import make_need

MEMBER = user_of(None, Role.ENTERPRISE)


class _Down:
    """An engine that does not answer."""

    def search(self, _query):
        raise EngineUnavailable("down")

    def title_tokens_with_prefix(self, *_):
        raise EngineUnavailable("down")


@pytest.fixture
def find(database, engine, clock):
    """Index what is committed before the first search, then search."""
    is_indexed = False

    def run(q="", actor=ANONYMOUS, *, using=None, **options):
        nonlocal is_indexed
        if using is None and not is_indexed:
            indexer.rebuild(database, engine, clock=clock, progress=lambda _: None)
            is_indexed = True
        with database.reading() as session:
            return finding.find_listings(session, using or engine, actor, FindListings(q=q, **options), clock=clock)

    return run


def _titles(found):
    return [hit.title for hit in found.hits]


def _walk(find, **options):
    titles, cursor = [], ""
    while cursor is not None:
        page = find(cursor=cursor, size=3, **options)
        titles += _titles(page)
        cursor = page.next_cursor
    return titles, page.total


def test_all_words_are_required_and_titles_come_first(database, clock, find):
    with database.writing() as session:
        make_achievement(session, clock, title="钽粉制备工艺", summary="用于电容器。", keywords=[])
        make_achievement(session, clock, title="电容器检测", summary="检测钽粉纯度。", keywords=[])
        make_achievement(session, clock, title="滩羊饲喂", summary="精准饲喂。", keywords=[])
    found = find("钽粉")
    assert _titles(found) == ["钽粉制备工艺", "电容器检测"]
    assert not found.relaxed
    assert _titles(find("钽粉 检测")) == ["电容器检测"]


def test_when_nothing_holds_all_words_any_will_do_and_it_says_so(database, clock, find):
    with database.writing() as session:
        make_achievement(session, clock, title="钽粉制备工艺", summary="", keywords=[])
        make_achievement(session, clock, title="滩羊饲喂", summary="", keywords=[])
    found = find("钽粉 滩羊")
    assert found.relaxed
    assert found.total == 2


def test_a_compound_finds_its_parts_and_the_other_way_round(database, clock, find):
    with database.writing() as session:
        make_achievement(session, clock, title="电子级多晶硅还原", summary="", keywords=[])
        make_achievement(session, clock, title="多晶硅尾气回收", summary="", keywords=[])
    assert _titles(find("电子级多晶硅"))[0] == "电子级多晶硅还原"
    assert find("电子级多晶硅").total == 2
    assert find("多晶硅").total == 2


def test_hits_carry_marked_text_of_the_original(database, clock, find):
    with database.writing() as session:
        make_achievement(session, clock, title="ＡＩ 枸杞分选", summary="枸杞 色选机,精度 99%。", keywords=["枸杞"])
    (hit,) = find("枸杞").hits
    assert [hit.title[start:end] for start, end in hit.title_spans] == ["枸杞"]
    for snippet in hit.snippets:
        assert {snippet.text[start:end] for start, end in snippet.spans} == {"枸杞"}


def test_facets_count_with_labels_and_never_the_hidden(database, clock, find):
    with database.writing() as session:
        make_achievement(session, clock, region_code="640104", field_code="05", stage="pilot")
        make_achievement(session, clock, region_code="640181", disclosure={"region_code": Disclosure.MEMBERS})
        make_need(session, clock, region_code="640104", field_code="05")
    facets = find("枸杞").facets
    assert {(one.code, one.count) for one in facets[FacetName.KIND]} == {("achievement", 2), ("need", 1)}
    regions = {one.code: one for one in facets[FacetName.REGION]}
    assert regions["640104"].count == 2
    assert regions["640104"].label == "兴庆区"
    assert regions["640104"].parent == "640100"
    assert "640181" not in regions
    assert "HIDDEN" not in regions
    assert find("枸杞", region="640181").total == 0
    assert find("枸杞", MEMBER, region="640181").total == 0
    assert find("枸杞", region="640100").total == 2


def test_filters_narrow(database, clock, find):
    with database.writing() as session:
        make_achievement(session, clock, title="甲", field_code="05", stage="mature", trl=8, local_industry_code="JZ06")
        make_achievement(session, clock, title="乙", field_code="09", stage="early", trl=None)
        make_need(session, clock, title="丙", field_code="05", min_trl=9)
    assert _titles(find(kind="need")) == ["丙"]
    assert sorted(_titles(find(field="05"))) == ["丙", "甲"]
    assert _titles(find(stage="early")) == ["乙"]
    assert _titles(find(min_trl=8)) == ["甲"]
    assert _titles(find(local_industry="JZ06")) == ["甲"]


@pytest.mark.parametrize("options", [{"sort": "price_low"}, {"sort": "price_high"}, {"price_max_cny": "100"}])
def test_prices_are_for_members(database, clock, find, options):
    with database.writing() as session:
        for number, price in enumerate(("300.00", "50.00", None)):
            make_achievement(session, clock, title=f"甲{number}号", asking_price_cny=price and Decimal(price))
    with pytest.raises(Unauthenticated):
        find(**options)
    members = _titles(find(actor=MEMBER, **options))
    assert (
        members
        == {
            "price_low": ["甲1号", "甲0号", "甲2号"],
            "price_high": ["甲0号", "甲1号", "甲2号"],
            None: ["甲1号"],
        }[options.get("sort")]
    )


RESTRICTED = [
    ("summary", Disclosure.MEMBERS),
    ("summary", Disclosure.CONSENT),
    ("keywords", Disclosure.MEMBERS),
    ("keywords", Disclosure.CONSENT),
    ("description", Disclosure.MEMBERS),
    ("description", Disclosure.CONSENT),
    ("confidential_detail", Disclosure.CONSENT),
    ("evaluator", Disclosure.MEMBERS),
    ("completers", Disclosure.CONSENT),
    ("indicators", Disclosure.MEMBERS),
    ("indicators", Disclosure.CONSENT),
    ("owner", Disclosure.MEMBERS),
    ("owner", Disclosure.CONSENT),
]


@pytest.mark.parametrize("degraded", [False, True])
@pytest.mark.parametrize(("name", "level"), RESTRICTED)
def test_nothing_restricted_leaks_by_search_mark_facet_or_suggestion(
    database, engine, clock, find, name, level, degraded
):
    secret = "量子陀螺"
    with database.writing() as session:
        values = {"disclosure": {name: level}}
        if name in {"keywords", "completers"}:
            values[name] = [secret]
        elif name == "owner":
            values["owner"] = make_owner(session, clock, name=secret)
        elif name != "indicators":
            values[name] = f"采用{secret}的方案"
        row = make_achievement(session, clock, title="惯性导航装置", **values)
        if name == "indicators":
            make_achievement_indicator(session, row, name=secret)
    using = _Down() if degraded else engine
    if not degraded:
        indexer.rebuild(database, engine, clock=clock, progress=lambda _: None)
    may_members_find = level is Disclosure.MEMBERS and not degraded
    assert find(secret, using=using).total == 0
    assert find(secret, MEMBER, using=using).total == (1 if may_members_find else 0)
    for actor in (ANONYMOUS, MEMBER) if level is Disclosure.CONSENT else (ANONYMOUS,):
        # 惯性 finds the listing; what is said about it must not hold the secret, nor must a query of both words.
        assert secret not in find("惯性", actor, using=using).model_dump_json()
        relaxed = find(f"惯性 {secret}", actor, using=using)
        assert secret not in relaxed.model_dump_json()
        assert secret not in find(actor=actor, using=using).model_dump_json()
    with database.reading() as session:
        for text in ("量", "量子", secret):
            given = finding.suggestions(session, using, text, clock=clock)
            assert not given.titles
            assert not [word for word in given.words if "陀螺" in word or "量子" in word]


def test_what_is_not_live_is_not_found_even_while_the_index_lags(database, engine, clock, find):
    with database.writing() as session:
        row = make_achievement(session, clock, title="甲装置")
        for status in ListingStatus:
            make_need(session, clock, title=f"状态{status}", status=status)
    assert sorted(_titles(find())) == sorted(["甲装置", "状态published", "状态in_talks"])
    with database.writing() as session:
        session.merge(row).status = ListingStatus.WITHDRAWN
    assert "甲装置" not in _titles(find(using=engine))
    clock.advance(timedelta(days=181))
    assert _titles(find(using=engine)) == ["状态in_talks"]


def test_demo_rows_are_marked(database, clock, find):
    with database.writing() as session:
        make_need(session, clock, title="演示", origin="demo")
        make_need(session, clock, title="录入")
    assert {hit.title: hit.is_demo for hit in find().hits} == {"演示": True, "录入": False}


@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.NEWEST])
@pytest.mark.parametrize("degraded", [False, True])
@pytest.mark.parametrize("q", ["", "枸杞"])
def test_pages_neither_repeat_nor_skip(database, engine, clock, find, sort, degraded, q):
    with database.writing() as session:
        for number in range(10):
            make = make_need if number % 2 else make_achievement
            make(session, clock, title=f"枸杞{number}号", published_at=clock.now() - timedelta(days=number // 4))
    if not degraded:
        indexer.rebuild(database, engine, clock=clock, progress=lambda _: None)
    titles, total = _walk(find, q=q, sort=sort, using=_Down() if degraded else engine)
    assert total == 10
    assert sorted(titles) == [f"枸杞{number}号" for number in range(10)]


def test_pages_of_a_relaxed_search_go_on_relaxed(database, engine, clock, find):
    with database.writing() as session:
        for number in range(7):
            make_need(
                session,
                clock,
                title=f"{'枸杞' if number % 2 else '滩羊'}{number}号",
                summary="",
                keywords=[],
                key_technology="",
                problem="",
            )
    indexer.rebuild(database, engine, clock=clock, progress=lambda _: None)
    titles, _ = _walk(find, q="枸杞 滩羊", using=engine)
    assert len(set(titles)) == len(titles) == 7


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "中文",
        "a" * 400,
        "bnVsbA",
        "W10",
        "WyIxIl0",
        encode(Cursor(Mode.ALL_WORDS, 1.0, UUID(int=1)), "0" * 12),
    ],
)
def test_a_bad_cursor_is_refused_in_words(find, cursor):
    with pytest.raises(Invalid) as refused:
        find("枸杞", cursor=cursor)
    assert refused.value.fields[0].field == "cursor"


def test_a_cursor_of_another_question_is_refused(database, clock, find):
    with database.writing() as session:
        for _ in range(3):
            make_need(session, clock)
    cursor = find("枸杞", size=1).next_cursor
    for options in ({"q": "滩羊"}, {"q": "枸杞", "kind": "need"}, {"q": "枸杞", "actor": MEMBER}):
        with pytest.raises(Invalid):
            find(cursor=cursor, **options)


def test_without_the_engine_sql_answers_and_says_so(database, clock, find):
    with database.writing() as session:
        make_achievement(
            session, clock, title="枸杞100%冻干_甲", region_code="640104", asking_price_cny=Decimal("80.00"), trl=7
        )
        make_need(session, clock, title="滩羊饲喂", summary="", region_code="640221")
    down = _Down()
    found = find("枸杞", using=down)
    assert found.degraded
    assert found.facets == {}
    assert _titles(found) == ["枸杞100%冻干_甲"]
    assert find("100%", using=down).total == 1
    assert _titles(find(region="640200", using=down)) == ["滩羊饲喂"]
    assert _titles(find(actor=MEMBER, price_max_cny="90", min_trl=7, using=down)) == ["枸杞100%冻干_甲"]
    assert find(actor=MEMBER, price_max_cny="70", using=down).total == 0


def test_suggestions_complete_words_and_titles(database, engine, clock):
    with database.writing() as session:
        rows = [make_achievement(session, clock, title=title) for title in ("枸杞酒发酵", "枸杞冻干")]
        for row in rows:
            outbox.put(session, Subject.ACHIEVEMENT, row.id, clock)
    indexer.drain(database, engine, clock=clock)
    assert finding.suggest(engine, "枸") == ["枸杞", "枸杞酒"]
    assert finding.suggest(engine, "发酵 枸杞") == ["发酵 枸杞酒"]
    assert finding.suggest(engine, "") == []
    assert finding.suggest(_Down(), "枸") == []
    with database.reading() as session:
        assert finding.suggestions(session, engine, "冻干", clock=clock).titles == ["枸杞冻干"]


def test_anonymous_queries_never_touch_member_fields():
    assert {TextField.MEMBER_BODY, TextField.CHARS}.isdisjoint(finding.PUBLIC_FIELDS)


def test_without_the_engine_only_the_newest_are_looked_through(database, clock, find, monkeypatch):
    monkeypatch.setattr("search.queries._BROWSED", 3)
    with database.writing() as session:
        for age in range(5):
            make_need(session, clock, title=f"枸杞{age}日前", published_at=clock.now() - timedelta(days=age))
    found = find("枸杞", using=_Down())
    assert (_titles(found), found.total) == (["枸杞0日前", "枸杞1日前", "枸杞2日前"], 3)


def test_the_newest_are_found_on_an_index(database, clock):
    """Without it a million listings would be sorted for every answer."""
    with database.writing() as session:
        make_need(session, clock)
        if not database.is_sqlite:  # a few rows are read faster without any index
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
            session.execute(sa.text("SET LOCAL enable_sort = off"))
        statement = sa.select(Need.id).where(is_browsed(Need))
        compiled = statement.compile(session.connection(), compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = "\n".join(str(row) for row in session.connection().exec_driver_sql(f"{explain} {compiled}"))
    # In a table of one row PostgreSQL takes any index that begins with the state; the two dates come from the one that goes on with them.
    assert plan.count("ix_need_status_") == 4, plan
    assert plan.count("ix_need_status_published") >= (4 if database.is_sqlite else 2), plan
    assert "B-TREE" not in plan
    assert "Sort" not in plan
