"""Claims and plans of Minecraft against its recipes."""

import json

import pytest

from agent.design.claimed import claimed_graph
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.symbolic.__main__ import main
from agent.symbolic.carrying import Carrier
from agent.symbolic.damaging import damaged
from agent.symbolic.operations import operations_of
from agent.symbolic.practising import practise
from agent.symbolic.report import REPORTS, claims_report, claims_text, levels
from agent.symbolic.tasks import minedojo_tasks, plan4mc_sets
from agent.symbolic.truth import Tally, compare, written_before
from envs.minecraft.catalogue.phrases import known_task
from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.symbolic import Operation
from envs.registry import game_spec
from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillKind

SPEC = game_spec("minecraft")


@pytest.fixture(scope="module")
def pack() -> AnswerPack:
    return shipped_pack("minecraft")


@pytest.fixture(scope="module")
def operations(pack: AnswerPack) -> dict[str, Operation]:
    return operations_of(pack)


def small_graph(**skills: tuple[SkillKind, Effects]) -> SkillGraph:
    graph = SkillGraph("minecraft", SPEC.fact_kinds, {fact.name: fact.high for fact in SPEC.facts})
    for name, (kind, claim) in skills.items():
        graph.add_skill(name, kind, claim)
    return graph


def test_skills_do_what_their_answers_say(operations):
    assert operations["craft_planks"] == Operation("craft", "planks")
    assert operations["craft_bone_meal"] == Operation("craft", "dye")
    assert operations["smelt_charcoal"] == Operation("smelt", "coal")
    assert operations["find_cow"] == Operation("find", "cow")
    assert operations["find_table"] == Operation("find", "table")
    assert operations["place_furnace"] == Operation("place", "furnace")
    assert operations["shear_sheep"] == Operation("gather", "sheep", "wool")
    assert operations["kill_sheep_for_wool"] == Operation("gather", "sheep", "wool", kills=True)
    assert operations["enter_nether"] == Operation("reach", "in.nether")


def test_a_tally_counts_entries_and_their_counts():
    tally = Tally()
    tally.compare("craft", {"log": 2, "dirt": 1}, {"log": 1, "sand": 3})
    record = tally.to_record()
    assert (record["right"], record["wrong"], record["missed"]) == (1, 1, 1)
    assert (record["precision"], record["recall"], record["counts_right"]) == (0.5, 0.5, 0.0)
    assert record["examples"] == [
        "craft: 1 dirt, which it does not take", "craft: 2 log in place of 1", "craft: lacks 3 sand",
    ]  # fmt: skip
    assert Tally().to_record()["precision"] is None


def test_claims_are_compared_with_the_nearest_recipe_and_fuel_is_fuel():
    graph = small_graph(
        craft_torch=(SkillKind.CRAFT, Effects(consumes={"coal": 1, "stick": 2}, obtains={"torch": 4})),
        craft_bow=(SkillKind.CRAFT, Effects(consumes={"stick": 3, "string": 3}, obtains={"bow": 1})),
        smelt_glass=(
            SkillKind.CRAFT,
            Effects(requires={"near.furnace": 1}, consumes={"sand": 1, "planks": 2}, obtains={"glass": 1}),
        ),
        smelt_dye=(SkillKind.CRAFT, Effects(consumes={"cactus": 1}, obtains={"dye": 1})),
    )
    does = {name: Operation(*name.split("_")) for name in graph.skills()}
    found = compare(graph, does, load_catalogue(), graph.skills(), graph.claim).to_record()
    assert found["impossible"] == ["smelt_dye"]
    assert found["consumes"]["precision"] == found["consumes"]["recall"] == 1.0
    assert found["consumes"]["examples"] == ["craft_torch: 2 stick in place of 1"]
    assert found["places"]["examples"] == ["craft_bow: lacks 1 near.table"]
    assert found["makes"]["counts_right"] == 1.0


