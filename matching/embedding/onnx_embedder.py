"""The local model: ONNX on the processor, one text at a time.

The published graph quantises what flows through it by the largest value in the batch, so a text's vector would depend on its neighbours
(cosine down to .994) and on the padding; alone it is the same whenever it is computed, and on two cores faster, too.
"""

import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from matching.embedding.model_files import DIMENSIONS, GRAPH, MAX_TOKENS, NAME, ModelFiles, sha256_of
from matching.embedding.prompts import NEED_PROMPT

TUNED = Path(__file__).parent.parent / "training" / "model" / "tuned.npz"
"""The layers that were tuned on the project's own corpus, by initializer of the published graph; absent: the model as published."""
_WARNINGS_AND_WORSE = 2


class OnnxEmbedder:
    """BGE-small-zh v1.5 with our tuning; threads may share one. `threads` texts are worked on side by side."""

    dimensions = DIMENSIONS

    def __init__(self, files: ModelFiles, *, threads: int = 1, tuned: Path = TUNED) -> None:
        """Raises OSError or ValueError for a tuned file that cannot be read."""
        self.version = f"{NAME}.{GRAPH.sha256[:8]}"
        self._tuned: list[Any] = []
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # texts side by side gain more than the threads within one
        options.inter_op_num_threads = 1
        options.log_severity_level = _WARNINGS_AND_WORSE
        if tuned.is_file():
            self.version += f"+{sha256_of(tuned)[:8]}"
            self._tuned = _laid_over(options, tuned)
        self._session: Any = onnxruntime.InferenceSession(str(files.graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_file(str(files.tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="embedding")

    def embed_needs(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed([NEED_PROMPT + text for text in texts])

    def embed_achievements(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        work: Callable[..., Any] = map if len(texts) == 1 else self._pool.map
        return np.stack(list(work(self._embed_one, texts)))

    def _embed_one(self, text: str) -> NDArray[np.float32]:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (hidden,) = self._session.run(["last_hidden_state"], fed)
        first: NDArray[np.float32] = hidden[0, 0]
        return first / np.float32(np.linalg.norm(first))


def _laid_over(options: Any, tuned: Path) -> list[Any]:
    """Let the arrays of the file stand in for the graph's own; the session does not keep them alive, the caller must."""
    values = []
    with np.load(io.BytesIO(tuned.read_bytes()), allow_pickle=False) as arrays:
        for name in arrays.files:
            array = arrays[name]
            wide = array.astype(np.float32) if array.dtype == np.float16 else array
            value = onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(wide))
            options.add_initializer(name, value)
            values.append(value)
    return values
