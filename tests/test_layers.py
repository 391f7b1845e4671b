"""Walls: packages import downwards only, so do the rooms inside each, and no modules import in a circle.

Imports inside functions and for type checking count like any other.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("envs", "skills", "planners", "agent")
"""From the bottom up. A package imports only itself and those before it."""

ROOMS = {
    "envs": (
        "text", "schema", "json_text", "disk", "reading", "lines", "interrupts", "errors", "facts", "seeding",
        "sealed", "code_cache", "shortage", "game", "games", "fact_changes", "wrapped_game", "terminal",
        "tiles",
        "workers", "grid", "base_game", "toy", "crafter", "nethack", "registry", "first_use",
        "game_options", "contract", "remote", "minecraft", "recording", "rollout",
    ),
    "skills": (
        "errors", "files", "zip_members", "interval", "threads", "skill", "weights", "network",
        "array_file", "start_bank", "code", "rewards", "chains", "store", "training",
    ),
    "planners": ("errors", "plan", "graph", "search", "goals", "goal_parser", "execution"),
    "agent": (
        "errors", "surroundings", "stats", "likeness", "config", "records", "films", "llm",
        "person", "judges", "play", "design", "preferences", "practice", "solving", "evaluation",
        "judge_training", "web", "finding", "machine", "cluster_doctor", "minecraft_doctor", "doctor",
        "testing", "api", "cli", "symbolic", "bench", "studies",
    ),
}  # fmt: skip
"""Rooms (a folder, or a module beside the folders) of each package, from the bottom up. A room imports only
itself and rooms before it."""

SUBROOMS = {
    "skills.training": (
        "config", "spec", "assignment", "log", "cues", "advantages", "allowed_actions", "checkpoint",
        "vec_env", "terminator", "lean", "ppo", "loop", "train", "cloning", "host", "joint",
    ),
    "agent.practice": (
        "bar", "arenas", "situations", "comparison", "prerequisites", "first_skills", "library_marks",
        "progress", "panel", "baton", "slots", "any_slot", "monitors", "preferences", "recorded_play",
        "use_statistics", "chain_notes", "session_state", "steering", "curriculum", "outages", "resuming",
        "live", "session", "judged", "monitoring", "looked_at", "roster", "snapshot", "turns",
        "trial_sample", "play", "report", "trials", "admission", "housekeeping", "start_states", "beside",
        "choice", "transfer", "training", "chains", "joint_stage", "training_modes", "preparation",
        "growth", "loop",
    ),
    "agent.evaluation": (
        "again", "scoring", "suites", "guard", "parts", "players", "task_players", "episodes", "metrics",
        "verdicts", "evaluate", "open_evaluation",
    ),
}  # fmt: skip
"""The same inside rooms that hold other rooms."""


def module_name(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


@cache
def modules() -> dict[str, Path]:
    return {module_name(path): path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))}


@cache
def imports() -> dict[str, frozenset[str]]:
    """Module -> the modules of ours that it imports."""
    return {name: frozenset(_imported(path)) for name, path in modules().items()}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in modules():
                    yield whole
                elif node.module in modules():
                    yield node.module


def outside(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports, ours or not."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def room_of(module: str, place: str) -> str | None:
    """The part of a module's name just below a place; None for the place itself and what lies elsewhere."""
    return module.removeprefix(f"{place}.").split(".")[0] if module.startswith(f"{place}.") else None


def wrong_ways(place: str, order: tuple[str, ...]) -> list[str]:
    found = []
    for module, targets in imports().items():
        own = room_of(module, place)
        for target in targets:
            other = room_of(target, place)
            if own and other and own != other and order.index(other) > order.index(own):
                found.append(f"{module} imports {target}")
    return found


@pytest.mark.parametrize("layer", LAYERS)
def test_no_package_imports_a_higher_one(layer: str) -> None:
    higher = LAYERS[LAYERS.index(layer) + 1 :]
    wrong = [
        f"{name} imports {top}"
        for name, path in modules().items()
        if name.split(".")[0] == layer
        for top in outside(path)
        if top in higher
    ]
    assert wrong == []


@pytest.mark.parametrize("place", [*ROOMS, *SUBROOMS])
def test_every_room_has_its_place_and_imports_only_rooms_below(place: str) -> None:
    order = {**ROOMS, **SUBROOMS}[place]
    rooms = {room for module in modules() if (room := room_of(module, place))}
    assert rooms - set(order) == set(), f"new rooms of {place}: give them a place in ROOMS"
    assert set(order) - rooms == set(), f"rooms that {place} has no more: take them out of ROOMS"
    assert wrong_ways(place, order) == []


def test_no_modules_import_in_a_circle() -> None:
    graph = nx.DiGraph((module, target) for module, targets in imports().items() for target in targets)
    assert [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1] == []


@pytest.mark.parametrize("layer", LAYERS[:-1])
def test_only_the_agent_talks_to_a_model(layer: str) -> None:
    wrong = [
        f"{name} imports {top}"
        for name, path in modules().items()
        if name.split(".")[0] == layer
        for top in outside(path)
        if top.startswith(("langchain", "openai"))
    ]
    assert wrong == []


def test_one_room_of_the_agent_talks_to_a_model() -> None:
    wrong = [
        name
        for name, path in modules().items()
        if not name.startswith(("agent.llm", "agent.testing"))
        and any(top.startswith(("langchain", "openai")) for top in outside(path))
    ]
    assert wrong == []


def test_planners_do_without_networks() -> None:
    wrong = [
        name
        for name, path in modules().items()
        if name.startswith("planners") and {"torch", "stable_baselines3"} & set(outside(path))
    ]
    assert wrong == []


def test_what_is_shipped_for_tests_is_used_by_tests_only() -> None:
    wrong = [
        name
        for name, targets in imports().items()
        if not name.startswith(("agent.testing", "agent.bench"))
        and any(target.startswith("agent.testing") for target in targets)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(name for name, path in modules().items() if path.stem == "__init__"))
def test_every_package_says_what_is_in_it_and_what_is_not(name: str) -> None:
    """A line ``module: what it is`` for everything in the package, and where to look for the rest."""
    text = ast.get_docstring(ast.parse(modules()[name].read_text(encoding="utf-8"))) or ""
    lines = [line.strip() for line in text.splitlines()]
    said = {line.split(":")[0] for line in lines if ": " in line}
    inside = {room for module in modules() if (room := room_of(module, name))}
    assert inside - said == set(), "say in the package's docstring what these are"
    listed = {line.split(":")[0] for line in text.splitlines() if line.startswith("    ") and ": " in line}
    assert {entry.strip() for entry in listed} - inside == set(), "these are not there any more"
    assert any(line.startswith("Not here:") for line in lines), "say what is to be looked for elsewhere"


@pytest.mark.parametrize("name", sorted(name for name, path in modules().items() if path.stem == "__init__"))
def test_places_that_a_package_points_to_exist(name: str) -> None:
    text = ast.get_docstring(ast.parse(modules()[name].read_text(encoding="utf-8"))) or ""
    pointed = {word.strip("`.,;:()") for word in text.split() if word.startswith("`")}
    dotted = {w for w in pointed if w.split(".")[0] in LAYERS and not w.endswith((".yaml", ".toml"))}
    assert {word for word in dotted if word not in modules()} == set()
