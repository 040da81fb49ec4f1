"""Windows that slide over images `(n, h, w, c)`: what convolution and pooling are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from nncore.arrays import Array


def padded(x: Array, padding: int) -> Array:
    """Images `(n, h, w, c)` with `padding` zeros on each side; x itself if that is none."""
    if not padding:
        return x
    n, h, w, c = x.shape
    wider = np.zeros((n, h + 2 * padding, w + 2 * padding, c), x.dtype)
    wider[:, padding : padding + h, padding : padding + w] = x
    return wider


def windows(
    images: Array, size: Sequence[int], positions: Sequence[int], stride: int
) -> Iterator[tuple[int, int, Array]]:
    """For each place (i, j) of a window the view `(n, oh, ow, c)` of what lies there at all its positions.

    Parameters
    ----------
    images : `(n, h, w, c)`
    size : rows and columns of the window
    positions : oh, ow, how many there are each way
    """
    rows, columns = (stride * count for count in positions)
    for i in range(size[0]):
        for j in range(size[1]):
            yield i, j, images[:, i : i + rows : stride, j : j + columns : stride]
