"""JSON that comes from a file: whatever is wrong with it is a `ValueError`."""

from __future__ import annotations

import json
from typing import Any


def parsed(text: str | bytes) -> Any:
    """The value that a JSON text stands for.

    Raises:
        ValueError: it is no JSON, or nested too deeply for anything that is written here.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
