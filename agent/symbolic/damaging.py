"""Claims made wrong on purpose, to see what play mends: of Minecraft, too little is wrong as it is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from planners.graph.graph import SkillGraph
from skills.skill import Effects


def damaged(graph: SkillGraph, names: Iterable[str], share: float, seed: int = 0) -> SkillGraph:
    """A graph with the claims of another, those of `names` with errors; nothing of it was tried.

    Args:
        graph: the claims.
        names: skills whose claims may be damaged.
        share: chance of every count of things used up or made to be one more or less, and of every place to
            be forgotten, 0..1.
        seed: of what is damaged.
    """
    rng, touched = random.Random(seed), frozenset(names)
    other = SkillGraph(graph.game, graph.kinds, graph.highs)
    for name in graph.skills():
        claim = graph.claim(name)
        other.add_skill(
            name,
            graph.kind(name),
            _damaged(claim, share, rng) if name in touched else claim,
            description=graph.description(name),
            step_cap=graph.step_cap(name),
        )
    return other


def _damaged(claim: Effects, share: float, rng: random.Random) -> Effects:
    kept = {
        fact: count for fact, count in claim.requires.items() if rng.random() >= share or fact[:5] != "near."
    }
    return Effects(
        requires=kept,
        consumes=_miscounted(claim.consumes, share, rng),
        holds=claim.holds,
        obtains=_miscounted(claim.obtains, share, rng),
    )


def _miscounted(counts: Mapping[str, int], share: float, rng: random.Random) -> dict[str, int]:
    return {
        fact: max(1, count + rng.choice((-1, 1))) if "." not in fact and rng.random() < share else count
        for fact, count in counts.items()
    }
