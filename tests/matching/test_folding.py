import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.folding import folded

pytestmark = pytest.mark.once
SINGLE = [
    chr(code)
    for first, last in (
        (0xA0, 0xFF), (0x391, 0x3A9), (0x3B1, 0x3C9), (0x2000, 0x206F), (0x2100, 0x218F), (0x2190, 0x22FF),
        (0x2460, 0x24FF), (0x3000, 0x3029), (0xFF01, 0xFF60),
    )
    for code in range(first, last + 1)
]  # fmt: skip
MIXED = st.text(st.sampled_from([*SINGLE, *"aeA=<>15 枸杞烘干\n"]) | st.characters(), max_size=30)


def in_one_piece(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@settings(max_examples=500)
@given(MIXED)
@example("e\u0301 Å ﬁ ÄÖ ㎡ ⑩ … ¨\u0308 =\u0338 か\u3099 ﾊﾟ")
def test_folding_piece_by_piece_is_folding_in_one_piece(text):
    assert folded(text) == in_one_piece(text)


def test_every_sign_is_replaced_by_itself_between_any_two_others():
    for before in ("a", "枸", "=", "\u00a8", "α"):
        text = "".join(f"{before}{sign}" for sign in SINGLE)
        assert folded(text) == in_one_piece(text)
    pairs = "".join(first + second for first in SINGLE[::7] for second in SINGLE[::5])
    assert folded(pairs) == in_one_piece(pairs)
