"""What a run came to: figures with intervals beside published ones, by achievement and by task."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Final

from agent.errors import NoReport, RunDamaged
from agent.evaluation.metrics import suite_metrics
from agent.evaluation.suites.figure import PublishedFigure
from agent.evaluation.suites.task import SuiteTask
from agent.records.episodes import episodes_of
from agent.records.runs import RunInfo
from agent.records.summary import summary_of
from agent.stats import Estimate, success_percent
from agent.web.views.evaluated import Evaluated, estimate_record, open_evaluated
from envs.text import plain

MOST_EPISODES: Final = 2_000
"""Episodes that a page lists."""

UNITS: Final[Mapping[str, str]] = {
    "score": "Crafter score",
    "progress": "achievements, percent",
    "reward": "reward per episode",
    "env_steps": "game steps per episode",
    "died": "died, percent",
    "steps": "steps per episode",
    "success": "success, percent",
    "attempted": "attempted, percent",
    "unclear": "unclear, percent",
    "literal": "as literally said, percent",
    "true": "as meant, percent",
    "depth": "depth reached",
}
"""Measures, as their titles say them; others are called what they are."""

MEASURES: Final = ("score", "progress", "reward", "env_steps")
"""Measures over all achievements, in the order in which they are shown."""


def report(run: RunInfo) -> dict[str, Any]:
    """What a run came to, however it stands: a run that goes on or was broken off with what it has.

    Raises:
        NoReport: there is nothing yet, or it is a run that has no report.
        RunDamaged: it cannot be read.
    """
    if run.command == "eval":
        return _evaluation(open_evaluated(run))
    if run.command == "solve":
        return _solved(run)
    raise NoReport(f"run {run.name!r} is a {run.command} run; journeyman serve shows it, a report does not")


def _head(run: RunInfo) -> dict[str, Any]:
    return {**summary_of(run).to_record(), "path": str(run.path), "seed": run.seed}


def _evaluation(it: Evaluated) -> dict[str, Any]:
    metrics = suite_metrics(it.suite, it.episodes, it.config.seed)
    return {
        "run": _head(it.run),
        "kind": "eval",
        "title": it.suite.title,
        "protocol": " ".join(it.suite.protocol.split()),
        "command": it.command,
        "who": it.who,
        "seeds": it.config.seeds,
        "library": str(it.config.library),
        "mode": it.mode,
        "n": len(it.episodes),
        "planned": it.config.episodes,
        "figures": list(_tasks(it, metrics) if it.suite.tasks else _figures(it, metrics)),
        "achievements": _achievements(it, metrics),
        "episodes": _numbered(it.run, [_episode(it, episode) for episode in it.episodes[:MOST_EPISODES]]),
    }


def _ours(it: Evaluated, figure: Estimate, label: str = "") -> dict[str, Any]:
    estimate = estimate_record(figure.mean, figure.interval.low, figure.interval.high, figure.n)
    return {"label": label or f"{it.who}, measured here", "tone": "ours", **estimate}


def _published(row: PublishedFigure) -> dict[str, Any]:
    spread = {} if row.spread is None else {"spread": row.spread}
    note = "; ".join(filter(None, (row.note, row.source)))
    return {"label": row.label, "tone": "published", "mean": row.value, "note": note, **spread}


def _figures(it: Evaluated, metrics: Mapping[str, Estimate]) -> Iterator[dict[str, Any]]:
    """Measures over all achievements; the suite's own with the published rows."""
    for name in (it.suite.metric, *(name for name in MEASURES if name != it.suite.metric)):
        if name in metrics:
            rows = [_ours(it, metrics[name])]
            rows += [_published(row) for row in it.suite.figures] if name == it.suite.metric else []
            yield {"title": UNITS[name], "rows": rows}


def _achievements(it: Evaluated, metrics: Mapping[str, Estimate]) -> dict[str, Any]:
    """Every achievement: the share of episodes that unlock it, and published shares by who."""
    rows = []
    for name, figure in metrics.items():
        if name.startswith("unlocked/"):
            achievement = name.removeprefix("unlocked/")
            published = {
                who: rates[achievement] for who, rates in it.suite.rates.items() if achievement in rates
            }
            rows.append({**_ours(it, figure, achievement), "published": published})
    return {"rows": rows, "who": list(it.suite.rates)} if rows else {}


