import numpy as np
import pytest

from skills.code.fact_function import MOST_EXHAUSTED
from skills.code.functions import (
    GuardFunction,
    InitiationFunction,
    RewardFunction,
    ShieldFunction,
    TerminationFunction,
)
from skills.code.row_memo import RowMemo, row_keys
from skills.code.sandbox import Sandbox, SandboxLimits
from skills.errors import CodeExhausted, CodeRejected

NAMES = ["wood", "stone", "near.table", "health"]
GAIN = "def reward(before, after):\n    return 2.0 * (after['wood'] - before['wood'])"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox


def rows(*states):
    return np.array(states, np.int32).reshape(len(states), len(NAMES))


def count_rows(function):
    """Let `function` note how many rows each sandbox call gets."""
    sent = []
    call = function._call
    function._call = lambda numbers, n, written: sent.append(n) or call(numbers, n, written)
    return sent


def test_reward_of_a_batch(sandbox):
    reward = RewardFunction(sandbox, GAIN, NAMES)
    before, after = rows([0, 5, 0, 9], [3, 0, 0, 9]), rows([1, 0, 1, 9], [1, 0, 0, 9])
    result = reward.batch(before, after)
    assert result.dtype == np.float32
    assert result.tolist() == [2.0, -4.0]  # 2 * (1 - 0), 2 * (1 - 3)
    assert reward.used == (("wood",), ("wood",))


def test_rewards_are_clipped_to_ten_but_raw_is_not(sandbox):
    reward = RewardFunction(sandbox, GAIN, NAMES)
    before, after = rows([0, 0, 0, 0], [9, 0, 0, 0]), rows([9, 0, 0, 0], [0, 0, 0, 0])
    assert reward.batch(before, after).tolist() == [10.0, -10.0]
    assert reward.raw(before, after).tolist() == [18.0, -18.0]


def test_equal_inputs_are_computed_once(sandbox):
    reward = RewardFunction(sandbox, GAIN, NAMES)
    sent = count_rows(reward)
    # Only wood is read: five rows, two different (before, after) pairs of wood.
    before = rows([0, 1, 0, 0], [0, 2, 0, 0], [1, 0, 0, 0], [0, 3, 1, 5], [1, 9, 0, 0])
    after = rows([1, 0, 0, 0], [1, 7, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0])
    assert reward.batch(before, after).tolist() == [2.0, 2.0, 0.0, 2.0, 0.0]
    assert reward.batch(before, after).tolist() == [2.0, 2.0, 0.0, 2.0, 0.0]
    assert sent == [2]


def test_large_batches_are_cut(sandbox):
    reward = RewardFunction(sandbox, GAIN, NAMES)
    sent = count_rows(reward)
    before = np.zeros((5000, 4), np.int32)
    after = np.zeros((5000, 4), np.int32)
    after[:, 0] = np.arange(5000)
    assert reward.raw(before, after).tolist() == [2.0 * i for i in range(5000)]
    assert sent == [2048, 2048, 904]


def test_a_function_that_reads_dynamically_gets_all_facts(sandbox):
    source = "def reward(before, after): return sum(after.values()) - sum(before.values())"
    reward = RewardFunction(sandbox, source, NAMES)
    assert reward.used == (tuple(NAMES), tuple(NAMES))
    assert reward.batch(rows([1, 2, 3, 4]), rows([2, 3, 4, 5])).tolist() == [4.0]


def test_a_constant_function_needs_no_facts(sandbox):
    reward = RewardFunction(sandbox, "def reward(before, after): return -0.5", NAMES)
    assert reward.batch(rows([1, 2, 3, 4], [0, 0, 0, 0]), rows([0, 0, 0, 0], [1, 1, 1, 1])).tolist() == [
        -0.5,
        -0.5,
    ]


