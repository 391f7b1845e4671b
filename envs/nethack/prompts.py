"""Answers to the game's questions, menus and pauses, as one pure function that always has an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

ESCAPE: Final = b"\x1b"
ENTER: Final = b"\r"
SPACE: Final = b" "

MAX_USUAL_ANSWERS: Final = 30
"""Answers during one action after which only keys that leave any prompt are tried."""
MAX_ANSWERS: Final = 200
"""Answers during one action after which the game counts as stuck."""


class Kind(Enum):
    """What the game waits for."""

    MORE = auto()
    MENU = auto()
    LINE = auto()
    LETTER = auto()
    PLACE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What the game asks.

    Attributes:
        kind: what it waits for.
        text: the question, or a menu's title.
        repeated: how often just this was asked before during the same action.
    """

    kind: Kind
    text: str
    repeated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What an answer may depend on.

    Attributes:
        action: the action that led here.
        aim: key of the direction to act in.
        items: inventory letter -> description, in the game's order.
        new: letters of items that the episode did not start with.
        beside_door: a closed door is beside the player.
    """

    action: str = "wait"
    aim: bytes = b"."
    items: Mapping[str, str]
    new: frozenset[str] = frozenset()
    beside_door: bool = False


DEADLY: Final = ("cockatrice", "chickatrice", "green slime", "Medusa", "Pestilence", "Famine", "Death")
"""Corpses that are never eaten."""

_YES_NO: Final[tuple[tuple[str, bytes], ...]] = (
    (r"Really attack|Really quit|Still climb|no return|Dump core|Die\?", b"n"),
    (r"sure you want to pray", b"y"),
    (r"Continue eating|Improvise", b"y"),
    (r"trouble lifting|difficulty lifting", b"n"),
    (r"Stop eating", b"y"),
    (r"Unlock it|[Pp]ick (its|the) lock|unlock|Force (its|the) lock", b"y"),
    (r"[Ll]ock it", b"n"),
    (r"[Ll]oot it|[Oo]pen it|take something out", b"y"),
    (r"offers?.* for|[Ss]ell", b"y"),
    (r"Pay|for .* zorkmids?\?", b"y"),
    (r"add to the current", b"n"),
    (r"(Shall I|[Tt]ake|[Rr]emove) .*(remove|take|off)", b"y"),
)
"""Pattern of a yes-or-no question -> answer; the first that fits counts."""

_EATING = re.compile(r"eat (it|one|them)\?")
_DRINKING = re.compile(r"Drink from the")
_OFFERED = re.compile(r"\[([^\]]*)\]")
_DEFAULT_REPLY = re.compile(r"\((.)\)\s*$")
_IN_HAND: Final = r"weapon in |\((wielded|welded)"
_PREFERRED: Final[Mapping[str, tuple[str, ...]]] = {
    "eat": (
        "royal jelly|food ration|cram|lembas|cream pie|pancake|fortune|candy|ration",
        r"^(?!.*(corpse|tin\b|egg))",
    ),
    "wield": (rf"^(?!.*({_IN_HAND}))",),
    "throw": ("dagger|dart|shuriken|spear|javelin|knife|boomerang",),
    "apply": ("horn", "pick-axe|mattock|saddle|camera|whistle|stethoscope", r"^(?!.*wand)"),
    "zap": ("sleep|cold|fire|lightning|striking|digging|magic missile",),
    "quaff": (r"potions? of (extra |full )?healing",),
    "drop": (rf"^(?!.*({_IN_HAND}|being worn|on (left|right) |gold piece))",),
    "take_off": (r"cloak|robe", ""),
}
"""Action -> patterns of items, best first; otherwise the first that the game lists."""
_KEYS = re.compile("key|lock pick|credit card")

_MENUS: Final[tuple[tuple[str, Sequence[bytes]], ...]] = (
    (r"Pick up what|Take out what\?|What .*take out|Put in what\?", (b".", ENTER)),
    (r"what type|What kind", (b"A", ENTER)),
    (r"Do what|[Ll]oot", (b"o", ENTER)),
    (
        r"[Cc]hoose which spell|[Pp]ick a skill|skills? to advance|Pay for|Eat what|What do you want",
        (b"a", ENTER),
    ),
    (r"[Cc]ollect|containers", (b"a", ENTER)),
)
"""Pattern of a menu's title -> keys, one for each time the menu is shown; then it is escaped."""

_LINES: Final[tuple[tuple[str, str, bytes], ...]] = (
    ("engrave", r"write|engrave|burn|scratch", b"Elbereth"),
    ("", r"who are you", b"Croesus"),
    ("", r"[Ff]or what do you wish", b"blessed +2 gray dragon scale mail"),
)
"""Action ("" for any), pattern of a request for a text -> the text; other texts are escaped."""

