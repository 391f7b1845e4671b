"""Play in worker processes: reaching states to start from, and trying skills in new states.

Each worker holds the current kit and takes one job at a time. A job that kills its worker comes back as
aborted, never as failed; the worker is restarted.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.play.code_shelf import CodeShelf
from agent.play.demonstration import Demonstration
from agent.play.kit import Kit, PolicyOverSkills
from agent.play.kit_code import KitCode
from agent.play.noted_game import NotedGame
from agent.play.player import Player
from agent.play.watched import WatchedPlay
from envs.errors import MissingDependency, TooLittle
from envs.facts import EndStatus
from envs.game import Focus, Game
from envs.recording.trace import Trace
from envs.recording.traced_game import TracedGame
from envs.registry import game_spec, make_game
from envs.rollout.episode import Start
from envs.rollout.view import GameView
from envs.shortage import shortage
from envs.workers.opening import open_workers
from envs.workers.pool import WorkerPool
from envs.workers.servant import Answer, Failure, Outcome, SameEverywhere, ServantFactory
from envs.wrapped_game import innermost
from planners.execution.events import ChainPartEnded, ExecutorEvent
from planners.execution.judge import JudgeTask
from planners.plan import Execution, Goal
from skills.chains.parts import flat, parts_of
from skills.errors import SandboxUnavailable, SkillError
from skills.skill import lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of play.

    Attributes:
        seed: of the player's own draws and, without `start`, of the episode.
        start: a saved state to begin in.
        goal: facts to plan for and reach; empty for none.
        skill: a skill to execute once afterwards; empty for none.
        guarded: whether guards may interrupt that skill.
        max_steps: steps allowed for `goal` or `policy`.
        policy: a policy over skills to carry out, instead of `goal`.
        by_chance: whether plans may hope for what the game's events may bring.
        own_task: whether `goal` is the level's own task, which is done when the level says so, see
            `GameSpec.own_tasks`; `policy` is carried out first, if there is one.
        finish: actions to take once the facts of `goal` hold, for a task of its own, see `KnownTask.finish`.
        show: width and height of a picture of how it ends, for people who look on, which a worker takes of
            one job every `VIEW_EVERY_S`; None for none.
        witness: whether the pictures are kept that the verdict on `skill` rests on.
        demonstrate: what encodings show the way to, if what the parts of the chain `skill` do is kept.
        watched: whether it is remarked on how the play stands, see `agent.play.watched`.
    """

    seed: int
    start: Start | None = None
    goal: Mapping[str, int] = field(default_factory=dict)
    skill: str = ""
    guarded: bool = True
    max_steps: int = 2_000
    policy: PolicyOverSkills | None = None
    by_chance: bool = False
    own_task: bool = False
    finish: tuple[str, ...] = ()
    demonstrate: Focus | None = None
    show: tuple[int, int] | None = None
    witness: bool = False
    watched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedState:
    """A state worth starting from.

    Attributes:
        start: the state and the seed of its episode.
        facts: the facts in it.
        label: what had just succeeded.
    """

    start: Start
    facts: Mapping[str, int]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """What a job led to.

    Attributes:
        job: the job.
        steps: environment steps played.
        goal_reached: whether `job.goal` held in the end, or `job.policy` did its task; True when nothing was
            asked.
        results: every execution of a skill, in order.
        attempt: the execution of `job.skill`; None if it was not reached.
        states: states after each success, the last one of `goal` included.
        events: what the executors decided on the way, as records for the journal.
        aborted: why the job could not be judged; empty otherwise.
        demonstration: what was seen and done, where `job.demonstrate` asks for it; None otherwise.
        view: how the game stood at the end, where a picture was due; None otherwise.
        witnessed: the first and the last picture of the attempt, of the size that judges are shown, where
            `job.witness` asks for them; empty otherwise.
        unsettled: `attempt` as a judge is shown it, where it is unclear and somebody else may be asked.
        reward: what the game's own task has given in the episode; None for a game that does not say.
        trace: what the episode follows from, to be played again; None where the game does not keep it.
    """

    job: Job
    steps: int = 0
    goal_reached: bool = False
    results: tuple[Execution, ...] = ()
    attempt: Execution | None = None
    states: tuple[SavedState, ...] = ()
    events: tuple[dict[str, Any], ...] = ()
    aborted: str = ""
    reward: float | None = None
    demonstration: Demonstration | None = field(default=None, compare=False, repr=False)
    view: GameView | None = field(default=None, compare=False, repr=False)
    witnessed: tuple[NDArray[np.uint8], ...] = field(default=(), compare=False, repr=False)
    unsettled: JudgeTask | None = field(default=None, compare=False, repr=False)
    trace: Trace | None = field(default=None, compare=False, repr=False)


WORKER_ENDED = "the worker ended with exit code"
"""How the reason begins for which a job was aborted whose worker died."""
VIEW_EVERY_S = 2.0
"""Seconds between two pictures that a worker takes for people who look on, at least."""
MOST_REQUEST_STATES = 6
"""Most states per job that are saved because the guard began to ask for something in them."""

MOST_HANDOFF_STATES = 8
"""Most states per job that are saved because a chain handed over in them."""


