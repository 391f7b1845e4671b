"""Options tested by execution: what the test finds, how it is put right, and what counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from agent.design.code import Designer, RecordedPlay, record_random_play
from agent.design.option_trial import OptionTester, OptionTrial, option_variables
from agent.llm.answer_pack import AnswerPack
from agent.llm.asking import LanguageModel
from agent.llm.errors import ReplyInvalid
from agent.llm.pack_writer import record_authored
from agent.llm.replies import OptionTest, SkillOption
from agent.testing.abilities import Ability
from agent.testing.model import scripted_model
from agent.testing.toy import NAMES, SPEC
from envs.registry import make_game
from skills.code.sandbox import Sandbox, SandboxLimits

DIG = Ability(name="dig", obtains={"stone": 1}, requires={"pick": 1}, seek=("rock",), step_cap=40)
INITIATION = ["def initiation(facts):", "    return facts['pick'] >= 1"]
TERMINATION = ["def termination(start, facts, steps):", "    return facts['pick'] < 1"]
CASES = [
    "def cases(facts):",
    "    return [",
    "        {'why': 'a pick', 'facts': {'pick': 1}, 'initiation': True},",
    "        {'why': 'no pick', 'facts': {'pick': 0}, 'initiation': False},",
    "        {'why': 'it broke', 'start': {'pick': 1}, 'facts': {}, 'steps': 3, 'termination': True},",
    "    ]",
]
SIMULATE = [
    "def simulate(facts, step, turn):",
    "    return {'stone': facts['stone'] + 1} if step >= turn % 20 else {'distance.rock': 20 - step}",
]
GOOD = {
    "reason": "",
    "initiation": INITIATION,
    "termination": TERMINATION,
    "cases": CASES,
    "simulate": SIMULATE,
}
OPTION = {"initiation": INITIATION, "termination": TERMINATION}
TEST = {"reason": "", "cases": CASES, "simulate": SIMULATE}
START = dict.fromkeys(NAMES, 0)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SandboxLimits(seconds=3.0)) as box:
        yield box


@pytest.fixture(scope="module")
def play() -> RecordedPlay:
    return record_random_play(make_game("toy"), 0)


def problems(sandbox: Sandbox, **parts: Sequence[str]) -> str:
    trial = OptionTrial(sandbox, SPEC, START, DIG.claim.effects, DIG.step_cap)
    finding = trial.finding(OptionTest.model_validate({**GOOD, **parts}))
    return "; ".join(finding.problems) if finding else ""


def test_an_option_that_does_what_it_should_passes(sandbox: Sandbox) -> None:
    assert problems(sandbox) == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        (
            {"initiation": ["def initiation(facts):", "    return facts['pick'] >= 2"]},
            "situation 'a pick': initiation says False, and should say True",
        ),
        (
            {"initiation": ["def initiation(facts):", "    return True"]},
            "situation 'no pick': initiation says True, and should say False",
        ),
        (
            {
                "initiation": ["def initiation(facts):", "    return True"],
                "cases": [*CASES[:3], "    ]"],
            },
            "without any pick, which the skill needs: initiation says True",
        ),
        (
            {"termination": ["def termination(start, facts, steps):", "    return False"]},
            "situation 'it broke': termination says False after 3 steps, and should say True",
        ),
        (
            {
                "termination": [
                    "def termination(start, facts, steps):",
                    "    return steps == 0 or facts['pick'] < 1",
                ]
            },
            "termination gives up before the first step",
        ),
        (
            {
                "termination": [
                    "def termination(start, facts, steps):",
                    "    return steps > 5 or facts['pick'] < 1",
                ]
            },
            "termination gives up after 6 steps of an attempt that goes well",
        ),
        (
            {"simulate": ["def simulate(facts, step, turn):", "    return {'distance.rock': step}"]},
            "4 of 4 simulated attempts do not bring about what a success brings (stone 1) within 40 steps",
        ),
        (
            {"cases": [CASES[0], CASES[1], CASES[3], "    ]"]},
            "no situation in which the skill should be able to start",
        ),
        ({"cases": ["def cases(facts):", "    return []"]}, "must return a list of dictionaries"),
        ({"simulate": ["def simulate(facts, step, turn):", "    while True: pass"]}, "loop without end"),
        ({"initiation": ["def initiation(facts):", "    return facts['pikc']"]}, "no fact 'pikc'"),
    ],
)
def test_what_is_wrong_is_found_by_carrying_it_out(
    sandbox: Sandbox, parts: Mapping[str, Any], problem: str
) -> None:
    assert problem in problems(sandbox, **parts)


def test_events_and_bars_need_not_be_asked_for(sandbox: Sandbox) -> None:
    after = Ability(name="dig", obtains={"stone": 1}, requires={"pick": 1, "did.make_pick": 1}, step_cap=40)
    trial = OptionTrial(sandbox, SPEC, START, after.claim.effects, 40)
    assert trial.finding(OptionTest.model_validate(GOOD)) is None


class Heard(list[tuple[str, str, Mapping[str, Any]]]):
    def __call__(self, skill: str, outcome: str, more: Mapping[str, Any]) -> None:
        self.append((skill, outcome, more))


def design(model: LanguageModel, sandbox: Sandbox, play: RecordedPlay, heard: Heard) -> Any:
    tester = OptionTester(model, SPEC, sandbox, START, heard)
    designer = Designer(model, SPEC, sandbox, play, tester)
    return designer, designer._option(DIG.claim, DIG.claim.effects)


def test_a_passed_test_leaves_the_option_as_it_is_and_is_cited(sandbox: Sandbox, play: RecordedPlay) -> None:
    model, chat = scripted_model(OPTION, TEST)
    heard = Heard()
    designer, (code, answers) = design(model, sandbox, play, heard)
    assert code.initiation == "\n".join(INITIATION) + "\n"
    assert len(set(answers)) == 2 and all(answers)
    assert heard == [("dig", "tested", {"answer_id": answers[1], "problems": [[]]})]
    assert "pick 1" in chat.asked[1][-1][1] and "facts['pick'] >= 1" in chat.asked[1][-1][1]
    again = designer._tester.accepted(DIG.claim, SkillOption.model_validate(OPTION), lambda option: None)
    assert again[1] == answers[1]  # the same option is tested once
    assert len(heard) == 1 and len(chat.asked) == 2


def test_up_to_three_repairs_that_show_what_was_found(sandbox: Sandbox, play: RecordedPlay) -> None:
    eager = {**GOOD, "termination": ["def termination(start, facts, steps):", "    return steps > 5"]}
    never = {**GOOD, "initiation": ["def initiation(facts):", "    return False"]}
    model, chat = scripted_model(OPTION | {"termination": eager["termination"]}, TEST, eager, never, GOOD)
    heard = Heard()
    _, (code, _) = design(model, sandbox, play, heard)
    assert code.termination == "\n".join(TERMINATION) + "\n"
    ((_, outcome, more),) = heard
    assert outcome == "tested" and [bool(found) for found in more["problems"]] == [True, True, True, False]
    assert "an attempt that goes well" in chat.asked[2][-1][1]
    assert "the skill could never start" in more["problems"][2][0]  # recorded play is asked as well


@pytest.mark.slow
def test_no_word_of_the_model_makes_a_bad_option_good(sandbox: Sandbox, play: RecordedPlay) -> None:
    bad = {
        **GOOD,
        "reason": "It is right.",
        "simulate": ["def simulate(facts, step, turn):", "    return {}"],
    }
    model, chat = scripted_model(OPTION, {k: bad[k] for k in ("reason", "cases", "simulate")}, bad, bad, bad)
    with pytest.raises(ReplyInvalid, match=r"the option of 'dig' was not accepted, 3 repaired versions"):
        design(model, sandbox, play, Heard())
    assert len(chat.asked) == 5


def pack_with(test: Mapping[str, Any] | None) -> AnswerPack:
    pack = AnswerPack("toy", "made up for a test")
    record_authored("skill_option", DIG.variables, OPTION, pack)
    if test is not None:
        sources = ["\n".join(INITIATION), "\n".join(TERMINATION)]
        record_authored("option_test", option_variables(SPEC, DIG.claim, sources), test, pack)
    return pack


def test_without_a_recorded_test_the_option_is_taken_and_that_is_told(
    sandbox: Sandbox, play: RecordedPlay
) -> None:
    heard = Heard()
    _, (code, answers) = design(LanguageModel(records=[pack_with(None)]), sandbox, play, heard)
    assert code.initiation and answers[1] == ""
    assert [entry[:2] for entry in heard] == [("dig", "untested")]
    assert "no recorded answer to prompt 'option_test'" in heard[0][2]["reason"]


def test_a_recorded_test_that_fails_and_has_no_repair_refuses_the_option(
    sandbox: Sandbox, play: RecordedPlay
) -> None:
    silent = {**TEST, "simulate": ["def simulate(facts, step, turn):", "    return {}"]}
    with pytest.raises(ReplyInvalid, match=r"the option of 'dig' was rejected .*no repaired one"):
        design(LanguageModel(records=[pack_with(silent)]), sandbox, play, Heard())
