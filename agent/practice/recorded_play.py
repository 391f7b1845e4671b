"""What play showed of the goals that were pursued with and without each skill, in bounded size."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pydantic import BaseModel, ConfigDict, Field

from skills.interval import wilson

MOST_GOALS = 100
"""Goals that are remembered; those not pursued lately are forgotten first."""
FEWEST_PLAYS = 10
"""Plays of a goal with a skill, and without it, from which on they are compared."""


class Plays(BaseModel):
    """Plays, and how many of them reached their goal."""

    model_config = ConfigDict(extra="forbid")

    wins: int = 0
    plays: int = 0

    def note(self, won: bool) -> None:
        """Count one more."""
        self.wins, self.plays = self.wins + won, self.plays + 1


class GoalPlays(BaseModel):
    """Plays for one goal.

    Attributes:
        all: all of them.
        using: skill -> those in which it was executed.
    """

    model_config = ConfigDict(extra="forbid")

    all: Plays = Field(default_factory=Plays)
    using: dict[str, Plays] = Field(default_factory=dict)

    def helps(self, skill: str) -> bool:
        """Whether plays with the skill reach the goal more often, beyond the 95 % intervals of both rates."""
        used = self.using.get(skill, Plays())
        others, wins = self.all.plays - used.plays, self.all.wins - used.wins
        if min(used.plays, others) < FEWEST_PLAYS:
            return False
        return wilson(used.wins, used.plays).low > wilson(wins, others).high


class Housekeeping(BaseModel):
    """What a session remembers for deciding what is retired.

    Attributes:
        goals: a goal, as text -> plays for it.
        seen: skills that were in use when it was last decided.
        steps: game steps spent on deciding so far.
    """

    model_config = ConfigDict(extra="forbid")

    goals: dict[str, GoalPlays] = Field(default_factory=dict)
    seen: list[str] = Field(default_factory=list)
    steps: int = 0

    def note(self, goal: Mapping[str, int], executed: Collection[str], reached: bool) -> None:
        """Count a play for a goal."""
        name = ", ".join(f"{fact}={count}" for fact, count in sorted(goal.items()))
        plays = self.goals.pop(name, None) or GoalPlays()
        self.goals[name] = plays  # the latest is the last
        plays.all.note(reached)
        for skill in set(executed):
            plays.using.setdefault(skill, Plays()).note(reached)
        while len(self.goals) > MOST_GOALS:
            del self.goals[next(iter(self.goals))]

    def helps(self, skill: str) -> bool:
        """Whether some goal was reached more often with the skill than without."""
        return any(plays.helps(skill) for plays in self.goals.values())

    def forget(self, skill: str) -> None:
        """Drop what is known of a skill that is not used any more."""
        self.seen = [name for name in self.seen if name != skill]
        for plays in self.goals.values():
            plays.using.pop(skill, None)
