"""Tasks written down beforehand, with all answers about them: what offline practice grows by.

    {
      "schema_version": 1, "game": "crafter", "note": "...",
      "prompts": {"skill_effects": 1, "skill_option": 1, "skill_reward": 1},
      "tasks": [{"task": {"name", "kind", ...}, "seen": {fact: value}, "effects": {...}, "option": {...},
                 "reward": [...]}]
    }

The answers are kept without the questions: those are put together from the game's present vocabulary when a
task is drawn, so that a pool outlives new facts. `prompts` says for which versions of the prompts the
answers were written; with others they count as missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent.config import PracticeConfig
from agent.design.effects import task_variables
from agent.design.proposal_rules import Rules
from agent.design.proposer import Proposals, Situation
from agent.llm.answer_pack import AnswerPack
from agent.llm.errors import BadPack
from agent.llm.open_model import RECORDED
from agent.llm.pack_writer import record_authored
from agent.llm.prompt import load_prompt
from agent.llm.replies import ProposedTask, SkillEffects, SkillOption, SkillReward
from agent.llm.vocabulary import game_variables
from envs.game import GameSpec
from envs.json_text import parsed
from envs.seeding import child_seed

POOL_FOLDER = Path(__file__).parent / "pools"
"""The shipped pools, ``<game>.json``."""
CARRIED = ("count", "place", "known")
"""Kinds of facts that somebody has to bring about."""


class PoolTask(BaseModel):
    """One task with the answers about it.

    Attributes:
        task: what is proposed.
        seen: facts that play must have shown at least so high before it is worth proposing.
        effects: the answer to `skill_effects`.
        option: the answer to `skill_option`.
        reward: the answer to `skill_reward`; None for a skill that one action does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: ProposedTask
    seen: dict[str, int] = Field(default_factory=dict)
    effects: SkillEffects
    option: SkillOption
    reward: SkillReward | None = None

    @model_validator(mode="after")
    def _has_its_reward(self) -> PoolTask:
        if not self.effects.action and self.reward is None:
            raise ValueError(f"task {self.task.name!r} is learned and has no reward")
        return self


