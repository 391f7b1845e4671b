"""Rollouts of compiled games, in threads too, beside rollouts of the reference: the same to the bit."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from numpy.typing import NDArray

from envs.crafter.games import CrafterGames
from envs.crafter.reference import ReferenceGame
from envs.crafter.spec import SPEC
from envs.errors import BadFocus
from envs.game import Focus
from envs.games import GamesFactory, each
from envs.registry import games_factory
from envs.rollout.batch import EpisodeTask
from envs.rollout.episode import EpisodeRule, Start, Starts
from envs.rollout.joint import SkillPractice, joint_spec
from envs.rollout.joint_batch import JointTask
from envs.rollout.vector import BatchTask, VectorGame
from tests.envs.rollout.test_joint_batch import InTurn

WOOD = EpisodeRule(obtains={"wood": 1}, step_cap=25)
TREE = Focus(seek=("tree",))


class FollowTheWay:
    """Goes the way that the encoding shows, mostly, and uses what is in front; else any action."""

    def act_batch(self, encodings: NDArray[np.float32], uniforms: NDArray[np.float64]) -> NDArray[np.intp]:
        moves = encodings[:, 2:6].argmax(axis=1) + SPEC.action_index["move_left"]
        chosen = np.where(encodings[:, 7] > 0, SPEC.action_index["do"], moves)
        return np.where(uniforms < 0.8, chosen, (uniforms * 1_000).astype(np.intp) % len(SPEC.actions))


def saved_starts(n: int) -> tuple[Start, ...]:
    game, starts = ReferenceGame(), []
    for seed in range(n):
        game.reset(seed)
        for _ in range(3):
            game.step(2)
        starts.append(Start(game.snapshot(), seed))
    return tuple(starts)


def alone(games: GamesFactory) -> EpisodeTask:
    starts = Starts(saved=saved_starts(3), fresh_share=0.4, reuse=3)
    return EpisodeTask(games=games, focus=TREE, rule=WOOD, starts=starts, seed=5, keep_final_states=99)


def together(games: GamesFactory) -> JointTask:
    other = EpisodeRule(obtains={"sapling": 1}, step_cap=9)
    skills = (
        SkillPractice(focus=TREE, rule=WOOD, starts=Starts()),
        SkillPractice(focus=Focus(seek=("water", "cow"), explore="waterside"), rule=other, starts=Starts()),
    )
    starts = Starts(saved=saved_starts(2), fresh_share=0.3)
    return JointTask(
        games=games, skills=skills, director=InTurn(), starts=starts, seed=6, episode_steps=40,
        keep_final_states=99,
    )  # fmt: skip


def played(task: BatchTask, workers: int) -> tuple[dict[str, bytes], list[bytes]]:
    spec = joint_spec(SPEC, 2) if isinstance(task, JointTask) else SPEC
    with VectorGame(task, spec, n_games=4, horizon=120, workers=workers) as vector:
        vector.reset()
        vector.rollout(FollowTheWay(), 30)
        final = [state.start.snapshot for state in vector.rollout(FollowTheWay())]
        arrays = vector.arrays
        return {f.name: getattr(arrays, f.name).tobytes() for f in fields(arrays)}, final


@pytest.mark.parametrize("practice", [alone, together])
def test_rollouts_are_those_of_the_reference(practice: object) -> None:
    assert callable(practice)
    arrays, final = played(practice(each(ReferenceGame)), 0)
    assert final
    for workers in (0, 2):
        mine, states = played(practice(games_factory("crafter")), workers)
        assert [name for name in arrays if mine[name] != arrays[name]] == []
        assert sorted(states) == sorted(final)


def test_the_compiled_games_are_what_is_trained_on() -> None:
    factory = games_factory("crafter")
    assert factory.in_thread
    assert isinstance(factory.make(2), CrafterGames)
    assert not games_factory("toy").in_thread


def test_unknown_things_to_look_for_are_refused() -> None:
    games = CrafterGames(2)
    with pytest.raises(BadFocus, match="cannot look for 'gold'"):
        games.attend(1, Focus(seek=("gold",)))


def test_each_game_attends_to_its_own() -> None:
    games = CrafterGames(2)
    facts, rows = np.zeros((2, len(SPEC.facts)), np.int32), np.zeros((2, SPEC.encoding_size), np.float32)
    for i, focus in enumerate((TREE, Focus(seek=("water",)))):
        games[i].reset(1)
        games.attend(i, focus)
        games.observe(i, facts[i], rows[i])
    assert facts[0].tolist() == facts[1].tolist()
    assert rows[0].tolist() != rows[1].tolist()
    games.attend(1, TREE)
    games.observe(1, facts[1], rows[1])
    assert rows[0].tolist() == rows[1].tolist()
