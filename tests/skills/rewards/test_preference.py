"""The reward learned from preferences: fit, calibration, threshold, episodic counts, persistence."""

import dataclasses
import json
import pickle

import numpy as np
import pytest
import torch

from envs.fact_changes import FactChanges
from envs.registry import game_spec
from skills.errors import ContradictoryPreferences, LibraryDamaged, PolicyMismatch
from skills.rewards.comparisons import Opinion, compare, graded_opinions
from skills.rewards.preference import PreferenceReward
from skills.rewards.preference_fit import FitConfig, agreement_with, fit_preferences
from skills.rewards.preference_model import PreferenceModel, calibration, features, raw_outputs

TOY = game_spec("toy")
CHANGES = FactChanges(TOY)
CHANNELS = tuple(channel.fact for channel in CHANGES.channels)
ONCE_ONLY = dataclasses.replace(TOY, once_only=("did.collect_wood",))


def rows(*states):
    table = np.zeros((len(states), len(TOY.facts)), np.int32)
    for row, state in zip(table, states, strict=True):
        for fact, value in state.items():
            row[TOY.fact_index[fact]] = value
    return table


def signs(*events):
    return np.array([CHANGES.row(event) for event in events], np.int8)


def linear(weights, *, mean=0.0, deviation=1.0, quantile=0.5, floor=-9.0, spec=TOY):
    """A model that adds up a number per rise."""
    table = np.zeros((2 * len(CHANNELS), 1), np.float32)
    for fact, weight in weights.items():
        table[CHANNELS.index(fact), 0] = weight
    return PreferenceModel(
        game=spec.name,
        skill="test",
        channels=CHANNELS,
        layers=((table, np.zeros(1, np.float32)),),
        mean=mean,
        deviation=deviation,
        quantiles=(quantile,) * 19,
        floor=floor,
    )


EVENTS = signs(
    {},
    {"did.collect_wood": 1, "wood": 1},
    {"did.collect_stone": 1, "stone": 1},
    {"did.place_bench": 1, "wood": -1},
    {"did.make_pick": 1, "pick": 1},
    {"did.collect_gem": 1, "gem": 1},
    {"wood": -1},
)


def fit(comparisons, neutral=None, **config):
    chosen = np.zeros(len(EVENTS), np.bool_) if neutral is None else np.array(neutral)
    if neutral is None:
        chosen[0] = True
    return fit_preferences(
        EVENTS, comparisons, CHANNELS, chosen, game="toy", skill="test", config=FitConfig(**config)
    )


@pytest.mark.slow
def test_a_synthetic_annotator_is_recovered():
    """Opinions drawn from a known Bradley-Terry model give back its order, and its gaps."""
    worth = np.array([0.0, 1.5, -1.0, 0.7, 2.2, 3.0, -2.0])
    rng = np.random.default_rng(0)
    opinions = []
    for i in range(len(worth)):
        for j in range(i + 1, len(worth)):
            chance = 1 / (1 + np.exp(worth[j] - worth[i]))
            target = rng.binomial(2000, chance) / 2000
            opinions.append((i, j, target))
    found = compare([Opinion(i, j, "first") for i, j, _ in opinions])
    soft = dataclasses.replace(found, target=np.array([t for *_, t in opinions], np.float32))
    model = fit(soft, epochs=1500)
    value = raw_outputs(model.layers, EVENTS)
    assert np.argsort(value).tolist() == np.argsort(worth).tolist()
    np.testing.assert_allclose(value - value.mean(), worth - worth.mean(), atol=0.15)


@pytest.mark.slow
def test_ties_bring_rewards_together():
    opinions = [
        Opinion(1, 2, "tie"),
        Opinion(1, 0, "first"),
        Opinion(2, 0, "first"),
        Opinion(3, 0, "neither"),
    ]
    value = raw_outputs(fit(compare(opinions)).layers, EVENTS)
    assert abs(value[1] - value[2]) < 0.1
    assert abs(value[3] - value[0]) < 0.1
    assert value[1] - value[0] > 2


