"""What the player of Crafter sees, in words."""

from __future__ import annotations

from collections.abc import Mapping

from envs.crafter.spec import ITEMS, LEVELS, SEEKABLE
from envs.facts import FAR

_COMPASS = ("left", "right", "above", "below")
_NOT_SAID = ("plant_side", "bedrock", "path", "grass", "home_site")


def caption(facts: Mapping[str, int], front: str, offsets: Mapping[str, tuple[int, int]]) -> str:
    """Describe the moment.

    Args:
        facts: the facts now.
        front: what is in the cell in front, in words.
        offsets: seekable name -> (columns to the right, rows down) of the nearest one known.
    """
    bars = ", ".join(f"{name} {facts[name]}" for name in LEVELS)
    carried = [f"{facts[name]} {name.replace('_', ' ')}" for name in ITEMS if facts[name]]
    sights = [
        f"{SEEKABLE[name]} {_direction(*offset)} ({facts['distance.' + name]} steps)"
        for name, offset in offsets.items()
        if facts[f"distance.{name}"] < FAR and name not in _NOT_SAID
    ]
    parts = [
        f"Step {facts['steps']}. {bars}.",
        f"You carry {', '.join(carried)}." if carried else "You carry nothing.",
        f"In front of you: {front}.",
        f"Known: {'; '.join(sights)}." if sights else "Nothing of note is known.",
        f"It is {'bright' if facts['daylight'] > 60 else 'dusky' if facts['daylight'] > 30 else 'dark'}.",
    ]
    if facts["sleeping"]:
        parts.append("You are asleep.")
    if facts["enclosed"]:
        parts.append("You are walled in.")
    return " ".join(parts)


def _direction(dx: int, dy: int) -> str:
    words = []
    if dy:
        words.append(f"{abs(dy)} {_COMPASS[2 if dy < 0 else 3]}")
    if dx:
        words.append(f"{abs(dx)} {_COMPASS[0 if dx < 0 else 1]}")
    return " and ".join(words) or "here"
