"""The bounds of returned values: what is taken, what is not, and that the check itself comes to an end."""

from __future__ import annotations

from typing import Any

import pytest

from envs.text import brief
from skills.code.calls import SMALL
from skills.code.returned import (
    CHARACTERS,
    DEPTH,
    VALUES,
    TooMuch,
    first_unbounded,
    require_bounded,
)
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def doubled() -> Any:
    value: Any = [0]
    for _ in range(200):
        value = [value, value]
    return value


def looped() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        None, True, -3, 2.5, float("nan"), 1j, "x" * CHARACTERS, b"\x00", [], {}, (), {1, "a"}, nested(DEPTH),
        {"wood": [1, {"a": (2,)}]}, [0] * VALUES, 10**5000,
    ],
    ids=lambda value: brief(value, 30),
)  # fmt: skip
def test_small_plain_values_pass(value: Any) -> None:
    require_bounded(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (nested(DEPTH + 1), "nested more than"),
        (doubled(), "nested more than"),
        (looped(), "nested more than"),
        ([0] * (VALUES + 1), "more than 100,000 values"),
        ([[0] * 1000] * 1000, "more than 100,000 values"),
        ([[0] * 60_000] * 60_000, "more than 100,000 values"),
        ("x" * (CHARACTERS + 1), "characters of text"),
        (["x" * 1000] * 1001, "characters of text"),
        ({"x" * (CHARACTERS + 1): 1}, "characters of text"),
        ({"wood": 10**5000}, "a whole number of about 5,001 digits"),
        ([object()], "an object of the kind object"),
        (ValueError("x"), "an object of the kind ValueError"),
        (int, "an object of the kind type"),
    ],
    ids=lambda value: brief(value, 30),
)
def test_others_do_not(value: Any, message: str) -> None:
    with pytest.raises(TooMuch, match=message):
        require_bounded(value)


def test_the_row_of_a_batch_is_named() -> None:
    assert first_unbounded([1, 2.0, None, True, 10**5000]) is None
    assert first_unbounded(["wood", "", ["wood"]]) is None
    assert first_unbounded([1, ["wood"], doubled(), doubled()]) == (2, "a value nested more than 8 deep")
    row, what = first_unbounded([["x" * 1000]] * 2000) or (0, "")
    assert row == 1000 and "characters" in what  # the bounds are those of the whole batch


BOMB = """
def f(x):
    y = (0,)
    for i in range(60):
        y = (y, y)
    return {value} if x == 7 else x
"""


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{y: 1}", "a dictionary or set by more than simple values"),
        ("[{y}]", "a dictionary or set by more than simple values"),
        ("y", "a value nested more than 8 deep"),
        ("[0] * 200_000", "more than 100,000 values"),
        ("f", "an object that is no number, text, list or dictionary"),
        ("['x' * 2_000_000]", "more than 1,000,000 characters of text"),
    ],
)
def test_they_hold_in_the_sandbox_before_anything_is_received(value: str, message: str) -> None:
    with Sandbox() as sandbox:
        function = sandbox.load(BOMB.replace("{value}", value), "f", ("x",))
        assert function(6) == 6
        with pytest.raises(CodeRejected) as error:
            function(7)
        assert str(error.value) == f"f: returned {message}; {SMALL}"
        with pytest.raises(CodeRejected) as error:
            function.batched([None])([5, 6, 7], 3, lambda row: f"f({row})")
        assert str(error.value) == f"f(2) returned {message}; {SMALL}"


def test_the_value_of_a_loaded_text_is_of_no_interest() -> None:
    with Sandbox() as sandbox:
        source = "def f(x): return x\ny = (0,)\nfor i in range(60):\n    y = (y, y)\n{y: 1}"
        assert sandbox.load(source, "f", ("x",))(3) == 3
