"""Hostile programs through the real doors: only `CodeRejected` comes out, soon, short and printable."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from skills.code.functions import (
    GuardFunction,
    InitiationFunction,
    RewardFunction,
    ShieldFunction,
    TerminationFunction,
)
from skills.code.option_cases import CasesFunction
from skills.code.policy_code import (
    PolicyOverSkillsFunction,
    SimulateFunction,
    SimulateStepFunction,
    TraceCheck,
    TrainingPolicyFunction,
)
from skills.code.sandbox import Sandbox, SandboxLimits
from skills.errors import CodeRejected

pytestmark = pytest.mark.slow

FACTS = ("wood", "stone")
NOW = {"wood": 1, "stone": 2}
ROWS = np.array([[1, 2], [3, 4]], np.int32)
NUMBERS = np.array([1, 2], np.int32)

Door = Callable[[Sandbox, str], Any]
"""Loads source and calls it, as the project does."""


def _policy(sandbox: Sandbox, source: str) -> Any:
    return PolicyOverSkillsFunction(sandbox, source, FACTS, ("chop", "dig")).one(NOW, NOW, "chop", 1)


def _training_policy(sandbox: Sandbox, source: str) -> Any:
    policy = TrainingPolicyFunction(sandbox, source, FACTS, ("chop", "dig"))
    return policy.batch(ROWS, ROWS, NUMBERS, NUMBERS, NUMBERS), policy.one(NOW, NOW, "", 0, 3)


DOORS: dict[str, tuple[str, Door]] = {
    "reward": ("before, after", lambda box, code: RewardFunction(box, code, FACTS).batch(ROWS, ROWS)),
    "initiation": ("facts", lambda box, code: InitiationFunction(box, code, FACTS).one(NOW)),
    "termination": (
        "start, facts, steps",
        lambda box, code: TerminationFunction(box, code, FACTS).batch(ROWS, ROWS, NUMBERS),
    ),
    "guard": ("facts, remaining", lambda box, code: GuardFunction(box, code, FACTS, ("chop",)).one(NOW)),
    "shield": ("facts", lambda box, code: ShieldFunction(box, code, FACTS, ("up", "down")).one(NOW)),
    "choose": ("start, facts, last, failures", _policy),
    "choose ": ("start, facts, last, failures, draw", _training_policy),
    "simulate": (
        "facts, skill, turn",
        lambda box, code: SimulateFunction(box, code, FACTS).one(NOW, "chop", 3),
    ),
    "simulate ": (
        "facts, step, turn",
        lambda box, code: SimulateStepFunction(box, code, FACTS).step(NOW, 1, 3),
    ),
    "cases": ("facts", lambda box, code: CasesFunction(box, code, FACTS).one(NOW)),
    "check": (
        "trace",
        lambda box, code: TraceCheck(box, code).one([{"skill": "", "success": True, "facts": NOW}]),
    ),
}
"""Entry (a blank tells two of one name apart) -> its parameters, and the door."""

DOUBLED = "    x = [0]\n    for i in range(40):\n        x = [x, x]\n"
TUPLES = "    x = (0,)\n    for i in range(40):\n        x = (x, x)\n"
ITSELF = "    x = []\n    x.append(x)\n"
TABLE = "    x = {}\n    x['wood'] = x\n"
DEEP = "    x = 0\n    for i in range(20000):\n        x = [x]\n"
OBJECT = (
    "    class A:\n        def __init__(self):\n            self.wood = x\n"
    "        def __repr__(self):\n            return 'x' * 10 ** 7\n"
)

VALUES: dict[str, str] = {
    "doubled list": f"{DOUBLED}    return x",
    "doubled list in a list": f"{DOUBLED}    return [x]",
    "doubled list in a dictionary": f"{DOUBLED}    return {{'wood': x}}",
    "doubled list in a list of dictionaries": f"{DOUBLED}    return [{{'why': x, 'initiation': True}}]",
    "doubled tuple as a key": f"{TUPLES}    return {{x: 1}}",
    "doubled tuple in a set": f"{TUPLES}    return {{x}}",
    "doubled tuple as a key of a key": f"{TUPLES}    return [[{{(1, x): 1}}]]",
    "doubled tuple as a key of a generator": f"{TUPLES}    return (y for y in [{{x: 1}}])",
    "view of a dictionary": f"{TUPLES}    return {{x: 1}}.items()",
    "iterator": f"{DOUBLED}    return iter([x])",
    "list in itself": f"{ITSELF}    return x",
    "dictionary in itself": f"{TABLE}    return x",
    "deep list": f"{DEEP}    return x",
    "deep list as a fact": f"{DEEP}    return {{'wood': x}}",
    "object": f"{DOUBLED}{OBJECT}    return A()",
    "objects": f"{TUPLES}{OBJECT}    return [A(), {{'wood': A()}}]",
    "class": f"{DOUBLED}{OBJECT}    return A",
    "huge number": "    return 10 ** 5000",
    "huge number as a fact": "    return {'wood': 10 ** 5000}",
    "huge number as a situation": "    return [{'initiation': True, 'facts': {'wood': -10 ** 400}}]",
    "number beyond 32 bits": "    return {'wood': 2 ** 31}",
    "number beyond 32 bits as a situation": "    return [{'initiation': True, 'start': {'wood': -2 ** 40}}]",
    "number beyond 32 bits of steps": "    return [{'termination': True, 'steps': 2 ** 40}]",
    "huge number as a name": "    return {10 ** 5000: 1}",
    "no number": "    return float('nan')",
    "no number as a fact": "    return {'wood': float('nan')}",
    "infinite": "    return -float('inf')",
    "complex": "    return 1j",
    "long text": "    return 'x' * 5_000_000",
    "long texts": "    return ['x' * 1_000_000] * 5_000",
    "long name": "    return {'w' * 5_000_000: 1}",
    "long action": "    return ['u' * 900_000]",
    "escapes": "    return ['\\x1b]0;title\\x07\\x1b[2J' * 1000]",
    "escapes as a name": "    return {'\\x1b[2J\\u202e' * 1000: 1}",
    "half a character": "    return '\\ud800' * 3",
    "many names": "    return {f'name {i}': i for i in range(20_000)}",
    "many keys": "    return [{f'key {i}': i for i in range(20_000)}]",
    "long list": "    return [0] * 1_000_000",
    "shared long lists": "    x = [0] * 30_000\n    return [x] * 30_000",
    "bytes": "    return b'\\x00' * 1_000_000",
    "the function itself": "    return {entry}",
    "a built-in function": "    return [len, print]",
    "a module": "    import math\n    return math",
    "an error": "    return ValueError('x' * 5_000_000)",
    "dots": "    return ...",
    "a range": "    return range(10 ** 12)",
}
"""What a function may return that no door takes."""

FAULTS: dict[str, str] = {
    "long error": "    raise ValueError('x' * 5_000_000)",
    "error with escapes": "    raise ValueError('\\x1b[2J\\u202e\\x00' * 1000)",
    "error with half a character": "    raise ValueError('\\ud800')",
    "error with a value": f"{DOUBLED}    raise ValueError(x)",
    "missing key of any length": "    return {}['k' * 5_000_000]",
    "missing key that is endless": f"{TUPLES}    raise KeyError(x)",
    "no text at all": "    raise KeyError",
    "assertion": "    assert False, '\\x1b[2J' * 10 ** 6",
    "exit": "    raise SystemExit(1)",
    "interrupt": "    raise KeyboardInterrupt",
    "not there": "    return " + "q" * 5_000,
    "long line": "    return [" + "1, " * 5_000 + "1 / 0]",
    "text of an endless value": f"{DOUBLED}    return str(x)",
    "order of endless values": f"{TUPLES}    return sorted([x, x, (x, x)])",
    "endless calls": "    return {entry}({arguments})",
    "endless loop": "    while True:\n        pass",
    "endless sum": "    return sum(range(10 ** 12))",
    "endless power": "    return 7 ** 10 ** 10",
    "endless print": "    while True:\n        print('x' * 1000)",
    "all memory": "    return [[0] * 10 ** 6 for _ in range(10 ** 6)]",
    "other meaning": "    global type, input_checked\n    type = input_checked = None\n    return 0",
}
"""How a function may fail."""

SOURCES: dict[str, str] = {
    "minus signs": f"x = {'-' * 5000}1\n{{head}}\n    return 1",
    "minus signs by default": "def helper(a=" + "-" * 5000 + "1): pass\n{head}\n    return 1",
    "minus signs in its own default": "def {entry}(a, b, c, d, e, f=" + "-" * 900 + "1):\n    return 1",
    "long number in its own default": "def {entry}(a, b, c, d, e, f=0x" + "f" * 9000 + "):\n    return 1",
    "brackets": "{head}\n    return " + "(" * 150 + "1" + ")" * 150 + "[" * 3000,
    "lists": "{head}\n    return " + "[" * 190 + "]" * 190 + " + " + "-" * 150 + "1",
    "attributes": "{head}\n    return a" + ".b" * 9000,
    "calls": "{head}\n    return a" + "()" * 9000,
    "sums": "{head}\n    return 1" + " + 1" * 4500,
    "lambdas": "{head}\n    return " + "lambda: " * 2000 + "1",
    "conditions": "{head}\n    return " + "1 if 1 else " * 1500 + "1",
    "branches": "{head}\n    if 1:\n        pass\n" + "    elif 1:\n        pass\n" * 600,
    "nots": "{head}\n    return " + "not " * 4000 + "1",
    "powers": "{head}\n    return 1" + " ** 1" * 3500,
    "blocks": "{head}\n" + "".join(f"{' ' * (i + 1)}if 1:\n" for i in range(110)) + " " * 112 + "pass",
    "loops in a list": "{head}\n    return [0 " + "for a in b " * 1500 + "]",
    "many parts": "{head}\n    return [" + "1," * 9_900 + "]",
    "decimal digits": "{head}\n    return 1" + "0" * 5000,
    "hexadecimal digits": "{head}\n    return 0x" + "f" * 15_000,
    "huge float": "{head}\n    return 1e" + "9" * 5000,
    "long text": "{head}\n    return '" + "x" * 15_000 + "'",
    "long fact": "{head}\n    return {first}['" + "w" * 4_000 + "']",
    "facts": "{head}\n    return [" + ", ".join(f"{{first}}['f{i}']" for i in range(900)) + "]",
    "long import": "import " + "m" * 15_000 + "\n{head}\n    return 1",
    "imports": "from os import *\nimport sys, socket\n{head}\n    return 1",
    "long names": "def " + "f" * 15_000 + "(): pass",
    "names": "".join(f"def f{i}(): pass\n" for i in range(900)),
    "parameters": "def {entry}(" + ", ".join(f"a{i}" for i in range(2000)) + "):\n    return 1",
    "null": "{head}\n    return 1\n\0",
    "half a character": "{head}\n    return '\ud800'",
    "escapes": "{head}\n    return 1 \x1b[2J \x07",
    "no line": "{head} return \u2028",
    "too long": "#" * 100_000,
    "nothing": "",
    "no Python": "I cannot help with that. " * 50,
    "formatted": "{head}\n    return f'{" * 40,
    "at loading": "x = [0] * 10 ** 10\n{head}\n    return 1",
    "fault at the end": "{head}\n    return None\nx = (0,)\nfor i in range(40):\n    x = (x, x)\n1 / 0",
    "print while loading": "print('x' * 10 ** 6)\n{head}\n    return 1",
    "redefined": "def zip(*a): return []\n{head}\n    return 1",
    "redefined by import": "import math as type\n{head}\n    return 1",
}
"""Source that does not come as far as being called."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One with little patience, since half of the programs never end."""
    with Sandbox(SandboxLimits(seconds=0.3)) as box:
        yield box


