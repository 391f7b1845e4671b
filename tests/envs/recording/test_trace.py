"""What an episode follows from: kept while it is played, written, read, and played again step by step."""

import dataclasses
import json
from collections.abc import Sequence

import numpy as np
import pytest

from envs.errors import BadTrace
from envs.facts import EndStatus
from envs.game import Focus
from envs.recording.rebuilding import OTHERWISE, Rebuilding, steps_of
from envs.recording.trace import EVERY, Trace
from envs.recording.traced_game import TracedGame
from envs.registry import make_game
from envs.toy.spec import ACTIONS

CARRYING: dict[str, object] = {"biome": "plains", "carried": ["log=2"]}


def played(game: TracedGame, seed: int, steps: int, actions: Sequence[int] | None = None) -> list[list[int]]:
    """Random play; the facts at the beginning and after every step."""
    rng = np.random.default_rng(seed)
    choices = actions or range(len(game.spec.actions))
    rows = [list(game.facts().values())]
    while game.status is EndStatus.RUNNING and len(rows) <= steps:
        game.step(int(rng.choice(choices)))
        rows.append(list(game.facts().values()))
    return rows


def again(trace: Trace) -> tuple[list[list[int]], str]:
    """The facts of an episode that is played again, and what is doubtful about it."""
    with Rebuilding(trace) as rebuilding:
        rows = [list(rebuilding.game.facts().values())]
        while rebuilding.step():
            rows.append(list(rebuilding.game.facts().values()))
        return rows, rebuilding.doubt


def written(trace: Trace) -> Trace:
    return Trace.from_record(json.loads(json.dumps(trace.to_record())))


def test_an_episode_is_played_again_as_it_was() -> None:
    game = TracedGame(make_game("toy"))
    game.reset(3, 150)
    rows = played(game, 3, 150)
    trace = written(game.trace())
    assert trace == game.trace()
    assert again(trace) == (rows, "")


def test_an_episode_from_a_saved_state_is_played_again_from_there() -> None:
    game = TracedGame(make_game("toy"))
    game.reset(3)
    played(game, 3, 20)
    saved = game.snapshot()
    game.restore(saved)
    rows = played(game, 4, 30)
    trace = written(game.trace())
    assert (trace.first_step, trace.steps, trace.start) == (20, 30, saved)
    assert again(trace) == (rows, "")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_crafter_is_played_again_fact_by_fact(seed: int) -> None:
    game = TracedGame(make_game("crafter"))
    game.reset(seed)
    rows = played(game, seed, 400)
    checked, doubt = again(written(game.trace()))
    assert doubt == ""
    assert checked == rows


@pytest.mark.slow
def test_nethack_is_played_again_screen_by_screen() -> None:
    pytest.importorskip("nle")
    inner = make_game("nethack")
    game = TracedGame(inner)
    game.reset(11)
    rng = np.random.default_rng(0)
    screens = [inner.screen_text()]
    while game.status is EndStatus.RUNNING and len(screens) < 300:
        game.step(int(rng.integers(len(game.spec.actions))))
        screens.append(inner.screen_text())
    shown = []
    for rebuilding in steps_of(written(game.trace())):
        shown.append(rebuilding.game.screen_text())
        assert rebuilding.doubt == ""
    assert shown == screens
    game.close()


def test_an_episode_that_goes_otherwise_is_told() -> None:
    game = TracedGame(make_game("toy"))
    game.reset(3)
    played(game, 3, 100, [ACTIONS.index(name) for name in ("left", "right", "up", "down")])
    trace = game.trace()
    other = dataclasses.replace(trace, seed=4)
    assert again(other)[1] == f"{OTHERWISE}: other facts after 0 steps"
    later = (*trace.checksums[:1], 0, *trace.checksums[2:])
    assert again(dataclasses.replace(trace, checksums=later))[1].endswith(f"other facts after {EVERY} steps")
    assert "ended with DEATH" in again(dataclasses.replace(trace, status="DEATH"))[1]


def test_only_the_end_is_compared_where_the_game_tells_other_facts_now() -> None:
    game = TracedGame(make_game("toy"))
    game.reset(3)
    played(game, 3, 100)
    older = dataclasses.replace(game.trace(), vocabulary=1, checksums=(1, 2, 3))
    assert again(older)[1] == ""
    assert "was 77" in again(dataclasses.replace(older, last_facts={"wood": 77}))[1]


def test_an_episode_that_ends_too_early_is_told() -> None:
    game = TracedGame(make_game("toy"))
    game.reset(3, 10)
    played(game, 3, 10)
    trace = game.trace()
    longer = dataclasses.replace(trace, actions=trace.actions + b"\0\0")
    assert "it ends with TIME_LIMIT after 10 steps" in again(longer)[1]


