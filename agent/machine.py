"""Checks of the machine: folders that can be written, room, memory, open files, processes."""

from __future__ import annotations

import os
import resource
import tempfile
from contextlib import suppress
from pathlib import Path

from agent.finding import Check, Health
from agent.surroundings import allow_many_files, temporary_folder

LEAST_FREE_BYTES = 1_000_000_000

LEAST_FILES = 64
"""Files open at once with which practice works at a few workers."""

LEAST_PROCESSES = 64
"""Processes and threads that one practice needs."""

LEAST_MEMORY_BYTES = 2_000_000_000
"""Memory of one practice with a few workers."""


def writable(name: str, path: Path) -> Check:
    """Whether a folder (or, before it exists, the nearest one above it) can be written."""
    existing = next(p for p in (path.absolute(), *path.absolute().parents) if p.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Check(name=name, health=Health.OK, detail="can be written")
    return Check(
        name=name,
        health=Health.MISSING,
        detail=f"{str(existing)!r} cannot be written",
        remedy="change its permissions, or name another folder with --runs-dir or --library",
    )


def disk_space(free: int) -> Check:
    """Whether there is room for runs, in bytes."""
    detail = f"{free / 1e9:.1f} GB free"
    if free >= LEAST_FREE_BYTES:
        return Check(name="disk", health=Health.OK, detail=detail)
    return Check(
        name="disk",
        health=Health.OPTIONAL,
        detail=detail,
        remedy="a practice run takes up to 1 GB; make room",
    )


def open_files(limit: int | None = None) -> Check:
    """Whether enough files may be open at once; the commands raise the limit as far as they may."""
    limit = allow_many_files() if limit is None else limit
    name, detail = "open files", f"{limit:,} at once"
    if limit >= LEAST_FILES:
        return Check(name=name, health=Health.OK, detail=detail)
    remedy = f"{LEAST_FILES} or more are needed for practice: ulimit -n 1024"
    return Check(name=name, health=Health.OPTIONAL, detail=detail, remedy=remedy)


def processes(limit: int | None = None) -> Check:
    """Whether enough processes and threads may be started."""
    soft = resource.getrlimit(resource.RLIMIT_NPROC)[0] if limit is None else limit
    if soft == resource.RLIM_INFINITY or soft >= LEAST_PROCESSES:
        detail = "no limit" if soft == resource.RLIM_INFINITY else f"{soft:,} for this user"
        return Check(name="processes", health=Health.OK, detail=detail)
    remedy = f"{LEAST_PROCESSES} or more are needed for practice: ulimit -u 1024"
    return Check(name="processes", health=Health.OPTIONAL, detail=f"{soft:,} for this user", remedy=remedy)


def memory(free: int | None = None) -> Check:
    """Whether there is memory enough, in bytes: what is free, or this process's limit if that is less."""
    free = free_memory() if free is None else free
    detail = f"{free / 1e9:.1f} GB free"
    if free >= LEAST_MEMORY_BYTES:
        return Check(name="memory", health=Health.OK, detail=detail)
    remedy = f"practice takes about {LEAST_MEMORY_BYTES / 1e9:.0f} GB: free some, or use fewer --workers"
    return Check(name="memory", health=Health.OPTIONAL, detail=detail, remedy=remedy)


def free_memory() -> int:
    """Bytes of memory that this process may still take, as far as the system says."""
    found = [os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        found = [1024 * int(next(line.split()[1] for line in lines if line.startswith("MemAvailable:")))]
    with suppress(OSError, ValueError):  # of a container; "max" is no number
        group = Path("/sys/fs/cgroup")
        used = int((group / "memory.current").read_text())
        found.append(max(0, int((group / "memory.max").read_text()) - used))
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY:
        found.append(limit)
    return min(found)


def temporary_files() -> str:
    """Where temporary files go, if they can. Raises `MissingPrerequisite` or `OSError`."""
    with tempfile.TemporaryFile() as file:
        file.write(bytes(65_536))
        file.flush()
    return f"in {str(temporary_folder())!r}"
