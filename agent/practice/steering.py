"""A practice that is steered while it runs: paused, gone on with, stopped, told what to practise next.

It looks for commands between rollouts, between pieces of play, and between turns. A pause waits without work,
its time is not counted, and Ctrl-C ends it as anything else. It is not remembered: a practice that was killed
while it was paused goes on when it is resumed. What was asked to be practised is remembered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agent.practice.session_state import Budget, SessionState
from agent.records.commands import Command, CommandBox, NoCommand
from agent.records.runs import Run
from envs.errors import did_you_mean
from envs.text import brief

LOOK_EVERY_S: Final = 0.25
"""Seconds between two looks for commands, at least."""
NAP_S: Final = 0.5
"""Seconds of a pause between two looks."""
MOST_IGNORED_TOLD: Final = 100
"""Files that are no commands, of which a process tells in the run's events."""
STOP_COMMAND: Final = "a command to stop"
"""How an interruption begins that was commanded."""
MOST_QUEUED: Final = 20
"""Skills that may be waiting to be practised by a person's wish."""


def _tell_nobody(kind: str, **data: Any) -> None:
    """Steering that is on no record."""


def _say_nothing(text: str) -> None:
    """Steering that nobody reads of."""


@dataclass(slots=True, kw_only=True)
class Steering:
    """What a session has been told from outside; without a box, nothing ever.

    Attributes:
        box: where commands are left.
        began: when this process began to work on the run; earlier commands but wishes are of another process.
        tell: writes an event, as `agent.records.runs.run.Run.event`.
        say: shows a sentence.
        budget: does not count the time of a pause.
        known: names of the skills there are; none while that is not known yet.
        on_pause: told when a pause begins and when it is over.
        queued: skills to practise next by a person's wish, the first first.
        stop_by: where a command to stop was from; empty without one.
        clock: seconds that only grow.
        sleep: waits so many seconds.
    """

    box: CommandBox | None = None
    began: str = ""
    tell: Callable[..., None] = _tell_nobody
    say: Callable[[str], None] = _say_nothing
    budget: Budget | None = None
    known: Callable[[], Collection[str]] = tuple
    on_pause: Callable[[bool], None] = lambda paused: None
    queued: list[str] = field(default_factory=list)
    stop_by: str = ""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _paused: bool = False
    _looked: float = float("-inf")
    _ignored: int = 0
    _told_waiting: dict[str, str] = field(default_factory=dict)

    def look(self) -> bool:
        """Carry out what was commanded, and wait while it is paused; False when the session is to end.

        Cheap enough to be called after every rollout.
        """
        now = self.clock()
        if self.box is None or now - self._looked < LOOK_EVERY_S:
            return not self.stop_by
        self._looked = now
        self._take(self.box)
        if self._paused and not self.stop_by:
            self._wait(self.box)
        return not self.stop_by

    def go_on(self) -> None:
        """As `look`, for where there is nothing to put in order first.

        Raises:
            KeyboardInterrupt: the session is to end; what it says is where the command was from.
        """
        if not self.look():
            raise KeyboardInterrupt(f"{STOP_COMMAND}, from the {self.stop_by}")

    def _take(self, box: CommandBox) -> None:
        for told in box.take():
            if isinstance(told, NoCommand):
                self._ignore(file=told.file, reason=told.reason)
            elif told.kind != "queue" and told.at < self.began:
                self._ignore(command=told.kind, reason="it was given before the practice was gone on with")
            else:
                self._carry_out(told)

    def _ignore(self, **data: str) -> None:
        self._ignored += 1
        if self._ignored <= MOST_IGNORED_TOLD:
            self.tell("command_ignored", **data)

    def _carry_out(self, command: Command) -> None:
        if command.kind == "queue" and (reason := self._why_not_queued(command.skill)):
            self._ignore(command="queue", skill=command.skill, reason=reason)
            self.say(f"{command.skill} is not practised next: {reason}")
            return
        skill = {"skill": command.skill} if command.skill else {}
        self.tell("command", command=command.kind, by=command.by, given=command.at, **skill)
        if command.kind == "queue":
            self.queued.append(command.skill)
            self.say(f"{command.skill} is practised next, by a wish from the {command.by}")
        elif command.kind == "stop":
            self.stop_by = command.by or "unknown place"
        else:
            self._paused = command.kind == "pause"

    def _why_not_queued(self, skill: str) -> str:
        known = self.known()
        if known and skill not in known:
            return f"there is no skill {brief(skill)}{did_you_mean(skill, known)}"
        if skill in self.queued:
            return "it is practised next already"
        return f"{MOST_QUEUED} others wait already" if len(self.queued) >= MOST_QUEUED else ""

    def _wait(self, box: CommandBox) -> None:
        began = self.clock()
        self.say("paused; go on with: journeyman runs resume, or from the page")
        self.on_pause(True)
        while self._paused and not self.stop_by:
            if self.budget is None:
                self.sleep(NAP_S)
            else:
                with self.budget.standing_still():
                    self.sleep(NAP_S)
            self._take(box)
        self._paused = False
        self.tell("pause_ended", seconds=round(self.clock() - began, 1))
        self.say("goes on")
        self.on_pause(False)

    # What the curriculum does with wishes.

    def next_of(self, can: Collection[str], why_not: Callable[[str], tuple[str, bool]]) -> str:
        """The first skill wished for that can be practised now, which is taken off the list; empty for none.

        Args:
            can: skills that can be practised now.
            why_not: for one that cannot: why, and whether that may change.
        """
        for name in list(self.queued):
            if name in can:
                self.queued.remove(name)
                self.tell("wish_taken", skill=name)
                return name
            reason, may_change = why_not(name)
            if not may_change:
                self.queued.remove(name)
                self.tell("wish_refused", skill=name, reason=reason)
                self.say(f"{name} is not practised next: {reason}")
            elif self._told_waiting.get(name) != reason:
                self._told_waiting[name] = reason
                self.tell("wish_waits", skill=name, reason=reason)
                self.say(f"{name} has to wait: {reason}")
        return ""


def wishes_of(events: Iterable[Mapping[str, Any]], kept: int) -> list[str]:
    """The skills that a run was asked to practise and has not practised yet.

    Args:
        events: of the run, in order.
        kept: how many of them belong to what was kept when the run was last saved; a turn that came later is
            played again, so a wish that it took is open again.
    """
    wishes: list[str] = []
    for number, event in enumerate(events):
        kind, skill = event.get("kind"), str(event.get("skill", ""))
        if kind == "command" and event.get("command") == "queue" and skill not in wishes:
            wishes.append(skill)
        elif kind in ("wish_taken", "wish_refused") and skill in wishes and number < kept:
            wishes.remove(skill)
    return wishes[:MOST_QUEUED]


def open_steering(
    run: Run, state: SessionState, budget: Budget, say: Callable[[str], None], resumed: bool
) -> Steering:
    """The steering of a session."""
    return Steering(
        box=CommandBox(run.path),
        began=run.begun_at,
        tell=run.event,
        say=say,
        budget=budget,
        known=lambda: state.skills.keys(),
        queued=wishes_of(run.events(), state.lines.get("events", 0)) if resumed else [],
    )
