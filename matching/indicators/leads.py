"""The words before and behind a number that say how it binds: 不低于, 约, 提高到, 以上, 左右."""

import re
from dataclasses import dataclass, field

from matching.indicators.model import Change, Relation
from matching.indicators.numerals import words

_LESS, _MORE = (
    ("低", "小", "少", "短", "弱", "轻", "慢"),
    ("高", "大", "多", "长", "重", "快", "晚", "迟", "厚", "宽", "深"),
)
_MAY = ("", "得", "应", "能", "可", "会", "宜", "许", "准", "允许", "应该", "可以", "要", "能够", "必")
_RELATIONS: dict[str, Relation] = {
    "≥": Relation.AT_LEAST, ">=": Relation.AT_LEAST, "≮": Relation.AT_LEAST, "至少": Relation.AT_LEAST, "最少": Relation.AT_LEAST, "起码": Relation.AT_LEAST,
    "达": Relation.AT_LEAST, "达到": Relation.AT_LEAST, "可达": Relation.AT_LEAST, "可达到": Relation.AT_LEAST, "高达": Relation.AT_LEAST, "多达": Relation.AT_LEAST, "长达": Relation.AT_LEAST,
    "大于等于": Relation.AT_LEAST, "大于或等于": Relation.AT_LEAST, "高于或等于": Relation.AT_LEAST, "=>": Relation.AT_LEAST, "最低": Relation.AT_LEAST, "最小": Relation.AT_LEAST, "不亚于": Relation.AT_LEAST,
    "不下": Relation.AT_LEAST, "不下于": Relation.AT_LEAST, "达至": Relation.AT_LEAST, "达成": Relation.AT_LEAST, "不得低过": Relation.AT_LEAST, "不低过": Relation.AT_LEAST,
    "≤": Relation.AT_MOST, "<=": Relation.AT_MOST, "=<": Relation.AT_MOST, "≯": Relation.AT_MOST, "至多": Relation.AT_MOST, "最多": Relation.AT_MOST, "最高": Relation.AT_MOST, "最大": Relation.AT_MOST, "最长": Relation.AT_MOST,
    "小于等于": Relation.AT_MOST, "小于或等于": Relation.AT_MOST, "低于或等于": Relation.AT_MOST, "低至": Relation.AT_MOST, "不得过": Relation.AT_MOST, "勿超": Relation.AT_MOST, "勿超过": Relation.AT_MOST, "别超过": Relation.AT_MOST, "别超": Relation.AT_MOST,
    "勿高于": Relation.AT_MOST, "勿大于": Relation.AT_MOST, "别高于": Relation.AT_MOST, "别低于": Relation.AT_LEAST, "勿低于": Relation.AT_LEAST, "不过": Relation.AT_MOST, "莫超过": Relation.AT_MOST, "顶多": Relation.AT_MOST, "上限": Relation.AT_MOST, "小至": Relation.AT_MOST,
    ">": Relation.ABOVE, "超过": Relation.ABOVE, "超": Relation.ABOVE, "突破": Relation.ABOVE, "逾": Relation.ABOVE, "超出": Relation.ABOVE, "好于": Relation.ABOVE, "优于": Relation.ABOVE, "多过": Relation.ABOVE, "大过": Relation.ABOVE,
    "<": Relation.BELOW, "不足": Relation.BELOW, "不到": Relation.BELOW, "未到": Relation.BELOW, "不满": Relation.BELOW, "未超过": Relation.AT_MOST, "没超过": Relation.AT_MOST, "未达到": Relation.BELOW, "不及": Relation.BELOW,
    "约": Relation.ABOUT, "大约": Relation.ABOUT, "约为": Relation.ABOUT, "约在": Relation.ABOUT, "大概": Relation.ABOUT, "近": Relation.ABOUT, "≈": Relation.ABOUT, "接近": Relation.ABOUT, "大致": Relation.ABOUT, "将近": Relation.ABOUT, "近似": Relation.ABOUT, "大概在": Relation.ABOUT,
    "=": Relation.EQUALS, "等于": Relation.EQUALS,
}  # fmt: skip
_RELATIONS |= dict.fromkeys(("未能达到", "未能达", "没有达到", "没能达到", "没达到", "尚未达到"), Relation.BELOW)
for _less in _LESS:
    _RELATIONS[f"{_less}于"] = Relation.BELOW
    _RELATIONS |= {f"不{may}{_less}过": Relation.AT_LEAST for may in _MAY}
    _RELATIONS |= {f"{no}{may}{_less}于": Relation.AT_LEAST for no in ("不", "未") for may in _MAY}
for _more in _MORE:
    _RELATIONS[f"{_more}于"] = Relation.ABOVE
    _RELATIONS |= {f"不{may}{_more}过": Relation.AT_MOST for may in _MAY} | {f"{_more}过": Relation.ABOVE}
    _RELATIONS |= {f"{no}{may}{_more}于": Relation.AT_MOST for no in ("不", "未") for may in _MAY}
