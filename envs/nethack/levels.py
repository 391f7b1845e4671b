"""MiniHack levels: by id, by des-file or by the text of one; checked before the game sees them."""

from __future__ import annotations

import subprocess
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import gymnasium
from nle.env.base import NLE
from nle.nethack.nethack import HACKDIR

from envs.errors import BadGameOption, MissingDependency, did_you_mean

MINIHACK_PREFIX: Final = "MiniHack-"
ARENA_PREFIX: Final = "Arena-"
"""Prefix of the names of the levels that come with the adapter."""
_FOLDER: Final = Path(__file__).with_name("arenas")
_COMPILER = Path(HACKDIR) / "lev_comp"
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
    if level.startswith(ARENA_PREFIX):
        env = MiniHackSkill(des_file=_shipped(level), **options)
    elif "\n" not in level and not level.endswith(".des"):
        env = _registered(level, options)
    else:
        text = level if "\n" in level else _read(Path(level))
        check_level(text)
        env = MiniHackSkill(des_file=text, **options)
    env.actions = tuple(range(256))
    if _judged_by_message(env.reward_manager):
        keys = {*observed, "program_state", "internal"}
        buffers = env.nethack._obs_buffers
        env.nethack._pynethack.set_buffers(**{key: buffers[key] for key in keys})
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


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadGameOption(
            f"the des-file {str(path)!r} cannot be read ({error}); give the path of a text "
            "file ending in .des"
        ) from error


def check_level(text: str) -> None:
    """Compile the text of a des-file. Raises `BadGameOption` with the compiler's words if it does not."""
    with tempfile.TemporaryDirectory(prefix="journeyman-level-") as folder:
        source = Path(folder) / f"{_LEVEL_NAME}.des"
        source.write_text(text, encoding="utf-8")
        compiled = subprocess.run(
            [str(_COMPILER), source.name], cwd=folder, capture_output=True, text=True, check=False, timeout=60
        )
        found = sorted(path.stem for path in Path(folder).glob("*.lev"))
    words = (compiled.stderr + compiled.stdout).strip()
    if compiled.returncode:
        raise BadGameOption(f"the des-file does not compile: {words}; mend that line and try again")
    if _LEVEL_NAME not in found:
        raise BadGameOption(
            f"the des-file makes the level {', '.join(found) or 'none'}, expected {_LEVEL_NAME!r}: "
            f"begin it with MAZE: \"{_LEVEL_NAME}\", ' '"
        )
