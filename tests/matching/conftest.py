"""The real model, installed by `make setup`. Where it is missing the tests fail in CI, and say so loudly elsewhere."""

import os
import warnings

import pytest

from market.kernel.settings import Settings
from matching.embedding import model_files
from matching.embedding.model_files import ModelFiles
from matching.embedding.onnx_embedder import OnnxEmbedder

_REMEDY = "the embedding model is not installed: run `make setup` or `.venv/bin/techmarket model install`"


@pytest.fixture(scope="session")
def files() -> ModelFiles:
    folder = Settings().effective_model_dir
    if model_files.is_installed(folder):
        return model_files.installed(folder)
    if "CI" in os.environ:
        pytest.fail(_REMEDY)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn(f"NOT TESTED: {_REMEDY}", stacklevel=1)
    pytest.skip(_REMEDY)


@pytest.fixture(scope="session")
def embedder(files: ModelFiles) -> OnnxEmbedder:
    own = OnnxEmbedder(files, threads=2)
    yield own
    own.close()
