"""What the searches ask of a skill graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from envs.facts import FactKind
from planners.graph.duration import DistanceModel
from skills.skill import Effects, SkillStats


class SkillTable(Protocol):
    """What the searches ask of a skill graph; `planners.graph.graph.SkillGraph` has it."""

    @property
    def revision(self) -> int:
        """A number that grows whenever a skill is added or changes."""
        ...

    @property
    def most_producers(self) -> int:
        """Skills that a plan may choose among for each fact; see `planners.search.cap`."""
        ...

    def revision_of(self, name: str) -> int:
        """The revision at which the skill last changed."""
        ...

    @property
    def kinds(self) -> Mapping[str, FactKind]:
        """Fact -> kind; a name that is not in it counts as a thing carried."""
        ...

    @property
    def highs(self) -> Mapping[str, int]:
        """Fact -> largest value, where there is one."""
        ...

    def __contains__(self, name: object) -> bool:
        """Whether there is a skill of that name."""
        ...

    def skills(self) -> list[str]:
        """Skill names, in a fixed order."""
        ...

    def moves_on(self, name: str) -> bool:
        """Whether executing it ends the places that were held before."""
        ...

    def available(self, name: str) -> bool:
        """Whether the skill can be executed now."""
        ...

    def step_cap(self, name: str) -> int:
        """Steps after which an execution is stopped."""
        ...

    def description(self, name: str) -> str:
        """What the skill does, in words."""
        ...

    def success_in_words(self, name: str) -> str:
        """What success means, in words, where no fact states it; empty otherwise."""
        ...

    def belief(self, name: str) -> Effects:
        """What the skill is believed to need and bring."""
        ...

    def distance_model(self, name: str) -> DistanceModel | None:
        """The distance that its length depends on, if any."""
        ...

    def stats(self, name: str) -> SkillStats:
        """How its executions ended."""
        ...
