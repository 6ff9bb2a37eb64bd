"""Which words of a clause name the property that a value belongs to."""

import re
from dataclasses import dataclass

from matching.indicators.leads import CHANGES, PER_UNITS
from matching.indicators.model import Change
from matching.indicators.numerals import words
from matching.indicators.spelling import UNIT

STOPS = frozenset("，。；！？\n;!?、,→")
SENTENCE_ENDS = frozenset("。；！？\n;!?")
LIST_MARKS = re.compile(r"[、和与及或跟]|以及")

_KEEP_AFTER_VERB = r"(?=(?:能力|量|率|规模|速度|速率|时间|温度|压力|效率|强度|成本|费用?|周期|系数|深度|寿命|距离|范围|性能|精度|次数|数|面积|流量|负荷|损失|电压|电流|功率|半径|高度|宽度|密度|浓度|误差|偏差|响应|时长|费|点|值|度|力|期|压|耗|温|比)(?!的))"
_VERBS = words(
    "要求 希望 需要 期望 预期 实现 确保 保证 具有 具备 获得 得到 拥有 力争 采用 使用 利用 选用 应用 通过 形成 建成 建设 开发 研制 研发 设计 完成 满足 符合 测得 测定 检测 显示 表明 属于 包括 包含 其中 拟 致使 导致 造成 "
    "使得 使 令 让 把 将 对 对于 关于 针对 经过 经 由 从 以 按照 按 当 用 跟 往 因 因为 由于 若 如 如果 折合 折标煤 折算 即 且 并 而 则 但 但是 就是 不仅 不但 同时 并且 可使 可将 能使 能将 能够 能 可 可以 必须 须 应 应当 需 要 我方 我司 我厂 公司 单位 企业 "
    "相比 相较于 较 比 与 和 及 以及 或 至 到 在 达到 达 为 是 有 给 被 之 所 更 最终 最好 尤其 特别 控制 保持 维持 稳定 超过 低于 高于 不低于 不超过 提高了 降低了 提高 提升 降低 减少 增加 缩短 延长 改善 增强 节约 节省 提出 提供 只 仅 不 均 都 也 还 又 已 已经 仍 仍然 目前 现有 现在 当前 现 原有 原 一般 通常 往往 平时 常年 如今 "
    "约 近 夏季 冬季 春季 秋季 单边 稳定 连续 累计 单班 我们 该 本 此 其 这种 这些 每 各 该项 平均每 以上 以下 左右 以内 时期 期间 阶段 方面 范围内 情况 情况下 前提下 条件下 条件 环境 环境下 过程 工况下 工况 后 时 下 中 上 内 处 里 间 前 外 起 了 过 着 地 等 于 的 得 也就是 相当于 可达 可达到 才 再"
)
# The second characters keep words whole that only begin or end with a cutting word: 中间, 上限, 时间, 后处理, 可靠性, 应力 …
_NOT_BEFORE = {
    "中": "心值位间段试和子性小央药碳高低温压水频型",
    "上": "限升料游层部述海胶样浮光漆表网机",
    "下": "限降料游层部述沉垂滑浮落行",
    "后": "处期续段张坐轮备端",
    "时": "间长效延速刻均产段滞程空差",
    "处": "理置方",
    "内": "径部压应阻层容孔摩循存标衬置外能燃饰蒙聚",
    "外": "径部观形壳加排层墙购购界圈圆送",
    "前": "处端角轮驱",
    "间": "距隔歇苯接",
    "里": "程",
    "可": "靠用见溶燃调控变重再逆视焊塑加挥利萃降吸交选浮持",
    "能": "耗量力效源级动带见斗",
    "应": "力变用急答",
    "有": "效机害用色毒功源限",
    "对": "比流称位接苯二焊数",
    "用": "种工量水电户途地工药料气油时煤热砂",
    "当": "量归",
    "以": "太",
    "由": "度",
    "自": "",
    "为": "害",
    "在": "线途用位建",
    "到": "达货位",
    "至": "",
    "和": "易度面",
    "及": "时格",
    "与": "",
    "或": "",
    "比": "表重例热能容强电功色率阻体转吸对活较移旋",
    "要": "素",
    "是": "",
    "将": "",
    "把": "手",
    "使": "用",
    "让": "",
    "令": "牌",
    "给": "水料药气煤进矿粉热",
    "被": "动测膜褥照检子",
    "所": "",
    "更": "换新",
    "之": "",
    "不": "锈良合饱均确透溶对平圆匀纯动可同符完",
    "都": "",
    "均": "匀方质值一衡",
    "也": "",
    "还": "原",
    "又": "",
    "已": "",
    "仍": "",
    "现": "场金",
    "原": "料油矿煤水始位子药粉浆奶液辅木纸棉毛纱材",
    "约": "束",
    "近": "红场",
    "该": "",
    "本": "体底征色构质",
    "此": "",
    "其": "",
    "每": "",
    "各": "向",
    "起": "始重动订升停泡拱球爆皮",
    "了": "",
    "过": "滤程载热氧流渡筛盈压冷零孔敏硫量剩电欠",
    "着": "火色水陆床",
    "地": "面下表基层震热板质膜温块沟铁",
    "等": "级离效温静高熵",
    "于": "",
    "的": "",
    "得": "率分",
    "即": "时",
    "若": "",
    "如": "",
    "因": "子数",
    "向": "心",
    "往": "复返",
    "跟": "踪随",
    "按": "键压",
    "从": "动",
    "经": "向纬纱济线度营",
    "则": "",
    "而": "",
    "但": "",
    "且": "",
    "并": "联行发网流",
    "较": "",
    "拟": "合",
    "只": "",
    "仅": "",
    "须": "",
    "需": "求氧水要量",
    "才": "",
    "再": "生现热结循利沸",
}
_SINGLE = "|".join(f"{one}(?![{_NOT_BEFORE[one]}])" if _NOT_BEFORE.get(one) else one for one in _VERBS if len(one) == 1)
_LONG = "|".join(sorted((one for one in _VERBS if len(one) > 1), key=len, reverse=True))
# A verb keeps its place in front of a bare property word: 控制精度, 保持时间, 检测范围.
_CUT = re.compile(rf"(?:{_LONG}){_KEEP_AFTER_VERB}|(?P<cut>{_LONG})|(?<![抗耐防])(?P<one>{_SINGLE})")
_KEPT_WHOLE = re.compile(
    r"平均|高温|自由|均匀|总有机|含有机|相对|绝对|最大|最小|最高|最低|水中|空中|吸附|过程|比表|中和|温和|饱和|亲和|缓和|共和|调和|柔和|混和|许可|认可|反应|响应|效应|感应|供应|对应|适应|相应|自应|节能|性能|功能|智能|电能|热能|势能|动能|产能|技能|效能|储能|光能|核能|太阳能|官能|耗能|传能|机能|潜能|势能|总能|动能|冲击能|吸收能|自愈能|结合能|表面能|主要|日均|年均|月均|户均|人均|车均|亩均|吨均|次均|台均|"
    r"产地|场地|土地|耕地|基地|林地|草地|质地|接地|对地|离地|贴地|单位|转化|公里|海里|百分之|效用|作用|利用|使用|食用|药用|备用|复用|占用|费用|应用|通用|专用|回用|选用|施用|自用|户用|军用|民用|医用|家用|加用|吨用|耗用|信用|试用|农用|车用|饮用|口用|有用|沿程|来到|高度|长度|不锈|用水|用电|用量|比例|配比|占比|对比|之比|同比|环比|性价比|信噪比|长径比|体积比|质量比|水灰比|气液比|固液比|液固比|料液比|空燃比|氧煤比|水胶比|回流比|压缩比|碳氮比|浴比|功率比|重量比|摩尔比|比|"
    r"热稳定|稳定性|稳定度|稳定时间|控制性|自由度|关于|位于|由于|存在|潜在|内在|外在|现在|在线|可靠|误报|漏报|之间|车间|时间|空间|期间|夜间|区间|瞬间|中间|民间|房间|株间|行间|层间|相间|线间|室内|户内|院内|体内|日内|年内|区内|海内|国内|室外|户外|红外|体外|国外|紫外|以外|涂层下|地下|井下|水下|皮下|坑下|线上|海上|水上|桌上|陆上|车上|机上|船上|树上|地上|当前|提前|目前|之前|生前|售前|售后|之后|落后|滞后|产后|术后|餐后|愈后|预后|采后|宰后|背后|小时|及时|定时|实时|延时|工时|课时|学时|耗时|用时|历时|计时|准时|按时|暂时|瞬时|台时|超时|续航时|即时|同时|全时|限时|临时|平时|有时|高低温|到|分解处|用处|好处|各处|多处|出处|何处|别处|随处|一起|凸起|升起|掀起|突起|引起|隆起|超过|通过|透过|经过|不过|除了|为了|本体|经济|成本|基本|标本|样本|版本|资本|文本|日本|脚本|人本|原本|一本"
    r"|可见|处理|中心|无线|抗压|抗折|有效|含水|氧化还原|得率|收得|习得|获得"
)
_DETERMINED = re.compile(
    r"^(?:(?:该|本|其|此|这种|这类|现有|传统|目前|常规|普通|同类|国内外?同类?|国外同类?|进口|市售|新|旧|原|老|我(?:厂|公司|司|们)?|整套|单套|单台|整机|成套)"
    r"(?:品种|产品|系统|工艺|方法|技术|装置|设备|材料|算法|平台|项目|机型|药剂|模型|方案|企业|厂|公司|菌株|涂层|机组|法|样机|整机|催化剂|装备|软件)?(?:的)?)+"
)
_LEADING = re.compile(
    r"^(?:(?:目前|仍|均|稳定|夏季|冬季|一般|单边|通常|产品|成品|现有|其|该|本|各|且|并|也|还|再|又|新|若|经|已|另|另外|此外|尤其|特别是|主要|关键|核心|技术|指标|技术指标|主要指标|性能指标|考核指标|具体指标|目标|参数|主要参数|技术参数|其中|及|和|与|或|以|并使|实际|实测|最终|累计|连续|重金属|杂质|微量元素|营养成分|化学成分|处理后|改造后|使用后|应用后|投用后|运行后)(?![率量度性值比力数式类化续]))+(?=.)"
)
_PURE_VERBS = re.compile(
    r"(?:(?:连续|累计|高温|低温|室温|常温|恒温|可|能|再|自然|均匀|真空|充分|无故障|稳定|不间断|分别|单次|一次|超声|避光|密封|水浴|油浴)*(?:保温|反应|运行|冷却|加热|升温|降温|搅拌|静置|放置|煅烧|焙烧|烧结|浸泡|浸出|处理|干燥|烘干|陈化|工作|使用|保存|储存|贮存|存放|储藏|发酵|培养|蒸煮|混合|研磨|球磨|回流|老化|离心|煎煮|蒸制|炒制|提取|萃取|养护|退火|回火|淬火|时效|晾晒|暴晒|曝气|超声|沉淀|沉降|固化|熟化|预热|水解|酶解|灭菌|杀菌|振荡|震荡|加压|保压|投加|循环|停留|持续|历时|用时|耗时|试验|测试|试运行|投产|照射|辐照|喷淋|摊放|萎凋|焖|蒸|煮|浸|晒|烘|烧|磨|泡|炒|放|用|做|跑|走|加热|能耐|耐受|承受|耐|抗|降|升|生长|存活|等待|恢复|完成|开机|待机|供电|充电|放电|通电|驱动|支持|接入|容纳|识别|接受|添加|加入|掺入|投入|实现|包|卖|买|供货|交付|交货|安装|调试))+"
)
_OBJECT = re.compile(
    r"^.*?(?:吨[\u4e00-\u9fff]{0,3}?|每[\u4e00-\u9fff]|日|年|月|可|能|小时|单班|班|全年)?(?P<verb>(?!含水$|含油$|含尘$|含盐$|含硫$)(?:消耗|耗费|耗用|耗|含有|含|产出|生产|处理|消纳|加入|添加|投加|掺入|掺加|掺|配入|施用|施|喷施|支持|接入|容纳|可测|识别|覆盖|承受|耐受|使用|采用|采集|存储|输出|回收|减排|排放|排|产生|产|节约|节省|利用|加工|养殖|种植|栽植|种|灌溉|储存|播种|收割|喷洒|运输|输送|提供|投入|投资建设|适应|监测|检测|管理|连接|并发|分辨|供应|供|用|加))(?P<object>[\u4e00-\u9fffA-Za-z0-9]{1,8})$"
)
_PROPERTY = re.compile(
    r"(?:率|度|量|值|比|数|性|力|压|温|速|耗|本|费|价|期|命|长|宽|厚|高|深|径|积|时间|寿命|能力|强度|差|寸|重|阻|面|域|辨|频|宽|光|声|噪|点|热|功|功率|电流|电位|规模|产能|产出|距|损失|失|损|延|时|幅|粘|黏|效|响应|周期|比例|水平|含量|系数|分|粒|龄|用电|噪声|噪音|位移|变形|应变|容|围|能|间隔|延迟|振动|灰分|水分|挥发分|温升|增益|衰减|残留|烟尘|浓度|尘|氮|磷)$"
)
_BRACKET_AT_END = re.compile(r"\((?P<inside>[^()]{0,30})\)\s?$|\[(?P<square>[^\[\]]{0,30})\]\s?$")
_SLASH_UNIT = re.compile(r"/\s?(?P<unit>[^/]{1,12})\s?$")
_PER = re.compile(
    rf"每(?:一)?(?P<number>\d{{1,7}}|百万|[十百千万])?(?P<unit>{PER_UNITS})|一(?P<time>分钟|个?小时|天|年|班)"
)
_RIVAL = re.compile(
    r"(?P<head>.*?)(?:与[^与]{1,12}相比|相?比(?![例表重热能容强率值电功])|相较于?|较(?![大小高低好差为])|相对于?(?![密湿误分])|对比)(?P<rival>.{0,20})$"
)
_SHARE_OF = re.compile(r"(?P<head>.{2,20}?)(?:为|是|达到?|相当于|仅为|约为)[^为是]{1,12}的$")
_CHANGE_VERB = re.compile(
    "(?P<verb>"
    + "|".join(sorted((one for one in CHANGES if len(one) > 1), key=len, reverse=True))
    + r"|降(?=[\u4e00-\u9fff]))了?(?![率幅值速点到至为温噪水后时过])(?P<object>[^，。；]{1,20})$"
)
_SELF_SAYING = re.compile(
    r"(?:节能|节水|节电|节药|节肥|节煤|节油|节气|节材|节地|节省时间|增产|减重|降噪|提速|增收|减排|增效|提质|降本|减薄|节约率|减量|增重|减产|降耗|降温|升温|减碳|降碳|省工|省电|省水|省药|省肥|增温|节支|节药|省时|提效|降尘|减振|降压|增油|增粘|减阻)$"
)
_LABEL = re.compile(
    r"^(?:(?:其中|而|且)?(?:经向|纬向|横向|纵向|径向|轴向|周向|水平|竖向|垂直|[XYZxyz](?:轴|向|方向)|长度方向|宽度方向|正面|背面|内侧|外侧|上层|下层|表层|底层|表面|中部|根部|主机|整机|附件|易损件|白天|夜间|昼间|冬季|夏季|一级|二级|高温|低温|成人|儿童|男|女|雏鸡|大号|小号|顶部|底部|初期|后期|终凝|初凝|幼苗期|成株期|进口|出口|合计))$"
)
_UNITLESS = re.compile(
    r"(?:pH值?|系数|指数|比重|常数|折光率|折射率|折光指数|介电常数|相对密度|密度|模数|分数|F0值|评分|得分|级配|真空度|电导率|纯度|比|率|度|值|数|Ra|Rz|CV|R2|R²|COD|BOD5?|BOD|AUC|mAP|F1值?|PSNR|误差|偏差|透气度|分)$",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"[A-Za-zα-ωΔΩμ][A-Za-z0-9₀-₉()/.-]{0,9}$")