def test_what_the_player_died_of_is_kept() -> None:
    game = TracedGame(make_game("toy", hazards=True), {"hazards": True})
    for seed in range(40):
        game.reset(seed)
        played(game, seed, 200, [1, 2, 3, 4])
        if game.status is EndStatus.DEATH:
            break
    trace = written(game.trace())
    assert (trace.status, trace.cause) == ("DEATH", "lava")
    assert again(trace)[1] == ""


def test_nothing_is_traced_before_an_episode_was_begun() -> None:
    with pytest.raises(RuntimeError, match="no episode was begun"):
        TracedGame(make_game("toy")).trace()


def test_a_game_that_stands_at_its_beginning_already() -> None:
    inner = make_game("toy")
    inner.reset(5, 40)
    game = TracedGame(inner, seed=5, limit=40)
    rows = played(game, 1, 100)
    assert again(game.trace()) == (rows, "")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 2}, "that was kept has schema 2; this version reads up to 1: update journeyman"),
        ({"actions": "!"}, "damaged"),
        ({"steps": 7}, "7 actions"),
        ({"steps": 10**9}, "expected 0..1000000"),
        ({"steps": None}, "damaged"),
        ({"status": "ASLEEP"}, "damaged"),
        ({"last_facts": []}, "damaged"),
        ({"start": "A" * 9_000_000}, "too long"),
        ({"game": 3}, "no text"),
    ],
)
def test_damaged_records_are_refused(change: dict[str, object], message: str) -> None:
    game = TracedGame(make_game("toy"))
    game.reset(1)
    game.step(0)
    with pytest.raises(BadTrace, match=message):
        Trace.from_record({**game.trace().to_record(), **change})


@pytest.mark.parametrize(
    ("trace", "message"),
    [
        (Trace(game="toi"), "not known here; did you mean 'toy'"),
        (Trace(game="toy", options={"wings": True}), "cannot be made as the episode says"),
        (Trace(game="toy", actions=b"\xff"), "action 255"),
        (Trace(game="toy", start=b"not a state"), "cannot be begun again"),
        (Trace(game="toy", limit=0), "cannot be begun again"),
    ],
)
def test_what_cannot_be_played_is_refused(trace: Trace, message: str) -> None:
    with pytest.raises(BadTrace, match=message):
        Rebuilding(trace)


def test_actions_beyond_a_byte_and_what_was_attended_to_are_kept() -> None:
    tree, sheep = Focus(seek=("tree",), explore="forest"), Focus(seek=("sheep",))
    trace = Trace(game="minecraft", actions=(3, 318, 0, 318), attended=(tree, None, sheep, tree))
    record = trace.to_record()
    assert (record["action_bytes"], record["foci"]) == (2, [[["tree"], "forest"], [["sheep"], "anywhere"]])
    assert written(trace) == trace
    narrow = Trace(game="toy", actions=b"\1\2").to_record()
    assert not {"action_bytes", "foci", "attended"} & set(narrow)


@pytest.mark.parametrize(
    "change",
    [
        {"action_bytes": 3},
        {"action_bytes": 1},
        {"foci": [[["tree"], "forest"]]},
        {"foci": "none"},
        {"attended": ""},
    ],
)
def test_what_is_damaged_of_them_is_told(change: dict[str, object]) -> None:
    tree, sheep = Focus(seek=("tree",)), Focus(seek=("sheep",))
    record = Trace(game="minecraft", actions=(3, 318), attended=(tree, sheep)).to_record()
    with pytest.raises(BadTrace, match=r"^an episode's record is damaged: "):
        Trace.from_record({**record, **change})


def test_an_episode_whose_actions_depend_on_what_is_attended_to_is_played_again_as_it_was() -> None:
    game = TracedGame(make_game("minecraft", **CARRYING), CARRYING)
    game.reset(3, 60)
    encoding = np.zeros(game.spec.encoding_size, np.float32)
    index = game.spec.action_index
    rows = [list(game.facts().values())]
    for number, name in enumerate(("walk_to", "face", "craft_planks", "walk_to", "place_furnace", "noop")):
        if name != "craft_planks":
            game.encode(Focus(seek=("tree", "sheep")[number % 2 : number % 2 + 1]), encoding)
        game.step(index[name])
        rows.append(list(game.facts().values()))
    trace = written(game.trace())
    assert trace.attended[2] is None
    assert again(trace) == (rows, "")
    lost = dataclasses.replace(trace, attended=(Focus(seek=("unicorn",)), *trace.attended[1:]))
    with pytest.raises(BadTrace, match=r"^the episode cannot be played again: minecraft cannot look for"):
        Rebuilding(lost)
