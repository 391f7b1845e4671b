"""A change to several files and folders: all of it happens or nothing, whenever the process is killed.

Everything is written under hidden names first. Then a record of the renames still to be made, `CHANGE`, is
put into the library's folder: from that moment the change counts. Then the renames are made and the record
goes. Whoever takes the library's lock next makes those that a killed process left (`complete`). A change of
one file or folder needs no record: its rename is the change.
"""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from envs import disk
from envs.disk import Written
from envs.json_text import parsed
from envs.reading import read_file
from skills.errors import LibraryDamaged
from skills.files import to_json, write_atomically

CHANGE = ".change.json"
"""The record: ``{"schema": 1, "renames": [[what, hidden name, name], ...]}``, relative to its folder."""
SCHEMA = 1
LARGEST_RECORD = 2**25
TEMPORARY = ".tmp-"
"""How the names of unfinished folders begin."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Rename:
    what: Written
    source: Path
    target: Path


class Change:
    """A change under way; a context manager that makes it at the end of the block, unless an error ends it.

    The caller holds the library's lock. Files outside of the library, such as those of a run, may be part of
    the change.

    Args:
        folder: the library's folder of one game; it must be there.

    Attributes:
        versions: newest version of each skill that is added.
        retired: skills that are retired.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.versions: dict[str, int] = {}
        self.retired: set[str] = set()
        self._renames: list[_Rename] = []

    def write(self, path: Path, content: bytes, what: Written) -> None:
        """Have a file written, in place of one that is there. Raises `OSError`."""
        hidden = disk.temporary_name(path)
        self._renames.append(_Rename(what, hidden, path))
        disk.create(hidden, content, what, target=path)

    def install(self, path: Path, files: Mapping[str, bytes], what: Written) -> None:
        """Have a new folder with these files. Raises `OSError`; `path` must not be there."""
        disk.make_folder(path.parent, what)
        hidden = path.with_name(f"{TEMPORARY}{path.name}-{uuid.uuid4().hex[:8]}")
        self._renames.append(_Rename(what, hidden, path))
        disk.make_folder(hidden, what, new=True)
        for name, content in files.items():
            disk.create(hidden / name, content, what, target=path / name)
        disk.flush_folder(hidden, what)

    def commit(self) -> None:
        """Make the change.

        Raises:
            OSError: nothing has changed; or, where files that were there are part of it and some of them
                could be renamed and others not, the rest is renamed at the next write.
        """
        renames, self._renames = self._renames, []
        record = self.folder / CHANGE if len(renames) > 1 else None
        done: list[_Rename] = []
        replaced = False
        try:
            if record is not None:
                write_atomically(record, self._record(renames), Written.LIBRARY)
                disk.flush_folder(self.folder, Written.LIBRARY)
            for rename in renames:
                there = rename.target.exists()
                disk.rename(rename.source, rename.target, rename.what)
                replaced |= there
                done.append(rename)
        except BaseException as error:
            if record is not None and record.exists() and not isinstance(error, OSError):
                complete(self.folder)  # it counts already: an interruption does not end it half-way
            elif not replaced:
                for rename in done:
                    disk.rename(rename.target, rename.source, rename.what)
                if record is not None:
                    disk.remove(record, Written.LIBRARY)
                self._renames = renames
                self.abandon()
            raise
        _settle(renames, record)

    def abandon(self) -> None:
        """Remove what was written under hidden names."""
        for rename in self._renames:
            with suppress(OSError):
                if rename.source.is_dir():
                    disk.remove_folder(rename.source, rename.what)
                else:
                    disk.remove(rename.source, rename.what)
            if rename.target.parent.parent == self.folder:  # a skill's folder, empty without a version
                disk.remove_empty(rename.target.parent, rename.what)
        self._renames = []

    def _record(self, renames: list[_Rename]) -> bytes:
        folder = os.path.realpath(self.folder)
        names = [
            [rename.what, *(os.path.relpath(_real(path), folder) for path in (rename.source, rename.target))]
            for rename in renames
        ]
        return to_json({"schema": SCHEMA, "renames": names})

    def __enter__(self) -> Change:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make the change, or remove what was written for it."""
        if error is None:
            self.commit()
        else:
            self.abandon()


def complete(folder: Path) -> None:
    """Make the renames that a killed process left undone; the caller holds the library's lock.

    Raises:
        OSError: they cannot be made now.
        LibraryDamaged: the record is none that `Change` wrote.
    """
    record = folder / CHANGE
    try:
        renames = _parse(read_file(record, LARGEST_RECORD), folder)
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        raise LibraryDamaged(f"{record} is no record of a change ({error}); remove it") from error
    logger.warning("completing a change of %s that was cut off", folder)
    for rename in renames:
        if rename.source.exists():
            disk.rename(rename.source, rename.target, rename.what)
    _settle(renames, record)


def _settle(renames: list[_Rename], record: Path | None) -> None:
    """Flush the new names, then remove the record. The change has been made, so a failure is only noted."""
    try:
        for parent in dict.fromkeys(rename.target.parent for rename in renames):
            if parent.is_dir():  # a run's folder may have been removed
                disk.flush_folder(parent, Written.LIBRARY)
        if record is not None:
            disk.remove(record, Written.LIBRARY)
    except OSError as error:
        logger.warning("%s: %s", error.filename, error.strerror)


def _parse(content: bytes, folder: Path) -> list[_Rename]:
    data = parsed(content)
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema {data['schema']!r}, expected {SCHEMA}")
    found = []
    for what, source, target in data["renames"]:
        rename = _Rename(Written(what), _below(folder, source), _below(folder, target))
        hidden = (f".{rename.target.name}.", f"{TEMPORARY}{rename.target.name}-")
        if rename.source.parent != rename.target.parent or not rename.source.name.startswith(hidden):
            raise ValueError(f"{source!r} is no hidden name of {target!r}")
        found.append(rename)
    return found


def _below(folder: Path, name: str) -> Path:
    if not os.path.normpath(name).startswith(os.pardir):
        return folder / os.path.normpath(name)
    return Path(os.path.normpath(os.path.join(os.path.realpath(folder), name)))


def _real(path: Path) -> str:
    """Where a file lies, whatever links lead there: a library may be opened by another name next time."""
    return os.path.join(os.path.realpath(path.parent), path.name)