_JOINTS = frozenset({"和", "与", "及", "或", "且", "并", "而", "以及", "但", "同时", "则", "跟", "/"})
_SPACES = " \"“”'‘’《》*·|"


@dataclass(frozen=True, slots=True)
class Naming:
    """A name with what its clause says beside it. `bare`: the clause had no words at all."""

    name: str
    change: Change | None = None
    per: str = ""
    per_count: str = ""
    unit: str = ""
    bare: bool = False


def clause_start(text: str, floor: int, at: int) -> int:
    """Where the clause before `at` begins."""
    place = at
    while place > floor and text[place - 1] not in STOPS:
        place -= 1
    return place


def naming(text: str, floor: int, at: int) -> Naming:
    """The name in front of a value whose words begin at `at`; nothing before `floor` belongs to it."""
    start = clause_start(text, max(floor, at - 60), at)
    region = text[start:at].strip(_SPACES)
    region, unit = _header(region)
    if region.endswith((":", "(")):
        region = region[:-1].rstrip(_SPACES + ":")
        region, more = _header(region)
        unit = unit or more
    region = re.split(r"[:()（）【】\[\]]", region)[-1].strip(_SPACES)
    if not region or region in _JOINTS:
        return Naming("", unit=unit, bare=True)
    per, count, region = _per(region)
    change = None
    if ("比" in region or "较" in region or "相对" in region) and (rival := _RIVAL.match(region)):
        region = _without_rival(rival)
        if not region:
            return Naming("", None, per, count, unit, bare=True)
    elif region.endswith("的") and (share := _SHARE_OF.match(region)):
        region = share["head"] if says_property(cut(share["head"])) else region
    if (verb := _CHANGE_VERB.search(region)) and not _PROPERTY.fullmatch(verb["object"]):
        change, region = CHANGES[verb["verb"]], verb["object"]
    return Naming(cut(region), change, per, count, unit)


