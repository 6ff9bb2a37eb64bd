"""Which part of a need asks, and which part only tells of the company.

People paste the provincial form's three parts (需求内容, 预期目标, 现有工作基础) into one field, so headings at the beginning of a
line decide. Pure.
"""

import re

_NUMBER = r"(?:[（(]?[0-9一二三四五六七八九十]{1,2}[)）、.．]?\s*)?"
_TITLE_OF_BACKGROUND = r"[^\n，。；;:：]{0,14}?(?:基础|概况|简介|背景|情况|优势)"
_TITLE_OF_REQUEST = r"[^\n，。；;:：]{0,14}?(?:需求|内容|目标|指标|问题|难题|关键|要求|成果)"
_HEADING = re.compile(
    rf"(?:^|\n)[ \t]*{_NUMBER}(?:(?P<background>{_TITLE_OF_BACKGROUND})|(?P<request>{_TITLE_OF_REQUEST}))[ \t]*(?:[：:]|\n)"
)


def split_request(text: str) -> tuple[str, str]:
    """The text as (what is asked, background). Without headings, or where nothing else would be left, all of it is asked."""
    parts = section_spans(text)
    asked = "".join(text[start:end] for start, end, is_background in parts if not is_background)
    return (asked, "".join(text[start:end] for start, end, is_background in parts if is_background))


def section_spans(text: str) -> list[tuple[int, int, bool]]:
    """The text's parts as (start, end, whether it is background), each with its heading; all asked as in `split_request`."""
    headings = list(_HEADING.finditer(text))
    starts = [0, *(heading.start() for heading in headings), len(text)]
    kinds = [False, *(bool(heading["background"]) for heading in headings)]
    spans = list(zip(starts, starts[1:], kinds, strict=False))
    if any(text[start:end].strip() for start, end, is_background in spans if not is_background):
        return spans
    return [(0, len(text), False)]
