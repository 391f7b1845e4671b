import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.errors import BadFocus, BadSnapshot, WorkerDied
from envs.facts import EndStatus
from envs.game import Focus
from envs.games import each
from envs.registry import game_spec, make_game
from envs.rollout.batch import EpisodeTask
from envs.rollout.episode import EpisodeEnd, EpisodeRule, ReachedTest, Start, Starts
from envs.rollout.vector import VectorGame
from skills.skill import reached
from tests.envs.bag_game import (
    ABORT,
    DIE,
    EXIT,
    NOOP,
    RAISE,
    SPEC,
    TAKE,
    WIN,
    Bag,
    Crash,
    Repeat,
    Roulette,
    make_five_or_more,
)


def task(**changes) -> EpisodeTask:
    base = EpisodeTask(
        games=each(Bag),
        focus=Focus(),
        rule=EpisodeRule(obtains={"wood": 2}, step_cap=4),
        starts=Starts(),
        seed=3,
    )
    return replace(base, **changes)


@pytest.fixture
def build():
    games = []

    def make(workers=0, n_games=2, horizon=8, spec=SPEC, **changes):
        games.append(VectorGame(task(**changes), spec, n_games=n_games, horizon=horizon, workers=workers))
        games[-1].reset()
        return games[-1]

    yield make
    for game in games:
        game.close()


def alive():
    """The workers of vectors of games; other tests may keep processes of their own in this one."""
    return [process for process in multiprocessing.active_children() if process.name.startswith("games-")]


def test_success_resets_and_keeps_the_terminal_state_apart(build):
    game = build()
    game.step(np.array([TAKE, NOOP]))
    assert game.encodings.tolist() == [[1, 1], [0, 1]]
    arrays = game.step(np.array([TAKE, NOOP]))
    assert arrays.ends[0].tolist() == [EpisodeEnd.REACHED, EpisodeEnd.RUNNING]
    assert arrays.before[0, :, :2].tolist() == [[1, 0], [0, 0]]
    assert arrays.after[0, :, :2].tolist() == [[2, 1], [0, 1]]
    assert arrays.start[0, :, :2].tolist() == [[0, 0], [0, 0]]
    assert arrays.steps[0].tolist() == [2, 2]
    assert arrays.final_encodings[0, 0].tolist() == [2, 2]
    assert game.encodings.tolist() == [[0, 0], [0, 2]]
    assert game.step(np.array([NOOP, NOOP])).steps[0].tolist() == [1, 3]


@pytest.mark.slow
def test_rows_of_a_rollout_follow_one_another(build):
    game = build(workers=1, n_games=1, rule=EpisodeRule(obtains={"wood": 2}, step_cap=9))
    game.rollout(Repeat(TAKE), 5)
    a = game.arrays
    assert a.encodings[:6, 0].tolist() == [[0, 0], [1, 1], [0, 0], [1, 1], [0, 0], [1, 1]]
    assert a.before[:5, 0, 0].tolist() == [0, 1, 0, 1, 0]
    assert a.after[:5, 0, 0].tolist() == [1, 2, 1, 2, 1]
    assert a.ends[:5, 0].tolist() == [0, 1, 0, 1, 0]
    assert a.actions[:5, 0].tolist() == [TAKE] * 5
    game.rollout(Repeat(TAKE), 1)
    assert a.encodings[0, 0].tolist() == [1, 1]  # the second rollout starts where the first stopped
    assert a.after[0, 0, 0] == 2


@pytest.mark.parametrize(
    ("status", "is_reached", "steps", "end"),
    [
        (EndStatus.RUNNING, False, 3, EpisodeEnd.RUNNING),
        (EndStatus.RUNNING, True, 3, EpisodeEnd.REACHED),
        (EndStatus.RUNNING, False, 4, EpisodeEnd.CAP),
        (EndStatus.RUNNING, True, 4, EpisodeEnd.REACHED),
        (EndStatus.DEATH, True, 3, EpisodeEnd.DEATH),
        (EndStatus.SUCCESS, True, 3, EpisodeEnd.REACHED),
        (EndStatus.SUCCESS, False, 4, EpisodeEnd.OVER),
        (EndStatus.TIME_LIMIT, False, 1, EpisodeEnd.CAP),
        (EndStatus.TIME_LIMIT, True, 1, EpisodeEnd.REACHED),
        (EndStatus.ABORTED, True, 4, EpisodeEnd.ABORTED),
    ],
)
def test_how_an_episode_ends(status, is_reached, steps, end):
    rule = EpisodeRule(obtains={"wood": 2}, step_cap=4)
    ends = rule.ends(np.array([status], np.int8), np.array([is_reached]), np.array([steps], np.int32))
    assert ends.tolist() == [end]


