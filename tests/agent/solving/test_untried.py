"""Skills that nobody learned: what they are made of, what they do, and a task carried out with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import agent
from agent.llm.answer_pack import shipped_pack
from agent.play.libraries import library_at, open_any
from agent.solving.untried import NEVER, cue_network, untried_graph, untried_kit, untried_skills
from envs.registry import game_spec
from planners.errors import NoPlan

SPEC = game_spec("minecraft")


def test_every_claim_is_a_skill_with_the_option_recorded_for_it() -> None:
    skills = {skill.name: skill for skill in untried_skills(SPEC, shipped_pack("minecraft"))}
    assert len(skills) >= 338
    log, planks, shear = skills["collect_log"], skills["craft_planks"], skills["shear_sheep"]
    assert (log.policy.kind, log.focus.seek, "near.tree" in log.option.initiation) == (
        "learned",
        ("tree",),
        True,
    )
    assert (planks.policy.kind, planks.policy.action) == ("scripted", "craft_planks")
    assert (shear.option.initiation, shear.actions) == ("", ("face", "walk_to", "equip_shears", "use"))
    assert all(
        skill.stats.attempts == 0 and skill.lineage.source == "recorded, untried" for skill in skills.values()
    )


def test_an_untried_network_follows_the_cues_and_takes_no_other_action() -> None:
    network = cue_network(SPEC, ("face", "walk_to", "mine"))
    for place, action in SPEC.cues.items():
        encoding = np.zeros(SPEC.encoding_size, np.float32)
        encoding[place] = 1.0
        logits = network.logits(encoding)
        if action != "fight":
            assert logits.argmax() == SPEC.action_index[action]
        allowed = [SPEC.action_index[name] for name in ("face", "walk_to", "mine")]
        assert (np.delete(logits, allowed) < NEVER / 2).all()
    assert cue_network(SPEC, ()).logits(np.zeros(SPEC.encoding_size, np.float32)).max() == 0.0


def test_what_a_library_holds_comes_before_what_is_untried(tmp_path: Path) -> None:
    store = library_at(tmp_path / "none", "minecraft")
    kit, graph = untried_kit(SPEC, store), untried_graph(SPEC, store)
    assert set(kit.skills) >= {"find_tree", "fend_off", "kill_wither"}
    assert set(graph.skills()) == set(kit.skills)
    assert all(kit.open_graph().available(name) for name in kit.skills)
    assert not store.folder.exists()


def test_a_library_that_is_not_there_is_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_any(None, "minecraft").root == Path("library")
    assert open_any(tmp_path / "mine", "minecraft").root == tmp_path / "mine"


@pytest.mark.slow
def test_a_task_of_the_catalogue_is_begun_and_judged_by_the_game(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    report = agent.solve(
        "harvest_milk_with_empty_bucket_and_cow",
        game="minecraft", seed=3, max_steps=300, workers=1, runs_dir=tmp_path / "runs",
    )  # fmt: skip
    record = report.to_record()
    assert (record["successes"], record["stand_in"]) == (1, "block world: not Minecraft")
    assert record["understood"] == {"milk_bucket": 1}
    with pytest.raises(NoPlan):
        agent.solve(
            "combat_bat_plains_iron_armors_iron_sword_shield",
            game="minecraft", runs_dir=tmp_path / "runs", workers=1,
        )  # fmt: skip
