"""The toy game in another process is the toy game, step by step, and keeps the whole contract."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from envs.contract.check import Walk, check_game
from envs.contract.walk import actions_for, encoding, foci
from envs.errors import BadFocus, BadSnapshot
from envs.facts import EndStatus
from envs.game import Focus, Game
from envs.remote.game import RemoteGame
from envs.remote.game_world import launch_of
from envs.toy.game import ToyGame
from envs.toy.meadow import GEM, GRASS
from envs.toy.snapshot import ToyState, dump
from envs.toy.spec import ACTIONS, SPEC


@pytest.fixture(scope="module")
def remote() -> Iterator[RemoteGame]:
    game = RemoteGame(launch_of("toy", hazards=True), SPEC)
    yield game
    assert game.restarts == 0, "it broke"
    game.close()


@pytest.fixture
def toy() -> ToyGame:
    return ToyGame(hazards=True)


def everything(game: Game, step: int) -> dict[str, object]:
    """All that can be seen of a game; some of it not at every step, so that looks come together and alone."""
    values = np.zeros(len(game.spec.facts), np.int32)
    game.fact_values(values)
    seen: dict[str, object] = {
        "facts": game.facts(),
        "values": values.tolist(),
        "status": game.status,
        "steps": game.steps,
        "encoding": encoding(game, foci(game)[step // 7 % 5]).tobytes(),
    }
    if step % 3:
        seen["frame"] = game.frame((72, 48) if step % 2 else (288, 288)).tobytes()
        seen["all encodings"] = [encoding(game, focus).tobytes() for focus in foci(game)]
    if step % 5 == 0:
        seen["caption"] = game.caption()
        seen["snapshot"] = game.snapshot()
    return seen


def test_it_is_described_as_the_game_describes_itself() -> None:
    game = RemoteGame(launch_of("toy"))
    assert game.spec == SPEC
    assert isinstance(game, Game)
    game.close()


def test_before_the_first_episode_it_is_where_the_game_is(remote: RemoteGame, toy: ToyGame) -> None:
    game = RemoteGame(launch_of("toy", hazards=True), SPEC)
    assert everything(game, 1) == everything(toy, 1)
    game.close()
    game.close()


@pytest.mark.parametrize("seed", range(6))
def test_there_is_no_difference_step_by_step(remote: RemoteGame, toy: ToyGame, seed: int) -> None:
    limit = 40 + seed
    remote.reset(seed, limit)
    toy.reset(seed, limit)
    saved = b""
    for step, action in enumerate(actions_for(toy, seed, 60)):
        assert everything(remote, step) == everything(toy, step), step
        if step == 20:
            saved = toy.snapshot()
        if toy.status is not EndStatus.RUNNING:
            break
        assert remote.step(action) == toy.step(action)
    assert toy.status in (EndStatus.DEATH, EndStatus.TIME_LIMIT)
    with pytest.raises(RuntimeError, match="the episode ended with") as caught:
        remote.step(0)
    with pytest.raises(RuntimeError) as theirs:
        toy.step(0)
    assert str(caught.value) == str(theirs.value)
    if saved:
        remote.restore(saved)
        toy.restore(saved)
        for step, action in enumerate(actions_for(toy, 100 + seed, 12)):
            assert everything(remote, step) == everything(toy, step)
            if toy.status is not EndStatus.RUNNING:
                break
            assert remote.step(action) == toy.step(action)


def test_the_win_is_seen(remote: RemoteGame, toy: ToyGame) -> None:
    before_the_gem = dump(
        ToyState(
            squares=f"{GRASS}{GEM}" + 79 * str(GRASS),
            player=0,
            facing=1,
            inventory=(0, 0, 1, 0),
            done=(1, 1, 1, 1, 0),
            steps=30,
            max_steps=40,
            status=0,
        )
    )
    for game in (remote, toy):
        game.restore(before_the_gem)
        assert game.step(ACTIONS.index("take")) is EndStatus.SUCCESS
    assert everything(remote, 5) == everything(toy, 5)


def test_refusals_are_those_of_the_game_and_change_nothing(remote: RemoteGame, toy: ToyGame) -> None:
    remote.reset(3)
    toy.reset(3)
    for call in (
        lambda game: game.restore(b"{}"),
        lambda game: game.reset(1, 0),
        lambda game: game.step(8),
        lambda game: game.step(-1),
        lambda game: encoding(game, Focus(seek=("dragon",))),
    ):
        raised = []
        for game in (remote, toy):
            with pytest.raises((BadSnapshot, ValueError, BadFocus)) as caught:
                call(game)
            raised.append((type(caught.value), str(caught.value)))
        assert raised[0] == raised[1]
        assert everything(remote, 5) == everything(toy, 5)


@pytest.mark.slow
def test_it_keeps_the_contract() -> None:
    assert check_game(lambda: RemoteGame(launch_of("toy"), SPEC), Walk(steps=30)) == []
