"""Attempts whose success a judge says: when they are looked at, and what verdicts end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

import numpy as np
import pytest

from envs.game import Focus
from envs.games import each
from envs.rollout.batch import EpisodeTask
from envs.rollout.episode import EpisodeEnd, EpisodeRule, Start, Starts
from envs.rollout.looking import Attempt, Audit, JudgedRule, Look, watched_facts
from envs.rollout.vector import VectorGame
from tests.envs.bag_game import DIE, NOOP, SPEC, TAKE, Bag, Repeat, make_five_or_more


class DrawnBag(Bag):
    """A bag that can be looked at: a picture of one pixel, as bright as there is wood."""

    def frame(self, size: tuple[int, int] = (288, 288)) -> np.ndarray:
        return np.full((1, 1, 3), self.wood, np.uint8)


class Script:
    """Says what a table says of the wood carried, and remembers what it was shown."""

    shown: ClassVar[list[Attempt]] = []

    def __init__(self, says: dict[int, Look], last: Look = Look.NOT_DONE, pictures: bool = False) -> None:
        self.says, self.last = says, last
        self.picture_size = (1, 1) if pictures else None

    def look(self, attempts: Sequence[Attempt]) -> list[Look]:
        Script.shown += attempts
        return [self._one(attempt) for attempt in attempts]

    def _one(self, attempt: Attempt) -> Look:
        return self.says.get(int(attempt.after[0]), self.last if attempt.over else Look.NOT_DONE)

    def audits(self) -> list[Audit]:
        return [Audit(key=a.key, look=Look.DONE, truth=None, start=a.start, actions=a.actions) for a in []]


@pytest.fixture
def build():
    games = []

    def make(says, *, last=Look.NOT_DONE, pictures=False, every=4, workers=0, **changes):
        Script.shown = []
        judged = JudgedRule(open=partial(Script, says, last, pictures), identity="a script", every=every)
        task = EpisodeTask(
            games=each(DrawnBag), focus=Focus(), rule=EpisodeRule(obtains={}, step_cap=6),
            starts=Starts(), seed=3, judged=judged,
        )  # fmt: skip
        games.append(VectorGame(replace(task, **changes), SPEC, n_games=1, horizon=8, workers=workers))
        games[-1].reset()
        return games[-1]

    yield make
    for game in games:
        game.close()


def ends_of(game: VectorGame, *actions: int) -> list[int]:
    return [int(game.step(np.array([action])).ends[0, 0]) for action in actions]


def test_a_verdict_of_done_is_a_success_and_another_attempt_begins(build):
    game = build({2: Look.DONE})
    assert ends_of(game, TAKE, TAKE) == [EpisodeEnd.RUNNING, EpisodeEnd.REACHED]
    assert ends_of(game, TAKE) == [EpisodeEnd.RUNNING]


def test_what_is_carried_is_looked_at_at_once_and_a_sight_now_and_then(build):
    ends_of(build({}, every=4), TAKE, NOOP, TAKE)
    assert [len(attempt.actions) for attempt in Script.shown] == [1, 3]
    ends_of(build({}, every=1), NOOP, NOOP, NOOP, NOOP)
    assert [len(attempt.actions) for attempt in Script.shown] == [2, 3, 4]  # the tree is near at even steps


@pytest.mark.parametrize(
    ("last", "end"),
    [
        (Look.NOT_DONE, EpisodeEnd.CAP),
        (Look.DONE, EpisodeEnd.REACHED),
        (Look.UNCLEAR, EpisodeEnd.UNCLEAR),
        (Look.CONTESTED, EpisodeEnd.UNCLEAR),
    ],
)
def test_the_last_look_decides_at_the_cap(build, last, end):
    assert ends_of(build({}, last=last, every=9), *[NOOP] * 6)[-1] == end
    assert [attempt.over for attempt in Script.shown] == [True]


def test_unclear_in_the_midst_is_waited_out_and_a_contest_is_not(build):
    assert ends_of(build({1: Look.UNCLEAR, 2: Look.DONE}), TAKE, TAKE)[-1] == EpisodeEnd.REACHED
    assert ends_of(build({1: Look.CONTESTED, 2: Look.DONE}), TAKE) == [EpisodeEnd.UNCLEAR]


def test_giving_up_is_judged_and_death_is_not(build):
    stop = {"terminator": make_five_or_more, "rule": EpisodeRule(obtains={}, step_cap=9)}
    assert ends_of(build({}, **stop), *[TAKE] * 5)[-1] == EpisodeEnd.STOPPED
    assert ends_of(build({}, last=Look.UNCLEAR, **stop), *[TAKE] * 5)[-1] == EpisodeEnd.UNCLEAR
    Script.shown = []
    assert ends_of(build({}, last=Look.DONE), DIE) == [EpisodeEnd.DEATH]
    assert not Script.shown


def test_an_attempt_tells_where_it_began_what_was_done_and_what_was_seen(build):
    start = Start(bytes([1, 0]), 77)
    game = build({}, pictures=True, starts=Starts(saved=(start,)))
    ends_of(game, TAKE, NOOP, TAKE)
    first, second = Script.shown
    assert second.start == start and second.actions == (TAKE, NOOP, TAKE)
    assert second.before[0] == 1 and second.after[0] == 3
    assert second.first.max() == 1 and second.now.max() == 3
    assert [(step, picture.max()) for step, picture in second.events] == [(1, 2)]
    assert first.key == second.key


def test_attempts_have_keys_of_their_own_that_do_not_depend_on_the_run(build):
    def keys():
        ends_of(build({1: Look.DONE}), TAKE, TAKE, TAKE)
        return [attempt.key for attempt in Script.shown]

    assert len(set(keys())) == 3
    assert keys() == keys()


def test_a_fresh_start_is_told_by_its_seed(build):
    game = build({})
    ends_of(game, TAKE)
    (attempt,) = Script.shown
    assert attempt.start.snapshot == b""
    again = DrawnBag()
    again.reset(attempt.start.origin)
    assert again.wood == attempt.before[0]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_rollout_brings_the_audits_along(build, workers):
    game = build({2: Look.DONE}, workers=workers)
    game.rollout(Repeat(TAKE), 8)
    assert [int(end) for end in game.arrays.ends[:, 0]] == [0, 1] * 4
    assert game.audits == []


def test_sights_are_facts_of_few_values(build):
    carried, sights = watched_facts(SPEC)
    assert [SPEC.facts[i].name for i in carried] == ["wood"]
    assert [SPEC.facts[i].name for i in sights] == ["near.tree", "torch"]


def test_a_rule_that_never_looks_is_refused():
    with pytest.raises(ValueError, match="every is 0; expected at least 1"):
        JudgedRule(open=partial(Script, {}), identity="", every=0)
