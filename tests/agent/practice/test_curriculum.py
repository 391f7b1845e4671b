from dataclasses import replace
from typing import Any

import pytest

from agent.design.effects import SkillClaim, add_claim
from agent.practice.curriculum import (
    CRAFT_ROUNDS,
    FEWEST_ROUNDS,
    LITTLE_PROGRESS,
    POLISH_ROUNDS,
    URGENT_ROUNDS,
    hopeless,
    in_reach,
    ranked,
    reach_cost,
)
from agent.practice.session_state import SkillProgress
from agent.testing.abilities import Ability
from agent.testing.toy import SPEC, walk
from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillStats

WOOD = Ability(name="collect_wood", obtains={"wood": 1})
STONE = Ability(name="collect_stone", obtains={"stone": 1})
BENCH = Ability(
    name="place_bench",
    kind="craft",
    obtains={"did.place_bench": 1},
    gives={"near.bench": 1},
    consumes={"wood": 2},
    action="place_bench",
    until=False,
)
PICK = Ability(
    name="make_pick",
    kind="craft",
    obtains={"pick": 1},
    requires={"near.bench": 1},
    consumes={"wood": 1, "stone": 1},
    action="make_pick",
    until=False,
)
GEM = Ability(name="collect_gem", obtains={"gem": 1}, requires={"pick": 1})
TREE = (WOOD, STONE, BENCH, PICK, GEM)


def choose(*given: Any, **more: Any) -> SkillClaim | None:
    """What is practised next."""
    return next(iter(ranked(*given, **more)), None)


def graph_of(*abilities: Ability, **stats: SkillStats) -> SkillGraph:
    """Skills with statistics are available."""
    graph = SkillGraph("toy", SPEC.fact_kinds)
    for ability in abilities:
        add_claim(graph, ability.claim)
        if ability.name in stats:
            graph.set_stats(ability.name, stats[ability.name])
            graph.set_available(ability.name, True)
    return graph


def progress_of(**known: SkillProgress) -> dict[str, SkillProgress]:
    return {a.name: known.get(a.name, SkillProgress()) for a in (*TREE, walk("up"))}


def admitted(rate: float = 1.0, rounds: int = 1, waiting_since: int = -1) -> SkillProgress:
    return SkillProgress(status="admitted", rates=[rate], rounds=rounds, waiting_since=waiting_since)


GOOD = SkillStats(successes=18, failures=0, steps=180)
"""Costs 10 / (19 / 20) = 10.53 steps."""


def test_what_can_be_brought_about() -> None:
    graph = graph_of(*TREE, collect_wood=GOOD)
    assert in_reach(graph, {})
    assert in_reach(graph, {"wood": 2})
    assert not in_reach(graph, {"wood": 2, "stone": 1})
    assert not in_reach(graph, {"near.bench": 1})  # its producer is known and cannot be executed yet
    graph.set_available("place_bench", True)
    assert in_reach(graph, {"near.bench": 1})
    assert not in_reach(graph, {"pick": 1})


def test_what_it_costs_to_get_there() -> None:
    graph = graph_of(*TREE, collect_wood=GOOD)
    assert reach_cost(graph, Effects(obtains={"wood": 1})) == 0.0
    cost = reach_cost(graph, Effects(consumes={"wood": 2}, obtains={"did.place_bench": 1}))
    assert cost == pytest.approx(2 * 10 / (19 / 20))


def test_the_frontier_comes_first_and_nothing_beyond_it() -> None:
    graph = graph_of(*TREE)
    claims = [a.claim for a in (GEM, PICK, BENCH, STONE)]
    chosen = choose(graph, claims, progress_of())
    assert chosen is not None and chosen.task.name == "collect_stone"
    assert choose(graph, [GEM.claim, PICK.claim, BENCH.claim], progress_of()) is None


def test_scripted_skills_in_reach_come_before_learned_ones() -> None:
    graph = graph_of(*TREE, collect_wood=GOOD)
    progress = progress_of(collect_wood=admitted())
    chosen = choose(graph, [a.claim for a in TREE], progress)
    assert chosen is not None and chosen.task.name == "place_bench"  # not collect_stone, which is as near


