"""The script that called us, which worker processes are not to run again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def workers_leave_the_script_alone() -> Iterator[None]:
    """Keep processes started inside the block from running the caller's script, as spawned ones otherwise do.

    Workers need nothing of it, and a script without ``if __name__ == "__main__":`` would start over in each.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script
