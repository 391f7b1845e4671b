"""A mission as `minedojo` writes it: what is to be seen, and what the game begins with.

Source: ``sim/mc_meta/minedojo_mission.xml.j2`` and the handlers' templates in `minedojo` 0.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar
from xml.etree import ElementTree

from envs.minecraft.wire.errors import BadMission
from envs.text import brief, plain

NAMESPACE: Final = "http://ProjectMalmo.microsoft.com"

MOST_PIXELS: Final = 4_000_000
MOST_CELLS: Final = 200_000
MOST_RAYS: Final = 20_000
MOST_DEPTH: Final = 40
"""Elements within elements."""
FARTHEST: Final = 30_000_000.0
"""Blocks from the middle of a world, and everything else that is a plain number."""

_GENERATORS: Final = {
    "DefaultWorldGenerator": "default",
    "FlatWorldGenerator": "flat",
    "BiomeGenerator": "biome",
    "FileWorldGenerator": "file",
}
_WEATHERS: Final = ("normal", "clear", "rain", "thunder")

_T = TypeVar("_T", int, float)


@dataclass(frozen=True, slots=True)
class Ray:
    """A direction, relative to that of looking.

    Attributes:
        pitch: radians.
        yaw: radians.
        distance: most blocks.
    """

    pitch: float
    yaw: float
    distance: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the player begins: blocks, and degrees."""

    x: float
    y: float
    z: float
    yaw: float
    pitch: float


@dataclass(frozen=True, slots=True)
class Carried:
    """What is in a slot at the beginning.

    Attributes:
        slot: 0..40.
        item: its name.
        quantity: 1..64.
        variant: such as the kind of wood.
    """

    slot: int
    item: str
    quantity: int
    variant: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mission:
    """What is asked for.

    Attributes:
        width: of pictures, in pixels.
        height: of pictures, in pixels.
        voxels: lowest and highest cell of the grid on x, y, z, relative to the feet; None for no grid.
        rays: to be traced.
        generator: kind of world: ``default``, ``flat``, ``biome`` or ``file``.
        seed: of the world, as it was written; empty for any.
        biome: number of the only biome; None for all.
        layers: how a flat world is layered, as it was written.
        village: whether to begin in a village.
        drawn: whether shapes are to be drawn into the world.
        placement: where the player begins; None for anywhere.
        carried: at the beginning.
        start_time: time of day in ticks; None as the world has it.
        time_passes: whether the day goes on.
        mobs_spawn: whether mobs come by themselves.
        weather: at the beginning; None as the world has it.
        break_speed: how many times faster blocks are dug.
        health: half hearts.
        food: half shanks.
    """

    width: int = 256
    height: int = 160
    voxels: tuple[tuple[int, int, int], tuple[int, int, int]] | None = None
    rays: tuple[Ray, ...] = ()
    generator: str = "default"
    seed: str = ""
    biome: int | None = None
    layers: str = ""
    village: bool = False
    drawn: bool = False
    placement: Placement | None = None
    carried: tuple[Carried, ...] = ()
    start_time: int | None = None
    time_passes: bool = True
    mobs_spawn: bool = True
    weather: str | None = None
    break_speed: float = 1.0
    health: float = 20.0
    food: int = 20


def read_mission(text: bytes) -> Mission:
    """The mission in an XML document; what is not known in it is left out.

    Raises:
        BadMission: it is no XML, has a document type or entities, is no mission, or has impossible values.
    """
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise BadMission("a mission has a document type or entities, which are not read")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, LookupError, ValueError, RecursionError) as error:
        raise BadMission(f"a mission is no XML: {plain(error)}") from None
    if root.tag != f"{{{NAMESPACE}}}MissionInit":
        raise BadMission(f"a mission is a {brief(root.tag)}, expected MissionInit of {NAMESPACE}")
    return _Reader(root).mission()


