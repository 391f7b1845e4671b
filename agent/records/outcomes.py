"""How often a goal was reached in play: what the runs in a folder say, dangers and guards included."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agent.errors import RunDamaged
from agent.records.runs import RunInfo, list_runs
from agent.stats import Estimate, success_estimate
from agent.surroundings import real_path

MOST_RUNS: Final = 200
"""Runs that are looked at, the latest."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Episodes that were played for one goal.

    Attributes:
        reached: in how many it was.
        n: how many there were, unclear ones aside.
        steps: mean game steps of those that reached it; 0 where none did.
        runs: names of the runs.
    """

    reached: int
    n: int
    steps: float
    runs: tuple[str, ...]

    @property
    def estimate(self) -> Estimate:
        """The rate with its interval, 0..1."""
        return success_estimate(self.reached, self.n)

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "reached": self.reached,
            "n": self.n,
            "rate": self.estimate.mean,
            "ci95": self.estimate.interval.rounded(4),
            "mean_steps": round(self.steps, 1),
            "runs": list(self.runs),
        }


def outcomes_of(
    runs_dir: Path,
    game: str,
    goal: Mapping[str, int],
    library: Path,
    options: Mapping[str, Any] | None = None,
) -> Outcomes | None:
    """What became of a goal in the runs of ``journeyman solve``; None where it was not played.

    Each episode counts once, even if several runs played it on the same seed.

    Args:
        runs_dir: folder of runs.
        game: registry name.
        goal: fact -> least count.
        library: that was played with.
        options: of the game.
    """
    lengths: dict[int, int | None] = {}
    names: list[str] = []
    for run in list_runs(runs_dir)[-MOST_RUNS:]:
        if run.command != "solve" or run.game != game:
            continue
        with suppress(RunDamaged, OSError, KeyError, TypeError, ValueError, AttributeError):
            if _was_for(run, goal, library, options or {}):
                lengths |= _episodes(run)
                names.append(run.name)
    if not lengths:
        return None
    steps = [length for length in lengths.values() if length is not None]
    mean = sum(steps) / len(steps) if steps else 0.0
    return Outcomes(len(steps), len(lengths), mean, tuple(names))


def _was_for(run: RunInfo, goal: Mapping[str, int], library: Path, options: Mapping[str, Any]) -> bool:
    """Whether a run played for this goal with this library; one of limited steps did not."""
    config = run.config()
    if real_path(Path(config["library"])) != real_path(library) or config.get("max_steps") is not None:
        return False
    if dict(config.get("game_options") or {}) != dict(options):
        return False
    return any(event.get("kind") == "planned" and event.get("goal") == dict(goal) for event in run.events())


def _episodes(run: RunInfo) -> dict[int, int | None]:
    """Seed -> game steps until the goal was reached; None where it was not."""
    episodes = [event for event in run.events() if event.get("kind") == "episode"]
    clear = [event for event in episodes if event.get("verdict", {}).get("outcome") != "unclear"]
    return {int(e["seed"]): int(e["env_steps"]) if e["success"] else None for e in clear}
