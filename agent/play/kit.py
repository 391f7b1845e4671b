"""Everything an agent needs to play, as one picklable value: skills, networks, graph, guards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.judges.recipe import JudgeRecipe
from planners.graph.graph import MOST_PRODUCERS, SkillGraph
from skills.chains.parts import chain_problems, parts_of
from skills.network import NumpyNetwork
from skills.skill import Skill


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardCode:
    """The model-written guard: which skill must come first now.

    Attributes:
        source: ``def guard(facts, remaining)``; empty for no guard.
        ranking: the skills it may name, most urgent first.
        answer_id: id of the model's answer.
    """

    source: str = ""
    ranking: tuple[str, ...] = ()
    answer_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShieldCode:
    """The model-written shield: which actions must not be taken now.

    Attributes:
        source: ``def shield(facts)``; empty for no shield.
        answer_id: id of the model's answer.
    """

    source: str = ""
    answer_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOverSkills:
    """A model-written policy over skills, for one task.

    Attributes:
        task: what it is for, in words.
        source: ``def choose(start, facts, last, failures)``; see `skills.code.policy_code`.
        skills: the names that it may return.
        answer_id: id of the model's answer.
        goal: facts that tell whether the task is done; empty where facts cannot tell.
    """

    task: str
    source: str
    skills: tuple[str, ...]
    answer_id: str = ""
    goal: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What a player can use in a game; picklable.

    Attributes:
        game: registry name.
        skills: name -> skill; only these can be executed.
        networks: name -> network, for the learned ones.
        graph: `SkillGraph.to_json`.
        guard: when to interrupt a plan.
        shield: what not to do.
        game_options: keyword arguments of the game.
        most_producers: skills that a plan may choose among for each fact.
        policies_over_skills: those that were written for certain tasks, by a short name.
        judged: skills of which a judge that looks says whether they succeeded, with what it must see. Those
            whose records have a claim of their own are judged in any case.
        judge: how that judge is made.
    """

    game: str
    skills: Mapping[str, Skill]
    networks: Mapping[str, NumpyNetwork]
    graph: Mapping[str, Any]
    guard: GuardCode = GuardCode()
    shield: ShieldCode = ShieldCode()
    game_options: Mapping[str, Any] = field(default_factory=dict)
    policies_over_skills: Mapping[str, PolicyOverSkills] = field(default_factory=dict)
    most_producers: int = MOST_PRODUCERS
    judged: Mapping[str, str] = field(default_factory=dict)
    judge: JudgeRecipe = field(default_factory=JudgeRecipe)

    @property
    def claims(self) -> dict[str, str]:
        """Skill -> what must be seen for it to have succeeded, of those that are judged by looking."""
        own = {name: skill.claim for name, skill in self.skills.items() if skill.claim}
        return own | dict(self.judged)

    def open_graph(self) -> SkillGraph:
        """The graph, with exactly this kit's skills available and their statistics in it.

        Skills that the graph does not know, such as those imported into a library that kept its own graph,
        are added with what their records say. A chain with a part that is not in the kit is not available.
        """
        graph = SkillGraph.from_json(dict(self.graph))
        graph.most_producers = self.most_producers
        for name, skill in self.skills.items():
            if name not in graph:
                graph.add_skill(
                    name,
                    skill.kind,
                    skill.effects,
                    description=skill.description,
                    success_in_words=skill.claim,
                    stats=skill.stats,
                    step_cap=skill.step_cap,
                )
        parts = parts_of(self.skills)
        for name in graph.skills():
            graph.set_available(name, name in parts and not any(chain_problems(name, parts)))
        return graph
