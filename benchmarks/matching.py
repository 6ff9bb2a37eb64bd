"""One need against 100,000 achievements: pairing in process against the raw engine query that it stands on, in the same run.

`python -m benchmarks.matching [--quick] [--achievements N] [--needs N] [--no-vectors] [--no-facts]`. Text is generated from word lists of our own; a
SQLite file and an embedded index are made in a temporary folder; vectors and facts are there before. "cold": the candidates are prepared for
the first time in this process; "warm": remembered from just before.
Processor time (CPU) is what counts on a machine that does other things as well; ratios are to the raw engine query.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import market.tables  # noqa: F401  registers every table
from benchmarks.projected import store_vectors
from market.achievements.models import Achievement, AchievementStage
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.kernel.ids import new_id
from market.listings.models import ListingStatus
from market.needs.models import Need
from market.parties.models import Party, PartyKind
from matching import candidates, fact_upkeep, queries, service
from matching.corpus import corpus_of
from matching.loading import forget_recent
from matching.profiles import forget_texts, profile_need
from search import documents
from search.building import build_from
from search.engine import IndexDocument
from search.tantivy_engine import TantivyEngine

NOW = datetime(2026, 4, 8, 2, tzinfo=UTC)
_BATCH = 5_000
_SHOWN = 20
_THINGS = [
    "枸杞",
    "葡萄酒",
    "滩羊",
    "奶牛",
    "马铃薯",
    "压砂瓜",
    "煤制烯烃",
    "高盐废水",
    "光伏组件",
    "单晶硅片",
    "切割砂浆",
    "钽粉",
    "铌酸锂",
    "铍铜合金",
    "碳纤维",
    "锂电池正极",
    "氢气储运",
    "风电叶片",
    "数控机床",
    "轴承套圈",
    "铸钢件",
    "仪表阀门",
    "工业机器人",
    "水泥熟料",
    "粉煤灰",
    "电石渣",
    "煤矸石",
    "黄河泥沙",
    "节水灌溉",
    "设施温室",
    "饲草青贮",
    "牛舍环境",
    "冷鲜肉",
    "发酵菌剂",
    "中药饮片",
    "医用敷料",
    "疫苗佐剂",
    "卫星遥感",
    "边缘计算",
    "数据中心",
    "智能电网",
    "变压器油",
    "储能电站",
    "危险废物",
    "余热锅炉",
    "催化裂化",
    "聚氯乙烯",
    "氨纶纺丝",
    "甲醇合成",
    "石墨电极",
]
_METHODS = [
    "低温干燥",
    "膜分离",
    "结晶分盐",
    "超临界萃取",
    "机器视觉",
    "近红外检测",
    "等离子体",
    "微波加热",
    "气调包装",
    "酶解",
    "生物发酵",
    "纳米改性",
    "真空熔炼",
    "粉末冶金",
    "激光熔覆",
    "模型预测控制",
    "深度学习",
    "数字孪生",
    "红外热成像",
    "超声无损检测",
    "电化学氧化",
    "吸附再生",
    "催化加氢",
    "余热回收",
    "变频驱动",
    "精准施肥",
    "分子标记",
    "胚胎移植",
    "无人机巡检",
    "物联网监测",
    "区块链溯源",
    "定向凝固",
    "化学气相沉积",
    "离子交换",
    "反渗透",
    "厌氧消化",
    "好氧堆肥",
    "冷链物流",
    "防腐涂层",
    "表面强化",
]
_AIMS = [
    "降低能耗",
    "提高收率",
    "延长寿命",
    "减少排放",
    "稳定品质",
    "缩短周期",
    "替代进口",
    "节约用水",
    "回收利用",
    "在线监测",
    "自动分选",
    "提高纯度",
    "减轻劳动",
    "降低成本",
    "防止腐蚀",
    "提高精度",
    "抑制褐变",
    "增强强度",
    "改善口感",
    "保障安全",
]
_SENTENCES = (
    "针对{thing}生产中的{aim}问题,采用{method}与{method2}相结合的路线,已完成{number}次试验。",
    "{method}单元处理{thing}的能力为每小时 {number} 千克,运行 {number2} 天性能稳定。",
    "与现有工艺相比,{aim}效果明显,{thing}合格率达到 {number2}%。",
    "关键在于{method2}参数的控制,可以用于{thing}及同类产品,便于改造。",
    "配套{thing2}的{method}设备,实现{aim},占地少,维护简单。",
)


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'market.db'}")
        engine = TantivyEngine(Path(folder) / "index")
        all_tables().create_all(database.engine)
        engine.prepare()
        started = time.perf_counter()
        need_ids = fill(database, engine, arguments.achievements, arguments.needs)
        if arguments.vectors:
            store_vectors(database, need_ids, FixedClock(NOW))
        if arguments.facts:
            fact_upkeep.read_all(database, clock=FixedClock(NOW))
        print(
            f"{arguments.achievements:,} achievements stored and indexed after {time.perf_counter() - started:.1f} s\n"
        )
        _report(database, engine, need_ids)
        engine.close()
        database.dispose()


def fill(database: Database, engine: TantivyEngine, achievements: int, needs: int) -> list[Any]:
    """Generated listings, inserted directly and indexed in one rebuild; returns the ids of the needs."""
    chance = random.Random(20_260_408)
    owner, asker = new_id(), new_id()
    need_rows = [_need(chance, asker) for _ in range(needs)]
    with database.writing() as session:
        connection = session.connection()
        connection.execute(sa.insert(Party), [_party(owner, "示范院所"), _party(asker, "示范企业")])
        connection.execute(sa.insert(Need), [_values(row) for row in need_rows])

    def indexed() -> Iterator[IndexDocument]:
        for start in range(0, achievements, _BATCH):
            rows = [_achievement(chance, owner) for _ in range(min(_BATCH, achievements - start))]
            with database.writing() as session:
                session.connection().execute(sa.insert(Achievement), [_values(row) for row in rows])
            for row in rows:
                document = documents.from_achievement(row, ())
                if isinstance(document, IndexDocument):
                    yield document

    build_from(engine, indexed())
    return [row.id for row in need_rows]


def _report(database: Database, engine: TantivyEngine, need_ids: list[Any]) -> None:
    clock = FixedClock(NOW)
    with database.reading() as session:
        corpus = corpus_of(session, engine)
        profiles = {row.id: profile_need(row) for row in queries.needs_by_id(session, need_ids)}

        service.rank_for_need(session, engine, need_ids[0], clock=clock, size=_SHOWN)  # brings the vectors into memory

    def raw(need_id: Any) -> None:
        candidates.for_need(engine, profiles[need_id], corpus, now=NOW)

    def pair(need_id: Any) -> None:
        with database.reading() as session:
            service.rank_for_need(session, engine, need_id, clock=clock, size=_SHOWN)

    def record(need_id: Any) -> None:
        with database.writing() as session:
            service.match_need(session, engine, need_id, clock=clock, size=_SHOWN)

    columns = ("CPU p50", "CPU p95", "wall p50", "wall p95", "ratio p50", "ratio p95")
    print(f"{'ms':28}" + "".join(f"{column:>10}" for column in columns))
    baseline: tuple[float, ...] = ()
    for label, prepare, step in (
        ("raw engine query", raw, raw),
        ("rank one need, cold", _forget, pair),
        ("rank one need, warm", pair, pair),
        ("rank and record, cold", _forget, record),
        ("rank and record, warm", pair, record),
    ):
        measured = _timed(prepare, step, need_ids)
        baseline = baseline or measured
        ratios = (one / raw_one for one, raw_one in zip(measured[:2], baseline[:2], strict=True))
        print(f"{label:28}" + "".join(f"{value:10.1f}" for value in (*measured, *ratios)))


def _forget(_need_id: Any) -> None:
    forget_texts()
    forget_recent()


def _timed(
    prepare: Callable[[Any], None], step: Callable[[Any], None], need_ids: list[Any]
) -> tuple[float, float, float, float]:
    """Median and 95th percentile in processor time, then by the clock, in ms."""
    walls, busy = [], []
    for need_id in need_ids:
        prepare(need_id)
        started, worked = time.perf_counter(), time.process_time()
        step(need_id)
        busy.append((time.process_time() - worked) * 1000)
        walls.append((time.perf_counter() - started) * 1000)
    return (*_middle_and_high(busy), *_middle_and_high(walls))


def _middle_and_high(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, roughly how fast")
    parser.add_argument("--achievements", type=int)
    parser.add_argument("--needs", type=int)
    parser.add_argument("--no-vectors", dest="vectors", action="store_false")
    parser.add_argument("--no-facts", dest="facts", action="store_false")
    chosen = parser.parse_args()
    chosen.achievements = chosen.achievements or (2_000 if chosen.quick else 100_000)
    chosen.needs = chosen.needs or (20 if chosen.quick else 100)
    return chosen


def _prose(chance: random.Random, thing: str, method: str, sentences: int) -> str:
    return "".join(
        chance.choice(_SENTENCES).format(
            thing=thing,
            thing2=chance.choice(_THINGS),
            method=method,
            method2=chance.choice(_METHODS),
            aim=chance.choice(_AIMS),
            number=chance.randint(10, 900),
            number2=chance.randint(50, 99),
        )
        for _ in range(sentences)
    )


def _achievement(chance: random.Random, owner: Any) -> Achievement:
    thing, method = chance.choice(_THINGS), chance.choice(_METHODS)
    return Achievement(
        **_common(chance, owner, f"{thing}{method}{chance.choice(_AIMS)}技术", [thing, method]),
        summary=_prose(chance, thing, method, 1),
        description=_prose(chance, thing, method, chance.randint(3, 8)),
        stage=chance.choice(list(AchievementStage)),
        trl=chance.choice([None, 3, 4, 5, 6, 7, 8, 9]),
        asking_price_cny=chance.choice([None, Decimal(chance.randint(10, 900) * 10_000)]),
    )


def _need(chance: random.Random, owner: Any) -> Need:
    thing, method = chance.choice(_THINGS), chance.choice(_METHODS)
    return Need(
        **_common(chance, owner, f"{thing}{chance.choice(_AIMS)}", [thing]),
        summary=_prose(chance, thing, method, 1),
        problem=_prose(chance, thing, method, 4),
        key_technology=_prose(chance, thing, method, 2),
        expected_outcome=_prose(chance, thing, method, 2),
        background=_prose(chance, thing, method, 2),
        budget_max_cny=chance.choice([None, Decimal(chance.randint(100, 2000) * 10_000)]),
        min_trl=chance.choice([None, None, 5]),
    )


def _common(chance: random.Random, owner: Any, title: str, keywords: list[str]) -> dict[str, Any]:
    published = NOW - timedelta(days=chance.randint(0, 170))
    return {
        "id": new_id(),
        "owner_party_id": owner,
        "title": title,
        "keywords": keywords,
        "field_code": f"{chance.randint(1, 11):02}",
        "region_code": "640104",
        "status": ListingStatus.PUBLISHED,
        "published_at": published,
        "expires_at": published + timedelta(days=180),
        "created_at": published,
        "updated_at": published,
    }


def _party(party_id: Any, name: str) -> dict[str, Any]:
    party = Party(
        id=party_id,
        kind=PartyKind.ENTERPRISE,
        name=f"{name}(演示)",
        party_type_code="150",
        created_at=NOW,
        updated_at=NOW,
    )
    return _values(party)


def _values(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in sa.inspect(type(row)).columns}


if __name__ == "__main__":
    main()
