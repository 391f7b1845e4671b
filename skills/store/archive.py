"""A library as one file: a zip archive that is the same bytes for the same library.

``library.json`` inside lists every other member with its hash:
``{"schema": 1, "game": "crafter", "files": {"collect_wood/v1/DONE": "<sha256>", ...}}``.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import uuid
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from envs.text import counted
from skills.errors import LibraryConflict, LibraryDamaged
from skills.files import flush_folder, sha256, to_json, write_atomically, write_flushed
from skills.rewards.preference_model import PreferenceModel
from skills.store.check import (
    GRAPH,
    GUARD,
    RETIRED,
    SKILL_NAME,
    STRATEGIES,
    VERSION_NAME,
    library_problems,
)
from skills.store.lock import writing
from skills.store.version_folder import (
    DONE_FILE,
    POLICY,
    PREFERENCE,
    STATS,
    TEMPORARY,
    VersionFolder,
    parse_manifest,
    parse_object,
    parse_skill,
    skill_preference_hash,
)

ARCHIVE_SCHEMA = 1
CONTENTS = "library.json"
MAX_MEMBERS = 50_000
MAX_FILE_BYTES = 256 * 2**20
MAX_TOTAL_BYTES = 2 * 2**30

_MEMBER = re.compile(
    rf"{re.escape(CONTENTS)}|{re.escape(GRAPH)}|{re.escape(GUARD)}|{re.escape(STRATEGIES)}|[a-z][a-z0-9_]*/({re.escape(RETIRED)}|v[1-9][0-9]*/[A-Za-z][A-Za-z0-9_.]*)"
)
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


def export_library(folder: Path, game: str, path: Path) -> None:
    """Write every finished version with statistics and retirements, graph, guard and strategies as one file.

    Raises:
        LibraryDamaged: the library has problems; they are listed and nothing is written.
        LibraryNotWritable: `path` cannot be written; what was there is unchanged.
    """
    problems = library_problems(folder, game)
    if problems:
        listed = "; ".join(f"{problem.path}: {problem.message}" for problem in problems[:5])
        raise LibraryDamaged(
            f"{folder} is not exported, it has {counted(len(problems), 'problem')}: {listed}"
        )
    files = _library_files(folder)
    hashes = {name: sha256(content) for name, content in files.items()}
    files[CONTENTS] = to_json({"schema": ARCHIVE_SCHEMA, "game": game, "files": hashes})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.external_attr = 0o644 << 16
            archive.writestr(member, files[name], zipfile.ZIP_DEFLATED)
    with writing(path.parent):
        write_atomically(path, buffer.getvalue())


def import_library(folder: Path, game: str, path: Path) -> ImportReport:
    """Add the versions of an exported file; the caller holds the library's lock.

    Everything is read and checked before anything is installed. A version that is there already must be
    the same; a graph, a guard and strategies that are there already are kept. When installing fails, what
    was installed is removed again; a crash leaves whole versions only, and importing once more
    completes them.

    Raises:
        LibraryDamaged: the file is no archive of a library, too large, or not what its hashes say.
        LibraryConflict: it is of another game, or has different content for a version that exists.
        LibraryNotWritable: the library cannot be written.
    """
    files = _checked_files(path, game)
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


def _library_files(folder: Path) -> dict[str, bytes]:
    paths = [folder / GRAPH, folder / GUARD, folder / STRATEGIES]
    for skill in sorted(folder.iterdir()) if folder.is_dir() else []:
        if not (SKILL_NAME.fullmatch(skill.name) and skill.is_dir()):
            continue
        paths.append(skill / RETIRED)
        for version in sorted(path for path in skill.iterdir() if VERSION_NAME.fullmatch(path.name)):
            paths += [version / name for name in (*VersionFolder(version).manifest(), DONE_FILE, STATS)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def _checked_files(path: Path, game: str) -> dict[str, bytes]:
    files = _read_members(path)
    where = f"{CONTENTS} of {path.name}"
    if CONTENTS not in files:
        raise LibraryDamaged(f"{path.name} is no exported library: it has no {CONTENTS}")
    head = parse_object(files.pop(CONTENTS), where)
    schema, hashes = head.get("schema"), head.get("files")
    if not isinstance(schema, int) or schema > ARCHIVE_SCHEMA:
        raise LibraryDamaged(
            f"{where} has schema {schema!r}; this version reads up to {ARCHIVE_SCHEMA}: update journeyman"
        )
    if head.get("game") != game:
        raise LibraryConflict(f"{path.name} is a library of {head.get('game')!r}; this one is of {game!r}")
    if not isinstance(hashes, dict) or set(hashes) != set(files):
        raise LibraryDamaged(f"{where} does not list exactly the files of the archive; export it again")
    for name, content in files.items():
        if sha256(content) != hashes[name]:
            raise LibraryDamaged(f"{name} in {path.name} is not what its hash says; get the file again")
    return files


def _read_members(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members, path.name)
            return {member.filename: _read(archive, member, path.name) for member in members}
    except OSError as error:
        raise LibraryDamaged(f"{path} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise LibraryDamaged(
            f"{path.name} is not a readable zip archive: {error}; get the file again"
        ) from error


def _check_members(members: list[zipfile.ZipInfo], label: str) -> None:
    if len(members) > MAX_MEMBERS:
        raise LibraryDamaged(f"{label} has {len(members)} files; at most {MAX_MEMBERS} are taken")
    if sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
        raise LibraryDamaged(f"{label} unpacks to more than {MAX_TOTAL_BYTES // 2**20} MiB")
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if not _MEMBER.fullmatch(name) or stat.S_ISLNK(member.external_attr >> 16):
            raise LibraryDamaged(
                f"{label} has a member {name!r} that belongs to no library; nothing is imported"
            )
        if name in seen:
            raise LibraryDamaged(f"{label} has two members {name!r}; nothing is imported")
        seen.add(name)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str) -> bytes:
    with archive.open(member) as file:
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise LibraryDamaged(f"{member.filename} in {label} is larger than {MAX_FILE_BYTES // 2**20} MiB")
    return content


def _by_version(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """``skill/vN`` -> file name -> content; each checked against its own manifest."""
    versions: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        label, _, name = path.rpartition("/")
        if "/" in label:
            versions.setdefault(label, {})[name] = content
    for label, version in versions.items():
        if DONE_FILE not in version:
            raise LibraryDamaged(f"{label} in the archive is half-written (no {DONE_FILE}); export it again")
        manifest = parse_manifest(version[DONE_FILE], f"{label}/{DONE_FILE}")
        found = {name: sha256(data) for name, data in version.items() if name not in (DONE_FILE, STATS)}
        if found != manifest:
            raise LibraryDamaged(f"{label} in the archive is not what its {DONE_FILE} says; export it again")
        skill = parse_skill(version["skill.json"], f"{label}/skill.json")
        fits = skill.policy.sha256 == manifest.get(POLICY, "")
        fits &= skill_preference_hash(skill) == manifest.get(PREFERENCE, "")
        if f"{skill.name}/v{skill.version}" != label or not fits:
            raise LibraryDamaged(f"{label}/skill.json does not fit its folder; export it again")
        if PREFERENCE in version:
            PreferenceModel.from_bytes(version[PREFERENCE], f"{label}/{PREFERENCE}")
    return versions


def _compare(
    folder: Path, versions: Mapping[str, Mapping[str, bytes]], path: Path
) -> tuple[list[str], list[str]]:
    installed, present, different = [], [], []
    for label in sorted(versions):
        if not (folder / label).exists():
            installed.append(label)
        elif (folder / label / DONE_FILE).read_bytes() == versions[label][DONE_FILE]:
            present.append(label)
        else:
            different.append(label)
    if different:
        raise LibraryConflict(
            f"{path.name} has different content for {', '.join(different)}; nothing is imported: "
            "import it into another folder with --library"
        )
    return installed, present


def _install(folder: Path, versions: Mapping[str, Mapping[str, bytes]], extra: Mapping[str, bytes]) -> None:
    staging = folder / f"{TEMPORARY}import-{uuid.uuid4().hex[:8]}"
    done: list[Path] = []
    try:
        for label, content in versions.items():
            (staging / label).mkdir(parents=True)
            for name, data in content.items():
                write_flushed(staging / label / name, data)
            flush_folder(staging / label)
        for label in versions:
            (folder / label).parent.mkdir(exist_ok=True)
            os.rename(staging / label, folder / label)
            done.append(folder / label)
            flush_folder((folder / label).parent)
        for name, data in extra.items():
            write_atomically(folder / name, data)
            done.append(folder / name)
    except BaseException:
        for path in done:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        for label in versions:
            with suppress(OSError):  # another version, or what was there before, is in the skill's folder
                (folder / label).parent.rmdir()
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