class TaskPool(BaseModel):
    """A pool of tasks for one game."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    game: str
    note: str = ""
    prompts: dict[str, int]
    tasks: tuple[PoolTask, ...]

    @classmethod
    def shipped(cls, spec: GameSpec) -> TaskPool:
        """The pool that comes with a game. Raises `BadPack`, also when there is none."""
        path = POOL_FOLDER / f"{spec.name}.json"
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in POOL_FOLDER.glob("*.json"))) or "none"
            raise BadPack(
                f"no pool of proposals is shipped for game {spec.name!r} (shipped: {known}); "
                "give the path of one"
            )
        return cls.load(path, spec)

    @classmethod
    def load(cls, path: Path, spec: GameSpec) -> TaskPool:
        """Read a pool and hold it against the game.

        Raises:
            BadPack: it is missing, malformed, empty, of another game, or names what the game does not have.
        """
        try:
            pool = cls.model_validate(parsed(path.read_text(encoding="utf-8")))
            _check(pool, spec)
        except (OSError, ValueError) as error:
            raise BadPack(f"pool of proposals {path.name!r} cannot be used: {_reason(error)}") from error
        return pool

    def answers(self, names: Sequence[str], spec: GameSpec) -> AnswerPack:
        """The answers about these tasks, to the questions as they are put today."""
        game, pack = game_variables(spec), AnswerPack(self.game, self.note)
        for entry in self.tasks:
            if entry.task.name in names:
                for prompt, reply in self._replies(entry):
                    record_authored(prompt, {**game, **task_variables(entry.task)}, reply, pack)
        return pack

    def _replies(self, entry: PoolTask) -> Iterator[tuple[str, Mapping[str, Any]]]:
        replies = {"skill_effects": entry.effects, "skill_option": entry.option, "skill_reward": entry.reward}
        for prompt, reply in replies.items():
            if reply is not None and self.prompts.get(prompt) == load_prompt(prompt).version:
                yield prompt, reply.model_dump(mode="json")


def open_pool(config: PracticeConfig, spec: GameSpec) -> TaskPool | None:
    """The pool that settings ask for, see `PracticeConfig.proposer`; None for no pool.

    ``auto`` takes the game's pool where answers are the recorded ones and rewards are code: a pool holds no
    preferences.

    Raises:
        BadPack: there is none, or it cannot be used.
    """
    if config.proposer.endswith(".json"):
        return TaskPool.load(Path(config.proposer), spec)
    fits = config.llm == RECORDED and config.reward == "code"
    shipped = (POOL_FOLDER / f"{spec.name}.json").is_file()
    if config.proposer == "pool" or (config.proposer == "auto" and fits and shipped):
        return TaskPool.shipped(spec)
    return None


def _check(pool: TaskPool, spec: GameSpec) -> None:
    if pool.game != spec.name:
        raise ValueError(f"it is for game {pool.game!r}, not {spec.name!r}")
    if not pool.tasks:
        raise ValueError("it holds no tasks; give a pool with at least one, or --proposer none")
    names = [entry.task.name for entry in pool.tasks]
    if len(set(names)) != len(names):
        raise ValueError(f"task names must differ; repeated: {next(n for n in names if names.count(n) > 1)}")
    for entry in pool.tasks:
        effects = entry.effects
        for facts in (entry.task.obtains, entry.seen, effects.requires, effects.consumes, effects.holds):
            for fact in facts:
                if fact not in spec.fact_index:
                    raise ValueError(f"task {entry.task.name!r} names {fact!r}, which is no fact of the game")


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        return f"{place + ': ' if place else ''}{first['msg'].removeprefix('Value error, ')}"
    return str(error)


class PoolProposer:
    """Draws tasks out of a pool by what was seen and mastered; the same seed draws the same ones.

    Args:
        pool: the tasks.
        rules: what they are held against; tasks that would be refused are not drawn.
        spec: the game.
        seed: of the session.
    """

    name = "pool"

    def __init__(self, pool: TaskPool, rules: Rules, spec: GameSpec, seed: int) -> None:
        self._pool, self._rules, self._spec, self._seed = pool, rules, spec, seed

    def propose(self, situation: Situation, count: int) -> Proposals:
        """Tasks within reach, easy ones first, in an order of their own for every seed."""
        new = [entry for entry in self._pool.tasks if entry.task.name not in situation.known]
        new = [entry for entry in new if entry.task.name not in situation.failed]
        fitting = [entry for entry in new if self._fits(entry, situation)]
        taken, refused = self._rules.sifted(
            [entry.task for entry in self._ordered(fitting, situation)], situation
        )
        why = "" if taken else self._why(len(new), refused)
        return Proposals(tasks=taken[:count], source=self.name, nothing_because=why)

    def _fits(self, entry: PoolTask, situation: Situation) -> bool:
        """Whether what it needs was seen or can be brought about."""
        effects = entry.effects
        needs = {**effects.requires, **effects.consumes, **effects.holds}
        kinds = self._spec.fact_kinds
        brought = all(
            fact in situation.brings or situation.seen.get(fact, 0) >= n or kinds[fact] not in CARRIED
            for fact, n in needs.items()
        )
        return brought and all(situation.seen.get(fact, 0) >= n for fact, n in entry.seen.items())

    def _ordered(self, entries: Sequence[PoolTask], situation: Situation) -> list[PoolTask]:
        """Easy before hard, with a little luck: a task may come one level of difficulty early."""
        luck = np.random.default_rng(child_seed(self._seed, "pool", situation.asked)).random(len(entries))
        ranked = sorted(
            zip(entries, luck, strict=True), key=lambda pair: pair[0].task.difficulty + 2 * pair[1]
        )
        return [entry for entry, _ in ranked]

    def _why(self, new: int, refused: Mapping[str, str]) -> str:
        if not new:
            return f"all {len(self._pool.tasks)} tasks of the pool were proposed"
        if not refused:
            return f"none of the {new} tasks left in the pool is within reach"
        name, why = next(iter(refused.items()))
        return f"the {len(refused)} tasks of the pool within reach are not taken, such as {name}: {why}"
