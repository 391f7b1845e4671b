"""Settings under which a suite is played."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from agent.config.asking import AskingConfig, check_asking
from agent.config.checks import require_cluster, require_not_negative, require_positive, require_text
from agent.config.values import Paths
from agent.errors import BadConfig
from envs.workers.cores import core_count


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalConfig(AskingConfig):
    """Play one evaluation suite."""

    suite: str
    """Name of the suite, see `agent.evaluation.suites`, or the path of a suite's file."""
    suite_sha256: str = ""
    """Of the suite's file, so that a run can tell that it changed."""
    library: Path = Path("library")
    """Folder that holds the skill libraries, one folder per game."""
    more_libraries: Paths = ()
    """Further libraries that the tasks are played with, on the same seeds."""
    mode: str = ""
    """How tasks are carried out, see `agent.evaluation.suites.suite.MODES`; empty for the suite's own way."""
    wordings: str = "own"
    """``own``: tasks are given in their own words; ``held-out``: in other words, in turn."""
    judge: str = "auto"
    """Which judge says when a task is done that no fact states, see `agent.judges.opening`."""
    llm: str = "recorded"
    """Asked which skills do a task that no fact states."""
    episodes: int = 50
    """Episodes to play, of each task if there are any, each on its own seed; compare at equal counts."""
    seed: int = 0
    """The block of evaluation seeds; episode i plays `envs.seeding.evaluation_seed(seed, i)`."""
    baseline: str | None = None
    """``random`` plays uniformly random actions through the same protocol; None plays the agent."""
    task: str | None = None
    """The only task to play; None for all tasks of the suite."""
    seeds: str = "evaluation"
    """``evaluation``, or ``practice`` to try things out on seeds that no evaluation uses."""
    resume: str | None = None
    """Name (or unique beginning) of a run to go on with; episodes it has are not played again."""
    runs_dir: Path = Path("runs")
    """Folder that holds the run folders."""
    workers: int = field(default_factory=core_count)
    """Processes that play episodes side by side."""
    cluster: str = ""
    """Where they run: ``local``, ``auto`` or ``ray://HOST:PORT`` with Ray; empty for this machine without."""

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        check_asking(self)
        require_cluster(self)
        require_text(self, "suite", "judge", "llm")
        require_positive(self, episodes="episodes|--episodes 50", workers="worker processes|--workers 2")
        require_not_negative(self, "seed")
        if self.baseline not in (None, "random"):
            raise BadConfig(f"baseline is {self.baseline!r}; expected 'random' or nothing")
        if self.wordings not in ("own", "held-out"):
            raise BadConfig(f"wordings is {self.wordings!r}; expected 'own' or 'held-out'")
        if self.seeds not in ("evaluation", "practice"):
            raise BadConfig(f"seeds is {self.seeds!r}; expected 'evaluation' or 'practice'")

    @property
    def libraries(self) -> tuple[Path, ...]:
        """All libraries that are played with."""
        return (self.library, *self.more_libraries)
