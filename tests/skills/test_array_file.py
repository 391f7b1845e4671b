"""Arrays from elsewhere: headers that lie, objects and damaged files are refused before anything is made."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.lib import format as npy

from skills.array_file import read_arrays
from skills.errors import LibraryDamaged


def written(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


def header(shape: tuple[int, ...], dtype: str, body: bytes = b"") -> bytes:
    file = io.BytesIO()
    npy.write_array_header_1_0(file, {"shape": shape, "fortran_order": False, "descr": dtype})
    return file.getvalue() + body


def test_arrays_come_out(tmp_path: Path) -> None:
    arrays = {
        "a": np.arange(6, dtype=np.int32).reshape(2, 3),
        "b": np.zeros((0, 4), np.float32),
        "c": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    }
    np.savez(tmp_path / "x.npz", **arrays)
    found = read_arrays(tmp_path / "x.npz", ("a", "b", "c"))
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (header((10**10,), "<f8"), "a.npy in x.npz has 0 bytes; its header says (10000000000,) of float64"),
        (header((2,), "<i4", b"1234"), "has 4 bytes; its header says (2,) of int32"),
        (header((-1,), "<i4", b""), "its header says (-1,)"),
        (header((1,), "|O", b"12345678"), "holds Python objects; expected numbers"),
        (b"nonsense", "a.npy in x.npz is no array: "),
        (b"", "a.npy in x.npz is no array: "),
        (b"\x93NUMPY\x01\x00\xff\xff{", "a.npy in x.npz is no array: "),
    ],
)
def test_arrays_that_are_none(tmp_path: Path, content: bytes, message: str) -> None:
    path = written(tmp_path / "x.npz", a=content)
    tracemalloc.start()
    with pytest.raises(LibraryDamaged) as caught:
        read_arrays(path, ("a",))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message in str(caught.value)
    assert peak < 2**20


def test_other_files(tmp_path: Path) -> None:
    with pytest.raises(LibraryDamaged, match=r"x\.npz has a member 'b\.npy' that belongs to no such file"):
        read_arrays(written(tmp_path / "x.npz", b=header((0,), "<i4")), ("a",))
    (tmp_path / "y.npz").write_bytes(b"nonsense")
    with pytest.raises(LibraryDamaged, match=r"y\.npz is not a readable zip archive"):
        read_arrays(tmp_path / "y.npz", ("a",))
