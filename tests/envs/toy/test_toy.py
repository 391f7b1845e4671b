"""The toy game's rules, facts, encoding, snapshots and pictures, on meadows laid out by hand."""

import json
import random

import numpy as np
import pytest

from envs.errors import BadFocus, BadSnapshot
from envs.facts import FAR, EndStatus
from envs.game import Focus
from envs.toy import snapshot
from envs.toy.game import ToyGame
from envs.toy.spec import ACTIONS, FOCUS_SIZE, SELF_SIZE, SPEC, VIEW_SIZE

TILES = {".": 0, "T": 1, "R": 2, "B": 3, "G": 4, "L": 5}
WAYS = {"left": 0, "right": 1, "up": 2, "down": 3}


def meadow(*rows: str, facing: str = "right", **inventory: int) -> ToyGame:
    """A game whose top left corner looks like `rows`; ``@`` is the player, the rest is grass."""
    text = "".join(row.ljust(9, ".") for row in rows).ljust(81, ".")
    state = snapshot.ToyState(
        squares="".join(str(TILES.get(letter, 0)) for letter in text),
        player=text.index("@"),
        facing=WAYS[facing],
        inventory=tuple(inventory.get(name, 0) for name in ("wood", "stone", "pick", "gem")),
        done=(0,) * 5,
        steps=0,
        max_steps=200,
        status=0,
    )
    game = ToyGame()
    game.restore(snapshot.dump(state))
    return game


def act(game: ToyGame, *names: str) -> EndStatus:
    for name in names:
        status = game.step(ACTIONS.index(name))
    return status


