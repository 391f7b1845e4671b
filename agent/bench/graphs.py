"""Skill graphs to plan over: what is shipped for Crafter, a Minecraft-like recipe book, a synthetic tree."""

from __future__ import annotations

from collections.abc import Mapping

from agent.llm.answer_pack import shipped_pack
from agent.llm.parse import parse_reply
from agent.llm.replies import SkillEffects, TaskProposals
from agent.play.libraries import shipped_library
from envs.registry import game_spec
from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillKind

_MINECRAFT: Mapping[str, tuple[int, str]] = {
    "log": (1, "@ near.tree"),
    "planks": (4, "log"),
    "stick": (4, "2 planks"),
    "table": (1, "4 planks"),
    "wooden_pickaxe": (1, "3 planks, 2 stick @ near.table"),
    "cobblestone": (1, "@ near.stone, wooden_pickaxe"),
    "furnace": (1, "8 cobblestone @ near.table"),
    "stone_pickaxe": (1, "3 cobblestone, 2 stick @ near.table"),
    "coal": (1, "@ near.stone, wooden_pickaxe"),
    "torch": (4, "coal, stick"),
    "iron_ore": (1, "@ near.cave, stone_pickaxe, torch"),
    "iron_ingot": (1, "iron_ore, coal @ near.furnace"),
    "bucket": (1, "3 iron_ingot @ near.table"),
    "water_bucket": (1, "bucket @ near.water"),
    "iron_pickaxe": (1, "3 iron_ingot, 2 stick @ near.table"),
    "diamond": (1, "@ near.cave, iron_pickaxe"),
    "diamond_pickaxe": (1, "3 diamond, 2 stick @ near.table"),
    "obsidian": (1, "water_bucket @ near.lava, diamond_pickaxe"),
    "string": (1, "@ near.spider"),
    "leather": (1, "@ near.cow"),
    "sugar_cane": (1, "@ near.water"),
    "paper": (3, "3 sugar_cane @ near.table"),
    "book": (1, "3 paper, leather"),
    "enchanting_table": (1, "book, 2 diamond, 4 obsidian @ near.table"),
    "bookshelf": (1, "6 planks, 3 book @ near.table"),
    "chest": (1, "8 planks @ near.table"),
    "hopper": (1, "5 iron_ingot, chest @ near.table"),
}
"""Product -> how many at a time, and "what is used up @ what must be there"."""

_PLACES = ("tree", "stone", "cave", "water", "lava", "spider", "cow")


def minecraft_graph() -> SkillGraph:
    """A technology tree in the manner of Minecraft, from logs to an enchanting table."""
    placed = ("table", "furnace")
    graph = SkillGraph("minecraft-like", {f"near.{place}": "place" for place in (*_PLACES, *placed)})
    for place in _PLACES:
        graph.add_skill(
            f"find_{place}", SkillKind.FIND, Effects(obtains={f"near.{place}": 1}), available=True
        )
    for thing in placed:
        effects = Effects(requires={thing: 1}, obtains={f"near.{thing}": 1})
        graph.add_skill(f"place_{thing}", SkillKind.ACT, effects, available=True)
    for product, (count, recipe) in _MINECRAFT.items():
        consumed, _, required = recipe.partition("@")
        effects = Effects(
            consumes=_counts(consumed),
            requires=_counts(required),
            obtains={product: count},
        )
        graph.add_skill(f"get_{product}", SkillKind.CRAFT, effects, available=True)
    return graph


def _counts(text: str) -> dict[str, int]:
    """``"2 planks, coal"`` as counts."""
    counts = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        number, _, name = part.rpartition(" ")
        counts[name] = int(number or 1)
    return counts


def crafter_graph() -> tuple[SkillGraph, str]:
    """The graph of the shipped library, else the model's claims as recorded; and which of them it is."""
    path = shipped_library() / "crafter" / "graph.json"
    if path.is_file():
        return SkillGraph.load(path), "shipped library"
    spec = game_spec("crafter")
    graph = SkillGraph(spec.name, spec.fact_kinds)
    pack = shipped_pack(spec.name)
    tasks = {
        task.name: task
        for answer in pack
        if answer.request.prompt_id == "propose_tasks"
        for task in parse_reply(answer.reply, TaskProposals).tasks
    }
    for name, task in tasks.items():
        for answer in pack.about("skill_effects", name)[:1]:
            reply = parse_reply(answer.reply, SkillEffects)
            effects = Effects(
                requires=reply.requires, consumes=reply.consumes, holds=reply.holds, obtains=reply.obtains
            )
            graph.add_skill(name, SkillKind(task.kind), effects, available=True)
    return graph, "recorded claims (no library shipped)"


def synthetic_graph(skills: int) -> SkillGraph:
    """A technology tree: skill i makes item i from two earlier items, the first ten from nothing."""
    graph = SkillGraph("synthetic", {f"item{i}": "count" for i in range(skills)})
    for i in range(skills):
        consumes = {f"item{i // 2}": 1, f"item{i // 3}": 1} if i >= 10 else {}
        effects = Effects(consumes=consumes, obtains={f"item{i}": 1})
        graph.add_skill(f"make{i}", SkillKind.CRAFT, effects, available=True)
    return graph
