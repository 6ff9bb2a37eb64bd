"""Our own small set of texts and questions; the right one must be among the first three."""

from uuid import UUID

import pytest

from market.kernel.actor import Actor, Role
from search import finding, indexer
from search.schemas import FindListings
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need

MEMBER = Actor(user_id=UUID(int=1), role=Role.BROKER)

ACHIEVEMENTS = {
    "freeze": (
        "枸杞鲜果真空冷冻干燥与在线色选成套装备",
        "分段控温冻干,复水率高,配套机器视觉色选,单线日处理鲜果 2 吨。",
    ),
    "wine": ("酿酒葡萄免埋土防寒栽培技术", "以保温被与防风障替代埋土,越冬成活率 95%,每亩省工 6 个。"),
    "yeast": ("贺兰山东麓本土酿酒酵母选育", "筛得 3 株本土酵母,发酵平稳,花色苷保留率提高。"),
    "silicon": ("电子级多晶硅还原炉节能控制系统", "改进三氯氢硅进料与电流曲线,还原电耗降至 42 kWh/kg。"),
    "wire": ("金刚线切割硅片断线预警方法", "振动与张力信号融合,提前 3 分钟预警断线。"),
    "tantalum": ("高比容钽粉的镁热还原制备", "比容 200000 μFV/g,氧含量受控,用于片式钽电容。"),
    "brine": ("煤化工高盐废水分盐结晶零排放工艺", "纳滤分盐后蒸发结晶,氯化钠纯度 99.2%,杂盐率低于 8%。"),
    "slag": ("气化细渣制备多孔陶瓷滤料", "以煤气化渣为主料,烧结温度 1080℃,抗压强度 6 MPa。"),
    "drip": ("引黄灌区玉米浅埋滴灌水肥一体化", "灌溉定额每亩减少 120 立方米,增产 15%。"),
    "sheep": ("滩羊全混合日粮精准饲喂机器人", "按体重与膘情分群配方,饲料转化率提高 12%。"),
    "cow": ("奶牛亚临床乳房炎快速检测试纸", "10 分钟读数,与体细胞数检测符合率 94%。"),
    "hydrogen": ("大型碱性电解水制氢槽隔膜", "电流密度 8000 A/m²,直流电耗 4.2 kWh/Nm³。"),
    "battery": ("退役磷酸铁锂电池梯次利用分选", "脉冲阻抗快速分选,2 分钟一组,用于通信基站储能。"),
}
NEEDS = {
    "casting": ("大型球墨铸铁件缩松缺陷控制", "风电轮毂铸件缩松报废率 6%,希望降到 2% 以下。"),
    "potato": ("马铃薯收获机伤薯率降低", "丘陵地块收获伤薯率 5%,寻求柔性分离与低速输送方案。"),
    "valve": ("高压控制阀密封面耐冲刷涂层", "煤浆工况下阀芯寿命不足 3 个月,寻求超音速喷涂碳化钨方案。"),
}
QUESTIONS = [
    ("枸杞烘干", "freeze"),
    ("枸杞 色选", "freeze"),
    ("冷冻干燥设备", "freeze"),
    ("葡萄越冬", "wine"),
    ("葡萄酒酵母", "yeast"),
    ("多晶硅电耗", "silicon"),
    ("三氯氢硅", "silicon"),
    ("硅片切割断线", "wire"),
    ("钽", "tantalum"),
    ("钽电容", "tantalum"),
    ("浓盐水处理 零排放", "brine"),
    ("99.20%", "brine"),
    ("煤气化渣利用", "slag"),
    ("玉米滴灌节水", "drip"),
    ("羊饲喂机器人", "sheep"),
    ("乳房炎检测", "cow"),
    ("电解水制氢", "hydrogen"),
    ("电解槽 4.2kWh", "hydrogen"),
    ("磷酸铁锂回收利用", "battery"),
    ("铸件缺陷", "casting"),
    ("土豆 收获机", "potato"),
    ("阀门 碳化钨", "valve"),
    ("ＭＰａ 陶瓷", "slag"),
]


@pytest.fixture
def ask(database, engine, clock):
    names = {}
    with database.writing() as session:
        for name, (title, text) in ACHIEVEMENTS.items():
            row = make_achievement(session, clock, title=title, summary="", description=text, keywords=[])
            names[row.id] = name
        for name, (title, text) in NEEDS.items():
            row = make_need(
                session,
                clock,
                title=title,
                summary="",
                problem=text,
                key_technology="",
                expected_outcome="",
                keywords=[],
            )
            names[row.id] = name
    indexer.rebuild(database, engine, clock=clock, progress=lambda _: None)

    def run(question):
        with database.reading() as session:
            found = finding.find_listings(session, engine, MEMBER, FindListings(q=question, size=3), clock=clock)
        return [names[hit.id] for hit in found.hits]

    return run


def test_the_right_listing_is_among_the_first_three(ask):
    missed = {question: ask(question) for question, expected in QUESTIONS if expected not in ask(question)}
    assert missed == {}