@dataclass(slots=True)
class Notes:
    """What is recorded while a job is played.

    Attributes:
        results: every execution of a skill.
        requests: what the guard began to ask for, with the state in which it did.
        handoffs: which part of a chain came next, with the state in which it did.
        events: what the executors decided.
    """

    results: list[Execution] = field(default_factory=list)
    requests: list[tuple[str, bytes, dict[str, int]]] = field(default_factory=list)
    handoffs: list[tuple[str, bytes, dict[str, int]]] = field(default_factory=list)
    events: list[ExecutorEvent] = field(default_factory=list)

    def clear(self) -> None:
        """Drop everything, for the next job."""
        self.results.clear()
        self.requests.clear()
        self.handoffs.clear()
        self.events.clear()

    def request(self, game: Game, skill: str) -> None:
        """Save the state in which the guard began to ask for `skill`: one in which the skill is needed."""
        if len(self.requests) < MOST_REQUEST_STATES and game.status is EndStatus.RUNNING:
            self.requests.append((skill, game.snapshot(), game.facts()))

    def event(self, game: Game, event: ExecutorEvent) -> None:
        """Keep an event, and the state in which a chain hands over from a part that was done to the next."""
        self.events.append(event)
        if not isinstance(event, ChainPartEnded) or event.status != "done" or not event.next_part:
            return
        if len(self.handoffs) < MOST_HANDOFF_STATES and game.status is EndStatus.RUNNING:
            self.handoffs.append((event.next_part, game.snapshot(), game.facts()))


def request_label(skill: str) -> str:
    """The label of states in which the guard asked for a skill."""
    return f"need {skill}"


def handoff_label(skill: str) -> str:
    """The label of states in which a chain handed over to a skill: the part before it had just succeeded."""
    return f"next {skill}"


def play(game: Game, player: Player, job: Job, notes: Notes) -> JobResult:
    """Carry out one job; `notes` is what the player's callbacks write to."""
    notes.clear()
    player.reseed(job.seed)
    if job.start is None:
        game.reset(job.seed)
        origin = job.seed
    else:
        game.restore(job.start.snapshot)
        origin = job.start.origin
    begin = game.steps
    states: list[SavedState] = []
    reached = True
    if job.policy is not None:
        reached = player.carry_out(game, job.policy, job.max_steps).outcome == "done"
    elif job.goal:
        outcome = player.pursue(game, Goal(facts=job.goal), job.max_steps, by_chance=job.by_chance)
        reached = outcome.outcome == "done"
    if job.own_task:
        reached = _do_as_the_level_says(game, player, job, begin + job.max_steps)
    if reached and game.status is EndStatus.RUNNING:
        states.append(SavedState(start=Start(game.snapshot(), origin), facts=game.facts(), label="reach"))
    attempt, kept, unsettled = None, _demonstration(player, job), None
    witnessed: tuple[NDArray[np.uint8], ...] = ()
    if job.skill and reached and game.status is EndStatus.RUNNING:
        first = game.frame(game.spec.judged_size) if job.witness else None
        player.demonstrate(kept)
        attempt = player.attempt(game, job.skill, guarded=job.guarded)
        player.demonstrate(None)
        if first is not None:
            witnessed = first, game.frame(game.spec.judged_size)
        kept_task = player.take_unsettled(job.skill)
        unsettled = kept_task if attempt.verdict.outcome == "unclear" else None
        if attempt.verdict.outcome == "done" and game.status is EndStatus.RUNNING:
            label = job.skill
            states.append(SavedState(start=Start(game.snapshot(), origin), facts=game.facts(), label=label))
    states += [
        SavedState(start=Start(state, origin), facts=facts, label=label(skill))
        for label, noted in ((request_label, notes.requests), (handoff_label, notes.handoffs))
        for skill, state, facts in noted
    ]
    return JobResult(
        job=job,
        steps=game.steps - begin,
        goal_reached=reached,
        results=tuple(notes.results),
        attempt=attempt,
        states=tuple(states),
        events=tuple(event.to_record() for event in notes.events),
        demonstration=kept,
        witnessed=witnessed,
        unsettled=unsettled,
        reward=getattr(innermost(game), "task_reward", None),
        trace=game.trace() if isinstance(game, TracedGame) else None,
    )


def _demonstration(player: Player, job: Job) -> Demonstration | None:
    if job.demonstrate is None:
        return None
    parts = parts_of(player.kit.skills)
    return Demonstration(job.demonstrate, frozenset(flat([job.skill], parts)))


def _do_as_the_level_says(game: Game, player: Player, job: Job, until: int) -> bool:
    """Go on with a deed that the level did not count, until it counts one; says whether it did.

    The deed may be done with the wrong thing: a ration eaten where the level asks for the apple.
    """
    if not lacking(job.goal, game.facts()):
        _finish(game, job, until)
    while game.status is EndStatus.RUNNING and game.steps < until:
        facts = game.facts()
        if any(facts[fact] < count for fact, count in job.goal.items()):
            break
        again = {fact: facts[fact] + 1 for fact in job.goal if player.spec.fact_kinds[fact] == "event"}
        if not again:
            break
        outcome = player.pursue(game, Goal(facts=again), until - game.steps, by_chance=job.by_chance)
        if outcome.outcome != "done":
            break
    return game.status is EndStatus.SUCCESS


