"""Libraries that grow by chains, by chains at random, or by more practice of what they have: compared.

Base libraries are learned from different seeds. Each is branched into every arm, which gets the same game
steps on top, so that arms are compared pair by pair.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from agent.errors import BadConfig
from agent.evaluation.suites.suite import MODES, load_suite
from agent.stats import Estimate, nested_mean
from agent.studies.commands import CommandFailed, evaluate, latest_run, practise
from agent.studies.growth import growth
from agent.studies.ledger import Ledger, Part, read_results
from envs.registry import game_spec

ARMS: Final[Mapping[str, Mapping[str, str]]] = {
    "bootstrapped": {"chaining": "bootstrap", "retirement": "true"},
    "random": {"chaining": "random", "retirement": "true"},
    "primitives": {"chaining": "none", "retirement": "true"},
    "kept": {"chaining": "bootstrap", "retirement": "false"},
}
"""Arm -> its settings: chains by plausibility and success; chains at random; the same steps on more practice
of what is there; chains of which none is ever retired."""

ALL_BASES: Final = ("bootstrapped", "random", "primitives")
"""Arms that every base library is branched into; the others only for the first ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrappingStudy:
    """Its settings.

    Attributes:
        game: registry name.
        bases: base libraries.
        few: of these, the first ones that are also played by name and branched into the arm ``kept``.
        base_steps: game steps of each base library.
        base_minutes: wall time, at most.
        added_steps: game steps that every arm gets on top.
        added_minutes: wall time, at most.
        suites: suites or files of suites, with the mode they are played in: ``suite:mode``.
        episodes: of each task.
    """

    game: str = "crafter"
    bases: int = 6
    few: int = 2
    base_steps: int = 600_000
    base_minutes: float = 25.0
    added_steps: int = 300_000
    added_minutes: float = 25.0
    suites: tuple[str, ...] = ("crafter-composites:plan",)
    episodes: int = 6

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        if min(self.bases, self.base_steps, self.added_steps, self.episodes) < 1 or self.few < 0:
            raise BadConfig("bases, base_steps, added_steps and episodes: expected at least one of each")
        for suite in self.suites:
            name, _, mode = suite.rpartition(":")
            if not name or mode not in MODES:
                raise BadConfig(
                    f"suite is {suite!r}; expected suite:mode, e.g. crafter-composites:plan, with a mode of "
                    f"{', '.join(MODES)}"
                )
        if not 0 < min(self.base_minutes, self.added_minutes) < math.inf:
            raise BadConfig("base_minutes and added_minutes: expected more than 0, e.g. --base-minutes 25")

    def check(self) -> None:
        """Raise `BadConfig`, `UnknownGame` or `UnknownSuite` for what can only fail later."""
        game_spec(self.game)
        for suite in self.suites:
            found = load_suite(suite.rsplit(":", 1)[0])
            if found.game != self.game:
                raise BadConfig(f"suite {found.name!r} is of {found.game}; expected one of {self.game}")

    def settings(self) -> dict[str, Any]:
        """What tells this study from another; more bases, suites and episodes may be added to it."""
        return {
            "study": "bootstrapping", "game": self.game, "few": self.few,
            "base_steps": self.base_steps, "added_steps": self.added_steps, "episodes": self.episodes,
        }  # fmt: skip

    def run(self, folder: Path, tell: Any) -> int:
        """Do what is not done yet; returns how many parts are done."""
        return Ledger(folder, self.settings()).run(self.parts(folder), tell)

    def parts(self, folder: Path) -> Iterator[Part]:
        """All parts, base by base, so that whole pairs are there early."""
        for base in range(self.bases):
            yield f"base/{base}", partial(self._base, base, folder)
            for arm in self._arms(base):
                yield f"grown/{arm}/{base}", partial(self._grown, arm, base, folder)
                for suite in self._suites(base):
                    name = f"played/{suite}/{arm}/{base}"
                    yield name, partial(self._played, suite, arm, base, folder)

    def _arms(self, base: int) -> Sequence[str]:
        return (*ALL_BASES, "kept") if base < self.few else ALL_BASES

    def _suites(self, base: int) -> list[str]:
        """The suites that a base's arms are played in; of the first bases also by name."""
        suites = list(self.suites)
        if base < self.few:
            suites += [f"{suite.rsplit(':', 1)[0]}:name" for suite in self.suites]
        return list(dict.fromkeys(suites))

    def _base(self, base: int, folder: Path) -> dict[str, Any]:
        home = folder / "bases" / str(base)
        settings = {
            "game": self.game, "seed": base, "budget_steps": self.base_steps, "minutes": self.base_minutes,
        }  # fmt: skip
        practise(home / "library", home / "runs", settings)
        return {"base": base, **_outcome(home)}

    def _grown(self, arm: str, base: int, folder: Path) -> dict[str, Any]:
        home = folder / "arms" / f"{arm}-{base}"
        _branch(folder / "bases" / str(base) / "library", home / "library")
        settings = {
            "game": self.game, "seed": 1_000 + base, "budget_steps": self.added_steps,
            "minutes": self.added_minutes, **ARMS[arm],
        }  # fmt: skip
        practise(home / "library", home / "runs", settings)
        return {"arm": arm, "base": base, **_outcome(home)}

    def _played(self, suite: str, arm: str, base: int, folder: Path) -> dict[str, Any]:
        home, (name, mode) = folder / "arms" / f"{arm}-{base}", suite.rsplit(":", 1)
        runs = home / "evaluations" / f"{Path(name).stem}-{mode}"
        episodes = evaluate(name, [home / "library"], runs, mode=mode, episodes=self.episodes)
        rows = [
            [episode["task"], int(episode["seed"]), float(episode["figures"].get("success", 0.0))]
            for episode in episodes
        ]
        return {"suite": suite, "arm": arm, "base": base, "episodes": rows}


def differences(folder: Path, suite: str, arm: str, other: str) -> Estimate | None:
    """The mean difference of two arms in percent, paired by library, task and episode; None without pairs."""
    played: dict[tuple[str, int], dict[tuple[str, int], float]] = {}
    for record in read_results(folder).values():
        if record.get("suite") == suite:
            rows = {(task, seed): value for task, seed, value in record["episodes"]}
            played[record["arm"], record["base"]] = rows
    bases = sorted(base for name, base in played if name == arm and (other, base) in played)
    values = [_paired(played[arm, base], played[other, base]) for base in bases]
    return nested_mean(values) if values else None


def _paired(one: Mapping[tuple[str, int], float], two: Mapping[tuple[str, int], float]) -> list[list[float]]:
    """Differences in percent by task, of the episodes that both have."""
    by_task: dict[str, list[float]] = {}
    for task, seed in sorted(one.keys() & two.keys()):
        by_task.setdefault(task, []).append(100 * (one[task, seed] - two[task, seed]))
    return list(by_task.values())


def _branch(base: Path, copy: Path) -> None:
    """Copy a base library, whole or not at all."""
    if copy.exists():
        return
    copying = copy.with_name(f".{copy.name}.copying")
    shutil.rmtree(copying, ignore_errors=True)
    shutil.copytree(base, copying)
    copying.rename(copy)


def _outcome(home: Path) -> dict[str, Any]:
    """What a practice run came to."""
    run = latest_run(home / "runs")
    if run is None:
        raise CommandFailed(f"practice left no run in {str(home / 'runs')!r}")
    result = run.result()
    grown = growth(run)
    return {
        "steps": result.get("steps", 0),
        "stopped": result.get("stopped", ""),
        "admitted": grown["admitted"],
        "new": grown["new"],
        "abandoned": len(grown["abandoned"]),
    }
