"""How functions are compiled that only compiled code calls, and what integers look like in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

integer: Final = cast(Callable[[Any], int], np.int64)
"""Makes integers for calls between compiled functions.

A Python integer that is written into a call, or that a module keeps under a name, is a type of its own to
numba, and the function called is compiled once more for it.
"""


def inner(function: Function) -> Function:
    """Compile a function that only compiled code calls.

    Nothing is made for calls from Python, and nothing is kept on disk, since whatever calls it holds it: that
    saves a fifth of the time. It is compiled once for each combination of types that it is called with.
    """
    compile_inner: Any = njit(  # type: ignore[call-overload]
        no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy"
    )
    compiled: Function = compile_inner(function)
    return compiled
