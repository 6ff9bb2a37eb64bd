"""What every engine promises; runs on each of them."""

import random
import threading
from uuid import UUID, uuid4

import pytest

from market.kernel.outbox import Subject
from search.building import build_from
from search.engine import (
    ANY,
    AnyOf,
    CodeField,
    EngineQuery,
    IndexDocument,
    NoneOf,
    NoPreviousIndex,
    NumberField,
    Outcome,
    Removal,
    Sort,
    Term,
    TextField,
    Within,
)

TITLE = TextField.TITLE


def document(number, *tokens, version=1, subject=Subject.ACHIEVEMENT, texts=None, codes=None, **numbers):
    return IndexDocument(
        subject,
        UUID(int=number),
        version,
        {field: " ".join(words) for field, words in {TITLE: tokens, **(texts or {})}.items()},
        {CodeField.SUBJECT: [subject], **(codes or {})},
        {NumberField(name): value for name, value in numbers.items()},
    )


def one(token, field=TITLE, boost=1.0):
    return (Term(field, token, boost),)


def numbers_of(engine, **query):
    return [hit.subject_id.int for hit in engine.search(EngineQuery(**query)).hits]


def walk(engine, size, **query):
    """All hits through cursors."""
    found, after = [], None
    while True:
        page = engine.search(EngineQuery(size=size, after=after, **query))
        found.extend(page.hits)
        if len(page.hits) < size:
            return found, page.total
        after = page.hits[-1].sort_key


def test_a_change_is_visible_when_apply_returns(engine):
    results = engine.apply([document(1, "枸杞"), document(2, "滩羊")])
    assert [result.outcome for result in results] == [Outcome.APPLIED, Outcome.APPLIED]
    assert numbers_of(engine, required=(one("枸杞"),)) == [1]


def test_a_newer_version_replaces_and_an_older_one_is_stale(engine):
    engine.apply([document(1, "新", version=3)])
    assert engine.apply([document(1, "旧", version=2)])[0].outcome is Outcome.STALE
    assert numbers_of(engine, required=(one("旧"),)) == []
    assert engine.apply([document(1, "更新", version=4)])[0].outcome is Outcome.APPLIED
    assert numbers_of(engine, required=(one("新"),)) == []
    assert engine.health().documents == 1


def test_the_same_version_again_changes_nothing(engine):
    for _ in range(3):
        assert engine.apply([document(1, "枸杞", version=2)])[0].outcome is Outcome.APPLIED
    assert engine.search(EngineQuery()).total == 1


def test_versions_count_within_one_batch(engine):
    results = engine.apply([document(1, "甲", version=2), document(1, "乙", version=1), document(1, "丙", version=3)])
    assert [result.outcome for result in results] == [Outcome.APPLIED, Outcome.STALE, Outcome.APPLIED]
    assert numbers_of(engine, required=(one("丙"),)) == [1]
    assert engine.search(EngineQuery()).total == 1


def test_what_was_removed_does_not_come_back_by_a_late_write(engine):
    engine.apply([document(1, "枸杞", version=1)])
    engine.apply([Removal(Subject.ACHIEVEMENT, UUID(int=1), 5)])
    assert engine.apply([document(1, "枸杞", version=4)])[0].outcome is Outcome.STALE
    assert engine.search(EngineQuery()).total == 0
    assert list(engine.versions()) == []
    assert engine.title_tokens_with_prefix("枸", 5) == []
    assert engine.apply([document(1, "枸杞", version=6)])[0].outcome is Outcome.APPLIED
    assert numbers_of(engine) == [1]


def test_removing_what_was_never_there_is_remembered(engine):
    assert engine.apply([Removal(Subject.NEED, UUID(int=9), 2)])[0].outcome is Outcome.APPLIED
    assert engine.apply([document(9, "迟到", version=1, subject=Subject.NEED)])[0].outcome is Outcome.STALE


