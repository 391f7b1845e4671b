"""The policy over skills for training: asked for, tried out on its simulation, put right or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from agent.design.refinement import Finding
from agent.design.training_policy import (
    TrainingPolicyOverSkills,
    in_turn,
    learned,
    may_start,
    training_variables,
    write_training_policy,
)
from agent.design.training_rehearsal import rehearse_training
from agent.llm.answer_pack import AnswerPack
from agent.llm.asking import LanguageModel
from agent.llm.errors import ReplyInvalid
from agent.llm.pack_writer import record_authored
from agent.llm.replies import TrainingPolicy
from agent.testing.abilities import Ability
from agent.testing.model import scripted_model
from agent.testing.toy import NAMES, SPEC, walk
from skills.code.policy_code import TrainingPolicyFunction
from skills.code.sandbox import Sandbox, SandboxLimits

CHOP = Ability(name="chop", obtains={"wood": 1}, seek=("tree",))
DIG = Ability(name="dig", obtains={"stone": 1}, requires={"pick": 1}, seek=("rock",))
CLAIMS = [walk("up").claim, DIG.claim, CHOP.claim]
START = dict.fromkeys(NAMES, 0)

CHOOSE = [
    "def choose(start, facts, last, failures, draw):",
    "    if facts['wood'] >= 3 + draw % 3 or (last == 'chop' and failures >= 3):",
    "        return ''",
    "    if facts['pick'] >= 1 and not (last == 'dig' and failures >= 1):",
    "        return 'dig'",
    "    return 'chop'",
]
SIMULATE = [
    "def simulate(facts, skill, turn):",
    "    if skill == 'dig':",
    "        return {'stone': facts['stone'] + 1, 'pick': 0}",
    "    return {'wood': facts['wood'] + 1, 'pick': min(1, turn % 4)}",
]
CHOPS = "return '' if facts['wood'] >= 3 + draw % 3 else 'chop'"
CHECK = [
    "def check(trace):",
    "    return ['too much wood' for step in trace if step['facts']['wood'] > 5]",
]


def reply(**parts: Sequence[str]) -> dict[str, Any]:
    return {"reason": "", "choose": CHOOSE, "simulate": SIMULATE, "check": CHECK, **parts}


def choosing(*body: str) -> dict[str, Any]:
    return reply(
        choose=["def choose(start, facts, last, failures, draw):", *(f"    {line}" for line in body)]
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SandboxLimits(seconds=3.0)) as box:
        yield box


def finding(sandbox: Sandbox, fields: Mapping[str, Any]) -> Finding | None:
    starts = may_start(sandbox, CLAIMS, [], NAMES)
    return rehearse_training(sandbox, TrainingPolicy.model_validate(fields), starts, NAMES, START)


@pytest.mark.slow
def test_a_policy_that_practises_everything_is_accepted(sandbox: Sandbox) -> None:
    assert finding(sandbox, reply()) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (choosing("return 'chpo'"), "no such skill; did you mean 'chop'"),
        (choosing("return facts['wodo']"), "the game has no fact 'wodo'"),
        (choosing("return 1 // (draw - draw)"), "ZeroDivisionError"),
        (choosing("return ''"), "returns '' at the start of an episode"),
        (choosing(CHOPS), "these skills were never carried out: dig"),
        (choosing("return 'dig'"), "names 'dig' again after it has failed 9 times in a row"),
        (
            choosing("return 'dig' if facts['pick'] and facts['wood'] > 20 else 'chop'"),
            "check says: too much wood",
        ),
        (
            reply(choose=[CHOOSE[0], CHOOSE[1].replace("draw % 3", "1"), *CHOOSE[2:]]),
            "the same whatever is drawn",
        ),
        (
            choosing(
                "if facts['wood'] >= 5 - draw % 2:",
                "    return ''",
                "return 'dig' if facts['pick'] and draw % 40 == 0 and last != 'dig' else 'chop'",
            ),
            "executions; leave more to the others",
        ),
        (
            choosing(
                "if facts['wood'] >= 3 + draw % 3 or (last == 'chop' and failures >= 3):",
                "    return ''",
                "return 'dig' if facts['pick'] else 'chop'",
            ),
            "names 'dig' again after it has failed 9 times",
        ),
        (reply(simulate=["def simulate(facts, skill, turn):", "    return {'wodo': 1}"]), "no fact 'wodo'"),
        (reply(check=["def check(trace):", "    return 'bad'"]), "must return a list of texts"),
    ],
)
@pytest.mark.one_in(3)
def test_what_is_wrong_is_found_by_carrying_it_out(
    sandbox: Sandbox, fields: dict[str, Any], problem: str
) -> None:
    found = finding(sandbox, fields)
    assert found is not None
    assert problem in " ".join(found.problems)


def test_a_skill_starts_only_where_its_needs_and_its_initiation_hold(sandbox: Sandbox) -> None:
    shy = CHOP.skill.model_copy(
        update={
            "option": CHOP.skill.option.model_copy(
                update={"initiation": "def initiation(facts):\n    return facts['known.tree'] > 0\n"}
            )
        }
    )
    starts = may_start(sandbox, CLAIMS, [shy], NAMES)
    assert set(starts) == {"chop", "dig"}  # walking is scripted: nothing is learned of it
    assert not starts["chop"](START) and starts["chop"]({**START, "known.tree": 1})
    assert not starts["dig"](START) and starts["dig"]({**START, "pick": 1})


def test_the_question_names_the_learned_skills_with_their_claims() -> None:
    assert [claim.task.name for claim in learned(CLAIMS)] == ["chop", "dig"]
    assert training_variables(SPEC, CLAIMS)["skills"] == (
        "- chop: Do what chop says. (needs: nothing; gives: wood 1)\n"
        "- dig: Do what dig says. (needs: pick 1; gives: stone 1)"
    )
    assert training_variables(SPEC, CLAIMS[::-1]) == training_variables(SPEC, CLAIMS)


def write(
    model: LanguageModel, sandbox: Sandbox, rounds: list[int] | None = None
) -> TrainingPolicyOverSkills:
    def note(number: int, found: Finding | None) -> None:
        if rounds is not None:
            rounds.append(len(found.problems) if found else 0)

    return write_training_policy(model, SPEC, sandbox, CLAIMS, [], START, note)


@pytest.mark.slow
@pytest.mark.long
def test_three_rounds_of_repair_that_show_what_came_of_it(sandbox: Sandbox) -> None:
    bad = choosing(CHOPS)
    model, chat = scripted_model(bad, bad, choosing("return ''"), reply())
    rounds: list[int] = []
    policy = write(model, sandbox, rounds)
    assert rounds[-1] == 0 and len(rounds) == 4 and all(rounds[:3])
    assert (policy.source, policy.skills) == ("\n".join(CHOOSE) + "\n", ("chop", "dig"))
    assert policy.answer_id
    shown = chat.asked[1][-1][1]
    assert "never carried out: dig" in shown and CHOPS in shown and "1. chop succeeded" in shown


@pytest.mark.slow
@pytest.mark.long
def test_what_the_model_says_of_it_does_not_count(sandbox: Sandbox) -> None:
    bad = choosing(CHOPS) | {"reason": "Yes, it passes the test."}
    model, chat = scripted_model(bad, bad, bad, bad)
    with pytest.raises(ReplyInvalid, match=r"not accepted, 3 repaired versions.*never carried out"):
        write(model, sandbox)
    assert len(chat.asked) == 4


def test_a_recorded_policy_that_fails_and_has_no_repair_is_refused(sandbox: Sandbox) -> None:
    pack = AnswerPack("toy", "made up for a test")
    record_authored("training_policy", training_variables(SPEC, CLAIMS), choosing("return 'chop'"), pack)
    with pytest.raises(ReplyInvalid, match=r"was rejected when it was tried out: .*no repaired one"):
        write(LanguageModel(records=[pack]), sandbox)


def test_without_a_recorded_answer_skills_are_taken_in_turn(sandbox: Sandbox) -> None:
    policy = write(LanguageModel(records=[]), sandbox)
    assert policy == in_turn(["chop", "dig"])
    assert policy.answer_id == ""
    choose = TrainingPolicyFunction(sandbox, policy.source, NAMES, policy.skills)
    assert [choose.one(START, START, "", 0, draw) for draw in range(3)] == ["chop", "dig", "chop"]
    assert choose.one(START, START, "chop", 0, 5) == "dig"
    assert choose.one(START, START, "dig", 3, 5) == "chop"


def test_draws_reach_the_code_in_batches_too(sandbox: Sandbox) -> None:
    choose = TrainingPolicyFunction(sandbox, "\n".join(CHOOSE), NAMES, ("chop", "dig"))
    rows = np.zeros((4, len(NAMES)), np.int32)
    rows[:, NAMES.index("wood")] = [2, 3, 4, 5]
    for draw in (0, 1, 2):
        many = np.full(4, draw, np.int32)
        found = choose.batch(rows, rows, np.zeros(4, np.int32), np.zeros(4, np.int32), many)
        assert found == ["chop" if wood < 3 + draw else "" for wood in (2, 3, 4, 5)]
