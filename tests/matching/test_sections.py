from hypothesis import given
from hypothesis import strategies as st

from matching.sections import split_request


def test_split_request_when_form_parts_are_pasted_together():
    asked, background = split_request(
        "一、需求内容\n降低能耗。\n二、预期目标:\n能耗下降三成。\n三、现有工作基础\n厂房三栋。\n"
    )

    assert "降低能耗" in asked
    assert "能耗下降三成" in asked
    assert "厂房三栋" in background
    assert "厂房" not in asked


def test_split_request_when_there_are_no_headings():
    assert split_request("希望降低能耗,公司有一定基础。") == ("希望降低能耗,公司有一定基础。", "")


def test_split_request_when_everything_stands_under_background():
    text = "现有基础:\n厂房三栋。"

    assert split_request(text) == (text, "")


@given(st.text(alphabet="一、需求内容现有基础::\n,。能耗1(", max_size=60))
def test_split_request_when_text_is_anything_loses_nothing(text):
    asked, background = split_request(text)

    assert sorted(asked + background) == sorted(text)
