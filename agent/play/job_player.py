"""One job after the other, carried out with a kit in this process."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from agent.play.code_shelf import CodeShelf
from agent.play.demonstration import Demonstration
from agent.play.jobs import Job, JobResult, SavedState, handoff_label, request_label
from agent.play.kit import Kit
from agent.play.kit_code import KitCode
from agent.play.noted_game import NotedGame
from agent.play.player import Player
from agent.play.watched import WatchedPlay
from envs.facts import EndStatus
from envs.game import Game
from envs.recording.traced_game import TracedGame
from envs.registry import game_spec, make_game
from envs.rollout.episode import Start
from envs.rollout.view import GameView
from envs.wrapped_game import innermost
from planners.execution.events import ChainPartEnded, ExecutorEvent
from planners.plan import Execution, Goal
from skills.chains.parts import flat, parts_of
from skills.skill import lacking

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
