"""Tells a process from a later one with the same number."""

from __future__ import annotations

import os
from pathlib import Path


def process_mark(pid: int) -> str | None:
    """A mark that tells this process from a later one with the same number; None when it is not alive."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "alive" if not Path("/proc/self").exists() and _is_alive(pid) else None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
