"""Skills that nobody learned: what they are made of, what they do, and a task carried out with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import agent
from agent.config import SolveConfig
from agent.play.libraries import library_at, open_any, shipped_library
from agent.solving.aim import begun_task
from agent.solving.approach import ready_approach
from agent.solving.report import SolvedEpisode
from agent.solving.untried import NEVER, cue_network, untried_graph, untried_kit, untried_skills
from envs.registry import game_spec
from planners.errors import NoPlan

SPEC = game_spec("minecraft")


def test_every_claim_is_a_skill_with_the_option_recorded_for_it() -> None:
    skills = {skill.name: skill for skill in untried_skills(SPEC)}
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
    assert set(kit.skills) >= {"find_tree", "fight_back", "kill_wither"}
    assert set(graph.skills()) == set(kit.skills)
    opened = kit.open_graph()
    assert all(opened.available(name) for name in kit.skills)
    assert not store.folder.exists()


def test_without_a_library_of_ones_own_the_starter_library_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_any(None, "minecraft").root == shipped_library()
    assert open_any(tmp_path / "mine", "minecraft").root == tmp_path / "mine"


def test_learned_skills_of_the_starter_library_serve_beside_untried_ones() -> None:
    store = library_at(shipped_library(), "minecraft")
    kit = untried_kit(SPEC, store)
    learned = set(store.names())
    assert learned >= {"find_tree", "craft_iron_pickaxe", "take_shelter", "fight_back"}
    assert {kit.skills[name].lineage.source for name in learned} == {"recorded"}
    assert kit.skills["collect_diamond"].lineage.source == "recorded, untried"
    assert kit.guard.ranking[0] == "fight_back"


def test_untried_skills_have_the_recorded_guard(tmp_path: Path) -> None:
    kit = untried_kit(SPEC, library_at(tmp_path / "none", "minecraft"))
    assert "def guard" in kit.guard.source
    assert "def shield" in kit.shield.source
    assert set(kit.guard.ranking) <= set(kit.skills)


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


def test_where_skills_are_lacking_it_is_said_that_untried_ones_serve(tmp_path: Path) -> None:
    kit = untried_kit(SPEC, library_at(tmp_path, "minecraft"))
    aim = begun_task("combat_bat_plains_iron_armors_iron_sword_shield", SPEC, {})
    assert aim is not None and aim.own_task
    asked = SolveConfig(task="a bat", game="minecraft", library=tmp_path)
    hint = "; skills that are claimed and were never tried serve too with --untried"
    for config, end in ((asked, hint), (replace(asked, untried=True), "")):
        with pytest.raises(NoPlan) as caught:
            ready_approach(config, kit, kit.open_graph(), SPEC, aim)
        assert str(caught.value).endswith(hint) is bool(end)
        assert caught.value.missing == {"killed.bat": 1}


def test_a_task_that_the_options_begin_is_the_aim_where_the_words_name_it() -> None:
    log, wool = "harvest_1_log", "harvest_wool_with_shears_and_sheep"
    assert begun_task("Harvest 1 log.", SPEC, {"task": log}) == begun_task("Harvest 1 log.", SPEC, {})
    assert begun_task(log, SPEC, {"task": wool}) is None
    assert begun_task("3 planks", SPEC, {}) is None
    assert begun_task(log, game_spec("toy"), {}) is None
    tool = begun_task("techtree_from_barehand_to_wooden_pickaxe", SPEC, {})
    assert tool is not None and tool.task is not None
    assert tool.task.finish[:2] == ("equip_wooden_pickaxe", "look_down")


def test_what_a_task_of_the_game_gave_is_in_the_record() -> None:
    episode = SolvedEpisode(seed=1, success=True, env_steps=3, skills=(), reward=2.5)
    assert episode.to_record()["reward"] == 2.5
    assert "reward" not in replace(episode, reward=None).to_record()
