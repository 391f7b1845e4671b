"""Names and descriptions of chains by template, where no model gives better ones."""

from __future__ import annotations

from collections.abc import Container, Sequence

from skills.skill import Skill

LONGEST_NAME = 60
"""Characters of a name by template, without the number that tells it from others."""


def template_name(parts: Sequence[str], taken: Container[str] = ()) -> str:
    """A name that tells first and last part, how many lie between, and is not taken.

    >>> template_name(["chop", "chop", "build"], {"chop_then_build"})
    'chop_then_1_more_then_build'
    >>> template_name(["chop", "build"], {"chop_then_build"})
    'chop_then_build_2'
    """
    between = [f"{len(parts) - 2}_more"] if len(parts) > 2 else []
    return free_name("_then_".join([parts[0], *between, parts[-1]])[:LONGEST_NAME].strip("_"), taken)


def free_name(name: str, taken: Container[str]) -> str:
    """The name, with a number behind it if it is taken."""
    number = 2
    free = name
    while free in taken:
        free = f"{name}_{number}"
        number += 1
    return free


def template_description(parts: Sequence[Skill]) -> str:
    """What is done, in the words of the parts, repeated ones told once with their number."""
    told: list[tuple[str, int]] = []
    for part in parts:
        text = part.description.strip().rstrip(".")
        if told and told[-1][0] == text:
            told[-1] = (text, told[-1][1] + 1)
        else:
            told.append((text, 1))
    sentences = [text + (f", {times} times" if times > 1 else "") for text, times in told]
    return "In order: " + "; ".join(f"({i}) {text}" for i, text in enumerate(sentences, 1)) + "."