_RELATIONS |= {f"不{may}超过": Relation.AT_MOST for may in _MAY} | {f"不{may}超": Relation.AT_MOST for may in _MAY}
_RELATIONS |= {f"不{may}超出": Relation.AT_MOST for may in _MAY}

EXPLICIT = frozenset({Relation.AT_LEAST, Relation.AT_MOST, Relation.ABOVE, Relation.BELOW})

_UP = words(
    "提高 提升 增加 上升 增大 增长 提 升高 增强 延长 高 高出 多 快 加快 扩大 增 涨 长 上涨 翻 翻了 上调 拓宽 增产了 增收了 升 改善"
)
_DOWN = words(
    "降低 减少 下降 缩短 压缩 节约 节省 省 低 少 轻 提前 减 减小 减轻 下调 压降 削减 减低 降 缩小 减薄 短 减慢 衰减 损失 少用 节 快了 薄 便宜 回落 节省了"
)
CHANGES: dict[str, Change] = {**dict.fromkeys(_UP, Change.INCREASE), **dict.fromkeys(_DOWN, Change.DECREASE)}
_TO = frozenset(f"{verb}{to}" for verb in (*CHANGES, "控制", "压", "稳定", "维持", "保持", "做", "放宽", "升", "干", "收窄", "限制", "调", "冲", "恢复", "脱", "加热", "冷却", "富集", "浓缩", "磨", "跌", "掉", "缩") for to in ("到", "至", "到了", "为")) | {"到", "至", "达到", "达到了", "变为", "变成", "改为", "现为", "升到", "降为"}  # fmt: skip
_FILL = frozenset(
    words(
        "为 是 在 应 可 能 均 需 要 都 仅 只 仅为 仅有 只有 只要 只需 只能 了 : 保持 维持 稳定 控制 必须 一般 通常 目前 已 将 平均 最终 实测 总计 共 处于 处在 介于 分别 分别为 累计 也 还 就 再 有 须 以 值 取 于 "
        "保持在 维持在 稳定在 控制在 限制在 控制 做到 应为 应在 宜为 需要 能够 可以 全部 最好 尽量 希望 要求 严格 常年 长期 始终 基本 普遍 总体 整体 每 合 折合 计 测得 测定 检测 实际 现有 现 常 多 大多 大多数 不变 的 之 比 ; 才 又 却 却只 仍 仍有 达了 即 设 设为 设定 设定为 选 选为 另 由 从 自 以往 曾 可在 能在 需在 应在 要在 得 得以 才能 方能 到位 上 "
        "实现 体现 呈现 出现 日常 标称 标定 额定为 典型 典型值 限值 限 上限为 下限为 指标 目标 目标值 要 具体 现行 如今 现在 当前 原来 原先 原 过去 此前 以前 反而 均可 都能 都在 都可 亦 且 并 并且 全程 全年 全 内 许 允许"
    )
)
_FILL_SAFE = _FILL - {"值", "限", "指标", "上", "内", "比", "长", "多", "选", "全", "计", "的"}
_LONGEST = max(map(len, (*_RELATIONS, *_TO, *_FILL)))

PER_UNITS = "个?小时|分钟|秒钟?|平方米|立方米|公里|公斤|千克|千瓦时|千米|吨|天|日|年|月|亩|株|头|只|次|台|套|平米|米|升|克|班|人|公顷|度电|件|片|瓶|根|分|羽|周|炉|批|户|辆|车|方|斤|袋|包|孔"
PER_END = re.compile(rf"每(?:一)?(?P<number>\d{{1,7}}|百万|[十百千万])?(?P<unit>{PER_UNITS})$")
_NOT = re.compile(r"(?:不[得能应可宜]?|勿|别)$")
_COMPARED = re.compile(
    "(?P<relation>"
    + "|".join(sorted(map(re.escape, _RELATIONS), key=len, reverse=True))
    + r")(?=[^\d超高低大小多少]{2})[\u4e00-\u9fffA-Za-z]{2,8}的$"
)
"""不超过干煤的(0.2%): the bound stands before what the share is taken of."""
_BEHIND = re.compile(
    r"\s?(?P<loose>左右|上下)|\s?(?P<inside>之间)|\s?(?:及|或|和)?(?P<least>以上|之上)|\s?(?:及|或|和)?(?P<most>以下|之下|以内|之内|内(?!径|部|的?压|应|阻|层|容|孔|摩|循|存|标|衬|置|外|能|燃|蒙|河)|封顶)|(?P<start>起(?![来到伏始动步重]))|(?P<more>[多余](?=[,，。;、\s)]|$|[的时]))"
)


