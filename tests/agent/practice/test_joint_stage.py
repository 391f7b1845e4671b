"""Practice that begins with all learned skills together, on the toy game."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.config import PracticeConfig
from agent.design.effects import ask_effects
from agent.design.tasks import propose
from agent.design.training_policy import TrainingPolicyOverSkills, training_variables
from agent.errors import BadConfig
from agent.llm.answer_pack import shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.pack_writer import record_authored
from agent.play.jobs import JobResult
from agent.practice.joint_stage import ARENA_SHARE, JOINT_BUDGET_SHARE, _train
from agent.practice.loop import run_practice
from agent.practice.session_state import SessionState
from agent.practice.start_states import is_held_out
from agent.practice.training import TRAINING_EPISODE_STEPS
from agent.testing.abilities import Ability, pack_of
from agent.testing.pools import StandInPool
from agent.testing.toy import NAMES, SPEC, WALKS
from envs.errors import NoSkillStarts
from envs.rollout.episode import Start
from skills.code.sandbox import Sandbox
from skills.network import load_weights
from skills.start_bank import StartBank
from tests.agent.practice.small_session import small_session
from tests.agent.toy_session import Listener, admitted, kinds, run_of

pytestmark = pytest.mark.usefixtures("borrowed_worker")


@pytest.fixture
def config(tmp_path: Path) -> PracticeConfig:
    return PracticeConfig(
        game="toy",
        library=tmp_path / "library",
        runs_dir=tmp_path / "runs",
        budget_steps=16_000,
        minutes=60,
        seed=3,
        workers=1,
        training="joint",
        networks="shared",
    )


def saved_pack(tmp_path: Path, policy: dict[str, Any] | None) -> str:
    """The toy's own answers, and one about which skill is practised next."""
    pack = shipped_pack("toy")
    model = LanguageModel(records=[pack])
    if policy is not None:
        claims = [ask_effects(model, SPEC, task) for task in propose(model, SPEC)[0]]
        record_authored("training_policy", training_variables(SPEC, claims), policy, pack)
    pack.save(tmp_path / "pack.json")
    return f"recorded:{tmp_path / 'pack.json'}"


@pytest.mark.slow
@pytest.mark.long
def test_skills_begin_with_weights_and_states_from_the_joint_training(config: PracticeConfig) -> None:
    listener = Listener()
    report = run_practice(config, progress=listener)
    run = run_of(config, report)
    assert "collect_wood" in admitted(report)
    (asked,) = kinds(run, "training_policy")
    assert asked["fallback"] and asked["answer_id"] == ""
    assert any("skills are taken in turn" in note for note in listener.notes)
    (trained,) = kinds(run, "trained_together")
    assert trained["network"] == "shared"
    assert trained["steps"] == sum(entry["steps"] for entry in trained["skills"].values())
    assert 6_400 <= trained["steps"] < 6_400 + 1_024  # two fifths of the budget
    state = SessionState.load(run.path)
    assert state.together
    first = load_weights(run.path / "training" / "collect_wood-r0" / "policy.zip")
    assert first["mlp_extractor.policy_net.0.weight"].shape[1] == SPEC.encoding_size
    assert state.skills["collect_wood"].train_steps >= trained["skills"]["collect_wood"]["steps"]
    assert StartBank.load(run.path / "bank.npz").labels.get("collect_wood", 0) > 0
    warm = [event for event in kinds(run, "trained") if event["skill"] == "collect_wood"]
    assert warm and not warm[0]["parent"]  # its own weights, not another skill's


