"""Dropping compiled code that numba keeps on disk when it is out of date."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any


def drop_stale(function: Any, *used: ModuleType | Path) -> None:
    """Remove a module's compiled code from disk if a module that it was made from has changed since.

    Numba recompiles a module only when that module's own file changes, so constants and functions taken from
    other modules would stay as they were. Call this at the end of the module, before anything runs.

    Args:
        function: any cached compiled function of the module.
        used: modules whose constants or functions are compiled into it, and files that constants are read
            from.
    """
    if not hasattr(function, "stats"):  # numba was told not to compile
        return
    source = Path(function.py_func.__code__.co_filename)
    kept = list(Path(function.stats.cache_path).glob(f"{source.stem}.*.nb[ic]"))
    files = [source if isinstance(source, Path) else Path(str(source.__file__)) for source in used]
    newest = max(file.stat().st_mtime_ns for file in files)
    try:
        if any(file.stat().st_mtime_ns < newest for file in kept):
            for file in kept:
                file.unlink(missing_ok=True)
    except FileNotFoundError:  # another process removed them
        return
