"""Names of columns as people write them, and the field each one means."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from market.kernel.money import CNY_PER_WAN, CNY_PER_YI
from market.kernel.outbox import Subject

IGNORED = "-"
"""The field of columns that are known and not imported: personal data, running numbers, our own remarks."""

PROBLEM_COLUMN = "问题"
REMEDY_COLUMN = "怎么改"

_COMMON = {
    "source_id": "id 编号 来源编号 需求编号 成果编号 项目编号 number 唯一标识",
    "title": "title name 名称 标题 题目 项目名称 技术名称",
    "text": "text 正文 内容 详细内容 需求描述 成果描述 详细描述 描述 content body",
    "summary": "summary 摘要 简介 概述 公开简介 需求概述 成果摘要 abstract",
    "keywords": "keywords keyword 关键词 关键字 标签 tags",
    "field_code": "field field_code 技术领域 领域 所属领域 所属技术领域",
    "industry_code": "industry industry_code 行业 应用行业 国民经济行业 所属行业",
    "local_industry_code": "local_industry local_industry_code 产业 所属产业 重点产业 特色产业 产业领域",
    "region_code": "region region_code 地区 区域 所在地 所在地区 所在地域 市县 县区",
    "owner": "owner_credit_code credit_code 统一社会信用代码 信用代码 社会信用代码",
    "transfer_ways": "transfer_ways 转化方式 转让方式 交易方式 拟转化方式",
    "indicators": "indicators 技术指标 主要指标 考核指标 指标 技术参数 主要技术指标",
    "confidential_detail": "confidential_detail 保密内容 保密信息 不公开内容 保密细节 细节",
    IGNORED: "序号 联系人 联系电话 电话 手机 手机号 邮箱 电子邮箱 电子信箱 单位 单位名称 企业名称 机构名称 所属单位 发布单位 完成单位"
    " 备注 words no. contact phone email 问题 怎么改 地址 通讯地址 传真 邮编",
}
_NEED = {
    "title": "需求名称 需求题目 技术需求名称 技术需求 需求标题",
    "problem": "problem 主要问题 需求内容 存在问题 技术难题 拟解决问题 问题描述",
    "key_technology": "key_technology 技术关键 关键技术 核心技术 技术要点",
    "expected_outcome": "expected_outcome 预期目标 预期效果 目标 预期成果",
    "background": "background 现有基础 工作基础 现有工作基础 前期基础",
    "activity_type_code": "activity_type 科技活动类型 活动类型",
    "mode_codes": "modes mode_codes 合作方式 解决方式 合作模式 需求解决方式",
    "budget": "budget 预算 拟投资金额 投资金额 拟投入资金 意向投入 预算金额 拟投入",
    "budget_min_cny": "budget_min budget_min_cny 预算下限 最低预算 拟投资金额下限 预算最低",
    "budget_max_cny": "budget_max budget_max_cny 预算上限 最高预算 拟投资金额上限 预算最高",
    "min_trl": "min_trl 要求成熟度 成熟度要求 成熟度不低于 最低成熟度 成熟度 期望成熟度",
    "needed_by": "needed_by deadline 需求时限 截止日期 截止时间 有效期 期限 完成时间 需求截止日期 最迟完成日期 最迟完成时间",
    "accepted_region_codes": "accepted_regions accepted_region_codes 接受地区 合作地区",
    "solver_conditions": "solver_conditions 揭榜条件 对解决方要求 对解决方的要求 合作方要求",
    "ip_terms": "ip_terms 知识产权约定 成果归属 知识产权归属",
}
_ACHIEVEMENT = {
    "title": "成果名称 科技成果名称 成果标题 专利名称",
    "description": "description 成果简介 成果介绍 技术介绍 技术简介 成果内容 详细说明 应用前景",
    "stage": "stage 所处阶段 阶段 成熟度 技术成熟度 成果阶段 成果成熟度",
    "trl": "trl 技术就绪度 成熟度等级 就绪度",
    "asking_price_cny": "price asking_price asking_price_cny 价格 转让价格 报价 挂牌价 期望价格 转让金额 交易价格",
    "completers": "completers 完成人 主要完成人 成果完成人",
    "registration_no": "registration_no 登记号 成果登记号",
    "registered_on": "registered_on 登记日期",
    "available_from": "available_from 可转化日期 可提供日期 可交付日期",
    "offered_region_codes": "offered_regions offered_region_codes 转化地区 限定地区",
    "ip_numbers": "patents patent 专利号 专利编号 知识产权编号 专利申请号",
    "evaluator": "evaluator 评价机构 鉴定机构",
    "evaluated_on": "evaluated_on 评价日期 鉴定日期",
}
LABELS = {
    "title": "名称",
    "text": "正文",
    "summary": "公开简介",
    "keywords": "关键词",
    "field_code": "技术领域",
    "industry_code": "应用行业",
    "local_industry_code": "所属产业",
    "region_code": "所在地区",
    "owner": "统一社会信用代码",
    "transfer_ways": "转化方式",
    "indicators": "技术指标",
    "confidential_detail": "保密内容",
    "problem": "主要问题",
    "key_technology": "技术关键",
    "expected_outcome": "预期目标",
    "background": "现有工作基础",
    "activity_type_code": "科技活动类型",
    "mode_codes": "合作方式",
    "budget": "预算",
    "budget_min_cny": "预算下限",
    "budget_max_cny": "预算上限",
    "min_trl": "成熟度要求",
    "needed_by": "需求时限",
    "accepted_region_codes": "接受地区",
    "solver_conditions": "对解决方要求",
    "ip_terms": "知识产权约定",
    "description": "成果介绍",
    "stage": "所处阶段",
    "trl": "技术成熟度",
    "asking_price_cny": "转让价格",
    "completers": "完成人",
    "registration_no": "成果登记号",
    "registered_on": "登记日期",
    "available_from": "可转化日期",
    "offered_region_codes": "转化地区",
    "ip_numbers": "专利号",
    "evaluator": "评价机构",
    "evaluated_on": "评价日期",
    "source_id": "编号",
    "file": "文件",
    "row": "整行",
}
"""What a field is called in reports."""

_UNITS = (("亿元", CNY_PER_YI), ("万元", CNY_PER_WAN), ("元", Decimal(1)))
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_NOISE = re.compile(r"[\s*::_\-/、。.]+")


@dataclass(frozen=True)
class Column:
    """A column of the file: its name there, the field it means, and yuan per unit where the name tells the unit."""

    name: str
    field: str
    yuan_per_unit: Decimal | None = None


def _fold(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


def _aliases(subject: Subject) -> dict[str, str]:
    special = _NEED if subject is Subject.NEED else _ACHIEVEMENT
    found: dict[str, str] = {}
    for names in (special, _COMMON):
        for field, aliases in names.items():
            for alias in (field, *aliases.split()):
                found.setdefault(_fold(alias), field)
    return found


_ALIASES = {subject: _aliases(subject) for subject in Subject}


def match_column(name: str, subject: Subject) -> Column | None:
    """The column that this name means; None where it means none that is known."""
    normal = unicodedata.normalize("NFKC", name)
    unit = next((yuan for text, yuan in _UNITS if text in normal), None)
    if unit is None and _fold(name).endswith("cny"):
        unit = Decimal(1)
    bare = normal
    for text, _ in _UNITS:
        bare = bare.replace(text, "")
    for candidate in (normal, _BRACKETED.sub("", normal), bare):
        field = _ALIASES[subject].get(_fold(candidate))
        if field is not None:
            return Column(name, field, unit)
    return None


def recognised(names: Sequence[str], subject: Subject) -> int:
    """How many of these names mean a field that is imported."""
    columns = (match_column(name, subject) for name in names if name.strip())
    return sum(column is not None and column.field != IGNORED for column in columns)


def has_title(names: Sequence[str], subject: Subject) -> bool:
    """Whether one of these names means the title, without which no row can be imported."""
    return any(
        (column := match_column(name, subject)) is not None and column.field == "title" for name in names if name
    )
