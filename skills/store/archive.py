"""A library as one file: a zip archive that is the same bytes for the same library.

``library.json`` inside lists every other member with its hash:
``{"schema": 1, "game": "crafter", "files": {"collect_wood/v1/DONE": "<sha256>", ...}}``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from envs.disk import Written
from envs.reading import read_file
from envs.text import brief
from skills.errors import LibraryConflict, LibraryDamaged, LibraryNotWritable
from skills.files import sha256, to_json, write_atomically
from skills.store.change import Change
from skills.store.check import PlannersCheck, Problem, files_problems, json_only, library_problems
from skills.store.folder_files import FolderFiles
from skills.store.layout import DONE_FILE, GRAPH, GUARD, RETIRED, STRATEGIES, size_limit
from skills.store.lock import writing
from skills.store.version_folder import parse_object, require_schema
from skills.zip_members import Limits, read_members

ARCHIVE_SCHEMA = 1
CONTENTS = "library.json"
MAX_CONTENTS_BYTES = 16 * 2**20
MAX_MEMBERS = 50_000
MAX_FILE_BYTES = 64 * 2**20
"""Of any file; most kinds of files have smaller limits, see `skills.store.layout`."""
MAX_TOTAL_BYTES = 2**30
MAX_LISTED = 20
"""Problems that a message lists; how many more there are is said."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        installed: versions added, as ``skill/vN``.
        present: versions that were there already with the same content.
        graph: ``installed``, ``kept`` (the library has a graph of its own) or ``absent``.
    """

    installed: tuple[str, ...]
    present: tuple[str, ...]
    graph: str


def export_library(folder: Path, game: str, path: Path, check: PlannersCheck = json_only) -> None:
    """Write every finished version with statistics and retirements, graph, guard and strategies as one file.

    Args:
        folder: the game's folder.
        game: registry name.
        path: file to write.
        check: of the graph and of evidence.

    Raises:
        LibraryDamaged: the library has problems; they are listed and nothing is written.
        LibraryNotWritable: `path` cannot be written; what was there is unchanged.
    """
    problems = library_problems(folder, game, check)
    if problems:
        raise LibraryDamaged(f"{folder} is not exported, it has {_listed(problems)}")
    files = dict(FolderFiles(folder))
    hashes = {name: sha256(content) for name, content in files.items()}
    files[CONTENTS] = to_json({"schema": ARCHIVE_SCHEMA, "game": game, "files": hashes})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.external_attr = 0o644 << 16
            archive.writestr(member, files[name], zipfile.ZIP_DEFLATED)
    try:
        write_atomically(path, buffer.getvalue())
    except OSError as error:
        raise LibraryNotWritable(
            f"cannot write {str(path)!r}: {error.strerror or error}; make room, or name a file elsewhere "
            "(what was there before is unchanged)"
        ) from error


def read_archive(path: Path, game: str, check: PlannersCheck = json_only) -> dict[str, bytes]:
    """The files of an exported library, all read and checked as `skills.store.check` does it for one in use.

    Raises:
        LibraryDamaged: the file is no archive of a library, too large, not what its hashes say, or the
            library in it has problems; the message lists them.
        LibraryConflict: it is of another game.
    """
    files = _checked_files(path, game)
    problems = files_problems(files, game, check)
    if problems:
        raise LibraryDamaged(f"{path.name} is not imported, it has {_listed(problems)}")
    return files


def import_library(folder: Path, files: Mapping[str, bytes], path: Path) -> ImportReport:
    """Add the versions of `read_archive`'s files from `path`; the caller holds the library's lock.

    A version that is there already must be
    the same; a graph, a guard and strategies that are there already are kept. Everything is installed or
    nothing is; what a kill left half-way is completed by the next write to the library.

    Raises:
        LibraryConflict: there is different content for a version that exists.
        LibraryNotWritable: the library cannot be written.
    """
    versions = _by_version(files)
    installed, present = _compare(folder, versions, path)
    graph = "absent" if GRAPH not in files else "kept" if (folder / GRAPH).exists() else "installed"
    extra = {GRAPH: files[GRAPH]} if graph == "installed" else {}
    for name in (GUARD, STRATEGIES):
        if name in files and not (folder / name).exists():
            extra[name] = files[name]
    for skill in sorted({label.partition("/")[0] for label in installed}):
        if f"{skill}/{RETIRED}" in files and not (folder / skill).exists():
            extra[f"{skill}/{RETIRED}"] = files[f"{skill}/{RETIRED}"]
    with writing(folder):
        _install(folder, {label: versions[label] for label in installed}, extra)
    return ImportReport(tuple(installed), tuple(present), graph)


def _listed(problems: list[Problem]) -> str:
    listed = "; ".join(f"{problem.path}: {problem.message}" for problem in problems[:MAX_LISTED])
    more = f"; and {len(problems) - MAX_LISTED} more" if len(problems) > MAX_LISTED else ""
    plural = "" if len(problems) == 1 else "s"
    return f"{len(problems)} problem{plural}: {listed}{more}"


def _checked_files(path: Path, game: str) -> dict[str, bytes]:
    limits = Limits(members=MAX_MEMBERS, total_bytes=MAX_TOTAL_BYTES, of=_limit)
    try:
        files = read_members(path, path.name, limits)
    except LibraryDamaged as error:
        raise LibraryDamaged(f"{error}; nothing is imported") from error
    where = f"{CONTENTS} of {path.name}"
    if CONTENTS not in files:
        raise LibraryDamaged(f"{path.name} is no exported library: it has no {CONTENTS}")
    head = parse_object(files.pop(CONTENTS), where)
    require_schema(head, ARCHIVE_SCHEMA, where)
    hashes = head.get("files")
    if head.get("game") != game:
        raise LibraryConflict(
            f"{path.name} is a library of {brief(head.get('game'))}; this one is of {game!r}: name the game "
            "with --game"
        )
    if not isinstance(hashes, dict) or set(hashes) != set(files):
        raise LibraryDamaged(f"{where} does not list exactly the files of the archive; export it again")
    for name, content in files.items():
        if sha256(content) != hashes[name]:
            raise LibraryDamaged(f"{name} in {path.name} is not what its hash says; get the file again")
    return files


def _limit(name: str) -> int | None:
    limit = MAX_CONTENTS_BYTES if name == CONTENTS else size_limit(name)
    return None if limit is None else min(limit, MAX_FILE_BYTES)


def _by_version(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """``skill/vN`` -> file name -> content."""
    versions: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        label, _, name = path.rpartition("/")
        if "/" in label:
            versions.setdefault(label, {})[name] = content
    return versions


def _compare(
    folder: Path, versions: Mapping[str, Mapping[str, bytes]], path: Path
) -> tuple[list[str], list[str]]:
    installed, present, different = [], [], []
    for label in sorted(versions):
        if not (folder / label).exists():
            installed.append(label)
        elif _done(folder / label) == versions[label][DONE_FILE]:
            present.append(label)
        else:
            different.append(label)
    if different:
        raise LibraryConflict(
            f"{path.name} has different content for {', '.join(different)}; nothing is imported: "
            "import it into another folder with --library"
        )
    return installed, present


def _done(folder: Path) -> bytes:
    """What lists a version's files; empty when it cannot be read."""
    try:
        return read_file(folder / DONE_FILE)
    except OSError:
        return b""


def _install(folder: Path, versions: Mapping[str, Mapping[str, bytes]], extra: Mapping[str, bytes]) -> None:
    with Change(folder) as change:
        for label, content in versions.items():
            change.install(folder / label, content, Written.IMPORT)
        for name, data in extra.items():
            change.write(folder / name, data, Written.IMPORT)