def test_practice_mends_counts_and_finds_places():
    graph = small_graph(
        craft_stick=(SkillKind.CRAFT, Effects(consumes={"planks": 3}, obtains={"stick": 1})),
        craft_bowl=(SkillKind.CRAFT, Effects(consumes={"planks": 3}, obtains={"bowl": 4})),
    )
    does = {name: Operation("craft", name[6:]) for name in graph.skills()}
    assert practise(graph, does, seed=3) > 10
    assert graph.belief("craft_stick") == Effects(consumes={"planks": 2}, obtains={"stick": 4})
    assert graph.belief("craft_bowl").requires == {"near.table": 1}


def test_damage_is_where_it_is_asked_for_and_seeded(pack):
    graph = claimed_graph(SPEC, pack)
    one, other = damaged(graph, ["craft_bed"], 1.0, 4), damaged(graph, ["craft_bed"], 1.0, 4)
    assert one.claim("craft_bed") == other.claim("craft_bed") != graph.claim("craft_bed")
    assert one.claim("craft_bed").requires == {}
    assert one.claim("craft_boat") == graph.claim("craft_boat")


def test_a_plan_that_meets_something_unknown_is_made_anew(pack, operations):
    carrier = Carrier(claimed_graph(SPEC, pack), operations, levels())
    task = known_task("harvest_8_glass_with_furnace_and_fuel")
    assert task is not None
    carried = carrier.carry_out(task, seed=1)
    assert carried.done and carried.plans >= 1 and not carried.failed
    stew = known_task("harvest_1_mushroom_stew")
    assert stew is not None
    blocked = carrier.carry_out(stew)
    assert not blocked.done
    assert set(blocked.failed) == {"craft_mushroom_stew"}
    grass = known_task("harvest_1_grass")
    assert grass is not None
    assert carrier.carry_out(grass).missing == {"grass": 1}


@pytest.mark.slow
def test_every_obtainable_task_is_planned_and_a_sample_carried_out_after_practice(pack, operations):
    graph = claimed_graph(SPEC, pack)
    practise(graph, operations)
    carrier = Carrier(graph, operations, levels())
    tasks = minedojo_tasks(load_catalogue())
    missing = {task.name: carrier.plan(task).missing for task in tasks if carrier.plan(task).missing}
    assert sorted(missing) == sorted(
        f"harvest_{n}_{item}"
        for n in (1, 8)
        for item in ("chorus_plant", "grass", "monster_egg", "spawn_egg")
    )
    obtainable = [task for task in tasks if task.name not in missing]
    assert len(obtainable) == 1100
    sample = [*obtainable[::25], *(task for task in obtainable if "mushroom_stew" in task.name)]
    assert [task.name for task in sample if not carrier.carry_out(task).done] == []


def test_plan4mcs_forty_tasks_are_planned_and_carried_out(pack, operations):
    carrier = Carrier(claimed_graph(SPEC, pack), operations, levels())
    sets = plan4mc_sets()
    assert [(one.name, len(one.tasks)) for one in sets] == [
        ("cut_trees", 10), ("mine_stones", 10), ("interact_mobs", 10), ("mine_ores", 10),
    ]  # fmt: skip
    assert [task.name for one in sets for task in one.tasks if not carrier.carry_out(task).done] == []


@pytest.mark.slow
@pytest.mark.long
def test_the_reports_say_what_they_measured(capsys, monkeypatch):
    report = claims_report()
    assert report["as_written"]["before"]["consumes"]["recall"] > 0.9
    assert (
        report["made_wrong"]["after"]["consumes"]["counts_right"]
        > report["made_wrong"]["before"]["consumes"]["counts_right"]
    )
    lines = list(claims_text(report))
    assert "no action of MineDojo does: smelt_cactus_green" in lines
    monkeypatch.setitem(REPORTS, "claims", (lambda seed: report | {"seed": seed}, claims_text))
    assert main(["claims", "--json", "--seed", "3"]) == 0
    assert json.loads(capsys.readouterr().out)["seed"] == 3
    assert main(["claims"]) == 0
    assert capsys.readouterr().out.splitlines() == lines


def test_only_claims_written_before_the_data_count():
    notes = {
        "a": "from general knowledge, before any recipe data was read",
        "b": "after recipe data was read",
    }
    assert list(written_before(notes)) == ["a"]
