"""One evaluation episode: what to play, who plays it, and the plain record that is left of it.

Specs and records cross process borders, so they hold nothing but plain values; the player is named by a lazy
``module:attribute`` and built inside the worker.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from envs.errors import WorkerDied
from envs.facts import EndStatus
from envs.game import Game
from envs.registry import make_game
from envs.seeding import child_seed
from envs.wrapped_game import WrappedGame
from planners.plan import Execution, Goal

if TYPE_CHECKING:
    from agent.evaluation.suites.task import SuiteTask
    from agent.play.player import Player as KitPlayer

AGENT = "agent.evaluation.episodes:open_library_player"
"""The player that plans over the library's graph."""

RANDOM = "agent.evaluation.episodes:open_random_player"
"""The floor: uniformly random actions."""


class Player(Protocol):
    """Who plays an episode."""

    def play_goals(self, game: Game, goals: Sequence[str], max_steps: int) -> Sequence[Execution]:
        """Pursue the goals (fact names), in an order of the player's choosing, until the episode ends.

        A player may stop earlier, when it can reach none of the goals any more.
        """
        ...

    def close(self) -> None:
        """Free what the player holds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeSpec:
    """What to play; picklable.

    Attributes:
        game: registry name.
        seed: of the episode.
        max_steps: game steps after which it ends.
        player: lazy ``module:attribute`` of a factory ``(game, library, seed) -> Player``.
        library: folder of the skill libraries; None where the player needs none.
        task: what is to be done and counted; None to unlock the game's achievements.
    """

    game: str
    seed: int
    max_steps: int
    player: str = AGENT
    library: Path | None = None
    task: SuiteTask | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRecord:
    """What is left of an episode.

    Attributes:
        seed: of the episode.
        status: name of the `EndStatus` at its end.
        env_steps: game steps played.
        achievements: achievement -> step at which it was first unlocked (1 is the first step).
        reward: one per step that unlocks something, plus a tenth of every change in health.
        skills: names of the skills executed, in order.
        task: name of the task; empty where achievements count.
        figures: criterion -> its value at the end.
        reached_at: criterion -> step of the protocol at which its value last changed.
        used: steps of the protocol.
        end: why the episode ended, in words.
    """

    seed: int
    status: str
    env_steps: int
    achievements: Mapping[str, int] = field(default_factory=dict)
    reward: float = 0.0
    skills: tuple[str, ...] = field(default=())
    task: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    reached_at: Mapping[str, int] = field(default_factory=dict)
    used: int = 0
    end: str = ""

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        record: dict[str, Any] = {"seed": self.seed, "status": self.status, "env_steps": self.env_steps}
        if self.task:
            record |= {
                "task": self.task,
                "figures": dict(self.figures),
                "reached_at": dict(self.reached_at),
                "used": self.used,
                "end": self.end,
            }
        else:
            record |= {"achievements": dict(self.achievements), "reward": round(self.reward, 4)}
        return {**record, "skills": list(self.skills)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> EpisodeRecord:
        """From what `to_record` gave; other keys are ignored. Raises `KeyError`."""
        return cls(
            seed=record["seed"],
            status=record["status"],
            env_steps=record["env_steps"],
            achievements=dict(record.get("achievements", {})),
            reward=record.get("reward", 0.0),
            skills=tuple(record["skills"]),
            task=record.get("task", ""),
            figures=dict(record.get("figures", {})),
            reached_at=dict(record.get("reached_at", {})),
            used=record.get("used", 0),
            end=record.get("end", ""),
        )


class ScoredGame(WrappedGame):
    """A game that keeps score of the achievements; everything else is passed on.

    The episode ends with `EndStatus.SUCCESS` once every achievement is unlocked. The reward is Crafter's: one
    point on a step that unlocks at least one achievement, and a tenth of the change in health.
    """

    def __init__(self, game: Game) -> None:
        """Keep score of `game`, which must have been reset."""
        super().__init__(game)
        spec = game.spec
        self._columns = np.array([spec.fact_index[name] for name in spec.achievements], dtype=np.intp)
        self._health = spec.fact_index.get("health")
        self._values = np.zeros(len(spec.facts), dtype=np.int32)
        self._unlocked: dict[str, int] = {}
        self._reward = 0.0
        self._begin()

    def _begin(self) -> None:
        self._game.fact_values(self._values)
        self._done = self._values[self._columns] > 0
        self._last_health = self._current_health()

    def _current_health(self) -> int:
        return 0 if self._health is None else int(self._values[self._health])

    @property
    def unlocked(self) -> Mapping[str, int]:
        """Achievement (without its ``did.``) -> step of its first unlock."""
        return self._unlocked

    @property
    def reward(self) -> float:
        """The reward so far."""
        return self._reward

    @property
    def complete(self) -> bool:
        """Whether every achievement is unlocked."""
        return bool(self._done.all()) and len(self._done) > 0

    @property
    def status(self) -> EndStatus:
        """See `envs.game.Game`."""
        status = self._game.status
        return EndStatus.SUCCESS if self.complete and status is EndStatus.RUNNING else status

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """See `envs.game.Game`; starts the score anew."""
        self._game.reset(seed, max_steps)
        self._unlocked, self._reward = {}, 0.0
        self._begin()

    def step(self, action: int) -> EndStatus:
        """See `envs.game.Game`."""
        self._game.step(action)
        self._game.fact_values(self._values)
        done = self._values[self._columns] > 0
        new = np.flatnonzero(done & ~self._done)
        for index in new:
            name = self._game.spec.achievements[int(index)].removeprefix("did.")
            self._unlocked[name] = self._game.steps
        self._done |= done
        health = self._current_health()
        self._reward += float(len(new) > 0) + (health - self._last_health) / 10
        self._last_health = health
        return self.status


class RandomPlayer:
    """Plays uniformly random actions."""

    def __init__(self, seed: int) -> None:
        """All actions follow from `seed`."""
        self._rng = np.random.default_rng(child_seed(seed, "random player"))

    def play_goals(self, game: Game, goals: Sequence[str], max_steps: int) -> Sequence[Execution]:
        """Play to the end of the episode, whatever the goals; executes no skill."""
        for _ in range(max_steps):
            if game.status is not EndStatus.RUNNING:
                break
            game.step(int(self._rng.integers(len(game.spec.actions))))
        return ()

    def close(self) -> None:
        """Nothing to free."""


def open_random_player(game: str, library: Path | None, seed: int) -> RandomPlayer:
    """A `RandomPlayer`; it needs neither the game's name nor a library."""
    return RandomPlayer(seed)


