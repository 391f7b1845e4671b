from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise, repeat
from typing import Any

import numpy as np
import pytest

from agent.play.code_shelf import CodeShelf
from agent.play.kit import Kit
from agent.play.kit_code import KitCode
from agent.play.learned_option import STUCK_TEMPERATURE, TEMPERATURE, LearnedOption
from agent.play.option_factory import OptionFactory
from agent.play.scripted_option import ScriptedOption
from agent.testing.abilities import Ability, kit_of
from agent.testing.toy import SPEC, walk
from envs.game import Focus, GameSpec
from envs.toy.game import ToyGame
from envs.toy.meadow import BENCH, GRASS, ROCK, SIDE, TREE
from envs.toy.snapshot import ToyState, dump
from skills.code.sandbox import Sandbox
from skills.skill import FocusRecord, SkillStats

PICK = Ability(
    name="make_pick",
    kind="craft",
    obtains={"pick": 1},
    requires={"near.bench": 1},
    consumes={"wood": 1, "stone": 1},
    action="make_pick",
    until=False,
)
PLACE = Ability(
    name="place_bench",
    kind="craft",
    obtains={"did.place_bench": 1},
    consumes={"wood": 2},
    action="place_bench",
    until=False,
)
CHOP = Ability(name="chop", obtains={"wood": 1}, seek=("tree",))
BACK = {"left": "right", "right": "left", "up": "down", "down": "up"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def meadow(player: tuple[int, int], things: dict[tuple[int, int], int], wood: int = 0) -> ToyGame:
    """A game on grass with these tiles, (column, row) -> tile; the player faces right, then down."""
    squares = [things.get((i % SIDE, i // SIDE), GRASS) for i in range(SIDE * SIDE)]
    state = ToyState(
        squares="".join(map(str, squares)),
        player=player[1] * SIDE + player[0],
        facing=1,
        inventory=(wood, 0, 0, 0),
        done=(0, 0, 0, 0, 0),
        steps=0,
        max_steps=200,
        status=0,
    )
    game = ToyGame()
    game.restore(dump(state))
    return game


def open_shop(kit: Kit, spec: GameSpec, sandbox: Sandbox, seed: int) -> OptionFactory:
    return OptionFactory(kit, kit.open_graph(), spec, KitCode(kit, spec, CodeShelf(sandbox)), seed)


def tried(ability: Ability) -> Kit:
    """A kit with an ability that has passed its trials."""
    kit = kit_of(ability)
    stats = SkillStats(successes=12, steps=12)
    return replace(
        kit, skills={name: s.model_copy(update={"stats": stats}) for name, s in kit.skills.items()}
    )


def shop(sandbox: Sandbox, *abilities: Ability, seed: int = 0, **kit: Any) -> OptionFactory:
    return open_shop(kit_of(*abilities, **kit), SPEC, sandbox, seed)


def acts(game: ToyGame, option: Any, n: int) -> list[tuple[str, int]]:
    """The actions chosen, each with ``near.bench`` at the moment of the choice."""
    chosen = []
    for _ in range(n):
        beside = game.facts()["near.bench"]
        action = option.act(game)
        chosen.append((SPEC.actions[action], beside))
        game.step(action)
    return chosen


@pytest.mark.parametrize("seed", range(4))
def test_a_step_that_loses_the_place_is_taken_back(sandbox: Sandbox, seed: int) -> None:
    game = meadow((4, 4), {(5, 4): BENCH, (3, 3): TREE})  # no wood: the pick is never made
    played = acts(game, shop(sandbox, PICK, seed=seed)("make_pick"), 40)
    assert played[0] == ("make_pick", 1)
    for (before, was_beside), (action, beside) in pairwise(played):
        if not beside:  # the move before lost the place: it is taken back, and nothing else is done out there
            assert was_beside and action == BACK[before]
        elif before in BACK and was_beside:  # the move before kept the place: the action is tried from here
            assert action == "make_pick"
    assert sum(not beside for _, beside in played) >= 3
    assert all(beside for action, beside in played if action == "make_pick")
    assert {action for action, _ in played} == {"make_pick", *BACK}


def test_begun_away_from_the_place_it_stays_where_it_is(sandbox: Sandbox) -> None:
    game = meadow((0, 0), {(8, 8): BENCH})
    played = acts(game, shop(sandbox, PICK)("make_pick"), 10)
    assert played == [("make_pick", 0)] * 10


def test_without_a_place_to_keep_it_turns_until_it_works(sandbox: Sandbox) -> None:
    game = meadow((4, 4), {(5, 4): TREE}, wood=2)  # a bench cannot be placed on the tree in front
    option = shop(sandbox, PLACE)("place_bench")
    for step in range(20):
        action = option.act(game)
        assert step > 0 or SPEC.actions[action] == "place_bench"
        game.step(action)
        if game.facts()["did.place_bench"]:
            break
    assert game.facts()["did.place_bench"] == 1
    # One round tries to stay beside the tree (a step away, the step back, the action: at most 4 x 3 + 1), the
    # next may leave it: one more move, and the action on free grass.
    assert step <= 16


@pytest.mark.parametrize("seed", range(4))
def test_the_place_where_it_begins_is_left_in_the_second_round_only(sandbox: Sandbox, seed: int) -> None:
    game, option = meadow((4, 4), {(5, 4): TREE}), shop(sandbox, PLACE, seed=seed)("place_bench")
    played = []
    for _ in range(40):  # no wood: the bench is never placed
        beside = game.facts()["near.tree"]
        played.append((SPEC.actions[option.act(game)], beside))
        game.step(SPEC.action_index[played[-1][0]])
    first = next(i for i, (_, beside) in enumerate(played) if not beside)
    assert played[first] == (BACK[played[first - 1][0]], 0)
    assert ("place_bench", 0) in played[first:]


@pytest.mark.parametrize("seed", range(4))
def test_where_no_side_is_free_it_makes_room(sandbox: Sandbox, seed: int) -> None:
    rocks = dict.fromkeys([(3, 4), (5, 4), (4, 3), (4, 5)], ROCK)
    assert SPEC.clears == ()
    stuck = acts(meadow((4, 4), rocks, wood=2), shop(sandbox, PLACE, seed=seed)("place_bench"), 30)
    assert {action for action, _ in stuck} == {"place_bench", *BACK}
    game = meadow((4, 4), rocks, wood=2)
    spec = replace(SPEC, clears=("take",))
    option = open_shop(tried(PLACE), spec, sandbox, seed)("place_bench")
    # The action; four turns, each with the action: 9. The action again, a turn, the rock taken, the action.
    played = acts(game, option, 13)
    assert [action for action, _ in played[9:]][::2] == ["place_bench", "take"]
    assert "take" not in {action for action, _ in played[:9]}
    assert game.facts()["did.place_bench"] == 1 and game.facts()["stone"] == 1


@pytest.mark.parametrize(("wood", "admitted"), [(1, True), (2, False)])
def test_room_is_made_only_where_it_teaches_nothing_wrong(
    sandbox: Sandbox, wood: int, admitted: bool
) -> None:
    rocks = dict.fromkeys([(3, 4), (5, 4), (4, 3), (4, 5)], ROCK)
    spec = replace(SPEC, clears=("take",))
    option = open_shop(tried(PLACE) if admitted else kit_of(PLACE), spec, sandbox, 0)("place_bench")
    assert {action for action, _ in acts(meadow((4, 4), rocks, wood=wood), option, 40)} == {
        "place_bench",
        *BACK,
    }


def test_until_repeats_the_action_alone(sandbox: Sandbox) -> None:
    game = meadow((4, 4), {(5, 4): BENCH})
    option = shop(sandbox, walk("up"))("walk_up")
    assert [action for action, _ in acts(game, option, 8)] == ["up"] * 8


def test_a_game_without_moves_only_repeats(sandbox: Sandbox) -> None:
    spec = replace(SPEC, moves={})
    option = open_shop(kit_of(PICK), spec, sandbox, 0)("make_pick")
    game = meadow((4, 4), {(5, 4): BENCH})
    assert [action for action, _ in acts(game, option, 5)] == ["make_pick"] * 5


def test_model_written_start_and_stop(sandbox: Sandbox) -> None:
    picky = replace(
        PLACE,
        initiation=["def initiation(facts):", "    return facts['wood'] >= 2"],
        termination=[
            "def termination(start, facts, steps):",
            "    return start['wood'] > facts['wood'] + steps",
        ],
    )
    option = shop(sandbox, picky)("place_bench")
    assert option.may_start({"wood": 2}) and not option.may_start({"wood": 1})
    assert option.should_stop({"wood": 5}, {"wood": 2}, 2) and not option.should_stop(
        {"wood": 5}, {"wood": 2}, 3
    )


class StubPolicy:
    """Keeps what it was shown; does as it was told."""

    def __init__(self, actions: Iterable[int] = repeat(5)) -> None:
        self.actions = iter(actions)
        self.seen: list[np.ndarray] = []
        self.temperatures: list[float] = []
        self.draws: list[float] = []

    def act(
        self, encoding: np.ndarray, rng: np.random.Generator, temperature: float, forbidden: tuple[int, ...]
    ) -> int:
        self.seen.append(encoding.copy())
        self.temperatures.append(temperature)
        self.draws.append(rng.random())
        return next(self.actions)


def learned_kit(policy: StubPolicy, **focus: Any) -> Kit:
    kit = kit_of(CHOP, networks={"chop": policy})
    skill = kit.skills["chop"].model_copy(update={"focus": FocusRecord(**focus)})
    return replace(kit, skills={"chop": skill})


@pytest.mark.parametrize("thing", ["tree", "rock"])
def test_a_network_sees_the_game_through_its_focus(sandbox: Sandbox, thing: str) -> None:
    policy = StubPolicy()
    option = open_shop(learned_kit(policy, seek=(thing,)), SPEC, sandbox, 0)("chop")
    assert isinstance(option, LearnedOption)
    game = meadow((4, 4), {(1, 4): TREE, (7, 4): ROCK})
    assert option.act(game) == 5
    expected = np.zeros(SPEC.encoding_size, np.float32)
    game.encode(Focus(seek=(thing,)), expected)
    other = np.zeros(SPEC.encoding_size, np.float32)
    game.encode(Focus(seek=("rock" if thing == "tree" else "tree",)), other)
    assert np.array_equal(policy.seen[0], expected)
    assert not np.array_equal(policy.seen[0], other)
    assert policy.temperatures == [TEMPERATURE]


@pytest.mark.parametrize("action", [0, 5])
def test_draws_are_bolder_after_the_same_action_again_and_again(sandbox: Sandbox, action: int) -> None:
    policy = StubPolicy([action] * 8 + [6, action] * 4 + [6] * 8)
    option = open_shop(learned_kit(policy), SPEC, sandbox, 0)("chop")
    game = meadow((4, 4), {(1, 4): TREE})
    assert [option.act(game) for _ in range(24)] == [action] * 8 + [6, action] * 4 + [6] * 8
    calm, bold = TEMPERATURE, 1.0
    assert STUCK_TEMPERATURE == bold > calm
    # After six repetitions, and for as long as they go on; what alternates does not get stuck.
    assert policy.temperatures == [calm] * 7 + [bold] * 2 + [calm] * 14 + [bold]


def test_draws_follow_from_the_seed(sandbox: Sandbox) -> None:
    policy = StubPolicy()
    shop = open_shop(learned_kit(policy), SPEC, sandbox, 11)
    game = meadow((4, 4), {(1, 4): TREE})
    for _ in range(3):
        shop("chop").act(game)
    shop.reseed(11)
    for _ in range(3):
        shop("chop").act(game)
    shop.reseed(12)
    shop("chop").act(game)
    assert policy.draws[:3] == policy.draws[3:6]
    assert policy.draws[6] != policy.draws[0]
    assert len(set(policy.draws[:3])) == 3  # options of one episode go on with the same draws


def test_every_execution_gets_a_fresh_option(sandbox: Sandbox) -> None:
    open_shop = shop(sandbox, PICK)
    away, beside = meadow((0, 0), {(8, 8): BENCH}), meadow((4, 4), {(5, 4): BENCH})
    first = open_shop("make_pick")
    assert isinstance(first, ScriptedOption)
    acts(away, first, 3)
    # What the first one learned about its place is not passed on: the second one moves.
    assert {action for action, _ in acts(beside, open_shop("make_pick"), 8)} != {"make_pick"}
