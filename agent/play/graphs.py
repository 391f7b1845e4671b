"""Where the skill graph that a command works on comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import BadConfig, MissingPrerequisite
from agent.play.libraries import load_library_graph, open_store
from envs.errors import did_you_mean

if TYPE_CHECKING:
    from agent.play.kit import PolicyOverSkills
    from planners.graph.graph import SkillGraph


def load_graph(*, file: str | Path | None = None, library: str | Path | None, game: str) -> SkillGraph:
    """The graph in `file` when one is given, else that of the library; see `choose_library`.

    Raises:
        MissingPrerequisite: no library has skills for the game, or the library has no graph yet.
        BadGraph: the file is missing or malformed.
        UnknownGame: no such game.
    """
    from planners.graph.formats import read_graph

    if file is not None:
        return read_graph(Path(file))
    store = open_store(library, game)
    if not store.graph_path.is_file():
        raise MissingPrerequisite(
            f"no skill graph at {str(store.graph_path)!r}; journeyman practice makes one"
        )
    return load_library_graph(store)


def load_policies(library: str | Path | None, game: str) -> dict[str, PolicyOverSkills]:
    """The library's policies over skills whose end facts can tell, by name.

    Raises as `load_graph`, and `LibraryDamaged`.

    """
    from agent.play.load import load_policies_over_skills

    policies = load_policies_over_skills(open_store(library, game))
    return {name: policy for name, policy in policies.items() if policy.goal}


def full_bars(graph: SkillGraph) -> dict[str, int]:
    """Bars such as health and food, as they are when an episode begins."""
    return {
        fact: graph.highs[fact]
        for fact, kind in graph.kinds.items()
        if kind == "level" and fact in graph.highs
    }


def require_facts(given: Mapping[str, int], graph: SkillGraph) -> dict[str, int]:
    """`given`, when the graph knows all of these facts, and they can be so many. Raises `BadConfig`."""
    known = {*graph.kinds, *graph.facts()}
    for fact, count in given.items():
        if fact not in known:
            hint = did_you_mean(fact, sorted(known))
            raise BadConfig(f"--have '{fact}={count}': the graph has no fact {fact!r}{hint}")
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise BadConfig(f"--have '{fact}={count}'; expected a whole number that is not negative")
        if count > graph.highs.get(fact, count):
            raise BadConfig(f"--have '{fact}={count}' can never be; {fact} is at most {graph.highs[fact]}")
    return dict(given)
