"""Commands to a practice: files that are left, taken, and refused."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from agent.errors import NotSteerable, UnknownSkillName
from agent.records.commands import (
    LARGEST,
    MOST_AT_ONCE,
    Command,
    CommandBox,
    NoCommand,
    known_skills,
    send,
)
from agent.records.runs import Run, read_run


@pytest.fixture
def box(tmp_path: Path) -> CommandBox:
    return CommandBox(tmp_path)


def left(box: CommandBox, content: bytes, name: str = "1.json") -> Path:
    box.folder.mkdir(exist_ok=True)
    path = box.folder / name
    path.write_bytes(content)
    return path


def record(**changes: Any) -> bytes:
    return json.dumps(
        {"schema": 1, "command": "pause", "skill": "", "by": "page", "at": "", **changes}
    ).encode()


def test_commands_are_taken_once_in_the_order_in_which_they_were_left(box: CommandBox) -> None:
    given = [Command(kind="pause", by="page"), Command(kind="resume"), Command(kind="queue", skill="drink")]
    for command in given:
        box.put(command)
    taken = list(box.take())
    assert [(c.kind, c.skill, c.by) for c in taken if isinstance(c, Command)] == [
        ("pause", "", "page"), ("resume", "", "terminal"), ("queue", "drink", "terminal"),
    ]  # fmt: skip
    assert all(c.at for c in taken if isinstance(c, Command))
    assert list(box.take()) == []
    assert list(box.folder.iterdir()) == []


def test_without_a_folder_there_are_no_commands(box: CommandBox) -> None:
    assert list(box.take()) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (b"\xff\xfe\xfd", "line 1|codec"),
        (b"[1]", "no JSON object"),
        (b"[" * 4_000, "nested too deeply"),
        (b" " * (LARGEST + 1), "File too large|larger than"),
        (record(schema=2), "it has schema 2; this version reads up to 1: update journeyman"),
        (record(command="rm -rf"), "it says 'rm -rf'; expected one of pause, resume, stop, queue"),
        (record(command=["stop"]), r"it says \['stop'\]"),
        (record(command="queue"), "it names no skill"),
        (record(command="queue", skill={"a": 1}), "must be texts"),
    ],
)
def test_what_is_no_command_is_told_and_removed(box: CommandBox, content: bytes, reason: str) -> None:
    path = left(box, content)
    (told,) = box.take()
    assert isinstance(told, NoCommand) and told.file == "1.json"
    assert re.search(reason, told.reason), told.reason
    assert not path.exists()


def test_texts_of_commands_are_made_plain(box: CommandBox) -> None:
    left(box, record(command="queue", skill="\x1b[2Jdrink" + "k" * 900, by="\u202epage"))
    (told,) = box.take()
    assert isinstance(told, Command)
    assert "\x1b" not in told.skill and len(told.skill) < 200 and "\u202e" not in told.by


def test_a_pipe_and_a_folder_hold_nothing_up_and_are_told_once(box: CommandBox) -> None:
    box.folder.mkdir()
    os.mkfifo(box.folder / "a.json")
    (box.folder / "b.json").mkdir()
    assert [isinstance(told, NoCommand) for told in box.take()] == [True, True]
    assert list(box.take()) == []


def test_other_files_and_half_written_ones_are_left_alone(box: CommandBox) -> None:
    kept = [left(box, b"?", name) for name in (".1.json.ab.tmp", ".2.json", "notes.txt")]
    assert list(box.take()) == []
    assert all(path.exists() for path in kept)


def test_a_folder_that_leads_elsewhere_is_not_followed(box: CommandBox, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine.json").write_bytes(record())
    box.folder.symlink_to(elsewhere)
    assert list(box.take()) == []
    assert (elsewhere / "mine.json").exists()


def test_a_flood_is_read_in_parts(box: CommandBox) -> None:
    for i in range(MOST_AT_ONCE + 5):
        left(box, record(), f"{i:03d}.json")
    assert [len(list(box.take())) for _ in range(3)] == [MOST_AT_ONCE, 5, 0]


# Sending.


def practice(folder: Path, command: str = "practice") -> Run:
    run = Run.create(folder, command=command, game="toy", seed=0, config={})
    run.event("claimed", skill="drink", effects={})
    run.event("claimed", skill="collect_wood", effects={})
    return run


def test_a_running_practice_takes_commands_for_skills_that_it_has(tmp_path: Path) -> None:
    with practice(tmp_path) as run:
        info = read_run(run.path)
        assert known_skills(info) == ["drink", "collect_wood"]
        assert send(info, Command(kind="queue", skill="drink")).exists()
        with pytest.raises(UnknownSkillName, match="no skill 'colect_wood'; did you mean 'collect_wood'"):
            send(info, Command(kind="queue", skill="colect_wood"))


def test_before_there_are_tasks_nothing_can_be_queued(tmp_path: Path) -> None:
    run = Run.create(tmp_path, command="practice", game="toy", seed=0, config={})
    with run, pytest.raises(UnknownSkillName, match="no tasks yet; wait"):
        send(read_run(run.path), Command(kind="queue", skill="drink"))


def test_runs_that_do_not_run_take_none(tmp_path: Path) -> None:
    with practice(tmp_path) as run:
        run.finish()
    with pytest.raises(NotSteerable, match="is done; begin another with: journeyman practice"):
        send(read_run(run.path), Command(kind="pause"))
    with pytest.raises(KeyboardInterrupt), practice(tmp_path) as ended:
        raise KeyboardInterrupt
    with pytest.raises(NotSteerable, match=f"go on with: journeyman practice --resume {ended.name}"):
        send(read_run(ended.path), Command(kind="resume"))
    with (
        practice(tmp_path, "solve") as solve,
        pytest.raises(NotSteerable, match="'solve' run; only a practice"),
    ):
        send(read_run(solve.path), Command(kind="stop"))
