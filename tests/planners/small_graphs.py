"""Small graphs and goals written in one line each, for tests of the searches."""

import pytest

from planners.graph.graph import SkillGraph
from planners.plan import Goal
from planners.search.search import cheapest, decompose
from skills.skill import Effects, SkillKind, SkillStats

FIND, ACT, CRAFT = SkillKind.FIND, SkillKind.ACT, SkillKind.CRAFT
SEARCHES = pytest.mark.parametrize("search", [decompose, cheapest])

WOODWORK = (
    ("chop", ACT, {"log": 1}),
    ("saw", CRAFT, {"plank": 4}, {"log": 1}),
    ("whittle", CRAFT, {"stick": 4}, {"plank": 2}),
    ("make_sword", CRAFT, {"sword": 1}, {"plank": 2, "stick": 1}),
)

PLACES = {"near.tree": "place", "near.table": "place", "near.furnace": "place", "known.table": "known"}


def graph_of(*skills, kinds=None, highs=None, **stats):
    """Skills as (name, kind, obtains, consumes, requires), and their (successes, failures, steps) by name."""
    graph = SkillGraph("test", kinds or {}, highs)
    for name, kind, obtains, *rest in skills:
        consumes, requires = [*rest, {}, {}][:2]
        effects = Effects(obtains=obtains, consumes=consumes, requires=requires)
        wins, losses, steps = stats.get(name, (0, 0, 0))
        record = SkillStats(successes=wins, failures=losses, steps=steps)
        graph.add_skill(name, kind, effects, available=True, stats=record)
    return graph


def goal(**facts):
    return Goal(facts={name.replace("__", "."): count for name, count in facts.items()})
