"""The record of a chain: names, initiation, lineage."""

from skills.chains.naming import LONGEST_NAME, template_description, template_name
from skills.chains.record import chain_skill
from skills.code.functions import InitiationFunction
from skills.code.sandbox import Sandbox
from skills.skill import Effects, Lineage, PolicyRecord, Skill


def part(name: str, version: int = 1) -> Skill:
    return Skill(
        name=name, version=version, game="toy", kind="act", description=f"Do {name}.",
        effects=Effects(obtains={"wood": 1}), policy=PolicyRecord(kind="scripted", action="take"),
    )  # fmt: skip


def test_a_chain_names_its_parts_and_their_versions() -> None:
    effects = Effects(requires={"near.tree": 1}, consumes={"wood": 2}, obtains={"stone": 1})
    parts = [part("chop", 3), part("saw")]
    skill = chain_skill("make", "Make it.", parts, effects, step_cap=40, lineage=Lineage(run="r"))
    assert skill.policy == PolicyRecord(kind="chain", parts=("chop", "saw"))
    assert skill.lineage == Lineage(run="r", parts=("chop v3", "saw v1"))
    assert (skill.kind, skill.step_cap, skill.effects) == ("chain", 40, effects)
    with Sandbox() as sandbox:
        starts = InitiationFunction(sandbox, skill.option.initiation, ["near.tree", "wood"])
        assert starts.one({"near.tree": 1, "wood": 2}) and not starts.one({"near.tree": 1, "wood": 1})


def test_names_by_template_are_short_and_free() -> None:
    assert template_name(("chop", "saw")) == "chop_then_saw"
    assert template_name(("chop", "saw"), {"chop_then_saw", "chop_then_saw_2"}) == "chop_then_saw_3"
    long = template_name(("a" * 50, "b" * 50))
    assert len(long) <= LONGEST_NAME
    Skill.model_validate({**part("x").model_dump(), "name": long})


def test_descriptions_by_template_count_what_is_repeated() -> None:
    text = template_description([part("chop"), part("chop"), part("saw")])
    assert text == "In order: (1) Do chop, 2 times; (2) Do saw."
