"""Games in which several skills are practised: a director chooses the next one when one has ended."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envs.errors import NoSkillStarts
from envs.facts import EndStatus
from envs.games import GamesFactory
from envs.rollout.arrays import RolloutArrays
from envs.rollout.batch import GameBatch
from envs.rollout.episode import MAX_START_DRAWS, EpisodeEnd, ReachedTest, Starts
from envs.rollout.joint import DRAW_VALUES, EPISODE_OVER, SKILL_SCALE, Director, SkillPractice
from envs.rollout.starts import StartSampler
from envs.seeding import child_seed

MAX_CHOICES = 12
"""Skills in a row that a director may name although they cannot start; then the episode is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTask:
    """Everything a worker needs to practise several skills; picklable.

    What `envs.rollout.arrays` calls an episode is one execution of one skill here: it begins when the skill
    is chosen and ends with it, and `RolloutArrays.continues` tells where the game's own episode went on.
    Encodings are the game's own, followed by `SKILL_SCALE` for the skill executed and zeros for the others.

    Attributes:
        games: builds the games.
        skills: what is practised; the place of a skill in here stands for it.
        director: builds the policy over skills and the options' functions inside the worker.
        starts: where episodes start when skills are practised together. None practises them alone: game
            ``i`` of all games practises skill ``i % len(skills)`` only, from that skill's own starts.
        episode_steps: steps after which the episode ends with the execution under way; None: when the game
            ends it. The game's own time limit would cut executions short, and be part of every saved state.
        seed: root of all draws; the n-th game's draws depend on it and on n alone.
        stop_every: steps of the batch between two calls of the termination functions, >= 1.
        passed_on: errors that are raised as they are, besides `GameError`; others become `WorkerDied`.
        keep_final_states: most states of success that each worker keeps per rollout.
    """

    games: GamesFactory
    skills: tuple[SkillPractice, ...]
    director: Callable[[], Director]
    starts: Starts | None
    seed: int
    episode_steps: int | None = None
    stop_every: int = 1
    passed_on: tuple[type[Exception], ...] = ()
    keep_final_states: int = 0

    def __post_init__(self) -> None:
        if not self.skills:
            raise ValueError("there is no skill to practise; a joint task has at least one")
        if self.stop_every < 1:
            raise ValueError(f"stop_every is {self.stop_every}; expected at least 1")

    def open_batch(self, arrays: RolloutArrays, first: int = 0) -> JointBatch:
        """The games that play this; see `GameBatch` for the arguments."""
        return JointBatch(self, arrays, first)


