"""The estimates of a suite by name, rates and progress in percent.

Where achievements count: ``score`` or ``progress`` first, then ``reward``, ``env_steps``, and
``unlocked/<achievement>``.

Where tasks count: ``<task>/<criterion>`` for every criterion, ``<task>/died`` for the percentage of episodes
that end in the character's death, ``<task>/steps`` for the protocol's steps per episode, and
``overall/<criterion>`` for the mean over the tasks that were played. Tasks given in words also have
``<task>/attempted``, and ``<task>/unclear`` where a judge looked; with several libraries, the interval of
their ``<task>/success`` and of ``overall/success`` is that of `agent.stats.nested_mean`.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.evaluation.episodes import EpisodeRecord
from agent.evaluation.scoring.registry import unit_of
from agent.evaluation.suites.suite import Suite
from agent.evaluation.suites.task import SuiteTask
from agent.stats import Estimate, bootstrap_mean, crafter_score, nested_mean, success_percent
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
    if any(record.text for record in episodes):
        metrics |= _of_words(suite, episodes, seed)
    return metrics


def _of_words(suite: Suite, episodes: Sequence[EpisodeRecord], seed: int) -> dict[str, Estimate]:
    """What tasks given in words have besides: shares attempted and unclear, and means over libraries."""
    metrics: dict[str, Estimate] = {}
    names = [task.name for task in suite.tasks if any(record.task == task.name for record in episodes)]
    for name in names:
        records = [record for record in episodes if record.task == name]
        metrics |= _shares(name, records)
    metrics |= _shares("overall", episodes)
    tables = {
        (criterion, name): _by_library(episodes, name, criterion)
        for criterion in suite.overall
        for name in names
    }
    if any(len(table) > 1 for table in tables.values()):
        for (criterion, name), table in tables.items():
            metrics[f"{name}/{criterion}"] = nested_mean([[row] for row in table], seed)
        for criterion in suite.overall:
            by_task = [tables[criterion, name] for name in names]
            metrics[f"overall/{criterion}"] = nested_mean(list(zip(*by_task, strict=True)), seed)
    return metrics


def _shares(name: str, records: Sequence[EpisodeRecord]) -> dict[str, Estimate]:
    """Episodes in which something was tried, and those of which the judge could not say how they went."""
    unclear = sum(record.verdict.get("outcome") == "unclear" for record in records)
    return {
        f"{name}/attempted": success_percent(sum(record.attempted for record in records), len(records)),
        f"{name}/unclear": success_percent(unclear, len(records)),
    }


def _by_library(episodes: Sequence[EpisodeRecord], task: str, criterion: str) -> list[list[float]]:
    """The criterion's values of a task in percent, a row for each library."""
    rows: dict[str, list[float]] = {}
    for record in episodes:
        if record.task == task:
            rows.setdefault(record.library, []).append(100 * record.figures[criterion])
    return list(rows.values())


def _estimate(task: SuiteTask, name: str, values: Sequence[float], seed: int) -> Estimate:
    if unit_of(task.game, task.criteria[name]) == "rate":
        return success_percent(round(sum(values)), len(values))
    return bootstrap_mean(values, seed)
