"""Cuts a need's running text at its own headings (需求内容、预期目标、现有工作基础 …) into the parts of the form. Pure."""

import re

_HEADINGS = {
    "problem": "需求内容|主要需求内容|技术需求内容|主要问题|存在问题|存在的问题|面临的难题|主要内容|研究内容|研发内容|需求描述|需求背景|需求内容及预期目标|需求内容及合作目标",
    "key_technology": "技术关键|关键技术|技术难题|技术难点|主要技术难点|核心技术|主要技术指标|技术指标|技术要求",
    "expected_outcome": "预期目标|预期效果|主要目标|研究目标|合作目标|希望达到的目标|技术研发的目标|目标",
    "background": "现有工作基础|现有基础|工作基础|前期工作基础|企业技术背景|已有工作基础|现有条件",
}
_NUMBERING = r"[\s(（\[【]*(?:[一二三四五六七八九十]|\d{1,2})?[)）\]】、..\s]*"
_HEADING = re.compile(
    rf"^{_NUMBERING}(?:{'|'.join(f'(?P<{part}>{names})' for part, names in _HEADINGS.items())})[】\]]?\s*(?:[::]\s*(?P<rest>.*)|$)"
)


def split_need(text: str) -> dict[str, str]:
    """The text by part. What stands before the first heading, and a text without any, is the problem. No word is lost."""
    parts: dict[str, list[str]] = {part: [] for part in _HEADINGS}
    current = "problem"
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        found = _HEADING.match(line)
        if found is None:
            parts[current].append(line)
            continue
        current = next(part for part in _HEADINGS if found[part] is not None)
        if found["rest"]:
            parts[current].append(found["rest"])
    return {part: "\n".join(lines).strip() for part, lines in parts.items()}
