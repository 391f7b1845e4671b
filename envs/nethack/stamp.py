"""Whether the compiled functions fit the tables that they were compiled with.

Numba keeps compiled code beside a module until that module's own file changes, with the constants that the
module took from elsewhere inside. Code compiled for another order of facts would be wrong without a word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from envs.nethack import kinds
from envs.nethack.events import EVENTS
from envs.nethack.spec import CELL_KINDS, ENCODING_SIZE, FACTS, KINDS, REGIONS


def _stamp() -> int:
    numbers = sorted((name, value) for name, value in vars(kinds).items() if isinstance(value, int))
    names = [fact.name for fact in FACTS], [(fact.low, fact.high) for fact in FACTS]
    tables: list[Any] = [numbers, names, EVENTS, KINDS, REGIONS, CELL_KINDS, ENCODING_SIZE]
    return int.from_bytes(hashlib.blake2b(repr(tables).encode(), digest_size=7).digest(), "big")


STAMP: Final = _stamp()
"""A number that changes with the tables."""


def check_compiled(compiled: Mapping[str, Callable[[], int]], stamp: int = STAMP) -> None:
    """Raise `ImportError` if compiled code (module name -> the stamp compiled into it) is of other tables."""
    stale = [name for name, compiled_for in compiled.items() if compiled_for() != stamp]
    if stale:
        raise ImportError(
            f"the compiled code of {', '.join(stale)} belongs to other tables of facts or kinds; remove it: "
            "find envs -name '*.nb[ic]' -delete"
        )