class LibraryPlayer:
    """Plays with the skills of a library; its beliefs follow what happens in the episode, and end with it."""

    def __init__(self, player: KitPlayer) -> None:
        """Play with `player`, which is closed in the end."""
        self._player = player

    def play_goals(self, game: Game, goals: Sequence[str], max_steps: int) -> Sequence[Execution]:
        """Reach as many of the goals as possible, the cheapest next."""
        wanted = [Goal(facts={name: 1}, text=name) for name in goals]
        return self._player.executor.run_goals(game, wanted, max_steps=max_steps).executions

    def close(self) -> None:
        """End the player's sandbox and game."""
        self._player.close()


def open_library_player(game: str, library: Path, seed: int) -> LibraryPlayer:
    """A `LibraryPlayer`. Raises as `agent.play.load.load_kit`."""
    from agent.play.load import open_player

    return LibraryPlayer(open_player(game, library, seed))


def play_episode(spec: EpisodeSpec) -> EpisodeRecord:
    """Play one episode from its seed to its end, or to `max_steps`.

    Raises:
        WorkerDied: the game aborted the episode.
        Exception: whatever else the game or the player raises; none of it is a verdict on the player.
    """
    if spec.task is not None:
        from agent.evaluation.task_episodes import play_task

        return play_task(spec, spec.task)
    module, _, attribute = spec.player.partition(":")
    open_player: Callable[..., Player] = getattr(importlib.import_module(module), attribute)
    with ExitStack() as stack:
        inner = make_game(spec.game)
        stack.callback(inner.close)
        inner.reset(spec.seed, spec.max_steps)
        game = ScoredGame(inner)
        player = open_player(spec.game, spec.library, spec.seed)
        stack.callback(player.close)
        results = player.play_goals(cast(Game, game), game.spec.achievements, spec.max_steps)
        if game.status is EndStatus.ABORTED:
            raise WorkerDied(f"the game aborted the episode of seed {spec.seed} after {game.steps} steps")
        return EpisodeRecord(
            seed=spec.seed,
            status=game.status.name,
            env_steps=game.steps,
            achievements=dict(game.unlocked),
            reward=game.reward,
            skills=tuple(result.skill for result in results),
        )