def _per(region: str) -> tuple[str, str, str]:
    """What the value is counted per, how many of it, and the region without it."""
    match = _PER.search(region) if "每" in region or "一" in region else None
    if match is None:
        return "", "", region
    front, behind = region[: match.start()], region[match.end() :]
    if match["unit"] == "亩" and behind.endswith("种子用量"):
        return "", "", behind
    unit = match["unit"] or match["time"]
    # 药剂成本每吨干泥: behind the property, 干泥 only says which ton.
    return unit, match["number"] or "", front if not behind.strip(_SPACES) or says_property(front) else behind


def _without_rival(rival: re.Match[str]) -> str:
    """The property in "换热系数较管翅式" or "比传统工艺电耗": in front of the comparison, or else behind the rival."""
    if cut(rival["head"]) and says_property(rival["head"].strip(_SPACES)):
        return rival["head"]
    behind = cut(rival["rival"])
    return rival["rival"] if says_property(behind) else rival["head"]


def _header(region: str) -> tuple[str, str]:
    """The region without the bracket or slash at its end, and the unit that stood there."""
    unit = ""
    if region.endswith((")", "]")) and (match := _BRACKET_AT_END.search(region)):
        inside = match["inside"] or match["square"] or ""
        found = UNIT.fullmatch(inside.strip())
        unit = found[0] if found else ""
        return region[: match.start()].rstrip(_SPACES), unit
    if "/" in region and (match := _SLASH_UNIT.search(region)) and UNIT.fullmatch(match["unit"].strip()):
        return region[: match.start()].rstrip(_SPACES), match["unit"].strip()
    return region, unit