@pytest.mark.slow
def test_a_contradicted_pair_moves_little():
    clear = [Opinion(1, 2, "first"), Opinion(0, 3, "second")]
    against = [Opinion(1, 2, "first"), Opinion(1, 2, "second"), Opinion(0, 3, "second")]
    gap = {}
    for name, opinions in (("clear", clear), ("against", against)):
        value = raw_outputs(fit(compare(opinions)).layers, EVENTS)
        gap[name] = value[1] - value[2]
    assert gap["clear"] > 3
    assert abs(gap["against"]) < 0.5


@pytest.mark.slow
def test_the_weight_of_a_pair_decides_between_two_that_disagree():
    """Stone and wood say the opposite of the same two rises; the heavier one wins."""
    events = signs({"did.collect_wood": 1}, {"did.collect_stone": 1})
    base = compare([Opinion(0, 1, "first")])
    for weights, sign in (((1.0, 0.25), 1), ((0.25, 1.0), -1)):
        both = dataclasses.replace(
            base,
            first=np.array([0, 0]),
            second=np.array([1, 1]),
            target=np.array([1.0, 0.0], np.float32),
            weight=np.array(weights, np.float32),
        )
        model = fit_preferences(events, both, CHANNELS, np.array([True, True]), game="toy", skill="test")
        value = raw_outputs(model.layers, events)
        # softmax of the gap is the weighted share, 0.8: a gap of ln 4
        assert (value[0] - value[1]) * sign == pytest.approx(np.log(4), abs=0.05)


@pytest.mark.slow
def test_what_was_never_seen_together_adds_up():
    opinions = graded_opinions([0, 2, 2, 0, 3, 3, -1])
    model = fit(compare(opinions))
    assert agreement_with(model, EVENTS, compare(opinions)) == 1.0
    value = model.normalised(signs({"did.collect_gem": 1, "did.make_pick": 1}, {}))
    assert value[0] > value[1] + 1


@pytest.mark.slow
def test_equal_seeds_give_equal_bytes_and_leave_torch_as_it_was():
    threads = torch.get_num_threads()
    torch.manual_seed(3)
    state = torch.get_rng_state()
    comparisons = compare(graded_opinions([0, 2, 1, 0, 3, 3, -1]))
    assert fit(comparisons).to_bytes() == fit(comparisons).to_bytes()
    assert fit(comparisons).to_bytes() != fit(comparisons, seed=1).to_bytes()
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads


def test_only_contradictions_are_refused():
    with pytest.raises(ContradictoryPreferences, match="all preferences"):
        fit(compare([Opinion(0, 1, "first"), Opinion(0, 1, "second")]))


def test_calibration_by_hand():
    # outputs 1..5: mean 3, deviation sqrt(2); normalised -1.4142, -0.7071, 0, 0.7071, 1.4142
    mean, deviation, quantiles = calibration(np.array([5, 1, 3, 2, 4], np.float32))
    assert (mean, deviation) == (3.0, pytest.approx(np.sqrt(2)))
    # 5 % lies a fifth of the way from the lowest to the next: -1.4142 + 0.2 * 0.7071
    assert quantiles[0] == pytest.approx(-1.27279, abs=1e-5)
    assert quantiles[9] == pytest.approx(0.0, abs=1e-7)
    # 85 % is 0.4 of the way from the fourth to the fifth: 0.7071 + 0.4 * 0.7071
    assert quantiles[16] == pytest.approx(0.98995, abs=1e-5)
    assert len(quantiles) == 19


def test_nothing_that_stands_out_cannot_be_calibrated():
    with pytest.raises(ValueError, match="all 3 events get the same reward"):
        calibration(np.full(3, 2.0, np.float32))