def test_empty_batches_and_empty_sources(sandbox):
    nothing = np.zeros((0, 4), np.int32)
    assert RewardFunction(sandbox, GAIN, NAMES).batch(nothing, nothing).shape == (0,)
    assert RewardFunction(sandbox, " \n", NAMES).batch(rows([1, 2, 3, 4]), rows([2, 2, 3, 4])).tolist() == [
        0.0
    ]
    assert InitiationFunction(sandbox, "", NAMES).one({}) is True
    assert InitiationFunction(sandbox, "", NAMES).batch(rows([0, 0, 0, 0])).tolist() == [True]
    assert TerminationFunction(sandbox, "", NAMES).one({}, {}, 5) is False
    steps = np.array([5], np.int32)
    zeros = rows([0, 0, 0, 0])
    assert TerminationFunction(sandbox, "", NAMES).batch(zeros, zeros, steps).tolist() == [False]
    assert GuardFunction(sandbox, "", NAMES, ["drink"]).one({}) == ""


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ("float('nan')", "returned nan; it must return a finite number"),
        ("float('-inf')", "returned -inf; it must return a finite number"),
        ("'1.0'", "returned '1.0'; it must return a number"),
        ("None", "returned None; it must return a number"),
        ("[1.0]", r"returned \[1.0\]; it must return a number"),
        ("1j", "returned 1j; it must return a number"),
        ("10**400", "returned a whole number of about 401 digits; it must return a finite number"),
    ],
)
def test_rewards_that_are_no_finite_numbers(sandbox, result, message):
    source = f"def reward(before, after): return {result} if after['wood'] == 2 else 1"
    reward = RewardFunction(sandbox, source, NAMES)
    call = r"^reward\(before=\{\}, after=\{'wood': 2\}\) "
    with pytest.raises(CodeRejected, match=call + message + "$"):
        reward.batch(rows([0, 0, 0, 0], [0, 0, 0, 0]), rows([1, 0, 0, 0], [2, 0, 0, 0]))
    assert reward.batch(rows([0, 0, 0, 0]), rows([1, 0, 0, 0])).tolist() == [1.0]


def test_unknown_facts_are_refused_before_anything_runs(sandbox):
    with pytest.raises(CodeRejected, match=r"^reward: the game has no fact 'ston'; did you mean 'stone'\?$"):
        RewardFunction(sandbox, "def reward(b, a): return a.get('ston', 0)", NAMES)


def test_termination_sees_start_facts_and_steps(sandbox):
    source = (
        "def termination(start, facts, steps): return steps >= 5 or facts['health'] < start['health'] - 2"
    )
    termination = TerminationFunction(sandbox, source, NAMES)
    start = rows([0, 0, 0, 9], [0, 0, 0, 9], [0, 0, 0, 9])
    facts = rows([0, 0, 0, 9], [0, 0, 0, 6], [0, 0, 0, 7])
    steps = np.array([5, 1, 4], np.int32)
    assert termination.batch(start, facts, steps).tolist() == [True, True, False]
    assert termination.one({"health": 9}, {"health": 6}, 1) is True
    assert termination.one({"health": 9}, {"health": 8}, 1) is False


def test_steps_that_are_not_read_do_not_spoil_the_memory(sandbox):
    termination = TerminationFunction(
        sandbox, "def termination(start, facts, steps): return facts['wood'] > 1", NAMES
    )
    sent = count_rows(termination)
    facts = {"wood": 2}
    assert [termination.one(facts, facts, steps) for steps in range(50)] == [True] * 50
    assert sent == [1]


def test_initiation(sandbox):
    initiation = InitiationFunction(
        sandbox, "def initiation(facts): return facts['wood'] >= 1 and facts['near.table']", NAMES
    )
    assert initiation.batch(rows([1, 0, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0])).tolist() == [True, False, False]
    assert initiation.one({"wood": 2, "near.table": 1}) is True
    assert initiation.one({"wood": 2}) is False


