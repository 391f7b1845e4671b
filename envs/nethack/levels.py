"""MiniHack levels: by id, by des-file or by the text of one; checked before the game sees them."""

from __future__ import annotations

import subprocess
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import gymnasium
import numpy as np
from nle.env.base import NLE
from nle.nethack import NLE_BL_X
from nle.nethack.nethack import HACKDIR
from numpy.typing import NDArray

from envs.errors import BadGameOption, MissingDependency, did_you_mean
from envs.nethack.text_file import LARGEST_FILE, read_text
from envs.text import plain

MINIHACK_PREFIX: Final = "MiniHack-"
ARENA_PREFIX: Final = "Arena-"
"""Prefix of the names of the levels that come with the adapter."""
_FOLDER: Final = Path(__file__).with_name("arenas")
_COMPILER = Path(HACKDIR) / "lev_comp"
_COMPILER_TIMEOUT_S = 60
LONGEST_TEXT: Final = 255
"""Characters of a text in a level with which its compiler is known to work."""
_LEVEL_NAME = "mylevel"
"""The only level that MiniHack's dungeon leads to; a des-file must give its level this name."""


def make_level(level: str, options: Mapping[str, Any], observed: Sequence[str]) -> Any:
    """The environment of a level, not started yet; its actions are keys.

    Args:
        level: a MiniHack id, the name of a shipped level, the path of a des-file (ending in ``.des``), or
            the text of one.
        options: arguments of the environment that stand above the level's own.
        observed: nle's observation keys that will be looked at; others are only filled if the level's
            judge reads them, since the descriptions of the whole screen cost more than all else.

    Raises:
        BadGameOption: there is no such id or file, or the des-file does not compile.
        MissingDependency: minihack is not installed, or the level needs maps or packages that it lacks.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # minihack's own import speaks of pkg_resources
        try:
            from minihack.skills import MiniHackSkill
        except ModuleNotFoundError as error:
            raise MissingDependency(
                f"MiniHack levels need the package {error.name!r}; "
                "install it with: pip install 'journeyman[nethack]'"
            ) from error
    own = False
    if level.startswith(ARENA_PREFIX):
        env = MiniHackSkill(des_file=_shipped(level), **options)
    elif "\n" not in level and not level.endswith(".des"):
        env = _registered(level, options)
    else:
        text = level_text(level)
        check_level(text)
        env, own = MiniHackSkill(des_file=text, **options), True
    env.actions = tuple(range(256))
    if _judged_by_message(env.reward_manager):
        keys = {*observed, "program_state", "internal"}
        buffers = env.nethack._obs_buffers
        env.nethack._pynethack.set_buffers(**{key: buffers[key] for key in keys})
    if own and "savedir" not in options:  # there would be a recording of it
        _check_start(env)
    return env


def _judged_by_message(manager: Any) -> bool:
    """Whether a level's judge reads nothing but messages and the player's place."""
    from minihack.reward_manager import CoordEvent, MessageEvent, RewardManager

    if manager is None:
        return True
    return (
        type(manager) is RewardManager
        and not manager.custom_reward_functions
        and all(isinstance(event, CoordEvent | MessageEvent) for event in manager.events)
    )


def _registered(name: str, options: Mapping[str, Any]) -> Any:
    ids = (key for key in gymnasium.registry if key.startswith(MINIHACK_PREFIX))
    known = sorted(key for key in ids if "Custom" not in key)
    if name not in known:
        raise BadGameOption(
            f"no MiniHack level {name!r}"
            + did_you_mean(name, known, f"a level is one of {len(known)} ids such as {known[0]!r}, ")
            + "the path of a .des file, or the text of one"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gymnasium's checks of a foreign environment
        try:
            made: Any = gymnasium.make(name, disable_env_checker=True, **options).unwrapped
        except ModuleNotFoundError as error:
            raise MissingDependency(f"level {name!r} needs what minihack does not bring: {error}") from error
    if not isinstance(made, NLE):
        raise BadGameOption(f"{name!r} is not a level of NetHack but {type(made).__name__}")
    return made


def shipped_levels() -> list[str]:
    """Names of the levels that come with the adapter, sorted."""
    return sorted(ARENA_PREFIX + path.stem for path in _FOLDER.glob("*.des"))


def _shipped(name: str) -> str:
    if name not in shipped_levels():
        raise BadGameOption(
            f"no level {name!r}"
            + did_you_mean(name, shipped_levels(), f"shipped: {', '.join(shipped_levels())}")
        )
    return _read(_FOLDER / f"{name.removeprefix(ARENA_PREFIX)}.des")


def level_text(level: str) -> str:
    """The text of a des-file, from its path or as it is. Raises `BadGameOption` if it is no text."""
    if "\n" not in level:
        return _read(Path(level))
    return _plain_text(level.removeprefix("\ufeff"), "the text of the level")


def _read(path: Path) -> str:
    return _plain_text(read_text(path, "the des-file", "a text file ending in .des"), f"{str(path)!r}")


def _plain_text(text: str, name: str) -> str:
    """The text with one kind of line ends. Raises `BadGameOption` for what the compiler stumbles over."""
    if len(text) > LARGEST_FILE:
        raise BadGameOption(f"{name} has {len(text):,} characters; a level has at most {LARGEST_FILE:,}")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if odd := sorted({character for character in text if character < " " and character not in "\n\t"}):
        raise BadGameOption(f"{name} holds {plain(''.join(odd), 40)}, so it is no text of a level")
    return text if text.endswith("\n") else f"{text}\n"


def _check_start(env: Any) -> None:
    """Start the level once. Raises `BadGameOption` where the player can stand nowhere on it."""
    env.seed(0, 0, False)
    try:
        env.reset()
        require_standing(dict(zip(env._observation_keys, env.last_observation, strict=True))["blstats"])
    except BadGameOption:
        env.close()
        raise
    except Exception as error:  # NetHack's program may fail in any way
        env.close()
        raise BadGameOption(f"NetHack cannot start the level: {plain(error)}") from error


def require_standing(stats: NDArray[np.int64]) -> None:
    """Raise `BadGameOption` where NetHack found no place for the player.

    NetHack then leaves the player outside the map, and a judge that looks for nothing in particular calls
    that a success.

    Args:
        stats: int64[27], nle's ``blstats`` at the start of a level.
    """
    if stats[NLE_BL_X] < 0:
        raise BadGameOption(
            "nobody can stand on this level: it has no floor, corridor, stairs or other place for the "
            "player; draw some in its MAP (a dot is floor), or name a place with STAIR or BRANCH"
        )


def check_level(text: str) -> None:
    """Compile the text of a des-file.

    Raises:
        BadGameOption: with the compiler's words, if it does not compile.
        MissingDependency: the compiler does not run.
    """
    with tempfile.TemporaryDirectory(prefix="journeyman-level-") as folder:
        source = Path(folder) / f"{_LEVEL_NAME}.des"
        source.write_text(text, encoding="utf-8")
        compiled = _compile(source)
        found = sorted(path.stem for path in Path(folder).glob("*.lev"))
    words = plain((compiled.stderr + compiled.stdout).strip(), lines=True)
    if compiled.returncode < 0:
        raise BadGameOption(f"the des-file does not compile: {_broken_down(text)}")
    if compiled.returncode:
        words = words or f"its compiler ended with {compiled.returncode}"
        raise BadGameOption(f"the des-file does not compile: {words}; mend that line and try again")
    if _LEVEL_NAME not in found:
        raise BadGameOption(
            (f"the des-file makes the level {', '.join(found)}" if found else "the des-file makes no level")
            + f", expected {_LEVEL_NAME!r}: begin it with MAZE: \"{_LEVEL_NAME}\", ' '"
        )


def _broken_down(text: str) -> str:
    """What to say when the compiler crashed, as it does for a text that does not fit into its buffer."""
    lengths = [len(line) for line in text.split("\n")]
    longest = max(lengths)
    return (
        f"its compiler breaks down on it, as it does where a text is longer than {LONGEST_TEXT} characters; "
        f"the longest line is line {lengths.index(longest) + 1}, with {longest:,}: shorten it and try again"
    )


def _compile(source: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [str(_COMPILER), source.name], cwd=source.parent, capture_output=True, encoding="latin-1",
            check=False, timeout=_COMPILER_TIMEOUT_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise BadGameOption(
            f"the des-file was not compiled within {_COMPILER_TIMEOUT_S} s; write a smaller level"
        ) from error
    except OSError as error:
        raise MissingDependency(
            f"NetHack's level compiler does not run: {error}; install it again with: "
            "pip install --force-reinstall nle"
        ) from error