def _finish(game: Game, job: Job, until: int) -> None:
    """Take the actions that a task asks for beyond its facts."""
    for name in job.finish:
        if game.status is not EndStatus.RUNNING or game.steps >= until:
            return
        game.step(game.spec.action_index[name])


class _Idle:
    """What a worker holds before its first kit; it loads the modules that play needs."""

    def close(self) -> None:
        """Nothing to free."""


@cache
def _shelf() -> CodeShelf:
    """Code that this process has loaded, for all kits that it plays with."""
    return CodeShelf()


class JobPlayer:
    """A kit's player and its game, for one job after the other.

    Args:
        kit: what is played with.
    """

    def __init__(self, kit: Kit) -> None:
        self._notes = Notes()
        self._viewed = float("-inf")
        with ExitStack() as stack:
            self._watched = WatchedPlay(NotedGame(make_game(kit.game, **kit.game_options), self._event))
            self._game = TracedGame(self._watched, kit.game_options)
            stack.callback(self._game.close)
            self._player = stack.enter_context(
                Player(
                    kit,
                    0,
                    on_result=self._notes.results.append,
                    learn=False,
                    on_request=partial(self._notes.request, self._game),
                    on_event=self._event,
                    code=KitCode(kit, game_spec(kit.game), _shelf()),
                )
            )
            self._opened = stack.pop_all()

    def play(self, job: Job) -> JobResult:
        """Carry out one job."""
        self._watched.watch(job.seed if job.watched else None)
        result = play(self._game, self._player, job, self._notes)
        if job.show is None or time.monotonic() - self._viewed < VIEW_EVERY_S:
            return result
        self._viewed = time.monotonic()
        facts = np.zeros(len(self._game.spec.facts), np.int32)
        self._game.fact_values(facts)
        view = GameView(picture=self._game.frame(job.show), facts=facts, steps=result.steps)
        return replace(result, view=view)

    def _event(self, event: ExecutorEvent) -> None:
        self._notes.event(self._game, event)
        self._watched.note(event)

    def close(self) -> None:
        """Free the player and the game."""
        self._opened.close()


def in_order(jobs: Sequence[Job], results: Iterable[JobResult]) -> Iterator[JobResult]:
    """The results in the order of their jobs, each as soon as it can be; seeds tell the jobs apart."""
    ready: dict[int, JobResult] = {}
    due = deque(job.seed for job in jobs)
    for result in results:
        ready[result.job.seed] = result
        while due and due[0] in ready:
            yield ready.pop(due.popleft())


class JobPool:
    """Worker processes that carry out jobs.

    Args:
        workers: number of processes, at least 1.
        cluster: where they run, see `open_workers`; empty for this machine.
        pool: these processes instead, made with `idle`.
    """

    def __init__(self, workers: int = 1, cluster: str = "", *, pool: WorkerPool | None = None) -> None:
        names = [f"jobs-{index}" for index in range(max(1, workers))]
        self._pool = pool or open_workers(self.idle(), names, (SkillError,), cluster)
        self._kit: Kit | None = None

    @staticmethod
    def idle() -> ServantFactory:
        """What processes that play are begun with; it loads what play needs."""
        return SameEverywhere(_Idle)

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
        """Carry out `jobs` with `kit`; yields results as they come. Closing the iterator drops the rest.

        Raises:
            SandboxUnavailable, MissingDependency, TooLittle: no job can be carried out here.
        """
        if kit is not self._kit:  # each worker gets it once, with its next job
            acting = {name: network.acting_only() for name, network in kit.networks.items()}
            self._kit = kit
            self._pool.make = SameEverywhere(partial(JobPlayer, replace(kit, networks=acting)))
        for job, outcome in self._pool.map_unordered("play", jobs):
            yield _result(job, outcome)

    def close(self) -> None:
        """End the processes."""
        self._pool.close()


def run_again(pool: JobPool, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
    """As `JobPool.run`, but a job that broke down is carried out once more; `aborted` means twice."""
    broken: list[Job] = []
    for result in pool.run(kit, jobs):
        if result.aborted:
            broken.append(result.job)
        else:
            yield result
    yield from pool.run(kit, broken)


def _result(job: Job, outcome: Outcome) -> JobResult:
    if isinstance(outcome, Answer):
        result: JobResult = outcome.value
        return result
    if isinstance(outcome, Failure):
        raise_lasting(outcome)
        return JobResult(job=job, aborted=outcome.trace)
    return JobResult(
        job=job, aborted=f"{WORKER_ENDED} {outcome.exitcode}{outcome.reason and f' ({outcome.reason})'}"
    )


def raise_lasting(failure: Failure) -> None:
    """Raise what no second try would mend: a prerequisite is missing, or there is too little of something."""
    if isinstance(failure.error, SandboxUnavailable | MissingDependency | TooLittle):
        raise failure.error
    if advice := shortage(failure.summary):
        raise TooLittle(advice)
