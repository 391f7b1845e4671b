import pytest

from agent.play.watched import Moment, WatchedPlay
from envs.registry import make_game
from planners.execution.events import PlanMade, SkillEnded, SkillStarted


def test_moments_say_step_skill_and_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.play.watched.EVERY_S", 0.0)
    moments: list[Moment] = []
    game = WatchedPlay(make_game("toy"), moments.append)
    game.watch(7)
    game.reset(7)
    game.note(PlanMade(env_step=0, goal={"wood": 1}, steps=("a", "b"), expected_steps=2.0, missing={}))
    game.note(SkillStarted(env_step=0, skill="a"))
    game.step(0)
    game.note(SkillStarted(env_step=1, skill="guard"))
    game.step(0)
    ended = {"outcome": "done", "reason": "", "env_steps": 1, "interrupted_by": "", "changes": {}}
    game.note(SkillEnded(env_step=2, skill="guard", **ended))  # type: ignore[arg-type]
    game.step(0)
    assert [(moment.seed, moment.step, moment.skill, moment.left) for moment in moments] == [
        (7, 1, "a", 2),
        (7, 2, "guard", 2),
        (7, 3, "a", 2),
    ]
    assert set(moments[0].bars) <= {fact.name for fact in game.spec.facts}
    game.close()


def test_moments_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.play.watched.EVERY_S", 1e9)
    moments: list[Moment] = []
    game = WatchedPlay(make_game("toy"), moments.append)
    game.watch(1)
    game.reset(1)
    for _ in range(3):
        game.step(0)
    assert [moment.step for moment in moments] == [1]
    game.watch(2)
    game.reset(2)
    game.step(0)
    assert [moment.seed for moment in moments] == [1, 2]
    game.watch(None)
    game.step(0)
    assert len(moments) == 2
    game.close()
