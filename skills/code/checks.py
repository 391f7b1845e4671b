"""Checks of model-written rewards and options on recorded play, before anything is trained with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envs.game import GameSpec
from envs.rollout.episode import ReachedTest
from skills.code.functions import (
    REWARD_LIMIT,
    InitiationFunction,
    RewardFunction,
    TerminationFunction,
)
from skills.code.records import Transitions, lifted, met_rows, reversible_steps
from skills.errors import CodeRejected

EPSILON = 1e-3
"""Reward that counts as none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardReport:
    """What the checks of a reward measured; all of them passed.

    Attributes:
        transitions: recorded steps looked at.
        successes: those in which the effects came true.
        lowest: smallest reward.
        highest: largest reward.
        mean_success: mean reward of successes, recorded ones or else imagined ones; None without either.
        mean_other: mean reward of all other recorded steps.
        standing_still: largest reward for a step that changes nothing.
        there_and_back: largest total reward for a step and its way back, or a recorded round trip.
    """

    transitions: int
    successes: int
    lowest: float
    highest: float
    mean_success: float | None
    mean_other: float
    standing_still: float
    there_and_back: float


def validate_reward(
    reward: RewardFunction,
    transitions: Transitions,
    obtains: Mapping[str, int],
    spec: GameSpec,
    *,
    by_looking: bool = False,
    probes: Transitions | None = None,
    round_trips: Sequence[NDArray[np.int32]] = (),
) -> RewardReport:
    """Check a designed reward before it is used.

    Args:
        reward: the model's function.
        transitions: recorded steps of play.
        obtains: the skill's effects; walking in circles may pay where they come true.
        spec: the game.
        by_looking: success is judged by looking, so there may be no effects that the reward could be held to.
        probes: imagined successes (`skills.code.records.imagined_successes`).
        round_trips: recorded short walks that end where they began, each ``int32[steps + 1, facts]``.

    Returns:
        The figures behind the decision.

    Raises:
        CodeRejected: not finite, out of bounds, not deterministic, constant, pays for standing still or for
            going there and back, or does not pay for success; the message carries the numbers.
        ValueError: there are no transitions, or the skill obtains nothing.
    """
    if not len(transitions):
        raise ValueError("no recorded transitions; a reward is checked on at least one")
    if not obtains and not by_looking:
        raise ValueError("the skill obtains nothing; a reward is checked against what it should bring about")
    values = _checked_values(reward, transitions)
    imagined = _checked_values(reward, probes) if probes is not None and len(probes) else np.zeros(0)
    everything = np.concatenate([values, imagined])
    if everything.max() - everything.min() < 1e-9:
        raise CodeRejected(
            f"reward: it gave {everything[0]:g} in all {len(everything)} transitions; it must tell them apart"
        )
    standing = _standing_still(reward, transitions, obtains, spec)
    back = _there_and_back(reward, reversible_steps(transitions, obtains, spec))
    walked = _round_trips(reward, round_trips, obtains, spec)
    successes = values[transitions.reached]
    others = values[~transitions.reached]
    mean_other = float(others.mean()) if len(others) else 0.0
    mean_success = _mean_success(successes, imagined, mean_other, len(others))
    return RewardReport(
        transitions=len(transitions),
        successes=len(successes),
        lowest=float(everything.min()),
        highest=float(everything.max()),
        mean_success=mean_success,
        mean_other=mean_other,
        standing_still=standing,
        there_and_back=max(back, walked),
    )


def _checked_values(reward: RewardFunction, transitions: Transitions) -> NDArray[np.float64]:
    before, after = transitions.before, transitions.after
    values = reward.raw(before, after)
    for again in (reward.raw(before, after), reward.raw(before[::-1], after[::-1])[::-1]):
        if (again != values).any():
            i = int(np.flatnonzero(again != values)[0])
            raise CodeRejected(
                f"reward: it is not deterministic: {reward.written_call(before[i], after[i])} gave "
                f"{values[i]:g}, then {again[i]:g}; it must depend on before and after only"
            )
    worst = int(np.abs(values).argmax())
    if abs(values[worst]) > REWARD_LIMIT:
        raise CodeRejected(
            f"reward: {reward.written_call(before[worst], after[worst])} gave {values[worst]:g}; "
            f"keep rewards within -{REWARD_LIMIT:g} and {REWARD_LIMIT:g}"
        )
    return values


def _standing_still(
    reward: RewardFunction, transitions: Transitions, obtains: Mapping[str, int], spec: GameSpec
) -> float:
    states = np.unique(np.concatenate([transitions.before, transitions.after]), axis=0)
    states = states[~ReachedTest(obtains, spec)(states, states)]
    if not len(states):
        return 0.0
    values = reward.raw(states, states)
    worst = int(values.argmax())
    if values[worst] > EPSILON:
        paid = int((values > EPSILON).sum())
        raise CodeRejected(
            f"reward: standing still pays: with before equal to after it gave {values[worst]:g} in "
            f"{reward.written_call(states[worst], states[worst])}, and more than 0 in {paid} of "
            f"{len(states)} recorded states; reward changes, not states"
        )
    return float(values[worst])


