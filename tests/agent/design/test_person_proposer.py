"""A person as proposer: lines become tasks by facts or by looking, and are recorded."""

from pathlib import Path

import pytest

from agent.design.person_proposer import PersonProposer
from agent.design.proposer import Situation
from agent.llm.answer_log import AnswerLog
from agent.person import Nobody, NobodyThere, Person
from envs.registry import game_spec
from planners.graph.graph import SkillGraph

TOY = game_spec("toy")
SITUATION = Situation(mastered={"collect_wood": 0.9}, known={"collect_wood": "Take wood."})


class Typing:
    """Types these lines, and is gone after the last."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.told: list[str] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask(self, question: str) -> str:
        if not self.lines:
            raise NobodyThere("the input has come to its end")
        line = self.lines.pop(0)
        if line == "^C":
            raise KeyboardInterrupt
        return line


def proposer(somebody: Typing | Nobody, log: AnswerLog | None = None) -> PersonProposer:
    return PersonProposer(Person(somebody, log), TOY, SkillGraph("toy", TOY.fact_kinds))


def test_facts_where_the_words_say_some_else_a_claim_to_be_looked_at() -> None:
    somebody = Typing("collect wood", "stand in a corner of the meadow", "")
    proposals = proposer(somebody).propose(SITUATION, 5)
    by_facts, by_looking = proposals.tasks
    assert (by_facts.name, by_facts.claim) == ("collect_wood_2", "")
    assert by_facts.obtains == {"did.collect_wood": 1}
    assert (by_looking.obtains, by_looking.claim) == ({}, "stand in a corner of the meadow")
    assert by_looking.name == "stand_in_a_corner_of_the_meadow"
    assert (proposals.source, proposals.nothing_because) == ("person", "")
    told = "\n".join(somebody.told)
    assert "collect_wood: 90 %" in told and "understood:" in told and "judged by looking" in told


def test_no_more_than_are_asked_for() -> None:
    somebody = Typing("gem", "stone", "never read")
    names = [task.name for task in proposer(somebody).propose(SITUATION, 2).tasks]
    assert names == ["gem", "stone"]
    assert somebody.lines == ["never read"]


@pytest.mark.parametrize("line", ["   ", ""])
def test_an_empty_line_is_no_task(line: str) -> None:
    proposals = proposer(Typing(line)).propose(SITUATION, 3)
    assert (proposals.tasks, proposals.nothing_because) == ((), "nobody proposes anything more")


def test_ctrl_d_ends_the_list_and_later_nobody_is_there() -> None:
    asked = proposer(Typing("gem"))
    assert len(asked.propose(SITUATION, 3).tasks) == 1
    later = asked.propose(Situation(asked=1), 3)
    assert (later.tasks, later.nothing_because) == ((), "the input has come to its end")


def test_ctrl_c_is_passed_on() -> None:
    with pytest.raises(KeyboardInterrupt):
        proposer(Typing("gem", "^C")).propose(SITUATION, 3)


def test_a_resumed_run_asks_nothing_twice(tmp_path: Path) -> None:
    log = AnswerLog(tmp_path / "answers.jsonl")
    first = proposer(Typing("gem", ""), log).propose(SITUATION, 3)
    again = proposer(Nobody(), AnswerLog(tmp_path / "answers.jsonl")).propose(SITUATION, 3)
    assert again == first and first.answer_id


def test_strange_lines_make_usable_names() -> None:
    lines = ("\x1b[2J do!", "7 gems; 7 gems", "x" * 400, "é")
    tasks = proposer(Typing(*lines)).propose(SITUATION, 9).tasks
    assert [task.name for task in tasks][1] == "task_7_gems_7_gems"
    assert all("\x1b" not in task.description and len(task.description) <= 300 for task in tasks)
    assert len({task.name for task in tasks}) == len(tasks)
