"""Why an episode ended, in words, from what its executors decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from envs.text import plain

LONGEST_ENDING: Final = 200
"""Characters of an ending."""

_WORDS: Final = {
    "reached": "reached",
    "policy": "the policy over skills said that it was done",
    "budget": "out of steps",
    "stuck": "nothing came of its attempts",
    "no_plan": "nothing was left to try",
    "broken": "the code of the policy over skills failed",
}
"""What ended a play (`planners.execution.play_result.PlayEnd`), in words."""


def ending_in_words(events: Iterable[Mapping[str, Any]]) -> str:
    """How one episode ended, with what was in hand; empty where its events do not tell.

    Args:
        events: the episode's events from the executors, as records, in order.

    >>> ending_in_words([
    ...     {"kind": "skill_started", "env_step": 3, "skill": "eat_cow"},
    ...     {"kind": "play_ended", "env_step": 9, "end": "episode", "reason": "the episode is over: death"},
    ... ])
    'died during eat_cow, step 9'
    """
    latest: tuple[int, str] = (-1, "")
    ended = None
    for event in events:
        kind = event.get("kind")
        if kind == "play_ended":
            ended = event
        elif kind == "skill_started" or (kind == "skill_ended" and event.get("env_step") != latest[0]):
            # Of the skills that end with the episode the innermost is told first: it was in hand.
            latest = (event.get("env_step", -1), str(event.get("skill", "")))
    if ended is None:
        return ""
    return plain(f"{_how(ended, latest[1])}, step {ended.get('env_step', '?')}", LONGEST_ENDING)


def _how(ended: Mapping[str, Any], skill: str) -> str:
    end, reason = str(ended.get("end", "")), str(ended.get("reason", ""))
    if end != "episode":
        return _WORDS.get(end, reason)
    during = f" during {skill}" if skill else ""
    status = reason.rpartition(": ")[2]
    words = {
        "death": f"died{during}",
        "success": "the level was done",
        "time limit": "the episode's time was over",
        "aborted": "the episode was broken off",
    }
    return words.get(status, reason)
