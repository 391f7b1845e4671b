"""Policies over skills as model-written code."""

from collections.abc import Iterator

import numpy as np
import pytest

from skills.code.policy_code import (
    PolicyOverSkillsFunction,
    SimulateFunction,
    TraceCheck,
    TrainingPolicyFunction,
)
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected

FACTS = ("wood", "stone", "near.bench")
SKILLS = ("chop", "dig")
CHOOSE = """
def choose(start, facts, last, failures):
    if facts["wood"] >= start["wood"] + 2:
        return ""
    if last == "chop" and failures >= 2:
        return "dig"
    return "chop"
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as box:
        yield box


def policy(sandbox: Sandbox, source: str = CHOOSE) -> PolicyOverSkillsFunction:
    return PolicyOverSkillsFunction(sandbox, source, FACTS, SKILLS)


def test_it_names_the_next_skill(sandbox: Sandbox) -> None:
    choose = policy(sandbox)
    assert choose.one({"wood": 1}, {"wood": 1}) == "chop"
    assert choose.one({"wood": 1}, {"wood": 2}, "chop", 1) == "chop"
    assert choose.one({"wood": 1}, {"wood": 2}, "chop", 2) == "dig"
    assert choose.one({"wood": 1}, {"wood": 2}, "dig", 2) == "chop"
    assert choose.one({"wood": 1}, {"wood": 2}, "a_rescue", 5) == "chop"
    assert choose.one({"wood": 1}, {"wood": 3}) == ""
    assert choose.used == (("wood",), ("wood",))


def test_batches_give_what_single_calls_give(sandbox: Sandbox) -> None:
    source = CHOOSE.replace("failures)", "failures, draw)")
    choose = TrainingPolicyFunction(sandbox, source, FACTS, SKILLS)
    rng = np.random.default_rng(0)
    start, facts = rng.integers(0, 4, (2, 60, 3)).astype(np.int32)
    last, failures = rng.integers(0, 3, 60).astype(np.int32), rng.integers(0, 4, 60).astype(np.int32)
    found = choose.batch(start, facts, last, failures, np.zeros(60, np.int32))
    assert set(found) == {"", "chop", "dig"}
    for i, name in enumerate(found):
        one = [dict(zip(FACTS, row.tolist(), strict=True)) for row in (start[i], facts[i])]
        fresh = TrainingPolicyFunction(sandbox, source, FACTS, SKILLS)
        assert fresh.one(*one, choose.words[last[i]], int(failures[i]), 0) == name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 'chpo'", r"returned 'chpo'; no such skill; did you mean 'chop'\?; it may return: chop, dig"),
        ("return 3", "returned 3; it must return the name of a skill"),
        ("return facts['wod']", "the game has no fact 'wod'; did you mean 'wood'"),
        ("return help(facts)", "help: the game has no fact 'stne'; did you mean 'stone'"),
        ("import os", "import of 'os'"),
        ("while True: pass", "exceeded the time limit"),
        ("return [][1]", "IndexError"),
    ],
)
def test_what_is_wrong_is_said(sandbox: Sandbox, body: str, message: str) -> None:
    source = f"def choose(start, facts, last, failures):\n    {body}\n"
    if "help" in body:
        source = "def help(facts):\n    return facts['stne']\n\n" + source
    with pytest.raises(CodeRejected, match=message):
        policy(sandbox, source).one({}, {})


def test_nothing_and_another_form_are_refused(sandbox: Sandbox) -> None:
    with pytest.raises(CodeRejected, match="there is no code"):
        policy(sandbox, "  ")
    with pytest.raises(CodeRejected, match=r"it must be def choose\(start, facts, last, failures\)"):
        policy(sandbox, "def choose(facts):\n    return ''\n")


def test_done_is_an_empty_name_or_none(sandbox: Sandbox) -> None:
    assert policy(sandbox, "def choose(a, b, c, d):\n    pass\n").one({}, {}) == ""


def test_simulations_return_new_values_of_known_facts(sandbox: Sandbox) -> None:
    def simulate(body: str) -> dict[str, int]:
        source = f"def simulate(facts, skill, turn):\n    {body}\n"
        return SimulateFunction(sandbox, source, FACTS).one(
            {"wood": 1, "stone": 0, "near.bench": 0}, "chop", 3
        )

    assert simulate("return {'wood': facts['wood'] + turn, 'near.bench': skill == 'chop'}") == {
        "wood": 4,
        "near.bench": 1,
    }
    for body, message in [
        ("return {'wod': 1}", "the game has no fact 'wod'; did you mean 'wood'"),
        ("return {'wood': 'much'}", "must return a dictionary of new values"),
        ("return 1", "must return a dictionary of new values"),
        ("return facts['wod']", "the game has no fact 'wod'"),
    ]:
        with pytest.raises(CodeRejected, match=message):
            simulate(body)


def test_checks_return_sentences(sandbox: Sandbox) -> None:
    trace = [{"skill": "", "success": True, "facts": {"wood": 0}}]
    assert TraceCheck(sandbox, "def check(trace):\n    return [str(len(trace))]\n").one(trace) == ["1"]
    with pytest.raises(CodeRejected, match="must return a list of texts"):
        TraceCheck(sandbox, "def check(trace):\n    return 'fine'\n").one(trace)
