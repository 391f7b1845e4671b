"""Named, independent child seeds of one integer; training and evaluation seeds are disjoint."""

from __future__ import annotations

import hashlib

EVALUATION_BASE = 1 << 30
"""Episode seeds at or above this are for evaluation only; training draws below it."""

SEED_SPAN = 1 << 30


def child_seed(seed: int, *names: str | int) -> int:
    """An integer in ``[0, 2**30)`` that depends on `seed` and on every name, in order.

    >>> child_seed(1, "train", "collect_wood") == child_seed(1, "train", "collect_wood")
    True
    >>> child_seed(1, "train") == child_seed(2, "train")
    False
    """
    text = "\x1f".join([str(seed), *map(str, names)]).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") % SEED_SPAN


def training_seed(seed: int, *names: str | int) -> int:
    """An episode seed for practice, in ``[0, 2**30)``."""
    return child_seed(seed, "training", *names)


def evaluation_seed(seed: int, index: int) -> int:
    """The seed of evaluation episode `index`, in ``[2**30, 2**31)``: disjoint from every training seed."""
    return EVALUATION_BASE + child_seed(seed, "evaluation", index)
