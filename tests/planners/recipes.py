"""A recipe book in the manner of Plan4MC for tests, and Plan4MC's search taken literally."""

from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillKind

FIND, ACT, CRAFT = SkillKind.FIND, SkillKind.ACT, SkillKind.CRAFT

RECIPES = {
    "near.tree": (FIND, {}, {}, 1),
    "near.rock": (FIND, {}, {}, 1),
    "near.sheep": (FIND, {}, {}, 1),
    "near.table": (ACT, {"table": 1}, {}, 1),
    "near.oven": (ACT, {"oven": 1}, {}, 1),
    "trunk": (ACT, {"near.tree": 1}, {}, 1),
    "rubble": (ACT, {"near.rock": 1}, {"wood_pick": 1}, 1),
    "ore": (ACT, {}, {"stone_pick": 1}, 1),
    "fleece": (ACT, {"near.sheep": 1}, {"clippers": 1}, 1),
    "boards": (CRAFT, {"trunk": 1}, {}, 4),
    "rod": (CRAFT, {"boards": 2}, {}, 4),
    "table": (CRAFT, {"boards": 4}, {}, 1),
    "crate": (CRAFT, {"boards": 8}, {"near.table": 1}, 1),
    "oven": (CRAFT, {"rubble": 8}, {"near.table": 1}, 1),
    "wood_pick": (CRAFT, {"boards": 3, "rod": 2}, {"near.table": 1}, 1),
    "stone_pick": (CRAFT, {"rubble": 3, "rod": 2}, {"near.table": 1}, 1),
    "charcoal": (CRAFT, {"trunk": 2}, {"near.oven": 1}, 1),
    "bar": (CRAFT, {"ore": 1, "charcoal": 1}, {"near.oven": 1}, 1),
    "clippers": (CRAFT, {"bar": 2}, {}, 1),
    "bar_pick": (CRAFT, {"rod": 2, "bar": 3}, {"near.table": 1}, 1),
    "funnel": (CRAFT, {"crate": 1, "bar": 5}, {"near.table": 1}, 1),
    "cot": (CRAFT, {"boards": 3, "fleece": 3}, {"near.table": 1}, 1),
    "gem": (ACT, {}, {"bar_pick": 1}, 1),
}
"""Product -> kind, consumed, required, yield; skills are named after what they produce."""


def recipe_graph() -> SkillGraph:
    """The recipe book as a graph in which everything can be executed."""
    graph = SkillGraph("recipes", {name: "place" for name in RECIPES if name.startswith("near.")})
    for name, (kind, consumes, requires, count) in RECIPES.items():
        effects = Effects(consumes=consumes, requires=requires, obtains={name: count})
        graph.add_skill(name, kind, effects, available=True)
    return graph


def published_search(target: str, have: dict[str, int]) -> tuple[list[str], dict[str, int]]:
    """The order of skills and the missing things that Plan4MC's rules give, taken literally."""
    held, missing, order = dict(have), {}, []

    def bring(fact: str, count: int, consumed: bool) -> None:
        lacking = max(0, count - held.get(fact, 0))
        if consumed:
            held[fact] = held.get(fact, 0) - (count - lacking)
        while lacking > 0:
            if fact not in RECIPES:
                missing[fact] = missing.get(fact, 0) + lacking
                held[fact] = held.get(fact, 0) + (0 if consumed else lacking)
                return
            produce(fact)
            given = RECIPES[fact][3]
            kept = max(0, given - lacking) if consumed else given
            held[fact] = held.get(fact, 0) + kept
            lacking -= given

    def produce(name: str) -> None:
        kind, consumes, requires, _ = RECIPES[name]
        wants = [(f, n, True) for f, n in consumes.items()] + [(f, n, False) for f, n in requires.items()]
        for fact, count, consumed in sorted(wants, key=lambda want: want[0].startswith("near.")):
            bring(fact, count, consumed)
        if kind is FIND:
            held.update({fact: 0 for fact in held if fact.startswith("near.")})
        order.append(name)

    bring(target, 1, consumed=False)
    return order, missing
