"""What is said at a moment of an episode: goal, skill in hand, place in the plan, bars, what happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.records.redaction import shown
from agent.records.timeline import Timeline
from envs.game import GameSpec
from envs.recording.bars import Bar, bars

LONGEST = 120
"""Characters of each part at most."""

_ROLES = {"guard": "guard", "fallback": "fallback", "part": "part of a chain"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What is said at one moment.

    Attributes:
        goal: what the episode is for.
        step: the game's step counter.
        skill: the skill in hand, in words; empty for none.
        role: why it is executed, where not for the plan; empty otherwise.
        place: the place in the plan, such as "step 3 of 8"; empty without a plan.
        happens: what stands out now; empty for nothing.
        bars: the player's bars.
        urgent: whether what stands out is a failure or a danger.
    """

    goal: str
    step: int
    skill: str = ""
    role: str = ""
    place: str = ""
    happens: str = ""
    bars: tuple[Bar, ...] = ()
    urgent: bool = False

    def lines(self) -> list[str]:
        """As lines of text, for terminals.

        >>> Caption(goal="wood", step=3, skill="collect wood", place="step 1 of 2").lines()
        ['wood', 'step 3 | collect wood | step 1 of 2 of the plan']
        """
        role = f"{self.skill} ({self.role})" if self.role else self.skill
        place = f"{self.place} of the plan" if self.place else ""
        parts = [f"step {self.step:,}", role, place]
        told = ", ".join(f"{bar.words} {bar.value}/{bar.most}" for bar in self.bars)
        return [line for line in (self.goal, " | ".join(filter(None, parts)), told, self.happens) if line]


def caption(
    timeline: Timeline, moment: int, *, goal: str, first_step: int, spec: GameSpec, facts: Mapping[str, int],
    since: int | None = None,
) -> Caption:  # fmt: skip
    """What is said at a moment.

    Args:
        timeline: of the episode.
        moment: which.
        goal: what the episode is for, in words.
        first_step: the game's step counter at moment 0.
        spec: the game.
        facts: the facts then.
        since: the moment that was shown before; what stood out since then is said too.
    """
    span, plan = timeline.span_at(moment), timeline.plan_at(moment)
    begin = moment if since is None else since + 1
    marks = [mark for mark in timeline.marks if begin <= mark.moment <= moment]
    last = marks[-1] if marks else None
    return Caption(
        goal=shown(goal, LONGEST),
        step=first_step + moment,
        skill=shown(span.skill.replace("_", " "), LONGEST) if span else "",
        role=_ROLES.get(span.role, "") if span else "",
        place="step {} of {}".format(*plan.place) if plan and plan.length else "",
        happens=shown(last.text, LONGEST) if last else "",
        urgent=last is not None and last.kind in ("failed", "guard", "struck", "death"),
        bars=tuple(bars(spec, facts)),
    )
