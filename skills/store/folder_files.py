"""A library's files in a folder as a mapping from paths to contents, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from skills.errors import LibraryDamaged
from skills.store.layout import (
    DONE_FILE,
    GAME_FILES,
    SKILL_FILES,
    SKILL_NAME,
    VERSION_FILES,
    VERSION_NAME,
    size_limit,
)


class FolderFiles(Mapping[str, bytes]):
    """Every file of the finished versions in a game's folder, and those beside them.

    Args:
        folder: the game's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths = tuple(_paths(folder))
        self._known = frozenset(self._paths)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, path: object) -> bool:
        return path in self._known

    def __getitem__(self, path: str) -> bytes:
        """A file's content. Raises `LibraryDamaged` for one that cannot be read or is too large."""
        if path not in self._known:
            raise KeyError(path)
        return read_file(self._folder / path, path, size_limit(path) or 0)


def read_file(path: Path, label: str, limit: int) -> bytes:
    """A file of at most `limit` bytes. Raises `LibraryDamaged`, with `label` in the message."""
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError as error:
        raise LibraryDamaged(f"{label} is missing; restore it or remove the version") from error
    except OSError as error:
        raise LibraryDamaged(f"{label} cannot be read: {error.strerror}") from error
    if len(content) > limit:
        raise LibraryDamaged(f"{label} is larger than {limit:,} bytes; restore it or remove it")
    return content


def _paths(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        return
    yield from (name for name in GAME_FILES if (folder / name).exists())
    for skill in sorted(
        path for path in folder.iterdir() if SKILL_NAME.fullmatch(path.name) and path.is_dir()
    ):
        yield from (f"{skill.name}/{name}" for name in SKILL_FILES if (skill / name).exists())
        for version in sorted(path for path in skill.iterdir() if VERSION_NAME.fullmatch(path.name)):
            if (version / DONE_FILE).is_file():
                where = f"{skill.name}/{version.name}"
                yield from (f"{where}/{name}" for name in VERSION_FILES if (version / name).exists())