def written(template: str, entry: str, parameters: str) -> str:
    """The program for one door."""
    name, first = entry.strip(), parameters.split(",")[0]
    text = template.replace("{entry}", name).replace("{arguments}", parameters).replace("{first}", first)
    return text.replace("{head}", f"def {name}({parameters}):")


def rejection(sandbox: Sandbox, entry: str, template: str) -> str | None:
    """The message of the rejection, which is short, printable and can be sent; None where it was taken."""
    parameters, door = DOORS[entry]
    try:
        door(sandbox, written(template, entry, parameters))
    except CodeRejected as error:
        message = str(error)
        assert len(message) <= CodeRejected.LONGEST and message.isprintable(), message[:2000]
        assert str(pickle.loads(pickle.dumps(error))) == message
        assert error.__cause__ is None or len(str(error.__cause__)) < 10_000
        return message
    return None


HARMLESS = {
    ("huge number", "initiation"), ("huge number", "termination"), ("many names", "check"),
    ("escapes", "check"), ("a range", "check"), ("long action", "check"),
}  # fmt: skip
"""What some door does take: a number is true, however long; complaints may say anything."""


@pytest.mark.parametrize("name", VALUES)
def test_values(sandbox: Sandbox, name: str) -> None:
    for entry, (parameters, _) in DOORS.items():
        template = f"def {entry.strip()}({parameters}):\n{VALUES[name]}"
        message = rejection(sandbox, entry, template)
        assert message is not None or (name, entry) in HARMLESS, entry


@pytest.mark.parametrize("name", FAULTS)
def test_faults(sandbox: Sandbox, name: str) -> None:
    slow = "endless" in name or "memory" in name
    for entry in ("reward", "shield", "simulate") if slow else DOORS:
        parameters, _ = DOORS[entry]
        template = f"def {entry.strip()}({parameters}):\n{FAULTS[name]}"
        assert rejection(sandbox, entry, template) is not None, entry


@pytest.mark.parametrize("name", SOURCES)
def test_sources(sandbox: Sandbox, name: str) -> None:
    for entry in ("reward", "choose", "cases", "check"):
        if (name, entry) == ("nothing", "reward"):  # stands for a reward of 0
            continue
        assert rejection(sandbox, entry, SOURCES[name]) is not None, entry


def test_the_sandbox_is_as_good_as_new_afterwards(sandbox: Sandbox) -> None:
    sandbox.limits = SandboxLimits(seconds=60.0)
    reward = RewardFunction(sandbox, "def reward(before, after): return after['wood']", FACTS)
    assert reward.batch(ROWS, ROWS).tolist() == [1.0, 3.0]
