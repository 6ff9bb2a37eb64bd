"""Vectors come by themselves, follow every change, survive every kill, and an old model serves until the new one has done."""

import pytest
import sqlalchemy as sa

from market.kernel.outbox import Subject
from market.listings.models import ListingStatus
from market.matches import pairing_queue, vector_queries
from market.matches.models import PairingEntry
from market.needs.models import Need
from matching.embedding import upkeep
from matching.embedding.embedder import EmbedderUnavailable
from tests.matching.embedding.market import Recorded, post, stored_ids


@pytest.fixture
def embedder():
    return Recorded()


@pytest.fixture
def finish(database, clock):
    def finish(embedder):
        return upkeep.embed_all(database, embedder, clock=clock, progress=lambda *_: None)

    return finish


def change(database, need, **values):
    with database.writing() as session:
        row = session.get(Need, need.id)
        for name, value in values.items():
            setattr(row, name, value)


def serving(database):
    with database.reading() as session:
        model = vector_queries.serving_model(session)
        return None if model is None else model.version


def queued(database):
    with database.writing() as session:
        found = {row.subject_id for row in session.execute(sa.select(PairingEntry.subject_id))}
        session.execute(sa.delete(PairingEntry))
    return found


def test_every_live_listing_gets_a_vector_and_then_all_are_paired(database, clock, embedder, finish) -> None:
    needs, achievements = post(database, clock, needs=3, achievements=2)

    assert finish(embedder) == 5

    assert stored_ids(database, Subject.NEED) == {row.id for row in needs}
    assert stored_ids(database, Subject.ACHIEVEMENT) == {row.id for row in achievements}
    assert upkeep.waiting(database, embedder) == (0, 5)
    assert queued(database) == {row.id for row in (*needs, *achievements)}
    assert finish(embedder) == 0
    assert queued(database) == set()


def test_changed_text_is_embedded_anew_and_the_listing_paired_again(database, clock, embedder, finish) -> None:
    (need, other), _ = post(database, clock, needs=2)
    finish(embedder)
    queued(database)
    embedder.asked.clear()

    change(database, need, title="另一个题目")
    finish(embedder)

    assert [text.splitlines()[0] for text in embedder.asked] == ["need: 另一个题目"]
    assert queued(database) == {need.id}
    assert stored_ids(database, Subject.NEED) == {need.id, other.id}


def test_change_that_leaves_the_text_alone_costs_no_embedding(database, clock, embedder, finish) -> None:
    (need,), _ = post(database, clock, needs=1)
    finish(embedder)
    queued(database)
    embedder.asked.clear()

    change(database, need, min_trl=7, background="与所求无关的另一段背景")
    assert upkeep.waiting(database, embedder) == (1, 1)
    finish(embedder)

    assert upkeep.waiting(database, embedder) == (0, 1)
    assert embedder.asked == []
    assert queued(database) == set()


def test_equal_texts_are_embedded_once(database, clock, embedder, finish) -> None:
    (need, twin), _ = post(database, clock, needs=2)
    change(database, twin, title=need.title, problem=need.problem)

    finish(embedder)

    assert len(embedder.asked) == 1
    assert stored_ids(database, Subject.NEED) == {need.id, twin.id}


def test_withdrawn_listing_loses_its_vector_and_gets_it_back_without_the_model(
    database, clock, embedder, finish
) -> None:
    (need,), _ = post(database, clock, needs=1)
    finish(embedder)
    embedder.asked.clear()

    change(database, need, status=ListingStatus.WITHDRAWN)
    finish(embedder)
    assert stored_ids(database, Subject.NEED) == set()

    change(database, need, status=ListingStatus.PUBLISHED)
    finish(embedder)
    assert stored_ids(database, Subject.NEED) == {need.id}
    assert embedder.asked == []


def test_text_that_needs_consent_never_reaches_the_model(database, clock, embedder, finish) -> None:
    (need,), _ = post(database, clock, needs=1)
    change(database, need, problem="只给同意者看的工艺参数", disclosure={"problem": "consent"})

    finish(embedder)

    assert embedder.asked
    assert not any("工艺参数" in text for text in embedder.asked)


