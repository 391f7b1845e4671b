"""One NetHack, started under a seed and played key by key."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from nle import nethack
from nle.env.base import NLE
from numpy.typing import NDArray

from envs.errors import BadGameOption, GameDied
from envs.facts import EndStatus
from envs.nethack.character import check_character
from envs.nethack.levels import ARENA_PREFIX, MINIHACK_PREFIX, make_level, require_standing
from envs.nethack.options_check import check_allowed, split_options
from envs.nethack.options_file import close_with_options, complaints, complete_options, with_options_file
from envs.seeding import child_seed
from envs.text import listed

_OBSERVED: Final = (
    "glyphs", "blstats", "message", "inv_letters", "inv_oclasses", "inv_strs", "tty_chars", "tty_colors",
)  # fmt: skip
_DEATHS: Final = range(int(nethack.DIED), int(nethack.PANICKED))
_NOT_WAITING: Final = bytes(12)
REBUILD_EVERY: Final = 200
"""Episodes after which the game is rebuilt, because its library does not free all its memory."""


@dataclass(frozen=True, slots=True)
class Win:
    """A level's end, as its own judge saw it.

    Attributes:
        reward: what the level pays for it, without any penalty.
        took_time: whether the last key took game time.
    """

    reward: float
    took_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What is played.

    Attributes:
        character: role-race-alignment-gender such as ``mon-hum-neu-mal``; ``@`` draws one from the seed.
            ``None``: that monk, or whatever the level prescribes.
        level: ``None`` for NetHack itself; else a MiniHack id, the path of a des-file, or the text of one.
        pet: start with a pet.
        autopickup: pick things up by walking on them: coins, scrolls, potions, wands. ``None``: yes, or
            whatever the level prescribes.
        level_seed: fixes the levels apart from the rest of the episode's randomness.
        options: more of NetHack's own options, such as ``"!sparkle"``.
        nethackrc: the text of an options file, for what `options` cannot say; replaces NLE's own options.
        ttyrec: folder for NLE's own recordings, one file per episode; ``None`` records nothing.
    """

    character: str | None = None
    level: str | None = None
    pet: bool = False
    autopickup: bool | None = None
    level_seed: int | None = None
    options: tuple[str, ...] = ()
    nethackrc: str | None = None
    ttyrec: Path | None = None

    def __post_init__(self) -> None:
        if self.character is not None:
            check_character(self.character)
        if bad := [option for option in self.options if not option or set(option) & set(",@\n")]:
            raise BadGameOption(
                f"NetHack options {bad} cannot be passed: give them one by one, as in ('!sparkle', 'time')"
            )
        check_allowed([option for text in self.options for option in split_options(text)])
        if (self.options or self.nethackrc is not None) and self.level is not None:
            raise BadGameOption("a level brings its own NetHack options; leave out 'options' and 'nethackrc'")
        if self.options and self.nethackrc is not None:
            raise BadGameOption(
                "write the NetHack options into the file; 'options' and 'nethackrc' exclude each other"
            )

    @classmethod
    def from_text(cls, text: str) -> Setup:
        """The inverse of `text` for a level that has a name. Raises `ValueError` for others."""
        record = json.loads(text)
        level = record["level"]
        if level is not None and not level.startswith((MINIHACK_PREFIX, ARENA_PREFIX)):
            raise ValueError(f"{level!r} is not the name of a level")
        return cls(**{**record, "options": tuple(record["options"])})

    def text(self) -> str:
        """JSON of the set-up: a level's text as its hash, and `ttyrec` left out."""
        record = asdict(self)
        del record["ttyrec"]
        if self.level and "\n" in self.level:
            record["level"] = "blake2b:" + hashlib.blake2b(self.level.encode(), digest_size=8).hexdigest()
        return json.dumps(record, sort_keys=True)


