"""Limits of source: what stays possible, what is said of the rest, and which names code binds."""

import ast
import warnings

import pytest

from skills.code.syntax_tree import SOURCE_CHARACTERS, TEXT_CHARACTERS, bound_names, parse
from skills.errors import CodeRejected


@pytest.mark.parametrize(
    "source",
    [
        "x = 1" + " + 1" * 150,
        "x = " + "[" * 90 + "]" * 90,
        "if x:\n    pass\n" + "elif x:\n    pass\n" * 150,
        "x = '" + "y" * TEXT_CHARACTERS + "'",
        f"x = {2**256 - 1}",
        "x = [" + "1," * 9_900 + "]",
        "#" * SOURCE_CHARACTERS,
        "",
    ],
)
def test_long_code_of_an_ordinary_kind(source: str) -> None:
    assert isinstance(parse(source, "f"), ast.Module)


def test_what_is_too_much_is_said() -> None:
    for source, message in (
        ("x = [" + "1," * 9_995 + "]", "the code has more than 10,000 parts; write less of it"),
        (
            "x = '" + "y" * (TEXT_CHARACTERS + 1) + "'",
            "in line 1 is a text of 5,001 characters; at most 5,000",
        ),
        (f"\nx = {2**256}", "in line 2 is a number of 257 bits; at most 256 are taken"),
        ("x = 1" + " + 1" * 300, "the code is nested too deeply; write it as plain statements"),
    ):
        with pytest.raises(CodeRejected, match=message):
            parse(source, "f")


def test_warnings_about_written_code_do_not_reach_the_terminal() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parse("x = '\\d'\ny = 1 is 1", "f")


def test_names_that_are_bound_outside_functions() -> None:
    source = """
import math as a, b.c
from typing import d
e = f[g] = 1
h: int = 2
for i, (j, *k) in l: pass
with m as n: pass
try: pass
except o as p: pass
(q := 1)
[r for r in s]
def t(u=(v := 1)):
    w = 1
    global x
    def y(): z = 1
class A(B):
    C = 1
    def D(self): global E
lambda F: (G := 1)
match H:
    case [I, *J] | {"k": K, **L}: pass
"""
    assert bound_names(ast.parse(source)) == set("abdehijknpqrtvxAEIJKL")
