"""A ranker from the corpus: graded by the cluster, measured on clusters it has not seen, adopted only where it is better."""

import json
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from itertools import islice
from shutil import copyfile
from uuid import UUID

import pytest
from typer.testing import CliRunner

from api.cli import app
from market.kernel.actor import SYSTEM, Role
from market.kernel.errors import Forbidden
from market.listings.models import ListingStatus
from market.matches import outcome_queries
from market.matches.models import MatchStatus
from matching.learning.examples import Example
from matching.learning.ranker import current_ranker
from matching.learning.training import Verdict, lists_of_today
from matching.training import ranking
from matching.training.clusters import HELD_OUT, clusters, name_of
from matching.training.ranking import divided, examples_of, train_from_corpus
from tests.factories.achievements import make_achievement
from tests.factories.listings import make_owner
from tests.factories.needs import make_need
from tests.factories.parties import actor_of, make_user
from tests.matching.learning.decisions import shown

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


def test_shipped_clusters_are_held_out_by_name():
    taught, held_out = divided(None)

    assert {name_of(one) for one in held_out} == HELD_OUT
    assert len(taught) + len(held_out) == len(SHIPPED)


def test_every_fifth_cluster_of_a_folder_is_held_out_whatever_it_is_called(tmp_path):
    names = ["NX-1", "NX-2", "NX-3", "NX-4", "NX-5", "A13", "B13"]
    for name in names:
        write_cluster(tmp_path, name.replace("-", "_"), prefix=name.partition("-")[0] + name[-1])
    same_letters = [*"abcde"]
    for name in same_letters:
        write_cluster(tmp_path, f"z{name}", prefix="NX", needs=[f"q{name}{number}" for number in range(4)])

    taught, held_out = divided(tmp_path)

    assert len(taught) == 10
    assert [cluster[0].id for cluster in held_out] == ["NX3-0", "NX-qc0"]


