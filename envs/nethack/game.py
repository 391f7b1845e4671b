"""NetHack and MiniHack levels as a `Game`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from nle import nethack
from numpy.typing import NDArray

from envs.base_game import BaseGame
from envs.errors import BadGameOption, BadSnapshot, GameDied
from envs.facts import EndStatus
from envs.game import Focus
from envs.grid.navigation import UNREACHED
from envs.grid.nearest import nearest_of, offsets
from envs.nethack import caption as words
from envs.nethack import kinds, screen, snapshot
from envs.nethack.actions import ACTIONS, DIRECTIONS
from envs.nethack.encoding import encode
from envs.nethack.engine import Engine, Setup, Win
from envs.nethack.event_counts import MINES, EventCounts, Place
from envs.nethack.facts import BLIND, FLOATS, place_of, write_facts
from envs.nethack.glyphs import SWALLOWED, TERRAIN, THING, being_name
from envs.nethack.inventory import Inventory, Item
from envs.nethack.memory import STEPS, Memory
from envs.nethack.messages import note_messages, tells_of_things
from envs.nethack.options_file import read_options_file
from envs.nethack.overview import read_overview, special_levels
from envs.nethack.player import Player
from envs.nethack.snapshot import ReplayLog
from envs.nethack.spec import KINDS, REGIONS, SPEC
from envs.nethack.standing_on import standing_on

_TOWNSPEOPLE: Final = frozenset((kinds.SHOPKEEPER, kinds.PRIEST, kinds.WATCHMAN))
_STEP_OF_MOVE: Final = {f"move_{name}": step for name, step in zip(DIRECTIONS, STEPS, strict=True)}
MAX_ENGINES: Final = 3
"""Games kept running behind one: a saved state of another level needs its own."""


class NetHackGame(BaseGame):
    """NetHack behind the `Game` protocol; see `envs.nethack.spec` for facts and `actions` for actions.

    Args:
        character: see `envs.nethack.engine.Setup`, as for all other arguments.
        nethackrc: path or text of an options file.

    Raises:
        BadGameOption: an argument names a character, a level or an option that does not exist.
    """

    def __init__(
        self,
        character: str | None = None,
        level: str | None = None,
        *,
        pet: bool = False,
        autopickup: bool | None = None,
        level_seed: int | None = None,
        options: tuple[str, ...] = (),
        nethackrc: Path | str | None = None,
        ttyrec: Path | str | None = None,
    ) -> None:
        super().__init__(SPEC, KINDS, REGIONS)
        self._own_setup = Setup(
            character=character,
            level=level,
            pet=pet,
            autopickup=autopickup,
            level_seed=level_seed,
            options=tuple(options),
            nethackrc=None if nethackrc is None else read_options_file(nethackrc),
            ttyrec=Path(ttyrec) if ttyrec is not None else None,
        )
        self._engine = Engine(self._own_setup)
        self._own_text = self._engine.setup_text
        self._engines = {self._own_text: self._engine}
        self._memory = Memory(TERRAIN, THING)
        self._inventory = Inventory()
        self._player = Player(self._engine, self._memory, self._inventory)
        self._event_counts = EventCounts()
        self._fault = ""
        self._seed = 0
        self._taken = bytearray()
        self._stats = np.zeros(27, np.int64)
        self._numbers: list[int] = self._stats.tolist()
        self._place = Place(0, 0, 0, 0, 0, 0, 0)
        self._entered = self._time_passed = self._prayed = 0
        self._moved = False

    @property
    def keys(self) -> int:
        """Keys pressed in this episode, answers to prompts included; protocols that count keys need it."""
        return self._engine.keys

    @property
    def fault(self) -> str:
        """Why the episode was aborted; empty if it was not."""
        return self._fault

    @property
    def said(self) -> tuple[str, ...]:
        """What the game said during the last step."""
        return tuple(self._player.said)

    @property
    def place(self) -> Place:
        """Where and how the player stands; after a death, where it stood before."""
        return self._place

    @property
    def items(self) -> tuple[Item, ...]:
        """What the player carries."""
        return self._inventory.items

    @property
    def win(self) -> Win | None:
        """The level's end as its own judge saw it; ``None`` before."""
        return self._engine.win

    def overview(self) -> tuple[str, ...]:
        """The game's dungeon overview, for a referee; see `envs.nethack.overview`."""
        return read_overview(self._engine)

    def special_levels(self) -> dict[str, tuple[int, int]]:
        """Where the special levels of this dungeon lie, for a referee; see `envs.nethack.overview`."""
        return special_levels(self._engine.library)

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names. Raises `GameDied` if the game cannot be started at all."""
        self._move_to(self._own_text)
        self._start(seed, max_steps)

    def _start(self, seed: int, max_steps: int | None) -> None:
        try:
            self._begin(seed, max_steps)
        except GameDied:
            self._begin(seed, max_steps)  # once more, with the game rebuilt

    def _move_to(self, setup: str) -> None:
        """Play another set-up from now on; the latest engines are kept. Raises `ValueError`."""
        engine = self._engines.pop(setup, None) or Engine(Setup.from_text(setup))
        self._engines[setup] = self._engine = self._player.engine = engine
        while len(self._engines) > MAX_ENGINES:
            oldest = next(name for name in self._engines if name != self._own_text)
            self._engines.pop(oldest).close()

    def _begin(self, seed: int, max_steps: int | None) -> None:
        engine = self._engine
        engine.begin(seed)
        own_limit = engine.step_limit or SPEC.max_steps
        self._seed, self._fault = seed, ""
        self._set_progress(own_limit if max_steps is None else max_steps)
        self._taken.clear()
        self._memory.forget()
        self._inventory.begin(engine.letters, engine.classes, engine.lines)
        self._player.begin()
        self._time_passed, self._moved = 0, False
        self._perceive()
        self._place = place_of(self._numbers)
        self._entered = self._prayed = self._place.turn
        self._event_counts.begin(self._place)

    def _act(self, action: int) -> None:
        self._taken.append(action)
        try:
            self._carry_out(ACTIONS[action])
        except GameDied as error:
            self._status, self._fault = EndStatus.ABORTED, str(error)
            return
        self._status = self._engine.status
        if self._status is EndStatus.ABORTED:
            self._fault = "the game ended without a death: it was left or gave up"

    def _carry_out(self, name: str) -> None:
        memory, before, x, y = self._memory, self._place, self._memory.x, self._memory.y
        step = _STEP_OF_MOVE.get(name)
        ahead = (x, y) if step is None else (x + step[0], y + step[1])
        boulder = step is not None and memory.holds(kinds.BOULDER, *ahead)
        self._player.play(name)
        over = self._engine.status not in (EndStatus.RUNNING, EndStatus.SUCCESS)
        if over:
            self._stats[nethack.NLE_BL_HP] = 0
            new = False
        else:
            new = self._perceive()
            self._place = place_of(self._numbers)
        after = self._place
        same_level = (after.branch, after.level) == (before.branch, before.level)
        self._time_passed = after.turn - before.turn
        self._moved = not same_level or (memory.x, memory.y) != (x, y)
        if not same_level:
            self._entered = after.turn
            if name in ("up", "down"):
                memory.note_taken((before.branch, before.level), x, y)
        elif name.startswith("far_"):
            memory.pass_over(x, y)
        self._event_counts.add(
            name, self._player.said, before, after,
            used=self._player.committed, new_level=new, town=self._sees_town(),
            altar=not over and memory.here.terrain.item(memory.x, memory.y) == kinds.ALTAR,
            pushed=boulder and same_level and (memory.x, memory.y) == ahead,
        )  # fmt: skip
        self._note(name)

    def _perceive(self) -> bool:
        """Take in what the game shows now; says whether the level is new."""
        engine = self._engine
        self._stats[:] = engine.stats
        self._numbers = stats = self._stats.tolist()
        x, y = stats[nethack.NLE_BL_X], stats[nethack.NLE_BL_Y]
        self._inventory.read(engine.letters, engine.classes, engine.lines)
        if engine.glyphs.item(y, max(0, x - 1)) in SWALLOWED:
            return False  # nothing of the level can be seen from inside a monster
        level = stats[nethack.NLE_BL_DNUM], stats[nethack.NLE_BL_DLEVEL]
        new = self._memory.look(engine.glyphs, level, x, y)
        if new and not stats[nethack.NLE_BL_CONDITION] & BLIND:
            self._player.look_down()
            if tells_of_things(self._player.said):
                self._memory.note_item()
        for message in self._player.said:
            if (terrain := standing_on(message)) is not None:
                self._memory.note_standing_on(terrain)
        return new

    def _sees_town(self) -> bool:
        memory = self._memory
        return self._place.branch == MINES and (
            memory.in_view(_TOWNSPEOPLE) or bool((memory.here.terrain == kinds.ALTAR).any())
        )

    def _note(self, name: str) -> None:
        """Remember what only messages tell."""
        if name.startswith("search"):
            self._memory.note_search(max(1, self._time_passed))
        said = self._player.said
        if not said:
            return
        if self._event_counts.happened("pray"):
            self._prayed = self._place.turn
        note_messages(self._memory, self._event_counts, said, name, self._player.aimed, self._moved)

    def _write_facts(self, out: NDArray[np.int32]) -> None:
        self._memory.survey(bool(self._stats[nethack.NLE_BL_CONDITION] & FLOATS))
        since_prayer = self._place.turn - self._prayed
        write_facts(
            out, self._stats, self._memory, self._inventory, self._event_counts, self._time_passed,
            self._steps, since_prayer,
        )  # fmt: skip

    def encode(self, focus: Focus, out: NDArray[np.float32]) -> None:
        """Write the policy's input into ``out: float32[spec.encoding_size]``, see `encoding`."""
        sought, region = self._resolve(focus)
        self._refresh()
        memory = self._memory
        seek = nearest_of(memory.nearest, sought)
        explore = memory.frontier[region]
        if explore[0] >= UNREACHED:
            explore = memory.frontier[REGIONS["hidden"]]
        here, turns_here = memory.here, self._place.turn - self._entered
        encode(
            out, here.terrain, here.thing, here.visited, memory.enter, memory.parent, memory.x, memory.y,
            seek, explore, memory.beings, memory.n_beings, self._values, self._moved, turns_here,
            self._inventory.counts, self._event_counts.latest,
        )  # fmt: skip

    def caption(self) -> str:
        """What the player sees, in words."""
        facts, memory = self.facts(), self._memory
        sights = offsets(memory.nearest, KINDS, memory.x, memory.y)
        beings = [
            (
                (being_name(glyph) or "something unseen") + (" (pet)" if kind == kinds.PET else ""),
                x - memory.x,
                y - memory.y,
            )
            for kind, x, y, glyph in memory.beings[: memory.n_beings].tolist()
        ]
        items = (f"{item.letter} - {item.text}" for item in self._inventory.items)
        return words.caption(facts, self._player.said, items, sights, beings)

    def frame(self, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """The terminal as a picture, ``uint8[height, width, 3]``."""
        return screen.picture(self._engine.screen, self._engine.colors, size)

    def screen_text(self) -> str:
        """The terminal with colour codes, for terminal recordings."""
        return screen.terminal_text(self._engine.screen, self._engine.colors)

    def screen_cells(self) -> NDArray[np.uint8]:
        """The terminal's characters and their colours, uint8[2, 24, 80]."""
        return np.stack([self._engine.screen, self._engine.colors.astype(np.uint8) & 15])

    def snapshot(self) -> bytes:
        """Seed and actions so far, a few bytes per step; see `envs.nethack.snapshot`.

        Raises:
            BadSnapshot: the episode was aborted, so it cannot be played again.
        """
        if self._status is EndStatus.ABORTED:
            raise BadSnapshot("an aborted episode of NetHack cannot be saved; reset the game first")
        return snapshot.dump(self._replay_log(self._digest()))

    def _replay_log(self, digest: str) -> ReplayLog:
        return ReplayLog(
            setup=self._engine.setup_text,
            seed=self._seed,
            limit=self._limit,
            actions=bytes(self._taken),
            digest=digest,
        )

    def restore(self, data: bytes) -> None:
        """Return to a snapshot by playing it again, at the cost of its steps. Raises `BadSnapshot`.

        A snapshot of another level or character can be restored if its level has a name; `reset` goes back to
        what the game was made with. If playing it again ends in another state (with another version of the
        game, for example), it is refused and the game goes back to where it was.
        """
        log = snapshot.load(bytes(data), len(ACTIONS))
        running = self._status is not EndStatus.ABORTED
        before = self._replay_log("") if running else None
        if self._replay(log) != log.digest:
            if before is not None:
                self._replay(before)
            raise BadSnapshot(
                "the saved NetHack state cannot be reached again: its actions lead elsewhere; it was "
                "probably saved with another version of nle or of this adapter"
            )

    def _replay(self, log: ReplayLog) -> str:
        try:
            self._move_to(log.setup)
        except (ValueError, KeyError, TypeError, BadGameOption) as error:
            raise BadSnapshot(
                f"the saved NetHack state is one of {log.setup}, this game is {self._own_text} "
                f"({error}); restore it in a game made with the same arguments"
            ) from error
        self._start(log.seed, log.limit)
        for action in log.actions:
            if self._status is not EndStatus.RUNNING:
                break
            self.step(action)
        return self._digest()

    def _digest(self) -> str:
        """Digest of the state without messages, because the names of shopkeepers depend on the clock."""
        parts = (self._memory.here.terrain, self._memory.here.thing, self._stats, self._event_counts.totals)
        end = f"{self._status.name} {self.steps} {self._memory.x} {self._memory.y}".encode()
        return snapshot.digest_of(*(part.tobytes() for part in parts), end)

    def close(self) -> None:
        """End the game and remove its temporary folders."""
        for engine in self._engines.values():
            engine.close()
