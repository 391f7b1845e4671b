"""Some games played by one worker, written into arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.facts import EndStatus
from envs.game import Focus, GameSpec
from envs.games import GamesFactory
from envs.rollout.arrays import RolloutArrays
from envs.rollout.episode import (
    MAX_START_DRAWS,
    BatchPolicy,
    EpisodeEnd,
    EpisodeRule,
    FinalState,
    ReachedTest,
    Start,
    Starts,
    Terminator,
)
from envs.rollout.looking import AttemptWatch, Audit, JudgedRule
from envs.rollout.pictured import PictureRule, PictureWatch
from envs.rollout.starts import StartSampler
from envs.rollout.view import GameView
from envs.seeding import child_seed
from envs.workers.cores import one_blas_thread

_RUNNING = int(EpisodeEnd.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeTask:
    """Everything a worker needs to run episodes; picklable.

    Attributes:
        games: builds the games.
        focus: what the encoding attends to.
        rule: what ends an episode.
        starts: where episodes start.
        seed: root of all draws; the n-th game's draws depend on it and on n alone.
        terminator: builds the option's termination function inside the worker; None when there is none.
        terminator_every: steps of the batch between two calls of the termination function, >= 1.
        passed_on: errors that are raised as they are, as `GameError` is; others become `WorkerDied`.
        keep_final_states: most states of success that each worker keeps per rollout.
        judged: who says what has succeeded, in place of the rule's effects, which are empty then; None for
            the facts.
        pictured: a reward out of pictures, beside what is made of the facts; None for none.
    """

    games: GamesFactory
    focus: Focus
    rule: EpisodeRule
    starts: Starts
    seed: int
    terminator: Callable[[], Terminator] | None = None
    terminator_every: int = 1
    passed_on: tuple[type[Exception], ...] = ()
    keep_final_states: int = 0
    judged: JudgedRule | None = None
    pictured: PictureRule | None = None

    def __post_init__(self) -> None:
        if self.terminator_every < 1:
            raise ValueError(f"terminator_every is {self.terminator_every}; expected at least 1")

    def open_batch(self, arrays: RolloutArrays, first: int = 0) -> GameBatch:
        """The games that play this; see `GameBatch` for the arguments."""
        return GameBatch(self, arrays, first)


class GameBatch:
    """Steps games and starts the next episode whenever one ends.

    Args:
        task: what is played.
        arrays: where the rollout goes; this batch's games only.
        first: index of the batch's first game among all games, so that draws do not depend on the split.
    """

    _start_samplers: list[StartSampler]
    _watch: AttemptWatch | None = None
    _pictures: PictureWatch | None = None

    def __init__(self, task: EpisodeTask, arrays: RolloutArrays, first: int = 0) -> None:
        spec = self._open(task.games, arrays, task.seed, first, task.keep_final_states)
        for i in range(self._n):
            self._games.attend(i, task.focus)
        self._rule = task.rule
        self._reached = ReachedTest(task.rule.obtains, spec)
        self._terminator = task.terminator() if task.terminator is not None else None
        self._terminator_every = task.terminator_every
        self._start_samplers = [StartSampler(task.starts, rng) for rng in self._start_rngs]
        if task.judged is not None:
            self._watch = AttemptWatch(task.judged, spec, self._n, task.seed, first)
        if task.pictured is not None:
            self._pictures = PictureWatch(task.pictured, self._n)

    def _open(self, games: GamesFactory, arrays: RolloutArrays, seed: int, first: int, keep: int) -> GameSpec:
        """Build the games, and set the state that all kinds of batches share."""
        self._n = arrays.ends.shape[1]
        self._a = arrays
        self._keep = keep
        self._games = games.make(self._n)
        spec = self._games.spec
        indices = range(first, first + self._n)
        self._start_rngs = [np.random.default_rng(child_seed(seed, "starts", i)) for i in indices]
        self._action_rngs = [np.random.default_rng(child_seed(seed, "actions", i)) for i in indices]
        self._facts = np.zeros((self._n, len(spec.facts)), np.int32)
        self._start_facts = np.zeros_like(self._facts)
        self._steps = np.zeros(self._n, np.int32)
        self._status = np.zeros(self._n, np.int8)
        self._origins = [0] * self._n
        self._ticks = 0
        self._finals: list[FinalState] = []
        self._row = 0
        return spec

    def reset(self) -> None:
        """Start a new episode everywhere; row 0 of the encodings is what the players see."""
        self._start_over(0)

    def step(self, actions: NDArray[np.integer]) -> None:
        """One step of every game, written to row 0; the encodings after it are in row 1."""
        self._row = 0
        self._finals.clear()
        self._advance(actions)

    def rollout(self, policy: BatchPolicy, steps: int) -> list[FinalState]:
        """`steps` steps with `policy`'s actions, written to rows 0..steps-1; returns the states kept."""
        self._row = 0
        self._finals.clear()
        return self.play(policy, steps)

    def play(self, policy: BatchPolicy, steps: int) -> list[FinalState]:
        """The rest of a rollout of `steps` steps."""
        uniforms = np.stack([rng.random(steps) for rng in self._action_rngs], axis=1)
        with one_blas_thread():  # a second one costs more than it saves on so few rows
            while self._row < steps:
                self._advance(policy.act_batch(self._a.encodings[self._row], uniforms[self._row]))
        return list(self._finals)

    def take_over(self, row: int, method: str, arguments: tuple[Any, ...]) -> Any:
        """Take over from a batch that died: new episodes from `row` on, then ``method(*arguments)``."""
        self._start_over(row)
        return getattr(self, method)(*arguments)

    def _start_over(self, row: int) -> None:
        self._row = row
        for i in range(self._n):
            self._begin(i)

    def final_states(self) -> list[FinalState]:
        """States of success kept since the last `step` or `rollout` began."""
        return list(self._finals)

    def audits(self) -> list[Audit]:
        """Verdicts that were checked since the last call; none where facts say what has succeeded."""
        return [] if self._watch is None else self._watch.audits()

    def view(self, size: tuple[int, int] | None) -> GameView | None:
        """How the first game stands, with a picture of that width and height; None without a size."""
        if size is None:
            return None
        return GameView(
            picture=self._games[0].frame(size), facts=self._facts[0].copy(), steps=int(self._steps[0]),
            skill=self._skill_in_hand(),
        )  # fmt: skip

    def _skill_in_hand(self) -> int:
        return 0

    def close(self) -> None:
        """Free all games."""
        self._games.close()

    def _advance(self, actions: NDArray[np.integer]) -> None:
        a, t, facts = self._a, self._row, self._facts
        a.actions[t] = actions
        self._take_step(actions, a.encodings[t + 1])
        self._steps += 1
        lengths = self._steps.copy()
        a.after[t] = a.before[t + 1] = facts
        a.start[t + 1] = self._start_facts
        a.ends[t] = ends = self._ends()
        if self._pictures is not None:
            a.pictured[t] = self._pictures.rewards([self._games[i] for i in range(self._n)])
        self._row = t + 1
        for i in np.flatnonzero(ends).tolist():
            a.final_encodings[t, i] = a.encodings[t + 1, i]
            self._finish(i, int(ends[i]))
        a.steps[t] = lengths  # written last: a row without lengths is incomplete, see `VectorGame`

    def _take_step(self, actions: NDArray[np.integer], encodings: NDArray[np.float32]) -> None:
        """Step all games; write their status, their facts and what the players see."""
        self._games.step(actions, self._status, self._facts, encodings)

    def _observe(self, i: int, encoding: NDArray[np.float32]) -> None:
        """Write the facts of game `i` and what its player sees."""
        self._games.observe(i, self._facts[i], encoding)

    def _ends(self) -> NDArray[np.int8]:
        reached = self._reached(self._start_facts, self._facts)
        ends = self._rule.ends(self._status, reached, self._steps)
        self._ticks += 1
        if self._terminator is not None and self._ticks % self._terminator_every == 0:
            stop = self._terminator(self._start_facts, self._facts, self._steps)
            ends[stop & (ends == _RUNNING)] = EpisodeEnd.STOPPED
        if self._watch is not None:
            actions = self._a.actions[self._row]
            self._watch.judge(
                self._games, actions, self._start_facts, self._facts, self._steps, self._status, ends
            )
        return ends

    def _finish(self, i: int, end: int) -> None:
        self._keep_final(i, end)
        self._begin(i)

    def _keep_final(self, i: int, end: int, skill: int = 0) -> None:
        running = self._status[i] == EndStatus.RUNNING
        if end == EpisodeEnd.REACHED and running and len(self._finals) < self._keep:
            start = Start(self._games[i].snapshot(), self._origins[i])
            self._finals.append(FinalState(start, self._facts[i].copy(), int(self._steps[i]), skill))

    def _begin(self, i: int) -> None:
        game, facts = self._games[i], self._facts[i]
        for _ in range(MAX_START_DRAWS):
            self._origins[i] = self._start_samplers[i].begin(game)
            self._observe(i, self._a.encodings[self._row, i])
            if not self._reached(facts[None], facts[None])[0]:
                break
        self._start_facts[i] = facts
        self._a.before[self._row, i] = self._a.start[self._row, i] = facts
        self._steps[i] = 0
        if self._watch is not None:
            self._watch.begin(i, self._games, self._start_samplers[i].latest, facts)
        if self._pictures is not None:
            self._pictures.begin(i, game)
