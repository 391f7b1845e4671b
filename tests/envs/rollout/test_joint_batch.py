"""Several skills in one batch of games, under directors written for the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from envs.errors import BadFocus, NoSkillStarts
from envs.game import Focus
from envs.games import each
from envs.rollout.episode import EpisodeEnd, EpisodeRule, Start, Starts
from envs.rollout.joint import EPISODE_OVER, SKILL_SCALE, SkillPractice, joint_spec
from envs.rollout.joint_batch import MAX_CHOICES, JointTask
from envs.rollout.vector import VectorGame
from tests.envs.bag_game import ABORT, DIE, NOOP, SPEC, TAKE, Bag, Crash, Repeat, Roulette

ONE, TWO = 0, 1


@dataclass
class Script:
    """Chooses by a function of what it is told; keeps what that was."""

    next: Callable[[int, int, int], int]
    startable: Callable[[int, np.ndarray], bool] = lambda skill, facts: True
    stop: Callable[[int, np.ndarray], np.ndarray] = lambda skill, steps: np.zeros(len(steps), bool)
    told: list[tuple[int, int, int]] = field(default_factory=list)
    wood: list[tuple[int, int]] = field(default_factory=list)

    def choose(self, start: np.ndarray, facts: np.ndarray, last: int, failures: int, draw: int) -> int:
        self.told.append((last, failures, draw))
        self.wood.append((int(start[0]), int(facts[0])))
        return self.next(last, failures, draw)

    def may_start(self, skill: int, facts: np.ndarray) -> bool:
        return self.startable(skill, facts)

    def should_stop(self, skill: int, start: np.ndarray, facts: np.ndarray, steps: np.ndarray) -> np.ndarray:
        return self.stop(skill, steps)


def in_turn(last: int, failures: int, draw: int) -> int:
    return TWO if last == ONE else ONE


class InTurn:
    """A director that can be sent to a worker."""

    def __call__(self) -> Script:
        return Script(in_turn)


ONE_PIECE = SkillPractice(focus=Focus(), rule=EpisodeRule(obtains={"wood": 1}, step_cap=4), starts=Starts())
TWO_PIECES = SkillPractice(
    focus=Focus(seek=("tree",)), rule=EpisodeRule(obtains={"wood": 2}, step_cap=3), starts=Starts()
)


@pytest.fixture
def build() -> Iterator[Callable[..., VectorGame]]:
    games: list[VectorGame] = []

    def make(director: Any = None, *, workers: int = 0, n_games: int = 1, **changes: Any) -> VectorGame:
        task = JointTask(
            games=each(Bag),
            skills=(ONE_PIECE, TWO_PIECES),
            director=director if not isinstance(director, Script) else lambda: director,
            starts=Starts(),
            seed=3,
        )
        game = VectorGame(
            replace(task, **changes), joint_spec(SPEC, 2), n_games=n_games, horizon=16, workers=workers
        )
        games.append(game)
        game.reset()
        return game

    yield make
    for game in games:
        game.close()


def shown(game: VectorGame, rows: int) -> list[int]:
    """The skill that stands behind the encoding, row by row, of the first game."""
    behind = game.arrays.encodings[:rows, 0, SPEC.encoding_size :]
    assert set(np.unique(behind)) == {0.0, SKILL_SCALE}
    return [int(row.argmax()) for row in behind]


def test_a_success_is_followed_by_the_next_skill_in_the_same_episode(build: Any) -> None:
    script = Script(in_turn)
    game = build(script)
    game.rollout(Repeat(TAKE), 6)
    arrays = game.arrays
    assert arrays.ends[:6, 0].tolist() == [1, 0, 1, 1, 0, 1]
    assert arrays.continues[:6, 0].tolist() == [True, False, True, True, False, True]
    assert shown(game, 7) == [ONE, TWO, TWO, ONE, TWO, TWO, ONE]
    assert arrays.start[:6, 0, 0].tolist() == [0, 1, 1, 3, 4, 4]  # wood when the execution began
    assert arrays.steps[:6, 0].tolist() == [1, 1, 2, 1, 1, 2]
    assert arrays.after[:6, 0, 0].tolist() == [1, 2, 3, 4, 5, 6]  # nothing was reset
    assert arrays.final_encodings[0, 0].tolist() == [1, 1, SKILL_SCALE, 0]  # as the skill that ended saw it
    assert script.wood[1:3] == [(0, 1), (0, 3)]  # the start stays the episode's
    assert len({draw for _, _, draw in script.told}) == 1


def test_caps_and_terminations_end_executions_not_episodes_and_count_as_failures(build: Any) -> None:
    script = Script(lambda last, failures, draw: ONE, stop=lambda skill, steps: steps >= 3)
    game = build(script)
    game.rollout(Repeat(NOOP), 6)
    assert game.arrays.ends[:6, 0].tolist() == [0, 0, EpisodeEnd.STOPPED] * 2
    script.stop = lambda skill, steps: np.zeros(len(steps), bool)
    game.rollout(Repeat(NOOP), 8)
    assert game.arrays.ends[:8, 0].tolist() == [0, 0, 0, EpisodeEnd.CAP] * 2
    assert game.arrays.continues[[3, 7], 0].all()
    assert [told[:2] for told in script.told] == [(EPISODE_OVER, 0), (ONE, 1), (ONE, 2), (ONE, 3), (ONE, 4)]


def test_a_success_forgets_the_failures_before(build: Any) -> None:
    script = Script(lambda last, failures, draw: ONE)
    game = build(script)
    game.rollout(Repeat(NOOP), 8)
    game.rollout(Repeat(TAKE), 1)
    assert script.told[-1][:2] == (ONE, 0)


def test_failures_are_those_of_one_skill_in_a_row(build: Any) -> None:
    script = Script(lambda last, failures, draw: TWO if (last, failures) == (ONE, 2) else ONE)
    game = build(script)
    game.rollout(Repeat(NOOP), 15)
    # Four steps to the cap of skill one, three to that of skill two: one, one, two, one.
    assert np.flatnonzero(game.arrays.ends[:15, 0]).tolist() == [3, 7, 10, 14]
    assert [told[:2] for told in script.told] == [(EPISODE_OVER, 0), (ONE, 1), (ONE, 2), (TWO, 1), (ONE, 1)]


def test_terminations_are_looked_at_now_and_then_and_only_for_their_skill(build: Any) -> None:
    asked: list[int] = []

    def stop(skill: int, steps: np.ndarray) -> np.ndarray:
        asked.append(skill)
        return np.full(len(steps), skill == TWO)

    game = build(Script(in_turn, stop=stop), stop_every=2)
    game.rollout(Repeat(TAKE), 4)
    # skill one succeeds at step 1; at step 2 skill two is stopped; 3 is skill one again, 4 skill two
    assert game.arrays.ends[:4, 0].tolist() == [1, EpisodeEnd.STOPPED, 1, EpisodeEnd.STOPPED]
    assert asked == [TWO, TWO]


@pytest.mark.parametrize(("action", "end"), [(DIE, EpisodeEnd.DEATH), (ABORT, EpisodeEnd.ABORTED)])
def test_the_game_ends_the_episode(build: Any, action: int, end: EpisodeEnd) -> None:
    script = Script(in_turn)
    game = build(script)
    game.rollout(Repeat(TAKE), 1)
    game.rollout(Repeat(action), 1)
    assert (game.arrays.ends[0, 0], game.arrays.continues[0, 0]) == (end, False)
    assert script.told[-1][:2] == (EPISODE_OVER, 0)
    assert game.encodings[0, :2].tolist() == [0, 0]


def test_a_director_that_never_ends_is_ended_by_the_time_limit(build: Any) -> None:
    game = build(Script(lambda last, failures, draw: ONE), starts=Starts(max_steps=10))
    game.rollout(Repeat(NOOP), 12)
    ends, continues = game.arrays.ends[:12, 0], game.arrays.continues[:12, 0]
    assert np.flatnonzero(ends).tolist() == [3, 7, 9]
    assert continues[[3, 7, 9]].tolist() == [True, True, False]
    assert game.arrays.steps[10, 0] == 1


def test_an_episode_is_long_enough_once_an_execution_has_ended(build: Any) -> None:
    game = build(Script(lambda last, failures, draw: ONE), episode_steps=6)
    game.rollout(Repeat(NOOP), 16)
    ends, continues = game.arrays.ends[:16, 0], game.arrays.continues[:16, 0]
    assert np.flatnonzero(ends).tolist() == [3, 7, 11, 15]  # nothing is cut short
    assert continues[[3, 7, 11, 15]].tolist() == [True, False, True, False]


def test_a_director_that_is_done_begins_a_new_episode_with_another_draw(build: Any) -> None:
    script = Script(lambda last, failures, draw: ONE if last == EPISODE_OVER else EPISODE_OVER)
    game = build(script, games=each(lambda: Bag(spread=7)))
    game.rollout(Repeat(TAKE), 4)
    assert game.arrays.continues[:4, 0].tolist() == [False] * 4
    assert len({draw for _, _, draw in script.told}) > 2


def test_what_cannot_start_is_told_as_a_failure_and_given_up_in_the_end(build: Any) -> None:
    script = Script(
        lambda last, failures, draw: TWO if last != EPISODE_OVER else ONE,
        startable=lambda skill, facts: skill == ONE,
    )
    game = build(script)
    game.rollout(Repeat(TAKE), 1)
    told = [told[:2] for told in script.told]
    insisting = [(ONE, 0), *((TWO, n) for n in range(1, MAX_CHOICES))]
    assert told == [(EPISODE_OVER, 0), *insisting, (EPISODE_OVER, 0)]
    assert not game.arrays.continues[0, 0]


def test_nothing_that_starts_is_an_error_that_says_what_was_named(build: Any) -> None:
    with pytest.raises(NoSkillStarts, match=r"in 8 episodes in a row; .* said that it is done"):
        build(Script(lambda last, failures, draw: EPISODE_OVER))
    with pytest.raises(NoSkillStarts, match="skill number 1, which may not start there"):
        build(Script(lambda last, failures, draw: TWO, startable=lambda skill, facts: False))


def test_a_skill_that_is_reached_already_is_not_begun(build: Any) -> None:
    near = SkillPractice(
        focus=Focus(), rule=EpisodeRule(obtains={"near.tree": 1}, step_cap=9), starts=Starts()
    )
    script = Script(lambda last, failures, draw: ONE if failures == 0 else TWO)
    game = build(script, skills=(near, TWO_PIECES))
    game.rollout(Repeat(TAKE), 3)
    # near a tree after even steps: reached at step 2, and again named there, where it holds already
    assert game.arrays.ends[:3, 0].tolist() == [0, 1, 0]
    assert shown(game, 3) == [ONE, ONE, TWO]


@pytest.mark.slow
def test_the_split_over_processes_changes_nothing(build: Any) -> None:
    rollouts = []
    for workers in (0, 1, 2):
        game = build(InTurn(), workers=workers, n_games=3, games=each(Bag), keep_final_states=9)
        states = game.rollout(Roulette(), 16)
        arrays = game.arrays
        rollouts.append(
            [np.copy(p) for p in (arrays.encodings, arrays.ends, arrays.start[..., :2], arrays.continues)]
        )
        assert {state.skill for state in states} == {ONE, TWO}
    for other in rollouts[1:]:
        for mine, theirs in zip(rollouts[0], other, strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.slow
def test_a_process_that_dies_is_followed_by_new_episodes(build: Any, tmp_path: Path) -> None:
    game = build(InTurn(), workers=1)
    game.rollout(Repeat(TAKE), 2)
    game.reset()
    game.rollout(Crash(TAKE, tmp_path, wood=3), 8)
    arrays = game.arrays
    assert game.restarts == 1
    # one piece, then two; the process dies when it sees the third, and everything begins anew
    assert arrays.ends[:8, 0].tolist() == [1, 0, 1, EpisodeEnd.ABORTED, 1, 0, 1, 1]
    assert arrays.continues[:8, 0].tolist() == [True, False, True, False, True, False, True, True]
    assert shown(game, 5) == [ONE, TWO, TWO, ONE, ONE]
    assert arrays.start[4:6, 0, 0].tolist() == [0, 1]


def test_practised_alone_every_game_has_one_skill_and_its_own_starts(build: Any) -> None:
    five = Starts(saved=(Start(bytes([5, 0]), 1),))
    script = Script(lambda last, failures, draw: pytest.fail("nobody chooses"))
    game = build(script, n_games=3, starts=None, skills=(ONE_PIECE, replace(TWO_PIECES, starts=five)))
    game.rollout(Repeat(TAKE), 6)
    behind = game.arrays.encodings[:6, :, SPEC.encoding_size :].argmax(axis=2)
    assert (behind == [ONE, TWO, ONE]).all()
    assert game.arrays.start[:6, 0, 0].tolist() == [0] * 6
    assert game.arrays.start[:6, 1, 0].tolist() == [5] * 6
    assert game.arrays.ends[:6, 1].tolist() == [0, 1] * 3
    assert not game.arrays.continues.any()


def test_wrong_tasks_are_refused(build: Any) -> None:
    with pytest.raises(ValueError, match="no skill to practise"):
        build(Script(in_turn), skills=())
    with pytest.raises(ValueError, match="stop_every is 0"):
        build(Script(in_turn), stop_every=0)
    with pytest.raises(BadFocus, match="cannot look for 'gold'"):
        build(Script(in_turn), skills=(ONE_PIECE, replace(TWO_PIECES, focus=Focus(seek=("gold",)))))
