"""Who plays an evaluation's episodes: random actions, plans over the skill graph, or a policy over skills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from agent.errors import MissingPrerequisite
from agent.evaluation.suites.task import SuiteTask
from agent.judges.opening import MAX_CALLS
from envs.facts import EndStatus
from envs.game import Game
from envs.seeding import child_seed

if TYPE_CHECKING:
    from agent.llm.models import ModelSettings
    from agent.play.kit import Kit, PolicyOverSkills
    from agent.play.kit_code import KitCode
    from planners.execution.events import ExecutorEvent, OnEvent
    from planners.execution.judge import Judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A player's account of an episode.

    Attributes:
        skills: names of the skills executed, in order.
        end: why it stopped, in words.
        attempted: whether anything was tried.
        verdict: what a judge that looked said last: ``outcome``, ``judge``, ``confidence``; empty for none.
        events: what the executors decided, as records for the journal.
    """

    skills: tuple[str, ...] = ()
    end: str = ""
    attempted: bool = True
    verdict: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[dict[str, Any], ...] = ()


class Player(Protocol):
    """Who plays an episode."""

    def play(self, game: Game, max_steps: int) -> Played:
        """Play until the episode is over, or until nothing more is to be done.

        Args:
            game: running, at the start of an episode.
            max_steps: game steps after which that ends.
        """
        ...

    def close(self) -> None:
        """Free what the player holds."""
        ...


class RandomPlayer:
    """The baseline: uniformly random actions.

    Args:
        seed: all actions follow from it.
        actions: names of those to draw from; empty for all of the game's.
    """

    def __init__(self, seed: int, actions: Sequence[str] = ()) -> None:
        self._rng = np.random.default_rng(child_seed(seed, "random player"))
        self._actions = actions

    def play(self, game: Game, max_steps: int) -> Played:
        """Play to the end of the episode; executes no skill."""
        choices = [game.spec.action_index[name] for name in self._actions or game.spec.actions]
        while game.status is EndStatus.RUNNING:
            game.step(choices[int(self._rng.integers(len(choices)))])
        return Played(end="the episode is over")

    def close(self) -> None:
        """Nothing to free."""


class LibraryPlayer:
    """Plays with the skills of a library.

    Without a task it reaches as many achievements as it can by plans, the cheapest next; its beliefs follow
    what happens, and end with the episode. A task is carried out by the library's policy over skills for it,
    until the policy says that it is done. Where the watchdog gives up, the policy starts over as long as it
    takes at least one step each time, because the protocol's episode would not end there.

    Args:
        kit: the library as it is played with.
        code: the kit's code, loaded; whoever loaded it closes it.
        seed: of the player's own draws.
        task: what is to be done; None for the achievements.
        on_event: called with every decision of the executors; None for nobody.
    """

    def __init__(
        self,
        kit: Kit,
        code: KitCode,
        seed: int,
        task: SuiteTask | None = None,
        on_event: OnEvent | None = None,
    ) -> None:
        from agent.play.player import Player

        self._task = task
        self._kit = kit
        self._events: list[ExecutorEvent] = []
        self._on_event = on_event
        self._player = Player(kit, seed, learn=task is None, on_event=self._decided, code=code)

    def play(self, game: Game, max_steps: int) -> Played:
        """Play until nothing more can be done, or the episode is over.

        Raises:
            MissingPrerequisite: the library has no policy for the task.
            PolicyFailed: the policy's code failed.
        """
        if self._task is None:
            results = self._player.play_goals(game, game.spec.achievements, max_steps)
            return self._played(tuple(result.skill for result in results))
        policy = policy_for(self._task, self._kit.policies_over_skills)
        skills: list[str] = []
        while True:
            before = game.steps
            result = self._player.carry_out(game, policy)
            skills += [step.skill for step in result.executions]
            if result.end == "broken":
                raise PolicyFailed(f"{self._task.policy}: {result.reason}")
            if result.end != "stuck" or game.steps == before:
                return self._played(tuple(skills), result.reason)

    def _decided(self, event: ExecutorEvent) -> None:
        self._events.append(event)
        if self._on_event is not None:
            self._on_event(event)

    def _played(self, skills: tuple[str, ...], end: str = "") -> Played:
        return Played(skills=skills, end=end, events=tuple(event.to_record() for event in self._events))

    def close(self) -> None:
        """Free what the player holds."""
        self._player.close()


class PolicyFailed(RuntimeError):
    """The code of a policy over skills failed in play: the episode cannot be judged."""