@pytest.mark.slow
def test_the_stage_is_not_repeated(config: PracticeConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    report = run_practice(replace(config, budget_steps=4_000))
    monkeypatch.setattr(
        "skills.training.joint.train.train_joint", lambda *a, **k: pytest.fail("trained again")
    )
    again = run_practice(replace(config, budget_steps=4_500, resume=report.run))
    assert len(kinds(run_of(config, again), "trained_together")) == 1


FINE = {
    "reason": "",
    "choose": [
        "def choose(start, facts, last, failures, draw):",
        "    names = ['collect_gem', 'collect_stone', 'collect_wood', 'go_to_bench']",
        "    if failures == 0 and last:",
        "        return 'collect_wood' if last != 'collect_wood' else names[draw % 4]",
        "    return names[(names.index(last) + 1) % 4] if last else names[draw % 4]",
    ],
    "simulate": [
        "def simulate(facts, skill, turn):",
        "    return {'wood': 1, 'stone': 1, 'pick': 1, 'near.bench': 0, 'known.bench': 1, 'known.gem': 1}",
    ],
    "check": ["def check(trace):", "    return []"],
}


@pytest.mark.slow
def test_a_recorded_policy_directs_it(
    config: PracticeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = []

    def stop(spec: Any, **_: Any) -> Any:
        specs.append(spec)
        raise NoSkillStarts("for the test")

    monkeypatch.setattr("skills.training.joint.train.train_joint", stop)
    report = run_practice(replace(config, budget_steps=700, llm=saved_pack(tmp_path, FINE)))
    run = run_of(config, report)
    assert [event["problems"] for event in kinds(run, "rehearsed")] == [[]]
    (asked,) = kinds(run, "training_policy")
    assert not asked["fallback"] and asked["answer_id"].startswith("blake2b-16:")
    (spec,) = specs
    assert spec.choose == "\n".join(FINE["choose"]) + "\n"
    assert spec.known == ("collect_gem", "collect_stone", "collect_wood", "go_to_bench")
    assert spec.networks == "shared"
    (failed,) = kinds(run, "not_together")
    assert failed["reason"] == "for the test"  # and the session went on


@pytest.mark.slow
def test_a_policy_that_is_not_accepted_leaves_the_session_as_it_was(
    config: PracticeConfig, tmp_path: Path
) -> None:
    wrong = {**FINE, "choose": [FINE["choose"][0], "    return 'collect_wood'"]}
    report = run_practice(replace(config, budget_steps=700, llm=saved_pack(tmp_path, wrong)))
    run = run_of(config, report)
    (failed,) = kinds(run, "not_together")
    assert "was rejected when it was tried out" in failed["reason"]
    assert kinds(run, "rehearsed")[0]["problems"]
    assert kinds(run, "trained_together") == []
    assert kinds(run, "ground") or kinds(run, "designed")


@pytest.mark.slow
def test_without_learned_skills_there_is_nothing_to_train(config: PracticeConfig, tmp_path: Path) -> None:
    pack_of(*WALKS).save(tmp_path / "walks.json")
    report = run_practice(replace(config, budget_steps=2_000, llm=f"recorded:{tmp_path / 'walks.json'}"))
    (failed,) = kinds(run_of(config, report), "not_together")
    assert "no learned skill with a usable design" in failed["reason"]
    assert admitted(report)


@pytest.mark.slow
def test_options_without_a_recorded_test_are_told_once(config: PracticeConfig, tmp_path: Path) -> None:
    pack_of(*WALKS).save(tmp_path / "walks.json")
    alone = replace(config, training="separate", budget_steps=2_000)
    report = run_practice(replace(alone, llm=f"recorded:{tmp_path / 'walks.json'}"))
    told = [event["skill"] for event in kinds(run_of(config, report), "option_untested")]
    assert sorted(told) == sorted(set(told)) == sorted(ability.name for ability in WALKS)


def test_settings_that_make_no_sense() -> None:
    with pytest.raises(BadConfig, match="training is 'jiont'; did you mean 'joint'"):
        PracticeConfig(training="jiont")
    with pytest.raises(BadConfig, match="networks is 'one'; expected shared or per_skill"):
        PracticeConfig(networks="one")


@pytest.mark.parametrize("arenas", [True, False])
def test_held_out_states_of_arenas_are_not_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arenas: bool
) -> None:
    chop = Ability(name="chop", obtains={"wood": 1}, step_cap=900)
    told: list[Any] = []
    monkeypatch.setattr("skills.training.joint.train.train_joint", lambda spec, **_: told.append(spec))
    with Sandbox() as sandbox:
        pool = StandInPool(lambda job: JobResult(job=job))
        own = small_session(tmp_path, pool, sandbox, also_known=[chop], budget_steps=1_000)
        for origin in range(30):
            if arenas:
                own.bank.add(Start(b"yard", origin), np.zeros(len(NAMES), np.int32), "arena yard")
            own.bank.add(Start(b"game", 100 + origin), np.zeros(len(NAMES), np.int32), "reach")
        _train(
            own.session, [chop.skill], TrainingPolicyOverSkills(source="def choose(): ...", skills=("chop",))
        )
    (spec,) = told
    expected = [origin for origin in range(30) if arenas and not is_held_out(origin)]
    assert [start.origin for start in spec.starts.saved] == expected
    assert {start.snapshot for start in spec.starts.saved} <= {b"yard"}
    assert spec.starts.fresh_share == (1 - ARENA_SHARE if arenas else 1.0)
    assert spec.budget_steps == JOINT_BUDGET_SHARE * 1_000
    assert [skill.step_cap for skill in spec.skills] == [TRAINING_EPISODE_STEPS]
