"""One action of the player: its keys, and every question answered until the game waits for the next."""

from __future__ import annotations

import re
from typing import Final

from envs.errors import GameDied
from envs.facts import EndStatus
from envs.nethack import kinds, prompts
from envs.nethack.actions import ACTIONS, DIRECTION_KEYS, KEYS
from envs.nethack.engine import Engine
from envs.nethack.inventory import Inventory
from envs.nethack.memory import STEPS, Memory
from envs.nethack.prompts import Kind, Prompt, Situation

_DOORS = frozenset((kinds.CLOSED_DOOR, kinds.LOCKED_DOOR))
_OPEN_DOORS = frozenset((kinds.OPEN_DOOR,))
_FOES = frozenset((kinds.MONSTER, kinds.UNSEEN))
_PLACE_WORDS = ("For instructions type a", "Pick an object", "Pick a location")
_TRAVELS: Final = {
    "travel_up": kinds.STAIRS_UP,
    "travel_down": kinds.STAIRS_DOWN,
    "travel_altar": kinds.ALTAR,
}
_AT_RANGE = frozenset(("throw", "fire", "zap", "cast"))
_AT_DOORS = frozenset(("open", "kick", "apply", "force_lock", "untrap"))
_AT_FLOODS = frozenset(("zap", "apply"))
_FLOODS = frozenset((kinds.WATER, kinds.LAVA))
_SOLID = frozenset((kinds.UNKNOWN, kinds.WALL, kinds.CLOSED_DOOR, kinds.LOCKED_DOOR, kinds.TREE))
_AIM_RANGE_CELLS = 8
"""Cells away at which something in line is aimed at."""
_LOOK_KEY = ord(":")


