"""Which option executes a skill: a fresh one for every execution."""

from __future__ import annotations

import numpy as np

from agent.play.demonstration import Demonstrating, Demonstration
from agent.play.kit import Kit
from agent.play.kit_code import KitCode
from agent.play.learned_option import LearnedOption
from agent.play.scripted_option import ScriptedOption
from envs.game import GameSpec
from envs.seeding import child_seed
from planners.execution.chain import ChainOption
from planners.execution.option import Option
from planners.graph.graph import SkillGraph
from skills.chains.parts import parts_of, require_whole


class OptionFactory:
    """Makes a fresh option for each execution of a skill in a kit."""

    def __init__(
        self,
        kit: Kit,
        graph: SkillGraph,
        spec: GameSpec,
        code: KitCode,
        seed: int,
    ) -> None:
        self._kit = kit
        self._graph = graph
        self._spec = spec
        self._code = code
        self.reseed(seed)

    demonstration: Demonstration | None = None
    """Where actions are kept, of the skills that it is about."""

    def reseed(self, seed: int) -> None:
        """Draw from a new seed, as a new play does."""
        self._rng = np.random.default_rng(child_seed(seed, "options"))

    def __call__(self, name: str) -> Option:
        """A fresh option of the skill `name`. Raises `BrokenChain`: it is a chain with a part missing."""
        option, kept = self._make(name), self.demonstration
        if kept is None or name not in kept.skills or isinstance(option, ChainOption):
            return option
        return Demonstrating(option, kept)

    def _make(self, name: str) -> Option:
        skill = self._kit.skills[name]
        functions = self._code.option(name)
        if skill.policy.kind == "chain":
            require_whole(name, parts_of(self._kit.skills))
            return ChainOption(
                skill.policy.parts,
                initiation=lambda facts: functions.initiation.one(facts),
                termination=lambda start, facts, steps: functions.termination.one(start, facts, steps),
            )
        if skill.policy.kind == "learned":
            size = self._spec.encoding_size
            return LearnedOption(functions, self._kit.networks[name], size, self._rng, self._code.shield)
        return ScriptedOption(
            functions,
            self._spec,
            self._graph.belief(name).needs,
            self._rng,
            self._code.shield,
            admitted=skill.stats.attempts > 0,  # the statistics of its trials come with admission
        )
