"""Pictures from files, for the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nncore.errors import DataError
from nncore.npz import read_npy
from nncore.ops import Array


def read_picture(path: Path) -> Array:
    """A grey picture `(h, w)` from an .npy file, or from a picture file by way of Pillow.

    As a viewer shows it: turned as its EXIF data say, what is transparent on white.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    if path.suffix.lower() == ".npy":
        picture = read_npy(path, str(path), DataError)
    else:
        try:
            from PIL import Image, ImageOps
        except ImportError:
            raise DataError(
                f"{path}: reading picture files needs Pillow; pip install pillow, or save an .npy array"
            ) from None
        try:
            with Image.open(path) as file:
                image = ImageOps.exif_transpose(file)
            if image.mode.startswith("I") or image.mode == "F":
                picture = np.asarray(image)  # grey of more than 8 bits, which converting would cut off
            else:
                image = image.convert("RGBA")
                picture = np.asarray(
                    Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("L")
                )
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
