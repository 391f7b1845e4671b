"""The study of Minecraft's tasks: what it refuses, what it keeps, and its tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.errors import BadConfig
from agent.records.endings import Ending
from agent.solving.report import SolvedEpisode, SolveReport
from agent.studies import minecraft
from agent.studies.ledger import read_results
from agent.studies.minecraft import MINEDOJO, MinecraftStudy
from agent.studies.tables import tables
from envs.errors import UnknownTask
from planners.errors import NoPlan
from planners.plan import Goal


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"episodes": 0}, "expected --episodes, --max-steps and --workers of 1 or more, no negative --seed"),
        (
            {"tasks": ("plan4mc", "harvest_1_log")},
            "plan4mc stands for forty tasks that the package does not have; give it alone, with --engine "
            "block-world",
        ),
        (
            {"tasks": ("plan4mc",), "engine": "minedojo"},
            "plan4mc stands for forty tasks that the package does not have; give it alone, with --engine "
            "block-world",
        ),
    ],
)
def test_what_cannot_be_played_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadConfig) as caught:
        replace(MinecraftStudy(), **changes).check()
    assert str(caught.value) == message


def test_a_task_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownTask, match="MineDojo has no task 'harvest_1_lgo'; did you mean"):
        MinecraftStudy(tasks=("harvest_1_lgo",)).check()
    MinecraftStudy(tasks=MINEDOJO, engine="minedojo").check()
    assert len({task.partition("_")[0] for task in MINEDOJO}) == 3


def episode(seed: int, success: bool) -> SolvedEpisode:
    ending = Ending(kind="done" if success else "died", step=9, words="done at step 9" if success else "died")
    return SolvedEpisode(seed=seed, success=success, env_steps=9, skills=(), ending=ending)


def test_each_task_is_kept_and_told_beside_what_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def solve(task: str, **settings: Any) -> SolveReport:
        asked.append((task, settings))
        if task == "bed=1":
            raise NoPlan("missing: 3 of wool", {"wool": 3})
        return SolveReport(
            task=task, game="minecraft", goal=Goal(facts={}, text=task), plan=None, run="a-run",
            episodes=(episode(1, True), episode(2, "wooden" in task)), stand_in="block world: not Minecraft",
        )  # fmt: skip

    monkeypatch.setattr(minecraft, "solve", solve)
    study, told = MinecraftStudy(tasks=("plan4mc",)), list[str]()
    assert study.run(tmp_path, told.append) == 40
    assert (len(asked), len(told)) == (40, 40)
    by_goal = dict(asked)
    assert by_goal["stone_pickaxe=1"]["game_options"] == {
        "engine": "block-world",
        "carried": "wooden_pickaxe=1",
    }
    assert by_goal["stick=1"]["game_options"] == {"engine": "block-world"}
    assert study.run(tmp_path, told.append) == 40
    assert len(asked) == 40
    assert (
        read_results(tmp_path)["craft_bed_with_crafting_table_and_shears"]["why_not"] == "missing: 3 of wool"
    )
    (title, rows), (_, by_task) = tables(tmp_path)
    assert title == "Minecraft's tasks, played in: block world: not Minecraft"
    assert rows[0][-1] == "Plan4MC's episodes in Minecraft itself, with pixels: not comparable"
    assert [row[:4] for row in rows[1:]] == [
        ["Plan4MC, cut_trees", "10", "10", "10"], ["Plan4MC, mine_stones", "10", "10", "10"],
        ["Plan4MC, interact_mobs", "10", "9", "9"], ["Plan4MC, mine_ores", "10", "10", "10"],
    ]  # fmt: skip
    assert rows[1][4].startswith("70 % (")
    assert [row[-1] for row in rows[1:]] == ["41.7%", "29.3%", "32.0%", "26.7%"]
    assert len(by_task) == 41


def test_another_studys_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minecraft, "_tasks", lambda names: iter(()))
    MinecraftStudy(seed=1).run(tmp_path, print)
    with pytest.raises(BadConfig, match="holds a study with other settings"):
        MinecraftStudy(seed=2).run(tmp_path, print)
