"""What counts as the same text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from market.listings.duplicates import NEAR, content_hash, listing_similarity, similarity

TEXT = "枸杞鲜果含糖量高,热风干燥时间长、能耗大,果实褐变严重,急需低温分段干燥工艺与含水率在线检测装置。"


def test_hash_is_the_same_when_only_width_blanks_and_punctuation_differ() -> None:
    assert content_hash("煤气化废水 COD 降解", ["进水 ≤5000mg/L,出水"]) == content_hash(
        "煤气化废水COD降解", ["进水≤5000mg/L,出水。\n"]
    )


def test_hash_differs_when_a_figure_differs() -> None:
    assert content_hash("标题", ["能耗下降 30%"]) != content_hash("标题", ["能耗下降 35%"])


def test_hash_does_not_confuse_title_and_text() -> None:
    assert content_hash("甲乙", ["丙"]) != content_hash("甲", ["乙丙"])


def test_retyped_text_is_near_and_another_one_is_not() -> None:
    retyped = TEXT.replace("急需", "现急需").replace("装置", "设备")
    other = "电子级多晶硅还原炉尾气中氯硅烷与氢气的高效分离回收,要求氢气纯度不低于 99.999%,连续运行 8000 小时。"

    assert listing_similarity(("枸杞低温干燥", TEXT), ("枸杞低温干燥技术", retyped)) >= NEAR
    assert listing_similarity(("枸杞低温干燥", TEXT), ("多晶硅尾气回收", other)) < 0.1


@settings(max_examples=80)
@given(st.text(max_size=60), st.text(max_size=60))
def test_similarity_is_symmetric_and_within_bounds(a: str, b: str) -> None:
    assert similarity(a, b) == similarity(b, a)
    assert 0 <= similarity(a, b) <= 1
