"""Distinct events: one seed, one list; rare combinations are told in parts; files are checked."""

import json
from pathlib import Path

import numpy as np
import pytest

from agent.errors import BadEventList
from agent.preferences import event_list
from agent.preferences.event_list import collect_events, load_events, shipped_events
from agent.preferences.explorer import Explorer
from envs.fact_changes import NOTHING, FactChanges
from envs.registry import game_spec, make_game
from envs.seeding import EVALUATION_BASE

TOY = game_spec("toy")
STEPS = 1_500


@pytest.mark.slow
def test_the_same_seed_gives_the_same_list() -> None:
    once, again, other = (collect_events(TOY, seed, STEPS) for seed in (1, 1, 2))
    assert once == again
    assert once.to_record() != other.to_record()


def test_every_step_is_counted_and_the_most_frequent_comes_first() -> None:
    found = collect_events(TOY, 0, STEPS)
    counts = [event.count for event in found.events]
    assert found.steps == STEPS
    assert sum(counts) == STEPS  # the toy has so few kinds of events that none is broken into parts
    assert counts == sorted(counts, reverse=True)
    assert found.events[0].text == NOTHING
    assert len({event.text for event in found.events}) == len(found.events)


def test_event_facts_that_play_never_showed_are_listed() -> None:
    found = {tuple(event.signs): event for event in collect_events(TOY, 0, 50).events}
    assert found[("did.collect_gem",)].count == 0
    assert {(fact.name,) for fact in TOY.facts if fact.kind == "event"} <= set(found)


def test_rare_combinations_are_counted_with_each_of_their_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {event.text: event.count for event in collect_events(TOY, 0, STEPS).events}
    monkeypatch.setattr(event_list, "COMBINATIONS_PER_CHANGE", 0)
    monkeypatch.setattr(event_list, "KEPT_COMBINATIONS", 0)
    parts = {event.text: event.count for event in collect_events(TOY, 0, STEPS).events}
    taken = whole["wood was taken from a tree; more pieces of wood carried"]
    assert taken > 0
    assert parts["wood was taken from a tree"] == whole["wood was taken from a tree"] + taken
    assert parts["more pieces of wood carried"] == taken
    assert not any(";" in text for text in parts)


def test_play_returns_to_places_and_stays_on_training_seeds() -> None:
    class Watched:
        def __init__(self) -> None:
            self.game = make_game("toy")
            self.seeds: list[int] = []
            self.restored = 0

        def reset(self, seed: int) -> None:
            self.seeds.append(seed)
            self.game.reset(seed)

        def restore(self, data: bytes) -> None:
            self.restored += 1
            self.game.restore(data)

        def __getattr__(self, name: str) -> object:
            return getattr(self.game, name)

    watched = Watched()
    before, after = Explorer(watched, 0).play(STEPS)  # type: ignore[arg-type]
    assert before.shape == after.shape == (STEPS, len(TOY.facts))
    assert watched.restored > 20
    assert all(0 <= seed < EVALUATION_BASE for seed in watched.seeds)
    assert len(set(watched.seeds)) == len(watched.seeds)


@pytest.mark.slow
def test_arenas_are_explored_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("minihack")
    import dataclasses

    monkeypatch.setattr(event_list, "ARENA_STEPS", event_list.GAME_STEPS)
    spec = game_spec("nethack")
    few = dataclasses.replace(spec, arenas={"river": spec.arenas["river"]})
    found, again = collect_events(few, 3, 500), collect_events(few, 3, 500)
    assert found == again
    assert found.steps == 1_000
    assert any(event.count for event in found.events if event.text == "pushed a boulder")


def test_a_list_is_written_and_read(tmp_path: Path) -> None:
    found = collect_events(TOY, 0, 200)
    found.save(tmp_path / "events.json")
    assert load_events(tmp_path / "events.json", TOY) == found


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"game": "crafter"},
        {"events": [{"signs": {"near.tree": 1}, "count": 1}]},
        {"events": [{"count": 1}]},
        {"events": 3},
    ],
)
def test_a_file_that_is_no_such_list(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "events.json"
    path.write_text(json.dumps({**collect_events(TOY, 0, 50).to_record(), **change}), encoding="utf-8")
    with pytest.raises(BadEventList, match=r"events\.json is no list of events of 'toy' .*--collect"):
        load_events(path, TOY)
    with pytest.raises(BadEventList, match=r"gone\.json"):
        load_events(tmp_path / "gone.json", TOY)


@pytest.mark.parametrize("game", ["toy", "nethack"])
def test_the_lists_that_are_shipped(game: str) -> None:
    spec = game_spec(game)
    found = shipped_events(spec)
    assert found is not None
    signs = found.signs(FactChanges(spec))
    assert len(np.unique(signs, axis=0)) == len(found.events) < 400
    assert not signs[[event.text for event in found.events].index(NOTHING)].any()


@pytest.mark.slow
def test_the_list_of_the_toy_is_what_exploring_gives() -> None:
    assert shipped_events(TOY) == collect_events(TOY)


def test_a_game_without_a_list() -> None:
    assert shipped_events(game_spec("crafter")) is None
