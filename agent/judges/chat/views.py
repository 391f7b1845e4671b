"""What a chat model is shown of an attempt: labelled pictures, or the terminal of a game that has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.judges.errors import JudgeError
from agent.llm.pictures import Picture
from envs.text import counted, plain
from planners.execution.judge import JudgeTask

LONGEST_SCREEN = 4_000
"""Characters of one view of a terminal; 24 rows of 80 have fewer."""


@dataclass(frozen=True, slots=True)
class View:
    """One moment: after how many steps, why it is shown, and what there is to see."""

    step: int
    why: str
    seen: Picture | str


@dataclass(frozen=True, slots=True)
class AttemptViews:
    """The moments of one attempt, in the order of time, each once."""

    views: tuple[View, ...]

    @classmethod
    def of(cls, task: JudgeTask) -> AttemptViews:
        """What is shown of an attempt. Raises `JudgeError` where nothing was seen of it."""
        chosen: dict[int, View] = {}
        for view in _all(task):
            chosen.setdefault(view.step, view)
        if not chosen:
            raise JudgeError(f"nothing was seen of the attempt at {plain(task.task, 80)}")
        return cls(tuple(chosen[step] for step in sorted(chosen)))

    def __len__(self) -> int:
        return len(self.views)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Those that `in_words` refers to."""
        return tuple(view.seen for view in self.views if isinstance(view.seen, Picture))

    def in_words(self) -> str:
        """The views with their labels; references stand for pictures."""
        return "\n\n".join(
            f"View {number} of {len(self)}, {_when(view.step)}{view.why}:\n{_shown(view.seen)}"
            for number, view in enumerate(self.views, 1)
        )


def _all(task: JudgeTask) -> Iterator[View]:
    """Moments, the more telling of two at the same step first."""
    last = len(task.frame_steps) - 1
    names = {0: ", the first", last: ", the last"}
    shown: list[Picture | str] = list(task.screens) or [Picture.enlarged(frame) for frame in task.frames]
    for i, (step, seen) in enumerate(zip(task.frame_steps, shown, strict=False)):
        yield View(step, names.get(i, ""), seen)
    for event in () if task.screens else task.event_frames:
        changed = ", when what is carried or a bar had just changed"
        yield View(event.step, changed, Picture.enlarged(event.picture))


def _when(step: int) -> str:
    return f"after {counted(step, 'step')}" if step else "at the start"


def _shown(seen: Picture | str) -> str:
    if isinstance(seen, Picture):
        return seen.reference
    return f"```\n{plain(seen, LONGEST_SCREEN, lines=True)}\n```"
