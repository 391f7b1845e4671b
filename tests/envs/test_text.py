"""Foreign text and values: nothing steers the terminal, nothing runs for ever, nothing is endless."""

import re

from hypothesis import given
from hypothesis import strategies as st

from envs.text import brief, listed, plain

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


def test_what_is_written_out_stays_within_the_limit():
    assert plain("\x1b" * 1000, 41) == "\\x1b" * 10 + "... (990 characters more)"
    assert plain("ab\x1b", 4) == "ab... (1 characters more)"
    assert plain("", 0) == "" and plain("abc", 3) == "abc"


def test_an_error_that_cannot_be_printed_is_named_by_its_kind():
    assert plain(ValueError(10**5000)) == "a ValueError that cannot be printed"


def test_keys_and_items_are_never_compared():
    """Comparing two tuples that are doubled sixty times would take for ever."""

    def doubled() -> object:
        value: object = (1,)
        for _ in range(20):  # hashing takes as long as printing would
            value = (value, value)
        return value

    class Keyed(dict[int, object]):
        """Not a dictionary by its name."""

    shown = {1: 2, "a": 3, (1, 2): 4, None: [5]}
    assert brief(shown) == repr(shown)
    assert brief(dict.fromkeys(range(20))).endswith("7: None, ...}")
    both = {doubled(): 1, (2, doubled()): 2}
    assert brief(both).startswith("{((")
    assert brief({*both}).startswith("{(")
    assert brief(frozenset()) == "frozenset()" and brief(frozenset({2})) == "frozenset({2})"
    assert brief(Keyed()) == "a Keyed"


def test_an_object_that_passes_itself_off_as_a_list():
    for name in ("list", "dict", "int", "set", "str", "tuple"):
        assert brief(type(name, (), {})()) == f"a {name}"


def test_names_are_listed_as_far_as_there_is_room():
    assert listed([]) == ""
    assert listed([f"name{i}" for i in range(10_000)], 20) == "name0, name1, name2 and 9,997 more"
    assert listed(["a\x1b[2J", "x" * 200], 400) == "a\\x1b[2J, " + "x" * 80 + "... (120 characters more)"
