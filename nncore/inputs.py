"""What the command line works on: data sets and pictures, from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nncore.data import Dataset, load_digits, load_mnist, load_npz
from nncore.errors import DataError
from nncore.npz import read_npy
from nncore.ops import Array


def load_data(dataset: str, path: Path | None, download: bool) -> tuple[Dataset, Dataset]:
    """Training and test data for a recipe's `dataset`."""
    if dataset == "digits" and path is not None:
        raise DataError(
            f"--data: got {path}, expected nothing for the embedded digits; train with --dataset own for an "
            ".npz file of your own, with --dataset mnist for MNIST's folder"
        )
    if dataset == "digits":
        return load_digits()
    if dataset == "mnist":
        return load_mnist(path, download=download)
    if path is None:
        raise DataError("dataset own: got no file, expected --data with an .npz file of images and labels")
    return load_npz(path, path.name)


def read_picture(path: Path) -> Array:
    """A grey picture `(h, w)` from an .npy file, or from a picture file by way of Pillow."""
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    if path.suffix == ".npy":
        picture = read_npy(path, str(path), DataError)
    else:
        try:
            from PIL import Image
        except ImportError:
            raise DataError(
                f"{path}: reading picture files needs Pillow; pip install pillow, or save an .npy array"
            ) from None
        try:
            picture = np.asarray(Image.open(path).convert("L"))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise DataError(f"{path}: not a picture Pillow can read ({error})") from None
    if picture.ndim != 2 or not picture.size or picture.dtype.kind not in "iuf":
        raise DataError(
            f"{path}: got an array of shape {picture.shape} and dtype {picture.dtype}, expected numbers of "
            "shape (height, width)"
        )
    if not np.isfinite(picture).all():
        raise DataError(f"{path}: got numbers that are not finite, expected grey values")
    return picture
