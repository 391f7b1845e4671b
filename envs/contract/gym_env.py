"""A game as a Gymnasium environment: one game, one focus, ids such as ``journeyman/crafter-v0``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import gymnasium
import numpy as np
from numpy.typing import NDArray

from envs.contract.check import ENCODING_BOUND
from envs.facts import EndStatus, Facts
from envs.game import Focus, Game
from envs.registry import game_names, game_spec, make_game
from envs.seeding import SEED_SPAN

NAMESPACE = "journeyman"

Observation: TypeAlias = NDArray[np.float32]
RewardFunction: TypeAlias = Callable[[Facts, Facts], float]
"""Takes the facts before and after a step."""


class GameEnv(gymnasium.Env[Observation, np.int64]):
    """Plays `game` with the encoding for `focus`.

    - observation: ``float32[spec.encoding_size]``, within -10..10;
    - action: an index into ``spec.actions``;
    - reward: `reward` of the facts before and after, or, without one, the number of achievements reached
      for the first time in this episode;
    - terminated on death and success, truncated at the time limit and when the game gives up;
    - info: ``facts`` (name -> int), ``status`` (`EndStatus`) and ``seed`` (of the episode).

    Args:
        game: the game to play; it belongs to this environment from now on.
        focus: what the encoding shows the way to.
        max_steps: episode length in steps; the game's own when ``None``.
        reward: a reward of your own.
        render_mode: ``"rgb_array"`` or ``None``.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 15}  # noqa: RUF012  # declared by gymnasium

    def __init__(
        self,
        game: Game,
        focus: Focus | None = None,
        *,
        max_steps: int | None = None,
        reward: RewardFunction | None = None,
        render_mode: str | None = None,
    ) -> None:
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise ValueError(f"render_mode is {render_mode!r}; expected None or 'rgb_array'")
        self.game = game
        self.focus = focus or Focus(explore=next(iter(game.spec.explorable)))
        game.spec.check_focus(self.focus)
        self.render_mode = render_mode
        self._max_steps = max_steps
        self._reward = reward
        self._seed = 0
        self._facts: Facts = {}
        self._reached: set[str] = set()
        self.action_space = gymnasium.spaces.Discrete(len(game.spec.actions))
        self.observation_space = gymnasium.spaces.Box(
            -ENCODING_BOUND, ENCODING_BOUND, (game.spec.encoding_size,), np.float32
        )

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode: the one that `seed` names, or the next of this environment's own sequence."""
        super().reset(seed=seed)
        self._seed = seed if seed is not None else int(self.np_random.integers(SEED_SPAN))
        self.game.reset(self._seed, self._max_steps)
        self._facts = self.game.facts()
        self._reached = {name for name in self.game.spec.achievements if self._facts[name]}
        return self._observation(), self._info()

    def step(self, action: np.int64 | int) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Take one action. Raises what `Game.step` raises."""
        before = self._facts
        status = self.game.step(int(action))
        self._facts = self.game.facts()
        terminated = status in (EndStatus.DEATH, EndStatus.SUCCESS)
        truncated = status in (EndStatus.TIME_LIMIT, EndStatus.ABORTED)
        return self._observation(), self._step_reward(before), terminated, truncated, self._info()

    def render(self) -> NDArray[np.uint8] | None:  # type: ignore[override]  # gymnasium's is generic
        """The game's picture, ``uint8[288, 288, 3]``; ``None`` without a render mode."""
        return self.game.frame() if self.render_mode == "rgb_array" else None

    def close(self) -> None:
        """Close the game."""
        self.game.close()

    def _observation(self) -> Observation:
        out = np.zeros(self.game.spec.encoding_size, dtype=np.float32)
        self.game.encode(self.focus, out)
        return out

    def _info(self) -> dict[str, Any]:
        return {"facts": dict(self._facts), "status": self.game.status, "seed": self._seed}

    def _step_reward(self, before: Facts) -> float:
        reached = {name for name in self.game.spec.achievements if self._facts[name]}
        new, self._reached = reached - self._reached, reached | self._reached
        return self._reward(before, self._facts) if self._reward else float(len(new))


def make_game_env(
    game: str,
    seek: Sequence[str] = (),
    explore: str | None = None,
    max_steps: int | None = None,
    options: Mapping[str, Any] | None = None,
    render_mode: str | None = None,
) -> GameEnv:
    """Build the environment behind a registered id; all arguments are plain values, so its spec serialises.

    Raises `UnknownGame`, `MissingDependency` or `BadFocus`.
    """
    place = explore if explore is not None else next(iter(game_spec(game).explorable))
    focus = Focus(seek=tuple(seek), explore=place)
    game_spec(game).check_focus(focus)
    return GameEnv(make_game(game, **(options or {})), focus, max_steps=max_steps, render_mode=render_mode)


def register_gym() -> list[str]:
    """Make every registered game known to ``gymnasium.make``; returns the ids. May be called repeatedly."""
    ids = []
    for name in game_names():
        env_id = f"{NAMESPACE}/{name}-v0"
        if env_id not in gymnasium.registry:
            gymnasium.register(
                env_id, entry_point="envs.contract.gym_env:make_game_env", kwargs={"game": name}
            )
        ids.append(env_id)
    return ids
