"""Dropping compiled code that numba keeps on disk when it is out of date."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import Any


def drop_stale(function: Any, *used: ModuleType | Path) -> None:
    """Remove a module's compiled code from disk if it was made from other constants or functions than now.

    Numba recompiles a module only when that module's own file changes, so constants and functions taken from
    other modules would stay as they were. Call this at the end of the module, before anything runs. What the
    code was made from is told by the contents of files: installers give files whatever time they like.

    Args:
        function: any cached compiled function of the module.
        used: modules whose constants or functions are compiled into it, and files that constants are read
            from.
    """
    if not hasattr(function, "stats"):  # numba was told not to compile
        return
    source = Path(function.py_func.__code__.co_filename)
    files = [each if isinstance(each, Path) else Path(str(each.__file__)) for each in used]
    contents = blake2b(digest_size=16)
    for file in sorted(files):
        contents.update(blake2b(file.read_bytes()).digest())
    folder = Path(function.stats.cache_path)
    stamp = folder / f"{source.stem}.made-from"
    try:
        if stamp.is_file() and stamp.read_text() == contents.hexdigest():
            return
        for kept in folder.glob(f"{source.stem}.*.nb[ic]"):
            kept.unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        stamp.write_text(contents.hexdigest())
    except OSError:  # nothing can be kept there, or another process is at it
        return
