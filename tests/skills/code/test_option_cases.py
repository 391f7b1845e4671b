"""Model-written tests of options: what they may look like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skills.code.option_cases import CasesFunction, OptionCase
from skills.code.policy_code import SimulateStepFunction
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected

FACTS = ("wood", "health")
NOW = {"wood": 1, "health": 9}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as box:
        yield box


def cases(sandbox: Sandbox, *items: str) -> list[OptionCase]:
    source = "def cases(facts):\n    return [" + ", ".join(items) + "]\n"
    return CasesFunction(sandbox, source, FACTS).one(NOW)


def test_what_is_left_out_is_as_at_the_start_of_the_episode(sandbox: Sandbox) -> None:
    first, second = cases(
        sandbox,
        "{'why': 'no wood', 'facts': {'wood': 0}, 'initiation': False}",
        "{'start': {'wood': facts['wood'] + 2}, 'facts': {}, 'steps': 7, 'termination': True}",
    )
    assert first == OptionCase(
        why="no wood",
        start={"wood": 0, "health": 9},
        facts={"wood": 0, "health": 9},
        steps=0,
        initiation=False,
        termination=None,
    )
    assert (second.why, second.steps) == ("number 2", 7)
    assert (second.start, second.facts) == ({"wood": 3, "health": 9}, NOW)
    assert (second.initiation, second.termination) == (None, True)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("1", "must return a list of dictionaries"),
        ("{'facts': {}}", "has neither 'initiation' nor 'termination'"),
        ("{'initiation': 1}", "initiation is 1; it must be True or False"),
        ("{'initiation': True, 'facts': {'wodo': 1}}", "no fact 'wodo'; did you mean 'wood'"),
        ("{'initiation': True, 'facts': {'wood': 'x'}}", "whole numbers by the name of a fact"),
        ("{'initiation': True, 'facts': [1]}", "whole numbers by the name of a fact"),
        ("{'termination': True, 'steps': -1}", "steps is -1"),
        ("{'termination': True, 'steps': 1.5}", "steps is 1.5"),
        ("{'termination': True, 'when': 3}", "has when; it may have: why, facts"),
    ],
)
def test_what_is_wrong_with_a_situation_is_said(sandbox: Sandbox, item: str, message: str) -> None:
    with pytest.raises(CodeRejected, match=message):
        cases(sandbox, item)


def test_nothing_is_no_test(sandbox: Sandbox) -> None:
    with pytest.raises(CodeRejected, match="must return a list of dictionaries"):
        cases(sandbox)


def test_a_simulated_step_is_checked_like_any_other_simulation(sandbox: Sandbox) -> None:
    source = "def simulate(facts, step, turn):\n    return {'wood': facts['wood'] + step + turn}\n"
    assert SimulateStepFunction(sandbox, source, FACTS).step(NOW, 2, 10) == {"wood": 13}
    for body, message in (("{'wod': 1}", "no fact 'wod'"), ("3", "must return a dictionary")):
        wrong = f"def simulate(facts, step, turn):\n    return {body}\n"
        with pytest.raises(CodeRejected, match=rf"simulate\(facts, 0, 1\).*{message}"):
            SimulateStepFunction(sandbox, wrong, FACTS).step(NOW, 0, 1)