def test_every_end_in_play(build):
    game = build(n_games=4)
    arrays = game.step(np.array([DIE, WIN, ABORT, NOOP]))
    assert arrays.ends[0].tolist() == [EpisodeEnd.DEATH, EpisodeEnd.OVER, EpisodeEnd.ABORTED, 0]
    for _ in range(3):
        arrays = game.step(np.full(4, NOOP))
    assert arrays.ends[0].tolist() == [0, 0, 0, EpisodeEnd.CAP]
    assert arrays.final_encodings[0, 3].tolist() == [0, 4]


counts = st.dictionaries(st.sampled_from(["wood", "near.tree"]), st.integers(1, 3), min_size=1)
facts = st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 1))


@pytest.mark.slow
@given(counts, facts, facts)
def test_reached_agrees_with_the_skill_layer(obtains, start, now):
    names = list(SPEC.fact_index)
    expected = reached(
        obtains, SPEC.fact_kinds, dict(zip(names, start, strict=True)), dict(zip(names, now, strict=True))
    )
    test = ReachedTest(obtains, SPEC)
    assert test(np.array([start], np.int32), np.array([now], np.int32)).tolist() == [expected]


def test_reached_without_effects_is_never():
    assert (
        ReachedTest({}, SPEC)(np.zeros((2, 3), np.int32), np.ones((2, 3), np.int32)).tolist() == [False] * 2
    )


def test_gains_count_from_the_saved_start(build):
    game = build(n_games=1, starts=Starts(saved=(Start(bytes([5, 10]), 99),)))
    assert game.encodings.tolist() == [[5, 10]]
    assert game.step(np.array([TAKE])).ends[0, 0] == EpisodeEnd.RUNNING  # 6 wood, but only 1 gained
    arrays = game.step(np.array([TAKE]))
    assert arrays.ends[0, 0] == EpisodeEnd.REACHED
    assert arrays.start[0, 0, 0] == 5
    assert arrays.steps[0, 0] == 2


@pytest.mark.slow
def test_saved_and_fresh_starts_mix_by_share(build):
    saved = Starts(saved=(Start(bytes([9, 1]), 99),), fresh_share=0.25)
    game = build(n_games=400, horizon=1, starts=saved)
    assert 60 <= (game.encodings[:, 0] == 0).sum() <= 140  # 100 expected, standard deviation 8.7


def test_a_start_that_fulfils_the_effects_is_drawn_again(build):
    done, open_ = Start(bytes([0, 2]), 1), Start(bytes([0, 1]), 2)  # near.tree holds after even steps
    rule = EpisodeRule(obtains={"near.tree": 1}, step_cap=4)
    game = build(n_games=20, starts=Starts(saved=(done, open_)), rule=rule)
    # Drawn fulfilled 8 times in a row: 1 in 256; with this seed none of the 20.
    assert set(game.encodings[:, 1].tolist()) == {1.0}
    stuck = build(n_games=1, starts=Starts(saved=(done,)), rule=rule)
    assert stuck.encodings.tolist() == [[0, 2]]


def test_fresh_worlds_are_made_once_and_used_again(build):
    rule = EpisodeRule(obtains={"wood": 9}, step_cap=1)
    counting = partial(Bag, 100)
    game = build(n_games=1, horizon=800, games=each(counting), rule=rule, starts=Starts(reuse=8))
    made = Bag.resets
    game.rollout(Repeat(NOOP))
    assert 65 <= Bag.resets - made <= 135  # 100 of 800 expected, standard deviation 9.4
    assert (game.arrays.ends == EpisodeEnd.CAP).all()
    worlds, uses = np.unique(game.arrays.start[:, 0, 0], return_counts=True)
    assert len(worlds) > 30
    assert uses.max() > 1


