"""A small library for the toy game: two scripted skills and their graph."""

from pathlib import Path

from envs.registry import game_spec
from planners.graph.graph import SkillGraph
from skills.skill import Effects, PolicyRecord, Skill, SkillKind, SkillStats
from skills.store.store import SkillLibrary

GATHER = Effects(obtains={"wood": 1, "did.collect_wood": 1})
BENCH = Effects(consumes={"wood": 2}, obtains={"near.bench": 1, "did.place_bench": 1})


def build_toy_library(root: Path) -> None:
    """Write the library to ``root/toy``; each skill succeeded in 9 of 10 executions."""
    spec = game_spec("toy")
    shelf = SkillLibrary(root, "toy")
    graph = SkillGraph("toy", spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    for name, action, effects in (("gather", "take", GATHER), ("build_bench", "place_bench", BENCH)):
        stats = SkillStats(successes=9, failures=1, steps=50)
        skill = Skill(
            name=name,
            game="toy",
            kind=SkillKind.CRAFT,
            description=f"{name} for the test",
            effects=effects,
            policy=PolicyRecord(kind="scripted", action=action),
            stats=stats,
        )
        shelf.add(skill)
        graph.add_skill(name, SkillKind.CRAFT, effects, stats=stats, available=True)
    graph.save(shelf.graph_path)
