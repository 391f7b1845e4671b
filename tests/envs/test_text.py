"""Foreign text and values: nothing steers the terminal, nothing runs for ever, nothing is endless."""

import re

from hypothesis import given
from hypothesis import strategies as st

from envs.text import brief, plain

ESCAPES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@given(st.text(st.characters(), max_size=80), st.booleans())
def test_no_control_character_is_left(text: str, lines: bool):
    shown = plain(text, lines=lines)

    assert not ESCAPES.search(shown)
    assert lines or "\n" not in shown
    shown.encode()  # no lone surrogate is left


def test_texts_of_the_worlds_languages_stay_as_they_are():
    for text in ("schöne Grüße", "日本語", "naïve", "Ω ≥ 3 €", "🪓"):
        assert plain(text) == text


def test_a_long_text_is_cut_and_says_how_much_is_gone():
    assert plain("x" * 10_000_000, 20) == "x" * 20 + "... (9,999,980 characters more)"


def test_a_value_that_holds_itself_many_times_over_is_shown_at_once():
    value: object = [1, 2]
    for _ in range(200):
        value = [value, value]

    assert len(brief(value)) <= 260


def test_values_are_shown_as_python_writes_them_while_they_are_small():
    for value in (None, True, 3, -2.5, "wood", [1, "a"], {"wood": [1, 2]}, (1,), b"\x00", {3}, float("nan")):
        assert brief(value) == repr(value)


def test_numbers_of_any_length():
    assert brief(-(10**5000)) == "a whole number of about 5,001 digits"
    assert brief([10**5000, 1]) == "[a whole number of about 5,001 digits, 1]"


def test_an_object_is_named_by_its_kind_only():
    class Rude:
        def __repr__(self) -> str:
            raise RuntimeError

    assert brief(Rude()) == "a Rude"
    assert brief([Rude()]) == "[a Rude]"
