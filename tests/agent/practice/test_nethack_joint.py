"""NetHack's recorded policy over skills for training, and the recorded tests of its options."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent.design.code import record_random_play, task_variables
from agent.design.effects import SkillClaim, ask_effects
from agent.design.joint_designs import JointDesigns, design_all
from agent.design.option_trial import OptionTrial, option_variables
from agent.design.tasks import propose
from agent.llm.answer_pack import shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.replies import OptionTest, SkillOption
from agent.llm.vocabulary import game_variables
from envs.registry import game_spec, make_game
from skills.code.sandbox import Sandbox
from skills.training.config import PPOConfig
from skills.training.joint.spec import JointSpec
from skills.training.joint.train import train_joint

pytestmark = pytest.mark.slow

SPEC = game_spec("nethack")
TESTED = (
    "discoverer", "descender", "ascender", "fight", "pick_up", "open_door", "kick_door", "find_key",
    "unlock_door", "push_boulder", "merchant", "worshipper",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the shipped answers say."""

    model: LanguageModel
    sandbox: Sandbox
    claims: dict[str, SkillClaim]
    start: dict[str, int]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    model = LanguageModel(records=[shipped_pack("nethack")])
    game = make_game("nethack")
    play = record_random_play(game, 0, 1)
    game.close()
    start = dict(zip((fact.name for fact in SPEC.facts), play.before[0].tolist(), strict=True))
    claims = {task.name: ask_effects(model, SPEC, task) for task in propose(model, SPEC)[0]}
    with Sandbox() as sandbox:
        yield Asked(model, sandbox, claims, start)


@pytest.mark.slow
@pytest.mark.parametrize("name", TESTED)
@pytest.mark.one_in(4)
def test_the_recorded_option_passes_its_recorded_test(asked: Asked, name: str) -> None:
    claim = asked.claims[name]
    variables: dict[str, Any] = {**task_variables(claim.task), **game_variables(SPEC)}
    option = asked.model.ask("skill_option", SkillOption, check=None, draw=0, **variables).reply
    code = (option.initiation, option.termination)
    more = option_variables(SPEC, claim, code)
    test = asked.model.ask("option_test", OptionTest, check=None, draw=0, **more).reply
    trial = OptionTrial(asked.sandbox, SPEC, asked.start, claim.effects, claim.reply.step_cap)
    whole = {"initiation": option.initiation, "termination": option.termination}
    assert trial.finding(test.model_copy(update=whole)) is None
    never = whole | {"initiation": "def initiation(facts):\n    return False\n"}
    assert trial.finding(test.model_copy(update=never)) is not None


@pytest.fixture(scope="module")
def designs(asked: Asked) -> JointDesigns:
    return design_all(asked.model, SPEC, asked.sandbox, seed=1)


@pytest.mark.long
def test_the_recorded_policy_is_accepted_and_directs_all_learned_skills(designs: JointDesigns) -> None:
    assert designs.policy.answer_id
    assert set(designs.policy.skills) == {claim.task.name for claim in designs.claims}
    assert set(TESTED) <= {skill.name for skill in designs.designs}


@pytest.mark.slow
@pytest.mark.long
def test_skills_are_trained_together_in_the_dungeon(designs: JointDesigns, tmp_path: Path) -> None:
    result = train_joint(
        JointSpec(
            game="nethack",
            skills=designs.designs,
            choose=designs.policy.source,
            known=designs.policy.skills,
            networks="shared",
            episode_steps=200,
            work_dir=tmp_path / "work",
            budget_steps=2_048,
            config=PPOConfig(n_games=8, horizon=64, batch_size=128, n_epochs=1, workers=0),
            seed=1,
        )
    )
    steps = {tally.name: tally.steps for tally in result.skills}
    assert sum(steps.values()) == result.steps == 2_048
    assert min(steps["discoverer"], steps["descender"]) > 0
    assert sum(count > 0 for count in steps.values()) >= 5  # occasions come up, and are taken
    assert all(path.is_file() for path in result.weights.values())
