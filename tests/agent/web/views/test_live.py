"""A run as it stands, from folders of every kind: running, ended, torn, of an earlier version, hostile."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig, to_record
from agent.errors import RunDamaged, UnknownRun
from agent.records.commands import Command, CommandBox
from agent.records.runs import Run
from agent.web.views.folders import Folders
from agent.web.views.live import RunWatch, live, live_picture, verdict_picture
from agent.web.views.runs import runs

PNG = b"\x89PNG\r\n\x1a\nrest"


def practice(folder: Path) -> Run:
    config = to_record(PracticeConfig(game="toy", budget_steps=1_000, minutes=5))
    run = Run.create(folder, command="practice", game="toy", seed=0, config=config)
    run.event("claimed", skill="collect_wood", effects={})
    run.event("chosen", skill="collect_wood", reason="nearest", following=["collect_stone"])
    run.metrics(**{"skill": "collect_wood", "train/steps": 100, "train/success": 0.5})
    return run


def show(run: Path, **state: Any) -> None:
    (run / "live").mkdir(exist_ok=True)
    (run / "live" / "state.json").write_text(json.dumps({"schema": 1, "doing": "training", **state}))


def test_a_running_practice_is_told_whole(tmp_path: Path) -> None:
    with practice(tmp_path) as run:
        show(run.path, steps=100)
        told = live(Folders(runs=tmp_path), run.name)
        json.dumps(told, allow_nan=False)
    assert told["run"]["status"] == "running" and told["run"]["not_steerable"] == ""
    assert told["run"]["title"] == "Toy meadow"
    assert told["limits"]["steps"] == 1_000 and told["limits"]["minutes"] == 5
    assert told["now"]["steps"] == 100
    assert told["skills"][0]["curve"] == [(100, 0.5)]
    assert told["chosen"]["skill"] == "collect_wood"


def test_commands_that_the_practice_has_not_come_to_are_told_until_it_has(tmp_path: Path) -> None:
    with practice(tmp_path) as run:
        watch = RunWatch(run.path)
        watch.catch_up()
        assert watch.snapshot()["asked"] == {"commands": []}
        CommandBox(run.path).put(Command(kind="pause"))
        (run.path / "commands" / "x.json").write_text("no command")
        assert watch.look() == {"asked": {"commands": ["pause"]}}
        assert watch.look() == {}
        assert live(Folders(runs=tmp_path), run.name)["asked"] == {"commands": ["pause"]}
        list(CommandBox(run.path).take())
        assert watch.look() == {"asked": {"commands": []}}


def test_a_run_without_any_of_the_new_files_is_told_as_well(tmp_path: Path) -> None:
    """As runs of version 0.5.0 are."""
    with practice(tmp_path) as run:
        run.finish(admitted=[], abandoned=[], retired=[], steps=100, minutes=1.5, calls=0, tokens=0, usd=0.0)
    told = live(Folders(runs=tmp_path), run.name)
    assert told["now"] == {} and told["verdicts"] == []
    assert told["run"]["spent"] == {"steps": 100, "minutes": 1.5, "calls": 0, "tokens": 0, "usd": 0.0}
    assert "is done" in told["run"]["not_steerable"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"schema":7}', b"\xff", b"[" * 9_999, b"9" * 300_000]
)
def test_a_state_that_cannot_be_read_is_left_out(tmp_path: Path, content: bytes) -> None:
    with practice(tmp_path) as run:
        (run.path / "live").mkdir()
        (run.path / "live" / "state.json").write_bytes(content)
    assert live(Folders(runs=tmp_path), run.name)["now"] == {}


def test_journals_that_are_torn_or_gone_are_told_as_far_as_they_go(tmp_path: Path) -> None:
    with practice(tmp_path) as run:
        pass
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b'{"kind":"admitted","skill":"collect_wo')
    (run.path / "metrics.jsonl").unlink()
    told = live(Folders(runs=tmp_path), run.name)
    assert [skill["status"] for skill in told["skills"]] == ["open"]
    assert told["skills"][0]["curve"] == []


def test_what_changes_is_told_once(tmp_path: Path) -> None:
    with practice(tmp_path) as run:
        watch = RunWatch(run.path)
        assert watch.look()["run"]["status"] == "running"
        assert watch.look() == {}
        run.event("admitted", skill="collect_wood", version=1)
        run.metrics(**{"skill": "collect_wood", "train/steps": 200, "train/success": 1.0})
        show(run.path, steps=200)
        change = watch.look()
        assert [entry["text"] for entry in change["entries"]] == ["collect_wood admitted, version 1"]
        assert change["points"] == [("collect_wood", 200, 1.0)]
        assert change["skills"][0]["status"] == "admitted"
        assert change["now"]["steps"] == 200
        assert watch.look() == {}
        assert not watch.over
        run.finish()
    assert watch.look()["run"]["status"] == "done"
    assert watch.over


def test_journals_that_begin_anew_are_told_whole(tmp_path: Path) -> None:
    with practice(tmp_path) as run:
        watch = RunWatch(run.path)
        watch.look()
        os.truncate(run.path / "events.jsonl", 0)
        run.event("claimed", skill="other", effects={})
        whole = watch.look()["snapshot"]
    assert [skill["name"] for skill in whole["skills"]] == ["other", "collect_wood"]


def test_pictures_are_png_files_of_the_run_and_nothing_else(tmp_path: Path) -> None:
    folders = Folders(runs=tmp_path)
    with practice(tmp_path) as run:
        pass
    with pytest.raises(UnknownRun, match=r"no picture\.png"):
        live_picture(folders, run.name)
    show(run.path)
    (run.path / "live" / "picture.png").write_bytes(PNG)
    assert live_picture(folders, run.name) == PNG
    (run.path / "live" / "picture.png").write_bytes(b"<svg onload=alert(1)>")
    with pytest.raises(RunDamaged, match="no PNG"):
        live_picture(folders, run.name)
    for name in ("../../run.json", "0001.png/../../x", "", "٣.png", "1.svg", "\x1b[2J.png"):
        with pytest.raises(UnknownRun, match="named by number") as raised:
            verdict_picture(folders, run.name, name)
        assert "\x1b" not in str(raised.value)
    with pytest.raises(UnknownRun, match="no run"):
        live_picture(folders, "../" + tmp_path.name)


def test_the_list_has_all_runs_the_latest_first_and_damaged_ones_too(tmp_path: Path) -> None:
    folders = Folders(runs=tmp_path / "runs")
    assert runs(folders) == {"runs": [], "more": 0}
    with practice(folders.runs) as first:
        assert runs(folders)["runs"][0]["status"] == "running"
    broken = folders.runs / "20000101T000000Z-\x1b[2J"
    broken.mkdir()
    (broken / "run.json").write_text("{")
    rows = runs(folders)["runs"]
    assert [row["status"] for row in rows] == ["crashed", "damaged"]
    assert "\x1b" not in json.dumps(rows[1]) and "\\u001b" not in json.dumps(rows[1])
    with (first.path / "events.jsonl").open("ab") as file:
        file.write(b'{"at":"2026-01-01T00:00:00Z","kind":"interrupted"}\n')
    assert runs(folders)["runs"][0]["status"] == "interrupted"


def test_a_state_with_values_of_other_kinds_is_told_without_them(tmp_path: Path) -> None:
    """A page maps over lists and counts with numbers; one value of another kind must not end it."""
    hostile: dict[str, Any] = {
        "skill": ["eat"], "description": "left\u202eright", "steps": float("inf"), "seconds": True,
        "queued": "drink", "limits": [1], "model": {"calls": "many"}, "round": {"steps": 3},
        "game": {
            "at": "2026-11-27T04:21:26.691Z", "step": None,
            "bars": [7, {"name": "food", "value": 3, "high": 9}],
            "facts": {"count": {"wood": 2, "stone": "<b>"}, "place": 3}, "plan": [None, "eat"], "of": {},
        },
    }  # fmt: skip
    with practice(tmp_path) as run:
        show(run.path, **hostile)
        now = live(Folders(runs=tmp_path), run.name)["now"]
    assert now["description"] == "left\\u202eright"
    assert not {"skill", "steps", "seconds"} & now.keys()
    assert (now["queued"], now["limits"], now["model"], now["round"]) == ([], {}, {}, {})
    assert now["game"] == {
        "of": "", "at": "2026-11-27T04:21:26.691Z", "step": 0, "goal": {}, "plan": ["eat"],
        "bars": [{"name": "food", "value": 3, "high": 9}], "facts": {"count": {"wood": 2}, "place": {}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"), [("game", ["toy"]), ("command", {}), ("created", 7), ("pid", "x\0")]
)
def test_a_run_that_says_things_of_other_kinds_keeps_nobody_from_the_others(
    tmp_path: Path, key: str, value: Any
) -> None:
    with practice(tmp_path) as good, practice(tmp_path) as bad:
        record = json.loads((bad.path / "run.json").read_text())
        (bad.path / "run.json").write_text(json.dumps({**record, key: value}))
        listed = {row["name"]: row for row in runs(Folders(runs=tmp_path))["runs"]}
    assert listed[good.name]["status"] == "running"
    assert listed[bad.name]["status"] == "damaged"
    assert f"as {key}; expected a" in listed[bad.name]["result"]
