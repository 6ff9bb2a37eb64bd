from pathlib import Path

from matching.indicators.evaluation import half, measure, sentences

_JUDGED = sentences(Path(__file__).with_name("judged.jsonl").read_text(encoding="utf-8").splitlines())


def test_judged_set_is_as_large_as_promised():
    assert len(_JUDGED) >= 300
    assert sum(not one.truths for one in _JUDGED) >= 30


def test_reading_is_right_when_nobody_looked_at_the_sentences():
    figures = measure(half(_JUDGED, first=False))
    assert figures.precision >= 0.85
    assert figures.recall >= 0.84


def test_reading_is_right_when_the_sentences_were_seen():
    figures = measure(half(_JUDGED, first=True))
    assert figures.precision >= 0.93
    assert figures.recall >= 0.91