def test_yes_and_no_are_booleans(sandbox):
    initiation = InitiationFunction(
        sandbox, "def initiation(facts):\n    if facts['wood']:\n        return True", NAMES
    )
    assert initiation.one({"wood": 1}) is True
    message = (
        r"^initiation\(facts=\{'wood': 0\}\) returned None; it must return True or False \(on every path\)$"
    )
    with pytest.raises(CodeRejected, match=message):
        initiation.one({"wood": 0})


GUARD = """
def guard(facts, remaining):
    if facts['health'] < 3: return 'drink'
    return ['', None, 'drnk', 7][facts['wood']]
"""


def test_guards_name_a_skill_or_nothing(sandbox):
    guard = GuardFunction(sandbox, GUARD, NAMES, ["drink", "sleep"])
    assert guard.one({"health": 2}) == "drink"
    assert guard.one({"health": 9, "wood": 0}) == ""
    assert guard.one({"health": 9, "wood": 1}) == ""
    unknown = (
        r"^guard\(facts=\{'wood': 2, 'health': 9\}, remaining=0\) returned 'drnk'; "
        r"no such skill; did you mean 'drink'\?; it may return: drink, sleep$"
    )
    with pytest.raises(CodeRejected, match=unknown):
        guard.one({"health": 9, "wood": 2})
    with pytest.raises(
        CodeRejected, match=r"returned 7; it must return the name of a skill, or '' for none$"
    ):
        guard.one({"health": 9, "wood": 3})


def test_a_guard_is_told_what_remains_of_the_plan(sandbox):
    source = (
        "def guard(facts, remaining):\n    return 'drink' if remaining > 20 or facts['health'] < 3 else ''\n"
    )
    guard = GuardFunction(sandbox, source, NAMES, ["drink"])
    assert [guard.one({"health": 9}, remaining) for remaining in (20, 21)] == ["", "drink"]
    assert guard.one({"health": 2}, 0) == "drink"
    assert guard.one({"health": 9}) == "drink"  # without a plan


SHIELD = """
def shield(facts):
    if facts['wood'] == 2: return ['jmp']
    if facts['wood'] == 3: return 'jump'
    if facts['wood'] == 4: return ['jump', 'walk']
    return ['jump'] if facts['health'] < 3 else []
"""


def test_shields_list_actions_and_leave_one(sandbox):
    shield = ShieldFunction(sandbox, SHIELD, NAMES, ["walk", "jump"])
    assert shield.one({"health": 2}) == ("jump",)
    assert shield.one({"health": 9}) == ()
    assert ShieldFunction(sandbox, "", NAMES, ["walk"]).one({"health": 1}) == ()
    for wood, message in (
        (2, r"no such action: 'jmp'; did you mean 'jump'\?; the actions are: walk, jump$"),
        (3, r"it must return a list of names of actions, \[\] for none$"),
        (4, r"it must leave at least one action$"),
    ):
        with pytest.raises(CodeRejected, match=message):
            shield.one({"health": 9, "wood": wood})


def test_facts_with_the_same_used_part_are_remembered(sandbox):
    guard = GuardFunction(sandbox, GUARD, NAMES, ["drink"])
    sent = count_rows(guard)
    for stone in range(20):
        assert guard.one({"health": 2, "stone": stone}) == "drink"
    assert sent == [1]


def test_code_cannot_change_what_the_next_row_sees(sandbox):
    source = "def reward(before, after):\n    after['wood'] += 5\n    return after['wood']"
    reward = RewardFunction(sandbox, source, NAMES)
    before = rows([0, 0, 0, 0], [0, 0, 0, 0])
    assert reward.raw(before, before).tolist() == [5.0, 5.0]
    assert before.sum() == 0


def test_a_memo_forgets_what_was_not_asked_for_lately():
    memo = RowMemo(4)  # two halves of two rows
    computed = []

    def double(values):
        computed.extend(values[:, 0].tolist())
        return [2 * v for v in values[:, 0].tolist()]

    def ask(value):
        return memo.results(np.array([[value]], np.int32), double)[0]

    assert [ask(v) for v in (1, 2, 3, 4)] == [2, 4, 6, 8]  # young 3 4, old 1 2
    assert ask(1) == 2  # recalled from old: young 1, old 3 4
    assert [ask(5), ask(6)] == [10, 12]  # young 6, old 1 5
    assert computed == [1, 2, 3, 4, 5, 6]
    assert ask(1) == 2
    assert computed == [1, 2, 3, 4, 5, 6]
    assert ask(3) == 6
    assert computed == [1, 2, 3, 4, 5, 6, 3]
    assert len(memo) <= 4