@dataclass(slots=True)
class Lead:
    """What stands before a number. `at` is where it begins; `target` and `origin` mark 提高到 and 由; `told` that any relation word stood there."""

    at: int
    relation: Relation | None = None
    change: Change | None = None
    target: bool = False
    origin: bool = False
    tolerance: bool = False
    about: bool = False
    per: str = ""
    per_count: str = ""
    superlative: bool = False
    words: list[str] = field(default_factory=list)


def lead(text: str, floor: int, at: int) -> Lead:
    """The words before the number at `at`, read backwards, not further than `floor`."""
    found = Lead(at)
    while found.at > floor:
        if text[found.at - 1] in " *\"“”'":
            found.at -= 1
            continue
        if text[found.at - 1] == "±" or text[max(floor, found.at - 3) : found.at] == "+/-":
            found.tolerance = True
            found.at -= 1 if text[found.at - 1] == "±" else 3
            continue
        near = max(floor, found.at - 7)
        if not found.per and text.find("每", near, found.at) >= 0 and (per := PER_END.search(text, near, found.at)):
            found.per, found.per_count, found.at = per["unit"], per["number"] or "", per.start()
            continue
        step = _step(text, floor, found)
        if not step:
            break
        found.words.append(text[found.at - step : found.at])
        found.at -= step
    if (
        found.change is not None
        and found.relation is Relation.ABOVE
        and _NOT.search(text, max(floor, found.at - 4), found.at)
    ):
        # 不得升高超过10%: what must not rise above may rise up to it.
        found.relation = Relation.AT_MOST
    if (
        found.relation is None
        and not found.target
        and (compared := _COMPARED.search(text, max(floor, found.at - 16), found.at))
    ):
        found.relation, found.at = _RELATIONS[compared["relation"]], compared.start()
        found.words.append(compared["relation"])
    return found


def _step(text: str, floor: int, found: Lead) -> int:
    for length in range(min(_LONGEST, found.at - floor), 0, -1):
        word = text[found.at - length : found.at]
        if word in _RELATIONS:
            relation = _RELATIONS[word]
            if word in {"近", "超", "约", "达", "高于", "低于"} and _part_of_noun(text, found.at - length, floor):
                return 0
            if found.relation is None or found.relation is Relation.ABOUT or found.relation is Relation.EQUALS:
                found.relation = relation
            found.about = found.about or relation is Relation.ABOUT
            found.superlative = found.superlative or word in {"优于", "好于"}
            return length
        if word in _TO:
            found.target = True
            return length
        if word in CHANGES and not found.target and not _part_of_noun(text, found.at - length, floor):
            found.change = found.change or CHANGES[word]
            return length
        if word in _FILL_SAFE and not (length == 1 and _part_of_noun(text, found.at - 1, floor)):
            found.origin = found.origin or (word in {"由", "从", "自"})
            return length
    return 0


_NOUNS = frozenset(
    words(
        "杆长 波长 周长 边长 总长 全长 径高 株高 身高 塔高 层高 最高 最低 最多 最少 最长 最短 增长 节长 焦距 自由 来自 提升 抬升 毫升 公升 温升 增高 比高 静压 内在 外在 存在 现在 潜在 提高 降低 高低 长短 增多 减少 加快 收缩 浓缩 伸长 延长 加长 特长 生长 成长 年增 增加 蜂窝 体温 限位 高达 特别是 但是 可是 于是 总是 只是 行为 作为 称为 认为 成为 因为 变为 人为 高能 节能 性能 功能 智能 电能 热能 势能 动能 产能 技能 效能 储能 光能 核能 太阳能 潜能 焓能 能可 许可 认可 适应 反应 响应 感应 沉降 压降 灼减 升降 削减率 供应 效应 对应 相应 应应 提要 主要 需要 重要 必要 摘要 都要 首都 成都 平均 所需 必需 急需 含有 具有 拥有 所有 特有 总有 国有 附近 最近 邻近 相近"
    )
)


def _part_of_noun(text: str, at: int, floor: int) -> bool:
    """Whether the single word at `at` only ends a noun: 长 of 波长, 可 of 许可."""
    return at > floor and text[at - 1 : at + 1] in _NOUNS


def behind(text: str, at: int) -> tuple[Relation | None, bool, int]:
    """The relation said behind a value (以上, 以内), whether 左右 stands there, and where it ends."""
    match = _BEHIND.match(text, at)
    if match is None:
        return None, False, at
    kind = match.lastgroup
    if kind == "inside":
        return None, False, match.end()
    if kind == "loose":
        return None, True, match.end()
    if kind in {"least", "start"}:
        return Relation.AT_LEAST, False, match.end()
    if kind == "more":
        return Relation.ABOVE, False, match.end()
    return Relation.AT_MOST, False, match.end()