def _tasks(it: Evaluated, metrics: Mapping[str, Estimate]) -> Iterator[dict[str, Any]]:
    """A figure per measure over all tasks, and then one per task that has published rows."""
    overall = [
        (name, metrics[f"overall/{name}"]) for name in it.suite.overall if f"overall/{name}" in metrics
    ]
    for name, figure in overall:
        rows = [_ours(it, figure), *(_published(row) for row in it.suite.figures)]
        yield {"title": f"Mean over the tasks played: {UNITS.get(name, name)}", "rows": rows}
    played = [task for task in it.suite.tasks if f"{task.name}/steps" in metrics]
    for measure in dict.fromkeys(name.rpartition("/")[2] for name in metrics):
        rows = [
            _ours(it, metrics[f"{task.name}/{measure}"], task.name)
            for task in played
            if f"{task.name}/{measure}" in metrics
        ]
        if rows:
            yield {"title": f"By task: {UNITS.get(measure, measure)}", "rows": rows, "first": "task"}
    for task in played:
        if task.figures:
            yield _task_beside_published(it, task, metrics)
    if it.not_run:
        notes = [{"label": plain(name), "text": "not run", "note": why} for name, why in it.not_run.items()]
        yield {"title": "Tasks that were not run", "rows": notes, "first": "task"}


def _task_beside_published(it: Evaluated, task: SuiteTask, metrics: Mapping[str, Estimate]) -> dict[str, Any]:
    first = next(iter(task.criteria))
    rows = [_ours(it, metrics[f"{task.name}/{first}"]), *(_published(row) for row in task.figures)]
    return {"title": f"{task.name}: {UNITS.get(first, first)}", "rows": rows}


def _episode(it: Evaluated, episode: Any) -> dict[str, Any]:
    """One episode in a line; its films and its replay are found by its seed."""
    record = {
        "seed": episode.seed,
        "task": plain(episode.task),
        "end": plain(episode.ending.get("words") or episode.end or episode.status.lower().replace("_", " ")),
        "steps": episode.used or episode.env_steps,
    }
    if it.suite.tasks:
        return {**record, "figures": {name: round(value, 4) for name, value in episode.figures.items()}}
    return {**record, "unlocked": len(episode.achievements), "reward": round(episode.reward, 2)}


def _solved(run: RunInfo) -> dict[str, Any]:
    """Episodes of one goal; nothing is published about it."""
    episodes = [event for event in run.events() if event.get("kind") == "episode"]
    if not episodes:
        raise NoReport(f"no episode of run {run.name!r} is over yet; wait for one, or play it again")
    clear = [it for it in episodes if (it.get("verdict") or {}).get("outcome") != "unclear"]
    figure = success_percent(sum(bool(it.get("success")) for it in clear), len(clear))
    estimate = estimate_record(figure.mean, figure.interval.low, figure.interval.high, figure.n)
    config = run.config()
    return {
        "run": _head(run),
        "kind": "solve",
        "title": plain(config.get("task", "")),
        "protocol": "The goal was carried out on fresh evaluation seeds; unclear episodes count as neither.",
        "command": plain(
            f"journeyman solve '{config.get('task', '')}' --game {run.game} "
            f"--episodes {config.get('episodes')} --seed {run.seed}"
        ),
        "who": "Journeyman",
        "seeds": "evaluation",
        "library": plain(config.get("library", "")),
        "mode": "",
        "n": len(episodes),
        "planned": config.get("episodes"),
        "figures": [
            {"title": "Goal reached, percent", "rows": [{"label": "Journeyman", "tone": "ours", **estimate}]}
        ],
        "achievements": {},
        "episodes": _numbered(run, _solved_episodes(episodes[:MOST_EPISODES])),
    }


def _numbered(run: RunInfo, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the number under which each can be played again; None where it cannot.

    Both lists are in the order in which episodes ended, so that the second on a seed is the second there.
    """
    kept: dict[int, deque[str]] = {}
    with suppress(RunDamaged):
        for episode in islice(episodes_of(run), MOST_EPISODES):
            kept.setdefault(episode.trace.seed, deque()).append(episode.name)
    numbers = (kept.get(row["seed"]) for row in rows)
    return [
        {**row, "episode": found.popleft() if found else None}
        for row, found in zip(rows, numbers, strict=True)
    ]


def _solved_episodes(episodes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "seed": it.get("seed"),
            "task": "",
            "end": plain((it.get("ending") or {}).get("words", "")),
            "steps": it.get("env_steps"),
            "reached": bool(it.get("success")),
        }
        for it in episodes
    ]