def test_fresh_starts_obey_the_time_limit(build):
    game = build(n_games=1, starts=Starts(max_steps=2))
    game.rollout(Repeat(NOOP), 4)
    assert game.arrays.ends[:4, 0].tolist() == [0, EpisodeEnd.CAP, 0, EpisodeEnd.CAP]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_split_into_processes_changes_nothing(build, workers):
    here = build(n_games=3, games=each(partial(Bag, 2)))
    there = build(workers=workers, n_games=3, games=each(partial(Bag, 2)))
    for _ in range(2):
        here.rollout(Roulette())
        there.rollout(Roulette())
        for name in ("encodings", "actions", "after", "before", "start", "ends", "steps"):
            mine, theirs = getattr(here.arrays, name), getattr(there.arrays, name)
            if name in ("after", "before", "start"):
                mine, theirs = mine[..., :2], theirs[..., :2]  # the last fact tells about the process
            np.testing.assert_array_equal(mine, theirs, err_msg=name)
    assert len({tuple(row) for row in here.arrays.actions.T.tolist()}) == 3  # the games draw differently


@pytest.mark.slow
def test_toy_game_in_processes_equals_toy_game_here():
    spec = game_spec("toy")
    toy = task(
        games=each(partial(make_game, "toy")),
        focus=Focus(seek=("tree",)),
        rule=EpisodeRule(obtains={"wood": 1}, step_cap=30),
    )
    arrays = []
    for workers in (0, 2):
        with VectorGame(toy, spec, n_games=4, horizon=40, workers=workers) as game:
            game.reset()
            game.rollout(Roulette())
            arrays.append(game.arrays)
    np.testing.assert_array_equal(arrays[0].encodings, arrays[1].encodings)
    np.testing.assert_array_equal(arrays[0].after, arrays[1].after)


@pytest.mark.parametrize("workers", [0, 1])
def test_the_termination_function_runs_where_the_games_are(build, workers):
    rule = EpisodeRule(obtains={"wood": 9}, step_cap=50)
    game = build(workers=workers, n_games=1, rule=rule, terminator=make_five_or_more)
    game.rollout(Repeat(TAKE))
    assert game.arrays.ends[:, 0].tolist() == [0, 0, 0, 0, EpisodeEnd.STOPPED, 0, 0, 0]


def test_the_termination_function_is_asked_as_often_as_told(build):
    rule = EpisodeRule(obtains={"wood": 9}, step_cap=50)
    game = build(n_games=1, rule=rule, terminator=make_five_or_more, terminator_every=4)
    game.rollout(Repeat(TAKE))  # true from step 5 on, asked after steps 4 and 8
    assert game.arrays.ends[:, 0].tolist() == [0, 0, 0, 0, 0, 0, 0, EpisodeEnd.STOPPED]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 1])
def test_final_states_of_successes_are_kept_up_to_the_limit(build, workers):
    saved = Starts(saved=(Start(bytes([5, 10]), 99),))
    game = build(workers=workers, n_games=1, keep_final_states=3, starts=saved)
    kept = game.rollout(Repeat(TAKE))  # 8 steps: 4 successes
    assert [state.start for state in kept] == [Start(bytes([7, 12]), 99)] * 3
    assert kept[0].facts[:2].tolist() == [7, 1]
    assert kept[0].steps == 2
    assert len(game.final_states()) == 3
    game.step(np.array([NOOP]))
    assert game.final_states() == []


@pytest.mark.slow
def test_workers_do_not_load_torch(build):
    game = build(workers=1)
    assert game.step(np.array([NOOP, NOOP])).after[0, :, 2].tolist() == [0, 0]


@pytest.mark.slow
def test_a_worker_that_dies_is_started_anew_and_its_episodes_are_aborted(build, caplog):
    game = build(workers=2, games=each(partial(Bag, 100)))
    mine, lost = game.encodings.tolist()
    arrays = game.step(np.array([TAKE, EXIT]))
    assert arrays.ends[0].tolist() == [EpisodeEnd.RUNNING, EpisodeEnd.ABORTED]
    assert arrays.steps[0].tolist() == [1, 1]
    assert arrays.before[0, 1].tolist() == arrays.after[0, 1].tolist() == [lost[0], 0, 0]
    assert arrays.final_encodings[0, 1].tolist() == lost
    assert game.encodings[0].tolist() == [mine[0] + 1, 1]
    assert game.encodings[1, 1] == 0
    assert game.encodings[1, 0] != lost[0]  # not the episode that it died in
    assert game.restarts == 1
    assert "worker 'games-1-1' ended unexpectedly with exit code 7; its episodes are aborted" in caplog.text
    arrays = game.step(np.array([TAKE, TAKE]))
    assert arrays.steps[0].tolist() == [2, 1]
    assert arrays.before[0, 1].tolist() == arrays.start[0, 1].tolist() == [arrays.after[0, 1, 0] - 1, 0, 0]
    assert len(alive()) == 2