def test_the_threshold_is_the_quantile_and_the_floor_at_least():
    assert linear({}, quantile=0.5, floor=0.2).threshold(85) == 0.5
    assert linear({}, quantile=0.5, floor=0.8).threshold(85) == 0.8
    with pytest.raises(ValueError, match="no quantile of 86 %; there are 5 to 95 by 5"):
        linear({}).threshold(86)


@pytest.mark.slow
def test_the_floor_is_the_best_of_what_is_no_better_than_nothing():
    grades = [0, 2, 1, 0, 3, 3, -1]
    model = fit(compare(graded_opinions(grades)), neutral=[grade <= 0 for grade in grades])
    value = model.normalised(EVENTS)
    assert model.floor == pytest.approx(max(value[0], value[3], value[6]), abs=1e-5)
    assert (value > model.floor).tolist() == [grade > 0 for grade in grades]


def test_features_tell_rises_from_falls():
    found = features(signs({"wood": 1}, {"wood": -1}))
    column = CHANNELS.index("wood")
    assert found[0].nonzero()[0].tolist() == [column]
    assert found[1].nonzero()[0].tolist() == [len(CHANNELS) + column]


def test_the_reward_by_hand():
    # r_hat = (7 - 1) / 2 = 3; the first time 0.1 * 3, the second 0.3 / 8, the third 0.3 / 27
    model = linear({"did.collect_wood": 7.0}, mean=1.0, deviation=2.0)
    reward = PreferenceReward(model, TOY)
    start = rows({"did.collect_wood": 4}, {"did.collect_wood": 4}, {"did.collect_wood": 4})
    before = rows({"did.collect_wood": 4}, {"did.collect_wood": 5}, {"did.collect_wood": 6})
    after = rows({"did.collect_wood": 5}, {"did.collect_wood": 6}, {"did.collect_wood": 7})
    found = reward.batch(before, after, start)
    np.testing.assert_allclose(found, [0.3, 0.0375, 0.3 / 27], rtol=1e-6)
    assert found.dtype == np.float32


def test_scale_and_threshold():
    model = linear({"did.collect_wood": 0.5, "did.make_pick": 0.6}, quantile=0.5)
    before, after = rows({}, {}), rows({"did.collect_wood": 1}, {"did.make_pick": 1})
    found = PreferenceReward(model, TOY, scale=2.0).batch(before, after, before)
    np.testing.assert_allclose(found, [0.0, 1.2], rtol=1e-6)  # 0.5 is not above 0.5


def test_an_event_cannot_have_happened_more_often_than_the_rarest_of_its_counters():
    model = linear({"did.collect_wood": 2.0, "did.make_pick": 2.0})
    start = rows({})
    before = rows({"did.collect_wood": 5, "did.make_pick": 1})
    after = rows({"did.collect_wood": 6, "did.make_pick": 2})
    assert PreferenceReward(model, TOY).batch(before, after, start)[0] == pytest.approx(0.4 / 8)


def test_what_can_be_had_only_once_is_not_counted():
    model = linear({"did.collect_wood": 2.0})
    before, after = rows({"did.collect_wood": 5}), rows({"did.collect_wood": 6})
    assert PreferenceReward(model, TOY).batch(before, after, rows({}))[0] == pytest.approx(0.2 / 216)
    assert PreferenceReward(model, ONCE_ONLY).batch(before, after, rows({}))[0] == pytest.approx(0.2)


def test_what_no_counter_witnesses_pays_nothing():
    model = linear({"wood": 5.0})
    assert PreferenceReward(model, TOY).batch(rows({}), rows({"wood": 1}), rows({})).tolist() == [0.0]
    witnessed = rows({"wood": 1, "did.collect_stone": 1})
    assert PreferenceReward(model, TOY).batch(rows({}), witnessed, rows({}))[0] == pytest.approx(0.5)


