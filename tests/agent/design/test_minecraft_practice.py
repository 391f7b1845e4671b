"""Minecraft's pack in practice: what practice asks first is answered, and the answers pass their checks."""

from collections.abc import Iterator

import numpy as np
import pytest

from agent.design.claimed import longest_proposal
from agent.design.code import Designer, RecordedPlay
from agent.design.effects import SkillClaim, ask_effects
from agent.design.option_trial import OptionTester
from agent.design.tasks import TASK_COUNT, propose
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.llm.asking import LanguageModel
from envs.registry import game_spec
from skills.code.sandbox import Sandbox, SandboxLimits

SPEC = game_spec("minecraft")
NOTE = "for practice in the block world; no part of precision and recall"
NEW = {"explore_land", "go_down", "come_up", "take_shelter", "rest", "fill_up", "fight_back"}
STEPS = 120


@pytest.fixture(scope="module")
def pack() -> AnswerPack:
    return shipped_pack("minecraft")


@pytest.fixture(scope="module")
def model(pack: AnswerPack) -> LanguageModel:
    return LanguageModel(records=[pack])


@pytest.fixture(scope="module")
def claims(model: LanguageModel) -> list[SkillClaim]:
    tasks, _ = propose(model, SPEC)
    return [ask_effects(model, SPEC, task) for task in tasks]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SandboxLimits(seconds=10.0)) as sandbox:
        yield sandbox


def invented_play() -> RecordedPlay:
    """Steps in which some facts take any value that they may have; no world is needed for it."""
    rng = np.random.default_rng(0)
    high = np.array([fact.high for fact in SPEC.facts])
    rows = np.where(
        rng.random((STEPS + 1, len(high))) < 0.3, rng.integers(0, high + 1, (STEPS + 1, len(high))), 0
    )
    rows[:, SPEC.fact_index["life"]] = rng.integers(13, 21, STEPS + 1)
    rows = rows.astype(np.int32)
    return RecordedPlay(rows[:-1], rows[1:])


@pytest.mark.slow
def test_practice_is_offered_tasks_out_of_the_whole_game_and_a_few_of_its_own(
    pack: AnswerPack, claims: list[SkillClaim]
):
    """What the pack claims of the whole game, for planning, stays as it was written."""
    whole = {task.name: task for task in longest_proposal(pack)}
    assert len(claims) == TASK_COUNT
    assert {claim.task.name for claim in claims} - set(whole) == NEW
    assert all(whole[claim.task.name] == claim.task for claim in claims if claim.task.name in whole)
    notes = {a.id: a.source.note.partition(", ")[2].partition(" (carried over")[0] for a in pack}
    assert {claim.task.name for claim in claims if notes[claim.answer_id] == NOTE} == NEW


@pytest.mark.slow
def test_all_designs_pass_their_checks(
    pack: AnswerPack, model: LanguageModel, claims: list[SkillClaim], sandbox: Sandbox
):
    """Checked on steps that are more varied than any play; nine options also pass a test of their own."""
    play, outcomes = invented_play(), []
    start = {fact.name: 0 for fact in SPEC.facts} | {"life": 20, "food": 20, "in.overworld": 1, "threat": 99}
    tester = OptionTester(
        model,
        SPEC,
        sandbox,
        start,
        lambda skill, outcome, more: outcomes.append((skill, outcome, more.get("problems"))),
    )
    designer = Designer(model, SPEC, sandbox, play, tester)
    for claim in claims:
        designer.design(claim, claim.effects, 0, "", "recorded")
    tested = [problems for _, outcome, problems in outcomes if outcome == "tested"]
    assert tested == [[[]]] * 9, outcomes
    names = {claim.task.name: claim.task.description for claim in claims}
    assert set(designer.guards(names).ranking) <= set(names)
    assert designer.shield().source
