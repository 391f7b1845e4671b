"""The door to the disk: named points, errors that name the path, and files that are appended to."""

import errno
import os
from pathlib import Path

import pytest

from agent.testing.faults import BROKEN, FULL, NO_HANDLES, Killed, failing, faulty, killed, os_error, watched
from envs import disk
from envs.disk import Appended, Moment, Written


def test_points_are_told_before_in_the_middle_and_after(tmp_path: Path) -> None:
    told: list[tuple[str, Moment, int]] = []
    path = tmp_path / "graph.json"

    def note(point: str, moment: Moment) -> None:
        told.append((point, moment, path.stat().st_size if path.exists() else -1))

    with faulty(note):
        disk.create(path, b"12345678", Written.GRAPH)
    assert told == [
        ("graph:create", "before", -1), ("graph:create", "after", 0),
        ("graph:write", "before", 0), ("graph:write", "middle", 4), ("graph:write", "after", 8),
        ("graph:flush", "before", 8), ("graph:flush", "after", 8),
    ]  # fmt: skip
    assert disk.fault is None


def test_every_step_is_a_point(tmp_path: Path) -> None:
    with watched() as reached:
        disk.make_folder(tmp_path / "a", Written.RUN)
        disk.make_folder(tmp_path / "a", Written.RUN)  # it is there
        disk.create(tmp_path / "a" / "x", b"x", Written.RUN)
        disk.rename(tmp_path / "a", tmp_path / "b", Written.RUN)
        disk.remove(tmp_path / "b" / "y", Written.RUN)
        disk.remove_empty(tmp_path / "b", Written.RUN)
        disk.remove_folder(tmp_path / "b", Written.RUN)
        disk.remove_folder(tmp_path / "b", Written.RUN)
    assert [point.removeprefix("run:") for point in reached] == [
        "make", "create", "write", "flush", "rename", "remove", "remove", "remove", "remove",
    ]  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_whole_is_not_there(tmp_path: Path) -> None:
    for number, step in ((FULL, "write"), (BROKEN, "flush"), (NO_HANDLES, "create")):
        with failing(step, os_error(number)), pytest.raises(OSError) as caught:
            disk.create(tmp_path / ".x.tmp", b"content", Written.STATE, target=tmp_path / "x")
        assert (caught.value.errno, caught.value.filename) == (number, str(tmp_path / "x"))
        assert list(tmp_path.iterdir()) == []


def test_errors_of_the_system_name_the_path_that_people_know(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        disk.rename(tmp_path / ".x.tmp", tmp_path / "x", Written.STATE)
    assert str(caught.value) == f"[Errno {errno.ENOENT}] No such file or directory: {str(tmp_path / 'x')!r}"


def test_after_a_kill_nothing_is_tidied_up(tmp_path: Path) -> None:
    with killed("state:write", "middle"), pytest.raises(Killed):
        disk.create(tmp_path / "x", b"12345678", Written.STATE)
    assert (tmp_path / "x").read_bytes() == b"1234"


def test_what_is_appended_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"old\n")
    with Appended(path, Written.EVENTS, durable=True) as file:
        file.append(b"one\n")
        for step in ("write", "flush"):
            with failing(f"events:{step}", os_error(FULL)), pytest.raises(OSError):
                file.append(b"lost\n")
        file.append(b"two\n")
    assert path.read_bytes() == b"old\none\ntwo\n"
    file.close()  # again


def test_a_file_on_a_device_that_is_always_full() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    with Appended(full, Written.EVENTS, durable=True) as file, pytest.raises(OSError) as caught:
        file.append(b"x\n")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, "/dev/full")


def test_a_new_file_has_ordinary_permissions(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        disk.create(tmp_path / "x", b"", Written.STATE)
    finally:
        os.umask(mask)
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o640
