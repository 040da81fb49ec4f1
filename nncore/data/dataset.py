"""A set of labelled samples: images, or vectors of features."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nncore import ops
from nncore.errors import DataError
from nncore.losses import check_labels
from nncore.ops import Array
from nncore.text import Text


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples as they are stored, with their labels.

    Attributes
    ----------
    samples : ndarray
        Images `(n, h, w)`: uint8 from 0, paper, to `max_value`, full ink; or floats, by custom from 0 to 1,
        which a network gets as they are.  Or vectors of features, floats `(n, d)`.
    labels : int64 ndarray of shape (n,)            from 0 to `num_classes - 1`
    name : str
    num_classes : int
    max_value : int                                 255 for MNIST, 16 for the UCI digits, 1 for any floats
    class_names : tuple of str                      a name for each class (default: its number)
    noun : str                                      what a sample shows: 'digit', 'garment' (default: 'image',
                                                    or 'point' for a vector)
    about : str                                     where the samples come from, in a sentence
    """

    samples: NDArray[Any]
    labels: NDArray[np.int64]
    name: str = "data"
    num_classes: int = 10
    max_value: int = 255
    class_names: tuple[str, ...] = ()
    noun: str = ""
    about: str = ""

    def __post_init__(self) -> None:
        samples, labels = self.samples, np.asarray(self.labels)
        is_float = samples.dtype.kind == "f"
        pixels = samples.ndim == 3 and samples.dtype == np.uint8
        if not (pixels or (is_float and samples.ndim in (2, 3))) or 0 in samples.shape[1:]:
            raise DataError(
                Text(
                    "{name}: got samples of shape {shape} and dtype {dtype}, expected images (count, "
                    "height, width) of uint8 or floats, or vectors (count, features) of floats",
                    name=self.name,
                    shape=samples.shape,
                    dtype=samples.dtype,
                )
            )
        if labels.shape != samples.shape[:1]:
            raise DataError(
                Text(
                    "{name}: got {samples} samples and labels of shape {shape}, expected as many",
                    name=self.name,
                    samples=len(samples),
                    shape=labels.shape,
                )
            )
        check_labels(labels, self.num_classes, self.name)
        if is_float and not np.isfinite(samples).all():
            raise DataError(
                Text("{name}: got samples that are not finite, expected numbers alone", name=self.name)
            )
        if not is_float and (
            not 1 <= self.max_value <= 255 or (samples.size and samples.max() > self.max_value)
        ):
            raise DataError(
                Text(
                    "{name}: got max_value={max_value}, expected the largest pixel value, up to 255",
                    name=self.name,
                    max_value=self.max_value,
                )
            )
        names = tuple(self.class_names) or tuple(map(str, range(self.num_classes)))
        if len(names) != self.num_classes:
            raise DataError(
                Text(
                    "{name}: got {n} class names for {num_classes} classes, expected as many",
                    name=self.name,
                    n=len(names),
                    num_classes=self.num_classes,
                )
            )
        object.__setattr__(self, "labels", labels.astype(np.int64, copy=False))
        object.__setattr__(self, "class_names", names)
        object.__setattr__(self, "noun", self.noun or ("image" if samples.ndim == 3 else "point"))
        if is_float:
            object.__setattr__(self, "max_value", 1)

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: slice | np.ndarray) -> Dataset:
        """The samples that `index` selects, as a Dataset."""
        return replace(self, samples=self.samples[index], labels=self.labels[index])

    @property
    def has_images(self) -> bool:
        """Whether the samples are images, not vectors of features."""
        return self.samples.ndim == 3

    @property
    def is_planar(self) -> bool:
        """Whether the samples are points of a plane in two classes, all of which can be seen at once."""
        return self.sample_shape == (2,) and self.num_classes == 2

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """(height, width) of an image, or (features,) of a vector."""
        return self.samples.shape[1:]

    @property
    def images(self) -> NDArray[Any]:
        """The images `(n, h, w)`; DataError if the samples are vectors."""
        if not self.has_images:
            raise DataError(
                Text(
                    "{name}: got vectors of {n} features, expected images",
                    name=self.name,
                    n=self.samples.shape[1],
                )
            )
        return self.samples

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of an image; DataError if the samples are vectors."""
        return self.images.shape[1], self.images.shape[2]

    def inputs(self, index: slice | np.ndarray = slice(None), dtype: DTypeLike = np.float32) -> Array:
        """The selected samples as network input, in memory of its own.

        Images become `(n, 1, h, w)`, uint8 scaled to 0..1; vectors `(n, d)` and floats stay as they are.
        """
        if self.samples.dtype.kind == "f":
            x: Array = self.samples[index].astype(dtype)
        else:
            x = ops.backend().scaled(self.samples[index], self.max_value, dtype)
        return x[:, None] if self.has_images else x

    def __repr__(self) -> str:
        kind = "images" if self.has_images else "vectors"
        size = "x".join(map(str, self.sample_shape))
        return f"Dataset({self.name!r}, {len(self)} {kind} of {size}, {self.num_classes} classes)"
