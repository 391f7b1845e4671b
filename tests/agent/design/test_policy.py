"""A policy over skills for a task: asked for, tried out, put right in rounds, or refused in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from agent.design.effects import add_claim
from agent.design.policy import kit_variables, write_policy_over_skills
from agent.design.refinement import Finding
from agent.errors import NoPolicyOverSkills
from agent.llm.answer_pack import AnswerPack
from agent.llm.asking import LanguageModel
from agent.llm.errors import NoRecordedAnswer
from agent.llm.pack_writer import record_authored
from agent.play.kit import Kit, PolicyOverSkills
from agent.testing.abilities import Ability
from agent.testing.model import scripted_model
from agent.testing.toy import NAMES, SPEC
from planners.graph.graph import SkillGraph
from skills.code.sandbox import Sandbox, SandboxLimits

START = dict.fromkeys(NAMES, 0)
TASK = "get two pieces of wood"
GOOD = {
    "reason": "",
    "goal": {"wood": 2},
    "choose": [
        "def choose(start, facts, last, failures):",
        "    return '' if facts['wood'] >= 2 or failures >= 3 else 'chop'",
    ],
    "simulate": ["def simulate(facts, skill, turn):", "    return {'wood': facts['wood'] + 1}"],
    "check": ["def check(trace):", "    return []"],
    "impossible": "",
}
LAZY = {**GOOD, "choose": [GOOD["choose"][0], "    return ''"]}  # type: ignore[index]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SandboxLimits(seconds=0.5)) as box:
        yield box


@pytest.fixture(scope="module")
def kit() -> Kit:
    skill = Ability(name="chop", obtains={"wood": 1}, seek=("tree",))
    graph = SkillGraph("toy", SPEC.fact_kinds)
    add_claim(graph, skill.claim)
    return Kit(game="toy", skills={"chop": skill.skill}, networks={}, graph=graph.to_json())


def write(
    model: LanguageModel,
    kit: Kit,
    sandbox: Sandbox,
    rounds: list[tuple[int, str]] | None = None,
    goal: Mapping[str, int] | None = None,
) -> PolicyOverSkills:
    def note(number: int, finding: Finding | None) -> None:
        if rounds is not None:
            rounds.append((number, finding.problems[0] if finding else ""))

    return write_policy_over_skills(model, kit, SPEC, sandbox, START, TASK, goal, note)


def test_a_policy_that_works_is_taken_with_its_goal(kit: Kit, sandbox: Sandbox) -> None:
    model, chat = scripted_model(GOOD)
    policy = write(model, kit, sandbox, goal={"stone": 0})
    assert (policy.task, policy.skills, policy.goal) == (TASK, ("chop",), {"wood": 2, "stone": 0})
    assert policy.source == "\n".join(GOOD["choose"]) + "\n" and policy.answer_id  # type: ignore[arg-type]
    assert "- chop: Do what chop says. (needs: nothing; gives: wood 1)" in "".join(
        text for _, text in chat.asked[0]
    )


def test_a_goal_that_is_known_must_hold_as_well(kit: Kit, sandbox: Sandbox) -> None:
    model, _ = scripted_model(GOOD, {"reason": "", "impossible": "There is no more."})
    rounds: list[tuple[int, str]] = []
    with pytest.raises(NoPolicyOverSkills, match=r"cannot be done with the skills at hand: There is no more"):
        write(model, kit, sandbox, rounds, goal={"wood": 3})
    assert rounds == [(1, "the goal (wood 3) does not hold at the end of the run: wood is 2")]


def test_rounds_of_repair_show_what_was_found(kit: Kit, sandbox: Sandbox) -> None:
    model, chat = scripted_model(LAZY, GOOD)
    rounds: list[tuple[int, str]] = []
    assert write(model, kit, sandbox, rounds).answer_id
    assert rounds == [(1, "the goal (wood 2) does not hold at the end of the run: wood is 0"), (2, "")]
    assert "- the goal (wood 2) does not hold" in chat.asked[1][-1][1]
    assert "Run: every execution succeeds, luck number 1" in chat.asked[1][-1][1]
    assert "goal = {'wood': 2}\n\ndef choose" in chat.asked[1][-1][1]


def test_after_three_repairs_it_is_refused(kit: Kit, sandbox: Sandbox) -> None:
    model, chat = scripted_model(LAZY, LAZY, LAZY, LAZY)
    with pytest.raises(
        NoPolicyOverSkills,
        match=r"^no policy over skills for 'get two .*, 3 repaired ones included; of the last",
    ):
        write(model, kit, sandbox)
    assert len(chat.asked) == 4


def recorded(kit: Kit, answer: Mapping[str, Any] | None) -> LanguageModel:
    pack = AnswerPack("toy", "made up for a test")
    if answer is not None:
        record_authored("skill_policy", kit_variables(kit, SPEC, TASK), answer, pack)
    return LanguageModel(records=[pack])


def test_a_recorded_policy_that_fails_and_has_no_repair_is_refused(kit: Kit, sandbox: Sandbox) -> None:
    with pytest.raises(
        NoPolicyOverSkills,
        match=r"^the recorded policy over skills .* was rejected .*there is no repaired one",
    ):
        write(recorded(kit, LAZY), kit, sandbox)


def test_without_a_recorded_answer_that_is_said(kit: Kit, sandbox: Sandbox) -> None:
    with pytest.raises(NoRecordedAnswer):
        write(recorded(kit, None), kit, sandbox)
