"""A kit's model-written code, loaded on a shelf: guard, shield, conditions, policies over skills."""

from __future__ import annotations

from agent.play.code_shelf import CodeShelf
from agent.play.kit import Kit, PolicyOverSkills
from agent.play.option_code import OptionFunctions, Shield, allow_all
from envs.facts import Facts
from envs.game import GameSpec
from planners.execution.guards import Guard
from skills.code.functions import GuardFunction, ShieldFunction
from skills.code.policy_code import PolicyOverSkillsFunction
from skills.errors import CodeRejected


class KitCode:
    """The code of a kit, each function loaded once; players of the kit may share it one after the other.

    All functions are pure, so what is remembered of one play is as true in the next.

    Args:
        kit: whose code.
        spec: the game.
        shelf: where it is loaded, which the caller closes; None for one of its own.

    Attributes:
        guard: the kit's guard; None without one, or where its code cannot be loaded.
        shield: the kit's shield; it forbids nothing where its code cannot be loaded.
    """

    def __init__(self, kit: Kit, spec: GameSpec, shelf: CodeShelf | None = None) -> None:
        self._kit = kit
        self._spec = spec
        self._names = tuple(fact.name for fact in spec.facts)
        self._shelf = CodeShelf() if shelf is None else shelf
        self._owns_shelf = shelf is None
        self._watchful: list[GuardFunction | ShieldFunction] = []
        self._options: dict[str, OptionFunctions] = {}
        self._policies: dict[tuple[str, tuple[str, ...]], PolicyOverSkillsFunction] = {}
        self.guard = self._load_guard()
        self.shield = self._load_shield()

    def _load_guard(self) -> Guard | None:
        code = self._kit.guard
        if not code.source:
            return None
        try:
            guard = self._shelf.get(
                ("guard", code.source, code.ranking, self._names),
                lambda sandbox: GuardFunction(sandbox, code.source, self._names, code.ranking),
            )
        except CodeRejected:
            return None
        self._watchful.append(guard)
        return _quiet(guard)

    def _load_shield(self) -> Shield:
        source, actions = self._kit.shield.source, self._spec.actions
        try:
            shield = self._shelf.get(
                ("shield", source, actions, self._names),
                lambda sandbox: ShieldFunction(sandbox, source, self._names, actions),
            )
        except CodeRejected:
            return allow_all
        self._watchful.append(shield)
        return _quiet_shield(shield, self._spec)

    def option(self, name: str) -> OptionFunctions:
        """Initiation and termination of a skill."""
        if name not in self._options:
            self._options[name] = OptionFunctions(self._kit.skills[name], self._spec, self._shelf)
        return self._options[name]

    def policy(self, policy: PolicyOverSkills) -> PolicyOverSkillsFunction:
        """A policy over skills. Raises `CodeRejected`."""
        key = policy.source, policy.skills
        if key not in self._policies:
            self._policies[key] = self._shelf.get(
                ("policy", *key, self._names),
                lambda sandbox: PolicyOverSkillsFunction(sandbox, policy.source, self._names, policy.skills),
            )
        return self._policies[key]

    def forgive(self) -> None:
        """Forget how often code ran out of time or memory, as at the beginning of a play."""
        for function in (*self._watchful, *self._options.values()):
            function.forgive()

    def close(self) -> None:
        """End the sandbox of a shelf of its own."""
        if self._owns_shelf:
            self._shelf.close()


def _quiet(guard: GuardFunction) -> Guard:
    """The guard, asking for nothing where its code fails, so that the episode is not lost."""

    def ask(facts: Facts, remaining: int) -> str:
        try:
            return guard.one(facts, remaining)
        except CodeRejected:
            return ""

    return ask


def _quiet_shield(shield: ShieldFunction, spec: GameSpec) -> Shield:
    """The shield with actions by their index, forbidding nothing where its code fails."""

    def ask(facts: Facts) -> tuple[int, ...]:
        try:
            return tuple([spec.action_index[name] for name in shield.one(facts)])
        except CodeRejected:
            return ()

    return ask
