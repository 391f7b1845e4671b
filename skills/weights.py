"""The one door for weights from elsewhere: a ``policy.zip`` becomes arrays of float32, or is refused.

The file is stable-baselines3's archive with torch's archive ``policy.pth`` in it, whose list of tensors is a
pickle. That pickle may name three things (a dictionary, a tensor, float32 numbers), which stand for functions
of this module; nothing else can be called, and nothing of torch is needed. A tensor must lie in one piece in
numbers that the file really holds, so none is larger than the file.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.text import plain
from skills.errors import LibraryDamaged
from skills.zip_members import Limits, read_members

WEIGHTS = "policy.pth"
MAX_WEIGHTS_BYTES = 64 * 2**20
"""Of weights, and of an archive of them. The networks of the starter libraries have 0.4 MB."""
MAX_LIST_BYTES = 2**20
"""Of the list of tensors, and of other members."""
MAX_MEMBERS = 1000

_OPCODES = frozenset(
    (
        "PROTO", "STOP", "MARK", "EMPTY_DICT", "EMPTY_TUPLE", "EMPTY_LIST", "TUPLE",
        "TUPLE1", "TUPLE2", "TUPLE3", "BINUNICODE", "SHORT_BINUNICODE", "BININT", "BININT1",
        "BININT2", "LONG1", "NEWTRUE", "NEWFALSE", "NONE", "BINPUT", "LONG_BINPUT",
        "BINGET", "LONG_BINGET", "MEMOIZE", "GLOBAL", "REDUCE", "BINPERSID", "SETITEM",
        "SETITEMS", "APPEND", "APPENDS", "BUILD", "FRAME",
    )
)  # fmt: skip
"""What a list of tensors is made of."""
_FLOAT32 = "float32"


def read_weights(content: bytes, label: str) -> dict[str, NDArray[np.float32]]:
    """The tensors of a ``policy.zip`` by name, each a contiguous float32 array of finite numbers.

    Raises:
        LibraryDamaged: it is no such archive, too large, or holds something else than such tensors.
    """
    outer = read_members(
        content, label, Limits(members=20, total_bytes=MAX_WEIGHTS_BYTES, of=_outer_limit, kind="policy")
    )
    if WEIGHTS not in outer:
        others = [name for name in outer if name.endswith(".pth")]
        raise LibraryDamaged(f"{label} holds no {WEIGHTS}, only: {', '.join(others) or 'nothing'}")
    try:
        state = _tensors(outer[WEIGHTS], f"{WEIGHTS} in {label}")
    except LibraryDamaged:
        raise
    except Exception as error:  # a pickle that makes no sense raises anything
        raise LibraryDamaged(
            f"{WEIGHTS} in {label} is no list of tensors: {plain(error, 200) or type(error).__name__}"
        ) from error
    return state


def _outer_limit(name: str) -> int | None:
    known = re.fullmatch(r"[A-Za-z0-9_.]{1,60}", name)
    return None if known is None else MAX_WEIGHTS_BYTES if name == WEIGHTS else MAX_LIST_BYTES


def _inner_limit(name: str) -> int | None:
    if re.fullmatch(r"[^/]{1,100}/data/[0-9]{1,9}", name):
        return MAX_WEIGHTS_BYTES
    return MAX_LIST_BYTES if re.fullmatch(r"[^/]{1,100}/[A-Za-z0-9_./]{1,100}", name) else None


def _tensors(content: bytes, label: str) -> dict[str, NDArray[np.float32]]:
    limits = Limits(
        members=MAX_MEMBERS, total_bytes=MAX_WEIGHTS_BYTES, of=_inner_limit, kind="list of tensors"
    )
    members = {name.partition("/")[2]: data for name, data in read_members(content, label, limits).items()}
    if members.get("byteorder", b"little") != b"little":
        raise LibraryDamaged(
            f"{label} has its numbers in {plain(members['byteorder'].decode('latin-1'), 20)} order; "
            "expected little"
        )
    if "data.pkl" not in members:
        raise LibraryDamaged(f"{label} has no list of tensors (data.pkl)")
    _check_opcodes(members["data.pkl"], label)
    state = _List(members["data.pkl"], members, label).load()
    if not isinstance(state, dict):
        raise LibraryDamaged(f"{label} holds a {type(state).__name__}; expected tensors by name")
    for name, tensor in state.items():
        if not isinstance(name, str) or not isinstance(tensor, np.ndarray):
            raise LibraryDamaged(
                f"{label}: {plain(name, 60)!r} is a {type(tensor).__name__}; expected a tensor under a name"
            )
        if not np.isfinite(tensor).all():
            raise LibraryDamaged(f"{label}: {plain(name, 60)!r} holds numbers that are not finite")
    return dict(state)


def _check_opcodes(listing: bytes, label: str) -> None:
    """Refuse what no list of tensors needs; this also bounds what reading it takes."""
    for opcode, argument, _ in pickletools.genops(listing):
        if opcode.name not in _OPCODES:
            raise LibraryDamaged(f"{label} holds more than tensors (a pickle with {opcode.name})")
        if opcode.name == "LONG_BINPUT" and (not isinstance(argument, int) or argument > len(listing)):
            raise LibraryDamaged(f"{label} holds more than tensors (a pickle with {argument} names)")


class _State(dict[str, Any]):
    """What stands for a dictionary in the list; it takes the remarks that torch adds to one."""


class _List(pickle.Unpickler):
    """Reads a list of tensors; every name in it is one of ours."""

    def __init__(self, listing: bytes, members: dict[str, bytes], label: str) -> None:
        super().__init__(io.BytesIO(listing), encoding="utf-8")
        self._members = members
        self._label = label
        self._left = MAX_WEIGHTS_BYTES
        self._known: dict[tuple[str, str], Any] = {
            ("collections", "OrderedDict"): _State,
            ("torch._utils", "_rebuild_tensor_v2"): self._tensor,
            ("torch", "FloatStorage"): _FLOAT32,
        }

    def find_class(self, module: str, name: str, /) -> Any:
        if (module, name) in self._known:
            return self._known[module, name]
        shown = plain(f"{module}.{name}", 80)
        if module == "torch" and name.endswith("Storage"):
            raise LibraryDamaged(
                f"{self._label} holds {shown.removesuffix('Storage')} numbers; expected float32"
            )
        raise LibraryDamaged(f"{self._label} holds more than tensors ({shown})")

    def persistent_load(self, pid: Any, /) -> NDArray[np.float32]:
        kind, numbers, key, _, count = pid
        if kind != "storage" or numbers != _FLOAT32 or f"data/{key}" not in self._members:
            raise LibraryDamaged(f"{self._label} names numbers that it does not hold")
        data = self._members[f"data/{key}"]
        if len(data) != 4 * count:
            raise LibraryDamaged(f"{self._label}: data/{key} has {len(data):,} bytes; expected {4 * count:,}")
        return np.frombuffer(data, np.dtype("<f4"))

    @property
    def _tensor(self) -> Callable[..., NDArray[np.float32]]:
        label = self._label

        def tensor(numbers: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> NDArray[np.float32]:
            if not isinstance(numbers, np.ndarray) or not all(
                type(number) is int for number in (offset, *shape, *strides)
            ):
                raise LibraryDamaged(f"{label} holds a tensor that is not described by whole numbers")
            size = math.prod(shape)
            if offset < 0 or any(side < 1 for side in shape) or len(shape) > 4:
                raise LibraryDamaged(f"{label} holds a tensor of shape {plain(shape, 60)}")
            if offset + size > len(numbers) or not _in_one_piece(shape, strides):
                raise LibraryDamaged(
                    f"{label} holds a tensor of shape {plain(shape, 60)} and strides {plain(strides, 60)} in "
                    f"{len(numbers):,} numbers; expected one that lies in them in one piece"
                )
            self._left -= 4 * size
            if self._left < 0:
                raise LibraryDamaged(f"{label} holds more than {MAX_WEIGHTS_BYTES // 2**20} MiB of tensors")
            return np.array(numbers[offset : offset + size].reshape(shape), np.float32)

        return tensor


def _in_one_piece(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Whether a tensor's numbers follow each other, the last axis fastest."""
    if len(shape) != len(strides):
        return False
    step = 1
    for side, stride in zip(reversed(shape), reversed(strides), strict=True):
        if side > 1 and stride != step:
            return False
        step *= side
    return True
