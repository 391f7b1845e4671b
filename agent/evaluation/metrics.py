"""The estimates of a suite by name, rates and progress in percent.

Where achievements count: ``score`` or ``progress`` first, then ``reward``, ``env_steps``, and
``unlocked/<achievement>``.

Where tasks count: ``<task>/<criterion>`` for every criterion, ``<task>/died`` for the percentage of episodes
that end in the character's death, ``<task>/steps`` for the protocol's steps per episode, and
``overall/<criterion>`` for the mean over the tasks that were played.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.evaluation.episodes import EpisodeRecord
from agent.evaluation.scoring.registry import unit_of
from agent.evaluation.suites.suite import Suite
from agent.evaluation.suites.task import SuiteTask
from agent.stats import Estimate, bootstrap_mean, crafter_score, success_percent
from envs.facts import EndStatus
from envs.registry import game_spec


def suite_metrics(suite: Suite, episodes: Sequence[EpisodeRecord], seed: int = 0) -> dict[str, Estimate]:
    """All estimates of a suite. Raises `ValueError` when there are no episodes, but for tasks."""
    if suite.tasks:
        return task_metrics(suite, episodes, seed)
    return achievement_metrics(suite, episodes, seed)


def achievement_metrics(
    suite: Suite, episodes: Sequence[EpisodeRecord], seed: int = 0
) -> dict[str, Estimate]:
    """All estimates where achievements count. Raises `ValueError` when there are no episodes."""
    names = [name.removeprefix("did.") for name in game_spec(suite.game).achievements]
    unlocked = [[name in episode.achievements for name in names] for episode in episodes]
    metrics = {}
    if suite.metric == "score":
        metrics["score"] = crafter_score(unlocked, seed)
    metrics["progress"] = bootstrap_mean([100 * sum(row) / len(names) for row in unlocked], seed)
    metrics["reward"] = bootstrap_mean([episode.reward for episode in episodes], seed)
    metrics["env_steps"] = bootstrap_mean([episode.env_steps for episode in episodes], seed)
    for column, name in enumerate(names):
        metrics[f"unlocked/{name}"] = success_percent(sum(row[column] for row in unlocked), len(episodes))
    return metrics


def task_metrics(suite: Suite, episodes: Sequence[EpisodeRecord], seed: int = 0) -> dict[str, Estimate]:
    """All estimates where tasks count; a task without episodes has none."""
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
    if unit_of(task.game, task.criteria[name]) == "rate":
        return success_percent(round(sum(values)), len(values))
    return bootstrap_mean(values, seed)
