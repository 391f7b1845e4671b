"""A training's state on disk: tensors and counters in one file, read back with weights only."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from envs.disk import Written
from skills.errors import LibraryDamaged
from skills.files import write_atomically
from skills.training.spec import SkillCounts

SCHEMA = 1
"""Schema number of a checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """The progress of a training.

    Attributes:
        steps: environment steps.
        seconds: wall time.
        episodes: episodes ended.
        successes: of the latest episodes, oldest first.
        lengths: of the latest episodes, in steps.
        curve: pairs of steps and success rate.
        rolled_back: whether the training diverged once and was rolled back.
        skills: steps and successes per skill, where several are trained together.
    """

    steps: int = 0
    seconds: float = 0.0
    episodes: int = 0
    successes: tuple[bool, ...] = ()
    lengths: tuple[int, ...] = ()
    curve: tuple[tuple[int, float], ...] = ()
    rolled_back: bool = False
    skills: tuple[SkillCounts, ...] = ()

    @property
    def success_rate(self) -> float:
        """Over the latest episodes; 0 before the first."""
        return sum(self.successes) / len(self.successes) if self.successes else 0.0

    @property
    def mean_length(self) -> float:
        """Of the latest episodes, in steps; 0 before the first."""
        return sum(self.lengths) / len(self.lengths) if self.lengths else 0.0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights, optimiser and counters.

    Attributes:
        counters: the progress of the training.
        weights: of actor and critic, by name.
        optimizer: Adam's state.
    """

    counters: Counters
    weights: dict[str, torch.Tensor]
    optimizer: dict[str, Any]

    def save(self, path: Path) -> None:
        """Write it, atomically. Raises `OSError`."""
        file = io.BytesIO()
        counters = asdict(self.counters)
        torch.save(
            {
                "schema": SCHEMA,
                "counters": json.dumps(counters),
                "policy": self.weights,
                "optimizer": self.optimizer,
            },
            file,
        )
        write_atomically(path, file.getvalue(), Written.CHECKPOINT)

    @classmethod
    def load(cls, path: Path) -> Checkpoint | None:
        """Read it; None when there is none. Raises `LibraryDamaged`; nothing in the file is executed."""
        if not path.exists():
            return None
        try:
            content = torch.load(path, map_location="cpu", weights_only=True)
            if content["schema"] != SCHEMA:
                raise ValueError(f"schema {content['schema']!r}, expected {SCHEMA}")
            counters = json.loads(content["counters"])
            for name in ("successes", "lengths"):
                counters[name] = tuple(counters[name])
            counters["curve"] = tuple((steps, rate) for steps, rate in counters["curve"])
            counters["skills"] = tuple(
                SkillCounts(**{**counts, "successes": tuple(counts["successes"])})
                for counts in counters.get("skills", ())
            )
            return cls(Counters(**counters), content["policy"], content["optimizer"])
        except MemoryError:
            raise
        except Exception as error:  # torch raises a dozen kinds for damaged or hostile bytes
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise LibraryDamaged(
                f"the checkpoint {path.name} cannot be read ({first}); delete it to train from the start"
            ) from error
