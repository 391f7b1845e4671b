"""MaestroMotif's composite tasks, moment by moment, and the steps that its protocol counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from agent.evaluation.scoring.criterion import Criterion
from agent.evaluation.scoring.meter import Meter, maestromotif_steps
from agent.evaluation.scoring.nethack.kinds import make_criterion
from agent.evaluation.scoring.nethack.progression import entry
from agent.evaluation.scoring.scored_step import ScoredStep
from agent.evaluation.suites.suite import load_suite
from envs.nethack.event_counts import Place
from envs.nethack.game import NetHackGame

MINES, DUNGEONS = 2, 0
DESCENDED = "You descend the stairs."
KILL = "You kill the newt!"
CLIMB = "Beware, there will be no return!  Still climb? [yn] (n)"
SOLD = "You sold a dagger for 2 gold pieces."
MEAL = "What do you want to eat? [fgh or ?*]"


@dataclass
class World:
    """A player that is moved by hand."""

    place: Place = field(default_factory=lambda: Place(0, 1, 1, 1, 0, 1, 1))
    rows: tuple[str, ...] = ()
    step: int = 0
    levels: dict[str, tuple[int, int]] = field(default_factory=lambda: {"oracle": (0, 6)})

    def overview(self) -> tuple[str, ...]:
        return self.rows

    def special_levels(self) -> dict[str, tuple[int, int]]:
        return self.levels

    def act(
        self, criterion: Criterion, action: str = "search", *said: str, alive: bool = True, steps: int = 1,
        branch: int | None = None, level: int | None = None, gold: int | None = None, turns: int = 1,
        rank: int | None = None,
    ) -> float:  # fmt: skip
        before = self.place
        self.place = Place(
            before.branch if branch is None else branch,
            before.level if level is None else level,
            before.depth if level is None else level + 2 * (branch == MINES),
            before.turn + turns,
            before.gold if gold is None else gold,
            1,
            before.experience_level if rank is None else rank,
        )
        self.step += steps
        criterion.watch(ScoredStep(action, said, before, self.place, (), self.step, alive, self))  # type: ignore[arg-type]
        return criterion.value


@pytest.fixture
def world() -> World:
    return World()


def make(world: World, kind: str, **settings: Any) -> Criterion:
    criterion = make_criterion({"kind": kind, **settings})
    criterion.begin(world)  # type: ignore[arg-type]
    return criterion


@pytest.mark.parametrize("kind", ["golden_exit_rule", "golden_exit"])
def test_golden_exit_wants_all_parts_before_the_prompt(world: World, kind: str) -> None:
    exit = make(world, kind)
    for _ in range(24):
        world.act(exit, "fight", KILL)
    world.act(exit, gold=20)
    world.act(exit, "down", level=3)
    assert world.act(exit, "up", CLIMB) == 0
    world.act(exit, "fight", "You destroy the kobold zombie!")
    assert world.act(exit, "search") == 0
    assert world.act(exit, "up", CLIMB) == 1
    assert exit.decided and exit.at == world.step


def test_what_golden_exit_counts_in_truth(world: World) -> None:
    rule, true = make(world, "golden_exit_rule"), make(World(), "golden_exit")
    other = World()
    for _ in range(25):  # what others kill is no kill of the player's
        world.act(rule, "search", "The kitten kills the newt!")
        other.act(true, "search", "The kitten kills the newt!")
    for place, criterion in ((world, rule), (other, true)):
        place.act(criterion, gold=30)
        place.act(criterion, "down", branch=MINES, level=1)  # three levels deep, but not in the Dungeons
        place.act(criterion, "up", CLIMB)
    assert (rule.value, true.value) == (1, 0)


def test_level_up_and_sell(world: World) -> None:
    rule, other = make(world, "level_up_sell_rule"), World()
    true = make(other, "level_up_sell")
    for place, criterion in ((world, rule), (other, true)):
        place.act(criterion, "drop", SOLD)
        assert place.act(criterion, "search", steps=300) == 0
    assert world.act(rule, "search") == 1
    assert other.act(true, "search") == 0  # sold at experience level 1
    other.act(true, rank=4)
    other.act(true, "down", level=2)
    other.act(true, "drop", SOLD)
    assert other.act(true, "search", steps=301, alive=False) == 0
    assert other.act(true, "search") == 1
    early = World()
    true = make(early, "level_up_sell")
    early.act(true, "down", level=2)
    early.act(true, rank=4)
    early.act(true, "drop", SOLD)
    assert early.act(true, "search", steps=400) == 0  # left the first level too soon


def test_discovery_hunger(world: World) -> None:
    rule, other = make(world, "discovery_hunger_rule", texts=["Level 7"]), World()
    true = make(other, "discovery_hunger", special="oracle")
    world.rows = ("   Level 7: <- You are here.",)
    for place, criterion in ((world, rule), (other, true)):
        place.act(criterion, "eat", MEAL)  # in the Dungeons: does not count
        place.act(criterion, "down", DESCENDED, level=6)
        assert criterion.value == 0
        place.act(criterion, "down", DESCENDED, branch=MINES, level=1)
        place.act(criterion, "eat", MEAL, turns=0)
    assert world.act(rule, "down", DESCENDED, level=2) == 1
    other.act(true, "down", branch=DUNGEONS, level=6)
    assert true.value == 0  # the meal took no time: nothing was eaten
    other.act(true, "up", branch=MINES, level=1)
    other.act(true, "eat", MEAL, turns=2)
    assert other.act(true, "down", branch=DUNGEONS, level=6) == 1


def test_the_overview_counts_only_after_the_stairs_and_only_while_alive(world: World) -> None:
    shows = make(world, "overview_shows", texts=["Level 7", "Level 8"])
    world.rows = ("Level 8:",)
    assert world.act(shows, "search", "You fall through...", level=8) == 0
    assert world.act(shows, "down", DESCENDED, alive=False) == 0
    assert world.act(shows, "down", DESCENDED) == 1


def test_the_prompt_at_the_way_out_is_heard_in_the_game() -> None:
    game = NetHackGame()
    game.reset(4)
    game.step(game.spec.action_index["up"])
    assert any("climb?" in message for message in game.said)
    assert game.status.name == "RUNNING"
    game.close()


class Keys:
    keys = 1


@pytest.mark.parametrize(("unit", "used"), [("actions", 4), ("keys", 10), ("maestromotif", 1 + 20 + 3 + 1)])
def test_steps_of_protocols(unit: str, used: int) -> None:
    meter = Meter(unit, Keys())  # type: ignore[arg-type]  # one key was pressed before the first action
    meter.add("move_west", 2, 1)
    meter.add("travel_down", 5, 20)
    meter.add("wait_20", 8, 20)
    assert meter.idle == 0
    meter.add("travel_altar", 10 if unit == "keys" else 8, 0)
    assert meter.used == used
    assert meter.idle == {"actions": 1, "keys": 2, "maestromotif": 1}[unit]


def test_an_action_of_the_published_agent_counts_its_keys_and_any_other_one_its_turns() -> None:
    assert maestromotif_steps("far_west", 1, 12) == 1
    assert maestromotif_steps("eat", 3, 5) == 3
    assert maestromotif_steps("search_10", 3, 10) == 10
    assert maestromotif_steps("wear", 2, 5) == 5


def tables() -> Iterator[dict[int, float]]:
    settings = load_suite("balrog-nethack").tasks[0].criteria["progress"]
    for name in ("depths", "experience_levels"):
        yield {int(mark): percent for mark, percent in settings[name].items()}


def test_progression_is_the_larger_entry_of_the_tables() -> None:
    depths, ranks = tables()
    assert [entry(depths, mark) for mark in (1, 2, 10, 14, 15, 60)] == [0, 1.54, 12.56, 25.66, 30.9, 80.7]
    assert [entry(ranks, mark) for mark in (1, 2, 13, 14, 30)] == [0, 1.85, 33.3, 49.4, 49.4]
    assert list(depths.values()) == sorted(depths.values()) and list(ranks.values()) == sorted(ranks.values())
    world = World()
    progress = make(world, **load_suite("balrog-nethack").tasks[0].criteria["progress"])
    assert world.act(progress, level=10) == pytest.approx(12.56)
    assert world.act(progress, level=1) == pytest.approx(12.56)  # what was visited once counts
    assert world.act(progress, rank=10) == pytest.approx(17.9)
