"""The one door for ``.npz`` files: arrays come out as they were written, or the file is refused.

The header of an array may claim any size; it is compared with the bytes that are there before anything is
made.
"""

from __future__ import annotations

import io
import math
from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from envs.text import plain
from skills.errors import LibraryDamaged
from skills.zip_members import Limits, read_members

MAX_BYTES = 4 * 2**30


def read_arrays(path: Path, names: Collection[str]) -> dict[str, NDArray[np.generic]]:
    """The arrays of a ``.npz`` file by name; they cannot be written to.

    Args:
        path: the file.
        names: arrays that it may hold.

    Raises:
        LibraryDamaged: it is no such file, holds other arrays or Python objects, or claims other sizes than
            it has.
    """
    known = {f"{name}.npy" for name in names}
    limits = Limits(
        members=len(known),
        total_bytes=MAX_BYTES,
        of=lambda name: MAX_BYTES if name in known else None,
        kind="such file",
    )
    members = read_members(path, path.name, limits)
    return {
        name.removesuffix(".npy"): _array(content, f"{name} in {path.name}")
        for name, content in members.items()
    }


def _array(content: bytes, label: str) -> NDArray[np.generic]:
    file = io.BytesIO(content)
    try:
        version = npy.read_magic(file)
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, by_columns, dtype = read_header(file)
    except Exception as error:  # a header that makes no sense raises anything
        raise LibraryDamaged(f"{label} is no array: {plain(error, 200)}") from error
    left = len(content) - file.tell()
    if dtype.hasobject or not dtype.itemsize:
        raise LibraryDamaged(f"{label} holds Python objects; expected numbers")
    if any(side < 0 for side in shape) or math.prod(shape) * dtype.itemsize != left:
        raise LibraryDamaged(f"{label} has {left:,} bytes; its header says {plain(shape, 60)} of {dtype}")
    flat = np.frombuffer(content, dtype, offset=file.tell())
    return flat.reshape(shape, order="F" if by_columns else "C")