class JointBatch(GameBatch):
    """Steps games under a `JointTask`; see `GameBatch` for the arguments.

    An episode ends when the game or the director ends it, or when the director names only what cannot start.

    Raises:
        NoSkillStarts: from every method that starts episodes, when in `MAX_START_DRAWS` of them the director
            named nothing that could begin.
    """

    def __init__(self, task: JointTask, arrays: RolloutArrays, first: int = 0) -> None:
        spec = self._open(task.games, arrays, task.seed, first, task.keep_final_states)
        for skill in task.skills:
            spec.check_focus(skill.focus)
        self._seen = np.zeros((self._n, spec.encoding_size), np.float32)
        self._behind = np.zeros((self._n, len(task.skills)), np.float32)
        self._foci = [skill.focus for skill in task.skills]
        self._rules = [skill.rule for skill in task.skills]
        self._tests = [ReachedTest(skill.rule.obtains, spec) for skill in task.skills]
        self._director = task.director()
        self._stop_every = task.stop_every
        self._episode_steps = math.inf if task.episode_steps is None else task.episode_steps
        self._played = [0] * self._n
        self._together = task.starts is not None
        self._fixed = [(first + i) % len(task.skills) for i in range(self._n)]
        self._start_samplers = [
            StartSampler(task.skills[skill].starts if task.starts is None else task.starts, rng)
            for skill, rng in zip(self._fixed, self._start_rngs, strict=True)
        ]
        indices = range(first, first + self._n)
        self._draw_rngs = [np.random.default_rng(child_seed(task.seed, "draws", i)) for i in indices]
        self._draws = [0] * self._n
        self._skill = np.zeros(self._n, np.intp)
        self._last = [EPISODE_OVER] * self._n
        self._failures = [0] * self._n
        self._episode_facts = np.zeros_like(self._facts)

    def _take_step(self, actions: NDArray[np.integer], encodings: NDArray[np.float32]) -> None:
        super()._take_step(actions, self._seen)
        np.concatenate([self._seen, self._behind], axis=1, out=encodings)

    def _observe(self, i: int, encoding: NDArray[np.float32]) -> None:
        super()._observe(i, self._seen[i])
        np.concatenate([self._seen[i], self._behind[i]], out=encoding)

    def _ends(self) -> NDArray[np.int8]:
        self._a.continues[self._row] = False
        self._ticks += 1
        look = self._ticks % self._stop_every == 0
        ends = np.zeros(self._n, np.int8)
        for skill in np.unique(self._skill).tolist():
            rows = np.flatnonzero(self._skill == skill)
            start, facts, steps = self._start_facts[rows], self._facts[rows], self._steps[rows]
            found = self._rules[skill].ends(self._status[rows], self._tests[skill](start, facts), steps)
            if look:
                stop = self._director.should_stop(skill, start, facts, steps)
                found[stop & (found == EpisodeEnd.RUNNING)] = EpisodeEnd.STOPPED
            ends[rows] = found
        return ends

    def _skill_in_hand(self) -> int:
        return int(self._skill[0])

    def _finish(self, i: int, end: int) -> None:
        row, skill = self._row - 1, int(self._skill[i])
        self._keep_final(i, end, skill)
        self._note(i, skill, failed=end != EpisodeEnd.REACHED)
        self._played[i] += int(self._steps[i])
        running = self._status[i] == EndStatus.RUNNING and self._played[i] < self._episode_steps
        continues = self._together and running and self._start_next_skill(i)
        self._a.continues[row, i] = continues
        if not continues:
            self._begin(i)

    def _begin(self, i: int) -> None:
        game, facts = self._games[i], self._facts[i]
        for _ in range(MAX_START_DRAWS):
            self._origins[i] = self._start_samplers[i].begin(game)
            self._observe(i, self._a.encodings[self._row, i])
            self._episode_facts[i] = facts
            self._draws[i] = int(self._draw_rngs[i].integers(DRAW_VALUES))
            self._last[i], self._failures[i], self._played[i] = EPISODE_OVER, 0, 0
            if self._together:
                if self._start_next_skill(i):
                    return
            elif not self._reached_at_once(self._fixed[i], facts):
                break
        if self._together:
            raise NoSkillStarts(
                f"the policy over skills named nothing that could start in {MAX_START_DRAWS} episodes in a "
                f"row; of the last one it said {self._said(i)}"
            )
        self._start_skill(i, self._fixed[i])

    def _start_next_skill(self, i: int) -> bool:
        """Begin what the director names; False when the episode is over."""
        facts = self._facts[i]
        for _ in range(MAX_CHOICES):
            skill = self._choice(i)
            if skill == EPISODE_OVER:
                return False
            if not self._reached_at_once(skill, facts) and self._director.may_start(skill, facts):
                self._start_skill(i, skill)
                return True
            self._note(i, skill, failed=True)
        return False

    def _choice(self, i: int) -> int:
        return self._director.choose(
            self._episode_facts[i], self._facts[i], self._last[i], self._failures[i], self._draws[i]
        )

    def _said(self, i: int) -> str:
        skill = self._choice(i)
        return (
            "that it is done" if skill == EPISODE_OVER else f"skill number {skill}, which may not start there"
        )

    def _note(self, i: int, skill: int, *, failed: bool) -> None:
        before = self._failures[i] if self._last[i] == skill else 0
        self._last[i], self._failures[i] = skill, before + 1 if failed else 0

    def _start_skill(self, i: int, skill: int) -> None:
        self._skill[i] = skill
        self._behind[i] = 0.0
        self._behind[i, skill] = SKILL_SCALE
        self._games.attend(i, self._foci[skill])
        self._start_facts[i] = self._facts[i]
        self._a.before[self._row, i] = self._a.start[self._row, i] = self._facts[i]
        self._steps[i] = 0
        self._observe(i, self._a.encodings[self._row, i])

    def _reached_at_once(self, skill: int, facts: NDArray[np.int32]) -> bool:
        return bool(self._tests[skill](facts[None], facts[None])[0])
