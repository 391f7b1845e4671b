import json
import re
from pathlib import Path

import pytest

from agent.design.tasks import TASK_COUNT, propose
from agent.llm.answer_log import AnswerLog
from agent.llm.answer_pack import shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.errors import NoRecordedAnswer, ReplyInvalid
from agent.testing.model import scripted_model
from agent.testing.toy import GAME, SPEC


def task(name: str, difficulty: int = 1, **obtains: int) -> dict[str, object]:
    return {
        "name": name,
        "kind": "act",
        "description": "Something to do.",
        "obtains": obtains or {"wood": 1},
        "difficulty": difficulty,
    }


def test_tasks_come_easiest_first_with_the_id_of_the_answer(tmp_path: Path) -> None:
    model, chat = scripted_model(
        {"tasks": [task("hard", 5), task("first", 1), task("second", 1)]}, log=tmp_path / "answers.jsonl"
    )
    tasks, answer_id = propose(model, SPEC)
    assert [t.name for t in tasks] == ["first", "second", "hard"]
    assert list(AnswerLog(tmp_path / "answers.jsonl").contents.answers) == [answer_id]
    question = chat.asked[0][-1][1]
    assert f"at most {TASK_COUNT} of them" in question
    assert "propose none of these again): none" in question
    assert GAME["facts"] in chat.asked[0][0][1]


def test_known_skills_are_named_and_left_out() -> None:
    model, chat = scripted_model({"tasks": [task("old"), task("new")]})
    tasks, _ = propose(model, SPEC, known=["old", "older"])
    assert [t.name for t in tasks] == ["new"]
    assert "propose none of these again): old, older" in chat.asked[0][-1][1]


def test_an_unknown_fact_is_shown_to_the_model_once() -> None:
    model, chat = scripted_model({"tasks": [task("chop", woods=1)]}, {"tasks": [task("chop", wood=1)]})
    tasks, _ = propose(model, SPEC)
    assert tasks[0].obtains == {"wood": 1}
    complaint = "task 'chop' obtains 'woods', which is no fact of the game; did you mean 'wood'?"
    assert complaint in chat.asked[1][-1][1]


def test_a_model_that_insists_gets_an_error_with_both_reasons() -> None:
    model, chat = scripted_model({"tasks": [task("fly", altitude=9)]}, {"tasks": [task("swim", water=1)]})
    with pytest.raises(
        ReplyInvalid,
        match=re.escape("was rejected: task 'fly' obtains 'altitude', which is no fact of the game")
        + r".*After the repair round it was rejected again: task 'swim' obtains 'water'",
    ):
        propose(model, SPEC)
    assert len(chat.asked) == 2


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("I would rather talk about the weather.", "no JSON"),
        ('```json\n{"tasks": []}\n```', "at least 1 item"),
        (json.dumps({"tasks": [task("twice"), task("twice")]}), "task names must differ; repeated: twice"),
        (json.dumps({"tasks": [task("none", wood=0)]}), "greater than or equal to 1"),
    ],
)
def test_nonsense_is_repaired(reply: str, reason: str) -> None:
    model, chat = scripted_model(reply, {"tasks": [task("chop")]})
    tasks, _ = propose(model, SPEC)
    assert [t.name for t in tasks] == ["chop"]
    assert reason in chat.asked[1][-1][1]


def test_the_toys_own_answer_covers_the_whole_tree() -> None:
    tasks, _ = propose(LanguageModel(records=[shipped_pack("toy")]), SPEC)
    assert [t.name for t in tasks] == [
        "collect_wood", "collect_stone", "place_bench", "go_to_bench", "make_pick", "collect_gem",
    ]  # fmt: skip


def test_another_question_has_no_recorded_answer() -> None:
    with pytest.raises(NoRecordedAnswer, match="no recorded answer to prompt 'propose_tasks'"):
        propose(LanguageModel(records=[shipped_pack("toy")]), SPEC, known=["collect_wood"])


def test_a_task_that_nothing_could_judge_is_shown_to_the_model() -> None:
    nothing = {**task("stand"), "obtains": {}}
    seen = {**nothing, "claim": "the player stands between two trees"}
    model, chat = scripted_model({"tasks": [nothing]}, {"tasks": [seen]})
    tasks, _ = propose(model, SPEC)
    assert (tasks[0].claim, tasks[0].obtains) == ("the player stands between two trees", {})
    assert 'or say in "claim" what must be seen' in chat.asked[1][-1][1]
