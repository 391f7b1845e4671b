"""Run folders as ``journeyman eval`` and ``solve`` leave them, written in a moment."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from agent.records.runs import Run, RunInfo, read_run

EVALUATION: dict[str, Any] = {
    "suite": "crafter-score", "suite_sha256": "", "library": "library", "episodes": 50, "seed": 0,
    "seeds": "evaluation",
}  # fmt: skip


def evaluation(
    folder: Path, episodes: Iterable[dict[str, Any]], *, finish: bool = True, **changes: Any
) -> RunInfo:
    """A run of a suite."""
    config = {**EVALUATION, **changes}
    with Run.create(folder, command="eval", game="crafter", seed=config["seed"], config=config) as run:
        for episode in episodes:
            run.event("episode", **{"status": "DEATH", "env_steps": 100, "skills": [], **episode})
        if finish:
            run.finish(suite=config["suite"], n=1, metrics={})
    return read_run(run.path)


def unlocking(seed: int, *names: str) -> dict[str, Any]:
    """An episode that unlocked some achievements."""
    return {"seed": seed, "achievements": dict.fromkeys(names, 5), "reward": float(len(names))}


def solving(folder: Path, reached: dict[int, bool], **changes: Any) -> RunInfo:
    """A run for a goal."""
    config = {"task": "a diamond", "library": "library", "episodes": len(reached), **changes}
    with Run.create(folder, command="solve", game="crafter", seed=0, config=config) as run:
        run.event("planned", goal=changes.get("goal", {"diamond": 1}), steps=[])
        for seed, success in reached.items():
            ending = {"kind": "died", "step": 9, "words": "died: <b>arrow</b>, step 9"}
            run.event("episode", seed=seed, success=success, env_steps=9, skills=[], ending=ending)
        run.finish(successes=sum(reached.values()), n=len(reached), success_rate=0.5, ci95=[0, 1])
    return read_run(run.path)