def test_fewer_rounds_then_learning_progress_then_cost_then_difficulty() -> None:
    hard = Ability(name="collect_gem", obtains={"gem": 1}, difficulty=5)
    graph = graph_of(WOOD, STONE, hard)
    claims = [hard.claim, STONE.claim, WOOD.claim]

    def chosen(**known: SkillProgress) -> str:
        claim = choose(graph, claims, progress_of(**known))
        assert claim is not None
        return claim.task.name

    tried = {"rounds": 2}
    assert chosen(collect_stone=SkillProgress(rounds=1), collect_wood=SkillProgress(**tried)) == "collect_gem"
    assert (
        chosen(
            collect_gem=SkillProgress(**tried, rates=[0.1, 0.2]),
            collect_stone=SkillProgress(**tried, rates=[0.1, 0.4]),
            collect_wood=SkillProgress(**tried, rates=[0.3, 0.4]),
        )
        == "collect_stone"
    )
    assert chosen() == "collect_stone"  # equal but for difficulty: 1, 1 and 5; the first of the easy ones


def test_urgent_skills_come_first_among_those_tried_equally_often() -> None:
    graph = graph_of(WOOD, STONE, walk("up"))
    claims = [WOOD.claim, STONE.claim, walk("up").claim]

    def chosen(*urgent: str, **known: SkillProgress) -> str:
        claim = choose(graph, claims, progress_of(**known), urgent)
        assert claim is not None
        return claim.task.name

    assert chosen() == "collect_wood"
    assert chosen("collect_stone") == "collect_stone"
    assert chosen("walk_up") == "walk_up"  # repeats an action until it works: no quicker than learned ones
    few, many = (SkillProgress(rounds=URGENT_ROUNDS - 1), SkillProgress(rounds=URGENT_ROUNDS))
    assert chosen("collect_stone", collect_stone=few) == "collect_stone"  # a few rounds in a row
    assert chosen("collect_stone", collect_stone=many) == "collect_wood"  # and then the others


def test_the_cheaper_to_get_to_among_equals() -> None:
    near = Ability(name="collect_stone", obtains={"stone": 1}, requires={"wood": 1}, difficulty=5)
    far = Ability(name="collect_gem", obtains={"gem": 1}, requires={"wood": 3}, difficulty=1)
    graph = graph_of(WOOD, near, far, collect_wood=GOOD)
    chosen = choose(graph, [far.claim, near.claim], progress_of())
    assert chosen is not None and chosen.task.name == "collect_stone"


def test_waiting_skills_wait_for_another_admission() -> None:
    graph = graph_of(*TREE, collect_wood=GOOD)
    claims = [WOOD.claim, BENCH.claim, STONE.claim]
    waiting = SkillProgress(waiting_since=1)
    chosen = choose(graph, claims, progress_of(collect_wood=admitted(), place_bench=waiting))
    assert chosen is not None and chosen.task.name == "collect_stone"
    both = progress_of(collect_wood=admitted(), place_bench=waiting, collect_stone=admitted())
    chosen = choose(graph, claims, both)
    assert chosen is not None and chosen.task.name == "place_bench"  # two are admitted now


@pytest.mark.parametrize(("rounds", "name"), [(9, "collect_stone"), (10, "place_bench")])
def test_waiting_skills_are_looked_at_again_after_rounds_of_others(rounds: int, name: str) -> None:
    graph = graph_of(*TREE, collect_wood=GOOD)
    claims = [WOOD.claim, BENCH.claim, STONE.claim]
    waiting = SkillProgress(waiting_since=1, waiting_round=2)  # 8 rounds later: 10
    progress = progress_of(collect_wood=admitted(rounds=rounds), place_bench=waiting)
    chosen = choose(graph, claims, progress)
    assert chosen is not None and chosen.task.name == name


