from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.analysis import placed_words, query_words
from search.highlighting import SNIPPET_LENGTH, CutText, excerpt, spans


def _marked(text, found):
    return [text[start:end] for start, end in found]


def test_words_are_marked_where_they_stand_in_the_original():
    text = "３００ＫＷ 枸杞冻干生产线,枸杞酒"
    assert _marked(text, spans(CutText(text), {"300kw", "枸杞", "枸杞酒"})) == ["３００ＫＷ", "枸杞", "枸杞酒"]


def test_folding_that_changes_lengths_keeps_the_places():
    text = "㎡㎡Straße㈱枸杞"
    assert _marked(text, spans(CutText(text), {"枸杞"})) == ["枸杞"]


def test_neighbours_are_marked_as_one():
    assert spans(CutText("碳纤维复合材料"), {"碳纤维", "复合材料"}) == [(0, 7)]


def test_a_long_text_is_cut_around_what_was_found():
    text = "无关的话。" * 100 + "此处采用真空冷冻干燥与枸杞分选。" + "其余内容。" * 100
    found = excerpt(CutText(text), {"真空冷冻干燥", "枸杞"})
    assert len(found.text) <= SNIPPET_LENGTH
    assert _marked(found.text, found.spans) == ["真空冷冻干燥", "枸杞"]
    assert found.text.startswith("此处")


def test_nothing_found_gives_no_excerpt():
    assert excerpt(CutText("滩羊饲喂"), {"枸杞"}) is None


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="枸杞酒冻干㎡K0 。,", max_size=200), st.text(alphabet="枸杞酒冻干K0", max_size=6))
def test_spans_are_ordered_and_inside(text, query):
    found = excerpt(CutText(text), set(query_words(query)), length=40)
    if found is None:
        return
    assert len(found.text) <= 40
    last = 0
    for start, end in found.spans:
        assert last <= start < end <= len(found.text)
        last = end


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="枸杞酒冻干㎡Kkwz0125,./-％ ", max_size=60))
@example("1,200.50kw,0.50")
def test_no_word_of_a_text_is_passed_over_before_it_is_cut(text):
    for token, _, _ in placed_words(text):
        assert CutText(text).may_hold({token}), token
