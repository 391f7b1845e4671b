"""Trainings that take turns, so that all of them are measured under the same load.

Each contender runs in a process of its own from the beginning to the end. Between two of its iterations it
waits until it is its turn again; nothing else runs meanwhile.
"""

from __future__ import annotations

import multiprocessing
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeAlias

JOIN_S = 20.0
"""Seconds that a contender has to end by itself."""

Notes: TypeAlias = Mapping[str, float]
"""What a contender tells about itself at the end: a name, and a number each."""


@dataclass(frozen=True, slots=True)
class Lap:
    """One turn.

    Attributes:
        steps: environment steps.
        seconds: wall time.
        aside: part of it that went into something to be told apart, seconds.
    """

    steps: int
    seconds: float
    aside: float = 0.0

    @property
    def speed(self) -> float:
        """Environment steps per second."""
        return self.steps / self.seconds

    @property
    def speed_without(self) -> float:
        """Environment steps per second of what is left without `aside`."""
        return self.steps / (self.seconds - self.aside)


class Pacer:
    """Makes a training wait for its turns; call `between` whenever an iteration of it is complete.

    Args:
        pipe: to the one who says whose turn it is.
        clock: seconds.
    """

    def __init__(self, pipe: Any, clock: Callable[[], float] = time.perf_counter) -> None:
        self._pipe = pipe
        self._clock = clock
        self._until = 0.0
        self._began: Lap | None = None

    def between(self, steps: int, aside: float = 0.0) -> bool:
        """Say how things stand, and wait if the turn is over.

        Args:
            steps: environment steps since the beginning.
            aside: seconds since the beginning that went into something to be told apart, see `Lap`.

        Returns:
            False when the training is to end.
        """
        now, began = self._clock(), self._began
        if began is None:
            self._pipe.send(("ready", None))
        elif now < self._until:
            return True
        else:
            lap = Lap(steps - began.steps, now - began.seconds, aside - began.aside)
            self._pipe.send(("lap", lap))
        seconds = self._pipe.recv()
        if seconds is None:
            return False
        self._began = Lap(steps, self._clock(), aside)
        self._until = self._began.seconds + seconds
        return True


@dataclass(frozen=True, slots=True)
class Contender:
    """One training.

    Attributes:
        name: for people.
        train: trains until the pacer says no; picklable, run in a process of its own.
        group: of contenders with one group, only the fastest of the first round continues; empty for none.
    """

    name: str
    train: Callable[[Pacer], Notes]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a contender did.

    Attributes:
        laps: one per round; fewer when it was outrun in its group.
        notes: what it told about itself.
    """

    laps: tuple[Lap, ...]
    notes: Notes

    @property
    def speeds(self) -> tuple[float, ...]:
        """Steps per second of each lap."""
        return tuple(lap.speed for lap in self.laps)


def slower_ones(contenders: Sequence[Contender], speeds: Mapping[str, float]) -> set[str]:
    """Names of those that another one of their group outran."""
    best: dict[str, str] = {}
    for contender in contenders:
        name, group = contender.name, contender.group
        if group and (group not in best or speeds[name] > speeds[best[group]]):
            best[group] = name
    return {c.name for c in contenders if c.group and best[c.group] != c.name}


def best_way(contenders: Sequence[Contender], outcomes: Mapping[str, Outcome], group: str) -> str:
    """Name of the contender of a group that went on after the first round, the fastest if none had to go."""
    ways = [contender.name for contender in contenders if contender.group == group]
    return max(ways, key=lambda name: (len(outcomes[name].laps), outcomes[name].speeds[0]))


def first_round(contenders: Sequence[Contender], outcomes: Mapping[str, Outcome], group: str) -> str:
    """The ways of a group with their speeds in the first round, the fastest first, for people."""
    speeds = {c.name: outcomes[c.name].speeds[0] for c in contenders if c.group == group}
    ways = sorted(speeds, key=lambda name: -speeds[name])
    return ", ".join(f"{name.removeprefix(f'{group}, ')} {speeds[name]:,.0f}" for name in ways)


def race(
    contenders: Sequence[Contender], rounds: int, seconds: float, announce: Callable[[str], None]
) -> dict[str, Outcome]:
    """Warm every contender up with one iteration, then let them take turns.

    Args:
        contenders: in the order of their turns.
        rounds: turns of each.
        seconds: wall time of a turn; it lasts to the end of an iteration, so it has at least one.
        announce: told before each turn what comes.

    Returns:
        Name -> outcome, in the order of the contenders.

    Raises:
        RuntimeError: a contender failed; the message holds its traceback.
    """
    lanes: dict[str, _Lane] = {}
    laps: dict[str, list[Lap]] = {contender.name: [] for contender in contenders}
    notes: dict[str, Notes] = {}
    try:
        for contender in contenders:
            announce(f"warming up: {contender.name}")
            lanes[contender.name] = _Lane(contender)
        running = list(lanes)
        for number in range(1, rounds + 1):
            for name in running:
                announce(f"round {number} of {rounds}: {name}")
                laps[name].append(lanes[name].lap(seconds))
            if number == 1:
                outrun = slower_ones(contenders, {name: laps[name][0].speed for name in running})
                notes |= {name: lanes[name].finish() for name in outrun}
                running = [name for name in running if name not in outrun]
        notes |= {name: lanes[name].finish() for name in running}
    finally:
        for lane in lanes.values():
            lane.kill()
    return {name: Outcome(tuple(laps[name]), notes[name]) for name in laps}


class _Lane:
    """The process of one contender."""

    def __init__(self, contender: Contender) -> None:
        context = multiprocessing.get_context("spawn")
        self._name = contender.name
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_run, args=(contender, theirs))
        self._process.start()
        theirs.close()
        try:
            self._expect("ready")
        except BaseException:
            self.kill()
            raise

    def lap(self, seconds: float) -> Lap:
        self._pipe.send(seconds)
        lap = self._expect("lap")
        assert isinstance(lap, Lap)
        return lap

    def finish(self) -> Notes:
        self._pipe.send(None)
        notes: Notes = self._expect("done")
        self._process.join(JOIN_S)
        return notes

    def _expect(self, kind: str) -> Any:
        try:
            found, content = self._pipe.recv()
        except EOFError:
            self._process.join(JOIN_S)
            found, content = "failed", f"its process ended with exit code {self._process.exitcode}"
        if found != kind:
            raise RuntimeError(f"training {self._name!r} failed:\n{content}")
        return content

    def kill(self) -> None:
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(JOIN_S)
        self._pipe.close()


def _run(contender: Contender, pipe: Connection) -> None:
    with suppress(BrokenPipeError):
        try:
            pipe.send(("done", dict(contender.train(Pacer(pipe)))))
        except Exception:
            pipe.send(("failed", traceback.format_exc()))