class Engine:
    """A running NetHack; all arrays are views that change with the next key.

    Attributes:
        setup: what is played.
        setup_text: the same as text, see `Setup.text`.
        glyphs: int16[21, 79].
        stats: int64[27], nle's ``blstats``.
        letters: uint8[55], inventory letters, 0 at the end.
        classes: uint8[55], their object classes.
        lines: uint8[55, 80], their descriptions.
        screen: uint8[24, 80], the terminal's characters.
        colors: int8[24, 80], their colours.
        keys: keys pressed in this episode.
        win: how the level was won; ``None`` before, and in NetHack itself.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup, self.setup_text = setup, setup.text()
        self.keys = 0
        self.win: Win | None = None
        self._heard: str | None = None
        self._episodes = 0
        self._env: Any = None
        self._build()

    def _build(self) -> None:
        self.close()
        with _global_random(0):
            self._env = make_environment(self.setup)
        if self.setup.options:
            self._require_taken(self.setup.options)
        self._episodes = 0
        self._judged = self.setup.level is not None
        self.win = None

    def _require_taken(self, options: tuple[str, ...]) -> None:
        """Raise `BadGameOption` where NetHack knows an option not; started with one it waits for a key."""
        if refused := complaints(self._env):
            self._abandon()
            file = "; an options file is given as nethackrc" if any("/" in text for text in options) else ""
            told = f"NetHack does not take the options {listed(options)}: {', '.join(refused)}"
            raise BadGameOption(told + file)

    def begin(self, seed: int) -> None:
        """Start the game that `seed` names.

        Raises:
            GameDied: it does not start.
            BadGameOption: nobody can stand on the level.
        """
        if self._env is None or self._episodes >= REBUILD_EVERY:
            self._build()
        self._episodes += 1
        levels = (
            None if self.setup.level_seed is None else child_seed(self.setup.level_seed, "nethack levels")
        )
        self._env.seed(child_seed(seed, "nethack core"), child_seed(seed, "nethack display"), False, levels)
        try:
            if self._judged:
                self._env._previous_obs = self._env._previous_action = None
                with _global_random(child_seed(seed, "minihack")):
                    self._env.reset()
            else:
                self._env.reset()
        except Exception as error:
            self._abandon()
            raise GameDied(f"NetHack did not start: {error!r}; the next reset builds it anew") from error
        self.keys = 0
        self.win = None
        self._heard = None
        self._native = self._env.nethack._pynethack
        seen = dict(zip(self._env._observation_keys, self._env.last_observation, strict=True))
        self.glyphs: NDArray[np.int16] = seen["glyphs"]
        self.stats: NDArray[np.int64] = seen["blstats"]
        require_standing(self.stats)
        self.letters: NDArray[np.uint8] = seen["inv_letters"]
        self.classes: NDArray[np.uint8] = seen["inv_oclasses"]
        self.lines: NDArray[np.uint8] = seen["inv_strs"]
        self.screen: NDArray[np.uint8] = seen["tty_chars"]
        self.colors: NDArray[np.int8] = seen["tty_colors"]
        self._message: NDArray[np.uint8] = seen["message"]
        self._program: NDArray[np.int32] = seen["program_state"]
        self._waiting: NDArray[np.int32] = seen["internal"][1:4]  # nle's "misc"

    def press(self, key: int) -> None:
        """Press one key. Raises `GameDied` when the game's program fails."""
        self.keys += 1
        self._heard = None
        try:
            if self._judged:
                self._press_judged(key)
            else:
                self._native.step(key)
        except Exception as error:
            self._abandon()
            raise GameDied(f"NetHack failed at key {key}: {error!r}") from error

    def _press_judged(self, key: int) -> None:
        """Press a key and let the level's own judge look; it takes the key for the action."""
        env = self._env
        if env.reward_manager is not None:
            env._previous_obs = tuple(array.copy() for array in env.last_observation)
            env._previous_action = key
        turn = int(self.stats[nethack.NLE_BL_TIME])
        self._native.step(key)
        if self.win is None and not self._native.done() and env._is_episode_end(env.last_observation):
            manager = env.reward_manager
            reward = env.reward_win if manager is None else manager.collect_reward()
            self.win = Win(float(reward), int(self.stats[nethack.NLE_BL_TIME]) != turn)

    @property
    def status(self) -> EndStatus:
        """How the game stands; it knows of no time limit."""
        if self._env is None:
            return EndStatus.ABORTED
        if self.win is not None:
            return EndStatus.SUCCESS
        if not self._native.done():
            return EndStatus.RUNNING
        how = int(self._native.how_done())
        if how in _DEATHS:
            return EndStatus.DEATH
        return EndStatus.SUCCESS if how == int(nethack.ASCENDED) else EndStatus.ABORTED

    @property
    def over(self) -> bool:
        """The game has ended and only shows its last screens."""
        return bool(self._program[0])

    @property
    def asks_letter(self) -> bool:
        """The game waits for one key: yes or no, a direction, an item."""
        return bool(self._waiting[0])

    @property
    def asks_line(self) -> bool:
        """The game waits for a line of text."""
        return bool(self._waiting[1])

    @property
    def pauses(self) -> bool:
        """The game shows ``--More--`` or a menu."""
        return bool(self._waiting[2])

    @property
    def asks(self) -> bool:
        """The game waits for a letter or a line, or pauses."""
        return self._waiting.tobytes() != _NOT_WAITING

    @property
    def library(self) -> str:
        """Path of this game's own copy of NetHack's library."""
        return str(self._env.nethack.dlpath)

    def message(self) -> str:
        """The line at the top, empty if there is none."""
        if self._heard is None:
            self._heard = self._message.tobytes().partition(b"\0")[0].decode("latin-1")
        return self._heard

    @property
    def step_limit(self) -> int | None:
        """The level's own limit in steps; ``None`` for NetHack itself."""
        return int(self._env._max_episode_steps) if self._judged and self._env is not None else None

    def _abandon(self) -> None:
        """Give up a game whose program failed; closing it may fail too."""
        with contextlib.suppress(Exception):
            self.close()
        self._env = None

    def close(self) -> None:
        """End the game and remove its temporary folder."""
        if self._env is not None:
            if self.setup.nethackrc is not None:
                close_with_options(self._env)
            else:
                self._env.close()
            self._env = None


