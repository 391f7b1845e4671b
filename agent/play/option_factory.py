"""Which option executes a skill: a fresh one for every execution."""

from __future__ import annotations

import numpy as np

from agent.play.kit import Kit
from agent.play.learned_option import LearnedOption
from agent.play.option_code import OptionFunctions, Shield, allow_all
from agent.play.scripted_option import ScriptedOption
from envs.game import GameSpec
from envs.seeding import child_seed
from planners.execution.runner import Option
from planners.graph.graph import SkillGraph
from skills.code.sandbox import Sandbox


class OptionFactory:
    """Makes a fresh option for each execution of a skill in a kit."""

    def __init__(
        self,
        kit: Kit,
        graph: SkillGraph,
        spec: GameSpec,
        sandbox: Sandbox,
        seed: int,
        shield: Shield = allow_all,
    ) -> None:
        self._kit = kit
        self._shield = shield
        self._graph = graph
        self._spec = spec
        self._sandbox = sandbox
        self._functions: dict[str, OptionFunctions] = {}
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        """Draw from a new seed, as a new play does."""
        for functions in self._functions.values():
            functions.forgive()
        self._rng = np.random.default_rng(child_seed(seed, "options"))

    def __call__(self, name: str) -> Option:
        """A fresh option of the skill `name`."""
        skill = self._kit.skills[name]
        if name not in self._functions:
            self._functions[name] = OptionFunctions(skill, self._spec, self._sandbox)
        if skill.policy.kind == "learned":
            size = self._spec.encoding_size
            return LearnedOption(
                self._functions[name], self._kit.networks[name], size, self._rng, self._shield
            )
        return ScriptedOption(
            self._functions[name],
            self._spec,
            self._graph.belief(name).needs,
            self._rng,
            self._shield,
            admitted=skill.stats.attempts > 0,  # the statistics of its trials come with admission
        )
