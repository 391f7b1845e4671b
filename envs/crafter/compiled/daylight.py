"""How bright it is after each number of steps."""

from __future__ import annotations

from threading import Lock

import numpy as np
from numpy.typing import NDArray

from envs.crafter.engine import CrafterEngine
from envs.crafter.spec import SPEC

_lock = Lock()
_table = np.zeros(0)


def daylight_table(longer_than: int = 0) -> NDArray[np.float64]:
    """Brightness by number of steps, float64[m] within 0..1, with m > `longer_than`.

    Crafter's own code fills it, since a compiled cosine may differ from numpy's in the last bit.
    """
    global _table
    with _lock:
        if len(_table) <= max(longer_than, SPEC.max_steps):
            engine = CrafterEngine()
            grown = np.zeros(max(longer_than, SPEC.max_steps) * 2)
            grown[: len(_table)] = _table
            for step in range(len(_table), len(grown)):
                engine._step = step
                engine._update_time()
                grown[step] = engine.world.daylight
            _table = grown
        return _table
