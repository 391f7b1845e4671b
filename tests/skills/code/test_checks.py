import numpy as np
import pytest

from envs.facts import FAR, FactSpec
from envs.game import GameSpec
from envs.rollout.episode import ReachedTest
from skills.code.checks import validate_option, validate_reward
from skills.code.functions import InitiationFunction, RewardFunction, TerminationFunction
from skills.code.records import (
    Transitions,
    imagined_successes,
    lifted,
    reversible_steps,
)
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected
from skills.skill import Effects

SPEC = GameSpec(
    name="tiny",
    title="Tiny",
    actions=("noop",),
    facts=(
        FactSpec(name="wood", description="wood", kind="count"),
        FactSpec(name="near.tree", description="at a tree", kind="place", high=1),
        FactSpec(name="distance.tree", description="steps to a tree", kind="distance", high=FAR),
        FactSpec(name="food", description="food", kind="level"),
    ),
    seekable={},
    explorable={"anywhere": "anywhere"},
    encoding_size=1,
    max_steps=10,
)
NAMES = [fact.name for fact in SPEC.facts]
WOOD = {"wood": 1}
# A walk to a tree, wood, and away again: wood, near.tree, distance.tree, food.
WALK = np.array([[0, 0, 3, 9], [0, 0, 2, 9], [0, 1, 1, 8], [1, 1, 1, 8], [1, 0, 2, 8]], np.int32)
GOOD = (
    "def reward(before, after):\n"
    "    r = 1.0 if after['wood'] > before['wood'] else 0.0\n"
    "    return r + 0.1 * (before['distance.tree'] - after['distance.tree'])"
)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox


def recorded(obtains=WOOD):
    return Transitions.of(WALK[:-1], WALK[1:], obtains, SPEC)


def reject(sandbox, source, match, obtains=WOOD, **more):
    with pytest.raises(CodeRejected, match=match):
        validate_reward(RewardFunction(sandbox, source, NAMES), recorded(obtains), obtains, SPEC, **more)


def test_a_sound_reward_passes_with_its_figures(sandbox):
    report = validate_reward(RewardFunction(sandbox, GOOD, NAMES), recorded(), WOOD, SPEC)
    # Rewards of the four steps: 0.1, 0.1, 1.0, -0.1; only the third gains wood.
    assert (report.transitions, report.successes) == (4, 1)
    assert report.highest == 1.0
    assert report.lowest == pytest.approx(-0.1)
    assert report.mean_success == 1.0
    assert report.mean_other == pytest.approx(0.1 / 3)
    assert report.standing_still == 0.0
    assert report.there_and_back == 0.0


def test_a_reward_that_is_not_finite_somewhere(sandbox):
    source = "def reward(b, a): return float('inf') if a['wood'] else 0.0"
    reject(
        sandbox, source, r"reward\(before=\{\}, after=\{'wood': 1\}\) returned inf; it must return a finite"
    )


def test_a_reward_out_of_bounds(sandbox):
    reject(
        sandbox,
        "def reward(b, a): return 250 * (a['wood'] - b['wood'])",
        r"^reward: reward\(before=\{'wood': 0\}, after=\{'wood': 1\}\) gave 250; "
        "keep rewards within -10 and 10$",
    )


def test_a_reward_that_remembers(sandbox):
    source = "n = 0\ndef reward(b, a):\n    global n\n    n += 1\n    return n if a['wood'] else -n"
    reject(sandbox, source, r"^reward: it is not deterministic: .* gave -1, then -4; it must depend on")


def test_a_constant_reward(sandbox):
    reject(
        sandbox, "def reward(b, a): return -0.5", "^reward: it gave -0.5 in all 4 transitions; it must tell"
    )
    reject(sandbox, "", "^reward: it gave 0 in all 4 transitions")


def test_standing_still_must_not_pay(sandbox):
    reject(
        sandbox,
        "def reward(b, a): return 0.25 * a['near.tree'] + a['wood'] - b['wood']",
        r"^reward: standing still pays: with before equal to after it gave 0.25 in "
        r"reward\(before=\{'wood': 0\}, after=\{'wood': 0, 'near.tree': 1\}\), "
        "and more than 0 in 2 of 5 recorded states; reward changes, not states$",
    )


def test_standing_where_a_find_skill_should_arrive_may_pay(sandbox):
    source = "def reward(b, a): return 1.0 * a['near.tree']"
    there = {"near.tree": 1}
    report = validate_reward(RewardFunction(sandbox, source, NAMES), recorded(there), there, SPEC)
    assert report.standing_still == 0.0
    assert report.there_and_back == 0.0