class Player:
    """Turns actions into keys.

    Attributes:
        engine: the game that the keys go to.
        heading: direction (index into `navigation.EIGHT_DX`) of the last step; what is aimed where nothing
            else says.
        aimed: direction that the last prompt for one was, or would have been, answered with.
        committed: a question about an item or a direction was answered during the last action.
        said: what the game said during the last action, in order.
        answered: prompts answered during the last action.
    """

    def __init__(self, engine: Engine, memory: Memory, inventory: Inventory) -> None:
        self.engine, self._memory, self._inventory = engine, memory, inventory
        self.heading = self.aimed = 0
        self.committed = False
        self.said: list[str] = []
        self.answered = 0
        self._asked: dict[tuple[Kind, str], int] = {}

    def begin(self) -> None:
        """Make ready for a new episode: answer whatever the game opens with."""
        self.heading = self.aimed = 0
        self._begin_action()
        self._listen()
        self._answer("wait")

    def play(self, action: str) -> None:
        """Take an action. Raises `GameDied` when the game fails or cannot be got out of a prompt."""
        self._begin_action()
        if action.startswith("move_"):
            self.heading = self.aimed = ACTIONS.index(action) - 1
        if action in _TRAVELS and not self._knows(_TRAVELS[action]):
            return  # otherwise the cursor stays where it is, and the journey leads anywhere
        for key in KEYS[action]:
            self._press(key, action)
        if action == "fight":
            self._press(self._aim(action), action)

    def look_down(self) -> None:
        """Ask what is here, which takes no game time."""
        self._press(_LOOK_KEY, "look")

    def _begin_action(self) -> None:
        self.said.clear()
        self._asked.clear()
        self.answered = 0
        self.committed = False

    def _knows(self, terrain: int) -> bool:
        return bool((self._memory.here.terrain == terrain).any())

    def _press(self, key: int, action: str) -> None:
        engine = self.engine
        if engine.status is not EndStatus.RUNNING:
            return
        engine.press(key)
        self._listen()
        if engine.asks or (self.said and _wants_place(engine.message(), action)):
            self._answer(action)

    def _listen(self) -> None:
        message = self.engine.message()
        if message and (not self.said or self.said[-1] != message):
            self.said.append(message)

    def _answer(self, action: str) -> None:
        engine = self.engine
        while engine.status is EndStatus.RUNNING:
            prompt = self._prompt(action)
            if prompt is None:
                return
            if self.answered >= prompts.MAX_ANSWERS:
                raise GameDied(
                    f"NetHack does not leave the prompt {prompt.text!r} after {prompts.MAX_ANSWERS} answers"
                )
            reply = prompts.answer(prompt, self._situation(action), self.answered)
            self.committed |= prompt.kind is Kind.LETTER and reply not in (prompts.ESCAPE, b"n", b"q")
            for key in reply:
                if engine.status is EndStatus.RUNNING:
                    engine.press(key)
                    self._listen()
            self.answered += 1

    def _prompt(self, action: str) -> Prompt | None:
        """What the game waits for now; ``None`` when it waits for the next action."""
        engine = self.engine
        text = engine.message()
        if engine.pauses:
            kind, text = self._pause(text)
        elif engine.asks_letter:
            kind = Kind.LETTER
        elif engine.asks_line:
            kind = Kind.LINE
        elif _wants_place(text, action):
            kind = Kind.PLACE
        else:
            return None
        repeated = self._asked.get((kind, text), 0)
        self._asked[kind, text] = repeated + 1
        return Prompt(kind=kind, text=text, repeated=repeated)

    def _pause(self, message: str) -> tuple[Kind, str]:
        """Whether a pause is a menu, and what it says; text windows are heard like messages."""
        rows = [bytes(row).decode("latin-1") for row in self.engine.screen]
        for last, row in enumerate(rows):
            if _MENU_END.search(row):
                start = _MENU_END.search(row).start()  # type: ignore[union-attr]  # found just now
                title = next((line[start:].strip() for line in rows[:last] if line[start:].strip()), "")
                return Kind.MENU, title
            if "--More--" in row:
                if last and not self.engine.over:
                    heard = "  ".join(line.strip() for line in rows[: last + 1] if line.strip())
                    self.said.append(heard.replace("--More--", ""))
                return Kind.MORE, message
        return Kind.MORE, message

    def _situation(self, action: str) -> Situation:
        engine, inventory = self.engine, self._inventory
        inventory.read(engine.letters, engine.classes, engine.lines)
        return Situation(
            action=action,
            aim=bytes([self._aim(action)]),
            items={item.letter: item.text for item in inventory.items},
            new=frozenset(item.letter for item in inventory.items if inventory.is_new(item)),
            beside_door=bool(self._memory.beside(_DOORS, straight=True)),
        )

    def _aim(self, action: str) -> int:
        """The key of the direction in which an action makes most sense; else where the player is heading."""
        memory = self._memory
        found: list[int] = []
        if action in _AT_DOORS:
            found = memory.beside(_DOORS, straight=True)
        elif action == "close":
            found = memory.beside(_OPEN_DOORS, straight=True)
        if not found and action in _AT_FLOODS:
            found = self._floods_in_line()
        if not found and action in _AT_RANGE:
            found = self._in_line()
        if not found and action in ("fight", "kick", *_AT_RANGE):
            found = memory.beside(_FOES, things=True)
        if not found and action in _AT_FLOODS and self._free_cells(self.heading) < _AIM_RANGE_CELLS:
            found = [max(range(len(STEPS)), key=self._free_cells)]  # rays bounce off what is near
        self.aimed = self.heading if self.heading in found or not found else found[0]
        return DIRECTION_KEYS[self.aimed]

    def _free_cells(self, move: int) -> int:
        """How many cells a ray would cross before something solid or unseen, at most `_AIM_RANGE_CELLS`."""
        dx, dy = STEPS[move]
        for away in range(1, _AIM_RANGE_CELLS + 1):
            x, y = self._memory.x + away * dx, self._memory.y + away * dy
            if not (0 <= x < kinds.WIDTH and 0 <= y < kinds.HEIGHT):
                return away - 1
            if int(self._memory.here.terrain[x, y]) in _SOLID:
                return away - 1
        return _AIM_RANGE_CELLS

    def _floods_in_line(self) -> list[int]:
        """The direction of the nearest water or lava that a ray would reach."""
        terrain = self._memory.here.terrain
        best, found = _AIM_RANGE_CELLS + 1, []
        for move, (dx, dy) in enumerate(STEPS):
            for away in range(1, best):
                x, y = self._memory.x + away * dx, self._memory.y + away * dy
                if not (0 <= x < kinds.WIDTH and 0 <= y < kinds.HEIGHT) or terrain[x, y] in _SOLID:
                    break
                if int(terrain[x, y]) in _FLOODS:
                    best, found = away, [move]
                    break
        return found

    def _in_line(self) -> list[int]:
        """The direction of the nearest monster in one of the eight lines, if there is one."""
        memory = self._memory
        for kind, x, y, _ in memory.beings[: memory.n_beings].tolist():
            dx, dy = x - memory.x, y - memory.y
            if (
                kind in _FOES
                and max(abs(dx), abs(dy)) <= _AIM_RANGE_CELLS
                and (dx == 0 or dy == 0 or abs(dx) == abs(dy))
            ):
                return [_MOVE_OF_STEP[(dx > 0) - (dx < 0), (dy > 0) - (dy < 0)]]
        return []


def _wants_place(message: str, action: str) -> bool:
    """Whether the game waits for a place on the map; nle has no sign for it but the words."""
    return action not in _TRAVELS and any(words in message for words in _PLACE_WORDS)


_MENU_END = re.compile(r"\(end\)|\(\d+ of \d+\)")
_MOVE_OF_STEP = {(-1, 0): 0, (1, 0): 1, (0, -1): 2, (0, 1): 3, (-1, -1): 4, (1, -1): 5, (-1, 1): 6, (1, 1): 7}
