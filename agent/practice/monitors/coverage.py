"""How much of the game practice has met: facts, and situations by a sketch of fixed size."""

from __future__ import annotations

import math
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from envs.game import GameSpec

SKETCH_BITS = 4096
"""Bits of the sketch; some 20,000 situations are told apart well."""
TELLING = ("count", "place", "status", "known")
"""Kinds of facts that make a situation: what is carried, near, known, and how the player stands."""
FEW = 3
"""Counts above this are taken for the same situation."""


class Coverage(BaseModel):
    """What was met so far; grows only.

    Attributes:
        facts: every fact that was ever above 0, with its largest value.
        sketch: bits of the situations met, as hexadecimal digits (linear counting, Whang et al. 1990).
    """

    model_config = ConfigDict(extra="forbid")

    facts: dict[str, int] = Field(default_factory=dict)
    sketch: str = Field(default="", max_length=SKETCH_BITS // 4)

    @property
    def situations(self) -> int:
        """About how many different situations were met."""
        empty = SKETCH_BITS - int(self.sketch or "0", 16).bit_count()
        return round(-SKETCH_BITS * math.log(max(empty, 1) / SKETCH_BITS))

    def note(self, rows: NDArray[np.int32], spec: GameSpec) -> None:
        """Enter states, ``int32[n, facts]`` in the order of the game's vocabulary."""
        if not len(rows):
            return
        for fact, value in zip(spec.facts, rows.max(axis=0).tolist(), strict=True):
            if value > self.facts.get(fact.name, 0):
                self.facts[fact.name] = value
        telling = [i for i, fact in enumerate(spec.facts) if fact.kind in TELLING and fact.high <= 9]
        self._add(np.unique(np.clip(rows[:, telling], 0, FEW).astype(np.int8), axis=0))

    def _add(self, situations: Iterable[NDArray[np.int8]]) -> None:
        bits = int(self.sketch or "0", 16)
        for situation in situations:
            digest = blake2b(situation.tobytes(), digest_size=8).digest()
            bits |= 1 << int.from_bytes(digest, "big") % SKETCH_BITS
        self.sketch = f"{bits:x}"
