"""A ranker from the corpus: graded by the cluster, measured on clusters it has not seen, adopted only where it is better."""

from importlib.resources import as_file, files
from itertools import islice
from shutil import copyfile

import pytest
from typer.testing import CliRunner

from api.cli import app
from market.kernel.actor import SYSTEM, Role
from market.kernel.errors import Forbidden
from market.matches import outcome_queries
from matching.learning.ranker import current_ranker
from matching.learning.training import Verdict
from matching.training.clusters import HELD_OUT, clusters, name_of
from matching.training.ranking import divided, examples_of, train_from_corpus
from tests.factories.parties import actor_of, make_user

SHIPPED = clusters()


@pytest.fixture
def own(tmp_path):
    """A folder with so many clusters, none of which is held out by name."""

    def write(count: int):
        with as_file(files("matching.training") / "corpus") as corpus:
            shipped = (one for one in sorted(corpus.glob("*.jsonl")) if one.stem not in HELD_OUT)
            for one in islice(shipped, count):
                copyfile(one, tmp_path / one.name)
        return tmp_path

    return write


def test_shipped_clusters_are_held_out_by_name_and_others_every_fifth(own):
    taught, held_out = divided(SHIPPED)
    assert {name_of(one) for one in held_out} == HELD_OUT
    assert len(taught) + len(held_out) == len(SHIPPED)

    taught, held_out = divided(clusters(own(11)))
    assert (len(taught), len(held_out)) == (9, 2)


def test_documents_are_graded_for_their_own_need_alone():
    shown = []
    examples = examples_of(SHIPPED[:3], None, lambda done, total: shown.append((done, total)))

    by_need = {}
    for one in examples:
        by_need.setdefault(one.need_id, []).append(one)
    assert len(by_need) == 12
    for pairs in by_need.values():
        assert sorted(one.grade for one in pairs if one.grade) == [2, 3, 3]
        assert sum(one.grade == 0 for one in pairs) >= 9
    assert len({one.at for one in examples}) == 3
    assert all("words" in one.parts for one in examples)


def test_too_few_clusters_change_nothing(database, clock, own):
    report = train_from_corpus(database, SYSTEM, None, clock=clock, folder=own(6))

    assert report.verdict is Verdict.TOO_FEW_NEEDS
    with database.reading() as session:
        assert outcome_queries.ranker_in_force(session) is None


@pytest.mark.slow
@pytest.mark.once
def test_what_is_not_proved_better_on_unseen_clusters_is_kept_but_not_used(database, clock, own):
    report = train_from_corpus(database, SYSTEM, None, clock=clock, folder=own(25))

    assert report.comparison is not None
    assert report.comparison.needs == 20
    assert report.verdict is (Verdict.NOT_BETTER if report.comparison.low <= 0 else Verdict.ADOPTED)
    assert report.number == 1
    with database.reading() as session:
        assert (current_ranker(session) is not None) is (report.comparison.low > 0)


def test_only_who_operates_the_system_may_train(session, database, clock, own):
    actor = actor_of(make_user(session, clock, role=Role.ENTERPRISE))

    with pytest.raises(Forbidden):
        train_from_corpus(database, actor, None, clock=clock, folder=own(1))


def test_command_names_a_broken_cluster(tmp_path):
    (tmp_path / "X01.jsonl").write_text('{"id": "X01-a", "title": "题", "text": "文"}\n', encoding="utf-8")
    environment = {"TECHMARKET_DATABASE_URL": f"sqlite:///{tmp_path / 'market.db'}"}
    CliRunner().invoke(app, ["migrate"], env=environment)

    result = CliRunner().invoke(app, ["train", "--corpus", "--clusters", str(tmp_path)], env=environment)

    assert result.exit_code == 2
    assert "X01.jsonl" in result.output
    assert "判例组文件有误" in result.output


def test_command_wants_clusters_only_with_the_corpus(tmp_path):
    result = CliRunner().invoke(app, ["train", "--decisions", "--clusters", str(tmp_path)])

    assert result.exit_code == 2
    assert "四者选一" in result.output
