"""Reading expressions: what the language has, and everything that can be wrong, before anything is played."""

import pytest

from agent.errors import BadConfig
from agent.evaluation.scoring.expressions.language import LONGEST
from agent.evaluation.scoring.expressions.reading import Query, read_expression
from agent.evaluation.scoring.registry import make_criterion, materials_of

CRAFTER = materials_of("crafter")


def test_what_is_asked_is_told_once_and_in_order() -> None:
    read = read_expression('gain("stone") >= 3 and first("wood", 2) < steps and gain("stone") < 9', "crafter")
    assert read.queries == (Query("gain", "stone"), Query("first", "wood", 2), Query("steps"))
    assert read.asked == ()
    assert "values[0] >= 3 and values[1] < values[2] and (values[0] < 9)" in read.source


def test_the_world_is_asked_for_only_what_is_named() -> None:
    read = read_expression(
        'beside(placed("table"), cells("water")) > 0 and sides("lava") == 0', "crafter", CRAFTER
    )
    assert read.asked == ("placed table", "cells water", "player", "cells lava")
    assert read.queries == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('after["irn"] > 1', r"success names 'irn': crafter has no such fact; did you mean 'iron'"),
        ('gain("irn")', "no such fact"),
        ('gain(("iron",))', "no such fact"),
        ('held("iron", 2, 3)', r"calls held with 3 arguments; expected held\('fact', count\)"),
        ('first("iron", steps)', r"expected first\('fact', count\)"),
        ('gain("iron", 2)', r"expected gain\('fact'\)"),
        ("after[steps]", r"expected after\['fact'\]"),
        ("after", "uses after by itself; expected a fact"),
        ("wod > 1", "uses 'wod', which is no name of the language; did you mean"),
        ('facts["wood"]', "uses 'facts', which is no name of the language"),
        ('cells("watr")', r"names 'watr': crafter has no such material; did you mean 'water'"),
        ('replaced("water")', r"expected 2 materials, for example replaced\('water', 'grass'\)"),
        ('at(front) == "watr"', "no such material"),
        ("after.wood", r"uses 'after.wood' \(Attribute\), which no expression here may"),
        ("(lambda: 1)()", "expected name"),
        ('open("/etc/passwd")', "uses 'open', which is no name of the language"),
        ("max(key=1)", "expected name"),
        ("steps(1)", "'steps', which is no function"),
        ("any(gain for gain in [1])", "gives 'gain' a meaning of its own"),
        ("b'x' == 1", "uses the value b'x'"),
        ("(", "is no expression"),
        ("", "is no expression"),
        ("import os", "is no expression"),
        ("1\nimport os", "is no expression"),
        ("1)\nimport os\n(2", "is no expression"),
        ("1" + " + 1" * LONGEST, "say it in at most 2,000"),
        ("(" * 900 + "1" + ")" * 900, "is no expression"),
        ("9" * 1999, "is no expression"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(BadConfig, match=complaint):
        read_expression(text, "crafter", CRAFTER)


def test_a_game_that_shows_no_world_is_asked_for_none() -> None:
    with pytest.raises(BadConfig, match="uses 'cells', and toy shows a referee no world; ask for facts"):
        make_criterion("toy", {"kind": "success", "expression": 'cells("tree")'})


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"expression": "1", "when": "always"}, "when is 'always'; expected 'once' or 'end'"),
        ({"expression": 1}, "expected an expression as text"),
        ({}, "'expression' is missing"),
        ({"expression": "1", "health": 3}, "no setting 'health'; known settings: expression, when"),
    ],
)
def test_bad_settings(settings: dict[str, object], complaint: str) -> None:
    with pytest.raises(BadConfig, match=complaint):
        make_criterion("toy", {"kind": "success", **settings})
