"""The actions of a NetHack player: names, the keys behind them, and which experiment uses which of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

DIRECTIONS: Final = ("west", "east", "north", "south", "northwest", "northeast", "southwest", "southeast")
"""In the order of `envs.grid.navigation.EIGHT_DX`."""
DIRECTION_KEYS: Final = b"hlkjyubn"

_OPPOSITE = {"west": "east", "north": "south", "northwest": "southeast", "northeast": "southwest"}


def _ctrl(letter: str) -> bytes:
    return bytes([ord(letter) & 0x1F])


def _meta(letter: str) -> bytes:
    return bytes([ord(letter) | 0x80])


KEYS: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        "wait": b".",
        **{f"move_{way}": bytes([key]) for way, key in zip(DIRECTIONS, DIRECTION_KEYS, strict=True)},
        **{f"far_{way}": bytes([key - 32]) for way, key in zip(DIRECTIONS, DIRECTION_KEYS, strict=True)},
        "up": b"<",
        "down": b">",
        "travel_up": b"_<.",
        "travel_down": b"_>.",
        "travel_altar": b"__.",
        "wait_20": b"20.",
        "search": b"s",
        "search_10": b"10s",
        "kick": _ctrl("d"),
        "open": b"o",
        "close": b"c",
        "fight": b"F",
        "pickup": b",",
        "drop": b"d",
        "eat": b"e",
        "quaff": b"q",
        "read": b"r",
        "zap": b"z",
        "wear": b"W",
        "take_off": b"T",
        "put_on": b"P",
        "remove": b"R",
        "wield": b"w",
        "swap_weapons": b"x",
        "apply": b"a",
        "throw": b"t",
        "fire": b"f",
        "cast": b"Z",
        "pray": _meta("p"),
        "engrave": b"E",
        "loot": _meta("l"),
        "force_lock": _meta("f"),
        "untrap": _meta("u"),
        "dip": _meta("d"),
        "rub": _meta("r"),
        "invoke": _meta("i"),
        "offer": _meta("o"),
        "sit": _meta("s"),
        "jump": _meta("j"),
        "turn_undead": _meta("t"),
        "chat": _meta("c"),
        "pay": b"p",
        "enhance": _meta("e"),
    }
)
"""Action -> what is typed; `fight` is followed by a direction, all other questions by `prompts.answer`."""

ACTIONS: Final = tuple(KEYS)

MOVES: Final = MappingProxyType(
    {
        **{f"move_{one}": f"move_{other}" for one, other in _OPPOSITE.items()},
        **{f"move_{other}": f"move_{one}" for one, other in _OPPOSITE.items()},
    }
)
"""Each step -> the step back."""

_COMPASS = tuple(f"move_{way}" for way in DIRECTIONS)
_FAR = tuple(f"far_{way}" for way in DIRECTIONS)

ACTION_SETS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "all": ACTIONS,
        "navigation": _COMPASS,
        "minihack_skill": tuple(name for name in ACTIONS if not name.startswith("travel_")),
        "maestromotif": (
            *_COMPASS, *_FAR, "up", "down", "wait_20", "kick", "eat", "search", "cast", "enhance", "pray",
            "quaff", "drop",
        ),
        "balrog": tuple(name for name in ACTIONS if name != "engrave"),
    }
)  # fmt: skip
"""Which experiment uses which actions; ``docs/nethack.md`` shows the same as a table."""
