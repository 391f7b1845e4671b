"""Checks of what MineDojo needs: the side environment, its packages, and an engine to talk to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from agent.finding import Check, Health
from envs.errors import MissingDependency
from envs.minecraft.package.place import SETUP, find_side
from envs.minecraft.package.recipe import SHOWN
from envs.minecraft.package.report import (
    JAVA,
    SideReport,
    is_java_eight,
    java_version,
    look,
)
from envs.minecraft.wire.probe import probe, read_address

REAL_ENGINE = "only Minecraft itself needs it"


def examine_minecraft(
    folder: Path | None = None, engine: str | None = None, *, thorough: bool = False
) -> Iterator[Check]:
    """All checks, one after the other, so that they can be shown as they end.

    Args:
        folder: of the side environment; the usual one when None.
        engine: ``HOST:PORT`` of an engine that is to answer; None where none is named.
        thorough: also import the package and make a task, which takes about ten seconds.
    """
    found: list[SideReport] = []
    yield side_environment(folder, found, thorough=thorough)
    yield from map(_packages, found)
    yield program("Xvfb", ("Xvfb", "xvfb-run"), "install it, such as: apt-get install xvfb")
    yield java()
    yield from map(_jar, found)
    yield engine_answers(engine)


def side_environment(folder: Path | None, found: list[SideReport], *, thorough: bool = False) -> Check:
    """Whether there is a whole side environment; what is in it goes into `found`."""
    name = "side environment"
    try:
        side = find_side(folder)
        found.append(look(side.python, thorough=thorough))
    except MissingDependency as error:
        detail = str(error).removesuffix(f": {SETUP}")  # the remedy says so
        return Check(name=name, health=Health.MISSING, detail=detail, remedy=SETUP)
    tried = ", imports and makes a task" if thorough else ""
    return Check(
        name=name, health=Health.OK, detail=f"in {str(side.folder)!r}, Python {found[0].python}{tried}"
    )


def _packages(report: SideReport) -> Check:
    versions = ", ".join(f"{name} {report.versions.get(name, 'missing')}" for name in SHOWN)
    shims = f"shims: {', '.join(report.shims)}" if report.shims else "no shims needed"
    return Check(name="packages", health=Health.OK, detail=f"{versions}; {shims}")


def _jar(report: SideReport) -> Check:
    name = "engine"
    if report.jar is not None:
        return Check(name=name, health=Health.OK, detail=f"built: {str(report.jar)!r}")
    return Check(
        name=name,
        health=Health.OPTIONAL,
        detail=f"MalmoMod-0.37.0-fat.jar is not built; {REAL_ENGINE}",
        remedy="attach to an engine in a container (docs/minecraft-engine.md), or play in the block world",
    )


def program(name: str, programs: tuple[str, ...], remedy: str) -> Check:
    """Whether programs are on the path that only Minecraft itself needs."""
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return Check(name=name, health=Health.OK, detail=str(shutil.which(programs[0])))
    detail = f"{', '.join(missing)} not found; {REAL_ENGINE}, where there is no screen"
    return Check(name=name, health=Health.OPTIONAL, detail=detail, remedy=remedy)


def java(version_of: Callable[[], str | None] = java_version) -> Check:
    """Whether the Java on the path is the one that Minecraft 1.11.2 needs."""
    name, remedy = f"Java {JAVA}", f"install a JDK {JAVA} and put it first on the path"
    try:
        version = version_of()
    except OSError as error:
        version = f"that cannot be run ({error.strerror})"
    if version is not None and is_java_eight(version):
        return Check(name=name, health=Health.OK, detail=version)
    found = "no java" if version is None else f"java {version}"
    return Check(name=name, health=Health.OPTIONAL, detail=f"{found} found; {REAL_ENGINE}", remedy=remedy)


def engine_answers(engine: str | None) -> Check:
    """Whether an engine answers where one was named, and which."""
    name = "engine that runs"
    if engine is None:
        return Check(
            name=name,
            health=Health.OPTIONAL,
            detail="none named",
            remedy="name one with --engine HOST:PORT to see whether it answers",
        )
    try:
        address = read_address(engine)
        found = probe(address)
    except MissingDependency as error:
        return Check(name=name, health=Health.MISSING, detail=str(error), remedy="see the message")
    return Check(name=name, health=Health.OK, detail=f"{found.name} at {address}, Malmo {found.version}")
