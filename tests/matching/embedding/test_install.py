"""Installing the model: pinned by hash, whole or not at all, from the network or from a jar."""

import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from market.kernel.settings import Settings
from matching.embedding import install as installing
from matching.embedding import model_files
from matching.embedding.embedder import open_embedder
from matching.embedding.install import ModelNotFetched, install
from matching.embedding.model_files import ModelDamaged


@pytest.fixture
def jar(files, tmp_path, monkeypatch) -> Path:
    """A jar that holds the model; it is not the published one byte for byte, so its hash is pinned for the test."""
    path = tmp_path / "model.jar"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(files.graph, files.graph.name)
        archive.write(files.tokenizer, files.tokenizer.name)
    for module in (installing, model_files):
        monkeypatch.setattr(module, "JAR_SHA256", model_files.sha256_of(path))
    return path


def test_jar_is_installed_without_network_and_a_second_time_changes_nothing(jar, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(installing, "_artifact", lambda _coordinate: pytest.fail("asked the network"))
    folder = tmp_path / "models"

    first = install(folder, jar=jar)
    before = first.graph.stat()
    again = install(folder)

    assert again == first
    assert again.graph.stat().st_mtime_ns == before.st_mtime_ns
    assert [path.name for path in folder.iterdir()] == [first.graph.parent.name]


def test_other_jar_than_the_pinned_one_is_refused_and_leaves_nothing(tmp_path) -> None:
    other = tmp_path / "other.jar"
    other.write_bytes(b"something else")

    with pytest.raises(ModelNotFetched):
        install(tmp_path / "models", jar=other)

    assert not (tmp_path / "models").exists()


def test_damaged_model_is_noticed_not_used_and_put_right(jar, tmp_path, caplog) -> None:
    settings = Settings(model_dir=tmp_path / "models")
    found = install(settings.effective_model_dir, jar=jar)
    with found.graph.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\0\0\0\1")

    with pytest.raises(ModelDamaged):
        model_files.installed(settings.effective_model_dir)
    assert open_embedder(settings) is None
    assert "damaged" in caplog.text

    install(settings.effective_model_dir, jar=jar)

    assert model_files.installed(settings.effective_model_dir) == found


def test_killed_installation_leaves_no_half_model(jar, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(installing, "_put_in_place", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))

    with pytest.raises(KeyboardInterrupt):
        install(tmp_path / "models", jar=jar)

    assert not model_files.is_installed(tmp_path / "models")


def test_several_processes_may_install_at_once(jar, tmp_path) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = set(pool.map(lambda _: install(tmp_path / "models", jar=jar), range(3)))

    assert len(found) == 1


def test_machine_without_model_goes_on_by_words_and_says_so(tmp_path, caplog) -> None:
    assert open_embedder(Settings(model_dir=tmp_path)) is None
    assert "matching goes by words alone" in caplog.text


def test_setup_goes_on_without_the_model_but_says_so_loudly(tmp_path, monkeypatch) -> None:
    def unreachable(_coordinate: str) -> None:
        raise OSError("no route")

    monkeypatch.setattr(installing, "_artifact", unreachable)
    monkeypatch.setenv("TECHMARKET_MODEL_DIR", str(tmp_path))

    optional = CliRunner().invoke(app, ["model", "install", "--optional"])
    required = CliRunner().invoke(app, ["model", "install"])

    assert (optional.exit_code, required.exit_code) == (0, 1)
    assert "语义模型没有装上" in optional.output
    assert CliRunner().invoke(app, ["model", "status"]).exit_code == 1


def test_status_names_the_model_that_is_used(files, monkeypatch) -> None:
    monkeypatch.setenv("TECHMARKET_MODEL_DIR", str(files.graph.parent.parent))

    result = CliRunner().invoke(app, ["model", "status"])

    assert result.exit_code == 0
    assert model_files.NAME in result.output


def test_first_install_fetches_into_an_empty_maven_repository(files, tmp_path, monkeypatch) -> None:
    """The jar that the network would give lies in a folder that stands for the Maven repository."""
    published = tmp_path / "published.jar"
    with zipfile.ZipFile(published, "w") as archive:
        for path in (files.graph, files.tokenizer):
            archive.write(path, path.name)
    monkeypatch.setattr(installing, "JAR_SHA256", model_files.sha256_of(published))
    cached = tmp_path / "repository.jar"
    cached.write_bytes(b"cut off by an earlier end of the process")

    class Artifact:
        def resolve(self) -> str:
            if not cached.exists():
                shutil.copyfile(published, cached)
            return str(cached)

    monkeypatch.setattr(installing, "_artifact", lambda _coordinate: Artifact())

    assert install(tmp_path / "models").graph.is_file()
