"""Files as chance and malice make them: damaged bytes, archives rebuilt with other entries, bombs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

Entries = dict[str, np.ndarray]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
#: Arrays of any kind that a file may hold, extreme numbers among them.
ARRAYS = st.one_of(
    st.integers(-(2**63), 2**63 - 1).map(np.asarray),
    st.floats().map(np.asarray),
    st.text(max_size=20).map(np.asarray),
    st.binary(max_size=20).map(lambda data: np.frombuffer(data, np.uint8)),
    hnp.arrays(
        st.sampled_from(["f2", "f4", "f8", "i1", "i8", "u8", "?", "c8"]),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    ),
)


def unpacked(content: bytes) -> Entries:
    """The arrays of an .npz file."""
    with np.load(io.BytesIO(content)) as file:
        return dict(file)


def packed(entries: Mapping[str, np.ndarray]) -> bytes:
    """An .npz file of these arrays, compressed."""
    file = io.BytesIO()
    np.savez_compressed(file, **entries)
    return file.getvalue()


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with bytes changed, left out or put in, or cut off."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 8))):
        if not data:
            break
        place = draw(st.integers(0, len(data) - 1))
        kind = draw(st.sampled_from(["flip", "cut", "drop", "insert"]))
        if kind == "flip":
            data[place] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del data[place:]
        elif kind == "drop":
            del data[place : place + draw(st.integers(1, 64))]
        else:
            data[place:place] = draw(st.binary(min_size=1, max_size=64))
    return bytes(data)


@st.composite
def rebuilt(draw: st.DrawFn, content: bytes) -> bytes:
    """The same archive with up to three entries replaced, of another type or shape, taken out or added."""
    entries = unpacked(content)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(entries)) | st.text("abc/.", min_size=1, max_size=8))
        kind = draw(st.sampled_from(["other", "reshaped", "retyped", "gone"]))
        old = entries.get(name)
        if kind == "gone" and len(entries) > 1:
            entries.pop(name, None)
        elif kind == "reshaped" and old is not None:
            entries[name] = old.reshape(*old.shape[::-1], 1) if draw(st.booleans()) else old.ravel()
        elif kind == "retyped" and old is not None and old.dtype.kind in "biuf":
            dtype = draw(st.sampled_from([np.float64, np.int8, np.uint64, np.complex64, np.str_]))
            with np.errstate(all="ignore"):
                entries[name] = old.astype(dtype)
        else:
            entries[name] = draw(ARRAYS)
    return packed(entries)


def bomb(name: str, megabytes: int) -> bytes:
    """An .npz whose array of zeros unpacks to hundreds of times the file's size."""
    file = io.BytesIO()
    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with archive, archive.open(name + ".npy", "w", force_zip64=True) as member:
        shape = (megabytes, 1000, 1000)
        np.lib.format.write_array_header_1_0(member, {"descr": "|u1", "fortran_order": False, "shape": shape})
        for _ in range(megabytes):
            member.write(bytes(1_000_000))
    return file.getvalue()
