"""What an action did not do reaches whoever listens, as far as the game says it."""

from __future__ import annotations

from agent.play.noted_game import MOST_NOTES, NotedGame
from envs.facts import EndStatus
from envs.registry import make_game
from envs.toy.game import ToyGame
from planners.execution.events import ActionRefused, ExecutorEvent


class Refusing(ToyGame):
    """A meadow in which the second action of an episode says that it did nothing."""

    note = ""

    def step(self, action: int) -> EndStatus:
        status = super().step(action)
        self.note = "eat: nothing is carried" if self.steps >= 2 else ""
        return status


def test_notes_are_told_with_their_step() -> None:
    heard: list[ExecutorEvent] = []
    game = NotedGame(Refusing(), heard.append)
    game.reset(1)
    for _ in range(2):
        game.step(0)
    assert heard == [ActionRefused(env_step=2, why="eat: nothing is carried")]
    assert heard[0].to_record() == {"kind": "action_refused", "env_step": 2, "why": "eat: nothing is carried"}


def test_not_for_ever() -> None:
    heard: list[ExecutorEvent] = []
    game = NotedGame(Refusing(), heard.append)
    game.reset(1, 1_000)
    for _ in range(MOST_NOTES + 20):
        if game.status is EndStatus.RUNNING:
            game.step(0)
    assert len(heard) <= MOST_NOTES


def test_games_that_say_nothing_are_heard_out() -> None:
    heard: list[ExecutorEvent] = []
    game = NotedGame(make_game("toy"), heard.append)
    game.reset(1)
    game.step(0)
    assert heard == []
