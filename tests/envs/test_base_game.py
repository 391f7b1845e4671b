"""What games do in the same way: steps are counted, bad actions refused, facts worked out once a step."""

from __future__ import annotations

import numpy as np
import pytest

from envs.base_game import BaseGame
from envs.errors import BadFocus
from envs.facts import EndStatus
from envs.game import Focus
from envs.registry import game_spec

SPEC = game_spec("toy")


class Counter(BaseGame):
    """Counts how often its facts are worked out; the action 7 ends it."""

    def __init__(self) -> None:
        super().__init__(SPEC, {name: 10 + i for i, name in enumerate(SPEC.seekable)}, {"anywhere": 3})
        self.written = 0

    def begin(self, limit: int = 3, steps: int = 0) -> Counter:
        self._set_progress(limit, steps)
        return self

    def _act(self, action: int) -> None:
        if action == 7:
            self._status = EndStatus.SUCCESS

    def _write_facts(self, out: np.ndarray) -> None:
        self.written += 1
        out[:] = self._steps


def test_no_episode_runs_before_one_has_begun() -> None:
    game = Counter()
    assert (game.status, game.steps, game.spec) == (EndStatus.ABORTED, 0, SPEC)
    with pytest.raises(
        RuntimeError, match=r"^the episode ended with ABORTED after 0 steps; call reset\(seed\)"
    ):
        game.step(0)


def test_the_limit_ends_it_unless_the_game_did() -> None:
    game = Counter().begin(limit=2)
    assert [game.step(0), game.step(np.int64(0))] == [EndStatus.RUNNING, EndStatus.TIME_LIMIT]
    with pytest.raises(RuntimeError, match="ended with TIME_LIMIT after 2 steps"):
        game.step(0)
    game.begin(limit=5, steps=4)  # as after a snapshot
    assert game.step(7) is EndStatus.SUCCESS and game.steps == 5


@pytest.mark.parametrize("action", [-1, 8])
def test_an_action_out_of_range_is_refused_and_not_counted(action: int) -> None:
    game = Counter().begin()
    with pytest.raises(ValueError, match=rf"^action {action} is out of range; toy has actions 0\.\.7$"):
        game.step(action)
    assert game.steps == 0


def test_facts_are_worked_out_once_a_step_and_are_the_callers_own() -> None:
    game = Counter().begin()
    first = game.facts()
    first["wood"] = 99
    out = np.zeros(len(SPEC.facts), np.int32)
    game.fact_values(out)
    assert game.facts() == dict.fromkeys(SPEC.fact_index, 0) and not out.any()
    assert game.written == 1
    game.step(0)
    assert game.facts()["wood"] == 1 and game.written == 2
    game.begin()
    assert game.facts()["wood"] == 0 and game.written == 3


def test_a_focus_is_resolved_to_numbers_and_checked() -> None:
    game = Counter().begin()
    names = tuple(SPEC.seekable)
    for _ in range(2):
        kinds, region = game._resolve(Focus(seek=names[1::-1]))
        assert kinds.tolist() == [11, 10] and region == 3
        assert game._resolve(Focus())[0].tolist() == []
    with pytest.raises(BadFocus, match="toy cannot look for 'treee'; did you mean 'tree'"):
        game._resolve(Focus(seek=("treee",)))
