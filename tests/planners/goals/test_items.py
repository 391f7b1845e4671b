"""A text cut into what it asks for, with counts."""

import pytest

from planners.errors import UnknownGoal
from planners.goals.items import MOST_ITEMS, items_of
from planners.goals.words import normal


def parts(text: str, **rest: list[list[str]]) -> list[tuple[str, int | None]]:
    return [(item.text, item.count) for item in items_of(normal(text), **rest).items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 coal, a stone sword", [("3 coal", 3), ("a stone sword", None)]),
        ("wood; stone & iron + coal", [("wood", None), ("stone", None), ("iron", None), ("coal", None)]),
        ("wood and stone plus coal as well as iron",
         [("wood", None), ("stone", None), ("coal", None), ("iron", None)]),
        ("wood -> stone → iron", [("wood", None), ("stone", None), ("iron", None)]),
        ("wood\nstone", [("wood", None), ("stone", None)]),
        ("Take wood. Take stone!", [("take wood", None), ("take stone", None)]),
        ("1. wood\n2) stone\n- iron", [("wood", None), ("stone", None), ("iron", None)]),
        ("pick up 3 stones", [("pick up 3 stones", 3)]),
        ("3 wood 2 stone", [("3 wood", 3), ("2 stone", 2)]),
        ("collect 3 wood 2 stone", [("collect 3 wood", 3), ("2 stone", 2)]),
        ("wood 3 stone 2", [("wood 3", 3), ("stone 2", 2)]),
        ("wood 3 stone", [("wood", None), ("3 stone", 3)]),
        ("wood: 3, stone: 2", [("wood: 3", 3), ("stone: 2", 2)]),
        ("3x wood, stone x2, iron x 4, 5 x coal, gem × 2",
         [("3x wood", 3), ("stone x2", 2), ("iron x 4", 4), ("5 x coal", 5), ("gem × 2", 2)]),
        ("1,000 wood, 2 stone", [("1,000 wood", 1000), ("2 stone", 2)]),
        ("twenty five wood", [("twenty five wood", 25)]),
        ("two dozen eggs", [("two dozen eggs", 24)]),
        ("a dozen eggs", [("a dozen eggs", 12)]),
        ("sleep twice", [("sleep twice", 2)]),
        ("eat 3 times", [("eat 3", 3)]),
        ("３ wood", [("3 wood", 3)]),
        ("please, wood, thanks", [("wood", None)]),
        ("wood=3 and stone>=2 then iron", [("wood=3", None), ("stone>=2", None), ("iron", None)]),
        ("stand next to the tree", [("stand next to the tree", None)]),
        ("", []),
        (" , ; and . ", []),
    ],
)  # fmt: skip
def test_cuts(text: str, expected: list[tuple[str, int | None]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 wood", "^a goal of 0 asks for nothing; give a count of at least 1$"),
        ("zero wood", "^a goal of zero asks for nothing"),
        ("-3 wood", "^'-3' is no whole number above zero; write how many, for example '3'$"),
        ("wood -3", "^'-3' is no whole number"),
        ("1.5 wood", "^'1.5' is no whole number"),
        ("3,5 wood", "^'3,5' is no whole number"),
        ("1e3 wood", "^'1e3' is no whole number"),
        ("5k wood", "^'5k' is no whole number"),
        ("3rd wood", "^'3rd' is a place in an order and no count"),
        ("the second wood", "^'second' is a place in an order and no count"),
        ("9" * 5000 + " wood", "^'9{24}... .4,976 characters more.' is more than any game counts"),
        ("$3 wood", "^'.' before '3' is no part of a count; write '3' alone$"),
        ("1/2 wood", "^'/' before '2' is no part of a count"),
        ("3-4 wood", "^'3' stands before no word; say of what, for example '3 wood'$"),
        ("two hundred and wood", "^'two hundred' stands before no word"),
        ("five six wood", "^'five six' is no number"),
        ("at most 3 wood", "^a goal says how many there must be at least, which 'most' does not"),
        ("fewer than three wood", "which 'than' does not; write 'three' alone$"),
        ("wood," * (MOST_ITEMS + 1), f"^the goal asks for more than {MOST_ITEMS} things"),
    ],
)
def test_numbers_that_count_nothing_are_refused(text: str, message: str) -> None:
    with pytest.raises(UnknownGoal, match=message):
        parts(text)


def test_names_of_several_words_stay_whole() -> None:
    assert parts("seek and hide and wood", names=[("seek", "and", "hide")]) == [
        ("seek and hide", None),
        ("wood", None),
    ]


def test_words_of_names_are_no_numbers() -> None:
    assert parts("the second door", known=["second"]) == [("the second door", None)]


@pytest.mark.parametrize(
    ("text", "ordered"),
    [
        ("wood then stone", True),
        ("first wood, stone", True),
        ("wood -> stone", True),
        ("wood, after that stone", True),
        ("wood=1 then stone=1", True),
        ("wood and stone", False),
        ("then wood", False),
    ],
)
def test_an_order_is_noticed(text: str, ordered: bool) -> None:
    assert items_of(normal(text)).ordered is ordered
