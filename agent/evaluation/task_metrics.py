"""What the episodes of a suite's tasks come to: an estimate per task and criterion.

Names are ``<task>/<criterion>`` for every criterion, ``<task>/died`` for the percentage of episodes that end
in the character's death, ``<task>/steps`` for the protocol's steps per episode, and ``overall/<criterion>``
for the mean over the tasks that were played.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.evaluation.episodes import EpisodeRecord
from agent.evaluation.scoring.nethack.kinds import CRITERIA
from agent.evaluation.suites.suite import Suite
from agent.evaluation.suites.task import SuiteTask
from agent.stats import Estimate, bootstrap_mean, success_percent
from envs.facts import EndStatus


def task_metrics(suite: Suite, episodes: Sequence[EpisodeRecord], seed: int = 0) -> dict[str, Estimate]:
    """All estimates; a task without episodes has none."""
    metrics: dict[str, Estimate] = {}
    pooled: dict[str, list[float]] = {name: [] for name in suite.overall}
    for task in suite.tasks:
        records = [record for record in episodes if record.task == task.name]
        if not records:
            continue
        for name in task.criteria:
            values = [record.figures[name] for record in records]
            metrics[f"{task.name}/{name}"] = _estimate(task, name, values, seed)
            if name in pooled:
                pooled[name] += values
        died = sum(record.status == EndStatus.DEATH.name for record in records)
        metrics[f"{task.name}/died"] = success_percent(died, len(records))
        metrics[f"{task.name}/steps"] = bootstrap_mean([record.used for record in records], seed)
    for name, values in pooled.items():
        if values:  # as many episodes of every task: the mean over tasks is the rate over all of them
            metrics[f"overall/{name}"] = success_percent(round(sum(values)), len(values))
    return metrics


def _estimate(task: SuiteTask, name: str, values: Sequence[float], seed: int) -> Estimate:
    if CRITERIA[task.criteria[name]["kind"]].unit == "rate":
        return success_percent(round(sum(values)), len(values))
    return bootstrap_mean(values, seed)
