"""Texts to vectors: the Protocol behind which the local model and an endpoint stand, and the choice between them."""

import logging
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from market.kernel.settings import Settings

log = logging.getLogger("techmarket.embedding")


class EmbedderUnavailable(Exception):
    """No vectors can be had just now: the endpoint does not answer, or answers with something else."""


class TextRefused(Exception):
    """One text gets no vector, now or later; the others may."""


class Embedder(Protocol):
    """A model that turns texts into vectors of length 1, so that their product is their likeness (cosine)."""

    version: str
    """Names the model and its tuning, in 60 characters at most: vectors of different versions cannot be compared."""
    dimensions: int

    def embed_needs(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (n × dimensions) of what is looked for. Raises `EmbedderUnavailable` and `TextRefused`."""
        ...

    def embed_achievements(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (n × dimensions) of what may be found. Raises `EmbedderUnavailable` and `TextRefused`."""
        ...

    def close(self) -> None:
        """Release connections and threads."""
        ...


def open_embedder(settings: Settings) -> Embedder | None:
    """The endpoint that the settings name, else the installed model; None, said loudly, where there is neither or it is damaged.

    Raises OSError for a key file that cannot be read, and ValueError for settings that do not fit together.
    """
    if settings.embedding_url:
        from matching.embedding.endpoint_embedder import EndpointEmbedder  # noqa: PLC0415  only where one is set

        return EndpointEmbedder.of(settings)
    from matching.embedding import model_files  # noqa: PLC0415

    folder = settings.effective_model_dir
    try:
        files = model_files.installed(folder)
    except model_files.ModelDamaged as error:
        if model_files.is_installed(folder):
            log.error("matching goes by words alone: the embedding model is damaged (%s)", error)  # noqa: TRY400
        else:
            log.warning("matching goes by words alone: no embedding model in %s (`techmarket model install`)", folder)
        return None
    from matching.embedding.onnx_embedder import OnnxEmbedder  # noqa: PLC0415  a quarter of a second

    return OnnxEmbedder(files, threads=settings.embedding_threads)