_ESCAPE_KEYS: Final = (ESCAPE, ENTER, SPACE, b"q", b"n")


def answer(prompt: Prompt, situation: Situation, answered: int = 0) -> bytes:
    """The keys that answer a prompt.

    Args:
        prompt: what is asked.
        situation: what the answer may depend on.
        answered: how many prompts of this action were answered before this one.
    """
    if answered >= MAX_USUAL_ANSWERS:
        return _ESCAPE_KEYS[answered % len(_ESCAPE_KEYS)]
    if prompt.kind is Kind.MORE:
        return ENTER if prompt.repeated < 3 else ESCAPE
    if prompt.kind is Kind.MENU:
        return _menu(prompt)
    if prompt.kind is Kind.LINE:
        return _line(prompt, situation)
    if prompt.kind is Kind.PLACE:
        return b"m." if prompt.repeated == 0 else ESCAPE
    return ESCAPE if prompt.repeated > 2 else _letter(prompt.text, situation)


def _menu(prompt: Prompt) -> bytes:
    for pattern, keys in _MENUS:
        if re.search(pattern, prompt.text):
            return keys[prompt.repeated] if prompt.repeated < len(keys) else ESCAPE
    return ESCAPE


def _line(prompt: Prompt, situation: Situation) -> bytes:
    for action, pattern, text in _LINES:
        if action in ("", situation.action) and re.search(pattern, prompt.text):
            return text + ENTER
    return ESCAPE


def _letter(text: str, situation: Situation) -> bytes:
    found = _OFFERED.search(text)
    choices = found[1] if found else ""
    if "direction" in text:
        return _direction(text, choices, situation)
    if "finger" in text:
        return b"l"
    if "y" in choices and "n" in choices and " or " not in choices:
        return _yes_or_no(text, situation)
    if re.search(r"[Ww](hat|hich)", text):
        return _item(choices, situation)
    return _default(text)


def _direction(text: str, choices: str, situation: Situation) -> bytes:
    """The aim, where it is allowed; else down, where a digger can go; else the first that is offered."""
    if "Loot" in text:
        return b"."
    offered = choices.split(" or ")[0].encode("latin-1")
    if not offered or situation.aim in offered:
        return situation.aim
    return b">" if b">" in offered else offered[:1]


def _yes_or_no(text: str, situation: Situation) -> bytes:
    if _EATING.search(text):
        return b"n" if any(name in text for name in DEADLY) else b"y"
    if _DRINKING.search(text):
        return b"n" if any("potion" in item for item in situation.items.values()) else b"y"
    for pattern, reply in _YES_NO:
        if re.search(pattern, text):
            return reply
    return _default(text)


def _default(text: str) -> bytes:
    """What the game itself would take, shown in round brackets; it is what Enter gives."""
    found = _DEFAULT_REPLY.search(text)
    return found[1].encode("latin-1") if found else ESCAPE


def _item(choices: str, situation: Situation) -> bytes:
    offered = expand(choices.split(" or ")[0])
    letters = [letter for letter in offered if letter in situation.items] or [c for c in offered if c in "-$"]
    if situation.action == "engrave" and "-" in offered:
        return b"-"
    if not letters:
        return ESCAPE
    patterns: tuple[str, ...] = _PREFERRED.get(situation.action, ())
    if situation.action in ("drop", "wield"):
        free = [letter for letter in letters if re.search(patterns[0], situation.items.get(letter, ""))]
        letters = [letter for letter in free if letter in situation.new] or free or letters
    if situation.action == "apply" and situation.beside_door:
        patterns = (_KEYS.pattern, *patterns)
    for pattern in patterns:
        for letter in letters:
            if re.search(pattern, situation.items.get(letter, "")):
                return letter.encode("latin-1")
    if situation.action == "drop":
        return ESCAPE  # what is worn or in hand stays where it is
    return letters[0].encode("latin-1")


def expand(choices: str) -> str:
    """The letters that a question offers, ranges written out.

    >>> expand("- a-d")
    '-abcd'
    >>> expand("$bf-h")
    '$bfgh'
    """
    letters = choices.replace(" ", "")
    out = ""
    at = 0
    while at < len(letters):
        if 0 < at < len(letters) - 1 and letters[at] == "-" and letters[at - 1].isalpha():
            out += "".join(chr(code) for code in range(ord(letters[at - 1]) + 1, ord(letters[at + 1]) + 1))
            at += 2
        else:
            out += letters[at]
            at += 1
    return out
