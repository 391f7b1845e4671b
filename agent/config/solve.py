"""Settings under which one task is carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from agent.config.asking import AskingConfig, check_asking
from agent.config.checks import require_cluster, require_not_negative, require_positive, require_text
from agent.config.values import GameOptions
from envs.workers.cores import core_count


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveConfig(AskingConfig):
    """Carry out one task with the skills of a library, on fresh evaluation seeds."""

    task: str
    """The goal, in words or as a fact name."""
    game: str = "crafter"
    """Registry name of the game."""
    library: Path = Path("library")
    """Folder that holds the skill libraries, one folder per game."""
    episodes: int = 1
    """Episodes to play, each on its own seed."""
    seed: int = 0
    """The block of evaluation seeds; episode i plays `envs.seeding.evaluation_seed(seed, i)`."""
    max_steps: int | None = None
    """Game steps per episode; None for the game's own length."""
    record: bool = False
    """Whether frames are kept as a film in the run's media folder."""
    llm: str = "recorded"
    """Asked only when the task's words match no fact, skill or alias."""
    judge: str = "auto"
    """Which judge says when a task is done that no fact states, see `agent.judges.opening`."""
    runs_dir: Path = Path("runs")
    """Folder that holds the run folders."""
    untried: bool = False
    """Whether skills that nobody learned serve too: those that the game's recorded answers claim."""
    workers: int = field(default_factory=core_count)
    """Processes that play episodes side by side."""
    cluster: str = ""
    """Where they run: ``local``, ``auto`` or ``ray://HOST:PORT`` with Ray; empty for this machine without."""
    game_options: GameOptions = field(default_factory=dict)
    """Arguments of the game, see `envs.game_options`; plain values by name."""

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        check_asking(self)
        require_cluster(self)
        require_text(self, "task", "game", "llm", "judge")
        require_positive(self, episodes="episodes|--episodes 20", workers="worker processes|--workers 2")
        if self.max_steps is not None:
            require_positive(self, max_steps="game steps|--max-steps 2000")
        require_not_negative(self, "seed")
