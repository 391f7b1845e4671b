"""One evaluation episode of a task: a game watched by the task's criteria, and a policy over skills in it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from agent.errors import MissingPrerequisite
from agent.evaluation.episodes import EpisodeRecord, EpisodeSpec
from agent.evaluation.scoring.judged_game import JudgedGame
from agent.evaluation.scoring.nethack.kinds import make_criterion
from agent.evaluation.scoring.scored_step import RefereedGame
from agent.evaluation.suites.task import SuiteTask
from envs.errors import MissingDependency, WorkerDied
from envs.facts import EndStatus
from envs.game import Game
from envs.registry import game_spec, make_game
from envs.seeding import child_seed

if TYPE_CHECKING:
    from agent.play.kit import Kit, PolicyOverSkills

TASK_AGENT = "agent.evaluation.task_episodes:open_strategy_player"
"""The player that carries out the library's policy over skills for the task."""

TASK_RANDOM = "agent.evaluation.task_episodes:open_random_player"
"""The floor: uniformly random actions out of the task's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a player has to say of an episode.

    Attributes:
        skills: names of the skills executed, in order.
        end: why it stopped, in words.
    """

    skills: tuple[str, ...] = ()
    end: str = ""


class TaskPlayer(Protocol):
    """Who plays an episode of a task."""

    def play(self, game: Game, task: SuiteTask) -> Played:
        """Play until the episode is over, or until nothing more is to be done."""
        ...

    def close(self) -> None:
        """Free what the player holds."""
        ...


class RandomPlayer:
    """Plays uniformly random actions. All of them follow from the seed."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(child_seed(seed, "random player"))

    def play(self, game: Game, task: SuiteTask) -> Played:
        """Play to the end of the episode."""
        names = task.actions or game.spec.actions
        choices = [game.spec.action_index[name] for name in names]
        while game.status is EndStatus.RUNNING:
            game.step(choices[int(self._rng.integers(len(choices)))])
        return Played(end="the episode is over")

    def close(self) -> None:
        """Nothing to free."""


def open_random_player(game: str, library: Path | None, seed: int) -> RandomPlayer:
    """A `RandomPlayer`; it needs neither the game's name nor a library."""
    return RandomPlayer(seed)


class StrategyPlayer:
    """Carries out the library's policy over skills for a task.

    The episode ends when the policy says that it is done. Where the watchdog gives up, the policy is begun
    anew, as long as it gets a step further each time: the protocol's episode would go on too.
    """

    def __init__(self, kit: Kit, seed: int) -> None:
        from agent.play.player import Player

        self._strategies = kit.strategies
        self._player = Player(kit, seed, learn=False)

    def play(self, game: Game, task: SuiteTask) -> Played:
        """Play until the policy is done, the episode is over, or nothing comes of it any more.

        Raises:
            MissingPrerequisite: the library has no policy for the task.
            PolicyFailed: the policy's code failed.
        """
        strategy = strategy_for(task, self._strategies)
        skills: list[str] = []
        while True:
            before = game.steps
            result = self._player.carry_out(game, strategy)
            skills += [execution.skill for execution in result.executions]
            if result.end == "broken":
                raise PolicyFailed(f"{task.strategy}: {result.reason}")
            if result.end != "stuck" or game.steps == before:
                return Played(skills=tuple(skills), end=result.reason)

    def close(self) -> None:
        """End the sandbox."""
        self._player.close()


class PolicyFailed(RuntimeError):
    """The code of a policy over skills failed in play: the episode cannot be judged."""


def strategy_for(task: SuiteTask, strategies: Mapping[str, PolicyOverSkills]) -> PolicyOverSkills:
    """The policy that carries out a task: that of its name, else the one that `solve` kept for its words.

    Raises:
        MissingPrerequisite: there is neither.
    """
    from agent.solving.strategies import short_name

    found = strategies.get(task.strategy) or strategies.get(short_name(task.text))
    if found is None:
        raise _missing([task], strategies)
    return found


def require_strategies(tasks: Sequence[SuiteTask], library: Path, game: str) -> None:
    """Raise `MissingPrerequisite` unless the library has a policy over skills for every task."""
    from agent.play.load import load_strategies
    from agent.solving.strategies import short_name
    from skills.store.store import SkillLibrary

    strategies = load_strategies(SkillLibrary(library, game)) if tasks else {}
    wanted = [task for task in tasks if not why_not_run(task, game)]
    known = {task.name for task in wanted if {task.strategy, short_name(task.text)} & set(strategies)}
    if lacking := [task for task in wanted if task.name not in known]:
        raise _missing(lacking, strategies)


def _missing(tasks: Sequence[SuiteTask], strategies: Iterable[str]) -> MissingPrerequisite:
    names = ", ".join(repr(task.strategy) for task in tasks)
    return MissingPrerequisite(
        f"the library has no policy over skills by the name of {names}; it has: "
        f"{', '.join(sorted(strategies)) or 'none'}. Have one written with: journeyman solve "
        f'"{tasks[0].text}" --game nethack --llm PROVIDER:MODEL --library DIR; it is found by these words. '
        "Or play other tasks with --task NAME"
    )


@lru_cache(maxsize=1)
def _kit(library: Path, game: str) -> Kit:
    from agent.play.load import load_kit

    return load_kit(library, game)


def open_strategy_player(game: str, library: Path, seed: int) -> StrategyPlayer:
    """A `StrategyPlayer`. Raises as `agent.play.load.load_kit`."""
    return StrategyPlayer(_kit(library, game), seed)


def play_task(spec: EpisodeSpec, task: SuiteTask) -> EpisodeRecord:
    """Play one episode of a task.

    Raises:
        WorkerDied: the game aborted the episode.
        Exception: whatever else the game or the player raises; none of it is a verdict on the player.
    """
    module, _, attribute = spec.player.partition(":")
    open_player: Callable[..., TaskPlayer] = getattr(importlib.import_module(module), attribute)
    with ExitStack() as stack:
        inner = make_game(spec.game, **task.game_options)
        stack.callback(inner.close)
        inner.reset(spec.seed, task.cap)
        criteria = {name: make_criterion(settings) for name, settings in task.criteria.items()}
        game = JudgedGame(
            cast(RefereedGame, inner),
            criteria,
            cap=task.cap,
            unit=task.unit,
            no_progress=task.no_progress,
            actions=task.actions,
        )
        player = open_player(spec.game, spec.library, spec.seed)
        stack.callback(player.close)
        played = player.play(cast(Game, game), task)
        if game.status is EndStatus.ABORTED:
            fault = getattr(inner, "fault", "")
            raise WorkerDied(
                f"the game aborted the episode of seed {spec.seed} after {game.steps} steps: {fault}"
            )
        return EpisodeRecord(
            seed=spec.seed,
            status=game.status.name,
            env_steps=game.steps,
            skills=played.skills,
            task=task.name,
            figures={name: criterion.value for name, criterion in criteria.items()},
            reached_at={name: c.at for name, c in criteria.items() if c.at is not None},
            used=game.used,
            end="game time stood still" if game.stalled else played.end,
        )


def why_not_run(task: SuiteTask, game: str) -> str:
    """Why a task cannot be played on this machine; empty when it can.

    Raises:
        MissingDependency: the task's level may not be missing.
        BadGameOption: the game does not take the task's options.
    """
    game_spec(game)
    try:
        make_game(game, **task.game_options).close()
    except MissingDependency as missing:
        if not task.may_be_missing:
            raise
        return str(missing)
    return ""