def cut(region: str) -> str:
    """The compound noun at the end of a clause: "经退火后电阻率" → "电阻率"."""
    region = region.strip(_SPACES + ":")
    region = _DETERMINED.sub("", region).strip(_SPACES)
    region = _last_part(region)
    region = _LEADING.sub("", region) or region
    region = _DETERMINED.sub("", region).strip(_SPACES)
    if _PURE_VERBS.fullmatch(region):
        return ""
    match = _OBJECT.match(region)
    if (
        match
        and (not _PROPERTY.search(match["object"]) or match["verb"] in {"支持", "接入", "容纳", "覆盖"})
        and not _SELF_SAYING.search(region)
    ):
        region = match["object"]
    if re.search(r"p[hH]值?$|PH值?$", region):
        front = re.sub(r"(?:p[hH]|PH)值?$", "", region)
        return region if front in {"初始", "出水", "进水"} else "pH"
    return region[-16:].strip(_SPACES)


def _last_part(region: str) -> str:
    """What stands behind the last cutting word, words that only look like one left whole."""
    whole = [(one.start(), one.end()) for one in _KEPT_WHOLE.finditer(region)]
    cut_at = 0
    for match in _CUT.finditer(region):
        if match["cut"] is None and match["one"] is None:
            continue
        if match.end() >= len(region) and match["one"] and len(region) > 1 and match["one"] in "比用能":
            continue
        if any(start <= match.start() and match.end() <= end and end - start > len(match[0]) for start, end in whole):
            continue
        if match.end() < len(region):
            cut_at = match.end()
        else:
            # A cutting word at the very end: the name stands before it.
            return _last_part(region[: match.start()]) if match.start() > cut_at else region[cut_at : match.start()]
    return region[cut_at:]