def test_draft_is_not_embedded(database, clock, embedder, finish) -> None:
    (need,), _ = post(database, clock, needs=1)
    change(database, need, status=ListingStatus.DRAFT)

    assert finish(embedder) == 0
    assert embedder.asked == []


class Killed(BaseException):
    """The process ends here."""


def test_killed_run_goes_on_where_the_last_batch_was_stored(database, clock, embedder, monkeypatch) -> None:
    monkeypatch.setattr(upkeep, "_BATCH", 4)
    post(database, clock, needs=6, achievements=6)

    def kill_after_two_batches(done: int, _total: int) -> None:
        if done >= 8:
            raise Killed

    with pytest.raises(Killed):
        upkeep.embed_all(database, embedder, clock=clock, progress=kill_after_two_batches)
    assert len(embedder.asked) == 8

    seen = []
    upkeep.embed_all(database, embedder, clock=clock, progress=lambda done, total: seen.append((done, total)))

    assert len(embedder.asked) == 12, "nothing was embedded twice"
    assert seen[0] == (8, 12)
    assert seen[-1] == (12, 12)


def test_kill_between_embedding_and_storing_loses_only_that_batch(
    database, clock, embedder, monkeypatch, finish
) -> None:
    post(database, clock, needs=2)
    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "_store", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            upkeep.step(database, embedder, clock=clock)
    assert stored_ids(database, Subject.NEED) == set()

    assert finish(embedder) == 2


def test_endpoint_that_is_away_loses_nothing(database, clock, embedder, finish) -> None:
    post(database, clock, needs=2)
    embedder.fails = True
    with pytest.raises(EmbedderUnavailable):
        finish(embedder)

    embedder.fails = False
    assert finish(embedder) == 2


def test_refused_text_keeps_no_other_listing_waiting(database, clock, embedder, finish) -> None:
    (bad, good), _ = post(database, clock, needs=2)
    change(database, bad, title="被拒绝的题目")
    embedder.refused = "被拒绝"

    finish(embedder)

    assert stored_ids(database, Subject.NEED) == {good.id}
    assert upkeep.waiting(database, embedder) == (0, 2)


def test_old_model_serves_until_the_new_one_has_embedded_everything(
    database, clock, embedder, monkeypatch, finish
) -> None:
    needs, _ = post(database, clock, needs=5)
    finish(embedder)
    queued(database)
    monkeypatch.setattr(upkeep, "_BATCH", 2)
    newer = Recorded("newer")

    upkeep.step(database, newer, clock=clock)
    upkeep.step(database, newer, clock=clock)
    assert serving(database) == upkeep.model_version(embedder)
    assert stored_ids(database, Subject.NEED) == {row.id for row in needs}
    assert queued(database) == set()

    finish(newer)
    assert serving(database) == upkeep.model_version(newer)
    assert queued(database) == {row.id for row in needs}
    with database.reading() as session:
        assert len(vector_queries.model_ids(session)) == 1, "the old model's vectors are gone"


def test_complete_model_serves_even_if_the_old_one_has_embedded_more(database, clock, embedder, finish) -> None:
    needs, _ = post(database, clock, needs=3)
    finish(embedder)
    change(database, needs[0], status=ListingStatus.WITHDRAWN)
    newer = Recorded("newer")

    while not upkeep.step(database, newer, clock=clock).is_completed:
        pass

    assert serving(database) == upkeep.model_version(newer)


def test_model_is_not_complete_without_what_was_posted_while_its_last_batch_was_embedded(
    database, clock, embedder
) -> None:
    post(database, clock, needs=1)
    embed = embedder.embed_needs

    def embed_while_somebody_posts(texts):
        if not embedder.asked:
            post(database, clock, needs=1)
        return embed(texts)

    embedder.embed_needs = embed_while_somebody_posts

    assert not upkeep.step(database, embedder, clock=clock).is_completed
    assert upkeep.step(database, embedder, clock=clock).is_completed


def test_listing_that_is_posted_while_models_change_is_in_the_new_one(database, clock, embedder, finish) -> None:
    post(database, clock, needs=2)
    finish(embedder)
    newer = Recorded("newer")
    upkeep.step(database, newer, clock=clock)
    (late,), _ = post(database, clock, needs=1)

    finish(newer)

    assert late.id in stored_ids(database, Subject.NEED)