def test_to_and_fro_earns_no_more_than_once_each():
    """Gathering and placing in turn: the sum stays below what the count lets through."""
    model = linear({"did.collect_wood": 5.0, "did.place_bench": 5.0})
    reward, total, state = PreferenceReward(model, TOY), 0.0, {"did.collect_wood": 0, "did.place_bench": 0}
    for turn in range(200):
        after = dict(state)
        after["did.collect_wood" if turn % 2 else "did.place_bench"] += 1
        total += float(reward.batch(rows(state), rows(after), rows({}))[0])
        state = after
    assert total == pytest.approx(2 * 0.5 * 1.2020, rel=1e-3)  # zeta(3)


def test_no_rows():
    assert PreferenceReward(linear({}), TOY).batch(rows(), rows(), rows()).shape == (0,)


@pytest.mark.slow
def test_rewards_of_many_rows_are_those_of_each():
    rng = np.random.default_rng(0)
    model = fit(compare(graded_opinions([0, 2, 1, 0, 3, 3, -1])))
    reward = PreferenceReward(model, TOY, quantile=50)
    start = rng.integers(0, 2, (60, len(TOY.facts))).astype(np.int32)
    before = start + rng.integers(0, 2, start.shape).astype(np.int32)
    after = before + rng.integers(-1, 2, start.shape).astype(np.int32)
    together = reward.batch(before, after, start)
    assert np.count_nonzero(together) > 5
    one_by_one = [reward.batch(before[i : i + 1], after[i : i + 1], start[i : i + 1])[0] for i in range(60)]
    np.testing.assert_allclose(together, one_by_one, rtol=1e-5)


def test_another_game_and_unknown_facts_are_refused():
    with pytest.raises(PolicyMismatch, match=r"of game 'toy' and look at .*; this is 'nethack'"):
        PreferenceReward(linear({}), game_spec("nethack"))
    fewer = dataclasses.replace(TOY, facts=tuple(fact for fact in TOY.facts if fact.name != "gem"))
    with pytest.raises(PolicyMismatch, match="look at gem; this is 'toy'"):
        PreferenceReward(linear({}), fewer)


def test_a_game_with_more_facts_reads_the_same_model():
    more = dataclasses.replace(
        TOY, facts=(dataclasses.replace(TOY.facts[0], name="amber"), *TOY.facts), fact_changes={}
    )
    model = linear({"did.collect_wood": 5.0})
    before = np.zeros((1, len(more.facts)), np.int32)
    after = before.copy()
    after[0, more.fact_index["did.collect_wood"]] = 1
    assert PreferenceReward(model, more).batch(before, after, before)[0] == pytest.approx(0.5)


@pytest.mark.slow
def test_bytes_and_back():
    model = fit(compare(graded_opinions([0, 2, 1, 0, 3, 3, -1])))
    again = PreferenceModel.from_bytes(model.to_bytes(), "here")
    np.testing.assert_allclose(again.normalised(EVENTS), model.normalised(EVENTS), atol=1e-4)
    assert again.to_bytes() == model.to_bytes()
    np.testing.assert_array_equal(
        pickle.loads(pickle.dumps(model)).normalised(EVENTS), model.normalised(EVENTS)
    )


def change(**fields):
    data = json.loads(linear({}).to_bytes())
    return json.dumps({**data, **fields}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\x80\x04N.",
        change(schema=2),
        change(layers=[]),
        change(layers=[{"weight": [[1.0]], "bias": [0.0]}]),
        change(deviation=0.0),
        change(mean=float("nan")),
        change(floor=float("inf")),
        change(quantiles=[1.0]),
        change(channels=["did.collect_wood"]),
        b'{"schema": ' + b"[" * 100_000,
    ],
)
def test_what_is_no_model_is_refused(content):
    with pytest.raises(LibraryDamaged, match=r"preference\.json of a is no reward learned from preferences"):
        PreferenceModel.from_bytes(content, "preference.json of a")
