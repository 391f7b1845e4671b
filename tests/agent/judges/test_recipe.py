"""Judges made from a recipe, here or in another process."""

import pickle
import sys
from pathlib import Path
from types import ModuleType

import pytest

from agent.judges.errors import NoJudge
from agent.judges.recipe import JudgeRecipe
from envs.registry import game_spec
from planners.execution.judge import JudgeTask
from tests.agent.judges.saying import Says

TOY = game_spec("toy")


def task(wood: int) -> JudgeTask:
    return JudgeTask(
        task="chop", obtains={}, kinds={"wood": "count"}, before={"wood": 0}, after={"wood": wood},
        claim="a log was cut", key=4,
    )  # fmt: skip


@pytest.fixture
def embedded(monkeypatch):
    """A stand-in for the package of the embedded judge, which notes what was asked of it."""
    module, loaded = ModuleType("agent.judges.embedded"), []

    class EmbeddedJudge:
        @staticmethod
        def load(folder=None):
            loaded.append(folder)
            return Says("done", "first") if folder is None else Says("not_done", "second")

    module.EmbeddedJudge, module.__file__ = EmbeddedJudge, "/judges/embedded/__init__.py"
    monkeypatch.setattr("agent.judges.recipe.EMBEDDED_FOR", {"toy"})
    monkeypatch.setitem(sys.modules, "agent.judges.embedded", module)
    return loaded


def test_facts_may_stand_in():
    judge = pickle.loads(pickle.dumps(JudgeRecipe(source="facts", truths={"chop": {"wood": 1}}))).make(TOY)
    assert [judge.judge(task(wood)).outcome for wood in (0, 1)] == ["not_done", "done"]


def test_their_verdicts_may_be_made_worse():
    recipe = JudgeRecipe(source="facts", truths={"chop": {"wood": 1}}, missed=1.0)
    assert recipe.make(TOY).judge(task(1)).outcome == "not_done"


def test_the_embedded_judge_looks_and_a_second_one_checks(embedded):
    assert JudgeRecipe().make(TOY).judge(task(0)).outcome == "done"
    assert JudgeRecipe(second_share=1.0).make(TOY).judge(task(0)).outcome == "unclear"
    assert embedded == [None, None, Path("/judges/embedded/second")]


def test_a_judge_that_was_fooled_must_be_surer(embedded):
    assert JudgeRecipe(bars={"chop": 1.001}).make(TOY).judge(task(0)).outcome == "unclear"
    assert JudgeRecipe(bars={"dig": 1.001}).make(TOY).judge(task(0)).outcome == "done"


def test_without_a_second_judge_there_are_no_spot_checks(embedded, monkeypatch):
    def load(folder=None):
        if folder is not None:
            raise NoJudge("there is no second one")
        return Says("done")

    monkeypatch.setattr(sys.modules["agent.judges.embedded"].EmbeddedJudge, "load", staticmethod(load))
    assert JudgeRecipe(second_share=1.0).make(TOY).judge(task(0)).outcome == "done"


def test_without_any_judge_everything_is_unclear(embedded, monkeypatch):
    def load(folder=None):
        raise NoJudge("its weights are gone")

    monkeypatch.setattr(sys.modules["agent.judges.embedded"].EmbeddedJudge, "load", staticmethod(load))
    verdict = JudgeRecipe().make(TOY).judge(task(1))
    assert (verdict.outcome, verdict.judge, verdict.reason) == ("unclear", "nobody", "its weights are gone")