def test_going_back_to_the_old_model_embeds_anew_and_serves(database, clock, embedder, finish) -> None:
    needs, _ = post(database, clock, needs=2)
    finish(embedder)
    finish(Recorded("newer"))

    finish(embedder)

    assert serving(database) == upkeep.model_version(embedder)
    assert stored_ids(database, Subject.NEED) == {row.id for row in needs}


def test_older_program_leaves_a_model_alone_that_is_still_being_filled(
    database, clock, embedder, monkeypatch, finish
) -> None:
    post(database, clock, needs=5)
    finish(embedder)
    monkeypatch.setattr(upkeep, "_BATCH", 2)
    newer = Recorded("newer")
    upkeep.step(database, newer, clock=clock)

    finish(embedder)

    with database.reading() as session:
        assert len(vector_queries.model_ids(session)) == 2


def test_pairing_queue_holds_no_listing_of_an_unfinished_model(database, clock, embedder, monkeypatch) -> None:
    monkeypatch.setattr(upkeep, "_BATCH", 2)
    post(database, clock, needs=5)

    upkeep.step(database, embedder, clock=clock)

    with database.reading() as session:
        assert pairing_queue.waiting(session) == 0


def refuse_titles(database, needs) -> None:
    for need in needs:
        change(database, need, title=f"被拒绝的题目{need.id}")


def test_model_that_refuses_many_texts_takes_nothing_from_the_one_before(database, clock, embedder, finish) -> None:
    needs, _ = post(database, clock, needs=10)
    refuse_titles(database, needs[:2])
    finish(embedder)
    newer = Recorded("newer")
    newer.refused = "被拒绝"

    finish(newer)

    assert serving(database) == upkeep.model_version(embedder)
    assert stored_ids(database, Subject.NEED) == {row.id for row in needs}
    assert upkeep.refused(database, newer) == (2, True)


def test_model_that_refuses_a_text_in_ten_takes_the_place_of_the_one_before(database, clock, embedder, finish) -> None:
    needs, _ = post(database, clock, needs=20)
    refuse_titles(database, needs[:2])
    finish(embedder)
    newer = Recorded("newer")
    newer.refused = "被拒绝"

    finish(newer)

    assert serving(database) == upkeep.model_version(newer)
    assert upkeep.refused(database, newer) == (2, False)


def test_refused_texts_are_asked_again_only_when_told_to_and_then_the_model_serves(
    database, clock, embedder, finish
) -> None:
    needs, _ = post(database, clock, needs=3)
    refuse_titles(database, needs)
    finish(embedder)
    newer = Recorded("newer")
    newer.refused = "被拒绝"
    finish(newer)
    newer.refused = ""
    assert finish(newer) == 0, "nobody is asked for ever"

    upkeep.retry_refused(database, newer)
    assert finish(newer) == 3

    assert serving(database) == upkeep.model_version(newer)
    assert stored_ids(database, Subject.NEED) == {row.id for row in needs}


def test_blanks_of_a_complete_model_are_mended_where_readers_see_it(database, clock, embedder, finish) -> None:
    needs, _ = post(database, clock, needs=2)
    embedder.refused = needs[1].title
    finish(embedder)
    queued(database)
    with database.reading() as session:
        seen = vector_queries.last_seq(session)
    embedder.refused = ""

    upkeep.retry_refused(database, embedder)
    finish(embedder)

    with database.reading() as session:
        model = vector_queries.serving_model(session)
        changes = vector_queries.changed_since(session, model.id, Subject.NEED, seen, 10)
    assert [(row.subject_id, bool(row.vector)) for row in changes] == [(needs[1].id, True)]
    assert queued(database) == {needs[1].id}


def test_of_two_unfinished_models_the_one_with_vectors_serves(database, clock, embedder) -> None:
    needs, _ = post(database, clock, needs=70)
    upkeep.step(database, embedder, clock=clock)
    newer = Recorded("newer")
    newer.refused = "need"

    upkeep.embed_all(database, newer, clock=clock, progress=lambda *_: None)

    assert serving(database) == upkeep.model_version(embedder)
    assert len(stored_ids(database, Subject.NEED)) == len(needs) - 6