def test_weak_admitted_skills_are_polished_when_nothing_new_is_in_reach() -> None:
    graph = graph_of(WOOD, STONE, walk("up"), collect_wood=GOOD, collect_stone=GOOD, walk_up=GOOD)
    claims = [WOOD.claim, STONE.claim, walk("up").claim]

    def chosen(wood: SkillProgress, stone: SkillProgress) -> str | None:
        progress = progress_of(collect_wood=wood, collect_stone=stone, walk_up=admitted(0.6))
        claim = choose(graph, claims, progress)
        return claim.task.name if claim else None

    assert chosen(admitted(0.8), admitted(0.7)) == "collect_stone"
    assert chosen(admitted(0.8), admitted(0.9)) == "collect_wood"
    assert chosen(admitted(0.95), admitted(0.9)) is None  # walk_up is weak, but scripted
    assert chosen(admitted(0.8, rounds=POLISH_ROUNDS), admitted(0.9)) is None
    unsure = admitted(1.0).model_copy(update={"training_rate": 0.6})
    assert chosen(unsure, admitted(0.8)) == "collect_wood"  # it fails within the short episodes of training
    assert chosen(admitted(0.8, waiting_since=3), admitted(0.9)) is None  # nowhere to practise, 3 admitted
    assert chosen(admitted(0.8, waiting_since=2), admitted(0.9)) == "collect_wood"


def test_what_never_worked_waits_for_the_others() -> None:
    graph = graph_of(WOOD, STONE, collect_wood=GOOD)
    fruitless = SkillProgress(rounds=1, rates=[0.0])
    hopeful = SkillProgress(rounds=2, rates=[0.1, 0.1])
    progress = progress_of(collect_wood=fruitless, collect_stone=hopeful)
    chosen = choose(graph, [WOOD.claim, STONE.claim], progress)
    assert chosen is not None and chosen.task.name == "collect_stone"


def test_abandoned_skills_are_left_alone() -> None:
    graph = graph_of(WOOD)
    progress = progress_of(collect_wood=SkillProgress(status="abandoned", rates=[0.1]))
    assert choose(graph, [WOOD.claim], progress) is None


@pytest.mark.parametrize(
    ("rounds", "rates", "scripted", "expected"),
    [
        (FEWEST_ROUNDS - 1, [0.0, 0.0, 0.0], False, False),
        (FEWEST_ROUNDS, [0.0, 0.0, 0.0, 0.0], False, True),
        (FEWEST_ROUNDS, [0.1, 0.2, 0.3, 0.36], False, False),  # 0.06 is more than little
        (FEWEST_ROUNDS, [0.1, 0.2, 0.3, 0.34], False, True),
        (CRAFT_ROUNDS - 1, [0.0, 0.0], True, False),
        (CRAFT_ROUNDS, [0.0, 0.9], True, True),
        (FEWEST_ROUNDS, [0.0, LITTLE_PROGRESS], False, False),
    ],
)
def test_hopeless(rounds: int, rates: list[float], scripted: bool, expected: bool) -> None:
    assert hopeless(SkillProgress(rounds=rounds, rates=rates), scripted) is expected


def chosen_by(rule: str, graph: SkillGraph, progress: dict[str, SkillProgress], draw: int = 0) -> str:
    claims = [a.claim for a in TREE]
    claim = choose(graph, claims, progress, rule=rule, draw=lambda n: draw % n)
    assert claim is not None
    return claim.task.name


def test_uniform_takes_any_that_is_within_reach() -> None:
    graph = graph_of(*TREE, collect_wood=GOOD)
    progress = progress_of(collect_wood=admitted(rate=0.5))
    assert {chosen_by("uniform", graph, progress, draw) for draw in range(9)} == {
        "collect_wood", "collect_stone", "place_bench",
    }  # fmt: skip


def test_needs_goes_down_to_what_keeps_most_tasks_out_of_reach() -> None:
    aside = replace(walk("up"), action="")
    graph = graph_of(*TREE, aside)
    claims = [a.claim for a in (aside, *TREE)]
    progress = progress_of()
    chosen = choose(graph, claims, progress, rule="needs")
    assert chosen is not None and chosen.task.name == "collect_wood"  # bench, pick and gem take it
    progress["collect_wood"] = SkillProgress(rounds=4, rates=[0.9, 0.95, 0.95, 0.95])
    chosen = choose(graph, claims, progress, rule="needs")
    assert chosen is not None and chosen.task.name == "collect_stone"  # hardly anything to gain from wood


def test_needs_leaves_what_is_not_learned_to_others_for_a_while() -> None:
    stuck = SkillProgress(rounds=3, rates=[0.0, 0.0, 0.0])
    graph = graph_of(WOOD, STONE)
    claims = [WOOD.claim, STONE.claim]
    chosen = choose(graph, claims, progress_of(collect_wood=stuck), rule="needs")
    assert chosen is not None and chosen.task.name == "collect_stone"