def test_going_there_and_back_must_not_pay(sandbox):
    source = (
        "def reward(b, a):\n"
        "    r = 0.5 if a['distance.tree'] < b['distance.tree'] else 0.0\n"
        "    return r + 2.0 * (a['wood'] - b['wood'])"
    )
    # Three of the four steps change the distance: 3-2, 2-1 and 1-2.
    reject(
        sandbox,
        source,
        r"^reward: going there and back pays: .* gave 0.5 and the way back 0, and 3 of 3 such pairs pay",
    )


def test_a_step_cost_makes_going_there_and_back_fair(sandbox):
    source = (
        "def reward(b, a):\n"
        "    r = 0.1 if a['distance.tree'] < b['distance.tree'] else -0.1\n"
        "    return r + 2.0 * (a['wood'] - b['wood'])"
    )
    report = validate_reward(RewardFunction(sandbox, source, NAMES), recorded(), WOOD, SPEC)
    assert report.there_and_back == 0.0
    assert report.standing_still == pytest.approx(-0.1)


def test_recorded_round_trips_must_not_pay(sandbox):
    # Food falls by itself and is eaten again: a reward for eating alone can be farmed.
    source = "def reward(b, a): return max(0, a['food'] - b['food']) + 3.0 * (a['wood'] - b['wood'])"
    trip = np.array([[0, 0, 3, 9], [0, 0, 3, 8], [0, 0, 3, 9]], np.int32)
    reject(
        sandbox,
        source,
        "^reward: recorded round trip 1 ends where it began after 2 steps without the effects "
        "and still pays 1 in total; it must not pay more than 0$",
        round_trips=[trip],
    )
    reward = RewardFunction(sandbox, source, NAMES)
    validate_reward(reward, recorded(), WOOD, SPEC)
    with_wood = np.array([[0, 0, 3, 9], [1, 0, 3, 8], [0, 0, 3, 9]], np.int32)
    validate_reward(reward, recorded(), WOOD, SPEC, round_trips=[with_wood])


def test_success_must_pay_more_than_the_rest(sandbox):
    reject(
        sandbox,
        "def reward(b, a): return b['distance.tree'] - a['distance.tree'] - 2.0 * (a['wood'] - b['wood'])",
        # The three other steps pay 1, 1 and -1.
        "^reward: success does not pay: its mean is -2 over 1 recorded transitions that reach the effects "
        "and 0.3333 over 3 others$",
    )


def test_imagined_successes_stand_in_for_recorded_ones(sandbox):
    walk = WALK[:3]
    steps = Transitions.of(walk[:-1], walk[1:], WOOD, SPEC)
    probes = imagined_successes(walk, Effects(requires={"near.tree": 1}, obtains=WOOD), SPEC)
    assert probes.before.tolist() == [[0, 1, 3, 9], [0, 1, 2, 9], [0, 1, 1, 8]]
    assert probes.after.tolist() == [[1, 1, 3, 9], [1, 1, 2, 9], [1, 1, 1, 8]]
    assert probes.reached.all()
    report = validate_reward(RewardFunction(sandbox, GOOD, NAMES), steps, WOOD, SPEC, probes=probes)
    assert (report.successes, report.mean_success) == (0, 1.0)
    blind = "def reward(b, a): return 0.1 * (b['distance.tree'] - a['distance.tree'])"
    with pytest.raises(CodeRejected, match="its mean is 0 over 3 imagined transitions"):
        validate_reward(RewardFunction(sandbox, blind, NAMES), steps, WOOD, SPEC, probes=probes)


def test_imagined_successes_take_what_is_consumed_and_reach_places():
    effects = Effects(consumes={"wood": 2}, obtains={"near.tree": 1})
    probes = imagined_successes(np.array([[1, 1, 5, 9]], np.int32), effects, SPEC)
    assert probes.before.tolist() == [[2, 0, 5, 9]]
    assert probes.after.tolist() == [[0, 1, 5, 9]]


def test_the_reached_test_tells_gains_from_values():
    before, after = WALK[:-1], WALK[1:]
    assert ReachedTest({"wood": 1}, SPEC)(before, after).tolist() == [False, False, True, False]
    assert ReachedTest({"near.tree": 1}, SPEC)(before, after).tolist() == [False, True, True, False]


