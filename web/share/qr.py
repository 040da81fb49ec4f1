"""An address as a QR code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

QUIET = 4  # modules left free around the code, as the standard asks


def qr_code(text: str) -> npt.NDArray[np.uint8] | None:
    """The modules of the QR code of `text`, (side, side), 1 for dark; None if it is too long for one."""
    import segno  # here, since most visits need none

    try:
        code = segno.make(text, error="l", micro=False)
    except segno.DataOverflowError:
        return None
    return np.pad(np.array(code.matrix, np.uint8), QUIET)
