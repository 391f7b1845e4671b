"""Every task of the NetHack suites has a policy in the shipped library, and it passes the rehearsal there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from agent.config import SolveConfig, to_record
from agent.evaluation.players import policy_for
from agent.evaluation.suites.suite import load_suite
from agent.evaluation.suites.task import SuiteTask
from agent.llm.answer_pack import shipped_pack
from agent.llm.pack_writer import WRITTEN_OFFLINE
from agent.play.kit import Kit, PolicyOverSkills
from agent.play.libraries import has_skills, shipped_library
from agent.play.load import load_kit
from agent.records.runs import Run
from agent.solving.policy_choice import named_policy, write_policy
from envs.registry import game_spec

GAME = "nethack"
SUITES = ("maestromotif", "balrog-minihack", "balrog-nethack", "minihack-skills")
TASKS = [task for suite in SUITES for task in load_suite(suite).tasks if not task.may_be_missing]
WISHES = {
    "Find the gnomish mines!": "reach the Gnomish Mines",
    "walk through a small maze to stairs": "walk through a small maze to the stairs down",
    "sell something in a shop": "sell something in a shop",
}
"""What a person may type -> the task of the policy that serves it."""


@cache
def shipped_kit() -> Kit:
    """The kit of the shipped library, which must be there."""
    assert has_skills(shipped_library(), GAME), (
        f"the shipped library has no skills for {GAME!r}: expected some in {shipped_library().name}/{GAME}, "
        "with strategies.json beside them"
    )
    return load_kit(shipped_library(), GAME)


def shipped_policy(task: SuiteTask) -> PolicyOverSkills:
    """The policy that an evaluation of `task` plays. Raises `MissingPrerequisite` when there is none."""
    return policy_for(task, shipped_kit().policies_over_skills)


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.policy)
@pytest.mark.one_in(6)
def test_the_recorded_policy_passes_the_rehearsal_and_is_the_one_that_is_played(
    task: SuiteTask, tmp_path: Path
) -> None:
    kit, kept = shipped_kit(), shipped_policy(task)
    config = SolveConfig(task=task.text, game=GAME, library=shipped_library(), runs_dir=tmp_path)
    with Run.create(tmp_path, command="solve", game=GAME, seed=0, config=to_record(config)) as run:
        written = write_policy(config, kit, game_spec(GAME), run)
    assert (kept.task, kept.skills) == (task.text, tuple(sorted(kit.skills)))
    assert kept.source.strip() == written.source.strip()
    assert (dict(kept.goal), kept.answer_id) == (dict(written.goal), written.answer_id)


@pytest.mark.slow
def test_no_recorded_policy_is_left_over_from_other_skills_or_words() -> None:
    used = {policy.answer_id for policy in shipped_kit().policies_over_skills.values()}
    recorded = [answer for answer in shipped_pack(GAME) if answer.request.prompt_id == "skill_policy"]
    assert {answer.id for answer in recorded} == used
    assert {answer.source.note for answer in recorded} == {WRITTEN_OFFLINE}


@pytest.mark.slow
@pytest.mark.parametrize(("wish", "task"), WISHES.items())
def test_wishes_in_plain_words_find_their_policy(wish: str, task: str) -> None:
    found = named_policy(shipped_kit().policies_over_skills, wish)
    assert found is not None and found.task == task
