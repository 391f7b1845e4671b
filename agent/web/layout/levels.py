"""How many skills come before each skill: its lane, from raw things to goals."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

GIVEN = -1
"""Level of a fact that no skill brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Lanes of skills, and who brings a fact first.

    Attributes:
        skills: lane of each skill; 0 where nothing that a skill brings is needed.
        makers: of each fact, the skill on the lowest lane that brings it; None where there is none.
    """

    skills: list[int]
    makers: list[int | None]


def find_levels(facts: int, needs: Sequence[Sequence[int]], gives: Sequence[Sequence[int]]) -> Levels:
    """Lanes by the fewest skills that must come before: one after everything that it needs can be had.

    Skills that need each other in a circle are taken in their order, as if what they lack lay about.

    Args:
        facts: how many facts there are.
        needs: of each skill, the facts that it needs.
        gives: of each skill, the facts that it brings.

    >>> find_levels(2, needs=[[], [0]], gives=[[0], [1]]).skills
    [0, 1]
    """
    search = _Search(facts, needs, gives)
    search.run()
    for skill in range(len(needs)):
        if search.level[skill] is None:  # in a circle, or behind one
            search.reach(skill)
            search.run()
    return Levels(skills=[level or 0 for level in search.level], makers=search.makers)


class _Search:
    """Breadth first from the skills that need nothing."""

    def __init__(self, facts: int, needs: Sequence[Sequence[int]], gives: Sequence[Sequence[int]]) -> None:
        produced = {fact for given in gives for fact in given}
        self.needs = [[fact for fact in dict.fromkeys(wanted) if fact in produced] for wanted in needs]
        self.gives = gives
        self.users: list[list[int]] = [[] for _ in range(facts)]
        self.lacking = [len(wanted) for wanted in self.needs]
        self.level: list[int | None] = [None] * len(needs)
        self.makers: list[int | None] = [None] * facts
        self.queue: deque[int] = deque()
        for skill, wanted in enumerate(self.needs):
            for fact in wanted:
                self.users[fact].append(skill)
        for skill, count in enumerate(self.lacking):
            if not count:
                self.reach(skill)

    def reach(self, skill: int) -> None:
        makers = [self.makers[fact] for fact in self.needs[skill]]
        before = [self.level[maker] or 0 for maker in makers if maker is not None]
        self.level[skill] = max(before, default=GIVEN) + 1
        self.queue.append(skill)

    def run(self) -> None:
        while self.queue:
            skill = self.queue.popleft()
            for fact in self.gives[skill]:
                if self.makers[fact] is None:
                    self.makers[fact] = skill
                    self._met(fact)

    def _met(self, fact: int) -> None:
        for user in self.users[fact]:
            self.lacking[user] -= 1
            if not self.lacking[user] and self.level[user] is None:
                self.reach(user)
