"""Recorded or imagined steps of play as arrays, and whether effects came true in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envs.game import GameSpec
from envs.rollout.episode import ReachedTest
from skills.skill import Effects, is_gain


@dataclass(frozen=True, slots=True)
class Transitions:
    """Steps of play.

    Attributes:
        before: facts before each step, ``int32[n, facts]`` in the order of the game's vocabulary.
        after: facts after it, ``int32[n, facts]``.
        reached: whether the skill's effects came true in it, ``bool[n]``.
    """

    before: NDArray[np.int32]
    after: NDArray[np.int32]
    reached: NDArray[np.bool_]

    def __post_init__(self) -> None:
        shapes = self.before.shape, self.after.shape, self.reached.shape
        if self.before.ndim != 2 or shapes[0] != shapes[1] or shapes[2] != shapes[0][:1]:
            raise ValueError(
                f"before {shapes[0]}, after {shapes[1]}, reached {shapes[2]}; "
                "expected [n, facts], [n, facts] and [n]"
            )

    def __len__(self) -> int:
        return len(self.before)

    @classmethod
    def of(
        cls,
        before: NDArray[np.int32],
        after: NDArray[np.int32],
        obtains: Mapping[str, int],
        spec: GameSpec,
    ) -> Transitions:
        """The steps, with `reached` worked out: the effects hold after the step and did not before it."""
        reached = ReachedTest(obtains, spec)
        return cls(before, after, reached(before, after) & ~reached(before, before))


def met_rows(states: NDArray[np.int32], needs: Mapping[str, int], spec: GameSpec) -> NDArray[np.bool_]:
    """Where the states ``int32[n, facts]`` cover the needs: ``bool[n]``."""
    result = np.ones(len(states), np.bool_)
    for fact, count in needs.items():
        result &= states[:, spec.fact_index[fact]] >= count
    return result


def lifted(states: NDArray[np.int32], needs: Mapping[str, int], spec: GameSpec) -> NDArray[np.int32]:
    """The states with every need raised to its count where it was lower."""
    states = states.copy()
    for fact, count in needs.items():
        column = spec.fact_index[fact]
        states[:, column] = np.maximum(states[:, column], count)
    return states


def imagined_successes(states: NDArray[np.int32], effects: Effects, spec: GameSpec) -> Transitions:
    """What success would look like from recorded states, for skills that never succeeded yet.

    Each state gets the needs that it lacks; the step takes what is consumed and gives what is obtained.

    Args:
        states: recorded facts, ``int32[n, facts]``.
        effects: what the skill is claimed to do.
        spec: the game.
    """
    before = lifted(states, effects.needs, spec)
    for fact, count in effects.obtains.items():
        if not is_gain(spec.fact_kinds[fact]):
            column = spec.fact_index[fact]
            before[:, column] = np.minimum(before[:, column], count - 1)
    after = before.copy()
    for fact, count in effects.consumes.items():
        after[:, spec.fact_index[fact]] -= count
    for fact, count in effects.obtains.items():
        column = spec.fact_index[fact]
        after[:, column] = after[:, column] + count if is_gain(spec.fact_kinds[fact]) else count
    return Transitions.of(before, after, effects.obtains, spec)


def reversible_steps(transitions: Transitions, obtains: Mapping[str, int], spec: GameSpec) -> Transitions:
    """The part of each step that walking back undoes, where there is any and no effect is reached by it.

    Only places, distances and statuses change in the result; counts, levels, events and what is known are
    as before the step, because walking back does not undo them.
    """
    turns_back = np.array([fact.kind in ("place", "distance", "status") for fact in spec.facts], np.bool_)
    before = transitions.before
    after = np.where(turns_back, transitions.after, before)
    test = ReachedTest(obtains, spec)
    reached = test(before, after) | test(after, before)
    chosen = (after != before).any(axis=1) & ~reached & ~transitions.reached
    return Transitions(before[chosen], after[chosen], reached[chosen])