class _Reader:
    """Finds elements by their names, wherever in the document they stand."""

    def __init__(self, root: ElementTree.Element) -> None:
        self._found: dict[str, list[ElementTree.Element]] = {}
        waiting = [(root, 1)]
        while waiting:
            element, depth = waiting.pop()
            if depth > MOST_DEPTH:
                raise BadMission(f"a mission has elements {depth} deep; the most is {MOST_DEPTH}")
            name = element.tag.removeprefix(f"{{{NAMESPACE}}}") if isinstance(element.tag, str) else ""
            self._found.setdefault(name, []).append(element)
            waiting.extend((child, depth + 1) for child in reversed(element))

    def mission(self) -> Mission:
        """All of it."""
        width, height = self._text("Width", int, 256), self._text("Height", int, 160)
        if width < 1 or height < 1 or width * height > MOST_PIXELS:
            raise BadMission(
                f"a mission asks for pictures of {width} by {height}; the most is {MOST_PIXELS:,} pixels"
            )
        generator, made = self._generator()
        health, food = self._one("StartingHealth"), self._one("StartingFood")
        return Mission(
            width=width,
            height=height,
            voxels=self._voxels(),
            rays=self._rays(),
            generator=generator,
            seed="" if made is None else made.get("seed", "")[:100],
            biome=None if made is None or generator != "biome" else _attribute(made, "biome", int),
            layers="" if made is None else made.get("generatorString", "")[:1_000],
            village="VillageSpawnDecorator" in self._found,
            drawn="DrawingDecorator" in self._found,
            placement=self._placement(),
            carried=self._carried(),
            start_time=self._text("StartTime", int, None),
            time_passes=self._flag("AllowPassageOfTime"),
            mobs_spawn=self._flag("AllowSpawning"),
            weather=self._weather(),
            break_speed=self._text("BreakSpeedMultiplier", float, 1.0),
            health=20.0 if health is None else _attribute(health, "health", float),
            food=20 if food is None else _attribute(food, "food", int),
        )

    def _one(self, name: str) -> ElementTree.Element | None:
        found = self._found.get(name)
        return found[0] if found else None

    def _text(self, name: str, kind: Callable[[str], _T], default: _T | None) -> _T:
        element = self._one(name)
        if element is None:
            return default  # type: ignore[return-value]  # None only where None is asked for
        return _number(element.text or "", kind, name)

    def _flag(self, name: str) -> bool:
        element = self._one(name)
        return element is None or (element.text or "").strip().lower() == "true"

    def _weather(self) -> str | None:
        element = self._one("Weather")
        if element is None:
            return None
        weather = (element.text or "").strip()
        if weather not in _WEATHERS:
            raise BadMission(
                f"a mission has the weather {brief(weather)}; expected one of {', '.join(_WEATHERS)}"
            )
        return weather

    def _generator(self) -> tuple[str, ElementTree.Element | None]:
        for name, kind in _GENERATORS.items():
            if (element := self._one(name)) is not None:
                return kind, element
        return "default", None

    def _voxels(self) -> tuple[tuple[int, int, int], tuple[int, int, int]] | None:
        low, high = self._one("min"), self._one("max")
        if low is None or high is None:
            return None
        ends = [tuple(_attribute(end, axis, int) for axis in "xyz") for end in (low, high)]
        sizes = [top - bottom + 1 for bottom, top in zip(*ends, strict=True)]
        if min(sizes) < 1 or math.prod(sizes) > MOST_CELLS:
            raise BadMission(f"a mission asks for a grid of {sizes}; the most is {MOST_CELLS:,} cells")
        (a, b, c), (d, e, f) = ends
        return (a, b, c), (d, e, f)

    def _rays(self) -> tuple[Ray, ...]:
        found = self._found.get("RayOffset", [])
        if len(found) > MOST_RAYS:
            raise BadMission(f"a mission asks for {len(found):,} rays; the most is {MOST_RAYS:,}")
        return tuple(
            Ray(*(_attribute(ray, key, float) for key in ("pitch", "yaw", "distance"))) for ray in found
        )

    def _placement(self) -> Placement | None:
        element = self._one("Placement")
        if element is None:
            return None
        return Placement(*(_attribute(element, key, float) for key in ("x", "y", "z", "yaw", "pitch")))

    def _carried(self) -> tuple[Carried, ...]:
        return tuple(map(_carried, self._found.get("InventoryObject", [])[:100]))


def _carried(element: ElementTree.Element) -> Carried:
    slot, quantity = _attribute(element, "slot", int), _attribute(element, "quantity", int, 1)
    item = element.get("type", "")
    if not 0 <= slot <= 40 or not 1 <= quantity <= 64 or not item.isidentifier() or len(item) > 60:
        raise BadMission(
            f"a mission begins with {quantity} {brief(item)} in slot {slot}; expected 1 to 64 of an item in "
            "slot 0 to 40"
        )
    return Carried(slot, item, quantity, _attribute(element, "metadata", int, 0))


def _attribute(
    element: ElementTree.Element, name: str, kind: Callable[[str], _T], default: _T | None = None
) -> _T:
    text = element.get(name)
    return default if text is None and default is not None else _number(text or "", kind, name)


def _number(text: str, kind: Callable[[str], _T], name: str) -> _T:
    wrong = BadMission(f"a mission has {name} {brief(text)}; expected a number")
    try:
        value = kind(text.strip()[:40])
    except ValueError:
        raise wrong from None
    if not abs(value) <= FARTHEST:
        raise wrong
    return value
