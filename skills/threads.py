"""How many threads torch may use while something learns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

LEARNING_THREADS = 1
"""Threads of an update: a second one gains a quarter on idle cores and costs forty-fold on busy ones."""


@contextmanager
def learning_threads() -> Iterator[None]:
    """Leave torch few threads, and as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(LEARNING_THREADS)
    try:
        yield
    finally:
        torch.set_num_threads(before)
