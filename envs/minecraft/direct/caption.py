"""What the player sees, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from envs.facts import FAR
from envs.minecraft.names import ITEMS, in_words
from envs.minecraft.places import BIOMES, MONSTERS, SEEKABLE
from envs.minecraft.world import LABEL

_COMPASS: Final = ("south", "west", "north", "east")
_ORDINARY: Final = ("dirt", "grass", "stone")
_MOST_SIGHTS: Final = 14


def caption(facts: Mapping[str, int], yaw: float, faced: str) -> str:
    """Describe the moment.

    Args:
        facts: the facts now.
        yaw: degrees; 0 looks south.
        faced: what is in front within reach, in words; empty for nothing.
    """
    carried = [f"{facts[item]} {in_words(item)}" for item in ITEMS if facts[item]]
    known = sorted(
        (facts[f"distance.{thing}"], thing)
        for thing in SEEKABLE
        if facts[f"distance.{thing}"] < FAR and thing not in _ORDINARY
    )
    sights = [f"{in_words(thing)} ({distance} blocks)" for distance, thing in known[:_MOST_SIGHTS]]
    biome = next((biome for biome in BIOMES if facts[f"biome.{biome}"]), "")
    near = [in_words(monster) for monster in MONSTERS if facts[f"near.{monster}"]]
    parts = [
        f"{LABEL[0].upper()}{LABEL[1:]}.",
        f"Tick {facts['ticks']}. Life {facts['life']}, food {facts['food']}.",
        f"You carry {', '.join(carried)}." if carried else "You carry nothing.",
        f"You look {_COMPASS[round(yaw / 90.0) % 4]}; in front of you: {faced or 'nothing within reach'}.",
        f"Known: {'; '.join(sights)}." if sights else "Nothing of note is known.",
        f"Land: {in_words(biome)}, layer {facts['height']}, light {facts['light']}.",
        "It is night." if 130 <= facts["time"] < 230 else "It is day.",
    ]
    if near:
        parts.append(f"Close: {', '.join(near)}.")
    if facts["in.water"]:
        parts.append("You are in water.")
    if facts["sleeping"]:
        parts.append("You are asleep.")
    return " ".join(parts)
