"""The schema of a file: whether this version can read it, and in one form of words why not."""

from __future__ import annotations

from envs.text import brief


def newer(found: object, known: int) -> bool:
    """Whether a later version wrote the file: then nothing is wrong with it, and it must not be replaced.

    Args:
        found: what the file says is its schema.
        known: the schema that this version writes.

    >>> newer(3, 2), newer(2, 2), newer(True, 0), newer("3", 2)
    (True, False, False, False)
    """
    return type(found) is int and found > known


def why_not(found: object, known: int) -> str:
    """Why a file of that schema is not read, after its name; empty if it is.

    >>> why_not(1, 1)
    ''
    >>> why_not(2, 1)
    'has schema 2; this version reads up to 1: update journeyman'
    >>> why_not(None, 1)
    'has schema None instead of 1'
    """
    if type(found) is int and found == known:
        return ""
    if newer(found, known):
        return f"has schema {brief(found)}; this version reads up to {known}: update journeyman"
    return f"has schema {brief(found)} instead of {known}"
