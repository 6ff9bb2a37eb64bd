"""An order of vectors in which neighbours are alike: whoever works along it needs few new things at each step. Pure."""

import numpy as np
from numpy.typing import NDArray

_LEAF = 32
_TURNS = 8


def neighbours(vectors: NDArray[np.float32]) -> list[int]:
    """The rows' numbers (vectors: n × dimensions), halved again and again along the direction in which they differ most."""
    halves = [np.arange(len(vectors))]
    order: list[int] = []
    while halves:
        rows = halves.pop()
        if len(rows) <= _LEAF:
            order.extend(rows.tolist())
            continue
        centred = vectors[rows] - vectors[rows].mean(axis=0)
        along = rows[np.argsort(centred @ _main_direction(centred), kind="stable")]
        middle = len(rows) // 2
        halves += [along[middle:], along[:middle]]
    return order


def _main_direction(centred: NDArray[np.float32]) -> NDArray[np.float32]:
    """Roughly the first principal component, by a few turns of power iteration from the row farthest out."""
    direction: NDArray[np.float32] = centred[np.argmax(np.square(centred).sum(axis=1))]
    for _ in range(_TURNS):
        turned = np.asarray((centred @ direction) @ centred, np.float32)
        length = float(np.linalg.norm(turned))
        if not length:
            break
        direction = turned / np.float32(length)
    return direction
