"""What the player of NetHack sees, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from envs.facts import FAR
from envs.nethack.spec import SEEKABLE

_BRANCHES = {"dungeons": "the Dungeons of Doom", "mines": "the Gnomish Mines", "sokoban": "Sokoban"}
_HUNGER = ("satiated", "not hungry", "hungry", "weak with hunger", "fainting", "fainted", "starved")
_BURDEN = ("", "burdened", "stressed", "strained", "overtaxed", "overloaded")
_STATES = ("blind", "confused", "stunned", "hallucinating", "levitating", "dying")
_NOT_SIGHTS = frozenset(("doorway", "open_door", "monster", "pet", "item", "dead_end"))
_MAX_SIGHTS = 12


def caption(
    facts: Mapping[str, int],
    said: Sequence[str],
    items: Iterable[str],
    sights: Mapping[str, tuple[int, int]],
    beings: Iterable[tuple[str, int, int]],
) -> str:
    """Describe the moment.

    Args:
        facts: the facts now.
        said: the game's messages during the last step.
        items: inventory lines, such as ``a - a dagger``.
        sights: seekable name -> (columns to the east, rows to the south) of the nearest one known.
        beings: name, columns to the east, rows to the south of beings in view, nearest first.
    """
    where = next(
        (text for name, text in _BRANCHES.items() if facts[f"in.{name}"]), "another branch of the dungeon"
    )
    state = [_HUNGER[min(facts["hunger"], 6)]]
    state += [_BURDEN[min(facts["burden"], 5)]] if facts["burden"] else []
    state += [name for name in _STATES if facts[name]]
    parts = [
        f"Turn {facts['turn']}, depth {facts['depth']} ({where}).",
        f"Hit points {facts['hp']} of {facts['max_hp']}, energy {facts['energy']} of {facts['max_energy']}, "
        f"armor class {facts['armor_class']}, experience level "
        f"{facts['experience_level']}, gold {facts['gold']}.",
        f"You are {', '.join(state)}.",
    ]
    if said:
        parts.append("The game says: " + " ".join(text.strip() for text in said))
    if under := [
        name for name in ("stairs_down", "stairs_up", "altar", "fountain", "item") if facts[f"near.{name}"]
    ]:
        parts.append("You stand on " + ", ".join(SEEKABLE[name] for name in under) + ".")
    seen = [f"{name} {direction(dx, dy)}" for name, dx, dy in beings]
    parts.append(f"In view: {'; '.join(seen)}." if seen else "Nobody is in view.")
    known = [
        f"{SEEKABLE[name]} {direction(*offset)} ({facts['distance.' + name]} steps)"
        for name, offset in sights.items()
        if 0 < facts[f"distance.{name}"] < FAR and name not in _NOT_SIGHTS
    ]
    if known:
        parts.append(f"Known on this level: {'; '.join(known[:_MAX_SIGHTS])}.")
    carried = list(items)
    parts.append(f"You carry: {'; '.join(carried)}." if carried else "You carry nothing.")
    return " ".join(parts)


def direction(dx: int, dy: int) -> str:
    """An offset in words.

    >>> direction(-3, 1)
    '3 west and 1 south'
    """
    words = []
    if dx:
        words.append(f"{abs(dx)} {'west' if dx < 0 else 'east'}")
    if dy:
        words.append(f"{abs(dy)} {'north' if dy < 0 else 'south'}")
    return " and ".join(words) or "here"
