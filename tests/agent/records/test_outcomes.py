from pathlib import Path
from typing import Any

import pytest

from agent.records.outcomes import outcomes_of
from agent.records.runs import Run

GOAL = {"diamond": 1}


def solve(folder: Path, episodes: dict[int, int | None], **changes: Any) -> None:
    """A run whose episodes reached the goal after so many steps, or did not."""
    config = {"task": "a diamond", "library": str(folder / "library"), "max_steps": None, **changes}
    with Run.create(folder, command="solve", game="crafter", seed=0, config=config) as run:
        run.event("planned", goal=changes.get("goal", GOAL), steps=[])
        for seed, steps in episodes.items():
            run.event("episode", seed=seed, success=steps is not None, env_steps=steps or 999)


def outcomes(folder: Path, **changes: Any) -> Any:
    settings: dict[str, Any] = {"game": "crafter", "goal": GOAL, "library": folder / "library"}
    return outcomes_of(folder, **{**settings, **changes})


def test_episodes_of_all_runs_count_once(tmp_path: Path) -> None:
    solve(tmp_path, {1: 100, 2: None, 3: 300})
    solve(tmp_path, {3: 300, 4: None})
    found = outcomes(tmp_path)
    assert (found.reached, found.n, found.steps, len(found.runs)) == (2, 4, 200.0, 2)
    assert found.to_record()["rate"] == pytest.approx(0.5)
    low, high = found.to_record()["ci95"]
    assert low == pytest.approx(0.15, abs=0.01)
    assert high == pytest.approx(0.85, abs=0.01)


def test_only_the_same_task_counts(tmp_path: Path) -> None:
    solve(tmp_path, {1: 100}, library=str(tmp_path / "another"))
    solve(tmp_path, {1: 100}, max_steps=50)
    solve(tmp_path, {1: 100}, goal={"diamond": 2})
    solve(tmp_path, {1: 100}, game_options={"level": "x"})
    assert outcomes(tmp_path) is None
    assert outcomes(tmp_path / "nothing") is None


def test_what_is_unclear_and_what_is_damaged_is_left_out(tmp_path: Path) -> None:
    solve(tmp_path, {1: None})
    with Run.create(tmp_path, command="solve", game="crafter", seed=0, config={}) as run:
        run.event("episode", seed=5)
    config = {"library": str(tmp_path / "library"), "max_steps": None}
    with Run.create(tmp_path, command="solve", game="crafter", seed=0, config=config) as run:
        run.event("planned", goal=GOAL)
        run.event("episode", seed=9, success=False, env_steps=3, verdict={"outcome": "unclear"})
    found = outcomes(tmp_path)
    assert (found.reached, found.n, found.steps) == (0, 1, 0.0)
