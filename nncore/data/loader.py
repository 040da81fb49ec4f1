"""Batches of a data set, in an order that a seed fixes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nncore.data.augment import Augmentation, images_at_once
from nncore.data.dataset import Dataset
from nncore.ops import Array

Shuffle = Literal["epoch", "once", "never"]
#: `augment(images, rng) -> images`, both float `(n, h, w)` from 0 to 1: a batch's.
Augment = Callable[[Array, np.random.Generator], Array]

# One independent random stream per purpose; the numbers are part of what a seed means.
ORDER, AUGMENTATION, WEIGHTS, MASKS = range(4)


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """A generator (PCG64) of its own for each seed and purpose (below 2**32), the same on every platform."""
    check_seed(seed)
    # An array, because SeedSequence takes a list's numbers apart one by one.
    return np.random.Generator(np.random.PCG64(np.array([seed, *purpose], np.uint32)))


def check_seed(seed: int) -> None:
    """Raise ValueError unless `seed` is one."""
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise ValueError(f"seed: got {seed!r}, expected a whole number from 0 to {2**32 - 1}")


class DataLoader:
    """Cuts a data set into batches `(x, y)`: x as `Dataset.inputs` gives it, y int64 `(n,)`.

    Any batch of any epoch can be asked for by number, which is what makes a run resumable: the order depends
    on the seed and the epoch alone, augmentation on seed, epoch, batch and batch size.  Arrays are new each
    time.  Of what is given here `augment` alone may be exchanged later.

    Parameters
    ----------
    dataset : Dataset
    batch_size : int
    shuffle : 'epoch', 'once' or 'never'    a new order for each epoch; one order for all (the notebook); none
    drop_last : bool                        leave out the last batch if it is not full (the notebook)
    augment : callable, optional            see `nncore.data.augment`; for images alone
    seed : int
    dtype : float32 or float64
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 64,
        *,
        shuffle: Shuffle = "never",
        drop_last: bool = False,
        augment: Augment | None = None,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"DataLoader: got batch_size={batch_size}, expected at least 1")
        if shuffle not in ("epoch", "once", "never"):
            raise ValueError(f"DataLoader: got shuffle={shuffle!r}, expected 'epoch', 'once' or 'never'")
        if augment is not None and not dataset.has_images:
            raise ValueError(
                f"DataLoader: got augment for vectors of {dataset.sample_shape[0]} features, expected images"
            )
        check_seed(seed)
        self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
        self.augment, self.seed, self.dtype = augment, seed, np.dtype(dtype)
        self._order: NDArray[np.int64] | None = None
        self._order_epoch = -1
        self._changed: Array = np.empty(0)  # images of several batches, augmented together
        self._changed_for: tuple[Augmentation, int, int] | None = None  # by what; their epoch and first batch
        self._iterations = 0

    def __len__(self) -> int:
        """Batches per epoch."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def indices(self, epoch: int, step: int) -> NDArray[np.int64] | slice:
        """Which samples batch `step` of `epoch` holds; both count from 0."""
        if not 0 <= step < len(self):
            raise IndexError(f"DataLoader: got batch {step}, expected 0 to {len(self) - 1}")
        return self._samples(epoch, slice(step * self.batch_size, (step + 1) * self.batch_size))

    def _samples(self, epoch: int, part: slice) -> NDArray[np.int64] | slice:
        """Which samples stand in this part of the epoch's order."""
        if self.shuffle == "never":
            return part
        if self.shuffle == "once":
            epoch = 0
        if self._order is None or self._order_epoch != epoch:
            self._order = stream(self.seed, ORDER, epoch).permutation(len(self.dataset)).astype(np.int64)
            self._order_epoch = epoch
        return self._order[part]

    def batch(self, epoch: int, step: int) -> tuple[Array, NDArray[np.int64]]:
        """Batch `step` of `epoch`; both count from 0."""
        index = self.indices(epoch, step)
        augment = self.augment
        if type(augment) is Augmentation:
            x = self._augmented(augment, epoch, step)
        else:
            x = self.dataset.inputs(index, self.dtype)
            if augment is not None:
                x = augment(x[:, 0], stream(self.seed, AUGMENTATION, epoch, step))[:, None]
        return x, self.dataset.labels[index].copy()

    def _augmented(self, augment: Augmentation, epoch: int, step: int) -> Array:
        """A batch's images, changed together with other batches': Python costs many what it costs one."""
        size = self.batch_size
        together = max(1, images_at_once(*self.dataset.sample_shape) // size)
        first = step - step % together
        if self._changed_for != (augment, epoch, first):
            last = min(first + together, len(self))
            x = self.dataset.inputs(self._samples(epoch, slice(first * size, last * size)), self.dtype)
            self._changed = augment(x[:, 0], stream(self.seed, AUGMENTATION, epoch, first))
            self._changed_for = augment, epoch, first
        start = (step - first) * size
        return self._changed[start : start + size, None].copy()

    def epoch(self, epoch: int) -> Iterator[tuple[Array, NDArray[np.int64]]]:
        """All batches of `epoch`."""
        return (self.batch(epoch, step) for step in range(len(self)))

    def __iter__(self) -> Iterator[tuple[Array, NDArray[np.int64]]]:
        """All batches of epoch 0 the first time, of epoch 1 the next, and so on: each has its own order."""
        self._iterations += 1
        return self.epoch(self._iterations - 1)
