"""JSON that comes from a file, and JSON that a browser reads.

Whatever is wrong with a file's is a `ValueError`; what is written for a browser can always be read by one.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, Final

MALFORMED: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What is raised where a JSON value is taken for what it is not, such as a record of another version."""


def parsed(text: str | bytes) -> Any:
    """The value that a JSON text stands for.

    Raises:
        ValueError: it is no JSON, or nested too deeply for anything that is written here.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def for_browsers(value: Any) -> str:
    r"""A value as JSON that every reader takes.

    Python reads ``NaN``, ``1e999`` and halves of surrogate pairs from files. Browsers take no ``NaN``, and a
    half cannot be sent: numbers that are not finite become null, and other than ASCII is escaped.

    Raises:
        RecursionError: it is nested too deeply.

    >>> for_browsers({"a": [1.5, float("nan")], "b": "\ud800"})
    '{"a":[1.5,null],"b":"\\ud800"}'
    """
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), separators=(",", ":"), allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value
