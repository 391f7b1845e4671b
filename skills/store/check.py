"""Finds all problems of a library on disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skills.code.policy_code import PolicyOverSkillsFunction
from skills.code.source_check import check_source
from skills.errors import CodeRejected, LibraryDamaged
from skills.files import UNFINISHED
from skills.rewards.preference_model import PreferenceModel
from skills.skill import Skill
from skills.store.change import CHANGE, TEMPORARY
from skills.store.lock import HOLDER, LOCK
from skills.store.version_folder import (
    DONE_FILE,
    POLICY,
    PREFERENCE,
    STATS,
    VersionFolder,
    parse_object,
    skill_preference_hash,
)

GRAPH = "graph.json"
GUARD = "guard.json"
STRATEGIES = "strategies.json"
RETIRED = "retired.json"
README = "README.md"
SKILL_NAME = re.compile(r"[a-z][a-z0-9_]*")
VERSION_NAME = re.compile(r"v[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a library.

    Attributes:
        path: file or folder, relative to the game's folder.
        message: what is wrong and what to do.
    """

    path: str
    message: str


def library_problems(folder: Path, game: str) -> list[Problem]:
    """Hash and read every file of a game's library; sorted by path, empty when all is in order.

    Args:
        folder: the game's folder; one that does not exist is an empty library.
        game: the game's name, which every record must carry.
    """
    if not folder.is_dir():
        return []
    return sorted(_folder_problems(folder, game), key=lambda problem: (problem.path, problem.message))


def _folder_problems(folder: Path, game: str) -> Iterator[Problem]:
    for path in folder.iterdir():
        if path.name in (GRAPH, GUARD):
            yield from _json_problems(path, path.name)
        elif path.name == STRATEGIES:
            yield from _strategy_problems(path)
        elif SKILL_NAME.fullmatch(path.name) and path.is_dir():
            yield from _skill_problems(path, game)
        elif path.name not in (LOCK, HOLDER, CHANGE, README) and not _left_by_a_kill(path):
            yield _stray(path.name)


def _skill_problems(folder: Path, game: str) -> Iterator[Problem]:
    for path in folder.iterdir():
        where = f"{folder.name}/{path.name}"
        if path.name == RETIRED:
            yield from _json_problems(path, where)
        elif _left_by_a_kill(path):
            continue
        elif not (VERSION_NAME.fullmatch(path.name) and path.is_dir()):
            yield _stray(where)
        elif not VersionFolder(path).complete:
            yield Problem(where, f"half-written (no {DONE_FILE}); ignored, and removed at the next write")
        else:
            yield from _version_problems(VersionFolder(path), where, game)


def _version_problems(version: VersionFolder, where: str, game: str) -> Iterator[Problem]:
    try:
        manifest = version.manifest()
    except LibraryDamaged as error:
        yield Problem(f"{where}/{DONE_FILE}", str(error))
        return
    for name in manifest:
        try:
            version.read(name)
        except LibraryDamaged as error:
            yield Problem(f"{where}/{name}", str(error))
    for path in version.path.iterdir():
        if path.name not in {*manifest, DONE_FILE, STATS} and not _left_by_a_kill(path):
            yield _stray(f"{where}/{path.name}")
    yield from _record_problems(version, where, game)


def _record_problems(version: VersionFolder, where: str, game: str) -> Iterator[Problem]:
    try:
        version.use()
    except LibraryDamaged as error:
        yield Problem(f"{where}/{STATS}", str(error))
    try:
        skill = version.skill()
    except LibraryDamaged as error:
        if "has changed" not in str(error) and "is missing" not in str(error):
            yield Problem(f"{where}/skill.json", str(error))
        return
    if skill.game != game:
        yield Problem(f"{where}/skill.json", f"a skill of {skill.game!r} in the library of {game!r}; move it")
    digest = version.manifest().get(POLICY, "")
    if digest != skill.policy.sha256:
        yield _hash_problem(f"{where}/{POLICY}", skill.policy.sha256, digest)
    yield from _preference_problems(version, skill, f"{where}/{PREFERENCE}")


def _preference_problems(version: VersionFolder, skill: Skill, where: str) -> Iterator[Problem]:
    """A file of preferences that the record does not match, or that cannot be read."""
    expected, found = skill_preference_hash(skill), version.manifest().get(PREFERENCE, "")
    if expected != found:
        yield _hash_problem(where, expected, found)
    elif found:
        try:
            PreferenceModel.from_bytes(version.read(PREFERENCE), f"{PREFERENCE} of {version.label}")
        except LibraryDamaged as error:
            if "has changed" not in str(error) and "is missing" not in str(error):
                yield Problem(where, str(error))


def _hash_problem(where: str, expected: str, found: str) -> Problem:
    message = f"the record says sha256 {expected or 'none'}, {DONE_FILE} says {found or 'none'}"
    return Problem(where, f"{message}; restore the version or remove it")


def _json_problems(path: Path, where: str) -> Iterator[Problem]:
    try:
        parse_object(path.read_bytes(), where)
    except LibraryDamaged as error:
        yield Problem(where, str(error))
    except OSError as error:
        yield Problem(where, f"cannot be read: {error.strerror}")


def _strategy_problems(path: Path) -> Iterator[Problem]:
    """Policies over skills that are not of the form expected, or whose code cannot be loaded."""
    if problems := list(_json_problems(path, path.name)):
        yield from problems
        return
    entries = parse_object(path.read_bytes(), path.name).get("strategies")
    listed: dict[str, Any] = entries if isinstance(entries, dict) else {"strategies": None}
    for name, entry in listed.items():
        try:
            check_source(
                "\n".join(entry["source"]),
                PolicyOverSkillsFunction.ENTRY,
                PolicyOverSkillsFunction.PARAMETERS,
            )
            missing = sorted({"task", "goal", "skills", "answer_id"} - set(entry))
        except CodeRejected as error:
            yield Problem(path.name, f"{name}: {error}")
        except (TypeError, KeyError):
            yield Problem(path.name, f"{name}: no policy over skills with its code; remove it")
        else:
            if missing:
                yield Problem(path.name, f"{name}: {', '.join(missing)} missing; remove it")


def _left_by_a_kill(path: Path) -> bool:
    """Whether this was being written when a process died; it is never read, and removed at the next write."""
    return path.match(UNFINISHED) or (path.name.startswith(TEMPORARY) and path.is_dir())


def _stray(where: str) -> Problem:
    return Problem(where, "not part of a library; remove it")
