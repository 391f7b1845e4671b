"""An option that takes one action of the game, from a few places around the first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from agent.play.option_code import OptionFunctions, Shield, allow_all
from envs.facts import Facts
from envs.game import Game, GameSpec
from skills.skill import lacking


class ScriptedOption:
    """Takes one action; when it fails, turns or steps aside and tries again, and then makes room for it.

    Every side is tried as it is. Then, if the skill is admitted and has what it needs, what stands there is
    cleared away first; earlier, that might bring some of what is needed and be taken as evidence of no need.
    Stepping aside never gives up a place that the skill needs: a step that loses one is taken back. Begun
    away from such a place, it stays where it is, so that the attempt shows whether the place is needed.
    """

    def __init__(
        self,
        functions: OptionFunctions,
        spec: GameSpec,
        needs: Mapping[str, int],
        rng: np.random.Generator,
        shield: Shield = allow_all,
        *,
        admitted: bool = False,
    ) -> None:
        self._functions = functions
        self._shield = shield
        self._needs = needs
        self._action = spec.action_index[functions.skill.policy.action]
        self._until = functions.skill.policy.until
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
        return self._functions.termination.one(start, facts, steps)

    def may_start(self, facts: Facts) -> bool:
        """Whether the model-written initiation function holds."""
        return self._functions.initiation.one(facts)
