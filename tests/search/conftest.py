"""The engine under test: every engine passes the same suite. A new engine is one more parameter here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engine import SearchEngine
from search.tantivy_engine import TantivyEngine


@pytest.fixture(params=["tantivy"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    engines = {"tantivy": lambda: TantivyEngine(tmp_path / "index")}
    engine = engines[request.param]()
    engine.prepare()
    yield engine
    engine.close()
