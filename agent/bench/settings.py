"""Lengths of the measurements."""

from __future__ import annotations

from dataclasses import dataclass

from agent.bench.figure import REPEATS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What every measurement is told; picklable.

    Attributes:
        rounds: rounds in which trainings or games take turns, >= 1.
        seconds: wall time of one turn of a training; it lasts at least one rollout and update.
        repeats: runs of everything short, >= 1.
        steps: game steps of one run of a game by itself.
        training_steps: game steps of one training whose success is measured.
        skills_in_graph: size of the synthetic skill graph.
        skills_in_library: size of the synthetic library.
        soak_minutes: wall time of a practice whose memory is watched.
        skills_in_crowd: useless skills beside those of Crafter's graph.
    """

    rounds: int = 3
    seconds: float = 10.0
    repeats: int = REPEATS
    steps: int = 2_000
    training_steps: int = 60_000
    skills_in_graph: int = 10_000
    skills_in_library: int = 1_000
    skills_in_crowd: int = 1_000
    soak_minutes: float = 5.0

    def __post_init__(self) -> None:
        counts = (
            "rounds", "repeats", "steps", "training_steps",
            "skills_in_graph", "skills_in_library", "skills_in_crowd",
        )  # fmt: skip
        wrong = [f"{name}={getattr(self, name)!r}" for name in counts if getattr(self, name) < 1]
        if self.soak_minutes <= 0:
            wrong.append(f"soak_minutes={self.soak_minutes!r}")
        if self.seconds < 0:
            wrong.append(f"seconds={self.seconds!r}")
        if wrong:
            raise ValueError(f"bench settings out of range: {', '.join(wrong)}; counts are at least 1")


QUICK = Settings(
    rounds=1,
    seconds=0.0,
    repeats=1,
    steps=200,
    training_steps=2_000,
    skills_in_graph=1_000,
    skills_in_library=50,
    skills_in_crowd=100,
    soak_minutes=0.5,
)
"""Everything once and briefly, to see that it works; its figures mean little."""
