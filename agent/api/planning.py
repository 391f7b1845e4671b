"""Plans, without a game being played."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from planners.graph.graph import SkillGraph
    from planners.plan import Plan


def plan(
    goal: str,
    *,
    game: str = "crafter",
    library: str | Path | None = None,
    graph: str | Path | None = None,
    have: Mapping[str, int] | None = None,
    search: Literal["cheapest", "decompose"] = "cheapest",
) -> Plan:
    """Skills that lead to a goal.

    Args:
        goal: what to reach, in words, as a fact or as a skill.
        game: registry name of the game.
        library: folder of skill libraries; None for ./library if it has skills, else the starter library.
        graph: plan over this graph file (.json, .graphml, .yaml), and over all skills in it.
        have: facts at the start; bars such as health are full unless they are among them.
        search: least expected cost, or fewest executions (as in Plan4MC).

    Returns:
        The plan; `Plan.goal` says what was understood, and where something is missing that no skill brings,
        `Plan.missing` says what.

    Raises:
        UnknownGame, UnknownGoal: the words mean nothing; close ones are named.
        BadConfig: `have` names a fact that the graph does not know or something that is no count, or there
            is no such search.
        MissingPrerequisite, BadGraph: there is no graph, or it is malformed.
    """
    from agent.errors import BadConfig
    from agent.play.graphs import full_bars, load_policies, require_facts
    from agent.solving.aim import read_task
    from agent.solving.known_tasks import completed, goal_of, known_task
    from envs.registry import described_names, game_spec
    from planners.search.by_chance import with_chance
    from planners.search.search import cheapest, decompose

    searches = {"cheapest": cheapest, "decompose": decompose}
    if search not in searches:
        raise BadConfig(f"search is {search!r}; expected {' or '.join(searches)}")
    over = planned_over(game, library, graph)
    skill_graph = _graph_over(over, game, library, graph)
    spec = game_spec(skill_graph.game) if skill_graph.game in described_names() else None
    facts = {**full_bars(skill_graph), **require_facts(have or {}, skill_graph)}
    if task := known_task(spec, goal):
        wanted, facts = goal_of(task, goal), {**task.start, **facts}
    else:
        policies = load_policies(library, game) if over in ("library", "both") else {}
        wanted = read_task(goal, skill_graph, spec, policies).goal
    find = with_chance(searches[search], spec.may_bring if spec else {})
    return find(skill_graph, wanted, completed(spec, facts), only_available=over == "library")


def planned_over(
    game: str, library: str | Path | None = None, graph: str | Path | None = None
) -> Literal["file", "library", "claims", "both"]:
    """What `plan` plans over: a graph file, a library, or the claims about a game that knows tasks.

    Claims serve where no library holds a skill of such a game, and beside the starter library (``both``), for
    all that it lacks.

    Raises:
        UnknownGame: no such game.
    """
    from agent.play.libraries import USER_LIBRARY, has_skills, shipped_library
    from envs.registry import game_spec

    if graph is not None:
        return "file"
    if library is not None or not game_spec(game).known_tasks:
        return "library"
    if has_skills(USER_LIBRARY, game):
        return "library"
    return "both" if has_skills(shipped_library(), game) else "claims"


def _graph_over(over: str, game: str, library: str | Path | None, graph: str | Path | None) -> SkillGraph:
    from agent.play.graphs import load_graph

    if over not in ("claims", "both"):
        return load_graph(file=graph, library=library, game=game)
    from agent.design.claimed import claimed_graph
    from agent.llm.answer_pack import shipped_pack
    from agent.play.libraries import library_at, shipped_library
    from agent.solving.untried import untried_graph
    from envs.registry import game_spec

    if over == "both":
        return untried_graph(game_spec(game), library_at(shipped_library(), game))
    return claimed_graph(game_spec(game), shipped_pack(game))