def policy_for(task: SuiteTask, policies: Mapping[str, PolicyOverSkills]) -> PolicyOverSkills:
    """The policy over skills that carries out a task: that of its name, else the one kept for its words.

    Raises:
        MissingPrerequisite: there is neither.
    """
    from agent.play.load import short_name

    found = policies.get(task.policy) or policies.get(short_name(task.text))
    if found is None:
        raise _missing([task], policies)
    return found


def require_policies(tasks: Sequence[SuiteTask], library: Path) -> None:
    """Raise `MissingPrerequisite` unless the library has a policy over skills for every task of a game."""
    from agent.play.load import load_policies_over_skills, short_name
    from skills.store.store import SkillLibrary

    policies = load_policies_over_skills(SkillLibrary(library, tasks[0].game)) if tasks else {}
    wanted = [task for task in tasks if not task.why_not_run()]
    if lacking := [task for task in wanted if not {task.policy, short_name(task.text)} & set(policies)]:
        raise _missing(lacking, policies)


def _missing(tasks: Sequence[SuiteTask], policies: Iterable[str]) -> MissingPrerequisite:
    names = ", ".join(repr(task.policy) for task in tasks)
    return MissingPrerequisite(
        f"the library has no policy over skills by the name of {names}; it has: "
        f"{', '.join(sorted(policies)) or 'none'}. Have one written with: journeyman solve "
        f'"{tasks[0].text}" --game {tasks[0].game} --llm PROVIDER:MODEL --library DIR; it is found by these '
        "words. Or play other tasks with --task NAME"
    )


class OpenLibrary:
    """A library opened for play, once for all episodes of a process for as long as it stays as it is.

    Args:
        sent: libraries by folder and game, loaded elsewhere, since the folders are not on this machine.
    """

    def __init__(self, sent: Mapping[tuple[Path, str], Kit] | None = None) -> None:
        self._sent = dict(sent or {})
        self._opened: tuple[object, Kit, KitCode] | None = None
        self._judges: dict[tuple[str, str, str], Judge] = {}
        self._stack = ExitStack()

    def player(
        self,
        library: Path,
        game: str,
        seed: int,
        task: SuiteTask | None = None,
        on_event: OnEvent | None = None,
    ) -> LibraryPlayer:
        """A player with the skills of a library.

        Args:
            library: folder of the skill libraries.
            game: registry name.
            seed: of the player's own draws.
            task: what is to be done; None for the achievements.
            on_event: called with every decision of the executors; None for nobody.

        Raises:
            MissingPrerequisite, LibraryDamaged, PolicyMismatch: see `agent.play.load.load_kit`.
        """
        kit, code = self.kit(library, game)
        return LibraryPlayer(kit, code, seed, task, on_event)

    def kit(self, library: Path, game: str) -> tuple[Kit, KitCode]:
        """The skills of a library and their code, loaded. Raises as `player`."""
        from agent.play.kit_code import KitCode
        from agent.play.load import load_kit
        from envs.registry import game_spec

        sent = self._sent.get((library, game))
        version = library, game, () if sent else _stamp(library / game)
        if self._opened is None or self._opened[0] != version:
            self._close_kit()
            kit = sent or load_kit(library, game)
            self._opened = version, kit, KitCode(kit, game_spec(game))
        return self._opened[1], self._opened[2]

    def judge(
        self, setting: str, game: str, llm: str, settings: ModelSettings, max_calls: int = MAX_CALLS
    ) -> Judge:
        """The judge that a setting names, opened once.

        Args:
            setting: see `agent.judges.opening.JUDGES`.
            game: registry name.
            llm: the chat model, if it is to judge.
            settings: how that is asked.
            max_calls: its calls on judging, as long as the judge is open.

        Raises:
            NoJudge, LLMError: see `agent.solving.judging.open_looking`.
        """
        from agent.llm.open_model import ModelOptions
        from agent.solving.judging import open_looking

        if (setting, game, llm) not in self._judges:
            options = ModelOptions(settings=settings)
            opening = open_looking(setting, game, llm, options, max_calls=max_calls)
            self._judges[setting, game, llm] = self._stack.enter_context(opening)
        return self._judges[setting, game, llm]

    def close(self) -> None:
        """End the sandbox, and close the judges."""
        self._judges = {}
        self._stack.close()
        self._close_kit()

    def _close_kit(self) -> None:
        if self._opened is not None:
            self._opened[2].close()
            self._opened = None


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """Changes when a file or folder directly in `folder` does; every change of a library does that."""
    return tuple(sorted((entry.name, entry.stat().st_mtime_ns) for entry in folder.glob("*")))