def _summable(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values, cut far beyond any reward, so that sums of them stay numbers."""
    return np.clip(values, -1e9, 1e9)


def _there_and_back(reward: RewardFunction, steps: Transitions) -> float:
    if not len(steps):
        return 0.0
    there = _summable(reward.raw(steps.before, steps.after))
    back = _summable(reward.raw(steps.after, steps.before))
    totals = there + back
    worst = int(totals.argmax())
    if totals[worst] > EPSILON:
        paid = int((totals > EPSILON).sum())
        call = reward.written_call(steps.before[worst], steps.after[worst])
        raise CodeRejected(
            f"reward: going there and back pays: {call} gave {there[worst]:g} and the way back "
            f"{back[worst]:g}, and {paid} of {len(steps)} such pairs pay in total; "
            "take away for the way back what the way there gives"
        )
    return float(totals[worst])


def _round_trips(
    reward: RewardFunction,
    round_trips: Sequence[NDArray[np.int32]],
    obtains: Mapping[str, int],
    spec: GameSpec,
) -> float:
    highest, reached = 0.0, ReachedTest(obtains, spec)
    for number, states in enumerate(round_trips, start=1):
        if reached(states[:1].repeat(len(states), axis=0), states).any():
            continue
        total = float(_summable(reward.raw(states[:-1], states[1:])).sum())
        if total > EPSILON:
            raise CodeRejected(
                f"reward: recorded round trip {number} ends where it began after {len(states) - 1} steps "
                f"without the effects and still pays {total:g} in total; it must not pay more than 0"
            )
        highest = max(highest, total)
    return highest


def _mean_success(
    recorded: NDArray[np.float64], imagined: NDArray[np.float64], mean_other: float, others: int
) -> float | None:
    mean: float | None = None
    for values, what in ((imagined, "imagined"), (recorded, "recorded")):
        if not len(values):
            continue
        mean = float(values.mean())
        if mean <= mean_other + EPSILON:
            raise CodeRejected(
                f"reward: success does not pay: its mean is {mean:.4g} over {len(values)} {what} transitions "
                f"that reach the effects and {mean_other:.4g} over {others} others"
            )
    return mean


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionReport:
    """What the checks of an option's functions measured; all of them passed.

    Attributes:
        states: recorded states looked at.
        needs_met: states in which the needs were met, after `lifted` states were made where there were none.
        lifted: whether the needs had to be put into the recorded states by hand.
        can_start: share of those in which initiation is True.
        stops_at_once: share of the states it can start in for which termination is True at step 0.
    """

    states: int
    needs_met: int
    lifted: bool
    can_start: float
    stops_at_once: float


def validate_option(
    initiation: InitiationFunction,
    termination: TerminationFunction,
    states: NDArray[np.int32],
    needs: Mapping[str, int],
    spec: GameSpec,
) -> OptionReport:
    """Check an option's functions before they are used.

    Args:
        initiation: may the skill start.
        termination: must it stop.
        states: recorded facts, ``int32[n, facts]``, at least one.
        needs: what the skill needs, `skills.skill.Effects.needs`.
        spec: the game.

    Raises:
        CodeRejected: wrong types, not deterministic, initiation False wherever the needs are met, even with
            one other fact at its least or most, or termination True everywhere at step 0.
        ValueError: there are no states.
    """
    if not len(states):
        raise ValueError("no recorded states; an option is checked on at least one")
    met = states[met_rows(states, needs, spec)]
    by_hand = not len(met)
    if by_hand:
        met = lifted(states, needs, spec)
    starts = initiation.batch(met, fresh=True)
    _same("initiation", starts, initiation.batch(met[::-1], fresh=True)[::-1])
    _same("initiation", initiation.batch(states, fresh=True), initiation.batch(states))
    seen = len(met)
    if not starts.any():
        met = _one_fact_changed(met[0], needs, spec)
        starts = initiation.batch(met, fresh=True)
    if not starts.any():
        raise CodeRejected(
            f"initiation: it is False in all {seen} states in which the needs {dict(needs)} are met, "
            "whatever one fact is changed to; the skill could never start"
        )
    begun = met[starts]
    zero = np.zeros(len(begun), np.int32)
    stops = termination.batch(begun, begun, zero, fresh=True)
    _same("termination", stops, termination.batch(begun[::-1], begun[::-1], zero, fresh=True)[::-1])
    later = np.arange(1, len(states) + 1, dtype=np.int32)
    rolled = np.roll(states, -1, axis=0)
    ends = termination.batch(states, rolled, later, fresh=True)
    _same("termination", ends, termination.batch(states[::-1], rolled[::-1], later[::-1], fresh=True)[::-1])
    if stops.all():
        raise CodeRejected(
            f"termination: it is True at step 0 in all {len(begun)} states in which the skill can start; "
            "the skill would always stop before its first step"
        )
    return OptionReport(
        states=len(states),
        needs_met=seen,
        lifted=by_hand,
        can_start=float(starts.mean()),
        stops_at_once=float(stops.mean()),
    )


def _one_fact_changed(
    state: NDArray[np.int32], needs: Mapping[str, int], spec: GameSpec
) -> NDArray[np.int32]:
    """A state with one fact at its least or most, for each that is not needed: what is rare, such as danger.

    Args:
        state: int32[facts].
        needs: facts that stay as they are.
        spec: the game.

    Returns:
        int32[n, facts].
    """
    others = [column for column, fact in enumerate(spec.facts) if fact.name not in needs]
    rows = np.tile(state, (2 * len(others), 1))
    for row, column in enumerate(others):
        rows[2 * row, column], rows[2 * row + 1, column] = 0, spec.facts[column].high
    return rows


def _same(entry: str, first: NDArray[np.bool_], second: NDArray[np.bool_]) -> None:
    different = int((first != second).sum())
    if different:
        raise CodeRejected(
            f"{entry}: it is not deterministic: two evaluations differ in {different} of {len(first)} "
            "states; it must depend on its parameters only"
        )
