"""What is measured of Minecraft's claims and plans, as JSON for programs and as text for people."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from agent.design.claimed import claimed_graph
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.symbolic.carrying import Carried, Carrier
from agent.symbolic.damaging import damaged
from agent.symbolic.operations import operations_of
from agent.symbolic.practising import practise
from agent.symbolic.tasks import minedojo_tasks, plan4mc_sets
from agent.symbolic.truth import compare, written_before
from envs.game import KnownTask
from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.sources import UNOBTAINABLE
from envs.minecraft.spec import SPEC
from planners.graph.graph import SkillGraph

DAMAGE: Final = 0.3
"""Share of counts and places that are made wrong, to see what play mends."""

_PARTS: Final = {
    "consumes": "used up",
    "places": "table or furnace",
    "makes": "made",
    "tools": "tools (not the package's data)",
}


def levels() -> dict[str, int]:
    """Bars, full."""
    return {fact.name: fact.high for fact in SPEC.facts if fact.kind == "level"}


def plans_report(seed: int = 0) -> dict[str, Any]:
    """All harvest and tech-tree tasks planned and carried out, over claims as written and after practice."""
    pack = shipped_pack("minecraft")
    operations = operations_of(pack)
    tasks = minedojo_tasks(load_catalogue())
    report: dict[str, Any] = {"tasks": len(tasks), "seed": seed}
    for name, graph in _graphs(pack, seed):
        carrier = Carrier(graph, operations, levels())
        start = time.process_time()
        for task in tasks:
            carrier.plan(task)
        seconds = time.process_time() - start
        report[name] = _summed(tasks, [carrier.carry_out(task, seed) for task in tasks], seconds)
        report[name]["plan4mc"] = _plan4mc(carrier, seed)
    return report


def _graphs(pack: AnswerPack, seed: int) -> Iterator[tuple[str, SkillGraph]]:
    graph = claimed_graph(SPEC, pack)
    yield "claims", graph
    practised = claimed_graph(SPEC, pack)
    practise(practised, operations_of(pack), seed=seed)
    yield "after_practice", practised


def _summed(tasks: Sequence[KnownTask], carried: Sequence[Carried], seconds: float) -> dict[str, Any]:
    blocked = Counter(skill for one in carried if not one.done and not one.missing for skill in one.failed)
    return {
        "planned": sum(not one.missing for one in carried),
        "planning_cpu_seconds": round(seconds, 2),
        "carried_out": sum(one.done for one in carried),
        "by_the_first_plan": sum(one.done and one.plans == 1 for one in carried),
        "most_plans": max(one.plans for one in carried if one.done),
        "longest_plan": max(one.planned for one in carried),
        "not_planned": {
            one.task: _reason(task, one) for task, one in zip(tasks, carried, strict=True) if one.missing
        },
        "not_carried_out": [one.task for one in carried if not one.done and not one.missing],
        "blocked_by": dict(blocked.most_common()),
    }


def _reason(task: KnownTask, one: Carried) -> str:
    known = [UNOBTAINABLE[item] for item in task.goal if item in UNOBTAINABLE]
    return known[0] if known else f"no skill brings {', '.join(one.missing)}"


def _plan4mc(carrier: Carrier, seed: int) -> dict[str, Any]:
    sets = {}
    for one in plan4mc_sets():
        carried = [carrier.carry_out(task, seed) for task in one.tasks]
        sets[one.name] = {
            "tasks": len(carried),
            "planned": sum(not task.missing for task in carried),
            "carried_out": sum(task.done for task in carried),
            "published_in_minecraft": one.published,
        }
    return sets


def claims_report(seed: int = 0) -> dict[str, Any]:
    """Claims against the recipes, before and after practice, and the same of claims that were made wrong."""
    pack, catalogue = shipped_pack("minecraft"), load_catalogue()
    operations = operations_of(pack)
    notes = {a.request.subject: a.source.note for a in pack if a.request.prompt_id == "skill_effects"}
    names = [name for name in written_before(notes) if name in operations]
    crafts = [name for name in names if operations[name].verb in ("craft", "smelt")]

    def both(graph: SkillGraph) -> dict[str, Any]:
        before = compare(graph, operations, catalogue, names, graph.claim).to_record()
        practise(graph, operations, seed=seed)
        return {
            "before": before,
            "after": compare(graph, operations, catalogue, names, graph.belief).to_record(),
            "corrections": [
                entry.sentence and f"{entry.skill}: {entry.sentence}"
                for entry in graph.corrections()
                if entry.status in ("corrected", "added")
            ],
        }

    claims = claimed_graph(SPEC, pack)
    wrong = damaged(claims, crafts, DAMAGE, seed)
    made = {operations[name].thing for name in crafts}
    return {
        "seed": seed,
        "items_crafted_or_smelted": len(catalogue.by_hand | catalogue.at_table | catalogue.in_furnace),
        "of_these_claimed": len(made & (catalogue.by_hand | catalogue.at_table | catalogue.in_furnace)),
        "as_written": both(claims),
        "made_wrong": {"share": DAMAGE, **both(wrong)},
    }


def plans_text(report: Mapping[str, Any]) -> Iterator[str]:
    """The report on plans, line by line."""
    for name, title in (
        ("claims", "claims as written"),
        ("after_practice", "after practice in the symbolic world"),
    ):
        part = report[name]
        yield f"{title}: {report['tasks']} harvest and tech-tree tasks"
        yield (
            f"  planned {part['planned']} in {part['planning_cpu_seconds']} s of one core, the longest "
            f"{part['longest_plan']} executions"
        )
        yield (
            f"  carried out {part['carried_out']}, {part['by_the_first_plan']} of them by the first plan, "
            f"the others with up to {part['most_plans']}"
        )
        for task, reason in part["not_planned"].items():
            yield f"  no plan: {task}: {reason}"
        if part["not_carried_out"]:
            yield f"  not carried out: {', '.join(part['not_carried_out'])}"
            yield f"  for these skills failed: {', '.join(part['blocked_by'])}"
        for set_name, one in part["plan4mc"].items():
            yield (
                f"  Plan4MC, {set_name}: {one['planned']} of {one['tasks']} planned, {one['carried_out']} "
                f"carried out (Plan4MC in Minecraft: {one['published_in_minecraft']:.0%}; not comparable)"
            )


def claims_text(report: Mapping[str, Any]) -> Iterator[str]:
    """The report on claims, line by line."""
    yield (
        f"{report['of_these_claimed']} of the {report['items_crafted_or_smelted']} items that MineDojo "
        "crafts or smelts are claimed"
    )
    titles = (("as_written", "claims as written"), ("made_wrong", f"the same with {DAMAGE:.0%} made wrong"))
    for name, title in titles:
        for when in ("before", "after"):
            part = report[name][when]
            yield f"{title}, {when} practice: {part['skills']} skills"
            for key, words in _PARTS.items():
                yield f"  {words}: {_ratios(part[key])}"
            for example in part["consumes"]["examples"][:3] + part["makes"]["examples"][:3]:
                yield f"    {example}"
    if impossible := report["as_written"]["before"]["impossible"]:
        yield f"no action of MineDojo does: {', '.join(impossible)}"


def _ratios(part: Mapping[str, Any]) -> str:
    def shown(value: float | None) -> str:
        return "none" if value is None else f"{value:.3f}"

    text = f"precision {shown(part['precision'])}, recall {shown(part['recall'])}"
    return text if part["counts_right"] is None else f"{text}, counts right {shown(part['counts_right'])}"


REPORTS: Final[
    dict[str, tuple[Callable[[int], dict[str, Any]], Callable[[Mapping[str, Any]], Iterator[str]]]]
] = {
    "plans": (plans_report, plans_text),
    "claims": (claims_report, claims_text),
}
