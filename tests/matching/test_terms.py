from matching.terms import MAX_TERMS, shared_terms


def test_shared_terms_when_weights_differ_are_ordered_by_weight():
    assert shared_terms({"羊肉": 1.0, "保鲜": 3.0}, "羊肉保鲜", "保鲜与羊肉") == ("保鲜", "羊肉")


def test_shared_terms_when_a_word_lies_inside_another_keeps_the_longer():
    gains = {"碳化硅": 2.0, "碳化": 3.0, "微粉": 1.0}

    assert shared_terms(gains, "碳化硅微粉", "碳化硅微粉") == ("碳化硅", "微粉")


def test_shared_terms_when_case_differs_keeps_the_writing_of_the_need():
    assert shared_terms({"agv": 1.0}, "重载AGV技术", "agv 调度") == ("AGV",)


def test_shared_terms_when_a_word_stands_in_one_text_only_is_left_out():
    assert shared_terms({"氢能": 1.0}, "氢能利用", "光伏制造") == ()


def test_shared_terms_when_there_are_many_are_cut():
    words = [f"{a}{b}" for a in "甲乙丙丁" for b in "子丑寅卯辰"]
    text = "、".join(words)

    assert len(shared_terms(dict.fromkeys(words, 1.0), text, text)) == MAX_TERMS
