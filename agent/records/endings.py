"""Why an episode ended, in words: the same on the terminal, in records, in films and on pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from agent.records.redaction import shown
from envs.facts import EndStatus
from envs.recording.trace import Trace
from envs.text import counted

EndKind: TypeAlias = Literal[
    "done", "died", "out_of_steps", "gave_up", "no_way", "failed", "aborted", "ended"
]
"""How an episode ended.

- ``done``: what was asked for is done.
- ``died``: the player died.
- ``out_of_steps``: the steps allowed, or those of the episode, are used up.
- ``gave_up``: too many attempts in a row came to nothing.
- ``no_way``: nothing is left to try.
- ``failed``: the code of a policy over skills failed.
- ``aborted``: the game broke off.
- ``ended``: for no reason that is on record.
"""

LONGEST_WORDS: Final = 300
"""Characters of an ending at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Why an episode ended.

    Attributes:
        kind: see `EndKind`.
        step: the game's step counter at the end.
        words: the whole, such as "died: arrow at night, step 317".
    """

    kind: EndKind
    step: int
    words: str

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"kind": self.kind, "step": self.step, "words": self.words}


def ending(
    status: str,
    step: int,
    *,
    done: bool | None = None,
    cause: str = "",
    events: Iterable[Mapping[str, Any]] = (),
) -> Ending:
    """Why an episode ended.

    Args:
        status: name of the `EndStatus` of the game at the end.
        step: the game's step counter then.
        done: whether what was asked for was done; None where nothing was asked, or nobody can say.
        cause: what the player died of, as far as it could be seen.
        events: what the executors decided, as records; their last end says why they stopped.

    >>> ending("DEATH", 317, cause="arrow at night").words
    'died: arrow at night, step 317'
    """
    last = _last_end(events)
    kind = _kind(status, done, str(last.get("end", "")))
    reason = shown(last.get("reason", ""), LONGEST_WORDS)
    return Ending(kind=kind, step=step, words=_words(kind, step, shown(cause, LONGEST_WORDS), reason))


def ending_of(trace: Trace, events: Iterable[Mapping[str, Any]] = (), done: bool | None = None) -> Ending:
    """Why a recorded episode ended; see `ending`."""
    step = trace.first_step + trace.steps
    return ending(trace.status, step, done=done, cause=trace.cause, events=events)


def _last_end(events: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The last play's end, or the watchdog's, which says why."""
    found: Mapping[str, Any] = {}
    for event in events:
        if event.get("kind") == "play_ended":
            found = event
    return found


_BY_PLAY: Final[Mapping[str, EndKind]] = {
    "reached": "done",
    "budget": "out_of_steps",
    "stuck": "gave_up",
    "no_plan": "no_way",
    "broken": "failed",
}


def _kind(status: str, done: bool | None, end: str) -> EndKind:
    if done or (done is None and status == EndStatus.SUCCESS.name):
        return "done"
    if status == EndStatus.DEATH.name:
        return "died"
    if status == EndStatus.ABORTED.name:
        return "aborted"
    if status == EndStatus.TIME_LIMIT.name:
        return "out_of_steps"
    kind = _BY_PLAY.get(end, "ended")
    return "ended" if kind == "done" and done is False else kind


def _words(kind: EndKind, step: int, cause: str, reason: str) -> str:
    at = f"step {step:,}"
    because = f": {reason}" if reason else ""
    return {
        "done": f"done at {at}",
        "died": f"died: {cause}, {at}" if cause else f"died, {at}; of what could not be seen",
        "out_of_steps": f"out of steps: {counted(step, 'step')} played",
        "gave_up": f"{reason or 'gave up'}, {at}",
        "no_way": f"nothing left to try{because}, {at}",
        "failed": f"the code of the policy over skills failed{because}, {at}",
        "aborted": f"the game broke off, {at}",
        "ended": f"not done when it ended, {at}",
    }[kind]