def changed(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def encoding(game: ToyGame, *seek: str) -> np.ndarray:
    out = np.full(SPEC.encoding_size, np.nan, dtype=np.float32)
    game.encode(Focus(seek=seek), out)
    return out


def focus_part(game: ToyGame, *seek: str) -> list[float]:
    return encoding(game, *seek)[VIEW_SIZE + SELF_SIZE :].tolist()


def test_the_whole_tech_tree_wins():
    game = meadow("@T", ".", "RG")
    way = ["take", "take", "take", "down", "take", "place_bench", "make_pick", "right", "down", "take"]
    before = game.facts()
    assert act(game, *way) == EndStatus.SUCCESS
    assert game.status == EndStatus.SUCCESS
    assert game.steps == 10
    assert changed(before, game.facts()) == {
        "pick": 1,  # 3 wood - 2 for the bench - 1 for the pick = 0, 1 stone - 1 for the pick = 0
        "gem": 1,
        # from (0, 0) to (1, 1): the tree at (1, 0) stays beside, and so do neither bench (0, 2) nor old gem
        "known.rock": -1,
        "known.bench": 1,
        "known.gem": -1,
        "distance.rock": FAR - 1,  # was one move down, then beside; now there is none
        "distance.bench": 1 - FAR,  # one move left, then beside
        "distance.gem": FAR - 2,  # was two moves away
        "did.collect_wood": 3,
        "did.place_bench": 1,
        "did.collect_stone": 1,
        "did.make_pick": 1,
        "did.collect_gem": 1,
        "facing.blocked": -1,  # the gem's square is grass now
    }


def test_walking_turns_and_stops_at_things_and_edges():
    game = meadow("@.T")
    act(game, "left")
    assert (game.facts()["facing.blocked"], game.facts()["distance.tree"]) == (1, 1)
    act(game, "right", "right")
    assert (game.facts()["facing.blocked"], game.facts()["near.tree"]) == (1, 1)
    act(game, "down")
    assert (game.facts()["facing.blocked"], game.facts()["distance.tree"]) == (0, 1)


def test_taking_needs_the_thing_in_front():
    game = meadow("@T", "R", facing="up")
    assert changed(game.facts(), (act(game, "take"), game.facts())[1]) == {}
    act(game, "down", "take")
    assert (game.facts()["stone"], game.facts()["wood"], game.facts()["known.rock"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("carried", "works"), [({"wood": 1}, False), ({"wood": 2}, True), ({"stone": 9}, False)]
)
def test_a_bench_takes_two_wood_and_grass(carried, works):
    game = meadow("@", **carried)
    act(game, "place_bench")
    assert game.facts()["near.bench"] == game.facts()["did.place_bench"] == int(works)
    assert game.facts()["wood"] == (0 if works else carried.get("wood", 0))


def test_a_bench_needs_free_ground():
    game = meadow("@T", wood=9)
    act(game, "place_bench")
    act(game, "left", "place_bench")  # the edge
    assert (game.facts()["wood"], game.facts()["known.bench"], game.facts()["known.tree"]) == (9, 0, 1)


@pytest.mark.parametrize(
    ("rows", "carried", "works"),
    [
        (("@B",), {"wood": 1, "stone": 1}, True),
        (("@", "B"), {"wood": 1, "stone": 1}, True),  # beside is enough, no need to face it
        (("@", ".B"), {"wood": 1, "stone": 1}, False),  # a corner is not beside
        (("@B",), {"wood": 1}, False),
        (("@B",), {"stone": 1}, False),
        (("@B",), {"wood": 1, "stone": 1, "pick": 9}, False),
    ],
)
def test_a_pick_takes_one_wood_and_one_stone_beside_a_bench(rows, carried, works):
    game = meadow(*rows, **carried)
    before = game.facts()
    act(game, "make_pick")
    made = {"wood": -1, "stone": -1, "pick": 1, "did.make_pick": 1}
    assert changed(before, game.facts()) == (made if works else {})


def test_the_gem_needs_a_pick():
    bare, armed = meadow("@G"), meadow("@G", pick=1)
    assert act(bare, "take") == EndStatus.RUNNING
    assert act(armed, "take") == EndStatus.SUCCESS
    assert (bare.facts()["gem"], armed.facts()["gem"], armed.facts()["pick"]) == (0, 1, 1)


def test_nine_is_all_one_can_carry():
    game = meadow("@T", "R", wood=9, stone=9)
    act(game, "take", "down", "take")
    facts = game.facts()
    assert (facts["wood"], facts["stone"], facts["known.rock"], facts["did.collect_wood"]) == (9, 9, 1, 0)


def test_lava_kills_and_is_announced():
    game = meadow("@L")
    assert (game.facts()["facing.lava"], game.facts()["facing.blocked"]) == (1, 0)
    assert act(game, "right") == EndStatus.DEATH
    with pytest.raises(RuntimeError, match=r"the episode ended with DEATH after 1 steps; call reset\(seed\)"):
        game.step(0)


def test_only_hazards_bring_lava():
    tame, wild = ToyGame(), ToyGame(hazards=True)
    for seed in range(20):
        tame.reset(seed)
        wild.reset(seed)
        assert json.loads(tame.snapshot())["state"]["squares"].count("5") == 0
        assert json.loads(wild.snapshot())["state"]["squares"].count("5") == 3


@pytest.mark.parametrize("hazards", [False, True])
def test_everything_can_be_reached_on_every_meadow(hazards):
    game = ToyGame(hazards=hazards)
    for seed in range(200):
        game.reset(seed)
        facts = game.facts()
        assert all(facts[f"distance.{thing}"] < FAR for thing in ("tree", "rock", "gem"))
        assert [facts[f"known.{thing}"] for thing in ("tree", "rock", "bench", "gem")] == [5, 4, 0, 1]
        assert facts["distance.bench"] == FAR


def test_distance_goes_around_and_first_step_follows():
    # row 0: player, then a wall of rock, and the tree behind it; the way: down 2, right 2, up 1 = 5 moves,
    # which ends on (2, 1), below the tree
    game = meadow("@RT", ".R.", "...", facing="up")
    assert game.facts()["distance.tree"] == 5
    sought, known, beside, front, distance, *step, dx, dy = _named_focus(game, "tree")
    assert (sought, known, beside, front) == ([1, 0, 0, 0], 1, 0, 0)
    assert distance == pytest.approx(5 / 18)
    assert step == [0, 0, 0, 1]
    assert (dx, dy) == pytest.approx((2 / 9, 0))
    for name in ("down", "down", "right", "right", "up"):
        way = _named_focus(game, "tree")[5:9]
        assert ACTIONS[1 + way.index(1.0)] == name
        act(game, name)
    assert game.facts()["near.tree"] == 1
    assert _named_focus(game, "tree")[2:5] == [1, 1, 0]


def _named_focus(game: ToyGame, *seek: str) -> list:
    values = focus_part(game, *seek)
    return [values[:4], *values[4:]]


def test_a_thing_beside_but_not_in_front_says_where_to_turn():
    game = meadow("@.", "T", facing="right")
    assert _named_focus(game, "tree")[1:5] == [1, 1, 0, 0]
    assert _named_focus(game, "tree")[5:9] == [0, 0, 0, 1]


def test_seeking_two_things_leads_to_the_nearer():
    game = meadow("@..T", "", "", "R")
    assert game.facts()["distance.tree"] == 2
    assert game.facts()["distance.rock"] == 2
    act(game, "down")
    assert _named_focus(game, "tree", "rock")[4] == pytest.approx(1 / 18)
    assert _named_focus(game, "tree", "rock")[0] == [1, 1, 0, 0]


def test_out_of_reach_is_known_without_a_way():
    game = meadow("@R.......", "R.......T")
    values = _named_focus(game, "tree")
    assert game.facts()["distance.tree"] == FAR
    assert values[1:4] == [1, 0, 0]
    assert values[4] == 1
    assert values[5:9] == [0, 0, 0, 0]


def test_nothing_sought_and_nothing_there():
    game = meadow("@T")
    nothing = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert focus_part(game) == [0, 0, 0, 0, *nothing]
    assert focus_part(game, "gem") == [0, 0, 0, 1, *nothing]


def test_view_and_self_part_of_the_encoding():
    game = meadow("@T", "G", wood=3, stone=1)
    values = encoding(game)
    view = values[:VIEW_SIZE].reshape(5, 5, 6)  # planes: tree, rock, bench, gem, lava, edge
    assert view[2, 3].tolist() == [1, 0, 0, 0, 0, 0]
    assert view[3, 2].tolist() == [0, 0, 0, 1, 0, 0]
    assert view[2, 2].tolist() == view[4, 4].tolist() == [0] * 6
    assert view[:2, :, 5].all()
    assert view[:, :2, 5].all()
    own = values[VIEW_SIZE : VIEW_SIZE + SELF_SIZE].tolist()
    assert own == pytest.approx([0, 1, 0, 0, *[1, 0, 0, 0, 0, 0], 3 / 9, 1 / 9, 0, 0, *[1, 1, 0], 0, 0])
    act(game, "noop")
    assert encoding(game)[VIEW_SIZE + SELF_SIZE - 1] == pytest.approx(1 / 200)


def test_sizes_add_up():
    assert SPEC.encoding_size == VIEW_SIZE + SELF_SIZE + FOCUS_SIZE == 150 + 19 + 14


def test_an_unknown_focus_leaves_the_output_alone():
    out = np.full(SPEC.encoding_size, 7, dtype=np.float32)
    with pytest.raises(BadFocus, match="toy cannot look for 'trees'; did you mean 'tree'"):
        ToyGame().encode(Focus(seek=("trees",)), out)
    assert (out == 7).all()


def test_bad_actions_cost_nothing():
    game = ToyGame()
    for action in (-1, len(ACTIONS), 99):
        with pytest.raises(ValueError, match=rf"action {action} is out of range; toy has actions 0\.\.7"):
            game.step(action)
    with pytest.raises(TypeError):
        game.step(1.5)  # type: ignore[arg-type]
    assert game.steps == 0


def test_time_runs_out_and_a_limit_must_be_positive():
    game = ToyGame()
    game.reset(3, max_steps=2)
    assert [game.step(0), game.step(0)] == [EndStatus.RUNNING, EndStatus.TIME_LIMIT]
    with pytest.raises(ValueError, match="max_steps is 0; an episode has at least 1 step"):
        game.reset(3, max_steps=0)
    assert game.steps == 2


def test_winning_on_the_last_step_is_winning():
    game = meadow("@G", pick=1)
    for _ in range(199):
        act(game, "noop")
    assert act(game, "take") == EndStatus.SUCCESS
    assert game.steps == 200


def test_crashing_on_purpose_counts_over_all_episodes():
    game = ToyGame(crash_after=3)
    game.step(0)
    game.step(0)
    game.reset(1)
    game.step(0)
    with pytest.raises(RuntimeError, match="toy crashed on purpose: crash_after=3 steps are over"):
        game.step(0)
    assert game.steps == 1


def _walk(game: ToyGame, rng: random.Random, steps: int) -> list[dict[str, int]]:
    seen = []
    for _ in range(steps):
        if game.status != EndStatus.RUNNING:
            break
        game.step(rng.randrange(len(ACTIONS)))
        seen.append(game.facts())
    return seen


def test_a_snapshot_continues_exactly_elsewhere():
    game, other = ToyGame(), ToyGame(hazards=True)
    game.reset(5)
    _walk(game, random.Random(1), 80)
    data = game.snapshot()
    other.restore(data)
    assert other.snapshot() == data
    assert (other.steps, other.status) == (game.steps, game.status)
    assert _walk(game, random.Random(2), 80) == _walk(other, random.Random(2), 80)


def _edited(**changes: object) -> bytes:
    document = json.loads(ToyGame().snapshot())
    document["state"].update(changes)
    document["check"] = snapshot._digest(document["state"])
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "these 0 bytes are no toy snapshot"),
        (b"\xff\xfe\x80", "these 3 bytes are no toy snapshot"),
        (b"[1, 2]", "snapshot of game None, not of 'toy'"),
        (b'{"game": "crafter"}', "snapshot of game 'crafter', not of 'toy'; restore it into that game"),
        (b'{"game": "toy", "schema": 9}', "toy snapshot has schema 9, this version reads 1"),
        (ToyGame().snapshot().replace(b'"steps":0', b'"steps":1'), "damaged: its checksum does not fit"),
        (_edited(extra=1), "has fields .*'extra'.*expected"),
        (_edited(player=81), r"player is 81, expected a whole number 0\.\.80"),
        (_edited(facing=True), "facing is True, expected a whole number"),
        (_edited(max_steps=0), "max_steps is 0"),
        (_edited(squares="6" * 81), "squares are '666"),
        (_edited(squares="0"), "squares are '0', expected 81 digits"),
        (_edited(inventory=[1, 2, 3]), r"inventory is \[1, 2, 3\], expected 4 whole numbers 0\.\.9"),
        (_edited(done=[0, 0, 0, 0, -1]), "done is .*expected 5 whole numbers"),
    ],
)
def test_a_bad_snapshot_is_refused_and_changes_nothing(data, message):
    game = ToyGame()
    game.reset(4)
    act(game, "right", "down")
    before = game.snapshot()
    with pytest.raises(BadSnapshot, match=message):
        game.restore(data)
    assert game.snapshot() == before


