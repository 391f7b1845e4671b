"""Options that run: a learned network, or one scripted action tried from a few squares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from agent.play.kit import Kit
from envs.facts import Facts
from envs.game import Game, GameSpec
from envs.seeding import child_seed
from planners.execution.runner import Option
from planners.graph.graph import SkillGraph
from skills.code.functions import InitiationFunction, TerminationFunction
from skills.code.sandbox import Sandbox
from skills.network import NumpyNetwork
from skills.skill import Skill, lacking

TEMPERATURE = 0.4
"""Softmax temperature of actions in play; lower than in training, where it is 1."""
STUCK_TEMPERATURE = 1.0
"""Softmax temperature after `REPEATS_BEFORE_STUCK` times the same action, which probably has no effect."""
REPEATS_BEFORE_STUCK = 6

Shield: TypeAlias = Callable[[Facts], tuple[int, ...]]
"""Facts -> actions that must not be taken now."""


def _allow_all(facts: Facts) -> tuple[int, ...]:
    return ()


class _Parts:
    """What all options of one skill share: model-written initiation and termination."""

    def __init__(self, skill: Skill, spec: GameSpec, sandbox: Sandbox) -> None:
        names = [fact.name for fact in spec.facts]
        self.skill = skill
        self.initiation = InitiationFunction(sandbox, skill.option.initiation, names)
        self.termination = TerminationFunction(sandbox, skill.option.termination, names)


class LearnedOption:
    """Follows the skill's network, drawing from its action probabilities."""

    def __init__(
        self,
        parts: _Parts,
        network: NumpyNetwork,
        size: int,
        rng: np.random.Generator,
        shield: Shield = _allow_all,
    ) -> None:
        self._parts = parts
        self._shield = shield
        self._network = network
        self._focus = parts.skill.focus.focus()
        self._encoding: NDArray[np.float32] = np.zeros(size, np.float32)
        self._rng = rng
        self._last = -1
        self._repeats = 0

    def act(self, game: Game) -> int:
        """The next action."""
        game.encode(self._focus, self._encoding)
        stuck = self._repeats >= REPEATS_BEFORE_STUCK
        action = self._network.act(
            self._encoding,
            self._rng,
            temperature=STUCK_TEMPERATURE if stuck else TEMPERATURE,
            forbidden=self._shield(game.facts()),
        )
        self._repeats = self._repeats + 1 if action == self._last else 0
        self._last = action
        return action

    def should_stop(self, start: Facts, facts: Facts, steps: int) -> bool:
        """Whether the model-written termination function gives up."""
        return self._parts.termination.one(start, facts, steps)

    def may_start(self, facts: Facts) -> bool:
        """Whether the model-written initiation function holds."""
        return self._parts.initiation.one(facts)


class ScriptedOption:
    """Takes one action; when it fails, turns or steps aside and tries again, and then makes room for it.

    Every side is tried as it is. Then, if the skill is admitted and has what it needs, what stands there is
    cleared away first; earlier, that might bring some of what is needed and be taken as evidence of no need.
    Stepping aside never gives up a place that the skill needs: a step that loses one is taken back. Begun
    away from such a place, it stays where it is, so that the attempt shows whether the place is needed.
    """

    def __init__(
        self,
        parts: _Parts,
        spec: GameSpec,
        needs: Mapping[str, int],
        rng: np.random.Generator,
        shield: Shield = _allow_all,
        *,
        admitted: bool = False,
    ) -> None:
        self._parts = parts
        self._shield = shield
        self._needs = needs
        self._action = spec.action_index[parts.skill.policy.action]
        self._until = parts.skill.policy.until
        self._moves = {spec.action_index[a]: spec.action_index[b] for a, b in spec.moves.items()}
        self._clears = [spec.action_index[name] for name in spec.clears] if admitted else []
        kinds = spec.fact_kinds
        self._places = {fact: n for fact, n in needs.items() if kinds.get(fact) == "place"}
        self._rng = rng
        self._all_places = [fact.name for fact in spec.facts if fact.kind == "place"]
        self._stay: dict[str, int] = {}
        self._rounds = 0
        self._fixed: bool | None = None
        self._queue: list[int] = []
        self._next: list[int] = []
        self._moved: int | None = None

    def act(self, game: Game) -> int:
        """The next action."""
        if self._until:
            return self._action
        if self._fixed is None:
            facts = game.facts()
            self._fixed = bool(lacking(self._places, facts))
            self._stay = {name: 1 for name in self._all_places if facts.get(name)}
            if lacking(self._needs, facts):
                self._clears = []
        if self._fixed:
            return self._action
        if self._moved is not None:
            moved, self._moved = self._moved, None
            if lacking(self._stay | self._places, game.facts()):
                return self._moves[moved]
            self._next = [self._action] if self._rounds == 1 else [self._action, *self._clears]
        if self._next:
            return self._allowed(self._next.pop(), game)
        if not self._queue:
            self._rounds += 1
            if self._rounds > (2 if self._clears else 1):
                self._stay = {}
            self._queue = [int(a) for a in self._rng.permutation(list(self._moves))] if self._moves else []
            return self._action
        step = self._queue.pop()
        if self._allowed(step, game) == step:
            self._moved = step
            return step
        return self._action

    def _allowed(self, action: int, game: Game) -> int:
        return self._action if action in self._shield(game.facts()) else action

    def should_stop(self, start: Facts, facts: Facts, steps: int) -> bool:
        """Whether the model-written termination function gives up."""
        return self._parts.termination.one(start, facts, steps)

    def may_start(self, facts: Facts) -> bool:
        """Whether the model-written initiation function holds."""
        return self._parts.initiation.one(facts)


class OptionFactory:
    """Makes a fresh option for each execution of a skill in a kit."""

    def __init__(
        self,
        kit: Kit,
        graph: SkillGraph,
        spec: GameSpec,
        sandbox: Sandbox,
        seed: int,
        shield: Shield = _allow_all,
    ) -> None:
        self._kit = kit
        self._shield = shield
        self._graph = graph
        self._spec = spec
        self._sandbox = sandbox
        self._parts: dict[str, _Parts] = {}
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        """Draw from a new seed."""
        self._rng = np.random.default_rng(child_seed(seed, "options"))

    def __call__(self, name: str) -> Option:
        """A fresh option of the skill `name`."""
        skill = self._kit.skills[name]
        if name not in self._parts:
            self._parts[name] = _Parts(skill, self._spec, self._sandbox)
        if skill.policy.kind == "learned":
            size = self._spec.encoding_size
            return LearnedOption(self._parts[name], self._kit.networks[name], size, self._rng, self._shield)
        return ScriptedOption(
            self._parts[name],
            self._spec,
            self._graph.belief(name).needs,
            self._rng,
            self._shield,
            admitted=skill.stats.attempts > 0,  # the statistics of its trials come with admission
        )