_BEHIND_NAME = re.compile(r"^\s?(?:的\s?)?(?P<name>[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z0-9]{0,11})")
_BEHIND_CUT = re.compile(
    r"(?:的|和|与|及|或|时|后|下|中|条件|环境|以上|以下|进行|可|能|应|用于|作为|制成|制备|为|是|在|对|并|且|连续|运行|工作|反应|处理后|保温|搅拌|达到|达|不|有|要|需|超过|低于|高于|约|左右|之间|范围|均|都|被|就|即|才|会|由|从|经|等|则|而|以|于|内|外|仍|无|未|降|提高|使|让|便|不变|完成|通过|达标|合格|可调)"
)
SIZES = frozenset("厚宽长高深")
"""One-word properties that stand before or behind their value."""


def name_behind(text: str, at: int) -> tuple[str, int]:
    """The name behind a value ("98%以上的回收率", "不少于200个节点", "6mm厚") and where it ends; ("", at) where none stands there."""
    if (
        text[at : at + 1]
        and text[at] in SIZES
        and not (
            text[at + 1 : at + 2]
            and text[at : at + 2]
            in {
                "高温",
                "长度",
                "高度",
                "宽度",
                "长期",
                "高压",
                "高速",
                "高强",
                "深度",
                "厚度",
                "长时",
                "高效",
                "高浓",
                "高质",
                "高精",
                "长久",
                "长途",
            }
        )
    ):
        return text[at], at + 1
    match = _BEHIND_NAME.match(text[at : at + 16])
    if match is None:
        return "", at
    whole = match["name"]
    stop = _BEHIND_CUT.search(whole, 1)
    name = whole[: stop.start()] if stop else whole
    if _BEHIND_CUT.match(name) or (len(name) == 1 and not name.isascii()):
        return "", at
    return name, at + match.start("name") + len(name)


def says_property(name: str) -> bool:
    """Whether the noun itself names a quantity (回收率, 强度, 寿命)."""
    return bool(_PROPERTY.search(name)) or bool(_SELF_SAYING.search(name))


def says_change(name: str) -> bool:
    """Whether the compound says the direction by itself (节能, 减重, 降幅)."""
    return bool(_SELF_SAYING.search(name)) or name.endswith(
        (
            "降幅",
            "增幅",
            "增长率",
            "下降率",
            "提高率",
            "减少率",
            "降低率",
            "涨幅",
            "减少量",
            "增加量",
            "节约率",
            "去除率",
            "提高幅度",
            "降低幅度",
            "增幅",
        )
    )


def may_be_bare(name: str, *, told: bool) -> bool:
    """Whether a number without unit can belong to this name; to a mere symbol only with a word or sign of relation (RTX 3090)."""
    return bool(_UNITLESS.search(name)) or (told and bool(_SYMBOL.fullmatch(name)))


def is_label(name: str) -> bool:
    """Whether the words only say which direction, place or part of the property before is meant."""
    return bool(_LABEL.match(name))