def test_a_document_that_cannot_be_held_is_rejected_and_the_rest_applied(engine):
    results = engine.apply([document(1, "甲", price_fen=2**70), document(2, "乙")])
    assert [result.outcome for result in results] == [Outcome.REJECTED, Outcome.APPLIED]
    assert numbers_of(engine) == [2]


def test_each_required_group_must_match(engine):
    engine.apply([document(1, "枸杞", "冻干"), document(2, "枸杞"), document(3, "冻干", "分选")])
    assert numbers_of(engine, required=(one("枸杞"), one("冻干"))) == [1]
    either = (Term(TITLE, "枸杞"), Term(TITLE, "分选"))
    assert sorted(numbers_of(engine, required=(either,))) == [1, 2, 3]
    assert numbers_of(engine, required=((),)) == []


def test_optional_terms_only_raise_the_score(engine):
    engine.apply([document(1, "枸杞", "分选"), document(2, "枸杞", "冻干")])
    assert numbers_of(engine, required=(one("枸杞"),), optional=one("冻干")) == [2, 1]


def test_boosts_multiply(engine):
    engine.apply([document(number, "枸杞", str(number)) for number in (1, 2, 3)])
    plain = engine.search(EngineQuery(required=(one("枸杞"),))).hits[0].score
    boosted = engine.search(EngineQuery(required=(one("枸杞", boost=2.5),))).hits[0].score
    assert boosted == pytest.approx(2.5 * plain, rel=1e-5)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ((ANY, "licence"), [1, 2, 4]),
        ((ANY,), [1]),
        ((ANY, "AN", "ANYWAY"), [1, 6, 7]),
        ((ANY, "A", "equity"), [1, 5]),
        (("licence",), [2, 4]),
    ],
)
def test_what_has_no_restriction_passes_and_what_has_another_does_not(engine, wanted, found):
    ways = [[ANY], ["licence"], ["transfer"], ["licence", "transfer"], ["A"], ["AN"], ["ANYWAY"], ["ANT"], ["BANY"]]
    allowed = {CodeField.ALLOWED_REGION: [ANY]}
    engine.apply(
        [document(number, "枸杞", codes={CodeField.TRANSFER_WAY: own, **allowed}) for number, own in enumerate(ways, 1)]
    )
    engine.apply([document(20, "枸杞", subject=Subject.NEED, codes={CodeField.TRANSFER_WAY: [ANY], **allowed})])
    filters = (AnyOf(CodeField.SUBJECT, (Subject.ACHIEVEMENT,)), AnyOf(CodeField.TRANSFER_WAY, wanted))

    assert sorted(numbers_of(engine, filters=filters)) == found
    assert sorted(numbers_of(engine, filters=filters, required=(one("枸杞"),))) == found


def test_filters_do_not_change_scores(engine):
    engine.apply([document(1, "枸杞", codes={CodeField.REGION: ["640100", "640000"]}, trl=5), document(2, "枸杞")])
    plain = {hit.subject_id: hit.score for hit in engine.search(EngineQuery(required=(one("枸杞"),))).hits}
    filters = (AnyOf(CodeField.REGION, ("640000",)), Within(NumberField.READINESS, 1, 9))
    filtered = engine.search(EngineQuery(required=(one("枸杞"),), filters=filters)).hits
    assert [(hit.subject_id, hit.score) for hit in filtered] == [(UUID(int=1), plain[UUID(int=1)])]


def test_code_filters(engine):
    engine.apply(
        [
            document(1, "a", codes={CodeField.STAGE: ["early"]}),
            document(2, "a", codes={CodeField.STAGE: ["mature"]}),
            document(3, "a"),
        ]
    )
    stage = CodeField.STAGE
    assert numbers_of(engine, filters=(AnyOf(stage, ("early",)),)) == [1]
    assert numbers_of(engine, filters=(AnyOf(stage, ("early", "mature", "none")),)) == [1, 2]
    assert numbers_of(engine, filters=(AnyOf(stage, ()),)) == []
    assert numbers_of(engine, filters=(NoneOf(stage, ("early", "mature")),)) == [3]
    assert numbers_of(engine, filters=(NoneOf(stage, ()),)) == [1, 2, 3]