@pytest.mark.slow
@pytest.mark.parametrize("crash_at", [0, 3])
def test_a_rollout_goes_on_after_a_crash_in_its_midst(build, tmp_path, crash_at):
    game = build(workers=1, n_games=2, rule=EpisodeRule(obtains={}, step_cap=9))
    game.rollout(Repeat(NOOP), 2)
    game.rollout(Crash(TAKE, tmp_path, crash_at))
    a = game.arrays
    expected = [0] * 8
    expected[crash_at] = EpisodeEnd.ABORTED
    assert a.ends[:, 0].tolist() == a.ends[:, 1].tolist() == expected
    before, after = list(range(3, 3 + crash_at + 1)), list(range(1, 8 - crash_at))
    assert a.steps[:, 1].tolist() == before + after
    wood = [*range(crash_at + 1), *range(8 - crash_at)]
    assert a.encodings[:, 1, 0].tolist() == wood
    assert a.before[:, 1, 0].tolist() == wood
    assert (a.after[:crash_at, 1, 0] == a.before[:crash_at, 1, 0] + 1).all()
    assert a.after[crash_at, 1, 0] == crash_at
    assert (a.after[crash_at + 1 :, 1, 0] == a.before[crash_at + 1 : 8, 1, 0] + 1).all()
    assert a.final_encodings[crash_at, 1].tolist() == [crash_at, 2 + crash_at]
    assert game.restarts == 1


@pytest.mark.slow
def test_two_crashes_in_one_rollout_are_survived_and_the_third_is_an_error(build, tmp_path):
    game = build(workers=1, n_games=1, rule=EpisodeRule(obtains={}, step_cap=9))
    for part in ("two", "three"):
        (tmp_path / part).mkdir()
    game.rollout(Crash(TAKE, tmp_path / "two", 2, times=2))
    assert (game.arrays.ends == EpisodeEnd.ABORTED).sum() == game.restarts == 2
    with pytest.raises(WorkerDied, match=r"exit code -11, for the 3rd time during one rollout"):
        game.rollout(Crash(TAKE, tmp_path / "three", 0, times=9))
    assert alive() == []
    with pytest.raises(WorkerDied, match="the workers are closed; build a new VectorGame"):
        game.step(np.array([NOOP]))


@pytest.mark.slow
def test_a_worker_killed_between_rollouts_starts_new_episodes(build):
    game = build(workers=1, n_games=2, starts=Starts(saved=(Start(bytes([7, 3]), 99),)))
    game.rollout(Repeat(TAKE), 1)
    os.kill(alive()[0].pid, signal.SIGKILL)
    assert game.final_states() == []
    assert game.encodings.tolist() == [[7, 3], [7, 3]]
    assert game.arrays.ends[0].tolist() == [EpisodeEnd.ABORTED] * 2
    assert game.arrays.final_encodings[0].tolist() == [[8, 4], [8, 4]]
    os.kill(alive()[0].pid, signal.SIGKILL)
    game.rollout(Repeat(TAKE), 2)
    assert game.arrays.ends[:2].tolist() == [[EpisodeEnd.ABORTED] * 2, [EpisodeEnd.RUNNING] * 2]
    assert game.arrays.before[:2, 0, 0].tolist() == [7, 7]


@pytest.mark.slow
def test_a_worker_killed_from_outside_in_mid_rollout_is_noticed(build, tmp_path):
    game = build(workers=1, n_games=1, rule=EpisodeRule(obtains={}, step_cap=9))
    victim = alive()[0].pid

    def kill():
        while not list(tmp_path.iterdir()):
            time.sleep(0.01)
        os.kill(victim, signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    game.rollout(Crash(TAKE, tmp_path, 2, waits=True))
    assert game.arrays.ends[:, 0].tolist() == [0, 0, EpisodeEnd.ABORTED, 0, 0, 0, 0, 0]
    assert game.restarts == 1


@pytest.mark.slow
def test_a_script_without_a_file_is_told_what_to_do():
    script = """
from functools import partial
from envs.rollout.batch import EpisodeTask
from envs.rollout.episode import *
from envs.game import Focus
from envs.games import each
from envs.registry import game_spec, make_game
from envs.rollout.vector import VectorGame
rule = EpisodeRule(obtains={"wood": 1}, step_cap=9)
task = EpisodeTask(games=each(partial(make_game, "toy")), focus=Focus(), rule=rule, starts=Starts(), seed=1)
VectorGame(task, game_spec("toy"), workers=1)
"""
    done = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True)
    assert "could not start: a script that uses workers must be a file" in done.stderr


