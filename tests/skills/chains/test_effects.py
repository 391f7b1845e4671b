"""What a chain brings: by sum, and in play."""

import pytest

from skills.chains.effects import effects_in_play, summed_effects
from skills.skill import Effects

KINDS = {"wood": "count", "stone": "count", "did.build": "event", "near.hut": "place", "health": "level"}
CHOP = Effects(obtains={"wood": 1})
BUILD = Effects(requires={"near.tree": 1}, consumes={"wood": 3}, obtains={"near.hut": 1, "did.build": 1})


def test_the_sum_counts_what_earlier_parts_bring() -> None:
    summed = summed_effects([CHOP, CHOP, BUILD], KINDS)
    assert summed.consumes == {"wood": 1}
    assert summed.requires == {"near.tree": 1}
    assert summed.obtains == {"near.hut": 1, "did.build": 1}


def test_what_is_needed_at_once_is_needed_though_it_comes_back() -> None:
    needs = Effects(requires={"wood": 2}, obtains={"stone": 1})
    assert summed_effects([needs, CHOP], KINDS).requires == {"wood": 2}
    assert summed_effects([CHOP, needs], KINDS).requires == {"wood": 1}


def plays(
    *ends: dict[str, int], start: dict[str, int] | None = None
) -> list[tuple[dict[str, int], dict[str, int]]]:
    begin = {
        "wood": 2,
        "stone": 0,
        "did.build": 1,
        "near.hut": 0,
        "health": 9,
        "near.tree": 1,
        **(start or {}),
    }
    return [(begin, {**begin, **end}) for end in ends]


def test_effects_are_what_most_plays_showed() -> None:
    built = {"wood": 0, "did.build": 2, "near.hut": 1}
    found = effects_in_play([CHOP, CHOP, BUILD], plays(*[built] * 3, *[{**built, "wood": 1}] * 2), KINDS)
    assert found.obtains == {"near.hut": 1, "did.build": 1}
    assert found.consumes == {"wood": 1}  # in all of them at least one; too few lost two
    assert found.requires == {"near.tree": 1}


def test_what_the_parts_promise_and_play_does_not_show_is_no_effect() -> None:
    gone = {"wood": 0, "did.build": 2}
    assert effects_in_play([CHOP, BUILD], plays(*[gone] * 5), KINDS).obtains == {"did.build": 1}
    assert effects_in_play([CHOP, BUILD], plays({}), KINDS).obtains == {}


def test_more_than_the_parts_promise_counts_if_it_keeps_coming() -> None:
    found = effects_in_play([CHOP], plays({"wood": 5}, {"wood": 4}), KINDS)
    assert found.obtains == {"wood": 2}


def test_what_no_part_brings_is_no_effect_though_it_came_along() -> None:
    assert "stone" not in effects_in_play([CHOP], plays({"wood": 3, "stone": 4}), KINDS).obtains


def test_needs_are_the_least_that_was_there() -> None:
    found = effects_in_play([BUILD], plays({"did.build": 2}, start={"near.tree": 0}), KINDS)
    assert found.requires == {"wood": 2}


def test_nothing_follows_from_no_plays() -> None:
    with pytest.raises(ValueError, match="no plays"):
        effects_in_play([CHOP], [], KINDS)