def write_cluster(folder, name, *, prefix, needs="0123"):
    """A cluster of so many needs that is well formed."""
    ids = [f"{prefix}-{need}{kind}" for need in needs for kind in ("", "-s", "-p", "-m")]
    lines = [json.dumps({"id": one, "title": f"题{one}", "text": f"文{one}"}) for one in ids]
    (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")


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


def test_ranker_that_would_starve_an_institute_is_not_adopted_where_nobody_has_decided_yet(
    database, clock, own, monkeypatch
):
    with database.writing() as session:
        lists_led_by_one_institute(session, clock)
    monkeypatch.setattr(ranking, "examples_of", lambda *_: taken_is_never_first())

    report = train_from_corpus(database, SYSTEM, None, clock=clock, folder=own(25))

    assert report.comparison is not None
    assert report.comparison.low > 0
    assert (report.verdict, report.comparison.starved_institutes) == (Verdict.STARVING, 1)
    with database.reading() as session:
        assert current_ranker(session) is None


def lists_led_by_one_institute(session, clock):
    """Thirty needs; first in each list stands an achievement of this one institute, and nobody has touched a pair."""
    first, rest = make_owner(session, clock), make_owner(session, clock)
    own = [make_achievement(session, clock, owner=first) for _ in range(3)]
    others = [make_achievement(session, clock, owner=rest) for _ in range(4)]
    for number in range(30):
        need = make_need(session, clock)
        for place, offer in enumerate([own[number % 3], *others]):
            shown(session, clock, need, parts_at(place), achievement=offer, listed_for_need=True)


def taken_is_never_first():
    """What a corpus would teach in which an achievement that does not state its readiness never solves anything."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Example(
            UUID(int=need),
            UUID(int=place),
            start + timedelta(days=need),
            int(place == 1 + need % 4),
            1.0,
            parts_at(place),
            True,
        )
        for need in range(60)
        for place in range(5)
    ]


def parts_at(place):
    return {"characters": 40.0 - place, "readiness": 0.5 * (place > 0)}


def test_lists_of_today_leave_out_what_is_over_and_what_another_scoring_computed(session, clock):
    need, gone = make_need(session, clock), make_need(session, clock, status=ListingStatus.WITHDRAWN)
    best, taken = (shown(session, clock, need, {"title": score}, listed_for_need=True) for score in (1.0, 3.0))
    taken.status = MatchStatus.INTERESTED
    shown(session, clock, need, {"title": 2.0}, listed_for_need=True, status=MatchStatus.DECLINED)
    shown(session, clock, need, {"title": 2.0}, listed_for_need=True, model_version="older-1")
    shown(session, clock, need, {"title": 2.0}, listed_for_need=False)
    shown(session, clock, gone, {"title": 2.0}, listed_for_need=True)
    session.flush()

    lists = [[one.achievement_id for one in examples] for examples in lists_of_today(session)]

    assert lists == [[taken.achievement_id, best.achievement_id]]


CASE = '{"id": "X01-a", "title": "题", "text": "文"}'


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (CASE, "X01-a-m"),
        ("", "missing or surplus"),
        (CASE + "\n" + CASE, "line 2: X01-a stands here twice"),
        ("{", "line 1: the line: Invalid JSON"),
        ("null", "line 1: the line: "),
        ("[1]", "line 1: the line: "),
        (CASE.replace('"文"', "7"), "line 1: text: "),
        (CASE.replace('"题"', '" "'), "line 1: title: "),
        (CASE.replace("X01-a", "X01"), "line 1: id: "),
        (CASE.replace("title", "name"), "line 1: title: "),
        (CASE.replace("}", ', "more": 1}'), "line 1: more: "),
    ],
)
def test_broken_cluster_is_refused_by_file_and_line(tmp_path, content, named):
    (tmp_path / "X01.jsonl").write_text(content, encoding="utf-8")

    with pytest.raises(ValueError, match=re.escape(named)) as refused:
        clusters(tmp_path)
    assert "X01.jsonl" in str(refused.value)


def test_need_that_stands_in_two_files_is_refused(tmp_path):
    write_cluster(tmp_path, "one", prefix="X")
    write_cluster(tmp_path, "two", prefix="X")

    with pytest.raises(ValueError, match=r"two\.jsonl: X-0 stands in one\.jsonl too"):
        clusters(tmp_path)


def test_folder_without_clusters_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no file ends in"):
        divided(tmp_path)


@pytest.fixture
def environment(tmp_path):
    """A market of its own, up to date and empty."""
    values = {"TECHMARKET_DATABASE_URL": f"sqlite:///{tmp_path / 'market.db'}"}
    CliRunner().invoke(app, ["migrate"], env=values)
    return values


def test_command_names_a_broken_cluster(tmp_path, environment):
    (tmp_path / "X01.jsonl").write_text(CASE, encoding="utf-8")

    result = CliRunner().invoke(app, ["train", "--corpus", "--clusters", str(tmp_path)], env=environment)

    assert result.exit_code == 2
    assert "X01.jsonl" in result.output
    assert "判例组文件有误" in result.output


def test_command_tells_that_the_model_cannot_be_reached(tmp_path, environment):
    write_cluster(tmp_path, "X01", prefix="X01")
    unreachable = {"TECHMARKET_EMBEDDING_URL": "http://127.0.0.1:9/v1", "TECHMARKET_EMBEDDING_MODEL": "any"}

    result = CliRunner().invoke(app, ["train", "--corpus", "--clusters", str(tmp_path)], env=environment | unreachable)

    assert result.exit_code == 1
    assert "语义模型暂时不可用" in result.output


def test_command_wants_clusters_only_with_the_corpus(tmp_path):
    result = CliRunner().invoke(app, ["train", "--decisions", "--clusters", str(tmp_path)])

    assert result.exit_code == 2
    assert "四者选一" in result.output
