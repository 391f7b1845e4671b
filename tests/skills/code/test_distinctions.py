"""What code can tell apart: inputs under one key give one result, and few keys are needed."""

import ast
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import skills
from envs.registry import game_spec
from skills.code.distinctions import Distinctions
from skills.code.functions import GuardFunction, ShieldFunction, TerminationFunction
from skills.code.policy_code import PolicyOverSkillsFunction
from skills.code.sandbox import Sandbox

LIBRARY = Path(skills.__file__).parent / "library"
FACTS = {"wood": 0, "stone": 1}


def distinctions(body: str, *, before: str = "") -> Distinctions:
    """Of ``f(facts, steps)`` with this body; wood is column 0, stone 1, steps 2."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    tree = ast.parse(f"{before}\ndef f(facts, steps):\n{lines}\n")
    function = next(node for node in reversed(tree.body) if isinstance(node, ast.FunctionDef))
    return Distinctions(tree, function, [FACTS, 2])


def told_apart(body: str, *rows: Sequence[int], before: str = "") -> list[int]:
    """For each row the place of the first that has its key."""
    found = distinctions(body, before=before)
    keys = [found.key(row) for row in rows]
    return [keys.index(key) for key in keys]


@pytest.mark.parametrize(
    ("condition", "cells"),
    [
        ("facts['wood'] < 3", [0, 0, 2, 2]),
        ("facts['wood'] <= 3", [0, 0, 0, 3]),
        ("3 < facts['wood']", [0, 0, 0, 3]),
        ("facts.get('wood', 0) == 3", [0, 0, 2, 3]),
        ("facts['wood'] > 2.5", [0, 0, 2, 2]),
        ("facts['wood'] != 2.5", [0, 0, 2, 2]),
        ("1 < facts['wood'] <= 3", [0, 1, 1, 0]),
        ("facts['wood'] * 2 - 3 > 1 + facts['stone']", [0, 0, 2, 2]),
        ("-facts['wood'] <= min(facts['stone'], -3)", [0, 0, 2, 2]),
        ("abs(facts['wood'] - 2) < 2", [0, 0, 0, 3]),
        ("facts['wood'] % 2 == 1", [0, 1, 2, 3]),
        ("facts['wood']", [0, 1, 2, 3]),
        ("facts['stone'] > 3", [0, 0, 0, 0]),
        ("1 if facts['wood'] - 1 else 2", [0, 1, 2, 3]),
        ("5 if facts['wood'] else 6", [0, 0, 0, 0]),
        ("not facts['wood']", [0, 0, 0, 0]),
        ("facts['wood'] and steps > 8", [0, 0, 2, 0]),
        ("facts['wood'] or steps > 8", [0, 1, 2, 3]),
        ("steps > 0 and facts['wood']", [0, 1, 2, 3]),
    ],
)
def test_values_on_one_side_of_every_condition_are_one(condition: str, cells: list[int]) -> None:
    rows = [(1, 0, 7), (2, 0, 8), (3, 0, 9), (4, 0, 1)]
    assert told_apart(f"return {condition}", *rows) == cells


@pytest.mark.parametrize(
    ("body", "before"),
    [
        ("other = facts\nreturn other['wood'] > 5", ""),
        ("facts['wood'] = facts['stone']\nreturn facts['wood'] > 5", ""),
        ("facts['wood'] += 4\nreturn facts['wood'] > 5", ""),
        ("return [facts['wood'] > 5 for facts in [{'wood': facts['wood']}]]", ""),
        ("return (lambda facts: facts['wood'] > 5)({'wood': steps})", ""),
        ("def inner(facts): return facts['wood'] > 5\nreturn inner(facts)", ""),
        ("return max(facts['wood'], 3) > 5", "def max(a, b): return a % b"),
        ("max = divmod\nreturn max(facts['wood'], 3) > 5", ""),
        ("return facts['wood'] * facts['wood'] * facts['wood'] * facts['wood'] > 5", ""),
        ("return facts.get('wood', len(facts)) > 5", ""),
        ("if facts.get('wood', len(facts)): return 1", ""),
    ],
)
def test_what_is_used_in_other_ways_counts_by_its_value(body: str, before: str) -> None:
    assert told_apart(body, (1, 0, 0), (2, 0, 0), (3, 0, 0), before=before) == [0, 1, 2]


def test_numbers_that_get_another_value_count_by_it() -> None:
    assert told_apart("steps = steps % 2\nreturn steps > 0", (0, 0, 1), (0, 0, 2), (0, 0, 3)) == [0, 1, 2]


@pytest.mark.parametrize("game", ["crafter", "nethack"])
@pytest.mark.one_in(2)
def test_shipped_guards_and_shields_give_what_they_gave(game: str) -> None:
    """Against the same code run for every row: states around the numbers that the code mentions."""
    record = json.loads((LIBRARY / game / "guard.json").read_text())
    spec, rng = game_spec(game), np.random.default_rng(3)
    names = [fact.name for fact in spec.facts]
    with Sandbox() as sandbox:
        guard = GuardFunction(sandbox, "\n".join(record["guard"]), names, record["ranking"])
        shield = ShieldFunction(sandbox, "\n".join(record["shield"]), names, spec.actions)
        facts = np.where(rng.random((3_000, len(names))) < 0.6, 1, rng.integers(0, 101, (3_000, len(names))))
        facts = facts.astype(np.int32)
        remaining = rng.choice([3, 7, 20, 500], 3_000).astype(np.int32)
        expected = guard._compute(guard._rows((facts, remaining)))
        states = [dict(zip(names, row, strict=True)) for row in facts.tolist()]
        found = [guard.one(state, left) for state, left in zip(states, remaining.tolist(), strict=True)]
        assert found == expected
        assert len(set(expected)) > 4
        assert not guard._distinctions.by_value
        forbidden = shield._compute(shield._rows((facts,)))
        assert [shield.one(state) for state in states] == forbidden


def test_the_skill_executed_last_counts_by_its_name() -> None:
    source = "def choose(start, facts, last, failures):\n    return 'dig' if last == 'chop' else 'chop'"
    with Sandbox() as sandbox:
        choose = PolicyOverSkillsFunction(sandbox, source, ["wood"], ["chop", "dig"])
        assert [choose.one({}, {}, last) for last in ("", "chop", "dig", "chop")] == [
            "chop",
            "dig",
            "chop",
            "dig",
        ]


def test_games_asked_together_share_what_cannot_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        "def termination(start, facts, steps):\n    return steps > 50 or facts['wood'] - start['wood'] > 2\n"
    )
    asked: list[int] = []
    compute = TerminationFunction._compute

    def counted(self: TerminationFunction, rows: np.ndarray) -> list[bool]:
        asked.append(len(rows))
        return compute(self, rows)

    monkeypatch.setattr(TerminationFunction, "_compute", counted)
    rng = np.random.default_rng(0)
    start = rng.integers(0, 9, (40, 2)).astype(np.int32)
    facts = start + rng.integers(0, 6, (40, 2)).astype(np.int32)
    steps = rng.integers(0, 100, 40).astype(np.int32)
    with Sandbox() as sandbox:
        together = TerminationFunction(sandbox, source, ["wood", "stone"])
        answers = together.batch(start, facts, steps)
        assert answers.tolist() == ((steps > 50) | (facts[:, 0] - start[:, 0] > 2)).tolist()
        assert sum(asked) <= 4  # two conditions
        assert together.batch(start[::-1], facts[::-1], steps[::-1]).tolist() == answers[::-1].tolist()
        assert together.batch(start, facts, steps, fresh=True).tolist() == answers.tolist()
    assert asked[-1] == 40
