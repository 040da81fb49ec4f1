"""A text as a piece of an address: compressed, in the letters that an address may hold."""

from __future__ import annotations

import base64
import binascii
import zlib


def pack(text: str) -> str:
    """The text in letters, digits, - and _."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack(packed: str, most: int) -> str:
    """The text that `pack` was given; of at most `most` characters. Raises ValueError if it is damaged."""
    unpacker = zlib.decompressobj()
    try:
        content = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        text = unpacker.decompress(content, 4 * most).decode()
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ValueError(f"it is damaged or cut off ({error}); copy the whole link") from None
    if not unpacker.eof or len(text) > most:
        raise ValueError(f"it is cut off, or longer than {most:,} characters; copy the whole link")
    return text
