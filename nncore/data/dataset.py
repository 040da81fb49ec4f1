"""A set of labelled images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nncore import ops
from nncore.errors import DataError
from nncore.losses import check_labels
from nncore.ops import Array


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images as they are stored, with their labels.

    Attributes
    ----------
    images : uint8 ndarray of shape (n, h, w)       0 is paper, `max_value` is full ink
    labels : int64 ndarray of shape (n,)            from 0 to `num_classes - 1`
    name : str
    num_classes : int
    max_value : int                                 255 for MNIST, 16 for the UCI digits
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    name: str = "data"
    num_classes: int = 10
    max_value: int = 255

    def __post_init__(self) -> None:
        images, labels = self.images, np.asarray(self.labels)
        if images.ndim != 3 or images.dtype != np.uint8 or 0 in images.shape[1:]:
            raise DataError(
                f"{self.name}: got images of shape {images.shape} and dtype {images.dtype}, "
                "expected (count, height, width) of uint8"
            )
        if labels.shape != images.shape[:1]:
            raise DataError(
                f"{self.name}: got {len(images)} images and labels of shape {labels.shape}, expected as many"
            )
        check_labels(labels, self.num_classes, self.name)
        if not 1 <= self.max_value <= 255 or (images.size and images.max() > self.max_value):
            raise DataError(
                f"{self.name}: got max_value={self.max_value}, expected the largest pixel value, up to 255"
            )
        object.__setattr__(self, "labels", labels.astype(np.int64, copy=False))

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: slice | np.ndarray) -> Dataset:
        """The samples that `index` selects, as a Dataset."""
        return Dataset(self.images[index], self.labels[index], self.name, self.num_classes, self.max_value)

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of an image."""
        return self.images.shape[1], self.images.shape[2]

    def inputs(self, index: slice | np.ndarray = slice(None), dtype: DTypeLike = np.float32) -> Array:
        """The selected images as network input `(n, 1, h, w)`, scaled to 0..1."""
        return ops.backend().scaled(self.images[index], self.max_value, dtype)[:, None]

    def __repr__(self) -> str:
        h, w = self.image_shape
        return f"Dataset({self.name!r}, {len(self)} images of {h}x{w}, {self.num_classes} classes)"
