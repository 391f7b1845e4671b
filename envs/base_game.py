"""What all games share: step counts, action checks, and facts computed once per step."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from envs.facts import EndStatus
from envs.game import Focus, GameSpec


class BaseGame(ABC):
    """The part of `envs.game.Game` that does not depend on the game; no episode runs until `_set_progress`.

    A subclass has `_act` and `_write_facts`, calls `_set_progress` in `reset` and `restore`, and sets
    `_status` where an episode ends.

    Args:
        spec: the game's description.
        kinds: number of every name in ``spec.seekable``.
        regions: number of every name in ``spec.explorable``.
    """

    def __init__(self, spec: GameSpec, kinds: Mapping[str, int], regions: Mapping[str, int]) -> None:
        self._spec, self._kinds, self._regions = spec, kinds, regions
        self._n_actions = len(spec.actions)
        self._names = tuple(spec.fact_index)
        self._status = EndStatus.ABORTED
        self._steps, self._limit = 0, spec.max_steps
        self._values = np.zeros(len(spec.facts), np.int32)
        self._fresh = False
        self._facts: dict[str, int] | None = None
        self._foci: dict[Focus, tuple[NDArray[np.int64], int]] = {}
        self._focus: Focus | None = None
        self._sought: tuple[NDArray[np.int64], int] = np.zeros(0, np.int64), 0

    @property
    def spec(self) -> GameSpec:
        """The game's static description."""
        return self._spec

    @property
    def status(self) -> EndStatus:
        """How the episode stands now."""
        return self._status

    @property
    def steps(self) -> int:
        """Steps taken in this episode."""
        return self._steps

    def step(self, action: int) -> EndStatus:
        """Take one action (index into ``spec.actions``).

        Raises:
            ValueError: `action` is out of range.
            RuntimeError: the episode has ended.
        """
        index = operator.index(action)
        if not 0 <= index < self._n_actions:
            raise ValueError(
                f"action {action!r} is out of range; {self._spec.name} has actions 0..{self._n_actions - 1}"
            )
        if self._status is not EndStatus.RUNNING:
            raise RuntimeError(
                f"the episode ended with {self._status.name} after {self._steps} steps; call reset(seed) or "
                "restore(snapshot)"
            )
        self._fresh = False
        self._act(index)
        self._steps += 1
        if self._status is EndStatus.RUNNING and self._steps >= self._limit:
            self._status = EndStatus.TIME_LIMIT
        return self._status

    def facts(self) -> dict[str, int]:
        """The facts now, a fresh mapping with every name in ``spec.facts``."""
        self._refresh()
        if self._facts is None:
            self._facts = dict(zip(self._names, self._values.tolist(), strict=True))
        return self._facts.copy()

    def fact_values(self, out: NDArray[np.int32]) -> None:
        """Write the facts into ``out: int32[len(spec.facts)]``, in the order of ``spec.facts``."""
        self._refresh()
        out[:] = self._values

    def _set_progress(self, limit: int, steps: int = 0, status: EndStatus = EndStatus.RUNNING) -> None:
        """Set the limit, the steps taken and the status: at the start of an episode, or from a snapshot."""
        self._limit, self._steps, self._status = limit, steps, status
        self._fresh = False

    def _refresh(self) -> None:
        """Write the facts into `_values` unless they are up to date."""
        if not self._fresh:
            self._write_facts(self._values)
            self._fresh = True
            self._facts = None

    def _resolve(self, focus: Focus) -> tuple[NDArray[np.int64], int]:
        """The numbers of the kinds sought and of the region to explore. Raises `BadFocus`."""
        if focus is not self._focus:  # usually the same object; comparing it is cheaper than hashing
            if focus not in self._foci:
                self._spec.check_focus(focus)
                kinds = np.array([self._kinds[name] for name in focus.seek], np.int64)
                self._foci[focus] = kinds, self._regions[focus.explore]
            self._focus, self._sought = focus, self._foci[focus]
        return self._sought

    @abstractmethod
    def _act(self, action: int) -> None:
        """Carry out an action that is in range, and set `_status` where it ends the episode.

        The step is counted afterwards, so not if this raises.
        """

    @abstractmethod
    def _write_facts(self, out: NDArray[np.int32]) -> None:
        """Write the facts now into ``out: int32[len(spec.facts)]``."""
