"""What a judge that looks is shown: the first, the middle and the last moment of an execution."""

from typing import Any

import numpy as np
import pytest

from planners.execution.judge import FactsJudge, JudgeTask
from planners.execution.runner import SkillRunner
from planners.execution.views import MAX_MOMENTS, Views
from planners.plan import Verdict
from tests.planners.tiny_game import TinyGame, make_options, tiny_graph


class SeenGame:
    """A game that says which step it is, in words and as a picture."""

    def __init__(self) -> None:
        self.now = 0
        self.drawn = 0

    def caption(self) -> str:
        return f"step {self.now}"

    def frame(self) -> Any:
        self.drawn += 1
        return np.full((2, 2, 3), self.now, np.uint8)


def seen(steps: int, *, captions: bool = True, frames: bool = True) -> tuple[Views, SeenGame]:
    game, views = SeenGame(), Views(captions=captions, frames=frames)
    for game.now in range(steps + 1):
        views.look(game, game.now)  # type: ignore[arg-type]
    views.look(game, steps, last=True)  # type: ignore[arg-type]
    return views, game


@pytest.mark.parametrize(("steps", "expected"), [(0, [0]), (1, [0, 1]), (2, [0, 1, 2]), (9, [0, 4, 9])])
def test_first_middle_and_last(steps: int, expected: list[int]) -> None:
    captions, frames = seen(steps)[0].chosen()
    assert captions == tuple(f"step {n}" for n in expected)
    assert [int(frame[0, 0, 0]) for frame in frames] == expected


@pytest.mark.parametrize("steps", [50, 200])
def test_the_middle_of_a_long_execution_is_known_about(steps: int) -> None:
    views, game = seen(steps)
    captions, _ = views.chosen()
    first, middle, last = (int(caption.split()[1]) for caption in captions)
    assert (first, last) == (0, steps)
    assert abs(middle - steps / 2) <= steps / MAX_MOMENTS
    assert game.drawn < 5 * MAX_MOMENTS


def test_only_what_is_wanted_is_looked_at() -> None:
    views, game = seen(9, frames=False)
    captions, frames = views.chosen()
    assert (len(captions), frames, game.drawn) == (3, (), 0)
    assert seen(9, captions=False, frames=False)[0].chosen() == ((), ())


class LookingJudge(FactsJudge):
    """Keeps the tasks that it was given."""

    def __init__(self, *, captions: bool, frames: bool) -> None:
        self.wants_captions, self.wants_frames = captions, frames
        self.tasks: list[JudgeTask] = []

    def judge(self, task: JudgeTask) -> Verdict:
        self.tasks.append(task)
        return super().judge(task)


class TestInPlay:
    """A skill that takes three steps, before judges that want to see something and one that does not."""

    @staticmethod
    def task(judge: LookingJudge, monkeypatch: pytest.MonkeyPatch) -> JudgeTask:
        monkeypatch.setattr(TinyGame, "caption", lambda self: f"step {self.steps}", raising=False)
        monkeypatch.setattr(
            TinyGame, "frame", lambda self: np.full((1, 1, 3), self.steps, np.uint8), raising=False
        )
        game: Any = TinyGame({"chop": lambda facts: facts.update(wood=facts["wood"] + (game.steps == 3))})
        graph = tiny_graph(("chop", {"wood": 1}))
        runner = SkillRunner(graph, make_options(), judge)
        assert runner.run(game, "chop").verdict.outcome == "done"
        (task,) = judge.tasks
        return task

    def test_captions_and_frames(self, monkeypatch: pytest.MonkeyPatch) -> None:
        task = self.task(LookingJudge(captions=True, frames=True), monkeypatch)
        assert task.captions == ("step 0", "step 1", "step 3")
        assert [int(frame[0, 0, 0]) for frame in task.frames] == [0, 1, 3]

    def test_nothing_for_a_judge_that_reads_facts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        task = self.task(LookingJudge(captions=False, frames=False), monkeypatch)
        assert (task.captions, task.frames) == ((), ())
