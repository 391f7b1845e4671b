"""Small NetHack levels for tests, drawn by hand, and a way to walk on them."""

import numpy as np

from envs.facts import EndStatus
from envs.game import Focus
from envs.nethack.actions import DIRECTIONS
from envs.nethack.game import NetHackGame


def level(drawing: str, *lines: str, start: tuple[int, int] = (1, 1), flags: str = "hardfloor") -> str:
    """The text of a des-file: a lit map, the player at `start` (column, row), and further lines."""
    rows = drawing.strip("\n").split("\n")
    width, height = max(map(len, rows)), len(rows)
    return "\n".join(
        [
            "MAZE: \"mylevel\", ' '",
            f"FLAGS:{flags}",
            "INIT_MAP: solidfill,' '",
            "GEOMETRY:center,center",
            "MAP",
            *rows,
            "ENDMAP",
            f'REGION:(0,0,{width - 1},{height - 1}),lit,"ordinary"',
            f"BRANCH:({start[0]},{start[1]},{start[0]},{start[1]}),(0,0,0,0)",
            *lines,
            "",
        ]
    )


HALL = """
-----------
|.........|
|.........|
|.........|
-----------
"""

ROOM = level(HALL)

SHOP = """
---------
|.|.....|
|.+.....|
|.|.....|
---------
"""


def shop(thing: str) -> str:
    """A level with a shop to the east of a corridor in which such a thing lies under the player."""
    lines = ("DOOR:open,(2,2)", 'REGION:(3,1,7,3),lit,"shop"', f"OBJECT:({thing}),(1,2)")
    return level(SHOP, *lines, start=(1, 2))


def walk_to(game: NetHackGame, thing: str, most: int = 60) -> None:
    """Follow the way that the encoding shows until the player stands on the thing."""
    out = np.zeros(game.spec.encoding_size, np.float32)
    for _ in range(most):
        game.encode(Focus(seek=(thing,)), out)
        if game.status is not EndStatus.RUNNING or not out[2:10].any():
            return
        way = DIRECTIONS[int(out[2:10].argmax())]
        game.step(game.spec.action_index[f"move_{way}"])


def act(game: NetHackGame, *actions: str) -> dict[str, int]:
    """Take some actions; the facts afterwards."""
    for action in actions:
        game.step(game.spec.action_index[action])
    return game.facts()
