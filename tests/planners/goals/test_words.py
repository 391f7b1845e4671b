"""How alike words are."""

import pytest

from planners.goals.words import likeness, nearest, normal, words_between, words_of


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("stones", "stone", 1.0), ("torches", "torch", 1.0),
        ("berries", "berry", 1.0), ("wooden", "wood", 1.0),
        ("stable", "table", 0.0), ("wod", "wood", 0.0), ("iron", "wood", 0.0),
    ],
)  # fmt: skip
def test_endings_are_no_difference_and_short_words_no_slips(one: str, other: str, expected: float) -> None:
    assert likeness(one, other) == likeness(other, one) == expected


def test_a_slip_is_less_alike_than_the_word() -> None:
    assert 0.8 <= likeness("dimond", "diamond") < 1.0
    assert 0.8 <= likeness("ston", "stones") < 1.0
    assert nearest("dimond", ("iron", "diamond"))[1] == "diamond"
    assert nearest("gold", ("iron", "diamond")) == (0.0, "")


def test_verbs_are_brought_to_one_form() -> None:
    assert words_of("Chopping and gathering; he digs") == ["collect", "and", "collect", "he", "collect"]
    assert words_of("don't take the Oracle's gem") == ["dont", "collect", "oracle", "gem"]


def test_letters_of_other_widths_and_unseen_ones_are_no_difference() -> None:
    assert normal("Ｗｏ\u200bod ３") == "wood 3"


def test_signs_that_stand_alone_are_words() -> None:
    assert words_between("wood ♥ near.table") == ["wood", "♥", "find", "table"]