def test_number_filters_with_and_without_a_value(engine):
    engine.apply([document(1, "a", trl=3), document(2, "a", trl=7), document(3, "a")])
    trl = NumberField.READINESS
    assert numbers_of(engine, filters=(Within(trl, low=4),)) == [2]
    assert numbers_of(engine, filters=(Within(trl, high=7),)) == [1, 2]
    assert numbers_of(engine, filters=(Within(trl, low=3, high=3),)) == [1]
    assert numbers_of(engine, filters=(Within(trl, low=4, or_missing=True),)) == [2, 3]
    assert numbers_of(engine, filters=(Within(trl),)) == [1, 2]
    assert numbers_of(engine, filters=(Within(trl, or_missing=True),)) == [1, 2, 3]


def test_sorting_puts_what_has_no_value_last(engine):
    engine.apply([document(1, "a", price_fen=300), document(2, "a"), document(3, "a", price_fen=0, published_at=5)])
    assert numbers_of(engine, sort=Sort.PRICE_LOW) == [3, 1, 2]
    assert numbers_of(engine, sort=Sort.PRICE_HIGH) == [1, 3, 2]
    assert numbers_of(engine, sort=Sort.NEWEST) == [3, 1, 2]
    assert numbers_of(engine) == [1, 2, 3]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("required", [(), (one("甲"),)])
def test_cursors_neither_repeat_nor_skip(engine, sort, required):
    chance = random.Random(7)  # noqa: S311
    engine.apply(
        [
            document(
                chance.getrandbits(127),
                *chance.choices("甲乙丙丁", k=chance.randint(1, 4)),
                published_at=chance.randint(1, 4),
                **({"price_fen": chance.randint(0, 3)} if chance.random() < 0.7 else {}),
            )
            for _ in range(120)
        ]
    )
    whole = engine.search(EngineQuery(required=required, sort=sort, size=200))
    hits, total = walk(engine, 7, required=required, sort=sort)
    assert total == whole.total == len(hits)
    assert [hit.sort_key for hit in hits] == [hit.sort_key for hit in whole.hits]
    assert len({hit.subject_id for hit in hits}) == total


def test_facets_count_all_hits_and_every_value(engine):
    engine.apply(
        [document(number, "枸杞", codes={CodeField.REGION: [f"r{number % 3}", "root"]}) for number in range(1, 31)]
        + [document(99, "滩羊", codes={CodeField.REGION: ["r0"]})]
    )
    result = engine.search(EngineQuery(required=(one("枸杞"),), size=2, facets=(CodeField.REGION, CodeField.STAGE)))
    assert result.total == 30
    assert result.facets[CodeField.REGION] == {"root": 30, "r0": 10, "r1": 10, "r2": 10}
    assert result.facets[CodeField.STAGE] == {}


def test_frequencies_and_prefixes(engine):
    engine.apply([document(1, "枸杞", "枸杞酒"), document(2, "枸杞"), document(3, "滩羊")])
    assert engine.document_frequencies(TITLE, ["枸杞", "枸杞酒", "没有"]) == {"枸杞": 2, "枸杞酒": 1, "没有": 0}
    assert engine.title_tokens_with_prefix("枸", 5) == ["枸杞", "枸杞酒"]
    assert engine.title_tokens_with_prefix("枸", 1) == ["枸杞"]
    assert engine.title_tokens_with_prefix("\x00(", 5) == []


def test_rebuild_replaces_everything_and_forgets_removals(engine):
    engine.apply([document(1, "旧"), Removal(Subject.NEED, UUID(int=2), 9)])
    steps = []
    assert build_from(engine, iter([document(3, "新"), document(4, "新")]), steps.append) == 2
    assert numbers_of(engine) == [3, 4]
    assert steps[-1] == 2
    assert engine.apply([document(2, "新", version=1, subject=Subject.NEED)])[0].outcome is Outcome.APPLIED
    assert min(engine.versions()) == (Subject.ACHIEVEMENT, UUID(int=3), 1)


