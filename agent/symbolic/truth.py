"""Claims against the game's truth: precision and recall of needs, places and counts.

Recipes are those of the package's data. Fuel is one need, whichever fuel is named: how much of it goes is a
matter of what it is, so its count is not compared. Tools are compared with the table of
`envs.minecraft.sources`, which is not the package's; it is a table of the same general knowledge, so
agreement there says less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from envs.minecraft.catalogue.table import Catalogue, Recipe
from envs.minecraft.sources import BURN_TICKS
from envs.minecraft.symbolic import Operation, way_of
from planners.graph.graph import SkillGraph
from skills.skill import Effects

FUEL = "(fuel)"
_STATIONS = frozenset({"near.table", "near.furnace"})


@dataclass(slots=True)
class Tally:
    """How a set of claims compares with the truth.

    Attributes:
        right: entries in both.
        wrong: entries claimed that are not true.
        missed: true entries that were not claimed.
        counted: entries in both whose counts are compared.
        equal: of these, with the right count.
        examples: what is wrong, in words.
    """

    right: int = 0
    wrong: int = 0
    missed: int = 0
    counted: int = 0
    equal: int = 0
    examples: list[str] = field(default_factory=list)

    def compare(
        self, skill: str, said: Mapping[str, int], true: Mapping[str, int], counts: bool = True
    ) -> None:
        """Add the entries of one skill."""
        for fact in said:
            if fact not in true:
                self.wrong += 1
                self.examples.append(f"{skill}: {said[fact]} {fact}, which it does not take")
        for fact in true:
            if fact not in said:
                self.missed += 1
                self.examples.append(f"{skill}: lacks {true[fact]} {fact}")
                continue
            self.right += 1
            if counts and fact != FUEL:
                self.counted += 1
                self.equal += said[fact] == true[fact]
                if said[fact] != true[fact]:
                    self.examples.append(f"{skill}: {said[fact]} {fact} in place of {true[fact]}")

    def to_record(self) -> dict[str, Any]:
        """The tally as JSON; ratios are None where there is nothing to compare."""
        return {
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
            "precision": _ratio(self.right, self.right + self.wrong),
            "recall": _ratio(self.right, self.right + self.missed),
            "counted": self.counted,
            "counts_right": _ratio(self.equal, self.counted),
            "examples": list(self.examples),
        }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All tallies; `impossible` are crafts that no action of MineDojo does."""

    consumes: Tally
    places: Tally
    makes: Tally
    tools: Tally
    skills: int
    impossible: tuple[str, ...]

    def to_record(self) -> dict[str, Any]:
        """The comparison as JSON."""
        parts = {name: getattr(self, name).to_record() for name in ("consumes", "places", "makes", "tools")}
        return {"skills": self.skills, **parts, "impossible": list(self.impossible)}


def compare(
    graph: SkillGraph,
    operations: Mapping[str, Operation],
    catalogue: Catalogue,
    names: Iterable[str],
    said: Callable[[str], Effects],
) -> Comparison:
    """What `said` tells of each skill of `names`, against the truth.

    Args:
        graph: for the kinds of facts.
        operations: what each skill does.
        catalogue: the recipes.
        names: the skills.
        said: the claim or the belief of a skill.
    """
    result = Comparison(Tally(), Tally(), Tally(), Tally(), 0, ())
    impossible, compared = [], 0
    for name in names:
        operation, effects = operations[name], said(name)
        if operation.verb == "gather":
            true = _tools(operation)
            result.tools.compare(name, effects.holds, true)
            compared += 1
        elif operation.verb in ("craft", "smelt"):
            recipes = _recipes(operation, catalogue)
            if not recipes:
                impossible.append(name)
                continue
            compared += 1
            _compare_recipe(result, name, effects, operation, recipes, catalogue)
    return Comparison(result.consumes, result.places, result.makes, result.tools, compared, tuple(impossible))


def _recipes(operation: Operation, catalogue: Catalogue) -> tuple[Recipe, ...]:
    item = operation.thing
    if operation.verb == "smelt":
        return catalogue.smelts[item] if item in catalogue.in_furnace else ()
    return catalogue.crafts[item] if item in catalogue.by_hand | catalogue.at_table else ()


def _compare_recipe(
    result: Comparison,
    name: str,
    effects: Effects,
    operation: Operation,
    recipes: tuple[Recipe, ...],
    catalogue: Catalogue,
) -> None:
    """Compare with that recipe of the item that is nearest to what is said."""
    smelts = operation.verb == "smelt"
    inputs = {need for recipe in recipes for need, _ in recipe.needs}
    consumed = _with_fuel(effects.consumes, inputs) if smelts else dict(effects.consumes)

    def distance(recipe: Recipe) -> tuple[int, int]:
        true = dict(recipe.needs)
        shared = true.keys() & consumed.keys()
        return len(true.keys() ^ consumed.keys()), sum(abs(true[k] - consumed[k]) for k in shared)

    recipe = min(recipes, key=distance)
    result.consumes.compare(name, consumed, dict(recipe.needs) | ({FUEL: 1} if smelts else {}))
    place = "near.furnace" if smelts else "near.table" if operation.thing in catalogue.at_table else ""
    places = {fact: 1 for fact in effects.requires if fact in _STATIONS}
    result.places.compare(name, places, {place: 1} if place else {}, counts=False)
    made = {fact: count for fact, count in effects.obtains.items() if "." not in fact}
    result.makes.compare(name, made, {recipe.makes: recipe.count})


def _with_fuel(consumed: Mapping[str, int], inputs: Iterable[str]) -> dict[str, int]:
    """What is consumed, with every fuel that is no input of the recipe under one name."""
    own = set(inputs)
    plain = {item: count for item, count in consumed.items() if item in own or item not in BURN_TICKS}
    return plain if len(plain) == len(consumed) else {**plain, FUEL: 1}


def _tools(operation: Operation) -> dict[str, int]:
    """The tool that a gathering takes."""
    way = way_of(operation)
    if way is None or not way.tool:
        return {}
    return {f"{way.tool}.tier": way.tier} if way.tier else {way.tool: 1}


def written_before(notes: Mapping[str, str]) -> Iterator[str]:
    """The skills whose claims were written before any recipe data was read, by what their answers note."""
    yield from (name for name, note in notes.items() if "before any recipe data was read" in note)
