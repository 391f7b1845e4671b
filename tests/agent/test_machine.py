"""What the doctor says of the machine."""

from __future__ import annotations

import resource
from pathlib import Path

from agent import machine
from agent.finding import Health


def test_a_folder_that_does_not_exist_yet_is_judged_by_the_one_above(tmp_path: Path) -> None:
    assert machine.writable("runs", tmp_path / "a" / "b").health is Health.OK
    (tmp_path / "file").write_text("")
    check = machine.writable("runs", tmp_path / "file" / "b")
    assert check.health is Health.MISSING
    assert check.detail.endswith("file' cannot be written")


def test_little_room_is_a_warning_only() -> None:
    assert machine.disk_space(10**6).health is Health.OPTIONAL
    assert machine.disk_space(10**10).health is Health.OK


def test_low_limits_are_warnings_with_what_to_do() -> None:
    for check, command in ((machine.open_files(32), "ulimit -n"), (machine.processes(10), "ulimit -u")):
        assert check.health is Health.OPTIONAL
        assert command in check.remedy
    assert machine.memory(10**8).health is Health.OPTIONAL
    assert machine.open_files(1024).health is machine.memory(10**10).health is Health.OK
    assert machine.processes(resource.RLIM_INFINITY).detail == "no limit"


def test_free_memory_is_told() -> None:
    assert 10**6 < machine.free_memory() < 10**14