def test_memo_keys_tell_rows_apart():
    keys = row_keys(np.array([[1, 2], [2, 1], [1, 2]], np.int32))
    assert keys[0] == keys[2] != keys[1]
    assert row_keys(np.zeros((2, 0), np.int32)) == [b"", b""]
    with pytest.raises(ValueError, match="capacity is 1; expected at least 2"):
        RowMemo(1)


def test_code_that_runs_out_of_time_again_and_again_is_not_run_any_more():
    source = "def initiation(facts):\n    while facts['wood'] > 1:\n        pass\n    return True"
    with Sandbox(patient := SandboxLimits(seconds=60.0)) as box:
        initiation = InitiationFunction(box, source, NAMES)
        sent = count_rows(initiation)
        box.limits = SandboxLimits(seconds=0.05)
        for wood in range(2, 2 + MOST_EXHAUSTED + 3):
            with pytest.raises(CodeExhausted, match="time limit"):
                initiation.one({"wood": wood})
        box.limits, runs = patient, len(sent)
        with pytest.raises(CodeExhausted, match="time limit"):
            initiation.one({"wood": 1})
        assert len(sent) == runs <= 2 * MOST_EXHAUSTED
        initiation.forgive()
        assert initiation.one({"wood": 1})


def test_facts_beyond_32_bits_are_refused_and_no_overflow(sandbox):
    initiation = InitiationFunction(sandbox, "def initiation(facts): return facts['wood'] > 0", NAMES)
    for wood in (2**31, -(10**30)):
        with pytest.raises(CodeRejected, match="facts are whole numbers within 32 bits"):
            initiation.one({"wood": wood})


@pytest.mark.parametrize(
    "more",
    [
        "if True:\n    def reward(before, after):\n        return after.get('stone', -7)",
        "reward = lambda before, after: after.get('stone', -7)",
        "for reward in [lambda before, after: after.get('stone', -7)]:\n    pass",
        "def change():\n    global reward\n    reward = None",
    ],
)
def test_what_is_looked_at_is_what_runs(sandbox, more):
    """Facts are sent for the function that was looked at; another one of its name would not get its own."""
    with pytest.raises(CodeRejected, match="another meaning than def reward"):
        RewardFunction(sandbox, f"{GAIN}\n\n{more}\n", NAMES)


def test_a_decorated_function_is_refused(sandbox):
    swap = "def swap(function):\n    return lambda before, after: after.get('stone', -7)\n\n@swap\n"
    with pytest.raises(CodeRejected, match="without decorators"):
        RewardFunction(sandbox, f"{swap}{GAIN}", NAMES)


def test_of_several_plain_definitions_the_last_counts(sandbox):
    reward = RewardFunction(sandbox, f"{GAIN.replace('wood', 'stone')}\n\n{GAIN}", NAMES)
    assert reward.used == (("wood",), ("wood",))


@pytest.mark.parametrize("name", ["input_numbers", "input_results", "input_words_2", "input_0"])
def test_code_cannot_look_at_the_other_rows_of_its_batch(sandbox, name):
    with pytest.raises(CodeRejected, match=f"{name} in line 2 is refused"):
        RewardFunction(sandbox, f"def reward(before, after):\n    return len({name})", NAMES)


def test_a_shield_remembers_every_action_once(sandbox):
    source = "def shield(facts):\n    return ['left', 'right', 'left'] * 10_000"
    assert ShieldFunction(sandbox, source, NAMES, ["right", "left", "noop"]).one({}) == ("left", "right")
