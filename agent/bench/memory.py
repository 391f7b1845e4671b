"""Memory of a process: the largest so far, and what it is now."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

_NOW = re.compile(r"^VmRSS:\s*(\d+) kB$", re.MULTILINE)
_HIGH_WATER = re.compile(r"^VmHWM:\s*(\d+) kB$", re.MULTILINE)


def peak_mib(pid: int | None = None) -> float | None:
    """Largest resident memory of a process, MiB; of this one when `pid` is None.

    The kernel's own count per process is read where there is one: ``getrusage`` also counts what the parent
    held when it started the process.

    Returns:
        None for another process where the system does not tell.
    """
    status = Path(f"/proc/{pid or 'self'}/status")
    if status.is_file() and (found := _HIGH_WATER.search(status.read_text())):
        return int(found[1]) / 1024
    if pid is not None:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024


def resident_mib() -> float:
    """Resident memory of this process now, MiB; the largest so far where the system does not tell."""
    status = Path("/proc/self/status")
    if status.is_file() and (found := _NOW.search(status.read_text())):
        return int(found[1]) / 1024
    return peak_mib() or 0.0
