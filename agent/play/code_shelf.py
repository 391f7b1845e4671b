"""Model-written functions that are loaded in this process, by their source; kits share them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from skills.code.sandbox import Sandbox

MOST_LOADED = 128
"""Functions that are kept; each remembers up to 100,000 results. Those not asked for lately are dropped."""

Function = TypeVar("Function")


class CodeShelf:
    """Functions in one sandbox, each loaded once.

    They are pure, so what is remembered of one play is as true in the next, with whatever kit.

    Args:
        sandbox: where they run; None for one of its own.
    """

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self.sandbox = sandbox or Sandbox()
        self._loaded: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, load: Callable[[Sandbox], Function]) -> Function:
        """What `load` gives, or gave when it was asked for by the same key. What it raises is not kept.

        Args:
            key: everything that the function depends on, its kind included.
            load: loads the function.
        """
        if key not in self._loaded:
            self._loaded[key] = load(self.sandbox)
            if len(self._loaded) > MOST_LOADED:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(key)
        return cast(Function, self._loaded[key])

    def close(self) -> None:
        """End the sandbox."""
        self.sandbox.close()
