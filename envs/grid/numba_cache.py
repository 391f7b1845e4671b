"""Compiled code that numba keeps on disk: dropped when it is out of date, and never a reason to fail."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import wraps
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import Any

from numba.core.caching import Cache

_log = logging.getLogger(__name__)


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
    files = [one if isinstance(one, Path) else Path(str(one.__file__)) for one in used]
    each = sorted(blake2b(file.read_bytes()).digest() for file in files)  # wherever the files lie
    contents = blake2b(b"".join(each), digest_size=16)
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


def forgive_cache(cache: type[Any] = Cache) -> None:
    """Have numba compile anew what it cannot read from its cache, and go on when it can keep nothing there.

    By itself it fails at an index that is damaged, and at a full disk. Harmless when repeated.
    """
    if getattr(cache, "forgiving", False):
        return
    load, save = cache.load_overload, cache.save_overload

    @wraps(load)
    def load_overload(self: Any, sig: Any, target_context: Any) -> Any:
        try:
            return load(self, sig, target_context)
        except Exception as error:  # damaged pickles raise anything
            _log.info("compiled code in %s cannot be read and is made anew: %r", self.cache_path, error)
            with suppress(Exception):
                self.flush()
            return None

    @wraps(save)
    def save_overload(self: Any, sig: Any, data: Any) -> None:
        try:
            save(self, sig, data)
        except Exception as error:  # as above: the index is read first
            _log.info("compiled code cannot be kept in %s: %r", self.cache_path, error)

    cache.load_overload, cache.save_overload, cache.forgiving = load_overload, save_overload, True


forgive_cache()
