"""The unmodified package `minedojo` as a world that is asked in JSON: begin a task, act, look.

It is served by the files of ``envs/remote/side``. What they ask of every world is answered with next to
nothing; all of this game goes through `ask`.
"""

from __future__ import annotations

import contextlib
import copy
import importlib.util
import io
import logging
import os
import sys
import warnings
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

NO_OP = 0
DROP, ATTACK, CRAFT, EQUIP, PLACE, DESTROY = 2, 3, 4, 5, 6, 7
SLOT_ACTIONS = {EQUIP: "equip", PLACE: "place", DESTROY: "destroy"}
"""Values of the sixth number of an action that need something in the slot that the eighth names."""

SEEDS = 2**31 - 1


class Nowhere(io.TextIOBase):
    """Where the package's remarks go."""

    def write(self, text: str) -> int:
        """Forget it."""
        return len(text)


class MineDojoWorld:
    """One engine, and one task after the other in it.

    Args:
        port: of an engine that listens here already; None to launch one as the package does.
        silence_s: seconds that an answer of the engine may take.
        busy_s: seconds that a busy engine is waited for.
    """

    def __init__(self, port: int | None = None, silence_s: float = 60.0, busy_s: float = 60.0) -> None:
        logging.disable(logging.CRITICAL)
        warnings.simplefilter("ignore")
        self._noise = Nowhere()
        sys.stdout = self._noise
        _beside("shims").apply()
        self._engine, self._launches = _beside("engine"), port is None
        self._engine.prepare(port, silence_s, busy_s)
        import minedojo
        from minedojo import tasks

        self._make, self._tasks = minedojo.make, tasks
        self._specs = {name: copy.deepcopy(spec) for name, spec in tasks.ALL_TASKS_SPECS.items()}
        self._env: Any = None
        self._sim: Any = None
        self._instances: Sequence[Any] = ()
        self._obs: Any = None
        self._info: Mapping[str, Any] = {}
        self._ticks = 0
        self._sent: list[str] = []

    def ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """What ``do`` names: ``begin`` a task, ``act`` (eight numbers), ``tick`` (commands), or ``look``."""
        given = dict(question)
        what = given.pop("do")
        try:
            if what == "begin":
                return self.begin(**given)
            if what == "act":
                return self.act(**given)
            if what == "tick":
                return self.tick(**given)
        except (self._engine.EngineLost, self._engine.EngineBusy) as error:
            self._forget_engine()
            return {"lost": str(error)}
        if what == "look":
            return self._seen()
        raise ValueError(f"there is nothing to do by the name of {what!r}")

    def begin(
        self,
        task: str,
        seed: int,
        size: Sequence[int] = (160, 256),
        voxels: Sequence[Sequence[int]] | None = None,
        rays: Sequence[Sequence[float]] = (),
        cam_interval: float = 15.0,
        settings: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """Make a task and begin an episode of it.

        Args:
            task: its id, or ``open-ended``.
            seed: of the world, and of whatever the task draws.
            size: height and width of pictures.
            voxels: lowest and highest cell on x, y, z, relative to the feet; None for the task's own.
            rays: pitch and yaw in radians, and most blocks, of each.
            cam_interval: degrees of one step of the camera.
            settings: other keyword arguments of `minedojo.make`.
        """
        wanted = dict(
            settings or {}, image_size=tuple(size), seed=seed % SEEDS, world_seed=str(seed), fast_reset=False
        )
        if voxels is not None:
            wanted.update(use_voxel=True, voxel_size=_limits(*voxels))
        if rays:
            wanted.update(use_lidar=True, lidar_rays=[tuple(ray) for ray in rays])
        self._release()
        try:
            with contextlib.redirect_stderr(self._noise):
                self._env = self._made(task, cam_interval, wanted)
                self._sim = self._env.unwrapped
                self._sim._bridge_env._instances = list(self._instances)
                self._sent.clear()
                self._engine.watch(self._sim._bridge_env, self._sent)
                self._engine.Faults.latest = ""
                self._obs = self._env.reset()
        except (OSError, RuntimeError, TypeError, AttributeError, ValueError, EOFError) as error:
            raise self._engine.said_at_reset(error) from error
        finally:
            if self._sim is not None:
                self._instances = list(self._sim._bridge_env._instances)
        self._info = self._sim.prev_info
        self._ticks = 0
        return {**self._seen(), "prompt": self._prompt(), "mission": self._sim._sim_spec.to_xml("mission")}

    def act(self, action: Sequence[int]) -> Mapping[str, Any]:
        """Take an action of eight numbers; one on an empty slot is nothing, and is noted."""
        numbers, notes = [int(number) for number in action], []
        kind = SLOT_ACTIONS.get(numbers[5])
        if kind is not None and str(self._obs["inventory"]["name"][numbers[7]]) == "air":
            notes.append(f"{kind}: slot {numbers[7]} is empty, so nothing was done")
            numbers[5] = NO_OP
        self._obs, reward, done, self._info = self._env.step(self._array(numbers))
        self._ticks += 1 if numbers[5] in (NO_OP, 1, ATTACK) else 3
        return {
            **self._seen(),
            "reward": float(reward),
            "done": bool(done),
            "success": bool(getattr(self._env, "is_successful", False)),
            "notes": notes,
        }

    def tick(self, commands: Mapping[str, Any]) -> Mapping[str, Any]:
        """One tick with the package's commands by their names, past the action of eight numbers.

        Args:
            commands: keys that are held -> 1, ``camera`` -> degrees down and to the right, ``craft``,
                ``craft_with_table``, ``smelt``, ``equip`` and ``place`` -> an item, ``chat`` -> a line.
        """
        numbers = self._numbers()
        action = self._sim.action_space.no_op()
        for name, value in commands.items():
            if name == "chat" or name in action:
                action[name] = value
        self._obs, reward, done, self._info = numbers.env.step(action)
        numbers._inventory_names = self._obs["inventory"]["name"].copy()
        self._ticks += 1
        return {
            **self._seen(),
            "reward": float(reward),
            "done": bool(done),
            "success": bool(getattr(self._env, "is_successful", False)),
        }

    def _numbers(self) -> Any:
        """The wrapper that reads eight numbers; what it wraps takes commands."""
        found = self._env
        while not hasattr(found.__dict__.get("env"), "_elapsed_timesteps") and found.env is not self._sim:
            found = found.env
        return found

    def spec(self) -> Mapping[str, Any]:
        """Nothing: the game is described at the other end."""
        return {}

    def progress(self) -> tuple[int, int]:
        """Nothing runs here that is counted."""
        return -1, 0

    def facts(self) -> Any:
        """None of them."""
        return array("i")

    def frame(self, width: int, height: int) -> Any:
        """The latest picture, made to fit; uint8[height, width, 3]."""
        import cv2
        import numpy

        if self._obs is None:
            return numpy.zeros((height, width, 3), numpy.uint8)
        picture = numpy.ascontiguousarray(numpy.transpose(self._obs["rgb"], (1, 2, 0)))
        if picture.shape[:2] != (height, width):
            picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        return numpy.ascontiguousarray(picture)

    def caption(self) -> str:
        """None: the other end has words."""
        return ""

    def reset(self, seed: int, max_steps: int | None) -> None:
        """Raises `NotImplementedError`: episodes begin with a task, through `ask`."""
        raise NotImplementedError("ask to begin a task")

    def step(self, action: int) -> None:
        """Raises `NotImplementedError`: actions have eight numbers, and go through `ask`."""
        raise NotImplementedError("ask to act")

    def encode(self, seek: Sequence[str], explore: str) -> Any:
        """Raises `NotImplementedError`."""
        raise NotImplementedError("there is no encoding here")

    def snapshot(self) -> bytes:
        """Raises `NotImplementedError`: an engine keeps its state to itself."""
        raise NotImplementedError("an engine's state cannot be saved")

    def restore(self, data: bytes) -> None:
        """Raises `NotImplementedError`."""
        raise NotImplementedError("an engine's state cannot be restored")

    def close(self) -> None:
        """End the task, and an engine that was launched for it."""
        if self._sim is not None:
            self._sim._bridge_env._instances = list(self._instances)
            with contextlib.suppress(Exception):  # it ends with this process anyway
                self._sim.close()

    def _made(self, task: str, cam_interval: float, wanted: dict[str, Any]) -> Any:
        """Make a task; what is wanted otherwise than the task has it is taken out of the task."""
        if task in self._specs:
            spec = copy.deepcopy(self._specs[task])
            for name in wanted:
                if name in spec:
                    del spec[name]
            self._tasks.ALL_TASKS_SPECS[task] = spec
        return self._make(task, cam_interval=cam_interval, **wanted)

    def _forget_engine(self) -> None:
        """Let go of a task whose engine broke, and of the engine where it was launched here."""
        self._release()
        if self._launches:
            for instance in self._instances:
                with contextlib.suppress(Exception):  # it is broken already
                    instance.kill()
            self._instances = ()

    def _release(self) -> None:
        """Let go of the last task, and keep its engine."""
        if self._sim is not None:
            self._sim._bridge_env._instances = []
            self._sim = self._env = None

    def _prompt(self) -> str:
        named = self._env
        while named is not None:
            if getattr(named, "_specified_prompt", None):
                return str(named._specified_prompt)
            named = named.__dict__.get("env")
        return ""

    def _array(self, numbers: Sequence[int]) -> Any:
        import numpy

        return numpy.array(numbers, dtype=self._env.action_space.dtype)

    def _seen(self) -> dict[str, Any]:
        """What the engine told, without the counts that are zero; and what may be done."""
        info = {name: value for name, value in self._info.items() if name not in ("stat", "achievement")}
        counts = {
            ".".join(path): count
            for group in ("stat", "achievement")
            for path, count in _counts(self._info.get(group, {}), (group,))
        }
        masks = self._obs.get("masks", {})
        sent = list(self._sent)
        self._sent.clear()
        return {
            "sent": sent,
            "info": info,
            "counts": counts,
            "ticks": self._ticks,
            "masks": {
                name: [int(place) for place in mask.nonzero()[0]]
                for name, mask in masks.items()
                if name != "action_arg"
            },
        }


def _counts(tree: Any, path: tuple[str, ...]) -> Any:
    """Paths and values of a tree's leaves that are not zero."""
    if isinstance(tree, dict):
        for name, below in tree.items():
            yield from _counts(below, (*path, name))
    elif tree:
        yield path, tree


def _limits(low: Sequence[int], high: Sequence[int]) -> dict[str, int]:
    return {
        axis + end: cell for end, cells in (("min", low), ("max", high)) for axis, cell in zip("xyz", cells)
    }


def _beside(name: str) -> Any:
    """A module beside this file, which lies in no package here."""
    key = "journeyman_minecraft_" + name
    if key not in sys.modules:
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".py")
        spec = importlib.util.spec_from_file_location(key, path)
        if spec is None or spec.loader is None:
            raise ImportError(path)
        sys.modules[key] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[key])
    return sys.modules[key]
