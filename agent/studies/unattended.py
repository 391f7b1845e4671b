"""One long session without anybody, ended and resumed several times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from agent.config import PracticeConfig, override
from agent.errors import BadConfig
from agent.studies.commands import CommandFailed, latest_run, practise
from agent.studies.growth import growth
from agent.studies.ledger import Ledger, Part
from envs.registry import game_spec

_ENDLESS_STEPS = 10**9
"""Game steps that no session gets through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnattendedStudy:
    """Its settings.

    Attributes:
        game: registry name.
        minutes: of the whole session.
        stages: parts that it is cut into; between two of them it is interrupted and resumed.
        seed: of the session.
        settings: more settings of practice, ``key=value``.
    """

    game: str = "crafter"
    minutes: float = 190.0
    stages: int = 4
    seed: int = 0
    settings_given: tuple[str, ...] = ("chaining=bootstrap", "retirement=true")

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        if self.stages < 1 or not self.minutes > 0:
            raise BadConfig(
                f"stages is {self.stages} and minutes {self.minutes}; expected 1 or more, and above 0"
            )

    def check(self) -> None:
        """Raise `BadConfig` or `UnknownGame` for settings that practice would refuse."""
        game_spec(self.game)
        override(PracticeConfig(game=self.game, seed=self.seed, minutes=self.minutes), self.settings_given)

    def settings(self) -> dict[str, Any]:
        """What tells this study from another."""
        return {
            "study": "unattended", "game": self.game, "minutes": self.minutes, "stages": self.stages,
            "seed": self.seed, "settings": list(self.settings_given),
        }  # fmt: skip

    def run(self, folder: Path, tell: Any) -> int:
        """Do what is not done yet; returns how many parts are done."""
        return Ledger(folder, self.settings()).run(self.parts(folder), tell)

    def parts(self, folder: Path) -> Iterator[Part]:
        """The stages, in order."""
        for stage in range(self.stages):
            yield f"stage/{stage + 1}", partial(self._stage, stage, folder)

    def _stage(self, stage: int, folder: Path) -> dict[str, Any]:
        given = dict(text.split("=", 1) for text in self.settings_given)
        ended = practise(
            folder / "library",
            folder / "runs",
            {
                "game": self.game, "seed": self.seed, "minutes": self.minutes,
                "budget_steps": _ENDLESS_STEPS, **given,
            },
            seconds=None if stage == self.stages - 1 else 60 * self.minutes / self.stages,
        )  # fmt: skip
        run = latest_run(folder / "runs")
        if run is None:
            raise CommandFailed("practice left no run")
        seconds, was_interrupted = round(ended.seconds, 1), ended.interrupted
        return {"stage": stage + 1, "seconds": seconds, "interrupted": was_interrupted, **growth(run)}