@contextlib.contextmanager
def _global_random(seed: int) -> Iterator[None]:
    """Seed the global generators, which MiniHack draws some levels from, and restore them afterwards."""
    ours, numpys = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed)
    try:
        yield
    finally:
        random.setstate(ours)
        np.random.set_state(numpys)


def make_environment(setup: Setup) -> Any:
    """The `NLE` around the game; only its construction, seeding, reset and judge are used."""
    options: dict[str, Any] = {
        "fix_moon_phase": True,
        "allow_all_modes": True,
        "allow_all_yn_questions": True,
    }
    if setup.ttyrec is not None:
        setup.ttyrec.mkdir(parents=True, exist_ok=True)
        options |= {"save_ttyrec_every": 1, "savedir": tempfile.mkdtemp(prefix="game-", dir=setup.ttyrec)}
    if setup.character is not None:
        options["character"] = check_character(setup.character)
    if setup.level is not None:
        options["pet"] = setup.pet
        if setup.autopickup is not None:
            options["autopickup"] = setup.autopickup
        return make_level(setup.level, options, _OBSERVED)
    if setup.nethackrc is not None:
        return with_options_file(
            complete_options(setup.nethackrc, setup.character, pet=setup.pet, autopickup=setup.autopickup),
            observation_keys=_OBSERVED,
            **options,
        )
    words = [word for word in nethack.NETHACKOPTIONS if word != "autopickup"]
    words += ["!autopickup" if setup.autopickup is False else "autopickup"]
    words += [] if setup.pet else ["pettype:none"]
    return NLE(observation_keys=_OBSERVED, options=(*words, *setup.options), **options)
