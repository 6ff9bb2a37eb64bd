"""A small market for matching tests: listings from the factories, indexed as the relay would."""

from pathlib import Path

from sqlmodel import Session

from market.achievements.models import Achievement
from market.kernel.clock import FixedClock
from market.needs.models import Need
from search import documents
from search.tantivy_engine import TantivyEngine
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need


def open_engine(folder: Path) -> TantivyEngine:
    engine = TantivyEngine(folder)
    engine.prepare()
    return engine


def index(engine: TantivyEngine, *rows: Achievement | Need) -> None:
    """Put current rows into the index."""
    engine.apply([document_of(row) for row in rows])


def document_of(row: Achievement | Need):
    if isinstance(row, Achievement):
        return documents.from_achievement(row, ())
    return documents.from_need(row, ())


def furnished(session: Session, clock: FixedClock, engine: TantivyEngine) -> tuple[list[Need], list[Achievement]]:
    """Three needs and four achievements about three different things, plus one achievement about nothing of the sort."""
    needs = [
        make_need(
            session,
            clock,
            title="单晶硅片切割废砂浆中碳化硅的回收",
            summary="寻求切割废砂浆回收工艺。",
            keywords=["碳化硅", "砂浆"],
            field_code="05",
            problem="硅片线切割产生的废砂浆含碳化硅微粉,目前外运处置费用高。",
            key_technology="碳化硅微粉与硅粉的分离提纯,聚乙二醇再生。",
            expected_outcome="碳化硅回收率不低于 85%。",
            background="公司成立多年,拥有拉晶炉和冷库若干。",
        ),
        make_need(
            session,
            clock,
            title="滩羊冷鲜肉货架期延长",
            summary="寻求冷鲜羊肉保鲜包装方案。",
            keywords=["滩羊", "保鲜"],
            field_code="07",
            problem="滩羊冷鲜肉货架期只有七天,汁液流失大,外销受限。",
            key_technology="气调包装与天然抑菌保鲜剂。",
            expected_outcome="货架期达到二十一天。",
        ),
        make_need(
            session,
            clock,
            title="煤化工高盐废水结晶分盐",
            summary="寻求高盐废水零排放中的分盐技术。",
            keywords=["高盐废水", "分盐"],
            field_code="06",
            problem="煤制烯烃装置浓盐水蒸发后得到杂盐,只能按危废处置。",
            key_technology="纳滤与冷冻结晶耦合,分出氯化钠和硫酸钠。",
            expected_outcome="杂盐率低于 5%。",
        ),
    ]
    achievements = [
        make_achievement(
            session,
            clock,
            title="线切割废砂浆碳化硅微粉分离提纯技术",
            summary="旋流分级与酸洗相结合,从硅片切割废砂浆中回收碳化硅。",
            keywords=["碳化硅", "废砂浆"],
            field_code="05",
            description="碳化硅微粉回收率 90%,聚乙二醇蒸馏再生后回用。",
        ),
        make_achievement(
            session,
            clock,
            title="冷鲜羊肉气调保鲜包装",
            summary="高氧气调包装配合植物源抑菌剂。",
            keywords=["羊肉", "气调包装"],
            field_code="07",
            description="滩羊冷鲜肉货架期延长到二十二天,汁液流失率低。",
        ),
        make_achievement(
            session,
            clock,
            title="浓盐水纳滤分盐与冷冻结晶成套工艺",
            summary="面向煤化工高盐废水,分出工业级氯化钠与硫酸钠。",
            keywords=["分盐", "结晶"],
            field_code="06",
            description="杂盐率 4%,已在示范装置运行。",
        ),
        make_achievement(
            session,
            clock,
            title="冷库拉晶炉备件管理软件",
            summary="设备备件台账与巡检提醒。",
            keywords=["备件"],
            field_code="01",
            description="面向中小企业的设备管理。",
        ),
    ]
    index(engine, *needs, *achievements)
    return needs, achievements
