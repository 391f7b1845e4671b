"""Games by name; a game is loaded only when it is made."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from envs.code_cache import choose_code_cache, no_code_cache
from envs.errors import MissingDependency, UnknownGame, did_you_mean
from envs.game import Game, GameSpec
from envs.games import Games, GamesFactory, each
from envs.shortage import require_memory_to_play


@dataclass(frozen=True, slots=True)
class GameEntry:
    """Where a game lives; targets are lazy ``module:attribute`` strings.

    Attributes:
        name: of the game.
        spec: its `GameSpec`.
        factory: builds one; takes the game's options. Empty where there is nothing to play yet: such a game
            is described, so that it can be planned for.
        extra: what is to be installed for it.
        games: builds a number of `Games`, without options, that a thread may play; empty where games are
            stepped one by one.
        warm_up: functions that have everything compiled that playing needs, each in a process of its own.
    """

    name: str
    spec: str
    factory: str
    extra: str | None = None
    games: str = ""
    warm_up: tuple[str, ...] = ()

    @property
    def playable(self) -> bool:
        """Whether the game can be made, and not only described."""
        return bool(self.factory)


_REGISTRY: dict[str, GameEntry] = {}

INHERITED = "JOURNEYMAN_GAMES"
"""Environment variable with a JSON list of entries, which tells worker processes of a user's own games."""


def register(entry: GameEntry) -> None:
    """Add a game. Raises `ValueError` when the name is taken."""
    if entry.name in _REGISTRY:
        raise ValueError(f"game {entry.name!r} is registered already, as {_REGISTRY[entry.name]}")
    _REGISTRY[entry.name] = entry


def entries() -> list[GameEntry]:
    """All registered games, in the order in which they were added."""
    return list(_REGISTRY.values())


def game_names() -> list[str]:
    """Names of all games that can be played, sorted."""
    return sorted(entry.name for entry in _REGISTRY.values() if entry.playable)


def described_names() -> list[str]:
    """Names of all games that have a description, those that can be played among them, sorted."""
    return sorted(_REGISTRY)


def entry_of(name: str) -> GameEntry:
    """Where a game lives. Raises `UnknownGame`."""
    if name not in _REGISTRY:
        known = ", ".join(described_names())
        raise UnknownGame(f"no game {name!r}{did_you_mean(name, _REGISTRY) or '.'} Known games: {known}.")
    return _REGISTRY[name]


def _load(entry: GameEntry, target: str) -> Any:
    module, _, attribute = target.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name and module.startswith(error.name):
            raise
        hint = f"; install it with: pip install 'journeyman[{entry.extra}]'" if entry.extra else ""
        raise MissingDependency(f"game {entry.name!r} needs the package {error.name!r}{hint}") from error
    except RuntimeError as error:
        if choose_code_cache().usable:
            raise
        raise MissingDependency(f"game {entry.name!r} cannot start: {no_code_cache()}") from error


def game_spec(name: str) -> GameSpec:
    """The static description of a game, without loading the game itself."""
    entry = entry_of(name)
    return cast(GameSpec, _load(entry, entry.spec))


def load_game(name: str) -> Callable[..., Game]:
    """What builds a game, loaded with all that it needs. Raises `UnknownGame` or `MissingDependency`."""
    entry = entry_of(name)
    if not entry.playable:
        raise MissingDependency(
            f"game {name!r} is described and can be planned for, but there is no world to play it in yet; "
            f"journeyman plan --game {name} works. Games that can be played: {', '.join(game_names())}"
        )
    return cast(Callable[..., Game], _load(entry, entry.factory))


def make_game(name: str, **options: Any) -> Game:
    """Build a game. Raises `UnknownGame`, `MissingDependency` or `TooLittle`."""
    entry_of(name)
    require_memory_to_play()
    return load_game(name)(**options)


def make_games(name: str, n: int) -> Games:
    """Build `n` games of a kind that has ``games``, stepped together. Raises as `make_game`."""
    entry = entry_of(name)
    require_memory_to_play()
    return cast(Games, _load(entry, entry.games)(n))


def games_factory(name: str, **options: Any) -> GamesFactory:
    """What builds games to be stepped together, in the best way that there is. Raises `UnknownGame`."""
    if entry_of(name).games and not options:
        return GamesFactory(partial(make_games, name), in_thread=True)
    return each(partial(make_game, name, **options))


register(GameEntry("toy", "envs.toy.spec:SPEC", "envs.toy.game:ToyGame"))
register(
    GameEntry(
        "crafter",
        "envs.crafter.spec:SPEC",
        "envs.crafter.game:CrafterGame",
        games="envs.crafter.games:CrafterGames",
        warm_up=("envs.crafter.warm_up:worlds_and_steps", "envs.crafter.warm_up:observations"),
    )
)
register(
    GameEntry(
        "nethack",
        "envs.nethack.spec:SPEC",
        "envs.nethack.game:NetHackGame",
        extra="nethack",
        warm_up=("envs.nethack.warm_up:first_steps",),
    )
)
register(
    GameEntry(
        "minecraft",
        "envs.minecraft.spec:SPEC",
        "envs.minecraft.opening:open_game",
        warm_up=("envs.minecraft.direct.warm_up:first_steps",),
    )
)
for _record in json.loads(os.environ.get(INHERITED, "[]")):
    register(GameEntry(**_record))