def test_caption_in_words():
    game = meadow("@T..G", "R", "RR", ".RT", facing="up", wood=2, pick=1)
    assert game.caption() == (
        "You stand in column 1, row 1 of a 9 by 9 meadow, facing up towards edge.\n"
        "You carry 2 wood, 1 pick.\n"
        "You see 2 tree (nearest beside you), 4 rock (nearest beside you), 1 gem (nearest out of reach)."
    )
    assert meadow("@").caption().endswith("You carry nothing.\nYou see only grass.")


def test_picture_shows_things_where_they_are():
    game = meadow("@T", "G")
    image = game.frame((90, 180))  # 10 x 20 pixels per square
    assert image.shape == (180, 90, 3)
    assert image.dtype == np.uint8
    tree, gem, grass = image[10, 15], image[30, 5], image[30, 15]
    assert tree.tolist() == [34, 98, 46]
    assert gem.tolist() == [92, 212, 226]
    assert grass.tolist() == [126, 186, 96]
    assert image[10, 5].tolist() == [244, 214, 90]
    turned = meadow("@T", "G", facing="down").frame((90, 180))
    assert (turned != image).any()


def test_the_manual_explains_every_action_and_keeps_the_recipes_secret():
    text = SPEC.manual.read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in ACTIONS)
    assert not any(phrase in text for phrase in ("2 wood", "two wood", "two pieces", "1 stone", "1 wood"))
