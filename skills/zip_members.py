"""The one door for zip archives from elsewhere: members come out within limits, or the archive is refused.

Sizes are looked at before contents: how many members there are, what each says it unpacks to, and how that
compares with the archive. What is unpacked is counted again while it is read, since an archive may lie.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from envs.text import plain
from skills.errors import LibraryDamaged

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Compressions that are read. Others may ask for gigabytes before their first byte comes out."""

CHUNK_BYTES = 2**16
DIRECTORY_BYTES = 8 * 2**20
"""Largest table of contents that is read."""

FREE_BYTES = 16 * 2**20
"""Up to this total an archive may be packed as tightly as it likes."""

LONGEST_NAME = 100
ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an archive may hold.

    Attributes:
        members: most members.
        total_bytes: most bytes of all members together, unpacked.
        ratio: most bytes unpacked per byte of the archive, beyond `FREE_BYTES`.
        kind: what the archive should be, for messages.
        of: the most bytes that the member of a name may have; None for a name that belongs to no such
            archive.
    """

    members: int
    total_bytes: int
    of: Callable[[str], int | None]
    ratio: int = 100
    kind: str = "library"


def read_members(content: bytes | Path, label: str, limits: Limits) -> dict[str, bytes]:
    """All members of an archive by name.

    Args:
        content: the archive, or where it lies.
        label: what it is called in messages.
        limits: what it may hold.

    Raises:
        LibraryDamaged: it cannot be read, is damaged or encrypted, passes a limit, or has two members of one
            name, links, or members that belong to no such archive.
    """
    try:
        with content.open("rb") if isinstance(content, Path) else io.BytesIO(content) as file:
            size = file.seek(0, io.SEEK_END)
            with zipfile.ZipFile(_Careful(file, label)) as archive:
                members = archive.infolist()
                _check(members, label, limits, size)
                return {member.filename: _read(archive, member, label) for member in members}
    except LibraryDamaged:
        raise
    except zipfile.BadZipFile as error:
        raise _damaged(label, error) from error
    except OSError as error:
        if error.strerror:
            raise LibraryDamaged(
                f"{content if isinstance(content, Path) else label} cannot be read: {error.strerror}"
            ) from error
        raise _damaged(label, error) from error
    except (zlib.error, EOFError, MemoryError) as error:
        raise _damaged(label, error) from error
    except Exception as error:  # zipfile raises a dozen kinds more for fields that make no sense
        raise _damaged(label, error) from error


def _damaged(label: str, error: BaseException) -> LibraryDamaged:
    reason = plain(error, 200) or type(error).__name__
    return LibraryDamaged(f"{label} is not a readable zip archive: {reason}; get the file again")


def _check(members: list[zipfile.ZipInfo], label: str, limits: Limits, size: int) -> None:
    if len(members) > limits.members:
        raise LibraryDamaged(f"{label} has {len(members)} files; at most {limits.members} are taken")
    seen: set[str] = set()
    for member in members:
        name = _checked_name(member, label, limits)
        if name in seen:
            raise LibraryDamaged(f"{label} has two members {name!r}")
        seen.add(name)
    total = sum(member.file_size for member in members)
    if total > limits.total_bytes:
        raise LibraryDamaged(f"{label} unpacks to more than {_mib(limits.total_bytes)}; it is not unpacked")
    if total > max(FREE_BYTES, limits.ratio * size):
        raise LibraryDamaged(
            f"{label} has {size:,} bytes and would unpack to {total:,}, more than {limits.ratio} times as "
            "many; it is not unpacked"
        )


def _checked_name(member: zipfile.ZipInfo, label: str, limits: Limits) -> str:
    """The member's name, when it may be read at all."""
    name, shown = member.filename, repr(plain(member.orig_filename, LONGEST_NAME))
    limit = limits.of(name) if name == member.orig_filename else None
    if limit is None or stat.S_ISLNK(member.external_attr >> 16):
        raise LibraryDamaged(f"{label} has a member {shown} that belongs to no {limits.kind}")
    if member.file_size > limit:
        raise LibraryDamaged(
            f"{name} in {label} is larger than {_mib(limit)}: {member.file_size:,} bytes; it is not unpacked"
        )
    if member.flag_bits & ENCRYPTED:
        raise LibraryDamaged(f"{name} in {label} is encrypted; pack the archive again without a password")
    if member.compress_type not in METHODS:
        method = zipfile.compressor_names.get(member.compress_type, str(member.compress_type))  # type: ignore[attr-defined]
        raise LibraryDamaged(
            f"{name} in {label} is compressed with {method}; only stored and deflated members are read: "
            "pack the archive again"
        )
    return name


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str) -> bytes:
    parts, left = [], member.file_size
    with archive.open(member) as file:
        while part := file.read(min(CHUNK_BYTES, left + 1)):
            left -= len(part)
            if left < 0:
                raise LibraryDamaged(
                    f"{member.filename} in {label} is larger than it says; get the file again"
                )
            parts.append(part)
    if left:
        raise LibraryDamaged(f"{member.filename} in {label} is shorter than it says; get the file again")
    return b"".join(parts)


def _mib(size: int) -> str:
    return f"{size // 2**20} MiB" if size >= 2**20 else f"{size:,} bytes"


class _Careful(io.RawIOBase):
    """A file of which no more than `DIRECTORY_BYTES` are ever asked for at once."""

    def __init__(self, file: IO[bytes], label: str) -> None:
        self._file = file
        self._label = label

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1, /) -> bytes:
        if size < 0 or size > DIRECTORY_BYTES:
            here = self._file.tell()
            left = self._file.seek(0, io.SEEK_END) - here
            self._file.seek(here)
            if left > DIRECTORY_BYTES:
                raise LibraryDamaged(
                    f"{self._label} has a table of contents of more than {_mib(DIRECTORY_BYTES)}; "
                    "it is not read"
                )
        return self._file.read(size)
