"""Files from elsewhere: what is no file is refused at once."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from envs.disk import Appended, Written
from envs.reading import open_file, read_file


def pipe(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


NO_FILES = [pipe, endless]


@pytest.mark.parametrize("make", NO_FILES)
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "x")
    with pytest.raises(OSError, match=r"is no regular file but a pipe or a device: '.*/x'"):
        open_file(tmp_path / "x")


def test_folders_missing_files_and_large_ones(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_file(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "x")
    (tmp_path / "x").write_bytes(b"12345")
    assert read_file(tmp_path / "x", 5) == b"12345"
    with pytest.raises(OSError, match="is larger than 4 bytes"):
        read_file(tmp_path / "x", 4)


def test_a_pipe_is_not_appended_to(tmp_path: Path) -> None:
    pipe(tmp_path / "x")
    with pytest.raises(OSError, match="No such device"):
        Appended(tmp_path / "x", Written.EVENTS, durable=False)
