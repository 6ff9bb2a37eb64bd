"""A technology field for rows that name none: by telling words, always reported as a guess. Our own table. Pure."""

from dataclasses import dataclass

_TITLE_WEIGHT = 3
_SURE_FROM = 3
_FALLBACK = "03"

_WORDS = {
    "01": "软件 平台 算法 人工智能 物联网 大数据 数据 识别 通信 芯片 集成电路 传感器 互联网 云 5G 信息化 信息系统 网络 图像 雷达 智慧 "
    "监控系统 控制系统 电子 电路 射频 光电 显示 区块链 数字孪生",
    "02": "航空 航天 卫星 无人机 飞行器 火箭 遥感 飞机 直升机",
    "03": "装备 机床 机器人 铸造 锻造 焊接 加工 模具 自动化 生产线 机械 减速机 轴承 液压 齿轮 泵 阀 压缩机 激光 电机 夹具 热处理 传动 "
    "钻探 起重机 钻机 刀具 数控 增材制造 3D打印 智能制造 制造 设备",
    "04": "药 疫苗 医疗 诊断 中药 制剂 生物 蛋白 酶 抗体 细胞 临床 检测试剂 发酵 菌种 多肽 医学 康复 猪瘟 基因 提取物",
    "05": "材料 合金 陶瓷 涂层 碳纤维 石墨 高分子 复合材料 树脂 薄膜 催化剂 粉体 金刚石 氮化硼 钢丝 不锈钢 耐火 橡胶 塑料 涂料 纳米 "
    "铝 铜 钛 镁 钽 铌 玻璃 纤维 磁性 聚合物 化工 合成",
    "06": "光伏 风电 储能 电池 锂 氢 节能 余热 太阳能 充电 新能源 超级电容 热泵 电网 燃料电池 变压器 煤电 能源 配电 V2G",
    "07": "废水 污水 固废 环保 脱硫 脱硝 VOC 挥发性有机物 垃圾 回收 资源化 粉尘 除尘 矸石 尾矿 污泥 废气 大气 土壤修复 减排 瓦斯 循环利用 渣",
    "08": "核 辐照 放射 同位素 中子 射线",
    "09": "农业 种植 养殖 枸杞 葡萄 奶牛 肉牛 滩羊 小麦 玉米 水稻 蔬菜 果树 肥料 饲料 农药 灌溉 种子 育种 品种 食品 茶 保鲜 马铃薯 "
    "林 土壤 农产品 加工关键技术 畜 禽",
    "10": "汽车 铁路 公路 车辆 桥梁 交通 轨道 船舶 悬架 物流 车轮 道路 驾驶 隧道",
    "11": "建筑 城市 供热 供水 管网 安全生产 消防 社区 养老 公共 装配式 混凝土 住宅 文物 应急 教育 水泥",
}
_TABLE = {code: tuple(words.split()) for code, words in _WORDS.items()}


@dataclass(frozen=True)
class Guess:
    """A field code, the words that led to it, and whether they carry it."""

    code: str
    words: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        return bool(self.words)


def guess_field(title: str, text: str) -> Guess:
    """The most likely technology field; without any telling word the widest one, with no words to show for it."""
    scores: dict[str, int] = {}
    for code, words in _TABLE.items():
        in_title = sum(len(word) * _TITLE_WEIGHT for word in words if word in title)
        scores[code] = in_title + sum(len(word) for word in words if word in text)
    best = max(scores, key=lambda code: (scores[code], code == _FALLBACK))
    if not scores[best]:
        return Guess(_FALLBACK, ())
    hits = tuple(word for word in _TABLE[best] if word in title or word in text)
    return Guess(best, hits[:_SURE_FROM])
