"""Real NetHack behind the `Game` protocol: what is done is noticed, saved states, any action at any time."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from envs.contract.check import Walk, check_game
from envs.errors import BadSnapshot
from envs.facts import FAR, EndStatus
from envs.game import Focus
from envs.nethack import levels
from envs.nethack.events import EVENTS, events_in
from envs.nethack.game import NetHackGame
from envs.nethack.prompts import MAX_USUAL_ANSWERS
from envs.nethack.spec import SPEC, WAY_SIZE
from envs.registry import make_game
from tests.envs.nethack.nethack_level import HALL, ROOM, act, level, shop, walk_to

Make = Callable[..., NetHackGame]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[NetHackGame] = []

    def build(*lines: str, drawing: str = HALL, seed: int = 0, **options: object) -> NetHackGame:
        start = options.pop("start", (1, 1))
        game = NetHackGame(level=level(drawing, *lines, start=start), **options)  # type: ignore[arg-type]
        made.append(game)
        game.reset(seed)
        return game

    yield build
    for game in made:
        game.close()


class TestWhatIsDone:
    def test_eating_what_was_picked_up(self, make: Make) -> None:
        game = make("OBJECT:('%',\"apple\"),(3,1)")
        assert game.facts()["distance.food"] == 2
        walk_to(game, "food")
        assert game.facts()["near.item"] == 1
        facts = act(game, "pickup")
        assert (facts["food"], facts["new_items"], facts["near.item"]) == (1, 1, 0)
        assert act(game, "drop")["near.item"] == 1
        facts = act(game, "pickup", "eat")
        assert (facts["food"], facts["did.eat"], facts["did.pickup"]) == (0, 1, 2)

    def test_what_lies_where_an_episode_begins_can_be_picked_up(self, make: Make) -> None:
        facts = (game := make("OBJECT:('(',\"tin whistle\"),(1,1)", start=(1, 1))).facts()
        assert (facts["near.item"], facts["known.item"], facts["distance.item"]) == (1, 1, 0)
        facts = act(game, "pickup")
        assert (facts["new_items"], facts["near.item"], facts["known.item"]) == (1, 0, 0)

    def test_everything_on_a_pile_is_picked_up(self, make: Make) -> None:
        things = [
            f"OBJECT:('{sign}',\"{name}\"),(2,1)"
            for sign, name in ((")", "dagger"), ("[", "cloak of protection"))
        ]
        game = make(*things, "OBJECT:('!',\"healing\"),(2,1)")
        before = game.facts()
        after = act(game, "move_east", "pickup")
        for name in ("weapons", "armor", "potions"):
            assert after[name] == before[name] + 1

    def test_wearing_quaffing_reading_zapping(self, make: Make) -> None:
        game = make(
            "OBJECT:('[',\"orcish helm\"),(1,1)",
            "OBJECT:('!',\"see invisible\"),(1,1)",
            "OBJECT:('?',\"blank paper\"),(1,1)",
            "OBJECT:('/',\"light\"),(1,1)",
        )
        facts = act(game, "pickup", "wear", "wear", "quaff", "read", "zap")
        assert {n: facts[f"did.{n}"] for n in ("wear", "quaff", "read", "zap")} == dict.fromkeys(
            ("wear", "quaff", "read", "zap"), 1
        )
        assert (facts["potions"], facts["wands"]) == (0, 1)

    def test_killing(self, make: Make) -> None:
        game = make('MONSTER:"newt",(3,1),asleep', character="val")
        assert game.facts()["threat"] == 2
        for _ in range(20):
            if act(game, "fight" if game.facts()["near.monster"] else "move_east")["did.kill"]:
                break
        assert game.facts()["did.kill"] == 1
        assert game.facts()["monsters"] == 0

    def test_throwing_hits_what_is_in_line(self, make: Make) -> None:
        game = make('MONSTER:"newt",(5,3),asleep', "OBJECT:(')',\"dagger\"),(1,3)", start=(1, 3))
        before = act(game, "pickup")
        facts = act(game, "throw")
        assert (facts["did.throw"], facts["weapons"]) == (1, before["weapons"] - 1)
        assert "newt" in game.caption() or facts["did.kill"]

    @pytest.mark.parametrize(("state", "event"), [("closed", "open_door"), ("locked", "meet_lock")])
    def test_doors(self, make: Make, state: str, event: str) -> None:
        game = make(f"DOOR:{state},(5,1)", drawing="-----------\n|....+....|\n-----------", start=(4, 1))
        assert game.facts()["near.closed_door"] == 1
        for _ in range(10):  # doors may stick
            facts = act(game, "open")
            if facts[f"did.{event}"]:
                break
        assert facts[f"did.{event}"] >= 1
        if state == "locked":
            assert facts["known.locked_door"] == 1
            for _ in range(60):
                if act(game, "kick")["did.break_door"]:
                    break
            facts = game.facts()
            assert (facts["did.break_door"], facts["known.locked_door"]) == (1, 0)
        else:
            assert act(game, "move_east")["near.door"] == 1

    def test_a_key_opens_a_lock(self, make: Make) -> None:
        game = make(
            "DOOR:locked,(5,1)", "OBJECT:('(',\"skeleton key\"),(4,1)",
            drawing="-----------\n|....+....|\n-----------", start=(4, 1),
        )  # fmt: skip
        assert act(game, "pickup")["keys"] == 1
        for _ in range(10):
            if act(game, "apply")["did.unlock"]:
                break
        assert game.facts()["did.unlock"] == 1

    def test_boulders_are_pushed_until_they_stick(self, make: Make) -> None:
        game = make('OBJECT:"boulder",(3,1)', drawing="-------\n|.....|\n-------", start=(2, 1))
        assert game.facts()["near.boulder"] == 1
        act(game, *["move_east"] * 4)
        facts = game.facts()
        assert facts["did.push_boulder"] >= 1
        assert facts["did.meet_stuck_boulder"] >= 1

    def test_praying_is_confirmed(self, make: Make) -> None:
        assert act(make(), "pray")["did.pray"] == 1

    def test_altars_tell_what_is_cursed(self, make: Make) -> None:
        game = make("ALTAR:(2,1),noalign,altar", "OBJECT:(')',\"dagger\"),(1,1),cursed", character="val")
        facts = act(game, "pickup", "move_east", "drop")
        assert facts["near.altar"] == 1
        assert (facts["did.drop"], facts["did.learn_curse"], facts["new_items"]) == (1, 1, 0)

    def test_selling_in_a_shop(self) -> None:
        game = NetHackGame(level=shop("')',\"long sword\""), character="sam")
        game.reset(0)
        act(game, "pickup", *["move_east"] * 3)
        facts = act(game, "drop")
        assert (facts["did.enter_shop"], facts["did.get_offer"], facts["did.sell"]) == (1, 1, 1)
        assert (facts["near.shopkeeper"], facts["gold"]) == (1, 8)
        game.close()

    def test_stairs_and_levels(self) -> None:
        game = NetHackGame(character="val")
        game.reset(4)
        assert game.facts()["near.stairs_up"] == 1
        out = np.zeros(SPEC.encoding_size, np.float32)
        for _ in range(1500):
            game.encode(Focus(seek=("stairs_down",)), out)
            facts = game.facts()
            if facts["max_depth"] > 1 or game.status is not EndStatus.RUNNING:
                break
            if facts["near.stairs_down"]:
                act(game, "down")
            elif out[2:10].any():
                game.step(1 + int(out[2:10].argmax()))
            else:
                act(game, "search_10")
        facts = game.facts()
        assert (facts["depth"], facts["did.descend"], facts["did.new_level"]) == (2, 1, 1)
        assert facts["near.stairs_up"] == 1
        assert act(game, "up")["near.stairs_down"] == 1
        assert game.facts()["did.ascend"] == 1
        game.close()

    def test_a_journey_is_one_step_and_does_not_start_to_nowhere(self, make: Make) -> None:
        game = make()
        assert game.facts()["near.stairs_up"] == 1
        assert act(game, *["move_east"] * 6)["distance.stairs_up"] == 6
        keys, facts = game.keys, act(game, "travel_altar")
        assert (game.keys, facts["time_passed"]) == (keys, 0)
        facts = act(game, "travel_up")
        assert facts["near.stairs_up"] == 1
        assert facts["time_passed"] >= 4

    def test_searching_and_waiting_take_their_turns(self, make: Make) -> None:
        game = make()
        assert act(game, "search_10")["time_passed"] == 10
        assert act(game, "wait_20")["turn"] == 31
        assert game.facts()["did.search"] == 1


@pytest.mark.parametrize(
    ("message", "events"),
    [
        ("You kill the newt!  The jackal bites!", {"kill", "get_hit"}),
        ("The door opens.", {"open_door"}),
        ("WHAMM!!  As you kick the door, it crashes open!", {"break_door"}),
        ("Hello, Agent!  Welcome to Asidonhopo's general store!", {"enter_shop"}),
        ("Irasshaimase, Agent!  Welcome again to Pakka Pakka's general store!", {"enter_shop"}),
        ("You sold an uncursed dagger for 2 gold pieces.", {"sell"}),
        ("Asidonhopo offers 2 gold pieces for your dagger.  Sell it?", {"get_offer"}),
        ("You feel that Shan Lai Ching is well-pleased.", {"please_god"}),
        ("Hello Agent, welcome to NetHack!  You are a neutral male human Monk.", set()),
        ("Welcome to experience level 2.", {"level_up"}),
        ("b - a +0 dagger (weapon in hand).", {"pickup", "wield"}),
    ],
)
def test_messages_tell_of_events(message: str, events: set[str]) -> None:
    assert set(events_in(message)) == events


class TestSnapshots:
    def test_what_follows_a_restore_is_what_followed_then(self) -> None:
        game, twin = NetHackGame(), NetHackGame()
        rng = random.Random(3)
        game.reset(5)
        for _ in range(60):
            game.step(rng.randrange(len(SPEC.actions)))
            if game.status is not EndStatus.RUNNING:
                game.reset(6)
        data = game.snapshot()
        assert len(data) < 1000
        actions = [rng.randrange(1, 17) for _ in range(30)]

        def onward(player: NetHackGame) -> list[dict[str, int]]:
            seen = []
            for action in actions:
                if player.status is not EndStatus.RUNNING:
                    break
                player.step(action)
                seen.append(player.facts())
            return seen

        first = onward(game)
        twin.reset(0)
        twin.restore(data)
        assert onward(twin) == first
        game.restore(data)
        assert onward(game) == first
        game.close()
        twin.close()

    def test_names_that_follow_the_clock_do_not_spoil_a_saved_state(self, make: Make) -> None:
        game = make()
        state = game.snapshot()
        game._player.said.append('"Hello, Agent!  Welcome to Adjama\'s general store!"')
        assert game.snapshot() == state

    def test_other_set_ups_and_ways_that_lead_elsewhere_are_refused_and_change_nothing(self) -> None:
        nameless = Path(levels.__file__).with_name("arenas").joinpath("altar.des").read_text()
        level, other = NetHackGame(level=nameless), NetHackGame(character="val")
        level.reset(1)
        act(level, "search", "move_east")
        other.reset(2)
        act(other, "search")
        before = other.facts()
        with pytest.raises(BadSnapshot, match="made with the same arguments"):
            other.restore(level.snapshot())
        from envs.nethack import snapshot

        log = snapshot.load(other.snapshot(), len(SPEC.actions))
        wrong = snapshot.ReplayLog(
            setup=log.setup,
            seed=log.seed,
            limit=log.limit,
            actions=log.actions,
            digest="blake2b:0",
        )
        with pytest.raises(BadSnapshot, match="cannot be reached again"):
            other.restore(snapshot.dump(wrong))
        assert other.facts() == before
        with pytest.raises(BadSnapshot, match="damaged"):
            other.restore(other.snapshot()[:-3])
        level.close()
        other.close()


class TestAnyActionAtAnyTime:
    @pytest.mark.slow
    @pytest.mark.parametrize(
        "options",
        [{"character": "@"}, {"level": "MiniHack-Quest-Hard-v0"}, {"pet": True, "character": "wiz"}],
        ids=["random role", "quest", "wizard with a pet"],
    )
    def test_thousands_of_random_actions_never_wedge(self, options: dict[str, object]) -> None:
        game = NetHackGame(**options)  # type: ignore[arg-type]
        rng = random.Random(1)
        values = np.zeros(len(SPEC.facts), np.int32)
        encoding = np.zeros(SPEC.encoding_size, np.float32)
        low = np.array([fact.low for fact in SPEC.facts])
        high = np.array([fact.high for fact in SPEC.facts])
        episode, most = 0, 0
        game.reset(episode)
        for _ in range(4000):
            if game.status is not EndStatus.RUNNING:
                assert game.status is not EndStatus.ABORTED, game.fault
                episode += 1
                game.reset(episode)
            game.step(rng.randrange(len(SPEC.actions)))
            most = max(most, game._player.answered)
            game.fact_values(values)
            game.encode(Focus(seek=("item",), explore="doors"), encoding)
            assert ((low <= values) & (values <= high)).all()
            assert np.isfinite(encoding).all()
        assert most < MAX_USUAL_ANSWERS
        game.close()


class TestTheContract:
    @pytest.mark.slow
    @pytest.mark.parametrize("what", ["MiniHack-KeyRoom-S5-v0", ROOM], ids=["id", "text"])
    def test_levels_keep_it_too(self, what: str) -> None:
        assert check_game(lambda: make_game("nethack", level=what), Walk(steps=25)) == []

    def test_the_spec_is_there_without_the_game(self) -> None:
        code = (
            "import sys, agent.cli\n"
            "from envs.registry import game_spec\n"
            "assert game_spec('nethack').name == 'nethack'\n"
            "assert not {'nle', 'minihack', 'numba', 'torch'} & set(sys.modules), 'loaded'\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True)


class TestWhatIsShown:
    def test_the_way_to_the_frontier_stands_in_for_the_way_to_what_is_not_known(self, make: Make) -> None:
        game = make(drawing="----\n|...\n----")
        out = np.zeros(SPEC.encoding_size, np.float32)
        game.encode(Focus(seek=("altar",)), out)
        assert out[0] == 0.0
        assert out[WAY_SIZE] > 0
        assert out[1:10].tolist() == out[WAY_SIZE + 1 : WAY_SIZE + 10].tolist()

    def test_captions_tell_what_is_seen_and_said(self, make: Make) -> None:
        game = make('MONSTER:"newt",(4,2),asleep', "OBJECT:('%',\"apple\"),(1,3)")
        text = game.caption()
        assert "newt 3 east and 1 south" in text
        assert "food on the floor 2 south" in text
        assert "You carry: a - " in text
        act(game, "move_north")
        assert "solid stone" in game.caption() or "wall" in game.caption()

    def test_frames_show_the_terminal(self, make: Make) -> None:
        game = make()
        frame = game.frame((480, 264))
        assert frame.shape == (264, 480, 3)
        assert 2 < frame.mean() < 120
        assert "HP:" in game.screen_text()

    def test_facts_start_from_nothing_done_and_nothing_far_known(self, make: Make) -> None:
        facts = make().facts()
        assert all(facts[f"did.{name}"] == 0 for name in EVENTS)
        assert facts["distance.altar"] == FAR
        assert facts["explored"] == 55
