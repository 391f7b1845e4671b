"""What a step says: which changes are told, and in which words."""

import dataclasses

import numpy as np
import pytest

from envs.contract.check_spec import spec_violations
from envs.fact_changes import NOTHING, FactChanges, channels
from envs.game import GameSpec
from envs.registry import game_spec

TOY = game_spec("toy")
NETHACK = game_spec("nethack")


def rows(spec: GameSpec, *states: dict[str, int]) -> np.ndarray:
    table = np.zeros((len(states), len(spec.facts)), np.int32)
    for row, state in zip(table, states, strict=True):
        for fact, value in state.items():
            row[spec.fact_index[fact]] = value
    return table


def told(spec: GameSpec, before: dict[str, int], after: dict[str, int]) -> str:
    changes = FactChanges(spec)
    return changes.text(changes.signs(rows(spec, before), rows(spec, after))[0])


def test_events_come_first_and_counts_last() -> None:
    before = {"hp": 12, "gold": 0, "did.pickup": 3}
    after = {"hp": 9, "gold": 57, "did.pickup": 4, "did.get_hit": 1}
    assert told(NETHACK, before, after) == (
        "picked something up; was attacked; hit points fell; more gold pieces carried"
    )


def test_the_amount_of_a_change_is_not_told() -> None:
    assert told(TOY, {"wood": 0}, {"wood": 1}) == told(TOY, {"wood": 2}, {"wood": 9})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({"known.altar": 0}, {"known.altar": 1}),  # remembered
        ({"distance.stairs_down": 99}, {"distance.stairs_down": 4}),  # a distance
        ({"near.altar": 0}, {"near.altar": 1}),  # a place
        ({"turn": 7}, {"turn": 8}),  # a status that the game does not name
        ({"max_experience_level": 1}, {"max_experience_level": 2}),  # taken out by name
    ],
)
def test_state_is_no_news(before: dict[str, int], after: dict[str, int]) -> None:
    assert told(NETHACK, before, after) == NOTHING


def test_an_episode_that_begins_anew_is_no_event() -> None:
    changes = FactChanges(TOY)
    signs = changes.signs(rows(TOY, {"did.collect_wood": 4}), rows(TOY, {"did.collect_wood": 0}))
    assert not signs.any()


def test_names_and_rows_say_the_same() -> None:
    changes = FactChanges(TOY)
    row = changes.row({"wood": -1, "did.place_bench": 1})
    assert changes.by_name(row) == {"did.place_bench": 1, "wood": -1}
    assert changes.text(row) == "a bench was placed; fewer pieces of wood carried"
    with pytest.raises(KeyError):
        changes.row({"near.tree": 1})


@pytest.mark.parametrize("game", ["toy", "crafter", "nethack"])
def test_every_event_of_a_game_has_words_of_its_own(game: str) -> None:
    spec = game_spec(game)
    words = [word for channel in channels(spec) for word in (channel.rise, channel.fall) if word]
    assert len(words) == len(set(words))
    assert not any("how often" in word or ": more" in word for word in words)
    facts = {channel.fact for channel in channels(spec)}
    assert {f.name for f in spec.facts if f.name.startswith("did.")} <= facts


def test_a_spec_that_tells_of_what_is_not_there() -> None:
    broken = dataclasses.replace(TOY, fact_changes={"helth": ("a", "b")}, once_only=("wood",))
    found = list(spec_violations(broken))
    assert "spec: fact_changes tells of 'helth', which is no fact" in found
    assert "spec: once_only names 'wood', which is no event fact" in found
