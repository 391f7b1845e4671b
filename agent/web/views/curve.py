"""How a skill was learned: success over game steps, from the run that it was trained in."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from agent.errors import RunDamaged
from agent.records.journal import read_journal
from skills.skill import Skill

MOST_POINTS = 120
"""Points of a curve; more are thinned out evenly."""

_ROUND = re.compile(r"-r([0-9]{1,6})")


def learning_curve(runs: Path | None, skill: Skill | None) -> list[list[float]]:
    """Points (steps, success rate) of a skill's training; none where its run is gone or left none.

    Args:
        runs: folder of run folders.
        skill: its record, whose lineage names the run.
    """
    run = skill.lineage.run if skill else ""
    if runs is None or skill is None or not run or Path(run).name != run:
        return []
    folders = [
        (int(found[1]), path)
        for path in (runs / run / "training").glob(f"{skill.name}-r*")
        if (found := _ROUND.fullmatch(path.name.removeprefix(skill.name)))
    ]
    points: list[list[float]] = []
    before = 0.0
    for _, folder in sorted(folders):
        latest = before
        with suppress(RunDamaged):
            for line in read_journal(folder / "metrics.jsonl"):
                step, rate = line.get("step"), line.get("rollout/success_rate")
                if isinstance(step, int) and isinstance(rate, int | float):
                    latest = max(latest, before + step)
                    points.append([before + step, round(float(rate), 4)])
        before = latest
    return thinned(points, MOST_POINTS)


def thinned(points: list[list[float]], most: int) -> list[list[float]]:
    """At most so many of the points, evenly, the last among them.

    >>> thinned([[0.0], [1.0], [2.0], [3.0], [4.0]], 3)
    [[0.0], [2.0], [4.0]]
    """
    if len(points) <= most:
        return points
    return [points[round(k * (len(points) - 1) / (most - 1))] for k in range(most)]
