"""Augmentation: small random changes that leave a digit the same digit.

Everything works on many images at once with NumPy alone, and in slices of bounded size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nncore import ops
from nncore.ops import Array


def images_at_once(h: int, w: int) -> int:
    """How many images of that size are changed together: 512 of 28 x 28, of larger ones fewer.

    This bounds the memory to a few megabytes, and is part of what a seed means.
    """
    return max(1, 512 * 28 * 28 // max(h * w, 28 * 28))


@dataclass(frozen=True)
class Augmentation:
    """Random shift, rotation, scale, shear, stroke thickness and elastic bending, drawn anew for each image.

    One inverse map and one bilinear look-up do all the moving: output pixel q takes its value at
    `A @ (q - centre) + centre + shift + bend(q)`, where A joins rotation, shear and scale.  What is
    fainter than a tenth of the image's darkest ink is paper then (`nncore.warp_ops.FAINT`).

    Attributes (0 switches a part off)
    ----------
    shift : float       up to this share of the side, each way; by whole pixels where nothing else moves them
    rotate : float      up to this many degrees, each way
    scale : float       factor from 1 - scale to 1 + scale
    shear : float       horizontal slant, up to this share of the height
    thickness : float   0..1: how far strokes may be thickened or thinned
    elastic : float     root mean square of the bending, in hundredths of the side (Simard et al. 2003)
    """

    shift: float = 0.0
    rotate: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    thickness: float = 0.0
    elastic: float = 0.0

    def __call__(self, images: Array, rng: np.random.Generator) -> Array:
        """Changed copies of images `(n, h, w)` from 0 (paper) to 1 (ink); same shape and dtype."""
        most = images_at_once(*images.shape[1:])
        if len(images) > most:
            starts = range(0, len(images), most)
            return np.concatenate([self(images[i : i + most], rng) for i in starts])
        moved = self._move(images, rng)
        return self._thicken(moved, rng) if self.thickness else moved

    def _move(self, images: Array, rng: np.random.Generator) -> Array:
        if not (self.shift or self.rotate or self.scale or self.shear or self.elastic):
            return images.copy()
        n, h, w = images.shape
        limits = math.radians(self.rotate), self.scale, self.shear, self.shift * h, self.shift * w
        draws = rng.random((5, n), np.float32) * 2 - 1
        angle, zoom, slant, dy, dx = draws * np.array(limits, np.float32)[:, None]
        if self.shift * min(h, w) >= 1 and not (self.rotate or self.scale or self.shear or self.elastic):
            # So strokes stay sharp, and what is paper stays 0, which products skip.
            dy, dx = (np.rint(draws[i] * (int(self.shift * side) + 0.5)) for i, side in ((3, h), (4, w)))
        zoom += 1
        cos, sin = np.cos(angle) / zoom, np.sin(angle) / zoom
        # Rotation and zoom of (y, x) about the centre, where x was slanted by y first.
        rows, columns = (cos + sin * slant, sin, dy), (cos * slant - sin, cos, dx)
        affine = np.array((rows, columns), images.dtype).transpose(2, 0, 1)
        centre = np.array(((h - 1) / 2, (w - 1) / 2), images.dtype)
        affine[..., 2] += centre - affine[..., :2] @ centre
        bend = self._bend(n, h, w, rng).astype(images.dtype, copy=False) if self.elastic else None
        return ops.backend().warp(images, affine, bend)

    def _bend(self, n: int, h: int, w: int, rng: np.random.Generator) -> Array:
        """Random displacements `(2, n, 4, 4)` in pixels, of a grid that `ops.warp` lays over each image."""
        strength = np.array([h, w], np.float32) * np.float32(self.elastic / 100)
        return rng.standard_normal((2, n, 4, 4), np.float32) * strength[:, None, None, None]

    def _thicken(self, images: Array, rng: np.random.Generator) -> Array:
        """Blend each image, by a random share, towards its dilation (thicker) or its erosion (thinner)."""
        amount = (rng.random(len(images), np.float32) * 2 - 1) * np.float32(self.thickness)
        return ops.backend().thicken(images, amount.astype(images.dtype, copy=False))
