"""Finds all problems of a library, whether it lies in a folder or is still in an archive.

`files_problems` examines a library given as files; importing, verifying and exporting all go through it, so
that nothing is installed that verifying would complain about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from envs.text import plain
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected, LibraryDamaged
from skills.files import UNFINISHED
from skills.store.chain_check import broken_chains
from skills.store.change import CHANGE, TEMPORARY
from skills.store.folder_files import FolderFiles
from skills.store.game_files import guard_problems, policies_problems, retirement_problems
from skills.store.layout import (
    DONE_FILE,
    EVIDENCE,
    GRAPH,
    GUARD,
    REACHED,
    README,
    RETIRED,
    SKILL_NAME,
    STRATEGIES,
    VERSION_FILES,
    VERSION_NAME,
)
from skills.store.lock import HOLDER, LOCK
from skills.store.version_check import VersionCheck
from skills.store.version_folder import parse_object
from skills.store.vocabulary import Vocabulary, vocabulary

LONGEST_PROBLEM = 1000

PlannersCheck: TypeAlias = Callable[[str, bytes, str], Iterable[str]]
"""What is wrong with a file that planners write, the graph or evidence: its name, its content and the game
in, sentences out. This layer cannot read them; see `planners.graph.library_check`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a library.

    Attributes:
        path: file or folder, relative to the game's folder.
        message: what is wrong and what to do.
    """

    path: str
    message: str


def json_only(name: str, content: bytes, game: str) -> Iterator[str]:
    """The `PlannersCheck` of who has no planners: whether the file is a JSON object at all."""
    parse_object(content, name)
    yield from ()


def library_problems(folder: Path, game: str, check: PlannersCheck = json_only) -> list[Problem]:
    """Hash and read every file of a game's library; sorted by path, empty when all is in order.

    Args:
        folder: the game's folder; one that does not exist is an empty library.
        game: the game's name, which every record must carry.
        check: of the graph and of evidence.

    Raises:
        SandboxUnavailable: there is code to be loaded, and the sandbox does not work.
    """
    if not folder.is_dir():
        return []
    return _sorted([*_stray_problems(folder), *files_problems(FolderFiles(folder), game, check)])


def files_problems(files: Mapping[str, bytes], game: str, check: PlannersCheck = json_only) -> list[Problem]:
    """Everything that is wrong with a library given as files, by their paths from the game's folder.

    Records, hashes, copies for people, statistics, evidence, weights, preferences, code (which is loaded in
    the sandbox), guard, policies over skills, retirements and the graph are examined, against the game's
    facts and actions where the game is known. Raises as `library_problems`.
    """
    known = vocabulary(game)
    found: list[Problem] = []
    with Sandbox() as sandbox:
        for path in sorted(set(files) & {GRAPH, GUARD, STRATEGIES}):
            found += _file_problems(files, path, known, sandbox, check)
        for label in sorted({path.rpartition("/")[0] for path in files if path.count("/") == 2}):
            names = [name for name in VERSION_FILES if f"{label}/{name}" in files]
            version = VersionCheck(label, _Part(files, label, names), known, sandbox)
            found += [
                Problem(f"{label}/{name}" if name else label, text) for name, text in version.problems()
            ]
            if EVIDENCE in names:
                found += _file_problems(files, f"{label}/{EVIDENCE}", known, sandbox, check)
        found += [Problem(path, text) for path, text in broken_chains(files)]
        for path in sorted(path for path in files if path.count("/") == 1):
            found += _file_problems(files, path, known, sandbox, check)
    return _sorted(found)


class _Part(dict[str, bytes]):
    """The files of one version by their names."""

    def __init__(self, files: Mapping[str, bytes], label: str, names: Iterable[str]) -> None:
        super().__init__()
        self.unreadable: dict[str, str] = {}
        for name in names:
            try:
                self[name] = files[f"{label}/{name}"]
            except LibraryDamaged as error:
                self.unreadable[name] = str(error)


def _file_problems(
    files: Mapping[str, bytes], path: str, known: Vocabulary, sandbox: Sandbox, check: PlannersCheck
) -> Iterator[Problem]:
    """What is wrong with a file that belongs to no version, or is the planners'."""
    name = path.rpartition("/")[2]
    try:
        content = files[path]
        found: Iterable[str]
        if name == GUARD:
            found = guard_problems(content, known, sandbox)
        elif name == STRATEGIES:
            found = policies_problems(content, known, sandbox)
        elif name == RETIRED:
            found = retirement_problems(content, path)
        else:
            found = check(name, content, known.game)
        for text in found:
            yield Problem(path, text)
    except (LibraryDamaged, CodeRejected) as error:
        yield Problem(path, str(error))


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    shown = {Problem(problem.path, plain(problem.message, LONGEST_PROBLEM)) for problem in problems}
    return sorted(shown, key=lambda problem: (problem.path, problem.message))


def _stray_problems(folder: Path) -> Iterator[Problem]:
    """Files and folders that have no place in a library, and versions that were not written to their end."""
    for path in folder.iterdir():
        if SKILL_NAME.fullmatch(path.name) and path.is_dir():
            yield from _stray_skill_problems(path)
        elif path.name not in (
            GRAPH,
            GUARD,
            STRATEGIES,
            LOCK,
            HOLDER,
            CHANGE,
            REACHED,
            README,
        ) and not _left_by_a_kill(path):
            yield _stray(path.name)


def _stray_skill_problems(folder: Path) -> Iterator[Problem]:
    for path in folder.iterdir():
        where = f"{folder.name}/{path.name}"
        if path.name == RETIRED:
            continue
        if _left_by_a_kill(path):
            continue
        if not (VERSION_NAME.fullmatch(path.name) and path.is_dir()):
            yield _stray(where)
        elif not (path / DONE_FILE).is_file():
            yield Problem(where, f"half-written (no {DONE_FILE}); ignored, and removed at the next write")
        else:
            for file in path.iterdir():
                if file.name not in VERSION_FILES and not _left_by_a_kill(file):
                    yield _stray(f"{where}/{file.name}")


def _left_by_a_kill(path: Path) -> bool:
    """Whether this was being written when a process died; it is never read, and removed at the next write."""
    return path.match(UNFINISHED) or (path.name.startswith(TEMPORARY) and path.is_dir())


def _stray(where: str) -> Problem:
    return Problem(where, "not part of a library; remove it")
