"""What one step asks for: one command a line, as `minedojo` writes them.

Source: the handlers in ``sim/handlers/agent/actions`` and ``sim/cmd_executor.py`` of `minedojo` 0.1.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final

from envs.minecraft.wire.errors import BadMessage
from envs.text import brief

KEYS: Final = ("forward", "back", "left", "right", "jump", "sneak", "sprint", "use", "attack", "drop")
"""What is held down or not: 1 or 0."""

NAMED: Final = {
    "craft": "craft",
    "craftNearby": "craft_nearby",
    "smeltNearby": "smelt_nearby",
    "equip": "equip",
    "place": "place",
}
"""Commands with the name of an item -> the attribute of `Commands`; ``none`` for none."""

CHAT_COMMANDS: Final = (
    "summon", "kill", "time", "weather", "replaceitem", "tp", "clear", "setblock", "spreadplayers",
)  # fmt: skip
"""What is said with a stroke before it, and done by the world."""

MOST_LINES: Final = 200
LONGEST_CHAT: Final = 1_000
MOST_DEGREES: Final = 3_600.0
"""Turns of the camera are at most so many, either way."""

_NAME: Final = re.compile(r"[a-z0-9_]{1,60}")
_VARIANT: Final = re.compile(r"#[0-9?]{1,4}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """One step.

    Attributes:
        forward: held; so are all the others up to ``drop``.
        back: held.
        left: held.
        right: held.
        jump: held.
        sneak: held.
        sprint: held.
        use: held.
        attack: held.
        drop: throw one of what is in the hand.
        pitch: degrees to turn down.
        yaw: degrees to turn right.
        craft: item to be made in the hands; empty for none.
        craft_nearby: item to be made at a table.
        smelt_nearby: item to be smelted in a furnace.
        equip: item to be taken into the hand, or put on.
        place: item to be placed at what is looked at.
        chat: commands such as ``/time set 0``, in order.
    """

    forward: bool = False
    back: bool = False
    left: bool = False
    right: bool = False
    jump: bool = False
    sneak: bool = False
    sprint: bool = False
    use: bool = False
    attack: bool = False
    drop: bool = False
    pitch: float = 0.0
    yaw: float = 0.0
    craft: str = ""
    craft_nearby: str = ""
    smelt_nearby: str = ""
    equip: str = ""
    place: str = ""
    chat: tuple[str, ...] = ()


def read_commands(body: str) -> Commands:
    r"""The body of a step.

    >>> read_commands("chat /time set 0\ncamera 15.0 -30.0\ncraft none\nforward 1").forward
    True

    Raises:
        BadMessage: a line is no command.
    """
    lines = body.split("\n")
    if len(lines) > MOST_LINES:
        raise BadMessage(f"a step has {len(lines):,} commands; the most is {MOST_LINES}")
    found: dict[str, Any] = {}
    chat: list[str] = []
    for line in lines:
        verb, _, argument = line.strip().partition(" ")
        if not verb:
            continue
        if verb == "chat":
            chat.append(_chat(argument))
        elif verb in KEYS:
            found[verb] = _held(verb, argument)
        elif verb in NAMED:
            found[NAMED[verb]] = _item(verb, argument)
        elif verb == "camera":
            found["pitch"], found["yaw"] = _camera(argument)
        else:
            raise BadMessage(
                f"a step has the command {brief(verb)}; expected one of {', '.join(KEYS)}, camera, "
                f"{', '.join(NAMED)}, chat"
            )
    return Commands(**found, chat=tuple(chat))


def _held(verb: str, argument: str) -> bool:
    if argument not in ("0", "1"):
        raise BadMessage(f"the command {verb!r} has {brief(argument)}; expected 0 or 1")
    return argument == "1"


def _item(verb: str, argument: str) -> str:
    name = _VARIANT.sub("", argument.removeprefix("minecraft:"))
    if not _NAME.fullmatch(name):
        raise BadMessage(f"the command {verb!r} has {brief(argument)}; expected the name of an item, or none")
    return "" if name == "none" else name


def _camera(argument: str) -> tuple[float, float]:
    try:
        pitch, yaw = map(float, argument.split())
    except ValueError:
        pitch = yaw = math.nan
    if not (abs(pitch) <= MOST_DEGREES and abs(yaw) <= MOST_DEGREES):
        raise BadMessage(
            f"the command 'camera' has {brief(argument)}; expected two numbers of degrees, "
            f"{MOST_DEGREES:g} at most"
        )
    return pitch, yaw


def _chat(argument: str) -> str:
    word = argument.removeprefix("/").partition(" ")[0]
    if not argument.startswith("/") or word not in CHAT_COMMANDS or len(argument) > LONGEST_CHAT:
        raise BadMessage(
            f"the command 'chat' has {brief(argument)}; expected one of /{', /'.join(CHAT_COMMANDS)}, "
            f"{LONGEST_CHAT:,} characters at most"
        )
    return argument