def test_a_build_is_unseen_until_it_is_activated(engine):
    engine.apply([document(1, "旧")])
    with engine.building() as build:
        assert build.add([document(2, "新"), document(3, "新")]) == []
        assert [one.outcome for one in build.apply([document(2, "更新", version=2)])] == [Outcome.APPLIED]
        assert [one.outcome for one in build.apply([document(2, "更旧", version=1)])] == [Outcome.STALE]
        assert sorted(version for _, _, version in build.versions()) == [1, 2]
        assert numbers_of(engine) == [1]
        build.activate(lambda _: [])
    assert numbers_of(engine) == [2, 3]
    assert numbers_of(engine, required=(one("更新"),)) == [2]


def test_a_build_that_fails_is_dropped(engine):
    engine.apply([document(1, "旧")])

    def documents():
        yield document(2, "新")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        build_from(engine, documents())
    assert numbers_of(engine) == [1]
    engine.apply([document(3, "后")])
    assert numbers_of(engine) == [1, 3]


def test_a_document_refused_while_building_is_not_held_and_the_rest_is(engine):
    with engine.building() as build:
        build.add([document(1, "甲", price_fen=2**70), document(2, "乙")])
        assert [subject_id.int for _, subject_id, _ in build.versions()] == [2]
        assert [one.outcome for one in build.apply([document(1, "甲", price_fen=2**70)])] == [Outcome.REJECTED]
        build.activate(lambda _: [])
    assert numbers_of(engine) == [2]


def test_what_is_written_while_an_index_is_built_is_never_missing(engine):
    rows = {number: document(number, "枸杞") for number in range(1, 6)}
    engine.apply(list(rows.values()))
    with engine.building() as build:
        build.add([rows[number] for number in (1, 2, 3)])
        rows[6] = document(6, "枸杞")
        rows[1] = document(1, "枸杞", "改", version=2)
        rows[2] = Removal(Subject.ACHIEVEMENT, UUID(int=2), 2)
        engine.apply([rows[6], rows[1], rows[2]])
        build.add([rows[number] for number in (4, 5)])
        build.activate(lambda keys: [rows[key.int] for _, key in keys])
        assert numbers_of(engine) == [1, 3, 4, 5, 6]
    assert numbers_of(engine, required=(one("改"),)) == [1]
    assert engine.apply([document(2, "枸杞", version=1)])[0].outcome is Outcome.STALE


def test_rollback_takes_the_index_before_into_use_and_can_be_taken_back(engine):
    build_from(engine, [document(1, "甲")])
    build_from(engine, [document(2, "乙")])
    engine.rollback()
    assert numbers_of(engine) == [1]
    engine.apply([document(3, "丙")])
    assert numbers_of(engine) == [1, 3]
    engine.rollback()
    assert numbers_of(engine) == [2]


def test_rollback_without_an_earlier_index_says_so(engine):
    with pytest.raises(NoPreviousIndex):
        engine.rollback()


def test_searches_go_on_while_the_index_is_rebuilt_and_written(engine):
    engine.apply([document(number, "枸杞") for number in range(1, 21)])
    failures, stop = [], threading.Event()

    def search():
        while not stop.is_set():
            total = engine.search(EngineQuery(required=(one("枸杞"),))).total
            if total < 20:
                failures.append(total)

    def write():
        while not stop.is_set():
            engine.apply([document(uuid4().int, "枸杞")])

    threads = [threading.Thread(target=search) for _ in range(2)] + [threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        build_from(engine, (document(number, "枸杞") for number in range(1, 21)))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_health_never_raises(engine):
    assert engine.health().is_up
    engine.close()
    engine.health()
