"""How near an offer is to needs in general: what is near to everything says little about any one need. Pure."""

from collections.abc import Sequence
from hashlib import blake2b
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.weights import weights

_NEAREST = 10
_SAMPLE = 2_000


def sample_places(ids: Sequence[UUID]) -> list[int]:
    """Which of these needs stand for all: at most 2,000, chosen by a hash of the id, so that a new need changes one of them at most."""
    if len(ids) <= _SAMPLE:
        return list(range(len(ids)))
    return sorted(range(len(ids)), key=lambda place: blake2b(ids[place].bytes, digest_size=8).digest())[:_SAMPLE]


def commonness(offered: NDArray[np.float32], needs: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each offer (n × dimensions) its mean cosine with the ten nearest of these needs (m × dimensions, m > 0).

    Of fewer than ten needs, those that are missing count as unrelated: in a market of one need its solution would else be common.
    """
    likeness = offered @ needs.T
    count = min(_NEAREST, likeness.shape[1])
    nearest = np.partition(likeness, -count, axis=1)[:, -count:].sum(axis=1)
    means: NDArray[np.float32] = (nearest + (_NEAREST - count) * np.float32(weights().meaning_floor)) / _NEAREST
    return means
