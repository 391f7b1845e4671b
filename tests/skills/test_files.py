"""Files are there in full or not at all."""

import os
from pathlib import Path

import pytest

from envs.disk import Written
from skills.files import write_atomically


def test_a_written_file_has_the_permissions_of_an_ordinary_one(tmp_path):
    ordinary = tmp_path / "ordinary"
    ordinary.write_bytes(b"")
    write_atomically(tmp_path / "file", b"content")
    assert (tmp_path / "file").stat().st_mode == ordinary.stat().st_mode


def test_a_failed_write_keeps_the_old_file_and_leaves_nothing(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("file", b"old")]


def test_nothing_takes_the_place_of_a_pipe_or_a_device(tmp_path):
    """A page written to /dev/stdout by an administrator replaced it, and /dev/null likewise."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(pipe, b"page")
        assert os.read(reader, 100) == b"page"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    write_atomically(link, b"page")
    assert link.is_char_device()
    assert {path.name for path in tmp_path.iterdir()} == {"pipe", "null"}


def test_a_link_stays_and_leads_to_the_new_file(tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "page.html"
    link.symlink_to("there/page.html")
    for content in (b"one", b"two"):
        write_atomically(link, content)
        assert link.is_symlink()
        assert (tmp_path / "there" / "page.html").read_bytes() == content
    write_atomically(link, b"of our own", Written.STATE)
    assert not link.is_symlink()


@pytest.mark.parametrize("path", [".", "/", ""])
def test_what_can_only_be_a_folder_is_no_file(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(IsADirectoryError):
        write_atomically(Path(path), b"page")
    assert list(tmp_path.iterdir()) == []
