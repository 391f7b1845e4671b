"""What a judge that looks is shown: the first, the middle and the last moment of an execution, and events."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from envs.facts import EndStatus
from envs.game import PictureArea
from envs.registry import make_game
from planners.execution.judge import FactsJudge, JudgeTask
from planners.execution.runner import SkillRunner
from planners.execution.views import MAX_EVENTS, MAX_MOMENTS, Views
from planners.graph.graph import SkillGraph
from planners.plan import Verdict
from skills.skill import Effects, SkillKind
from tests.planners.tiny_game import TinyGame, make_options, tiny_graph


class SeenGame:
    """A game that says which step it is, in words and as a picture; its lower half shows what is carried."""

    def __init__(self, area: PictureArea | None = None) -> None:
        self.steps = 0
        self.drawn = 0
        self.carried = 0
        self.spec = SimpleNamespace(status_area=area, judged_size=(2, 2))

    def caption(self) -> str:
        return f"step {self.steps}"

    def frame(self, size: tuple[int, int]) -> Any:
        assert size == self.spec.judged_size
        self.drawn += 1
        picture = np.full((2, 2, 3), self.steps, np.uint8)
        picture[1:] = self.carried
        return picture


def seen(steps: int, *, captions: bool = True, frames: bool = True) -> tuple[Views, SeenGame]:
    game, views = SeenGame(), Views(captions=captions, frames=frames)
    for game.steps in range(steps + 1):
        views.look(game, game.steps)  # type: ignore[arg-type]
    views.look(game, steps, last=True)  # type: ignore[arg-type]
    return views, game


@pytest.mark.parametrize(("steps", "expected"), [(0, [0]), (1, [0, 1]), (2, [0, 1, 2]), (9, [0, 4, 9])])
def test_first_middle_and_last(steps: int, expected: list[int]) -> None:
    chosen = seen(steps)[0].chosen()
    assert chosen.captions == tuple(f"step {n}" for n in expected)
    assert chosen.steps == tuple(expected)
    assert [int(frame[0, 0, 0]) for frame in chosen.frames] == expected
    assert (chosen.events, chosen.course_seen) == ((), False), "this game says of no part what it shows"


@pytest.mark.parametrize("steps", [50, 200])
def test_the_middle_of_a_long_execution_is_known_about(steps: int) -> None:
    views, game = seen(steps)
    first, middle, last = views.chosen().steps
    assert (first, last) == (0, steps)
    assert abs(middle - steps / 2) <= steps / MAX_MOMENTS
    assert game.drawn < 5 * MAX_MOMENTS


def test_only_what_is_wanted_is_looked_at() -> None:
    views, game = seen(9, frames=False)
    chosen = views.chosen()
    assert (len(chosen.captions), chosen.frames, game.drawn) == (3, (), 0)
    nothing = seen(9, captions=False, frames=False)[0].chosen()
    assert (nothing.steps, nothing.captions, nothing.frames) == ((), (), ())


def watched(carried: list[int], steps: list[int] | None = None) -> Views:
    """What is kept of a game that carries so many things at each step, the lower half of its picture."""
    game, views = SeenGame(PictureArea(top=0.5)), Views(captions=False, frames=True)
    for used, (game.steps, game.carried) in enumerate(zip(steps or range(99), carried, strict=False)):
        views.look(game, used)  # type: ignore[arg-type]
    views.look(game, len(carried) - 1, last=True)  # type: ignore[arg-type]
    return views


class TestEvents:
    def test_what_is_used_up_between_first_and_last_is_seen(self) -> None:
        chosen = watched([0, 0, 1, 1, 0, 0]).chosen()
        assert [(event.step, int(event.picture[1, 0, 0])) for event in chosen.events] == [(2, 1), (4, 0)]
        assert chosen.course_seen

    def test_nothing_changed(self) -> None:
        chosen = watched([3, 3, 3]).chosen()
        assert (chosen.events, chosen.course_seen) == ((), True)

    def test_too_many_events_stay_bounded_and_are_said_to_be_incomplete(self) -> None:
        chosen = watched(list(range(40))).chosen()
        assert len(chosen.events) == MAX_EVENTS
        assert (chosen.events[0].step, chosen.events[-1].step) == (1, 39)
        assert not chosen.course_seen

    def test_steps_that_nobody_looked_at_leave_a_gap(self) -> None:
        """As when a guard's skill played in between."""
        chosen = watched([1, 1, 2], steps=[0, 1, 9]).chosen()
        assert ([event.step for event in chosen.events], chosen.course_seen) == ([2], False)

    def test_of_crafter_a_bar_that_falls(self) -> None:
        game, views = make_game("crafter"), Views(captions=False, frames=True)
        game.reset(2)
        noop = game.spec.action_index["noop"]
        bars = ("health", "food", "drink", "energy")
        levels = [tuple(game.facts()[bar] for bar in bars)]
        views.look(game, 0)
        while game.steps < 45 and game.status is EndStatus.RUNNING:
            game.step(noop)
            levels.append(tuple(game.facts()[bar] for bar in bars))
            views.look(game, game.steps)
        changed = [n for n in range(1, len(levels)) if levels[n] != levels[n - 1]]
        assert 0 < len(changed) <= MAX_EVENTS
        assert [event.step for event in views.chosen().events] == changed
        assert views.chosen().course_seen


def test_a_terminal_is_shown_without_colours() -> None:
    class Terminal(SeenGame):
        def screen_text(self) -> str:
            return f"\x1b[32mT:{self.steps}\x1b[0m"

    game, views = Terminal(), Views(captions=False, frames=False, screens=True)
    for game.steps in range(3):
        views.look(game, game.steps)  # type: ignore[arg-type]
    assert views.chosen().screens == ("T:0", "T:1", "T:2")


def test_a_game_without_a_terminal_has_no_screens() -> None:
    views = Views(captions=False, frames=False, screens=True)
    views.look(SeenGame(), 0)  # type: ignore[arg-type]
    assert (views.chosen().screens, views.chosen().steps) == ((), (0,))


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
            TinyGame, "frame", lambda self, size: np.full((1, 1, 3), self.steps, np.uint8), raising=False
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
        assert task.frame_steps == (0, 1, 3)

    def test_nothing_for_a_judge_that_reads_facts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        task = self.task(LookingJudge(captions=False, frames=False), monkeypatch)
        assert (task.captions, task.frames) == ((), ())

    def test_the_claim_in_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        task = self.task(LookingJudge(captions=False, frames=False), monkeypatch)
        assert (task.claim, task.in_words()) == ("", "1 wood")


def test_a_skill_whose_success_no_fact_states_has_its_claim_in_the_graph_and_before_the_judge() -> None:
    graph = tiny_graph(("chop", {"wood": 1}))
    graph.add_skill(
        "gap",
        SkillKind.ACT,
        Effects(),
        success_in_words="there is a gap between two trees",
        available=True,
        step_cap=2,
    )
    graph = SkillGraph.from_json(graph.to_json())
    judge = LookingJudge(captions=False, frames=False)
    game: Any = TinyGame({"gap": lambda facts: None})
    assert SkillRunner(graph, make_options(), judge).run(game, "gap").verdict.outcome == "unclear"
    assert [(task.claim, task.in_words()) for task in judge.tasks] == [
        ("there is a gap between two trees",) * 2
    ]
    assert "claim" not in next(node for node in graph.to_json()["nodes"] if node["name"] == "chop")