@pytest.mark.slow
def test_a_game_that_raises_shows_its_traceback(build):
    with pytest.raises(WorkerDied, match=r"(?s)worker 'games-0-1' failed:.*RuntimeError: the bag tore"):
        build(workers=1).step(np.array([NOOP, RAISE]))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 1])
def test_game_errors_come_through_as_they_are(build, workers):
    with pytest.raises(BadSnapshot, match="b'junk' is no bag"):
        build(workers=workers, starts=Starts(saved=(Start(b"junk", 1),)))
    with pytest.raises(BadFocus, match="bag cannot look for 'tre'; did you mean 'tree'"):
        build(workers=workers, focus=Focus(seek=("tre",)))


@pytest.mark.slow
def test_workers_ignore_ctrl_c(build):
    game = build(workers=1)
    for process in alive():
        os.kill(process.pid, signal.SIGINT)
    assert game.step(np.array([NOOP, NOOP])).steps[0].tolist() == [1, 1]


@pytest.mark.slow
def test_close_ends_all_processes_and_may_be_repeated(build):
    game = build(workers=2)
    assert len(alive()) == 2
    game.close()
    game.close()
    assert alive() == []


@pytest.mark.slow
def test_the_environment_is_left_as_it_was(build, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    build(workers=1)
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert "MKL_NUM_THREADS" not in os.environ


def test_bad_arguments(build):
    with pytest.raises(ValueError, match="step_cap is 0; an episode has at least 1 step"):
        EpisodeRule(obtains={}, step_cap=0)
    with pytest.raises(ValueError, match=r"fresh_share is 1\.5; expected a share between 0 and 1"):
        Starts(fresh_share=1.5)
    with pytest.raises(ValueError, match="reuse is 0; every fresh start is used at least once"):
        Starts(reuse=0)
    with pytest.raises(ValueError, match="terminator_every is 0; expected at least 1"):
        task(terminator_every=0)
    with pytest.raises(ValueError, match="bag has no fact 'wod'; did you mean 'wood'"):
        build(rule=EpisodeRule(obtains={"wod": 1}, step_cap=4))
    with pytest.raises(ValueError, match="n_games is 0 and horizon 8; both must be at least 1"):
        build(n_games=0)
    with pytest.raises(ValueError, match="workers is -1; expected 0"):
        build(workers=-1)
    with pytest.raises(ValueError, match=r"steps is 9; the arrays hold 1\.\.8"):
        build().rollout(Repeat(NOOP), 9)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_rollout_may_be_begun_and_ended_apart(build, workers):
    apart, at_once = build(workers=workers, games=each(partial(Bag, 2))), build(games=each(partial(Bag, 2)))
    for _ in range(2):
        apart.begin_rollout(Roulette(), 6)
        with pytest.raises(RuntimeError, match="a rollout is being played"):
            apart.step(np.array([NOOP, NOOP]))
        apart.end_rollout()
        at_once.rollout(Roulette(), 6)
        np.testing.assert_array_equal(apart.arrays.actions[:6], at_once.arrays.actions[:6])
        np.testing.assert_array_equal(apart.encodings, at_once.encodings)
    with pytest.raises(RuntimeError, match="no rollout was begun"):
        apart.end_rollout()


@pytest.mark.parametrize("workers", [0, 2])
def test_a_rollout_that_was_under_way_when_the_workers_were_closed_is_gone(build, workers):
    game = build(workers=workers)
    game.begin_rollout(Roulette(), 6)
    with pytest.raises(RuntimeError, match="a rollout is being played"):
        game.begin_rollout(Roulette(), 6)
    game.close()
    with pytest.raises(WorkerDied, match="the workers were closed in the midst of a rollout"):
        game.end_rollout()
    with pytest.raises(WorkerDied, match="the workers are closed"):
        game.begin_rollout(Roulette(), 6)


@pytest.mark.parametrize("workers", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_a_view_of_the_first_game_is_taken_once_at_the_end_of_a_rollout(build, workers):
    game = build(workers=workers)
    assert game.view is None
    game.view_size = (16, 12)
    game.rollout(Repeat(NOOP), 3)
    view = game.view
    assert view.picture.shape == (12, 16, 3) and view.picture.dtype == np.uint8
    assert view.facts.tolist() == game.arrays.after[2, 0].tolist()
    assert view.steps == 3
    game.rollout(Repeat(NOOP), 1)
    assert game.view is view and game.view_size is None
