"""A tiny game, policies and a termination function for tests of `VectorGame`; loads quickly in workers."""

import os
import signal
import sys
import threading
from pathlib import Path

import numpy as np

from envs.errors import BadSnapshot
from envs.facts import EndStatus, FactSpec
from envs.game import Focus, GameSpec

NOOP, TAKE, DIE, WIN, EXIT, RAISE, ABORT = range(7)

SPEC = GameSpec(
    name="bag",
    title="Bag",
    actions=("noop", "take", "die", "win", "exit", "raise", "abort"),
    facts=(
        FactSpec(name="wood", description="pieces carried", kind="count"),
        FactSpec(name="near.tree", description="1 after even steps", kind="place"),
        FactSpec(name="torch", description="1 when this process has loaded torch", kind="status"),
    ),
    seekable={"tree": "a tree"},
    explorable={"anywhere": "anywhere"},
    encoding_size=2,
    max_steps=50,
)


class Bag:
    """Counts wood; fresh episodes start with as much as the seed's last digit modulo `spread`."""

    spec = SPEC
    resets = 0

    def __init__(self, spread: int = 1) -> None:
        self._spread = spread
        self._max_steps = SPEC.max_steps
        self.reset(0)

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        Bag.resets += 1
        self.wood, self.steps, self.status = seed % self._spread, 0, EndStatus.RUNNING
        self._max_steps = max_steps or SPEC.max_steps

    def frame(self, size: tuple[int, int] = (8, 8)) -> np.ndarray:
        return np.full((size[1], size[0], 3), self.wood, np.uint8)

    def step(self, action: int) -> EndStatus:
        self.steps += 1
        self.wood += action == TAKE
        if action == EXIT:
            os._exit(7)
        if action == RAISE:
            raise RuntimeError("the bag tore")
        if self.steps >= self._max_steps:
            self.status = EndStatus.TIME_LIMIT
        endings = {DIE: EndStatus.DEATH, WIN: EndStatus.SUCCESS, ABORT: EndStatus.ABORTED}
        self.status = endings.get(action, self.status)
        return self.status

    def fact_values(self, out: np.ndarray) -> None:
        out[:] = self.wood, self.steps > 0 and self.steps % 2 == 0, "torch" in sys.modules

    def encode(self, focus: Focus, out: np.ndarray) -> None:
        out[:] = self.wood, self.steps

    def snapshot(self) -> bytes:
        return bytes([self.wood, self.steps])

    def restore(self, data: bytes) -> None:
        if len(data) != 2:
            raise BadSnapshot(f"{data!r} is no bag")
        self.wood, self.steps = data
        self.status = EndStatus.RUNNING

    def close(self) -> None:
        pass


class Repeat:
    """A policy that always gives the same action."""

    def __init__(self, action: int) -> None:
        self.action = action

    def act_batch(self, encodings: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
        return np.full(len(encodings), self.action)


class Roulette:
    """A policy that follows the uniform numbers."""

    def act_batch(self, encodings: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
        return (uniforms * 3).astype(int)


class Crash:
    """A policy that always gives the same action, and crashes the first times that it sees enough.

    Args:
        action: what it gives.
        folder: where crashes are counted; shared by all processes.
        wood: pieces in the first game that make it crash.
        times: how often.
        waits: wait for somebody to kill the process instead.
    """

    def __init__(self, action: int, folder: Path, wood: int, times: int = 1, *, waits: bool = False) -> None:
        self.action, self.folder, self.wood, self.times, self.waits = action, folder, wood, times, waits

    def act_batch(self, encodings: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
        if encodings[0, 0] >= self.wood and (crashes := len(list(self.folder.iterdir()))) < self.times:
            (self.folder / str(crashes)).touch()
            if self.waits:
                threading.Event().wait(600)
            os.kill(os.getpid(), signal.SIGSEGV)
        return np.full(len(encodings), self.action)


def five_or_more(start: np.ndarray, facts: np.ndarray, steps: np.ndarray) -> np.ndarray:
    return (facts[:, 0] >= 5) & (steps >= 2)


def make_five_or_more():
    return five_or_more