def test_only_places_and_distances_turn_back():
    steps = reversible_steps(recorded(), WOOD, SPEC)
    assert steps.before.tolist() == WALK[[0, 1, 3]].tolist()
    # Food fell from 9 to 8 in the second step; walking back does not bring it back, so it stays out.
    assert steps.after.tolist() == [[0, 0, 2, 9], [0, 1, 1, 9], [1, 0, 2, 8]]


def test_nothing_to_check_on(sandbox):
    reward = RewardFunction(sandbox, GOOD, NAMES)
    empty = Transitions.of(WALK[:0], WALK[:0], WOOD, SPEC)
    with pytest.raises(ValueError, match="no recorded transitions"):
        validate_reward(reward, empty, WOOD, SPEC)
    with pytest.raises(ValueError, match="the skill obtains nothing"):
        validate_reward(reward, recorded(), {}, SPEC)
    with pytest.raises(ValueError, match=r"before \(2, 4\), after \(1, 4\), reached \(2,\)"):
        Transitions(WALK[:2], WALK[:1], np.zeros(2, np.bool_))


def option(sandbox, initiation="", termination=""):
    return InitiationFunction(sandbox, initiation, NAMES), TerminationFunction(sandbox, termination, NAMES)


def test_a_sound_option(sandbox):
    functions = option(
        sandbox,
        "def initiation(facts): return facts['near.tree'] == 1",
        "def termination(start, facts, steps): return steps > 50 or facts['wood'] > 0",
    )
    report = validate_option(*functions, WALK, {"near.tree": 1}, SPEC)
    # Two states are at the tree, and there is wood in one of these.
    assert (report.states, report.needs_met, report.lifted) == (5, 2, False)
    assert (report.can_start, report.stops_at_once) == (1.0, 0.5)


def test_empty_functions_are_sound(sandbox):
    report = validate_option(*option(sandbox), WALK, {}, SPEC)
    assert (report.can_start, report.stops_at_once) == (1.0, 0.0)


def test_needs_that_were_never_met_are_put_into_the_states(sandbox):
    functions = option(sandbox, "def initiation(facts): return facts['wood'] >= 5")
    report = validate_option(*functions, WALK, {"wood": 5}, SPEC)
    assert (report.lifted, report.needs_met, report.can_start) == (True, 5, 1.0)
    assert lifted(WALK, {"wood": 5}, SPEC)[:, 0].tolist() == [5, 5, 5, 5, 5]
    assert WALK[0, 0] == 0


def test_an_option_that_could_never_start(sandbox):
    functions = option(sandbox, "def initiation(facts): return facts['wood'] > 1_000")
    message = (
        r"^initiation: it is False in all 2 states in which the needs \{'near.tree': 1\} are met, whatever"
    )
    with pytest.raises(CodeRejected, match=message):
        validate_option(*functions, WALK, {"near.tree": 1}, SPEC)


def test_an_option_for_what_is_rare(sandbox):
    """No recorded state has so much wood: one fact at its most is enough to show that it can start."""
    functions = option(sandbox, "def initiation(facts): return facts['wood'] >= 5")
    report = validate_option(*functions, WALK, {"near.tree": 1}, SPEC)
    assert report.needs_met == 2
    assert 0.0 < report.can_start < 0.2


def test_an_option_that_always_stops(sandbox):
    functions = option(sandbox, "", "def termination(start, facts, steps): return steps >= 0")
    with pytest.raises(CodeRejected, match=r"^termination: it is True at step 0 in all 5 states in which"):
        validate_option(*functions, WALK, {}, SPEC)


@pytest.mark.parametrize(
    ("initiation", "termination", "entry"),
    [
        ("n = 0\ndef initiation(facts):\n    global n\n    n += 1\n    return n > 2", "", "initiation"),
        (
            "",
            "n = 0\ndef termination(start, facts, steps):\n    global n\n    n += 1\n    return n > 2",
            "termination",
        ),
    ],
)
def test_an_option_that_remembers(sandbox, initiation, termination, entry):
    with pytest.raises(
        CodeRejected, match=f"^{entry}: it is not deterministic: two evaluations differ in 4 of 5"
    ):
        validate_option(*option(sandbox, initiation, termination), WALK, {}, SPEC)


def test_an_option_of_the_wrong_type(sandbox):
    functions = option(sandbox, "", "def termination(start, facts, steps): return 'no'")
    with pytest.raises(CodeRejected, match="returned 'no'; it must return True or False"):
        validate_option(*functions, WALK, {}, SPEC)
