"""Compiled code that numba keeps on disk: dropped when it is out of date, and never a reason to fail."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from numba.core.caching import Cache

_log = logging.getLogger(__name__)


def drop_stale(function: Any, *used: ModuleType) -> None:
    """Remove a module's compiled code from disk if a module that it was made from has changed since.

    Numba recompiles a module only when that module's own file changes, so constants and functions taken from
    other modules would stay as they were. Call this at the end of the module, before anything runs.

    Args:
        function: any cached compiled function of the module.
        used: modules whose constants or functions are compiled into it.
    """
    if not hasattr(function, "stats"):  # numba was told not to compile
        return
    source = Path(function.py_func.__code__.co_filename)
    kept = list(Path(function.stats.cache_path).glob(f"{source.stem}.*.nb[ic]"))
    newest = max(Path(str(module.__file__)).stat().st_mtime_ns for module in used)
    try:
        if any(file.stat().st_mtime_ns < newest for file in kept):
            for file in kept:
                file.unlink(missing_ok=True)
    except FileNotFoundError:  # another process removed them
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
