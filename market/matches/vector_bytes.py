"""The form in which vectors are kept: 16-bit floats, little-endian; read back as 32-bit ones of length 1."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_STORED = np.dtype("<f2")


def size_of(dimensions: int) -> int:
    """How many bytes such a vector takes."""
    return dimensions * _STORED.itemsize


def encode(vector: NDArray[np.float32]) -> bytes:
    """Two bytes a number; what is lost is a thousandth of the likeness at most."""
    return vector.astype(_STORED).tobytes()


def decode(stored: Sequence[bytes], dimensions: int) -> NDArray[np.float32]:
    """Vectors (n × dimensions) of length 1. Raises ValueError for bytes of another length."""
    vectors = np.frombuffer(b"".join(stored), _STORED).astype(np.float32).reshape(len(stored), dimensions)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
