"""Tasks on levels of NetHack: what lies about is used, and a level's own task is judged by the level."""

from pathlib import Path
from typing import Any

import pytest

from agent.config import SolveConfig
from agent.play.libraries import shipped_library
from agent.solving.report import SolveReport
from agent.solving.solve import solve

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("borrowed_worker")]

OWN_LEVEL = """
MAZE: "mylevel", ' '
FLAGS: noteleport,hardfloor
GEOMETRY: center,center
MAP
|-----|
|.....|
|.....|
|.....|
|-----|
ENDMAP
REGION: (0,0,6,4), lit, "ordinary"
BRANCH: (1,1,1,1), (0,0,0,0)
OBJECT: ('%', "apple"), (4,3)
"""


def solved(tmp_path: Path, task: str, **options: Any) -> SolveReport:
    pytest.importorskip("minihack")
    return solve(
        SolveConfig(
            task=task,
            game="nethack",
            library=shipped_library(),
            runs_dir=tmp_path / "runs",
            workers=1,
            max_steps=60,
            game_options=options,
        )
    )


def test_the_example_of_the_readme(tmp_path: Path) -> None:
    report = solved(tmp_path, "eat", level="MiniHack-Eat-v0")
    assert report.successes == 1
    assert report.episodes[0].skills == ("pick_up", "eat")
    assert report.plan is not None and report.plan.hoped == {"food": "pick_up"}
    assert report.to_record()["understood"] == {"did.eat": 1}


def test_what_the_level_does_not_count_is_no_success(tmp_path: Path) -> None:
    report = solved(tmp_path, "eat", level="MiniHack-Eat-v0", character="val-hum-law-fem")
    assert report.episodes[0].skills[0] == "eat"  # the ration that she brought
    assert report.successes == 0
    assert report.episodes[0].env_steps > 1


def test_a_level_of_ones_own_with_an_apple_on_the_floor(tmp_path: Path) -> None:
    (tmp_path / "own.des").write_text(OWN_LEVEL)
    report = solved(tmp_path, "eat", level=str(tmp_path / "own.des"), character="sam-hum-law-fem")
    assert report.successes == 1
