"""What has to be put right before `minedojo` 0.1 is imported beside newer packages.

Source: measured. numpy 2 has no ``unicode_`` any more, which `minedojo.sim.spaces` uses; from gym 0.22 on the
keys of a `Dict` space are asked through its own ``__contains__``, which takes whole samples.
"""

from __future__ import annotations

from typing import Any

NUMPY = "numpy.unicode_"
GYM = "gym.spaces.Dict.keys"


def needed(numpy_version: str, gym_version: str) -> list[str]:
    """The shims that these versions need.

    >>> needed("2.4.6", "0.22.0"), needed("1.26.4", "0.21.0")
    (['numpy.unicode_', 'gym.spaces.Dict.keys'], [])
    """
    shims = [NUMPY] if _parts(numpy_version) >= (2,) else []
    return shims + ([GYM] if _parts(gym_version) >= (0, 22) else [])


def apply() -> list[str]:
    """Put in place what is needed; returns its names."""
    import gym
    import numpy

    shims = needed(numpy.__version__, gym.__version__)
    if NUMPY in shims and not hasattr(numpy, "unicode_"):
        numpy.unicode_ = numpy.str_  # type: ignore[attr-defined]
    if GYM in shims:
        gym.spaces.Dict.keys = _keys
    return shims


def _keys(space: Any) -> Any:
    return space.spaces.keys()


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
