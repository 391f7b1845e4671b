import numpy as np
import pytest

from envs.registry import game_spec
from skills.rewards.code import CodeReward
from skills.rewards.event import EventReward
from skills.rewards.skill_reward import CombinedReward

TOY = game_spec("toy")


def rows(*states: dict[str, int]) -> np.ndarray:
    table = np.zeros((len(states), len(TOY.facts)), np.int32)
    for row, state in zip(table, states, strict=True):
        for fact, value in state.items():
            row[TOY.fact_index[fact]] = value
    return table


class Wood:
    """1 per piece of wood gained."""

    def batch(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        column = TOY.fact_index["wood"]
        return (after[:, column] - before[:, column]).astype(np.float32)


def test_event_is_paid_once_when_the_gain_is_complete():
    reward = EventReward({"wood": 2}, TOY)
    start = rows({"wood": 3}, {"wood": 3}, {"wood": 3}, {"wood": 0})
    before = rows({"wood": 3}, {"wood": 4}, {"wood": 5}, {"wood": 1})
    after = rows({"wood": 4}, {"wood": 5}, {"wood": 6}, {"wood": 2})
    # gained before -> after: 0 -> 1, 1 -> 2 (now), 2 -> 3 (already), 1 -> 2 (now)
    assert reward.batch(before, after, start).tolist() == [0.0, 1.0, 0.0, 1.0]


def test_event_on_a_place_looks_at_the_value_itself():
    reward = EventReward({"near.tree": 1}, TOY)
    away, there = rows({}), rows({"near.tree": 1})
    assert reward.batch(away, there, there).tolist() == [1.0]
    assert reward.batch(there, there, away).tolist() == [0.0]
    assert reward.batch(there, away, away).tolist() == [0.0]


def test_event_needs_all_effects_together():
    reward = EventReward({"wood": 1, "near.tree": 1}, TOY)
    start, before = rows({}), rows({"wood": 1})
    assert reward.batch(before, rows({"wood": 1, "near.tree": 1}), start).tolist() == [1.0]
    assert reward.batch(before, rows({"wood": 2}), start).tolist() == [0.0]


def test_event_with_an_unknown_fact():
    with pytest.raises(ValueError, match="toy has no fact 'wod'; did you mean 'wood'"):
        EventReward({"wod": 1}, TOY)


def test_combined_is_the_weighted_sum_less_the_price_of_a_step():
    reward = CombinedReward([(5.0, EventReward({"wood": 2}, TOY)), (0.5, CodeReward(Wood()))], 0.01)
    start, before, after = rows({}, {}), rows({"wood": 1}, {"wood": 0}), rows({"wood": 2}, {"wood": 1})
    # 5 * 1 + 0.5 * 1 - 0.01 = 5.49; 5 * 0 + 0.5 * 1 - 0.01 = 0.49
    result = reward.batch(before, after, start)
    np.testing.assert_allclose(result, [5.49, 0.49], rtol=1e-6)
    assert result.dtype == np.float32


def test_combined_of_nothing_and_of_no_rows():
    assert CombinedReward([], 0.5).batch(rows({}), rows({}), rows({})).tolist() == [-0.5]
    assert CombinedReward([(1.0, EventReward({"wood": 1}, TOY))], 0.5).batch(
        rows(), rows(), rows()
    ).shape == (0,)


def test_a_negative_step_penalty_is_refused():
    with pytest.raises(ValueError, match=r"step_penalty is -0\.1; it is subtracted"):
        CombinedReward([], -0.1)
